/** What Metronome says to each tool, heard by the stubs, and how it reads what they answer. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  connectionOf,
  lacks,
  type ToolConnection,
  ticketAddress,
  variablesOf,
} from '../../../functions/outgoing/tickets/connection.ts';
import { converse } from '../../../functions/outgoing/tickets/converse.ts';
import type {
  Conversation,
  OwnComment,
  SendOutcome,
  ToolAnswer,
} from '../../../functions/outgoing/tickets/ticket-tool.ts';
import { useClock } from '../../../functions/platform/clock.ts';
import type { Config } from '../../../functions/platform/config.ts';
import { startEndpoint } from '../../../infra/cloud/test/endpoint.ts';
import { environment, type LocalTools, startTools, type Tool } from '../../contract/stubs/tools.ts';
import {
  freshdeskBody,
  intercomConversation,
  intercomNotification,
  intercomTicket,
  jiraEvent,
  zendeskComment,
  zendeskEvent,
} from '../../fixtures/tickets.ts';

let tools: LocalTools;
beforeEach(async () => {
  tools = await startTools();
});
afterEach(() => tools.close());

/** Each stub knows a ticket once it was reported. */
const reports: Record<Tool, () => object[]> = {
  zendesk: () => [zendeskEvent('created')],
  intercom: () => [
    intercomNotification('conversation.user.created', intercomConversation()),
    intercomNotification('ticket.created', intercomTicket()),
  ],
  freshdesk: () => [freshdeskBody()],
  jira: () => [jiraEvent('jira:issue_created')],
};
async function report(tool: Tool): Promise<void> {
  for (const each of reports[tool]()) await tools.tell(tool, each);
}

const tickets = [
  ['zendesk', '9120', 'updateTicket'],
  ['intercom', '4400222', 'replyConversation'],
  ['intercom', '4400111', 'replyTicket'],
  ['freshdesk', '310', 'reply'],
  ['jira', '20500', 'addComment'],
] as const;

function connect(tool: Tool, more: Partial<Record<keyof Config, string>> = {}): ToolConnection {
  const given = {
    ...environment,
    [`${tool.toUpperCase()}_API_URL`]: `${tools.house}/_local/tools/${tool}/site/`,
    ...more,
  };
  const connection = connectionOf(tool, given as unknown as Config);
  if ('missing' in connection) throw new Error(connection.missing.join());
  return connection;
}

const way = { allowPrivate: true, timeoutMs: 5_000 };
const text =
  '渋谷店 ご担当者様\n\n<注文> & "会計" の件、  復旧は 10:30 です。\n ・{原因}: it\'s `A` → B\n100% 確認済み';
const commentOn = (ticketId: string, more: Partial<OwnComment> = {}): OwnComment => ({
  ticketId,
  text,
  isPublic: true,
  reference: 'upd_1',
  ...more,
});

const commentIdOf = (sent: SendOutcome): string =>
  (('fields' in sent && sent.fields) as { commentId?: string } | undefined)?.commentId ?? '';
/** How the ticket was when it was read first. */
const seenIn = (tried: SendOutcome): string => {
  const { seen } = ('fields' in tried ? tried.fields : {}) as { seen?: string };
  if (tried.kind !== 'unknown' || seen === undefined) throw new Error('It does not say how the ticket was.');
  return seen;
};
/** With the state of an update, where that follows. */
const kindOf = (outcome: SendOutcome): string =>
  ('fields' in outcome && (outcome.fields as { state?: string })?.state) || outcome.kind;
const send = (tool: Tool, comment: OwnComment, connection = connect(tool)) =>
  converse(connection.tool.send(comment, tools.clock.now()), connection, way);
const find = (tool: Tool, comment: OwnComment, since = tools.clock.now()) => {
  const connection = connect(tool);
  return converse(connection.tool.find(comment, since, tools.clock.now()), connection, way);
};
const commentsOf = async (tool: Tool, id: string) => (await tools.look(tool, id)).body.comments;

describe.each(tickets)('%s, ticket %s', (tool, id, operation) => {
  beforeEach(() => report(tool));

  test('a public comment arrives word for word, and is found again by who lost the answer', async () => {
    expect(await find(tool, commentOn(id))).toEqual({ kind: 'absent' });
    const sent = await send(tool, commentOn(id));
    expect(sent.kind).toBe('delivered');
    const [comment, ...others] = await commentsOf(tool, id);
    expect(others).toEqual([]);
    expect(comment).toMatchObject({ body: text, isPublic: true, id: commentIdOf(sent) });
    expect(await find(tool, commentOn(id))).toMatchObject({ kind: 'found', commentId: comment.id });
  });

  test('whatever somebody confirms is what the customer reads', async () => {
    const { tool: client } = connect(tool);
    const line = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom(
        '<b>太字</b> <script>',
        '&amp;nbsp;',
        '```',
        '- [ ] {x}',
        '\\*\\_',
        '  字下げ  ',
        'مرحبا (שלום)',
        '👨‍👩‍👧🇯🇵',
      ),
    );
    const anyText = fc
      .array(line, { minLength: 1, maxLength: 12 })
      .map((lines) => lines.join('\n').trim())
      .filter((each) => each !== '' && client.refuseText?.(each) === undefined);
    const longest = ['&', '"', '🍣', ' .'].map((each) => each.repeat(5_000 / each.length).trim());
    let number = 0;
    await fc.assert(
      fc.asyncProperty(anyText, async (confirmed) => {
        number += 1;
        const sent = await send(tool, commentOn(id, { text: confirmed, reference: `upd_${number}` }));
        const { body, id: commentId } = (await commentsOf(tool, id)).at(-1);
        expect([body, sent]).toEqual([confirmed, { kind: 'delivered', fields: { commentId } }]);
      }),
      { numRuns: 15, examples: longest.map((each) => [each]) },
    );
  });

  test('another text, a note of the same text, and one of long ago are not the comment that is looked for', async () => {
    await send(tool, commentOn(id, { text: `${text}。`, reference: 'upd_2' }));
    await send(tool, commentOn(id, { isPublic: false, reference: 'upd_3' }));
    expect((await commentsOf(tool, id)).map((each: { isPublic: boolean }) => each.isPublic)).toEqual([true, false]);
    expect(await find(tool, commentOn(id))).toEqual({ kind: 'absent' });
    await send(tool, commentOn(id, { reference: 'upd_4' }));
    expect(await find(tool, commentOn(id, { reference: 'upd_5' }), tools.clock.now() + 600_000)).toEqual({
      kind: 'absent',
    });
  });

  test('the clock of a tool that lags behind ours hides no comment', async () => {
    const sent = await send(tool, commentOn(id));
    const connection = connect(tool);
    // Ours is a day ahead of the tool's.
    const ours = tools.clock.now() + 86_400_000;
    expect(
      await converse(connection.tool.find(commentOn(id, { reference: 'upd_1' }), ours, ours), connection, way),
    ).toMatchObject({ kind: 'found', commentId: commentIdOf(sent) });
  });

  test('a conversation that has lasted too long asks for nothing more', async () => {
    const connection = connect(tool);
    const { tool: client } = connection;
    const hold = <T>(conversation: Conversation<T>) => converse(conversation, connection, way, 0);
    expect((await hold(client.find(commentOn(id), 0, tools.clock.now()))).kind).toBe('retry');
    expect((await hold(client.send(commentOn(id), tools.clock.now()))).kind).toBe('retry');
    expect(await commentsOf(tool, id)).toEqual([]);
  });

  test('without an answer it may have been taken, and is found where it was', async () => {
    tools.faults.add({ target: `tools.${tool}.${operation}`, effect: 'hang-after' });
    const connection = connect(tool);
    const sent = await converse(connection.tool.send(commentOn(id), tools.clock.now()), connection, {
      ...way,
      timeoutMs: 300,
    });
    expect(sent.kind).toBe('unknown');
    tools.faults.clear();
    expect(await commentsOf(tool, id)).toHaveLength(1);
    expect((await find(tool, commentOn(id))).kind).toBe('found');
  });

  test('wrong credentials are refused, and it is said which they are', async () => {
    const good = connect(tool);
    const bad = {
      ...good,
      headers: { ...good.headers, authorization: 'Basic eDp5' },
      ...(good.credentials ? { credentials: { ...good.credentials, clientSecret: 'x' } } : {}),
    };
    expect(await send(tool, commentOn(id), bad)).toMatchObject({
      kind: 'rejected',
      why: expect.stringContaining('credentials (401)'),
    });
  });

  test('an unknown ticket is one for a person', async () => {
    expect(kindOf(await send(tool, commentOn('77777777')))).toBe('by-hand');
  });
});

describe('Zendesk’s access token', () => {
  const id = '9120';
  let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
  let answers: { status: number; body?: string }[] = [];
  /** What Zendesk was asked, and by which token. */
  const asked = () =>
    endpoint.received.map(({ path, headers }) => [path.replace(/\/api\/v2|\.json.*/g, ''), headers.authorization]);
  const token = (name: string, more: object = { expires_in: 1_800 }) => ({
    status: 200,
    body: JSON.stringify({ access_token: name, token_type: 'bearer', ...more }),
  });
  const me = { status: 200, body: JSON.stringify({ user: { id: 1, name: 'Metronome', role: 'agent' } }) };
  const now = Date.parse('2026-11-24T10:00:00Z');
  beforeEach(async () => {
    await report('zendesk');
    useClock(() => now);
    endpoint = await startEndpoint(() => answers.shift() ?? { status: 500 });
  });
  afterEach(async () => {
    useClock(Date.now);
    await endpoint.close();
  });
  const introduce = () => {
    const connection = connect('zendesk', { ZENDESK_API_URL: endpoint.url });
    return converse(connection.tool.introduce(now), connection, way);
  };

  test('is asked for by the client’s credentials, with the scopes that are needed, and once for all who wait', async () => {
    answers = [token('a'), me, me, me];
    expect(await Promise.all([introduce(), introduce(), introduce()])).toMatchObject(
      [1, 2, 3].map(() => ({ kind: 'known', as: 'Metronome' })),
    );
    expect(asked()).toEqual([['/oauth/tokens', undefined], ...[1, 2, 3].map(() => ['/users/me', 'Bearer a'])]);
    expect(endpoint.received[0]?.json).toEqual({
      grant_type: 'client_credentials',
      client_id: environment.ZENDESK_OAUTH_CLIENT_ID,
      client_secret: environment.ZENDESK_OAUTH_CLIENT_SECRET,
      scope: 'tickets:read tickets:write users:read',
      expires_in: 1_800,
    });
  });

  test.each<[life: object, livesMs: number]>([
    [{ expires_in: 600 }, 540_000],
    [{}, 1_740_000],
  ])('that lives as %j is replaced a minute before it expires', async (life, livesMs) => {
    answers = [token('a', life), me, me, token('b'), me];
    await introduce();
    useClock(() => now + livesMs - 1);
    await introduce();
    useClock(() => now + livesMs);
    await introduce();
    expect(asked().map(([, by]) => by)).toEqual([undefined, 'Bearer a', 'Bearer a', undefined, 'Bearer b']);
  });

  test('that was revoked is replaced once, and what was refused is asked again', async () => {
    answers = [token('a'), { status: 401 }, token('b'), me];
    expect(await introduce()).toMatchObject({ kind: 'known' });
    answers = [{ status: 401 }, token('c'), { status: 401 }];
    expect(await introduce()).toMatchObject({ kind: 'refused', why: expect.stringContaining('(401)') });
    expect(asked().map(([, by]) => by)).toEqual([
      undefined,
      'Bearer a',
      undefined,
      'Bearer b',
      'Bearer b',
      undefined,
      'Bearer c',
    ]);
  });

  test.each([
    [400, 'rejected'],
    [401, 'rejected'],
    [307, 'rejected'],
    [429, 'retry'],
    [500, 'retry'],
    [408, 'retry'],
    [200, 'retry'],
  ])('that is not given, by %i, leaves nothing that may have been sent: it is %s', async (status, kind) => {
    answers = [{ status, body: '{}' }];
    const connection = connect('zendesk', { ZENDESK_API_URL: endpoint.url });
    expect(await converse(connection.tool.send(commentOn(id), now), connection, way)).toMatchObject({ kind });
    expect(asked()).toEqual([['/oauth/tokens', undefined]]);
    // The next asks again.
    answers = [token('a'), me];
    expect(await introduce()).toMatchObject({ kind: 'known' });
  });
});

describe('Zendesk', () => {
  const id = '9120';
  beforeEach(() => report('zendesk'));

  test('what somebody else has told the customer since the ticket was read is shown, and nothing is sent over it', async () => {
    const connection = connect('zendesk');
    const conversation = connection.tool.send(commentOn(id), tools.clock.now());
    const first = conversation.next();
    if (first.done) throw new Error('It asked nothing.');
    const read = await tools.call('zendesk', 'GET', first.value.path);
    await tools.tell('zendesk', zendeskComment({ id: 8, is_staff: true, name: '鈴木' }, true, '直りました。'));
    const next = conversation.next({ status: 200, headers: {}, body: read.body } as ToolAnswer);
    if (next.done) throw new Error('It wrote nothing.');
    const refused = await tools.call('zendesk', 'PUT', next.value.path, next.value.body);
    expect(refused.status).toBe(409);
    const again = conversation.next({ status: 409, headers: {}, body: refused.body });
    if (again.done) throw new Error('It did not read the ticket again.');
    const reread = await tools.call('zendesk', 'GET', again.value.path);
    const look = conversation.next({ status: 200, headers: {}, body: reread.body });
    if (look.done) throw new Error('It did not look.');
    const listed = await tools.call('zendesk', 'GET', look.value.path);
    expect(conversation.next({ status: 200, headers: {}, body: listed.body })).toEqual({
      done: true,
      value: { kind: 'rejected', why: expect.stringContaining('直りました。') },
    });
    expect(await commentsOf('zendesk', id)).toHaveLength(1);
  });

  test('what is tried again knows how the ticket was at first: a reply that came in between is shown', async () => {
    tools.faults.add({ target: 'tools.zendesk.updateTicket', effect: 'fail', code: '503' });
    const tried = await send('zendesk', commentOn(id));
    const seen = seenIn(tried);
    await tools.tell('zendesk', zendeskComment({ id: 8, is_staff: true, name: '鈴木' }, true, '直りました。'));
    expect(await send('zendesk', commentOn(id, { seen }))).toMatchObject({
      kind: 'rejected',
      why: expect.stringContaining('直りました。'),
    });
    expect((await send('zendesk', commentOn(id))).kind).toBe('delivered');
  });

  test('what a slow tool takes after it was looked for is no word of somebody else’s, and is not said twice', async () => {
    tools.faults.add({ target: 'tools.zendesk.updateTicket', effect: 'fail-after', code: '504' });
    const tried = await send('zendesk', commentOn(id));
    const seen = seenIn(tried);
    // Nobody has found it: it is there only now.
    const [comment] = await commentsOf('zendesk', id);
    expect(await send('zendesk', commentOn(id, { seen }))).toEqual({
      kind: 'delivered',
      fields: { commentId: comment.id },
    });
    expect(await commentsOf('zendesk', id)).toHaveLength(1);
  });

  test('its placeholders are refused before anything is sent', () => {
    const { tool } = connect('zendesk');
    expect(tool.refuseText?.('あと {{ticket.id}} です')?.text).toMatch(/placeholders/);
    expect(tool.refuseText?.('{% if x %}')).toBeDefined();
    expect(tool.refuseText?.(text)).toBeUndefined();
  });

  test('429 says until when, by the house’s clock', async () => {
    for (let count = 0; count < 30; count += 1)
      await tools.call('zendesk', 'PUT', `/api/v2/tickets/${id}.json`, { ticket: { comment: { body: `${count}` } } });
    expect(await send('zendesk', commentOn(id))).toMatchObject({
      kind: 'retry',
      until: new Date(tools.clock.now() + 600_000),
    });
  });
});

describe('connections', () => {
  test.each([
    ['zendesk', ['ZENDESK_SUBDOMAIN', 'ZENDESK_OAUTH_CLIENT_ID', 'ZENDESK_OAUTH_CLIENT_SECRET']],
    ['intercom', ['INTERCOM_ACCESS_TOKEN', 'INTERCOM_ADMIN_ID']],
    ['freshdesk', ['FRESHDESK_DOMAIN', 'FRESHDESK_API_KEY']],
    ['jira', ['JIRA_SITE', 'JIRA_API_EMAIL', 'JIRA_API_TOKEN']],
  ] as const)('%s says which variables are missing, each of them alone as well', (tool, all) => {
    expect(connectionOf(tool, {} as Config)).toEqual({ missing: all });
    const set = Object.fromEntries(all.map((each) => [each, 'acme']));
    expect(connectionOf(tool, set as unknown as Config)).not.toHaveProperty('missing');
    for (const each of all) {
      const { [each]: _, ...rest } = set;
      expect(connectionOf(tool, rest as unknown as Config)).toEqual({ missing: [each] });
      // Functions that do not send have no token: to them none is missing.
      expect(lacks(tool, rest as unknown as Config) === undefined).toBe(/TOKEN|KEY|CLIENT_SECRET/.test(each));
    }
  });

  test.each([
    ['zendesk', 'ZENDESK_API_URL', 'https://acme.zendesk.com'],
    ['intercom', 'INTERCOM_API_URL', 'https://api.intercom.io'],
    ['freshdesk', 'FRESHDESK_API_URL', 'https://acme.freshdesk.com'],
    ['jira', 'JIRA_API_URL', 'https://acme.atlassian.net'],
  ] as const)('%s is called at its own address unless %s has another', (tool, variable, address) => {
    const set = Object.fromEntries(variablesOf(tool).map((each) => [each, 'acme']));
    const of = (more: object) => connectionOf(tool, { ...set, ...more } as unknown as Config);
    expect(of({})).toMatchObject({ address });
    expect(of({ [variable]: 'https://api.eu.example/' })).toMatchObject({ address: 'https://api.eu.example' });
  });

  test('Jira is called at its cloud’s address where a token needs that, and JIRA_API_URL comes before it', () => {
    const set = { JIRA_CLOUD_ID: '11223344-a1b2', JIRA_API_EMAIL: 'a@b.jp', JIRA_API_TOKEN: 't' };
    const of = (more: object) => connectionOf('jira', { ...set, ...more } as unknown as Config);
    const address = 'https://api.atlassian.com/ex/jira/11223344-a1b2';
    expect([of({}), of({ JIRA_SITE: 'acme' })]).toMatchObject([{ address }, { address }]);
    expect(of({ JIRA_API_URL: 'https://jira.example' })).toMatchObject({ address: 'https://jira.example' });
  });

  test.each([
    ['acme', 'https://acme.zendesk.com'],
    ['acme.zendesk.com', 'https://acme.zendesk.com'],
    ['ACME', 'https://acme.zendesk.com'],
    ['https://help.acme.example/', 'https://help.acme.example'],
  ])('the address of “%s” is %s', (ZENDESK_SUBDOMAIN, address) => {
    expect(connectionOf('zendesk', { ...environment, ZENDESK_SUBDOMAIN } as unknown as Config)).toMatchObject({
      address,
    });
  });

  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  test.each<[Tool, headers: object]>([
    ['intercom', { authorization: 'Bearer its INTERCOM_ACCESS_TOKEN', 'intercom-version': '2.16' }],
    ['freshdesk', basic('its FRESHDESK_API_KEY:X')],
    ['jira', basic('its JIRA_API_EMAIL:its JIRA_API_TOKEN')],
  ])('%s is told who we are as it wants to be told', (tool, headers) => {
    const own = Object.fromEntries(variablesOf(tool).map((each) => [each, `its ${each}`]));
    const set = { ...own, [`${tool.toUpperCase()}_API_URL`]: 'https://api.example' };
    expect(connectionOf(tool, set as unknown as Config)).toMatchObject({ headers });
  });

  const proxy = 'https://proxy.example/';
  test.each<[Tool, set: object, address: string | undefined]>([
    ['zendesk', { ZENDESK_SUBDOMAIN: 'acme', ZENDESK_API_URL: proxy }, 'https://acme.zendesk.com/agent/tickets/a%2F1'],
    ['zendesk', { ZENDESK_API_URL: proxy }, 'https://proxy.example/agent/tickets/a%2F1'],
    ['zendesk', { FRESHDESK_DOMAIN: 'acme' }, undefined],
    ['freshdesk', { FRESHDESK_DOMAIN: 'acme', FRESHDESK_API_URL: proxy }, 'https://acme.freshdesk.com/a/tickets/a%2F1'],
    ['freshdesk', { FRESHDESK_API_URL: proxy }, 'https://proxy.example/a/tickets/a%2F1'],
    ['freshdesk', { ZENDESK_SUBDOMAIN: 'acme' }, undefined],
    ['intercom', { INTERCOM_API_URL: proxy }, undefined],
    ['jira', { JIRA_SITE: 'acme' }, undefined],
  ])('people find a ticket of %s where they work: of %j %s', (tool, set, address) => {
    expect(ticketAddress(tool, 'a/1', set as Config)).toBe(address);
  });

  test.each([
    ['http://127.0.0.1:9', 'is not https'],
    ['http://example.com', 'is not https'],
    ['https://127.0.0.1:9', 'is private'],
    ['https://localhost:9', 'is private'],
  ])('away from this machine, %s is not spoken to', async (ZENDESK_API_URL, why) => {
    const connection = connect('zendesk', { ZENDESK_API_URL });
    const tried = await converse(connection.tool.find(commentOn('1'), 0, 0), connection, {
      ...way,
      allowPrivate: false,
    });
    expect(tried).toEqual({ kind: 'retry', why: expect.stringContaining(why) });
  });

  test('a redirection is not followed', async () => {
    const endpoint = await startEndpoint(() => ({
      status: 307,
      headers: { location: `${tools.house}/_local/tools/zendesk/site` },
    }));
    const connection = connect('zendesk', { ZENDESK_API_URL: endpoint.url });
    expect(await converse(connection.tool.find(commentOn('1'), 0, 0), connection, way)).toMatchObject({
      kind: 'rejected',
      why: 'It answered 307.',
    });
    expect(endpoint.received).toHaveLength(1);
    await endpoint.close();
  });
});
