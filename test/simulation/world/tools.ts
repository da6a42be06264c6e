/** What each ticket tool posts when something happens to a ticket, in the shape of real bodies. */
import {
  freshdeskBody,
  intercomNotification,
  intercomPart,
  intercomTicket,
  jiraEvent,
  jiraIssue,
  zendeskComment,
  zendeskEvent,
  zendeskTrigger,
} from '../../fixtures/tickets.ts';

export type Tool = 'zendesk' | 'intercom' | 'freshdesk' | 'jira';
/** `reopened`: of Intercom somebody writes instead. `filled`: somebody adds what the ticket lacked; only Zendesk's template tells of it here. */
export type Happening = 'created' | 'replied' | 'wrote' | 'noted' | 'solved' | 'reopened' | 'filled';

export interface ToolTicket {
  tool: Tool;
  id: string;
  subject: string;
  customer: string;
}

/**
 * @param at when it happened at the tool, epoch milliseconds
 * @param number tells one event of the tool from another
 */
export function toolBody(ticket: ToolTicket, what: Happening, at: number, number: number): unknown {
  return { zendesk, intercom, freshdesk, jira }[ticket.tool](ticket, what, at, number);
}

const agent = '鈴木';

const textOf = (what: Happening, number: number): string =>
  ({
    replied: `調べています。(${number})`,
    wrote: `まだ直りません。(${number})`,
    noted: `社内メモ ${number}`,
    created: '',
    solved: '',
    reopened: '',
    filled: '',
  })[what];

function zendesk({ id, subject, customer }: ToolTicket, what: Happening, at: number, number: number): unknown {
  const time = new Date(at).toISOString();
  const detail = { id, subject, organization_id: customer, created_at: time, updated_at: time };
  const event = { id: `zen-${number}`, time };
  switch (what) {
    case 'created':
      return zendeskEvent('created', { detail, ...event });
    case 'solved':
      return zendeskEvent('status_changed', { detail, ...event, event: { previous: 'OPEN', current: 'SOLVED' } });
    case 'reopened':
      return zendeskEvent('status_changed', { detail, ...event, event: { previous: 'SOLVED', current: 'OPEN' } });
    case 'filled':
      return zendeskTrigger({
        event: 'updated',
        ticket_id: id,
        ticket_title: subject,
        organization_id: customer,
        organization_name: `店舗 ${customer}`,
        occurredAt: new Date(at - 20 * 60_000).toISOString(),
        created_at: time,
        affectedCustomers: number % 2 === 0 ? '' : `${customer}-branch`,
      });
    default: {
      const author = what === 'wrote' ? { id: '7001', is_staff: false } : { id: 8, is_staff: true, name: agent };
      const said = zendeskComment(author, what !== 'noted', textOf(what, number));
      return { ...said, ...event, subject: `zen:ticket:${id}`, detail: { ...said.detail, ...detail } };
    }
  }
}

/** Of a template that tells neither an id nor a time: an agent says what they say to everybody, a customer is angry. */
export const sameWords = ({ id, subject, customer }: ToolTicket, event: 'agent-replied' | 'customer-wrote'): unknown =>
  zendeskTrigger({
    event,
    ticket_id: id,
    ticket_title: subject,
    organization_id: customer,
    organization_name: `店舗 ${customer}`,
    message: event === 'agent-replied' ? '調査中です。' : 'まだ使えません。いつ直るのですか。',
  });

function intercom({ id, subject, customer }: ToolTicket, what: Happening, at: number, number: number): unknown {
  const seconds = Math.floor(at / 1_000);
  const ticket = intercomTicket({
    id,
    ticket_attributes: { _default_title_: subject },
    contacts: { type: 'contact.list', contacts: [{ type: 'contact', id: customer }] },
    created_at: seconds,
    updated_at: seconds,
  });
  const name = `notif-${number}`;
  const isCustomer = what === 'wrote' || what === 'reopened';
  const author = isCustomer ? { type: 'user', id: customer } : { type: 'admin', id: '5', name: agent };
  const fields = { id: `part-${number}`, body: `<p>${textOf(what, number)}</p>`, created_at: seconds };
  const part = intercomPart(author, what === 'noted' ? { ...fields, part_type: 'note' } : fields);
  const topics = {
    created: 'ticket.created',
    filled: 'ticket.created',
    replied: 'ticket.admin.replied',
    wrote: 'ticket.contact.replied',
    noted: 'ticket.note.created',
    solved: 'ticket.closed',
    reopened: 'ticket.contact.replied',
  };
  const isWord = ['replied', 'wrote', 'noted', 'reopened'].includes(what);
  const item = isWord ? { ticket, ticket_part: part } : what === 'solved' ? { ticket } : ticket;
  return { ...intercomNotification(topics[what], item, name), created_at: seconds, first_sent_at: seconds };
}

function freshdesk({ id, subject, customer }: ToolTicket, what: Happening, at: number, number: number): unknown {
  const events = {
    created: '{ticket_action:created}',
    filled: '{ticket_action:created}',
    replied: '{reply_sent:true}',
    wrote: '{customer_reply:true}',
    noted: '{note_added:true}',
    solved: '{status:{from:2,to:4}}',
    reopened: '{status:{from:4,to:2}}',
  };
  return freshdeskBody({
    triggered_event: events[what],
    ticket_id: id,
    ticket_subject: subject,
    requester_email: customer,
    happened_at: new Date(at).toISOString(),
    ...(textOf(what, number) ? { message: textOf(what, number), agent } : {}),
  });
}

function jira({ id, subject, customer }: ToolTicket, what: Happening, at: number, number: number): unknown {
  const created = new Date(at).toISOString();
  const reporter = { accountId: customer, accountType: 'customer' };
  const issue = jiraIssue({ summary: subject, created, reporter }, { id, key: `SUP-${id}` });
  if (what === 'created' || what === 'filled') return jiraEvent('jira:issue_created', { timestamp: at, issue });
  if (what === 'solved' || what === 'reopened') {
    const [name, key, before] = what === 'solved' ? ['Done', 'done', 'To Do'] : ['To Do', 'new', 'Done'];
    return jiraEvent('jira:issue_updated', {
      timestamp: at,
      issue: { ...issue, fields: { ...issue.fields, status: { name, statusCategory: { key } } } },
      changelog: { items: [{ field: 'status', fromString: before, toString: name }] },
    });
  }
  const author = what === 'wrote' ? reporter : { accountId: 'agent-1', accountType: 'atlassian', displayName: agent };
  const comment = { id: String(number), author, body: textOf(what, number), jsdPublic: what !== 'noted', created };
  return jiraEvent('comment_created', { timestamp: at, issue, comment });
}
