/** Under which names a template may tell what, who a report is from, and what each topic of a tool means. */
import { describe, expect, test } from 'vitest';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { freshdesk } from '../../../functions/intake/sources/freshdesk.ts';
import { intercom } from '../../../functions/intake/sources/intercom.ts';
import { jira } from '../../../functions/intake/sources/jira.ts';
import { zendesk } from '../../../functions/intake/sources/zendesk.ts';
import {
  intercomConversation,
  intercomNotification,
  intercomTicket,
  jiraEvent,
  jiraIssue,
  zendeskEvent,
} from '../../fixtures/tickets.ts';
import { configWith, readBody, signalOf } from './reading.ts';

type Row = [what: keyof Signal, names: string[]];
/** Names in an object `ticket` are written with a dot. */
const templates: [tool: string, source: typeof zendesk, rows: Row[]][] = [
  [
    'Zendesk',
    zendesk,
    [
      ['title', ['ticket_title', 'title', 'subject', 'ticket_subject', 'ticket.title', 'ticket.subject']],
      ['description', ['ticket_description', 'description', 'ticket.description']],
      ['form', ['form', 'ticket.form', 'ticket_form']],
      ['channel', ['channel', 'ticket.channel', 'ticket_via', 'via', 'ticket.via']],
      ['message', ['message', 'latest_public_comment', 'latest_comment', 'ticket.latest_comment']],
    ],
  ],
  [
    'Freshdesk',
    freshdesk,
    [
      ['title', ['ticket_subject', 'subject', 'ticket_title', 'ticket.subject']],
      ['description', ['ticket_description', 'description', 'ticket.description']],
      ['form', ['form', 'ticket.form', 'ticket_form', 'ticket_type', 'type', 'ticket.type']],
      ['channel', ['channel', 'ticket.channel', 'ticket_source', 'source', 'ticket.source']],
      ['area', ['area', 'ticket.area', 'ticket_product_name', 'product_name', 'ticket.product_name']],
      ['message', ['message', 'latest_public_comment', 'ticket_latest_public_comment', 'comment', 'ticket.message']],
    ],
  ],
];

describe.each(templates)('the template of %s', (_, source, rows) => {
  test.each(rows)('%s is told by %j', (what, names) => {
    const word = (index: number): string => `word-${index}`;
    names.forEach((_name, first) => {
      const body: Record<string, unknown> = { event: 'agent-replied', ticket: { id: '1' } };
      for (const [index, name] of names.entries()) {
        const [own = '', inner] = name.split('.');
        const place = inner === undefined ? body : (body.ticket as Record<string, unknown>);
        // What was not filled in says nothing.
        place[inner ?? own] = index < first ? ['', '{{ticket.x}}', null][index % 3] : word(index);
      }
      expect([names[first], signalOf(source, body)[what]]).toEqual([names[first], word(first)]);
    });
  });

  test.each([
    ['happenedAt', ['happened_at', 'updated_at', 'ticket.updated_at']],
    ['reportedAt', ['ticket_created_at', 'created_at', 'ticket.created_at']],
  ] as const)('%s is told by each of %j', (what, names) => {
    for (const name of names) {
      const [own = '', inner] = name.split('.');
      const at = '2026-11-24T00:58:30Z';
      const body = inner ? { ticket: { id: '1', [inner]: at } } : { ticket_id: '1', [own]: at };
      expect([name, signalOf(source, body)[what]]).toEqual([name, new Date(at)]);
    }
  });
});

const requester = { requester_id: '7', requester_email: 'a@x.jp', requester_name: '佐藤' };
const contact = (fields: object) => ({ type: 'contact', ...fields });
const ticketOf = (fields: Record<string, unknown>) =>
  intercomNotification('ticket.created', intercomTicket({ contacts: null, ...fields }));
const withField = (customfield_1: unknown, reporter?: unknown) =>
  jiraEvent('jira:issue_created', { issue: jiraIssue({ customfield_1, ...(reporter ? { reporter } : {}) }) });

test.each<[string, typeof zendesk, unknown, idAndName: string | undefined]>([
  ['an organization', zendesk, zendeskEvent('created'), '8100'],
  ['a requester', zendesk, zendeskEvent('created', { detail: { organization_id: null } }), '7001'],
  ['nobody', zendesk, zendeskEvent('created', { detail: { organization_id: null, requester_id: null } }), undefined],
  [
    'an organization by its id, with its name',
    zendesk,
    { ticket_id: '1', organization_id: '8', organization_name: '渋谷店', ...requester },
    '8 渋谷店',
  ],
  ['an organization', zendesk, { ticket_id: '1', organization_name: '渋谷店', ...requester }, '渋谷店 渋谷店'],
  ['a requester by id, with their name', zendesk, { ticket_id: '1', ...requester }, '7 佐藤'],
  ['a requester by address', zendesk, { ticket_id: '1', requester_email: 'a@x.jp' }, 'a@x.jp'],
  ['a company’s id', intercom, ticketOf({ company_id: 'k1', company: { id: 'k2' } }), 'k1'],
  ['a company with its name', intercom, ticketOf({ company: { id: 'k2', name: '渋谷店' } }), 'k2 渋谷店'],
  [
    'a contact, where the company is “0”',
    intercom,
    ticketOf({ company_id: '0', contacts: { contacts: [contact({ id: 'c1', name: '佐藤' })] } }),
    'c1 佐藤',
  ],
  [
    'the first contact that is no teammate',
    intercom,
    ticketOf({ contacts: { contacts: [{ type: 'admin', id: 'a1' }, contact({}), contact({ id: 'c2' })] } }),
    'c2',
  ],
  ['its user', intercom, intercomNotification('conversation.user.created', intercomConversation()), 'u-9 渋谷店'],
  ['a ticket’s contact', intercom, ticketOf({ contact: { id: 'c3' } }), 'c3'],
  ['a writer', intercom, ticketOf({ source: { author: { type: 'user', id: 'u1', name: '佐藤' } } }), 'u1 佐藤'],
  [
    'a company’s id, with its name',
    freshdesk,
    { ticket_id: '1', ticket_company_id: '55', ticket_company_name: '渋谷店', ...requester },
    '55 渋谷店',
  ],
  ['a company’s id', freshdesk, { ticket_id: '1', company_id: '55', company_name: '渋谷店' }, '55 渋谷店'],
  ['its id behind its name', freshdesk, { ticket_id: '1', company_name: '渋谷店', company_id: '55' }, '55 渋谷店'],
  ...(['ticket_company_id', 'company_id'] as const).map((key): [string, typeof freshdesk, unknown, string] => [
    `its id behind its name, behind a text, as ${key}`,
    freshdesk,
    { ticket_id: '1', ticket_subject: 'x', ticket_company_name: '渋谷店', ...requester, [key]: '55' },
    '55 渋谷店',
  ]),
  ['company', freshdesk, { ticket_id: '1', ticket_requester_company_name: '渋谷店', ...requester }, '渋谷店 渋谷店'],
  ['a requester by address and name', freshdesk, { ticket_id: '1', ...requester }, 'a@x.jp 佐藤'],
  ['a requester by id', freshdesk, { ticket_id: '1', requester_id: '7' }, '7'],
  ['a requester by a name alone, who chose it', freshdesk, { ticket_id: '1', ticket_contact_name: '佐藤' }, undefined],
  ['a company’s id without its name', freshdesk, { ticket_id: '1', company_id: '55' }, '55'],
  ['nobody', freshdesk, { ticket_id: '1' }, undefined],
  ['the field’s option', jira, withField({ value: 'store-1', name: 'x', id: '9' }), 'store-1'],
  ['the field’s user', jira, withField({ displayName: '佐藤', id: '9' }), '佐藤'],
  ['the first of the field’s list', jira, withField([{ name: 'store-1' }, { name: 'store-2' }]), 'store-1'],
  ['the field’s text', jira, withField('store-1'), 'store-1'],
  ['the field’s number', jira, withField(12), '12'],
  ['the reporter, where the field is empty', jira, withField([]), 'acc-1 佐藤'],
  ['a reporter of an own server', jira, withField(null, { key: 'JIRAUSER1', name: 'sato' }), 'JIRAUSER1'],
])('a report is from: %s', (_, source, body, idAndName) => {
  const [id, name] = idAndName?.split(' ') ?? [];
  const customer = id === undefined ? undefined : { id, ...(name && { name }) };
  expect(signalOf(source, body, configWith({ JIRA_CUSTOMER_FIELD: 'customfield_1' })).customer).toEqual(customer);
});

/** By the kind of signal that they make; those that nobody waits for make none. */
const topics: [tool: string, source: typeof zendesk, told: (topic: string) => unknown, Record<string, string>][] = [
  [
    'Zendesk',
    zendesk,
    (topic) => zendeskEvent(topic),
    {
      stated: 'created subject_changed description_changed organization_changed requester_changed',
      solved: 'soft_deleted permanently_deleted marked_as_spam',
      reopened: 'undeleted',
      noted: 'merged problem_link_changed tags_changed type_changed form_changed priority_changed custom_field_changed',
      nobody: 'agent_assignment_changed',
    },
  ],
  [
    'Intercom',
    intercom,
    (topic) => intercomNotification(topic, intercomTicket()),
    {
      stated:
        'ticket.created ticket.attribute.updated ticket.contact.attached conversation.user.created conversation.contact.created',
      'customer-wrote': 'ticket.contact.replied conversation.user.replied conversation.contact.replied',
      noted: 'ticket.note.created conversation.operator.replied conversation.admin.noted',
      solved: 'ticket.closed ticket.resolved ticket.deleted conversation.admin.closed conversation.deleted',
      nobody: 'ticket.admin.assigned conversation.rating.added contact.deleted',
      reopened: 'conversation.admin.opened',
    },
  ],
  [
    'Jira',
    jira,
    (topic) => jiraEvent(topic),
    {
      stated: 'jira:issue_created',
      noted: 'jira:issue_updated comment_created comment_updated',
      solved: 'jira:issue_deleted',
      nobody: 'comment_deleted issuelink_created',
    },
  ],
];

describe.each(topics)('a topic of %s', (_, source, told, kinds) => {
  const rows = Object.entries(kinds).flatMap(([kind, all]) => all.split(' ').map((topic) => [topic, kind]));
  test.each(rows)('%s is %s', (topic = '', kind) => {
    const reading = readBody(source, told(topic));
    expect('signal' in reading ? reading.signal.kind : 'nobody').toBe(kind);
  });
});
