/** The stubs of Intercom, Freshdesk and Jira refuse what these refuse, and tell of what was said as these do. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  freshdeskBody,
  intercomConversation,
  intercomNotification,
  intercomTicket,
  jiraEvent,
  jiraIssue,
  zendeskEvent,
} from '../../fixtures/tickets.ts';
import { environment, type LocalTools, type Posted, start, startTools, type Tool } from './tools.ts';

let tools: LocalTools;
let doorStatus: number;
beforeEach(async () => {
  doorStatus = 200;
  tools = await startTools(() => doorStatus);
  await tools.tell('intercom', intercomNotification('ticket.created', intercomTicket()));
  await tools.tell('intercom', intercomNotification('conversation.user.created', intercomConversation()));
  await tools.tell('freshdesk', freshdeskBody());
  await tools.tell('jira', jiraEvent('jira:issue_created'));
  tools.posted.length = 0;
});
afterEach(() => tools.close());

const commentsOf = async (tool: Tool, id: string) => (await tools.look(tool, id)).body.comments;
/** The ticket that each of them has. */
const own = { zendesk: '9120', intercom: '4400222', freshdesk: '310', jira: '20500' };
const intercomReply = { message_type: 'comment', type: 'admin', admin_id: '991', body: 'x' };
const inDesk = '/rest/servicedeskapi/request/SUP-31/comment';
const sayInDesk = (body = 'x') => tools.call('jira', 'POST', inDesk, { body, public: true });

describe('Intercom', () => {
  const reply = (path: string, more: Record<string, unknown> = {}) =>
    tools.call('intercom', 'POST', path, { ...intercomReply, body: '<p>A &amp; B<br>次の行</p>', ...more });

  test('a conversation and a ticket are answered each at its own address only, their HTML read as text', async () => {
    expect((await reply('/conversations/4400111/reply')).status).toBe(404);
    expect((await reply('/tickets/4400222/reply')).status).toBe(404);
    await reply('/conversations/4400222/reply');
    expect(await commentsOf('intercom', '4400222')).toMatchObject([{ body: 'A & B\n次の行', isPublic: true }]);
  });

  test.each([
    ['open', 'comment', 'note'],
    ['closed', 'open', 'note'],
    ['snoozed', 'open', 'note'],
  ])('to a conversation that is %s a reply is told as “%s”, a note as “%s”', async (state, ofReply, ofNote) => {
    await tools.tell('intercom', intercomNotification('conversation.user.replied', intercomConversation({ state })));
    const typeOf = async (message_type: string) => {
      const { body } = await reply('/conversations/4400222/reply', { message_type });
      return body.conversation_parts.conversation_parts[0].part_type;
    };
    expect([await typeOf('comment'), await typeOf('note')]).toEqual([ofReply, ofNote]);
  });

  test.each([
    [{ admin_id: '5' }, /Admin not found/],
    [{ body: ' ' }, /body is required/],
    [{ message_type: 'shout' }, /message_type/],
  ])('%o is a 400 with a list of errors', async (fields, message) => {
    const { status, body } = await reply('/conversations/4400222/reply', fields);
    expect(status).toBe(400);
    expect(body.errors[0].message).toMatch(message);
  });

  const untyped = intercomConversation({ type: undefined, id: '5' });
  test.each<[topic: string, item: object, kind: 'tickets' | 'conversations']>([
    ['ticket.admin.replied', { ticket: intercomTicket({ type: undefined, id: '5' }) }, 'tickets'],
    ['ticket.created', intercomTicket({ id: '5' }), 'tickets'],
    ['conversation.admin.replied', intercomTicket({ id: '5' }), 'tickets'],
    ['conversation.admin.replied', intercomConversation({ id: '5' }), 'conversations'],
    ['conversation.admin.replied', { conversation: untyped }, 'conversations'],
  ])('what %s reports: %j is one of the %s', async (topic, item, kind) => {
    await tools.tell('intercom', intercomNotification(topic, item));
    const statusOf = async (kind: string) => (await tools.call('intercom', 'GET', `/${kind}/5`)).status;
    const asTicket = kind === 'tickets' ? [200, 404] : [404, 200];
    expect([await statusOf('tickets'), await statusOf('conversations')]).toEqual(asTicket);
  });

  test('a back-office ticket takes notes only', async () => {
    const internal = intercomTicket({ id: '4400333', category: 'Back-office' });
    await tools.tell('intercom', intercomNotification('ticket.created', internal));
    expect((await reply('/tickets/4400333/reply')).body.errors[0].code).toBe('parameter_mismatch');
    expect((await reply('/tickets/4400333/reply', { message_type: 'note' })).status).toBe(200);
  });

  test('167 calls in ten seconds, then 429 with the second of the reset', async () => {
    const me = () => tools.call('intercom', 'GET', '/me');
    for (let count = 0; count < 167; count += 1) await me();
    const refused = await me();
    expect(refused).toMatchObject({ status: 429, body: { errors: [{ code: 'rate_limit_exceeded' }] } });
    expect(refused.headers.get('retry-after')).toBeNull();
    await tools.advance(10_000);
    const again = await me();
    expect(again.status).toBe(200);
    expect(Number(again.headers.get('x-ratelimit-reset'))).toBe(Math.ceil((tools.clock.now() + 10_000) / 1_000));
  });
});

describe('Freshdesk', () => {
  const path = '/api/v2/tickets/310';

  test('replies are public, notes are not unless they say so, and the conversations come thirty a page', async () => {
    const replied = await tools.call('freshdesk', 'POST', `${path}/reply`, { body: '<div>A &lt; B<br>次</div>' });
    expect(replied).toMatchObject({ status: 201, body: { ticket_id: 310, private: false } });
    const noted = await tools.call('freshdesk', 'POST', `${path}/notes`, { body: 'x' });
    expect(noted).toMatchObject({ status: 201, body: { private: true } });
    expect(await commentsOf('freshdesk', '310')).toMatchObject([
      { body: 'A < B\n次', isPublic: true },
      { isPublic: false },
    ]);
    for (let count = 0; count < 29; count += 1) await tools.call('freshdesk', 'POST', `${path}/notes`, { body: 'x' });
    expect((await tools.call('freshdesk', 'GET', `${path}/conversations`)).body).toHaveLength(30);
    expect((await tools.call('freshdesk', 'GET', `${path}/conversations?page=2`)).body).toHaveLength(1);
  });

  test.each([
    [{}, 'missing_field'],
    [{ body: 'x', public: true }, 'invalid_field'],
  ])('%o is a 400 that names the field', async (body, code) => {
    const refused = await tools.call('freshdesk', 'POST', `${path}/reply`, body);
    expect(refused).toMatchObject({ status: 400, body: { description: 'Validation failed', errors: [{ code }] } });
  });

  test('an unknown ticket is a 404 without a body; the password of the key is of no interest', async () => {
    const authorization = `Basic ${Buffer.from('freshdesk-key:anything').toString('base64')}`;
    const unknown = await tools.call('freshdesk', 'GET', '/api/v2/tickets/311', undefined, { authorization });
    expect(unknown).toMatchObject({ status: 404, body: undefined });
  });
});

describe('Jira', () => {
  const path = '/rest/api/3/issue/20500/comment';
  const block = (type: string, content: object[]) => ({ type, content });
  const documentOf = (...content: object[]) => ({ type: 'doc', version: 1, content });
  const document = (...lines: string[]) => {
    const broken = lines.flatMap((text, index) => [
      ...(index > 0 ? [{ type: 'hardBreak' }] : []),
      ...(text ? [{ type: 'text', text }] : []),
    ]);
    return documentOf(block('paragraph', broken));
  };
  const internal = [{ key: 'sd.public.comment', value: { internal: true } }];

  test('a comment is public unless its property says internal, and its properties are read back', async () => {
    const said = await tools.call('jira', 'POST', path, {
      body: document('A', '', '<b>'),
      properties: [{ key: 'k', value: 1 }],
    });
    expect(said).toMatchObject({ status: 201, body: { jsdPublic: true } });
    await tools.call('jira', 'POST', '/rest/api/3/issue/SUP-31/comment', { body: document('x'), properties: internal });
    expect(await commentsOf('jira', '20500')).toMatchObject([
      { body: 'A\n\n<b>', isPublic: true },
      { isPublic: false },
    ]);
    const list = await tools.call('jira', 'GET', `${path}?orderBy=-created&expand=properties&maxResults=1`);
    expect(list.body).toMatchObject({ total: 2, comments: [{ properties: internal }] });
  });

  test.each([
    ['text in place of a document', { body: 'text' }],
    ['a text node without text', { body: documentOf({ type: 'text', text: '' }) }],
    ['an empty document', { body: document('') }],
    ['a field that it does not know', { body: document('x'), public: true }],
    ['a text of 32,768 characters', { body: document('x'.repeat(32_768)) }],
  ])('%s is a 400', async (_, body) => {
    expect((await tools.call('jira', 'POST', path, body)).status).toBe(400);
    expect(await commentsOf('jira', '20500')).toEqual([]);
  });

  const list = (type: string, inner: string, ...lines: string[]) =>
    documentOf(
      block(
        type,
        lines.map((text) => block('listItem', [block('paragraph', [{ type: inner, text }])])),
      ),
    );

  test.each(['bulletList', 'orderedList'])(
    'a %s is read line by line, and no node of it is of a kind that is none',
    async (type) => {
      const say = async (inner: string) =>
        (await tools.call('jira', 'POST', path, { body: list(type, inner, 'a', 'b') })).status;
      expect([await say('text'), await say('shout')]).toEqual([201, 400]);
      expect(await commentsOf('jira', '20500')).toMatchObject([{ body: 'a\nb' }]);
    },
  );

  test('a text of 32,767 characters is taken', async () => {
    expect((await tools.call('jira', 'POST', path, { body: document('x'.repeat(32_767)) })).status).toBe(201);
  });

  test('twenty comments on an issue in two seconds, then 429 with its reason', async () => {
    for (let count = 0; count < 20; count += 1) await tools.call('jira', 'POST', path, { body: document('x') });
    const refused = await tools.call('jira', 'POST', path, { body: document('x') });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(refused.headers.get('ratelimit-reason')).toBe('jira-per-issue-on-write');
    await tools.advance(2_000);
    expect((await tools.call('jira', 'POST', path, { body: document('x') })).status).toBe(201);
  });

  const issue = (fields: Record<string, unknown> = {}) =>
    tools.call('jira', 'POST', '/rest/api/3/issue', {
      fields: { project: { key: 'OPS' }, issuetype: { name: 'Task' }, summary: 'x', ...fields },
    });

  test('issues are counted in their project, found by their label, and done by a transition', async () => {
    expect((await issue({ labels: ['of-a'] })).body).toMatchObject({ key: 'OPS-1' });
    expect((await issue({ labels: ['of-a', 'b'], summary: '二つめ' })).body).toMatchObject({ key: 'OPS-2' });
    expect((await issue({ project: { key: 'WEB' } })).body).toMatchObject({ key: 'WEB-1' });
    const search = (jql: string) => tools.call('jira', 'GET', `/rest/api/3/search/jql?jql=${encodeURIComponent(jql)}`);
    const keys = async (label: string) =>
      (await search(`labels = "${label}"`)).body.issues.map((each: { key: string }) => each.key);
    expect([await keys('of-a'), await keys('b'), await keys('of')]).toEqual([['OPS-1', 'OPS-2'], ['OPS-2'], []]);
    for (const jql of ['project = OPS', 'labels = "x" AND project = OPS', 'NOT labels = "x"', 'labels = x', ''])
      expect([jql, (await search(jql)).status]).toEqual([jql, 400]);
    const at = '/rest/api/3/issue/OPS-2';
    const move = (id: string) => tools.call('jira', 'POST', `${at}/transitions`, { transition: { id } });
    const state = async () => (await tools.call('jira', 'GET', at)).body.fields;
    expect(await state()).toMatchObject({ summary: '二つめ', status: { statusCategory: { key: 'new' } } });
    for (const [id, category] of [
      ['21', 'indeterminate'],
      ['31', 'done'],
      ['11', 'new'],
    ] as const) {
      expect((await move(id)).status).toBe(204);
      expect((await state()).status.statusCategory.key).toBe(category);
    }
    expect((await move('41')).status).toBe(400);
    // No customer asked for it: what is said on it is the team's.
    const request = '/rest/servicedeskapi/request/OPS-2/comment';
    expect((await tools.call('jira', 'POST', request, { body: 'x', public: true })).status).toBe(404);
    expect((await tools.call('jira', 'GET', '/rest/servicedeskapi/request/OPS-2')).status).toBe(404);
    const say = (properties: unknown[]) =>
      tools.call('jira', 'POST', `${at}/comment`, { body: document('x'), properties });
    // It says so all the same (Atlassian’s REST v3 description of `Comment`, field `jsdPublic`).
    expect([(await say([])).body.jsdPublic, (await say(internal)).body.jsdPublic]).toEqual([true, false]);
    expect(await commentsOf('jira', 'OPS-2')).toMatchObject([{ isPublic: false }, { isPublic: false }]);
  });

  test.each([
    ['service_desk', 200],
    ['software', 404],
    ['business', 404],
  ])('an issue of a project of the type %s is a customer’s request by %i', async (projectTypeKey, status) => {
    const issue = jiraIssue({ project: { key: 'X', projectTypeKey } }, { id: '7', key: 'X-7' });
    await tools.tell('jira', jiraEvent('jira:issue_created', { issue }));
    expect((await tools.call('jira', 'GET', '/rest/servicedeskapi/request/X-7')).status).toBe(status);
  });

  test.each(['20500', 'SUP-31'])('an issue is read, commented and moved as %s: by its id as by its key', async (id) => {
    const at = `/rest/api/3/issue/${id}`;
    const request = `/rest/servicedeskapi/request/${id}/comment`;
    for (const [method, address, body, status] of [
      ['POST', `${at}/comment`, { body: document('one') }, 201],
      ['POST', request, { body: 'two', public: true }, 201],
      ['POST', `${at}/transitions`, { transition: { id: '31' } }, 204],
    ] as const)
      expect([address, (await tools.call('jira', method, address, body)).status]).toEqual([address, status]);
    const { total, comments } = (await tools.call('jira', 'GET', `${at}/comment`)).body;
    expect([total, comments]).toMatchObject([2, [{ body: document('one') }, { body: document('two') }]]);
    const { body } = await tools.call('jira', 'GET', at);
    expect(body).toMatchObject({ id: '20500', key: 'SUP-31', fields: { status: { statusCategory: { key: 'done' } } } });
  });

  test('issues are counted on from the highest that was heard of', async () => {
    await tools.tell('jira', jiraEvent('jira:issue_created', { issue: { id: '1', key: 'OPS-7', fields: {} } }));
    await tools.tell('jira', jiraEvent('jira:issue_created', { issue: { id: '2', key: 'OPS-4', fields: {} } }));
    expect([(await issue()).body.key, (await issue()).body.key]).toEqual(['OPS-8', 'OPS-9']);
  });

  test('every issue has an id of its own, whatever its project is called', async () => {
    const ids = [(await issue({ project: { key: 'OPS1' } })).body.id];
    for (let count = 0; count < 11; count += 1) ids.push((await issue()).body.id);
    expect(new Set(ids).size).toBe(12);
    expect((await tools.call('jira', 'GET', '/rest/api/3/issue/OPS1-1')).body).toMatchObject({ key: 'OPS1-1' });
  });

  test.each<[says: string, fields: Record<string, unknown>, wrong: string | undefined]>([
    ['a summary of 255 characters', { summary: 'x'.repeat(255) }, undefined],
    ['a longer one', { summary: 'x'.repeat(256) }, 'summary'],
    ['one of two lines', { summary: 'x\ny' }, 'summary'],
    ['none', { summary: ' ' }, 'summary'],
    ['a project in small letters', { project: { key: 'ops' } }, 'project'],
    ['no type', { issuetype: {} }, 'issuetype'],
    ['a label with a blank', { labels: ['a b'] }, 'labels'],
    ['a day', { duedate: '2026-11-24' }, undefined],
    ['a time for a day', { duedate: '2026-11-24T10:00:00Z' }, 'duedate'],
    ['a document', { description: document('x') }, undefined],
    ['text for one', { description: 'x' }, 'description'],
  ])('an issue with %s is made, or refused by its field alone', async (_, fields, wrong) => {
    const { status, body } = await issue(fields);
    expect([status, Object.keys(body.errors ?? {})]).toEqual(wrong ? [400, [wrong]] : [201, []]);
  });
});

describe('who calls a tool proves it', () => {
  const me = { intercom: '/me', freshdesk: '/api/v2/agents/me', jira: '/rest/api/3/myself' };
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  const rows: [tool: Exclude<Tool, 'zendesk'>, proof: (secret: string) => string, others: string[]][] = [
    ['intercom', (secret) => `Bearer ${secret}`, ['intercom-token', 'bearer intercom-token']],
    ['freshdesk', (secret) => basic(`${secret}:X`), [basic('X:freshdesk-key'), 'Bearer freshdesk-key']],
    ['jira', (secret) => basic(`agent@example.jp:${secret}`), [basic('other@example.jp:jira-token')]],
  ];
  const secretOf = { intercom: 'intercom-token', freshdesk: 'freshdesk-key', jira: 'jira-token' };
  const statusOf = async (of: LocalTools, tool: keyof typeof me, authorization: string) =>
    (await of.call(tool, 'GET', me[tool], undefined, { authorization })).status;

  test.each(rows)('%s: by its secret, whole, and by nothing else', async (tool, proof, others) => {
    const secret = secretOf[tool];
    expect(await statusOf(tools, tool, proof(secret))).toBe(200);
    const wrongs = [`${secret}2`, secret.slice(0, -1), '', 'undefined'].map(proof);
    for (const wrong of [...wrongs, '', 'Basic', ...others])
      expect([wrong, await statusOf(tools, tool, wrong)]).toEqual([wrong, 401]);
  });

  test('by the first of two secrets, which the tool signs by as well; and by none where none is set', async () => {
    const names = ['API_TOKEN', 'ACCESS_TOKEN', 'API_KEY', 'SECRET', '_TOKEN'];
    const isSecret = (name: string) => names.some((each) => name.endsWith(each));
    const all = Object.entries(environment);
    const rotated = await startTools(
      () => 200,
      Object.fromEntries(all.map(([name, value]) => [name, isSecret(name) ? ` ${value} , old` : value])),
    );
    const unset = await startTools(() => 200, Object.fromEntries(all.filter(([name]) => !isSecret(name))));
    for (const [tool, proof] of rows) {
      const proofs = [proof(secretOf[tool]), proof('old')];
      const answered = await Promise.all(proofs.map((each) => statusOf(rotated, tool, each)));
      expect([tool, ...answered]).toEqual([tool, 200, 401]);
      for (const none of [...proofs, proof(''), proof('undefined')])
        expect([tool, none, await statusOf(unset, tool, none)]).toEqual([tool, none, 401]);
    }
    await rotated.tell('jira', jiraEvent('jira:issue_created'));
    rotated.posted.length = 0;
    await rotated.call('jira', 'POST', '/rest/servicedeskapi/request/SUP-31/comment', { body: 'x', public: true });
    await rotated.advance(0);
    const [{ text, headers } = { text: '', headers: {} }] = rotated.posted;
    const hex = createHmac('sha256', 'jira-secret').update(text).digest('hex');
    expect((headers as Record<string, unknown>)['x-hub-signature']).toBe(`sha256=${hex}`);
    await Promise.all([rotated.close(), unset.close()]);
  });
});

test.each(['open', 'snoozed', 'closed'])(
  'a conversation that is %s says so, and is open unless it is closed',
  async (state) => {
    await tools.tell('intercom', intercomNotification('conversation.user.replied', intercomConversation({ state })));
    const { body } = await tools.call('intercom', 'GET', '/conversations/4400222');
    expect(body).toMatchObject({ state, open: state !== 'closed' });
  },
);

describe('a tool answers', () => {
  const calls = {
    zendesk: [
      ['getMe', 'GET', '/api/v2/users/me.json'],
      ['getTicket', 'GET', '/api/v2/tickets/ID.json'],
      ['updateTicket', 'PUT', '/api/v2/tickets/ID.json'],
    ],
    intercom: [['getMe', 'GET', '/me']],
    freshdesk: [['getMe', 'GET', '/api/v2/agents/me']],
    jira: [
      ['getMe', 'GET', '/rest/api/3/myself'],
      ['listComments', 'GET', '/rest/api/3/issue/ID/comment'],
      ['addComment', 'POST', '/rest/api/3/issue/ID/comment'],
    ],
  } as const;

  test.each<[tool: Tool, name: string, of: 'one ticket' | 'many', most: number, ms: number]>([
    ['zendesk', 'getMe', 'many', 700, 60_000],
    ['zendesk', 'getTicket', 'one ticket', 700, 60_000],
    ['zendesk', 'updateTicket', 'many', 100, 60_000],
    ['zendesk', 'updateTicket', 'one ticket', 30, 600_000],
    ['intercom', 'getMe', 'many', 167, 10_000],
    ['freshdesk', 'getMe', 'many', 400, 60_000],
    ['jira', 'getMe', 'many', 100, 1_000],
    ['jira', 'listComments', 'one ticket', 100, 1_000],
    ['jira', 'addComment', 'many', 100, 1_000],
    ['jira', 'addComment', 'one ticket', 20, 2_000],
  ])('%s: %s of %s, %i times in %i ms, and then again', async (tool, name, of, most, ms) => {
    const [, method, path] = calls[tool].find(([each]) => each === name) ?? [undefined, '', ''];
    let made = 0;
    const ask = async (): Promise<number | undefined> => {
      made += 1;
      return tools.ask(tool, method, path.replace('ID', of === 'many' ? String(made) : own[tool]));
    };
    for (let count = 0; count < most; count += 1) expect(await ask()).not.toBe(429);
    await tools.advance(ms - 1);
    expect(await ask()).toBe(429);
    await tools.advance(1);
    expect(await ask()).not.toBe(429);
  });

  test('jira: a hundred comments on one issue in thirty seconds, twenty in two', async () => {
    const ask = () => tools.ask('jira', 'POST', '/rest/api/3/issue/20500/comment');
    for (let count = 0; count < 100; count += 1) {
      if (count > 0 && count % 20 === 0) await tools.advance(2_000);
      expect(await ask()).not.toBe(429);
    }
    await tools.advance(30_000 - 8_000 - 1);
    expect(await ask()).toBe(429);
    await tools.advance(1);
    expect(await ask()).not.toBe(429);
  });

  test.each(['zendesk', 'intercom', 'freshdesk', 'jira'] as const)(
    '%s a fault by its status: where it says to come again, it says when',
    async (tool) => {
      for (const [code, expected, later] of [
        ['429', 429, '30'],
        ['503', 503, '30'],
        [undefined, 503, '30'],
        ['500', 500, null],
        ['502', 502, null],
        ['400', 400, null],
      ] as const) {
        tools.faults.add({ target: `tools.${tool}.getMe`, effect: 'fail', ...(code ? { code } : {}) });
        const { status, headers } = await tools.call(tool, 'GET', calls[tool][0][2]);
        expect([code, status, headers.get('retry-after')]).toEqual([code, expected, later]);
      }
    },
  );
});

describe('of 101 comments', () => {
  const all = Array.from({ length: 101 }, (_, index) => index);
  const comments = {
    zendesk: async () => {
      await tools.tell('zendesk', zendeskEvent('created'));
      const comment = (id: number) => ({
        id,
        body: 'x',
        is_public: true,
        author: { id: 7_001, name: 'y', is_staff: false },
      });
      await Promise.all(
        all.map((id) => tools.tell('zendesk', zendeskEvent('comment_added', { event: { comment: comment(id + 1) } }))),
      );
    },
    freshdesk: () =>
      Promise.all(all.map(() => tools.call('freshdesk', 'POST', '/api/v2/tickets/310/notes', { body: 'x' }))),
    jira: () =>
      Promise.all(
        all.map((id) => tools.tell('jira', jiraEvent('comment_created', { comment: { id: String(id), body: 'x' } }))),
      ),
  };

  test.each<[tool: keyof typeof comments, path: string, field: string | undefined, pages: Record<string, number>]>([
    [
      'zendesk',
      '/api/v2/tickets/9120/comments',
      'comments',
      {
        '': 100,
        'page[size]=100': 100,
        'page[size]=101': 100,
        'page[size]=99': 99,
        'page[after]=100': 1,
        'page[after]=101': 0,
      },
    ],
    [
      'freshdesk',
      '/api/v2/tickets/310/conversations',
      undefined,
      { '': 30, 'per_page=100': 100, 'per_page=101': 100, 'per_page=101&page=2': 1, 'page=4': 11, 'page=5': 0 },
    ],
    [
      'jira',
      '/rest/api/3/issue/20500/comment',
      'comments',
      {
        '': 100,
        'maxResults=100': 100,
        'maxResults=101': 100,
        'maxResults=99': 99,
        'startAt=100': 1,
        'startAt=101': 0,
      },
    ],
  ])('%s gives %s a page at a time, of a hundred at most', async (tool, path, field, pages) => {
    await comments[tool]();
    for (const [query, count] of Object.entries(pages)) {
      const { body } = await tools.call(tool, 'GET', `${path}?${query}`);
      expect([query, (field === undefined ? body : body[field]).length]).toEqual([query, count]);
    }
  });
});

const noJson = 'The body is not JSON';
test.each<[tool: Tool, path: string, error: object]>([
  ['intercom', '/conversations/4400222/reply', { errors: [{ code: 'parameter_invalid', message: noJson }] }],
  ['freshdesk', '/api/v2/tickets/310/reply', { code: 'invalid_json' }],
  ['jira', '/rest/api/3/issue/20500/comment', { errorMessages: [noJson] }],
  ['zendesk', '/api/v2/tickets/9120.json', { error: 'Unparsable request' }],
])('%s says of a body that is no JSON object that it is none, and takes nothing of it', async (tool, path, error) => {
  await tools.tell('zendesk', zendeskEvent('created'));
  // A comma too many is taken in a webhook, which people write themselves, and by no API.
  const comma = tool === 'zendesk' ? '{"ticket": {"comment": {"body": "x"}},}' : '{"body": "x",}';
  for (const body of ['{"body": "x"', comma, '[]', '"x"', 'null', undefined]) {
    const answer = await tools.call(tool, tool === 'zendesk' ? 'PUT' : 'POST', path, body);
    expect([body, answer]).toMatchObject([body, { status: 400, body: error }]);
  }
  expect(await commentsOf(tool, own[tool])).toEqual([]);
});

const noEndpoint = { error: 'InvalidEndpoint', description: 'Not found' };
const ofIntercom = (code: string) => ({ type: 'error.list', errors: [{ code }] });
test.each<[tool: Tool, known: string, write: string, error: object | undefined, refused: object | undefined]>([
  ['zendesk', '/api/v2/tickets/9120.json', 'PUT', noEndpoint, { error: "Couldn't authenticate you" }],
  ['intercom', '/conversations/4400222/reply', 'POST', ofIntercom('not_found'), ofIntercom('unauthorized')],
  ['freshdesk', '/api/v2/tickets/310/reply', 'POST', undefined, { code: 'invalid_credentials' }],
  ['jira', '/rest/api/3/issue/20500/comment', 'POST', { errorMessages: ['null for uri'], errors: {} }, undefined],
])(
  '%s knows no other address than its own, and tells nobody without a proof which there are',
  async (tool, known, write, error, refused) => {
    const body = { ticket: { comment: { body: 'x' } }, body: 'x' };
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/api/v9/nothing'],
      ['DELETE', known],
      ['PATCH', known],
      [write, `${known}/more`],
      [write, `/more${known}`],
      [write, known.replace(/\d{3,}/, '%zz')],
    ] as const) {
      const answer = await tools.call(tool, method, path, method === 'GET' ? undefined : body);
      if (path.includes('%zz')) expect([path, answer.status]).toEqual([path, 404]);
      else expect([path, answer]).toMatchObject([path, { status: 404, body: error }]);
      const stranger = await tools.call(tool, method, path, undefined, { authorization: 'x' });
      expect([path, stranger]).toMatchObject([path, { status: 401, ...(refused && { body: refused }) }]);
    }
  },
);

test.each<
  [tool: Tool, none: string, error: object | undefined, calls: [method: string, path: string, body?: object][]]
>([
  [
    'zendesk',
    '9121',
    { error: 'RecordNotFound' },
    [
      ['GET', '/api/v2/tickets/ID.json'],
      ['PUT', '/api/v2/tickets/ID.json', { ticket: { comment: { body: 'x' } } }],
      ['GET', '/api/v2/tickets/ID/comments.json'],
      ['GET', '/api/v2/tickets/ID/audits.json'],
    ],
  ],
  [
    'intercom',
    '4400333',
    { errors: [{ code: 'not_found' }] },
    [
      ['GET', '/conversations/ID'],
      ['GET', '/tickets/ID'],
      ['POST', '/conversations/ID/reply', intercomReply],
      ['POST', '/tickets/ID/reply', intercomReply],
    ],
  ],
  [
    'freshdesk',
    '311',
    undefined,
    [
      ['GET', '/api/v2/tickets/ID'],
      ['GET', '/api/v2/tickets/ID/conversations'],
      ['POST', '/api/v2/tickets/ID/reply', { body: 'x' }],
      ['POST', '/api/v2/tickets/ID/notes', { body: 'x' }],
    ],
  ],
  [
    'jira',
    'SUP-99',
    { errors: {} },
    [
      ['GET', '/rest/api/3/issue/ID'],
      ['GET', '/rest/api/3/issue/ID/comment'],
      ['POST', '/rest/api/3/issue/ID/comment', { body: { type: 'doc', version: 1, content: [] } }],
      ['POST', '/rest/api/3/issue/ID/transitions', { transition: { id: '31' } }],
      ['POST', '/rest/servicedeskapi/request/ID/comment', { body: 'x', public: true }],
    ],
  ],
])('%s knows nothing of the ticket %s, and keeps nothing that is said on it', async (tool, none, error, calls) => {
  for (const id of [none, 'constructor'])
    for (const [method, path, body] of calls) {
      const answer = await tools.call(tool, method, path.replace('ID', id), body);
      expect([path, answer.status]).toEqual([path, 404]);
      if (id === none && error)
        expect([path, answer.body]).toMatchObject([path, tool === 'jira' && path.includes('servicedesk') ? {} : error]);
    }
  expect((await tools.look(tool, none)).status).toBe(404);
  expect(tools.posted).toEqual([]);
});

test('what is said is kept to the letter, in whatever it looks like JSON', async () => {
  const said = 'a,] b, } [1,]\n{"x": 1,\n}';
  await tools.call('freshdesk', 'POST', '/api/v2/tickets/310/notes', {
    body: `<p>${said.replaceAll('\n', '<br>')}</p>`,
  });
  await sayInDesk(said);
  expect((await commentsOf('freshdesk', '310'))[0].body).toBe(said);
  expect((await commentsOf('jira', '20500'))[0].body).toBe(said);
});

test.each([
  ['<p>a</p><p>b</p>', 'a\n\nb'],
  ['<p>a</p> <p class="x">b</p>', 'a\n\nb'],
  ['<div>a</div><div>b</div>', 'a\nb'],
  ['<ul><li>a</li><li>b</li></ul>', 'a\nb'],
  ['a<br>b<br/>c<BR />d', 'a\nb\nc\nd'],
  [' a \n\t b ', 'a b'],
  ['&lt;b&gt; &amp;amp; &#12354;&#x3042; &nbsp;&quot;&apos;&other;', '<b> &amp; ああ  "\'&other;'],
])('%j is read as %j', async (body, text) => {
  await tools.call('freshdesk', 'POST', '/api/v2/tickets/310/notes', { body });
  expect((await commentsOf('freshdesk', '310'))[0].body).toBe(text);
});

test('an issue that was moved is known by its new key, and by the old one no more', async () => {
  const moved = { ...jiraEvent('jira:issue_updated').issue, key: 'OPS-5' };
  await tools.tell('jira', jiraEvent('jira:issue_updated', { issue: moved }));
  expect((await tools.call('jira', 'GET', '/rest/api/3/issue/OPS-5')).body).toMatchObject({
    id: '20500',
    key: 'OPS-5',
  });
  expect((await tools.look('jira', '20500')).body.key).toBe('OPS-5');
  expect((await tools.call('jira', 'GET', '/rest/api/3/issue/SUP-31')).status).toBe(404);
});

test('a ticket is looked at by its id or by its key, with all that was said on it', async () => {
  await sayInDesk();
  const [byId, byKey] = [await tools.look('jira', '20500'), await tools.look('jira', 'SUP-31')];
  expect(byKey.body).toMatchObject({ id: '20500', key: 'SUP-31', comments: [{ body: 'x', isPublic: true }] });
  expect(byId.body).toEqual(byKey.body);
  for (const none of ['SUP-3', 'SUP-311', '', '%zz', 'constructor'])
    expect([none, (await tools.look('jira', none)).status]).toEqual([none, 404]);
});

test('a ticket and what is said on it have the times that they were, as each tool writes them', async () => {
  await tools.tell('zendesk', zendeskEvent('created'));
  // Late in a second it is still that second.
  await tools.advance(1_900);
  const at = start / 1_000;
  const get = async (tool: Tool, path: string) => (await tools.call(tool, 'GET', path)).body;
  await tools.call('intercom', 'POST', '/conversations/4400222/reply', intercomReply);
  expect(await get('intercom', '/conversations/4400222')).toMatchObject({
    created_at: at,
    updated_at: at + 1,
    conversation_parts: { conversation_parts: [{ created_at: at + 1, updated_at: at + 1 }] },
  });
  await tools.call('freshdesk', 'POST', '/api/v2/tickets/310/reply', { body: 'x' });
  const [early, late] = [{ created_at: '2026-11-24T10:00:00Z' }, { created_at: '2026-11-24T10:00:01Z' }];
  const changed = { updated_at: '2026-11-24T10:00:01Z' };
  expect(await get('freshdesk', '/api/v2/tickets/310')).toMatchObject({ ...early, ...changed });
  expect(await get('freshdesk', '/api/v2/tickets/310/conversations')).toMatchObject([{ ...late, ...changed }]);
  await tools.call('zendesk', 'PUT', '/api/v2/tickets/9120.json', { ticket: { comment: { body: 'x' } } });
  expect((await get('zendesk', '/api/v2/tickets/9120.json')).ticket).toMatchObject({ ...early, ...changed });
  expect((await get('zendesk', '/api/v2/tickets/9120/comments.json')).comments).toMatchObject([late]);
  await sayInDesk();
  const created = '2026-11-24T10:00:01.900+0000';
  expect((await get('jira', '/rest/api/3/issue/20500/comment')).comments).toMatchObject([
    { created, updated: created },
  ]);
  // A later word of it changes nothing of when it was made.
  await tools.tell('zendesk', zendeskEvent('status_changed', { event: { current: 'OPEN' }, id: 'later' }));
  expect((await get('zendesk', '/api/v2/tickets/9120.json')).ticket).toMatchObject({ ...early, status: 'open' });
  tools.posted.length = 0;
  await tools.advance(0);
  const told = Object.fromEntries(tools.posted.map(({ path, body }) => [path, body]));
  expect(told['/tickets/intercom']).toMatchObject({ created_at: at + 1, first_sent_at: at + 1 });
  expect(told['/tickets/jira']).toMatchObject({ timestamp: start + 1_900, comment: { created } });
  expect(told['/tickets/zendesk']).toMatchObject({
    time: '2026-11-24T10:00:01.900Z',
    detail: { ...early, ...changed },
  });
});

describe('a webhook', () => {
  const say = {
    intercom: () => tools.call('intercom', 'POST', '/conversations/4400222/reply', intercomReply),
    freshdesk: () => tools.call('freshdesk', 'POST', '/api/v2/tickets/310/reply', { body: 'x' }),
    jira: () => sayInDesk(),
    async zendesk() {
      const status = doorStatus;
      doorStatus = 200;
      await tools.tell('zendesk', zendeskEvent('created'));
      doorStatus = status;
      tools.posted.length = 0;
      await tools.call('zendesk', 'PUT', '/api/v2/tickets/9120.json', { ticket: { comment: { body: 'x' } } });
    },
  };
  const minute = 60_000;
  const signed = (algorithm: string, of: Tool, text: string) => createHmac(algorithm, `${of}-secret`).update(text);

  test.each<[tool: Tool, header: string, proof: (text: string, headers: Posted['headers']) => string]>([
    ['intercom', 'x-hub-signature', (text) => `sha1=${signed('sha1', 'intercom', text).digest('hex')}`],
    ['jira', 'x-hub-signature', (text) => `sha256=${signed('sha256', 'jira', text).digest('hex')}`],
    ['freshdesk', 'authorization', () => `Basic ${Buffer.from('metronome:freshdesk-token').toString('base64')}`],
    [
      'zendesk',
      'x-zendesk-webhook-signature',
      (text, headers) => {
        const timestamp = String(headers['x-zendesk-webhook-signature-timestamp']);
        expect(Date.parse(timestamp)).toBe(tools.clock.now());
        return signed('sha256', 'zendesk', timestamp + text).digest('base64');
      },
    ],
  ])('of %s is proved by its %s, and tells its sender nothing new', async (tool, header, proof) => {
    await say[tool]();
    await tools.advance(0);
    const [{ path, text, headers }, ...others] = tools.posted as [Posted, ...Posted[]];
    expect([path, headers[header], others]).toEqual([`/tickets/${tool}`, proof(text, headers), []]);
    if (tool === 'jira') expect(headers['x-atlassian-webhook-identifier']).toMatch(/^\w+$/);
    expect(await commentsOf(tool, own[tool])).toHaveLength(1);
  });

  const each = (tool: keyof typeof say, doors: number[], times: number, everyMs: number) =>
    doors.map((door) => [tool, door, times, everyMs] as const);
  test.each([
    ...each('intercom', [299], 1, 0),
    ...each('intercom', [300, 503], 2, minute),
    ...each('freshdesk', [201], 1, 0),
    ...each('freshdesk', [302, 401], 48, 30 * minute),
    ...each('jira', [204, 400, 499], 1, 0),
    ...each('jira', [408, 409, 425, 429, 500], 6, 5 * minute),
    ...each('zendesk', [204, 302, 404, 500], 1, 0),
    ...each('zendesk', [409, 429, 503], 4, 10_000),
  ])('of %s that is answered %i comes %i times, each %i ms after the last', async (tool, door, times, everyMs) => {
    doorStatus = door;
    await say[tool]();
    await tools.advance(26 * 60 * minute);
    const at = tools.posted.map((each) => each.at - (tools.posted[0]?.at ?? 0));
    expect(at).toEqual(Array.from({ length: times }, (_, index) => index * everyMs));
    expect(new Set(tools.posted.map(({ text }) => text)).size).toBe(1);
  });
});
