/** What is made of a whole body of each tool, field by field: no two fields of it have the same value. */
import { describe, expect, test } from 'vitest';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { freshdesk } from '../../../functions/intake/sources/freshdesk.ts';
import { generic } from '../../../functions/intake/sources/generic.ts';
import { intercom } from '../../../functions/intake/sources/intercom.ts';
import { jira } from '../../../functions/intake/sources/jira.ts';
import { monitoring } from '../../../functions/intake/sources/monitoring.ts';
import type { IntakeSource } from '../../../functions/intake/sources/source.ts';
import { zendesk } from '../../../functions/intake/sources/zendesk.ts';
import { policy } from '../../../functions/policy.ts';
import { naming } from '../../fixtures/naming.ts';
import {
  freshdeskBody,
  intercomConversation,
  intercomNotification,
  intercomPart,
  intercomTicket,
  jiraEvent,
  jiraIssue,
  zendeskEvent,
  zendeskTrigger,
} from '../../fixtures/tickets.ts';
import { inALine } from '../../in-a-line.ts';
import { configWith, readBody, receivedAt, signalOf } from './reading.ts';
import { rowsOfBodies } from './rows-of-bodies.ts';

const config = configWith({
  ZENDESK_SUBDOMAIN: 'acme',
  INTERCOM_APP_ID: 'app-1',
  JIRA_CUSTOMER_FIELD: 'customfield_10050',
});
const at = (time: string): Date => new Date(`2026-11-24T${time}Z`);
const seconds = (time: string): number => at(time).getTime() / 1_000;

const stated = {
  metronome: {
    occurredAt: '2026-11-24T00:40:00Z',
    ongoing: 'no',
    businessImpact: 'degraded',
    affectedCustomers: [{ id: 'b', name: 'B店', contactId: 'chain' }, 'c'],
    affectedCustomerCount: 7,
    category: 'question',
    form: 'stated-form',
    area: 'stated-area',
    channel: 'stated-channel',
    differsFromExpected: 'yes',
    reporterAffected: 'no',
    // A tool's body never says these.
    relatedIncidentId: 'inc_0123456789abcdef01234567',
    drill: 'yes',
    customer: { id: 'stated', name: '本店' },
  },
};
const agent = { type: 'admin', id: '3', name: '鈴木', email: 'suzuki@shop.example' };
const part = intercomPart(agent, { id: 'part-9', created_at: seconds('01:00:30') });
const zendeskReply = {
  event: {
    comment: {
      id: 771,
      body: '調べています。',
      is_public: true,
      author: { id: '8', is_staff: true, name: '鈴木' },
      created_at: '2026-11-24T01:00:20Z',
    },
  },
  detail: { created_at: '2026-11-24T00:58:30Z', problem_id: '9000', type: 'INCIDENT' },
  time: '2026-11-24T01:00:45Z',
};
const jiraReply = {
  comment: {
    id: '88',
    body: '在庫を直しました。',
    created: '2026-11-24T01:00:10Z',
    author: { accountId: 'acc-9', displayName: '鈴木', emailAddress: 'suzuki@shop.example', accountType: 'atlassian' },
    jsdPublic: true,
  },
  timestamp: at('01:00:50').getTime(),
};

const genericTicket = {
  id: 'T-1001',
  subject: '注文が通らない',
  description: 'レジで注文を確定できない',
  url: 'https://support.example/T-1001',
  category: 'Question',
  form: 'pos-trouble',
  channel: 'phone',
  area: 'order',
  occurredAt: '2026-11-24T09:50:00+09:00',
  reportedAt: '2026-11-24T10:00:00+09:00',
  ongoing: 'NO',
  differsFromExpected: 'yes',
  customer: { id: 'store-12', name: '渋谷店', contactId: 'chain-3' },
  affectedCustomers: [{ id: 13 }, { id: 'store-14', name: '新宿店' }],
  affectedCustomerCount: 0,
  businessImpact: 'inconvenient',
  ...naming('inc_0123456789abcdef01234567'),
  reporterAffected: false,
  drill: true,
};
const incident = {
  incident_id: '0.abc1',
  scoping_project_id: 'shop-prod',
  url: 'https://console.cloud.google.com/x',
  severity: 'Critical',
  started_at: seconds('00:55:00'),
  ended_at: seconds('01:01:00'),
  state: 'CLOSED',
  resource: { labels: { project_id: 'shop-data' } },
  resource_display_name: 'order-api',
  resource_name: 'other-name',
  metric: { type: 'run.googleapis.com/request_latencies' },
  policy_name: 'API latency',
  policy_user_labels: { service: 'Order', runbook: 'latency', customer: 'chain-3', 'business-impact': 'Stopped' },
  condition_name: 'p99 above 2 s',
  condition: {
    name: 'projects/shop-prod/alertPolicies/7001/conditions/1',
    conditionThreshold: { filter: 'metric.type="x"' },
    displayName: 'another name',
  },
  summary: 'Latency is above.',
};
const bodies: [name: string, source: IntakeSource, body: unknown, config?: typeof config][] = [
  ['Zendesk: a reply', zendesk, zendeskEvent('comment_added', zendeskReply)],
  [
    'Zendesk: a new subject',
    zendesk,
    { ...zendeskEvent('subject_changed', { event: { current: '会計できない', previous: 'x' } }), ...stated },
  ],
  [
    'Zendesk: a new description',
    zendesk,
    zendeskEvent('description_changed', { event: { current: '別の説明' }, detail: { tags: [] } }),
  ],
  [
    'Zendesk: the template’s note',
    zendesk,
    zendeskTrigger({
      event: 'noted',
      happened_at: '2026-11-24T01:00:00Z',
      ticket_form: 'フォーム',
      ticket_via: 'Web 経由',
      ticket_type: 'Problem',
      agent_id: 8,
      agent: '鈴木',
      message: '<p>社内で確認中</p>',
      problem_id: 9001,
      area: '会計',
    }),
  ],
  [
    'Intercom: a reply to a ticket',
    intercom,
    intercomNotification('ticket.admin.replied', {
      ticket: intercomTicket({
        company_id: 'k1',
        tags: { tags: [{ name: 'vip' }, 'pos'] },
        created_at: seconds('00:58:30'),
      }),
      ticket_part: part,
    }),
  ],
  [
    'Intercom: a report, which has no agent, no words of its own and is as old as its ticket',
    intercom,
    intercomNotification(
      'ticket.created',
      intercomTicket({
        created_at: seconds('00:58:30'),
        contacts: null,
        custom_attributes: stated.metronome,
        ticket_parts: { ticket_parts: [part] },
      }),
    ),
  ],
  [
    'Intercom: the end of a conversation, which happened when it was told of',
    intercom,
    {
      ...intercomNotification(
        'conversation.admin.closed',
        intercomConversation({
          title: '決済',
          source: { type: 'email', subject: '件名', body: '<p>本文</p>' },
          conversation_parts: { conversation_parts: [part, intercomPart(agent, { id: 'p2', body: null })] },
          created_at: seconds('00:58:30'),
        }),
      ),
      created_at: seconds('01:00:40'),
    },
  ],
  [
    'Freshdesk: a reply',
    freshdesk,
    {
      freshdesk_webhook: freshdeskBody({
        triggered_event: '{reply_sent:sent}',
        happened_at: '2026-11-24T01:00:00Z',
        ticket_created_at: '2026-11-24T00:58:30Z',
        ticket_source: 'Portal',
        ticket_product_name: '印刷',
        ticket_tags: 'vip, pos',
        ticket_company_name: '渋谷店',
        ticket_company_id: 55,
        ticket_agent_name: '鈴木',
        ticket_agent_email: 'Suzuki@shop.example',
        latest_public_comment: '<p>確認中です</p>',
        metronome: { ongoing: 'yes' },
      }),
      metronome: { businessImpact: 'none' },
    },
  ],
  [
    'Freshdesk: a report, which has nobody’s answer',
    freshdesk,
    { ...freshdeskBody({ ticket_tags: ['Drill'], message: 'x' }), updated_at: '2026-11-24T01:00:00Z' },
  ],
  ['Jira: a reply', jira, jiraEvent('comment_created', { ...jiraReply, metronome: { ongoing: 'no' } })],
  [
    'Jira: words that were changed, with their author, at the time of the event',
    jira,
    jiraEvent('jira:issue_updated', {
      user: { emailAddress: 'mori@shop.example', displayName: '森' },
      timestamp: at('01:00:50').getTime(),
      issue: jiraIssue({ description: '棚卸しで', components: [{ name: 'a' }, { name: 'b' }] }),
      changelog: { items: [{ field: 'reporter' }] },
    }),
  ],
  ['The generic ticket', generic, genericTicket, configWith({ JOIN_KEY_SECRET: 'local' })],
  ['Cloud Monitoring: a close', monitoring, { version: '1.2', incident }],
];

test('of each body all of this is made, and nothing else (else: vitest -u, and read what has changed)', async () => {
  const made = [...bodies, ...rowsOfBodies].map(([name, source, body, own = config]) => {
    const { id, ...signal } = signalOf(source, body, own);
    expect(id).toMatch(/^sig_/);
    return `${name} ⇒ ${inALine(signal)}\n`;
  });
  await expect(made.join('')).toMatchFileSnapshot('whole.txt');
});

describe('at its edges', () => {
  const template = (fields: Record<string, unknown>): Signal => signalOf(zendesk, { ticket_id: '1', ...fields });

  test('nothing has happened after it came in, however the tool’s clock goes', () => {
    const happened = (happened_at: string) => template({ happened_at }).happenedAt;
    expect(happened('2026-11-24T01:02:00Z')).toEqual(receivedAt);
    expect(happened('2026-11-24T01:02:00.001Z')).toEqual(receivedAt);
    expect(happened('2026-11-24T01:01:59.999Z')).toEqual(new Date(receivedAt.getTime() - 1));
  });

  test('a hundred tags are kept, each once', () => {
    const tags = Array.from({ length: 101 }, (_, index) => `t${index}`);
    expect(template({ ticket_tags: ['t0', ...tags] }).tags).toEqual(tags.slice(0, 100));
    expect(template({ ticket_tags: 'a,, b {{ticket.tags}}  a' }).tags).toEqual(['a', 'b']);
  });

  test.each(['drill', 'Metronome-Drill', '訓練'])('the tag %s makes it a drill', (tag) => {
    expect(template({ ticket_tags: [tag] }).isDrill).toBe(true);
    expect(template({ ticket_tags: [`${tag}s`] }).isDrill).toBe(false);
  });

  test('what is longer than it may be is cut: titles, descriptions, messages, names and ids', () => {
    const { maxTitleCharacters, maxDescriptionBytes } = policy.intake;
    const long = 'x'.repeat(maxDescriptionBytes + 1);
    const signal = template({
      event: 'noted',
      ticket_title: long,
      description: long,
      message: long,
      form: long,
      channel: long,
      area: long,
      ticket_tags: [long],
      ticket_url: `https://a.example/${'y'.repeat(1_982)}`,
    });
    const bytes = (text: string | undefined): number => Buffer.byteLength(text ?? '');
    const { title, description, message, form, channel, area, tags, url } = signal;
    expect([title, description, message].map(bytes)).toEqual([
      maxTitleCharacters * 4,
      maxDescriptionBytes,
      maxDescriptionBytes,
    ]);
    expect([form, channel, area, tags[0], url].map(bytes)).toEqual([200, 200, 200, 200, 2_000]);
    expect(template({ ticket_url: `https://a.example/${'y'.repeat(1_983)}` })).not.toHaveProperty('url');
    const comment = { comment: { id: 'c'.repeat(300), is_public: true, author: { id: long, name: long } } };
    const { commentId, agent, agentName } = signalOf(zendesk, zendeskEvent('comment_added', { event: comment }));
    expect([commentId, agent, agentName].map(bytes)).toEqual([200, 320 + 'zendesk:'.length, 320]);
  });

  test.each([
    ['a.zendesk.com/x', 'https://a.zendesk.com/x'],
    ['HTTP://a.example/x', 'HTTP://a.example/x'],
    ['http://localhost:8080/x', 'http://localhost:8080/x'],
    ['localhost/x', 'https://localhost/x'],
    ['nowhere', undefined],
    ['https://a.example/x y', undefined],
    ['javascript:alert(1)', undefined],
  ])('the address %s is %s', (url, read) => {
    expect(template({ url }).url).toBe(read);
  });

  test.each<[string, unknown, string | undefined]>([
    ['an end user', { actor: { type: 'end_user' }, message: { body: 'はい' } }, 'customer-wrote'],
    ['an agent without a name', { actor: { type: 'agent', id: 8 }, message: { text: 'はい' } }, 'agent-replied'],
    ['an agent', { actor: { type: 'agent', id: '8', name: '鈴木' }, message: { body: 'はい' } }, 'agent-replied'],
    ['the system', { actor: { type: 'system' }, message: { body: 'はい' } }, 'noted'],
    ['the system, without words', { actor: { type: 'system' } }, undefined],
  ])('a message of %s', (_, event, kind) => {
    const message = zendeskEvent('messaging_ticket.message_added', { event: event as Record<string, unknown> });
    const reading = readBody(zendesk, message);
    expect('signal' in reading ? reading.signal.kind : undefined).toBe(kind);
    const { name } = (event as { actor: { name?: string } }).actor;
    const agent = { agent: 'zendesk:8', message: 'はい', ...(name && { agentName: name }) };
    if (kind === 'agent-replied') expect(reading).toMatchObject({ signal: agent });
  });

  test('an agent without a name is named by their number', () => {
    const comment = (author: object, more: object = {}) => {
      const said = { comment: { body: 'x', public: true, author, ...more } };
      return signalOf(zendesk, zendeskEvent('comment_added', { event: said }));
    };
    expect(comment({ id: 8, is_staff: true }).agent).toBe('zendesk:8');
    expect(comment({ is_staff: true }, { author_id: 9 }).agent).toBe('zendesk:9');
    // Staff who report for themselves are staff; a reporter who is said to be none is the customer.
    expect(comment({ id: '7001', is_staff: true }).kind).toBe('agent-replied');
    expect(comment({ id: '5', is_staff: false }).kind).toBe('customer-wrote');
  });

  test.each(['solved', 'closed', 'deleted', 'archived', 'scrubbed'])(
    'a Zendesk ticket that is %s is over',
    (status) => {
      expect(template({ ticket_status: status }).kind).toBe('solved');
      const moved = (previous: string, current: string | undefined) => {
        const event = zendeskEvent('status_changed', { event: { previous, current }, detail: { status: 'OPEN' } });
        return signalOf(zendesk, event).kind;
      };
      expect(moved('OPEN', status.toUpperCase())).toBe('solved');
      expect([moved(status, 'PENDING'), moved(status, undefined)]).toEqual(['reopened', 'reopened']);
    },
  );

  test('a status that the event does not tell is the ticket’s', () => {
    expect(signalOf(zendesk, zendeskEvent('status_changed', { detail: { status: 'CLOSED' } })).kind).toBe('solved');
    expect(signalOf(zendesk, zendeskEvent('status_changed', { detail: { status: null } })).kind).toBe('noted');
  });

  test.each(['4', '5', 'Closed', '解決済み', '解決済', 'クローズ', 'クローズ済み', '完了'])(
    'a Freshdesk ticket that is %s is over',
    (status) => {
      expect(signalOf(freshdesk, { ticket_id: 1, ticket: { status } }).kind).toBe('solved');
    },
  );

  test.each([
    ['完了', undefined, 'solved'],
    ['Resolved', undefined, 'solved'],
    ['クローズ済み', undefined, 'solved'],
    // Its category says better than its name.
    ['Done', 'indeterminate', 'noted'],
    ['出荷待ち', 'Done', 'solved'],
  ])('Jira: to %s of category %s is %s', (to, key, kind) => {
    const issue = jiraIssue({ status: { name: to, ...(key ? { statusCategory: { key } } : {}) } });
    const changelog = { items: [{ field: 'status', fromString: 'To Do', toString: to }] };
    expect(signalOf(jira, jiraEvent('jira:issue_updated', { issue, changelog })).kind).toBe(kind);
  });

  const back = { field: 'status', fromString: 'x', toString: 'To Do' };
  test.each<[string, object[], string]>([
    ['it had a resolution and has none', [back, { field: 'resolution', from: '1' }], 'reopened'],
    ['it has another resolution', [back, { field: 'resolution', from: '1', to: '2' }], 'noted'],
    ['it had none', [back, { field: 'resolution' }], 'noted'],
    ['it was over', [{ ...back, fieldId: 'x', field: 'Status', fromString: '解決済み' }], 'reopened'],
  ])('Jira: moved, where %s', (_, items, kind) => {
    expect(signalOf(jira, jiraEvent('jira:issue_updated', { changelog: { items } })).kind).toBe(kind);
  });

  test('Jira: moved back by its own event, and commented by the event of an update', () => {
    const items = [back];
    const updated = (issue_event_type_name: string, more: object = {}) =>
      signalOf(jira, jiraEvent('jira:issue_updated', { issue_event_type_name, changelog: { items }, ...more }));
    expect(updated('issue_reopened').kind).toBe('reopened');
    expect(updated('issue_commented', jiraReply)).toMatchObject({ kind: 'agent-replied', commentId: '88' });
  });

  test('Jira: an automation’s public answer, and one by the reporter, are no agent’s', () => {
    const by = (author: object) =>
      signalOf(jira, jiraEvent('comment_created', { comment: { ...jiraReply.comment, author } }));
    expect(by({ accountId: 'acc-1', accountType: 'app' }).kind).toBe('noted');
    const reporter = by({ accountId: 'acc-1', displayName: '佐藤' });
    expect([reporter.kind, 'agent' in reporter]).toEqual(['customer-wrote', false]);
    expect(by({ displayName: '佐藤' }).kind).toBe('agent-replied');
  });

  test('Jira: what is deleted says so, and a line break of a document is one', () => {
    expect(signalOf(jira, jiraEvent('jira:issue_deleted')).message).toBe('The issue was deleted.');
    const text = (value: string) => ({ type: 'text', text: value });
    const content = [
      { type: 'heading', content: [text('件名')] },
      { type: 'paragraph', content: [text('一行目'), { type: 'hardBreak' }, text('二行目')] },
      {
        type: 'bulletList',
        content: [{ type: 'listItem', content: [{ type: 'paragraph', content: [text('項目')] }] }],
      },
      ...['heading', 'codeBlock', 'listItem', 'mention'].map((type) => ({ type, content: [text(type)] })),
    ];
    const issue = jiraIssue({ description: { type: 'doc', content } });
    expect(signalOf(jira, jiraEvent('jira:issue_created', { issue })).description).toBe(
      '件名\n一行目\n二行目\n項目\n\nheading\ncodeBlock\nlistItem\nmention',
    );
  });

  test('the address of an issue is for people; without a key or a site there is none', () => {
    const url = (issue: Record<string, unknown>) =>
      signalOf(jira, jiraEvent('jira:issue_created', { issue: jiraIssue({}, issue) })).url;
    expect(url({ key: 'A B-1' })).toBe('https://acme.atlassian.net/browse/A%20B-1');
    expect(url({ self: 'HTTP://jira.example/rest/1' })).toBe('http://jira.example/browse/SUP-31');
    for (const none of [{ key: null }, { self: null }, { self: 'ftp://x.example/1' }])
      expect(url(none)).toBeUndefined();
  });

  test.each([
    ['https://acme.zendesk.com/agent', 'https://acme.zendesk.com/agent/tickets/9120'],
    ['ACME', 'https://acme.zendesk.com/agent/tickets/9120'],
    ['help.acme.example', 'https://help.acme.example/agent/tickets/9120'],
    ['a b', undefined],
    ['HTTP://a-0z.Zendesk.COM', 'https://a-0z.zendesk.com/agent/tickets/9120'],
    [`9${'a'.repeat(62)}`, `https://9${'a'.repeat(62)}.zendesk.com/agent/tickets/9120`],
    ['a'.repeat(254), undefined],
    [undefined, undefined],
  ])('ZENDESK_SUBDOMAIN %s leads to %s', (name, url) => {
    const own = configWith(name ? { ZENDESK_SUBDOMAIN: name } : {});
    expect(signalOf(zendesk, zendeskEvent('created'), own).url).toBe(url);
  });

  test('an address in Intercom needs an app, its own before the notification’s', () => {
    const url = (app_id: string | null, own?: string) =>
      signalOf(
        intercom,
        { ...intercomNotification('ticket.created', intercomTicket()), app_id },
        configWith(own ? { INTERCOM_APP_ID: own } : {}),
      ).url;
    const within = (app: string) => `https://app.intercom.com/a/inbox/${app}/inbox/conversation/4400111`;
    expect([url('theirs'), url('theirs', 'own')]).toEqual([within('theirs'), within('own')]);
    for (const none of [null, 'a b', 'a'.repeat(65)]) expect(url(none)).toBeUndefined();
    expect(url('a-_9'.repeat(16))).toBe(within('a-_9'.repeat(16)));
  });

  test('of an Intercom conversation the last part that says something is the word', () => {
    const word = (...parts: object[]) => {
      const conversation = intercomConversation({ conversation_parts: { conversation_parts: parts } });
      return signalOf(intercom, intercomNotification('conversation.user.replied', conversation));
    };
    const user = { type: 'user', id: 'u-9' };
    const said = (id: string, body: string | null) => intercomPart(user, { id, body });
    expect(word(said('p1', 'a'), said('p2', 'b'), said('p3', null))).toMatchObject({ commentId: 'p2', message: 'b' });
    expect(word(said('p1', null), said('p2', null)).commentId).toBe('p2');
    expect(word()).not.toHaveProperty('message');
    const deleted = intercomNotification('conversation.deleted', intercomConversation());
    expect(signalOf(intercom, deleted).message).toBe('The conversation was deleted.');
  });
});

describe('the generic ticket at its edges', () => {
  const read = (fields: Record<string, unknown>): Signal => signalOf(generic, { id: 'T-1', subject: 'x', ...fields });
  const problemsOf = (fields: Record<string, unknown>): string[] => read(fields).problems.map(({ path }) => path);

  test.each<[string, unknown, boolean]>([
    ['affectedCustomerCount', 0, true],
    ['affectedCustomerCount', 100_000_000, true],
    ['affectedCustomerCount', 100_000_001, false],
    ['affectedCustomerCount', 1.5, false],
    ['affectedCustomerCount', -1, false],
    ['affectedCustomerCount', '3', false],
    ['url', `https://a.example/${'y'.repeat(1_982)}`, true],
    ['url', `https://a.example/${'y'.repeat(1_983)}`, false],
    ['url', 'https://a.example/x y', false],
    ['url', 'ftp://a.example/x', false],
    // Without its key it is a suggestion.
    ['relatedIncidentId', `inc_${'0'.repeat(24)}`, false],
    ['relatedIncidentId', `inc_${'0'.repeat(25)}`, false],
    ['businessImpact', ' None ', true],
    ['category', 'other', false],
  ])('%s of %j is taken: %s', (field, value, isTaken) => {
    expect([problemsOf({ [field]: value }), field in read({ [field]: value })]).toEqual(
      isTaken ? [[], true] : [[field], false],
    );
  });

  test.each(['', '  ', null])('%j says nothing, of any field, and is no mistake', (blank) => {
    const words = ['description', 'url', 'form', 'channel', 'area', 'category', 'occurredAt', 'reportedAt', 'customer'];
    const choices = ['affectedCustomers', 'affectedCustomerCount', 'businessImpact', 'relatedIncidentId', 'ongoing'];
    const all = [...words, ...choices, 'differsFromExpected', 'reporterAffected', 'drill'];
    const signal = read(Object.fromEntries(all.map((field) => [field, blank])));
    const { id: _, ...rest } = signal;
    const { id: __, ...none } = read({});
    expect(rest).toEqual(none);
  });

  test('names no more customers than the policy’s number, and says how many there were', () => {
    const { maxNamedCustomers: most } = policy.intake;
    const named = (count: number) => read({ affectedCustomers: Array.from({ length: count }, (_, id) => ({ id })) });
    expect([named(most).affectedCustomers.length, named(most).problems]).toEqual([most, []]);
    const more = named(most + 1);
    expect([more.affectedCustomers.length, more.affectedCustomers.at(-1)]).toEqual([most, { id: String(most - 1) }]);
    expect(more.problems).toEqual([
      { path: 'affectedCustomers', message: `Only the first ${most} of ${most + 1} are taken by name.` },
    ]);
  });

  test('cuts what is longer than it may be, and names where a customer’s field is wrong', () => {
    const long = 'x'.repeat(40_000);
    const words = { subject: long, description: long, form: long, channel: long, area: long };
    const signal = read({ ...words, customer: { id: 'x'.repeat(128), name: long } });
    const bytes = (text: string | undefined): number => Buffer.byteLength(text ?? '');
    const { title, description, form, channel, area, customer } = signal;
    expect([title, description, form, channel, area].map(bytes)).toEqual([2_000, 32_768, 200, 200, 200]);
    expect([customer?.id, customer?.name].map(bytes)).toEqual([128, 500]);
    // Cut ids of two customers could be the same.
    expect(problemsOf({ customer: { id: 'x'.repeat(129) } })).toEqual(['customer.id']);
    expect(problemsOf({ customer: { id: 'a', contactId: 'x'.repeat(129) } })).toEqual(['customer.contactId']);
    const wrong = problemsOf({ customer: { id: 'a', name: 7, contactId: {} } });
    expect(wrong).toEqual(['customer.name', 'customer.contactId']);
    const unread = problemsOf({ affectedCustomers: [{ id: 'a' }, { name: 'b' }, 'c'] });
    expect(unread).toEqual(['affectedCustomers.1.id', 'affectedCustomers.2']);
    expect(read({ area: `b${'a'.repeat(200)}` }).area).toMatch(/^b/);
  });
});
