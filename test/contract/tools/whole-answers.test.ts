/** What each ticket tool answers and posts, whole: a field that is missing, or is another's, is seen. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  freshdeskBody,
  intercomConversation,
  intercomNotification,
  intercomPart,
  intercomTicket,
  jiraEvent,
  zendeskComment,
  zendeskEvent,
} from '../../fixtures/tickets.ts';
import { type LocalTools, start, startTools, type Tool } from './tools.ts';

let tools: LocalTools;
beforeEach(async () => {
  tools = await startTools();
});
afterEach(() => tools.close());

/** What is answered below 300. */
async function ask(tool: Tool, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await tools.call(tool, method, path, body);
  expect([path, answer.status]).toEqual([path, expect.toSatisfy((status) => status < 300)]);
  return answer.body;
}
/** What was posted since this was asked last. */
async function posted(): Promise<unknown[]> {
  tools.posted.length = 0;
  await tools.advance(0);
  return tools.posted.map(({ body }) => body);
}
// What is said on a ticket is of a later second than the ticket.
const [made, later] = ['2026-11-24T10:00:00Z', '2026-11-24T10:00:01Z'];
const [madeSeconds, laterSeconds] = [start / 1_000, start / 1_000 + 1];

test('Zendesk', async () => {
  await tools.tell('zendesk', zendeskEvent('created'));
  const site = '/api/v2/tickets/9120';
  const me = 8447388090494;
  const ticket = {
    id: 9120,
    url: `https://example.zendesk.com${site}.json`,
    subject: '注文が確定できない',
    status: 'new',
    requester_id: 7001,
    organization_id: 8100,
    created_at: made,
    updated_at: later,
    via: { channel: 'web' },
  };
  const comment = {
    id: 5000000001,
    type: 'Comment',
    author_id: me,
    body: 'x\ny',
    html_body: '<div class="zd-comment"><p>x<br>y</p></div>',
    plain_body: 'x\ny',
    public: false,
    attachments: [],
  };
  const audit = {
    id: 6000000001,
    ticket_id: 9120,
    created_at: later,
    author_id: me,
    metadata: { system: {}, custom: {} },
    via: { channel: 'api' },
    events: [{ ...comment, audit_id: 6000000001 }],
  };
  const meta = { has_more: false, after_cursor: null };
  const update = { ticket: { comment: { html_body: '<p>x<br>y</p>', public: false } } };
  expect(await ask('zendesk', 'PUT', `${site}.json`, update)).toEqual({ ticket, audit });
  expect(await ask('zendesk', 'GET', `${site}.json`)).toEqual({ ticket });
  expect(await ask('zendesk', 'GET', `${site}/comments.json`)).toEqual({
    comments: [{ ...comment, created_at: later }],
    meta,
  });
  expect(await ask('zendesk', 'GET', `${site}/audits.json`)).toEqual({ audits: [audit], meta });
  expect(await ask('zendesk', 'GET', '/api/v2/users/me.json')).toEqual({
    user: { id: me, name: 'Metronome', email: 'metronome@example.jp', only_private_comments: false, role: 'agent' },
  });
  expect(await posted()).toEqual([
    {
      type: 'zen:event-type:ticket.comment_added',
      account_id: 22129848,
      id: 'comment-added-5000000001',
      time: '2026-11-24T10:00:00.000Z',
      zendesk_event_version: '2022-11-06',
      subject: 'zen:ticket:9120',
      detail: {
        id: '9120',
        actor_id: String(me),
        created_at: made,
        updated_at: later,
        status: 'NEW',
        priority: null,
        type: null,
        subject: '注文が確定できない',
        is_public: true,
        tags: [],
        organization_id: '8100',
        requester_id: '7001',
        via: { channel: 'web' },
      },
      event: {
        comment: {
          id: '5000000001',
          body: 'x\ny',
          is_public: false,
          author: { id: String(me), is_staff: true, name: 'Metronome' },
        },
      },
    },
  ]);
});

test('Intercom', async () => {
  await tools.tell('intercom', intercomNotification('ticket.created', intercomTicket()));
  await tools.tell('intercom', intercomNotification('conversation.user.created', intercomConversation()));
  const me = { type: 'admin', id: '991', name: 'Metronome', email: 'metronome@example.jp' };
  const part = (id: string, kind: string, isNote: boolean) => ({
    type: `${kind}_part`,
    id,
    part_type: isNote ? 'note' : 'comment',
    body: '<p>x<br>y</p>',
    created_at: laterSeconds,
    updated_at: laterSeconds,
    author: me,
    attachments: [],
    redacted: false,
  });
  const list = (kind: string, ...parts: object[]) => ({
    [`${kind}_parts`]: { type: `${kind}_part.list`, [`${kind}_parts`]: parts, total_count: parts.length },
  });
  const whole = (type: string, id: string, contact: string) => ({
    type,
    id,
    created_at: madeSeconds,
    updated_at: laterSeconds,
    state: 'open',
    open: true,
    contacts: { type: 'contact.list', contacts: [{ type: 'contact', id: contact }] },
  });
  const of = { ticket_attributes: { _default_title_: '決済に失敗する' }, is_shared: true };
  const [conversation, ticket] = [
    whole('conversation', '4400222', 'u-9'),
    { ...whole('ticket', '4400111', 'c0ffee'), ...of },
  ];
  const told = (topic: string, id: string, item: object) => ({
    type: 'notification_event',
    app_id: 'local',
    data: { type: 'notification_event_data', item },
    links: {},
    id: `notif_${id}`,
    topic,
    delivery_status: 'pending',
    delivery_attempts: 1,
    created_at: madeSeconds,
    first_sent_at: madeSeconds,
    self: null,
  });
  const say = (path: string, type: string) =>
    ask('intercom', 'POST', path, { message_type: type, type: 'admin', admin_id: '991', body: '<p>x<br>y</p>' });
  const asked = await Promise.all([
    say('/conversations/4400222/reply', 'comment'),
    say('/tickets/4400111/reply', 'note'),
  ]);
  const [first, second] = [part('15000001', 'conversation', false), part('15000002', 'ticket', true)];
  expect(asked).toEqual([{ ...conversation, ...list('conversation', first) }, second]);
  expect(await ask('intercom', 'GET', '/conversations/4400222')).toEqual({
    ...conversation,
    ...list('conversation', first),
  });
  expect(await ask('intercom', 'GET', '/tickets/4400111')).toEqual({ ...ticket, ...list('ticket', second) });
  expect(await ask('intercom', 'GET', '/me')).toEqual({ ...me, app: { type: 'app', id_code: 'local' } });
  expect(await posted()).toEqual([
    told('conversation.admin.replied', first.id, { ...conversation, ...list('conversation', first) }),
    told('ticket.note.created', second.id, { ticket: { ...ticket, ...list('ticket') }, ticket_part: second }),
  ]);
  await say('/conversations/4400222/reply', 'note');
  await say('/tickets/4400111/reply', 'comment');
  expect(await posted()).toMatchObject([{ topic: 'conversation.admin.noted' }, { topic: 'ticket.admin.replied' }]);
});

test('Freshdesk', async () => {
  await tools.tell('freshdesk', freshdeskBody());
  const conversation = {
    body_text: 'x y',
    body: '<p>x<br>y</p>',
    id: 60000001,
    incoming: false,
    private: false,
    user_id: 7001,
    ticket_id: 310,
    attachments: [],
    created_at: later,
    updated_at: later,
  };
  const site = '/api/v2/tickets/310';
  expect(await ask('freshdesk', 'POST', `${site}/reply`, { body: '<p>x<br>y</p>' })).toEqual(conversation);
  expect(await ask('freshdesk', 'GET', `${site}/conversations`)).toEqual([conversation]);
  const ticket = { id: 310, subject: '印刷できない', created_at: made, updated_at: later };
  expect(await ask('freshdesk', 'GET', site)).toEqual({ ...ticket, status: 2 });
  expect(await ask('freshdesk', 'GET', '/api/v2/agents/me')).toEqual({
    id: 7001,
    contact: { name: 'Metronome', email: 'metronome@example.jp', active: true },
  });
  expect(await posted()).toEqual([
    {
      freshdesk_webhook: {
        event: 'agent-replied',
        ticket_id: '310',
        ticket_subject: '印刷できない',
        ticket_status: 'open',
        requester_email: 'sato@shop.example',
        agent: '割当 太郎',
        agent_email: 'assigned@example.jp',
        message: 'Metronome : <div><p>x<br>y</p></div>',
      },
    },
  ]);
  // A template that people write has blanks where they leave them.
  await tools.tell('freshdesk', { freshdesk_webhook: { ticket_id: ' 311 ', ticket_subject: ' 件名\n' } });
  expect(await ask('freshdesk', 'GET', '/api/v2/tickets/311')).toMatchObject({ id: 311, subject: '件名' });
  for (const [name, status] of [
    ['Open', 2],
    ['Pending', 3],
    ['Resolved', 4],
    ['Closed', 5],
    ['Waiting on Customer', 2],
  ] as const) {
    await tools.tell('freshdesk', { freshdesk_webhook: { ticket_id: '310', ticket_status: name } });
    expect(await ask('freshdesk', 'GET', site)).toMatchObject({ subject: '印刷できない', status });
  }
});

test('Jira', async () => {
  await tools.tell('jira', jiraEvent('jira:issue_created'));
  const me = {
    accountId: '5b10a2844c20165700ede21g',
    displayName: 'Metronome',
    active: true,
    accountType: 'atlassian',
  };
  const document = {
    type: 'doc',
    version: 1,
    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x' }] }],
  };
  const self = 'https://example.atlassian.net/rest/api/3/issue/20500';
  const comment = (id: number, second: number, jsdPublic: boolean) => {
    const at = `2026-11-24T10:00:0${second}.000+0000`;
    const of = { self: `${self}/comment/${id}`, id: String(id), author: me };
    return { ...of, body: document, created: at, updated: at, jsdPublic };
  };
  const issue = {
    id: '20500',
    key: 'SUP-31',
    self,
    fields: {
      summary: '在庫が合わない',
      status: { name: 'to do', statusCategory: { key: 'new' } },
      project: { key: 'SUP', projectTypeKey: 'service_desk' },
      reporter: { accountId: 'acc-1', accountType: 'customer' },
    },
  };
  const { reporter: _, ...withoutReporter } = issue.fields;
  const path = '/rest/api/3/issue/20500';
  const [first, second] = [comment(10_001, 1, true), comment(10_002, 2, false)];
  expect(await ask('jira', 'POST', `${path}/comment`, { body: document })).toEqual(first);
  const request = '/rest/servicedeskapi/request/SUP-31/comment';
  expect(await ask('jira', 'POST', request, { body: 'x', public: false })).toMatchObject({
    id: second.id,
    body: 'x',
    public: false,
    created: { epochMillis: start },
    author: me,
  });
  expect(await ask('jira', 'GET', path)).toEqual(issue);
  expect(await ask('jira', 'GET', `${path}/comment`)).toEqual({
    startAt: 0,
    maxResults: 100,
    total: 2,
    comments: [first, second],
  });
  expect(await ask('jira', 'GET', '/rest/api/3/myself')).toEqual(me);
  const told = (one: object) => ({
    timestamp: start,
    webhookEvent: 'comment_created',
    comment: { ...one, body: 'x' },
    issue: { ...issue, fields: withoutReporter },
    eventType: 'primaryAction',
  });
  expect(await posted()).toEqual([told(first), told(second)]);
});

/** A comment as each tool tells it: who said it, and whether customers see it. */
// biome-ignore lint/suspicious/noExplicitAny: tests look at bodies of any shape
const heard: Record<Tool, { path: string; of(body: any): unknown }> = {
  zendesk: {
    path: '/api/v2/tickets/9120/comments.json',
    of: ({ comments: [one] }) => one && { author: String(one.author_id), isPublic: one.public },
  },
  intercom: {
    path: '/conversations/4400222',
    of: ({
      conversation_parts: {
        conversation_parts: [one],
      },
    }) => one && { author: one.author.id, isStaff: one.author.type === 'admin', isPublic: one.part_type === 'comment' },
  },
  freshdesk: {
    path: '/api/v2/tickets/310/conversations',
    of: ([one]) => one && { author: String(one.user_id), isStaff: !one.incoming, isPublic: !one.private },
  },
  jira: {
    path: '/rest/api/3/issue/20500/comment',
    of: ({ comments: [one] }) =>
      one && { author: one.author.accountId, isStaff: one.author.accountType !== 'customer', isPublic: one.jsdPublic },
  },
};
const part = (type: string, more: object = {}) =>
  intercomConversation({
    conversation_parts: undefined,
    conversation_part: intercomPart({ type, id: 'a-5', name: '鈴木' }, { ...more }),
  });
const said = {
  customer: 'conversation.user.replied',
  admin: 'conversation.admin.replied',
  note: 'conversation.admin.noted',
};
const told = freshdeskBody;
const inOwnWords = (triggered_event: string) => told({ triggered_event, latest_public_comment: 'x' });
const commented = (author: object, more: object = {}) =>
  jiraEvent('comment_created', { comment: { id: '7', body: 'x', author, jsdPublic: true, ...more } });

/** @param seen by whom it is said, by staff or a customer, and to whom */
const by = (author: string, seen: 'staff, to all' | 'staff, within' | 'customer, to all') => ({
  author,
  isStaff: seen.startsWith('staff'),
  isPublic: seen.endsWith('all'),
});
const notified = (topic: keyof typeof said, ...of: Parameters<typeof part>) =>
  intercomNotification(said[topic], part(...of));
const customer = 'sato@shop.example';

test.each<[tool: Tool, who: string, body: object, expected: object | undefined]>([
  ['zendesk', 'an agent', zendeskComment({ id: '8', is_staff: true, name: '鈴木' }), { author: '8', isPublic: true }],
  ['zendesk', 'an agent, in private', zendeskComment({ id: '8' }, false), { author: '8', isPublic: false }],
  ['zendesk', 'nobody', zendeskComment({}), { author: '0', isPublic: true }],
  ['intercom', 'a customer', notified('customer', 'user'), by('a-5', 'customer, to all')],
  ['intercom', 'an admin', notified('admin', 'admin'), by('a-5', 'staff, to all')],
  ['intercom', 'an admin in a note', notified('note', 'admin'), by('a-5', 'staff, within')],
  ['intercom', 'an admin’s note', notified('admin', 'admin', { part_type: 'note' }), by('a-5', 'staff, within')],
  ['intercom', 'somebody without words', notified('admin', 'admin', { body: null }), undefined],
  ['intercom', 'another topic', intercomNotification('contact.created', part('admin')), undefined],
  ['freshdesk', 'an agent', told({ event: 'agent-replied', message: 'x', agent: '鈴木' }), by('7002', 'staff, to all')],
  ['freshdesk', 'a customer', told({ event: 'customer-wrote', message: 'x' }), by(customer, 'customer, to all')],
  ['freshdesk', 'an agent, in its words', inOwnWords('{reply_sent:reply}'), by('7002', 'staff, to all')],
  ['freshdesk', 'a customer, in its words', inOwnWords('{customer_replied:true}'), by(customer, 'customer, to all')],
  ['freshdesk', 'nobody: it is made', told({ message: 'x' }), undefined],
  ['jira', 'a customer', commented({ accountId: 'c', accountType: 'customer' }), by('c', 'customer, to all')],
  [
    'jira',
    'the reporter',
    commented({ accountId: 'acc-1', accountType: 'atlassian' }),
    by('acc-1', 'customer, to all'),
  ],
  ['jira', 'an agent', commented({ accountId: 'b', accountType: 'atlassian' }), by('b', 'staff, to all')],
  ['jira', 'an agent, in private', commented({ accountId: 'b' }, { jsdPublic: false }), by('b', 'staff, within')],
  ['jira', 'an agent, to whom?', commented({ accountId: 'b' }, { jsdPublic: undefined }), by('b', 'staff, within')],
])('%s hears of %s who they are, and keeps what they say once', async (tool, _, body, expected) => {
  const before = {
    zendesk: zendeskEvent('created'),
    intercom: intercomNotification('conversation.user.created', intercomConversation()),
    freshdesk: freshdeskBody(),
    jira: jiraEvent('jira:issue_created'),
  };
  await tools.tell(tool, before[tool]);
  await tools.tell(tool, body);
  const { path, of } = heard[tool];
  const answer = await tools.call(tool, 'GET', path);
  expect(of(answer.body)).toEqual(expected);
  // What has an id of its own and comes again is the same.
  if (tool !== 'freshdesk') await tools.tell(tool, body);
  const id = { zendesk: '9120', intercom: '4400222', freshdesk: '310', jira: '20500' }[tool];
  expect((await tools.look(tool, id)).body.comments).toHaveLength(expected ? 1 : 0);
});
