/** Tickets as the four tools report them at their doors, proved as each of them proves itself. */
import { createHmac } from 'node:crypto';
import { stubHeader } from '../../infra/stubs/webhooks.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import {
  freshdeskBody,
  intercomNotification,
  intercomTicket,
  jiraEvent,
  jiraIssue,
  zendeskEvent,
} from '../fixtures/tickets.ts';
import type { Reply, Scenario } from './house.ts';

export const tools = ['zendesk', 'intercom', 'freshdesk', 'jira'] as const;
export type Tool = (typeof tools)[number];
/** Whose tickets a whole house plays: of one in `npm test`, and of all in `npm run test:long`. */
export const playedTools: readonly Tool[] = process.env.TICKET_TOOLS === 'all' ? tools : ['zendesk'];

/** What each tool's stub calls the request that makes a public comment. */
export const sendOperations: Record<Tool, string> = {
  zendesk: 'updateTicket',
  intercom: 'replyTicket',
  freshdesk: 'reply',
  jira: 'addComment',
};

const hubSignature = (algorithm: string, secret: string, text: string) => ({
  'x-hub-signature': `${algorithm}=${createHmac(algorithm, secret).update(text).digest('hex')}`,
});

/** @param scenario opened with `toolSecrets` */
export function ticketDoors(scenario: Scenario) {
  const told: Record<Tool, (body: unknown, headers?: Record<string, string>) => Promise<Reply>> = {
    zendesk: (body, headers) => event(body, headers),
    intercom: (body, headers) => {
      const text = JSON.stringify(body);
      const proof = hubSignature('sha1', toolSecrets.INTERCOM_CLIENT_SECRET, text);
      return scenario.post('/tickets/intercom', text, { ...proof, ...headers });
    },
    freshdesk: (body, headers) =>
      scenario.post('/tickets/freshdesk', body, { authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}`, ...headers }),
    jira: (body, headers) => {
      const text = JSON.stringify(body);
      const proof = hubSignature('sha256', toolSecrets.JIRA_WEBHOOK_SECRET, text);
      return scenario.post('/tickets/jira', text, { ...proof, ...headers });
    },
  };
  /** An event of Zendesk's. */
  const event = async (body: unknown, headers: Record<string, string> = {}): Promise<Reply> => {
    const text = JSON.stringify(body);
    const timestamp: string = (await scenario.get('/_local/clock')).body.now;
    const signature = createHmac('sha256', toolSecrets.ZENDESK_SIGNING_SECRET)
      .update(timestamp + text)
      .digest('base64');
    return scenario.post('/tickets/zendesk', text, {
      'x-zendesk-webhook-signature-timestamp': timestamp,
      'x-zendesk-webhook-signature': signature,
      ...headers,
    });
  };
  const report: Record<Tool, (id: string) => Promise<Reply>> = {
    zendesk: (id) => event(zendeskEvent('created', { id: `e-${id}`, detail: { id, organization_id: `store-${id}` } })),
    intercom: (id) => {
      const contacts = { type: 'contact.list', contacts: [{ type: 'contact', id: `store-${id}` }] };
      return told.intercom(intercomNotification('ticket.created', intercomTicket({ id, contacts }), `n-${id}`));
    },
    freshdesk: (id) => told.freshdesk(freshdeskBody({ ticket_id: id, requester_email: `store-${id}` })),
    jira: (id) => {
      const issue = jiraIssue(
        { reporter: { accountId: `store-${id}`, accountType: 'customer' } },
        { id, key: `SUP-${id}` },
      );
      return told.jira(jiraEvent('jira:issue_created', { issue }));
    },
  };
  return {
    event,
    /** Any body of a tool's, proved, of what its stub knows already. */
    told: (tool: Tool, body: unknown): Promise<Reply> => told[tool](body, { [stubHeader]: tool }),
    /** The same, of what its stub hears of by it. */
    filed: (tool: Tool, body: unknown): Promise<Reply> => told[tool](body),
    reported: (tool: Tool, ticketId: string): Promise<Reply> => report[tool](ticketId),
  };
}
