/** Each ticket tool's address and Metronome's credentials for it, from the environment. Pure. */
import type { TicketToolName } from '../../incidents/outbox/sending.ts';
import type { Config } from '../../platform/config.ts';
import type { Reason } from '../../platform/problem.ts';
import { siteAddress } from '../../platform/site-address.ts';
import type { ClientCredentials } from './access-token.ts';
import { freshdesk } from './freshdesk.ts';
import { intercom } from './intercom.ts';
import { jira } from './jira.ts';
import type { TicketTool } from './ticket-tool.ts';
import { zendesk } from './zendesk.ts';

export interface ToolConnection {
  tool: TicketTool;
  /** The address, without a slash at its end. */
  address: string;
  headers: Record<string, string>;
  /** The client credentials for tools that issue access tokens. */
  credentials?: ClientCredentials;
}

type Variable = { [K in keyof Config]: Config[K] extends string | undefined ? K : never }[keyof Config];

interface Place {
  /** The variable that overrides the API's address. */
  api: Variable;
  /** Names its site. */
  site?: Variable;
  /** The variable with the site's ID, and the address for tokens that the site's own address refuses. */
  cloud?: { id: Variable; at: string };
  /** The domain of its sites, or the one address of its API. */
  at: string;
  /** The path on the tool's site under which people find a ticket. */
  ticketsAt?: string;
  needs: readonly Variable[];
  /** @param writer who writes there: `INTERCOM_ADMIN_ID` */
  tool(writer?: string): TicketTool;
  /** Our credentials, in the form that the tool needs. */
  proof(...given: string[]): Pick<ToolConnection, 'headers' | 'credentials'>;
}

/**
 * Metronome reads and writes tickets, and asks which user it is. A scope is `<resource>:<access>` (developer.zendesk.com,
 * "OAuth Tokens for Grant Types", Scope).
 */
const zendeskScope = 'tickets:read tickets:write users:read';

const basic = (name: string, password: string) => ({
  headers: { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` },
});

const places: Record<TicketToolName, Place> = {
  zendesk: {
    api: 'ZENDESK_API_URL',
    site: 'ZENDESK_SUBDOMAIN',
    at: 'zendesk.com',
    ticketsAt: '/agent/tickets/',
    needs: ['ZENDESK_OAUTH_CLIENT_ID', 'ZENDESK_OAUTH_CLIENT_SECRET'],
    tool: () => zendesk,
    proof: (clientId = '', clientSecret = '') => ({
      headers: {},
      credentials: { path: '/oauth/tokens', clientId, clientSecret, scope: zendeskScope },
    }),
  },
  intercom: {
    api: 'INTERCOM_API_URL',
    at: 'https://api.intercom.io',
    needs: ['INTERCOM_ACCESS_TOKEN', 'INTERCOM_ADMIN_ID'],
    tool: (writer = '') => intercom(writer),
    proof: (token) => ({ headers: { authorization: `Bearer ${token}`, 'intercom-version': '2.16' } }),
  },
  freshdesk: {
    api: 'FRESHDESK_API_URL',
    site: 'FRESHDESK_DOMAIN',
    at: 'freshdesk.com',
    ticketsAt: '/a/tickets/',
    needs: ['FRESHDESK_API_KEY'],
    tool: () => freshdesk,
    proof: (key = '') => basic(key, 'X'),
  },
  jira: {
    api: 'JIRA_API_URL',
    site: 'JIRA_SITE',
    // Tokens with scopes, and tokens of service accounts (support.atlassian.com, "Manage API tokens").
    cloud: { id: 'JIRA_CLOUD_ID', at: 'https://api.atlassian.com/ex/jira/' },
    at: 'atlassian.net',
    needs: ['JIRA_API_EMAIL', 'JIRA_API_TOKEN'],
    tool: () => jira,
    proof: (email = '', token = '') => basic(email, token),
  },
};

/** @returns what to do about a text of which a tool would make something else, or undefined */
export const refuseText = (tool: TicketToolName, text: string): Reason | undefined =>
  places[tool].tool().refuseText?.(text);

export function connectionOf(name: TicketToolName, config: Config): ToolConnection | { missing: string[] } {
  const { api, site, cloud, at, needs, tool, proof } = places[name];
  const ofCloud = cloud && config[cloud.id] && `${cloud.at}${config[cloud.id]}`;
  const address = config[api] ?? ofCloud ?? (site ? siteAddress(config[site], at) : at);
  const unset = needs.filter((each) => config[each] === undefined);
  if (address === undefined) return { missing: [site ?? api, ...unset] };
  if (unset.length > 0) return { missing: unset };
  const proven = proof(...needs.map((each) => config[each] ?? ''));
  return { tool: tool(config.INTERCOM_ADMIN_ID), address: address.replace(/\/$/, ''), ...proven };
}

/** Where people find a ticket whose tool told no address. Unknown for Intercom (another site) and Jira (by key). */
export function ticketAddress(tool: TicketToolName, ticketId: string, config: Config): string | undefined {
  const { api, site, at, ticketsAt } = places[tool];
  const address = site && ticketsAt && (siteAddress(config[site], at) ?? config[api]);
  return address && `${address.replace(/\/$/, '')}${ticketsAt}${encodeURIComponent(ticketId)}`;
}

/** Everything about a tool, including its token. */
export function variablesOf(tool: TicketToolName): string[] {
  const connection = connectionOf(tool, {} as Config);
  return 'missing' in connection ? connection.missing : [];
}

/** Only the function that sends can read these variables, so it reports itself whether they are set. */
const tokens = new Set(['ZENDESK_OAUTH_CLIENT_SECRET', 'INTERCOM_ACCESS_TOKEN', 'FRESHDESK_API_KEY', 'JIRA_API_TOKEN']);

/** What a tool still lacks to be written to, as far as others than the sender can see; undefined for nothing. */
export function lacks(tool: TicketToolName, config: Config): string | undefined {
  const connection = connectionOf(tool, config);
  const missing = 'missing' in connection ? connection.missing.filter((each) => !tokens.has(each)) : [];
  return missing.length > 0 ? `${missing.join(' and ')} is not set.` : undefined;
}
