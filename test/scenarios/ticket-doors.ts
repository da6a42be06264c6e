/** Tickets as the four tools report them at their doors, proved as each of them proves itself. */
import { createHmac } from 'node:crypto';
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

/** What each tool's stand-in calls the request that makes a public comment. */
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
  /** An event of Zendesk's. */
  const event = async (body: unknown): Promise<Reply> => {
    const text = JSON.stringify(body);
    const timestamp: string = (await scenario.get('/_local/clock')).body.now;
    const signature = createHmac('sha256', toolSecrets.ZENDESK_SIGNING_SECRET)
      .update(timestamp + text)
      .digest('base64');
    return scenario.post('/tickets/zendesk', text, {
      'x-zendesk-webhook-signature-timestamp': timestamp,
      'x-zendesk-webhook-signature': signature,
    });
  };
  const report: Record<Tool, (id: string) => Promise<Reply>> = {
    zendesk: (id) => event(zendeskEvent('created', { id: `e-${id}`, detail: { id, organization_id: `store-${id}` } })),
    intercom: (id) => {
      const contacts = { type: 'contact.list', contacts: [{ type: 'contact', id: `store-${id}` }] };
      const text = JSON.stringify(intercomNotification('ticket.created', intercomTicket({ id, contacts }), `n-${id}`));
      return scenario.post('/tickets/intercom', text, hubSignature('sha1', toolSecrets.INTERCOM_CLIENT_SECRET, text));
    },
    freshdesk: (id) =>
      scenario.post('/tickets/freshdesk', freshdeskBody({ ticket_id: id, requester_email: `store-${id}` }), {
        authorization: `Bearer ${toolSecrets.FRESHDESK_TOKEN}`,
      }),
    jira: (id) => {
      const issue = jiraIssue(
        { reporter: { accountId: `store-${id}`, accountType: 'customer' } },
        { id, key: `SUP-${id}` },
      );
      const text = JSON.stringify(jiraEvent('jira:issue_created', { issue }));
      return scenario.post('/tickets/jira', text, hubSignature('sha256', toolSecrets.JIRA_WEBHOOK_SECRET, text));
    },
  };
  return { event, reported: (tool: Tool, ticketId: string): Promise<Reply> => report[tool](ticketId) };
}
