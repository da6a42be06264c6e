/** Where each ticket tool is and who Metronome is to it, as the environment says. Pure. */
import type { TicketToolName } from '../../incidents/sending.ts';
import type { Config } from '../../platform/config.ts';
import type { Said } from '../../platform/problem.ts';
import type { ClientCredentials } from './access-token.ts';
import { freshdesk } from './freshdesk.ts';
import { intercom } from './intercom.ts';
import { jira } from './jira.ts';
import type { TicketTool } from './ticket-tool.ts';
import { zendesk } from './zendesk.ts';

const tools: Record<TicketToolName, Pick<TicketTool, 'refuseText'>> = {
  zendesk,
  freshdesk,
  jira,
  intercom: intercom(''),
};

/** @returns what to do about a text of which a tool would make something else, or undefined */
export const refuseText = (tool: TicketToolName, text: string): Said | undefined => tools[tool].refuseText(text);

export interface ToolConnection {
  tool: TicketTool;
  /** Without a slash at its end. */
  address: string;
  headers: Record<string, string>;
  /** Of a tool that wants an access token, which is asked for by these. */
  credentials?: ClientCredentials;
}

/**
 * What Metronome asks of Zendesk: a ticket with its comments, an update of it, and who it is there. Scopes are
 * `<resource>:<access>` (developer.zendesk.com, "OAuth Tokens for Grant Types", Scope).
 */
const zendeskScope = 'tickets:read tickets:write users:read';

/** The variables that a tool still lacks. */
export interface Unconnected {
  missing: string[];
}

export function connectionOf(name: TicketToolName, config: Config): ToolConnection | Unconnected {
  switch (name) {
    case 'zendesk': {
      const { ZENDESK_OAUTH_CLIENT_ID, ZENDESK_OAUTH_CLIENT_SECRET, ZENDESK_API_URL, ZENDESK_SUBDOMAIN } = config;
      const address = ZENDESK_API_URL ?? siteAddress(ZENDESK_SUBDOMAIN, 'zendesk.com');
      const needed = { address, ZENDESK_OAUTH_CLIENT_ID, ZENDESK_OAUTH_CLIENT_SECRET };
      return connected(zendesk, needed, 'ZENDESK_SUBDOMAIN', () => ({
        headers: {},
        credentials: {
          path: '/oauth/tokens',
          clientId: ZENDESK_OAUTH_CLIENT_ID ?? '',
          clientSecret: ZENDESK_OAUTH_CLIENT_SECRET ?? '',
          scope: zendeskScope,
        },
      }));
    }
    case 'intercom': {
      const { INTERCOM_ACCESS_TOKEN, INTERCOM_ADMIN_ID, INTERCOM_API_URL } = config;
      const address = INTERCOM_API_URL ?? 'https://api.intercom.io';
      return connected(
        intercom(INTERCOM_ADMIN_ID ?? ''),
        { address, INTERCOM_ACCESS_TOKEN, INTERCOM_ADMIN_ID },
        'INTERCOM_API_URL',
        () => ({ headers: { authorization: `Bearer ${INTERCOM_ACCESS_TOKEN}`, 'intercom-version': '2.16' } }),
      );
    }
    case 'freshdesk': {
      const { FRESHDESK_API_KEY, FRESHDESK_API_URL, FRESHDESK_DOMAIN } = config;
      const address = FRESHDESK_API_URL ?? siteAddress(FRESHDESK_DOMAIN, 'freshdesk.com');
      return connected(freshdesk, { address, FRESHDESK_API_KEY }, 'FRESHDESK_DOMAIN', () =>
        basic(`${FRESHDESK_API_KEY}:X`),
      );
    }
    case 'jira': {
      const { JIRA_API_EMAIL, JIRA_API_TOKEN, JIRA_API_URL, JIRA_SITE } = config;
      const address = JIRA_API_URL ?? siteAddress(JIRA_SITE, 'atlassian.net');
      return connected(jira, { address, JIRA_API_EMAIL, JIRA_API_TOKEN }, 'JIRA_SITE', () =>
        basic(`${JIRA_API_EMAIL}:${JIRA_API_TOKEN}`),
      );
    }
  }
}

function connected(
  tool: TicketTool,
  { address, ...needed }: { address: string | undefined } & Record<string, string | undefined>,
  addressVariable: string,
  proof: () => Pick<ToolConnection, 'headers' | 'credentials'>,
): ToolConnection | Unconnected {
  const missing = Object.entries({ [addressVariable]: address, ...needed })
    .filter(([, value]) => value === undefined)
    .map(([variable]) => variable);
  if (missing.length > 0 || address === undefined) return { missing };
  return { tool, address: withoutSlash(address), ...proof() };
}

/** A name alone, or the whole host as people copy it. */
function siteAddress(name: string | undefined, domain: string): string | undefined {
  const host = name
    ?.replace(/^https?:\/\//i, '')
    .replace(/\/.*$/s, '')
    .toLowerCase();
  if (!host || !/^[a-z0-9.-]{1,253}$/.test(host)) return undefined;
  return `https://${host.includes('.') ? host : `${host}.${domain}`}`;
}

/**
 * Where people find a ticket of which the tool has told no address: on its site, or else where its API is. Intercom's has
 * another site for people, and Jira's goes by the key.
 */
export function ticketAddress(tool: TicketToolName, ticketId: string, config: Config): string | undefined {
  const { FRESHDESK_API_URL, FRESHDESK_DOMAIN, ZENDESK_API_URL, ZENDESK_SUBDOMAIN } = config;
  const id = encodeURIComponent(ticketId);
  const zendeskSite = siteAddress(ZENDESK_SUBDOMAIN, 'zendesk.com') ?? ZENDESK_API_URL;
  const freshdeskSite = siteAddress(FRESHDESK_DOMAIN, 'freshdesk.com') ?? FRESHDESK_API_URL;
  if (tool === 'zendesk' && zendeskSite) return `${withoutSlash(zendeskSite)}/agent/tickets/${id}`;
  if (tool === 'freshdesk' && freshdeskSite) return `${withoutSlash(freshdeskSite)}/a/tickets/${id}`;
  return undefined;
}

const withoutSlash = (address: string): string => (address.endsWith('/') ? address.slice(0, -1) : address);

/** All that a tool is to be given, the token among it. */
export function variablesOf(tool: TicketToolName): string[] {
  const connection = connectionOf(tool, {} as Config);
  return 'missing' in connection ? connection.missing : [];
}

const basic = (text: string) => ({ headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` } });

/** Kept from everybody but the function that sends: whether they are set, it says itself. */
const tokens = new Set(['ZENDESK_OAUTH_CLIENT_SECRET', 'INTERCOM_ACCESS_TOKEN', 'FRESHDESK_API_KEY', 'JIRA_API_TOKEN']);

/** What a tool still lacks to be written to, as far as others than the sender can see; undefined for nothing. */
export function lacks(tool: TicketToolName, config: Config): string | undefined {
  const connection = connectionOf(tool, config);
  const missing = 'missing' in connection ? connection.missing.filter((each) => !tokens.has(each)) : [];
  return missing.length > 0 ? `${missing.join(' and ')} is not set.` : undefined;
}
