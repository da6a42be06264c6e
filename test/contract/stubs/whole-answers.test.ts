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
import { inALine } from '../../in-a-line.ts';
import { type LocalTools, startTools, type Tool } from './tools.ts';

let tools: LocalTools;
beforeEach(async () => {
  tools = await startTools();
});
afterEach(() => tools.close());

const html = '<p>x<br>y</p>';
/** What each tool is told first, and then asked. */
const asked: Record<Tool, { tell: unknown[]; ask: [method: string, path: string, body?: object][] }> = {
  zendesk: {
    tell: [zendeskEvent('created')],
    ask: [
      ['PUT', '/api/v2/tickets/9120.json', { ticket: { comment: { html_body: html, public: false } } }],
      ['GET', '/api/v2/tickets/9120.json'],
      ['GET', '/api/v2/tickets/9120/comments.json'],
      ['GET', '/api/v2/tickets/9120/audits.json'],
      ['GET', '/api/v2/users/me.json'],
    ],
  },
  intercom: {
    tell: [
      intercomNotification('ticket.created', intercomTicket()),
      intercomNotification('conversation.user.created', intercomConversation()),
    ],
    ask: [
      ...['comment', 'note'].flatMap((type): [string, string, object][] =>
        ['/conversations/4400222/reply', '/tickets/4400111/reply'].map((path) => [
          'POST',
          path,
          { message_type: type, type: 'admin', admin_id: '991', body: html },
        ]),
      ),
      ['GET', '/conversations/4400222'],
      ['GET', '/tickets/4400111'],
      ['GET', '/me'],
    ],
  },
  freshdesk: {
    tell: [freshdeskBody()],
    ask: [
      ['POST', '/api/v2/tickets/310/reply', { body: html }],
      ['POST', '/api/v2/tickets/310/notes', { body: 'x' }],
      ['GET', '/api/v2/tickets/310/conversations'],
      ['GET', '/api/v2/tickets/310'],
      ['GET', '/api/v2/agents/me'],
    ],
  },
  jira: {
    tell: [jiraEvent('jira:issue_created')],
    ask: [
      [
        'POST',
        '/rest/api/3/issue/20500/comment',
        { body: { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: 'x' }] }] } },
      ],
      ['POST', '/rest/servicedeskapi/request/SUP-31/comment', { body: 'x', public: false }],
      ['GET', '/rest/api/3/issue/20500'],
      ['GET', '/rest/api/3/issue/20500/comment'],
      ['GET', '/rest/api/3/myself'],
    ],
  },
};

// What is said on a ticket is of a later second than the ticket.
test('each tool answers and posts all of this, and nothing else (else: vitest -u, and read what has changed)', async () => {
  const lines: string[] = [];
  for (const tool of ['zendesk', 'intercom', 'freshdesk', 'jira'] as const) {
    for (const body of asked[tool].tell) await tools.tell(tool, body);
    tools.posted.length = 0;
    for (const [method, path, body] of asked[tool].ask) {
      const answer = await tools.call(tool, method, path, body);
      lines.push(`${tool} ${method} ${path} ⇒ ${answer.status} ${inALine(answer.body)}`);
    }
    await tools.advance(0);
    lines.push(...tools.posted.map((each) => `${tool} posts ${inALine(each.body)}`));
  }
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('whole-answers.txt');
});

test('Freshdesk’s template is read with the blanks that people leave in it, and a status by its name', async () => {
  await tools.tell('freshdesk', freshdeskBody());
  await tools.tell('freshdesk', { freshdesk_webhook: { ticket_id: ' 311 ', ticket_subject: ' 件名\n' } });
  const ticket = async (id: string) => (await tools.call('freshdesk', 'GET', `/api/v2/tickets/${id}`)).body;
  expect(await ticket('311')).toMatchObject({ id: 311, subject: '件名' });
  for (const [name, status] of [
    ['Open', 2],
    ['Pending', 3],
    ['Resolved', 4],
    ['Closed', 5],
    ['Waiting on Customer', 2],
  ] as const) {
    await tools.tell('freshdesk', { freshdesk_webhook: { ticket_id: '310', ticket_status: name } });
    expect(await ticket('310')).toMatchObject({ subject: '印刷できない', status });
  }
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

/** @param seen staff or a customer, and who may read it */
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
  ['jira', 'reporter', commented({ accountId: 'acc-1', accountType: 'atlassian' }), by('acc-1', 'customer, to all')],
  ['jira', 'an agent', commented({ accountId: 'b', accountType: 'atlassian' }), by('b', 'staff, to all')],
  ['jira', 'an agent, in private', commented({ accountId: 'b' }, { jsdPublic: false }), by('b', 'staff, within')],
  ['jira', 'an agent, unsaid', commented({ accountId: 'b' }, { jsdPublic: undefined }), by('b', 'staff, within')],
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
