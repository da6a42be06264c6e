/** Bodies of each tool, a row each, of which `whole.txt` keeps all that is made of them. */
import { freshdesk } from '../../../functions/intake/sources/freshdesk.ts';
import { intercom } from '../../../functions/intake/sources/intercom.ts';
import { jira } from '../../../functions/intake/sources/jira.ts';
import type { IntakeSource } from '../../../functions/intake/sources/source.ts';
import { zendesk } from '../../../functions/intake/sources/zendesk.ts';
import { freshdeskBody, intercomConversation, intercomNotification, intercomPart, intercomTicket, jiraEvent, jiraIssue, zendeskComment, zendeskEvent, zendeskTrigger } from '../../fixtures/tickets.ts';

type Fields = Record<string, unknown>;
const bareZendesk = { type: 'zen:event-type:ticket.created', id: 'e1' };
const staff = { id: 8, is_staff: true, name: '鈴木' };
const bySystem = (actor_id: string | number) => ({ ...zendeskComment(staff), detail: { ...zendeskComment(staff).detail, actor_id } });
const moved = (previous: string, current: string) => zendeskEvent('status_changed', { event: { previous, current } });
const blank = (value: unknown) => zendeskTrigger({ occurredAt: value, ongoing: value, businessImpact: value, affectedCustomers: value });
const byTrigger = { event: 'agent-replied', message: '直りました', agent_id: 8, agent: '鈴木', happened_at: '2026-11-24T01:00:00Z' };
const inner = { title: '内', description: '本文', ticket_url: 'https://a.zendesk.com/x' };

const admin = { type: 'admin', id: '3', name: '鈴木', email: 'suzuki@shop.example' };
const part = (topic: string, author: Fields, more: Fields = {}) => intercomNotification(topic, intercomConversation({ conversation_parts: { conversation_parts: [intercomPart(author, more)], total_count: 1 } }));
const replied = (ticket: Fields) => intercomNotification('ticket.admin.replied', { ticket: intercomTicket(ticket), ticket_part: intercomPart(admin) });
const attributes = { _default_title_: 'x', 発生日時: '2026-11-24T09:50:00+09:00', 継続中: 'いいえ', 業務影響: '低下', 対象: 'store-1' };

const wrapped = (fields?: Fields) => ({ freshdesk_webhook: freshdeskBody(fields) });
const generic = { 発生日時: '2026年11月24日 9時50分', 継続中: '継続中', 業務影響: 'degraded / 低下', 対象: 'store-1, store-2', differsFromExpected: 'いいえ' };
// {{ticket.latest_public_comment}}, as wechaty/plugin-freshdesk has received it (src/freshdesk/webhook.ts).
const commented = (message: string) => freshdeskBody({ triggered_event: undefined, event: 'agent-replied', message, agent: '鈴木', agent_email: 'assigned@shop.example' });

const agent = { accountId: 'acc-9', displayName: '鈴木', accountType: 'atlassian' };
const reporter = { accountId: 'acc-1', accountType: 'atlassian' };
const words = (author: Fields, more: Fields = {}) => ({ comment: { id: '1', body: '在庫を直しました。', created: '2026-11-24T10:01:00.000+0900', author, ...more } });
const said = (author: Fields, more: Fields = {}) => jiraEvent('comment_created', words(author, more));
const text = (value: string) => ({ type: 'text', text: value });
const description = {
  type: 'doc',
  version: 1,
  content: [
    { type: 'paragraph', content: [text('棚卸しで '), text('3 個')] },
    { type: 'paragraph', content: [text('足りない')] },
  ],
};
const unreported = { id: '20500', key: 'SUP-31', fields: { summary: 'x', project: { key: 'SUP', projectTypeKey: 'service_desk' } } };

export const rowsOfBodies: [name: string, source: IntakeSource, body: unknown][] = [
  ['Zendesk: a created ticket, of which nothing is known of when it occurred', zendesk, zendeskEvent('created')],
  ['Zendesk: a messaging ticket, which has nothing but an id', zendesk, { ...bareZendesk, detail: { id: 9121 } }],
  ['Zendesk: its id in its subject', zendesk, { ...bareZendesk, detail: {}, subject: 'zen:ticket:9121' }],
  ['Zendesk: nulls', zendesk, zendeskEvent('created', { detail: { tags: null, subject: null, description: null, via: null, organization_id: null, type: null } })],
  ['Zendesk: staff, in public', zendesk, zendeskComment(staff)],
  ['Zendesk: staff, in private', zendesk, zendeskComment(staff, false)],
  ['Zendesk: the customer', zendesk, zendeskComment({ id: '7001', is_staff: false, name: '佐藤' })],
  ['Zendesk: the requester, where nobody says who is staff', zendesk, zendeskComment({ id: '7001' })],
  ['Zendesk: somebody, where nobody says who is staff', zendesk, zendeskComment({ id: '9' })],
  ['Zendesk: the system’s own user', zendesk, zendeskComment({ id: '-1', is_staff: true, name: 'Zendesk' })],
  ['Zendesk: a trigger under an agent’s name, which the event says was the system', zendesk, bySystem('-1')],
  ['Zendesk: the same, by number', zendesk, bySystem(-1)],
  ['Zendesk: the first comment of a ticket that an agent opened, which is the report', zendesk, zendeskComment(staff, true, 'レジで「確定」を押すと止まります。')],
  ['Zendesk: from open to solved', zendesk, moved('OPEN', 'SOLVED')],
  ['Zendesk: from solved to closed', zendesk, moved('SOLVED', 'CLOSED')],
  ['Zendesk: from solved to open', zendesk, moved('SOLVED', 'OPEN')],
  ['Zendesk: from new to pending', zendesk, moved('NEW', 'PENDING')],
  ['Zendesk: deleted, which is an end', zendesk, zendeskEvent('soft_deleted')],
  ['Zendesk: deleted for good', zendesk, zendeskEvent('permanently_deleted')],
  ['Zendesk: undeleted, which is a reopening', zendesk, zendeskEvent('undeleted')],
  ['Zendesk: linked with a problem', zendesk, zendeskEvent('problem_link_changed', { event: { current: '9000', previous: null } })],
  ['Zendesk: a problem’s case', zendesk, zendeskEvent('created', { detail: { problem_id: 9000, type: 'INCIDENT' } })],
  ['Zendesk: its own problem', zendesk, zendeskEvent('created', { detail: { problem_id: '9120' } })],
  ...['', '-', '{{ticket.ticket_field_360001}}', null].map((value): [string, IntakeSource, unknown] => [`Zendesk: fields filled in with ${JSON.stringify(value)}`, zendesk, blank(value)]),
  ['Zendesk: answers that nobody understands', zendesk, zendeskTrigger({ occurredAt: 'さっき', ongoing: 'たぶん', businessImpact: 'high' })],
  ['Zendesk: a ticket in an object of its own, as triggers write it', zendesk, { ticket: { id: 12, title: 'x', status: 'Solved', created_at: 'February 3, 2026', url: 'a.zendesk.com/x' } }],
  ['Zendesk: no address, so the subdomain leads to it', zendesk, { ticket_id: 12, ticket_url: '' }],
  ['Zendesk: an address elsewhere', zendesk, { ticket_id: 12, ticket_url: 'own.example/x' }],
  ['Zendesk: an older template, whose inner ticket says what the body leaves out', zendesk, { ticket_id: '1', ticket_title: '外', ticket: inner }],
  ['Zendesk: an agent’s reply by a trigger', zendesk, zendeskTrigger(byTrigger)],

  ['Intercom: a ticket', intercom, intercomNotification('ticket.created', intercomTicket())],
  ['Intercom: a conversation without a subject', intercom, intercomNotification('conversation.user.created', intercomConversation())],
  ['Intercom: the generic fields as attributes', intercom, intercomNotification('ticket.created', intercomTicket({ ticket_attributes: attributes }))],
  ['Intercom: an agent', intercom, part('conversation.admin.replied', admin)],
  ['Intercom: an agent, once', intercom, part('conversation.admin.single.reply', admin)],
  ['Intercom: a bot', intercom, part('conversation.admin.replied', { type: 'bot', id: '9', name: 'Fin' })],
  ['Intercom: Fin, under a teammate’s account', intercom, part('conversation.admin.replied', { ...admin, from_ai_agent: true })],
  ['Intercom: a teammate, not Fin', intercom, part('conversation.admin.replied', { ...admin, from_ai_agent: false })],
  ['Intercom: a team', intercom, part('conversation.admin.replied', { type: 'team', id: '4' })],
  ['Intercom: a note, told as a reply', intercom, part('conversation.admin.replied', admin, { part_type: 'note' })],
  ['Intercom: an operator', intercom, part('conversation.operator.replied', { type: 'bot', id: '9' })],
  ['Intercom: a note', intercom, part('conversation.admin.noted', admin, { part_type: 'note' })],
  ['Intercom: a customer', intercom, part('conversation.user.replied', { type: 'user', id: 'u-9' })],
  ['Intercom: closed', intercom, part('conversation.admin.closed', admin)],
  ['Intercom: opened again', intercom, part('conversation.admin.opened', admin)],
  ['Intercom: a reply beside its ticket', intercom, replied({})],
  ['Intercom: a reply that the customer does not see', intercom, replied({ is_shared: false })],
  ['Intercom: a reply in the back office', intercom, replied({ category: 'Back-office' })],
  ['Intercom: a ticket that is closed, within its notification', intercom, intercomNotification('ticket.closed', { ticket: intercomTicket() })],
  ['Intercom: a ticket that is resolved', intercom, intercomNotification('ticket.resolved', intercomTicket())],
  ['Intercom: deleted, with a conversation’s id alone', intercom, intercomNotification('conversation.deleted', { type: 'conversation_deleted', conversation_id: 4400222 })],

  ['Freshdesk: a ticket in its wrapper', freshdesk, wrapped()],
  ['Freshdesk: a ticket without one', freshdesk, freshdeskBody()],
  ['Freshdesk: a requester by a second name', freshdesk, wrapped({ requester_email: undefined, ticket_requester_email: 'a@shop.example' })],
  ['Freshdesk: a requester by a third', freshdesk, wrapped({ requester_email: undefined, ticket_contact_email: 'a@shop.example' })],
  ['Freshdesk: a company, which comes before them', freshdesk, wrapped({ ticket_company_name: '渋谷店' })],
  ['Freshdesk: the comment of somebody', freshdesk, commented('Rui LI : <div style="font-size:14px"><div dir="ltr">test note</div></div>')],
  ['Freshdesk: a comment with a colon', freshdesk, commented('佐藤 花子 : <p>A : B</p>')],
  ['Freshdesk: a comment of nobody', freshdesk, commented('注意 : 再起動しないでください。')],
  ['Freshdesk: a comment with a time', freshdesk, commented('<p>10:30 : <b>復旧</b></p>')],
  ['Freshdesk: the generic fields', freshdesk, wrapped(generic)],
  ['Freshdesk: what the rule says itself', freshdesk, wrapped({ event: 'agent-replied', agent_email: 'Suzuki@a.jp', agent: '鈴木', message: '<p>直りました</p>' })],
  ['Freshdesk: its status, where nothing else says', freshdesk, wrapped({ triggered_event: undefined, ticket_status: 'Resolved' })],
  ['Freshdesk: an id by number', freshdesk, wrapped({ ticket_id: 310 })],

  ['Jira: a ticket, its key shown and its id kept', jira, jiraEvent('jira:issue_created')],
  ['Jira: a first event, which says when it was created', jira, jiraEvent('jira:issue_created', { issue: jiraIssue({ created: undefined }) })],
  ['Jira: another event, which does not', jira, jiraEvent('jira:issue_updated', { issue: jiraIssue({ created: undefined }) })],
  ['Jira: an update of one that was created', jira, jiraEvent('jira:issue_updated')],
  ['Jira: a description of nodes', jira, jiraEvent('jira:issue_created', { issue: jiraIssue({ description }) })],
  ['Jira: an agent, in public', jira, said(agent, { jsdPublic: true })],
  ['Jira: an agent, internally', jira, said(agent, { jsdPublic: false })],
  ['Jira: somebody, where nothing is public', jira, said(agent)],
  ['Jira: a portal customer', jira, said({ accountId: 'c', accountType: 'customer' }, { jsdPublic: true })],
  ['Jira: the reporter', jira, said(reporter, { jsdPublic: true })],
  ['Jira: the reporter, internally', jira, said(reporter, { jsdPublic: false })],
  ['Jira: an automation', jira, said({ accountId: 'bot', accountType: 'app' }, { jsdPublic: true })],
  ['Jira: an issue without a reporter', jira, jiraEvent('comment_created', { issue: unreported, ...words(agent, { jsdPublic: true }) })],
  ['Jira: a changelog item without a toString', jira, jiraEvent('jira:issue_updated', { issue: jiraIssue({ status: null }), changelog: { id: '1', items: [{ field: 'status', fromString: 'x' }] } })],
  ['Jira: deleted', jira, jiraEvent('jira:issue_deleted')],
];
