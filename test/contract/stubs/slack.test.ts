/** The stub of Slack answers Slack's own client as Slack does, and refuses what Slack refuses. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { WebAPIPlatformError, WebAPIRateLimitedError, WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { slackBody } from '../../../functions/outgoing/channels/bodies.ts';
import { Faults } from '../../../infra/cloud/src/faults.ts';
import { openStorage } from '../../../infra/cloud/src/storage.ts';
import { listen } from '../../../infra/local/front.ts';
import { answerSlack } from '../../../infra/stubs/slack/routes.ts';
import { createSlack, slackApiOf } from '../../../infra/stubs/slack/service.ts';
import { inALine, namedInOrder } from '../../in-a-line.ts';
import { noticeWith } from '../../outgoing/notices.ts';

let server: Server;
let now: number;
let faults: Faults;
let client: WebClient;
let house: string;
let slack: ReturnType<typeof createSlack>;
let secret: string | undefined;
/** What came in at the app's doors, and how they answer it. */
let posted: { path: string; headers: Record<string, unknown>; text: string }[];
let door: { status: number; body: object };
beforeEach(async () => {
  now = Date.parse('2026-11-24T10:00:00Z');
  secret = 'signing';
  posted = [];
  door = { status: 200, body: {} };
  faults = new Faults();
  slack = createSlack({
    db: openStorage(undefined),
    clock: { now: () => now },
    faults,
    environment: () => ({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: secret }),
    doors: () => house,
  });
  server = createServer((request, response) => void answer(request, response));
  house = `http://127.0.0.1:${await listen(server, 0)}`;
  client = clientWith('xoxb-1');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (await answerSlack(slack, request, response)) return;
  const text = await textOf(request);
  posted.push({ path: request.url ?? '', headers: request.headers, text });
  response.writeHead(door.status).end(JSON.stringify(door.body));
}

const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => 'error' as never,
  setName() {},
};
const clientWith = (token: string): WebClient =>
  new WebClient(token, {
    slackApiUrl: slackApiOf(house),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });

async function refusal(work: Promise<unknown>): Promise<Record<string, unknown>> {
  const [{ reason: error }] = (await Promise.allSettled([work])) as [{ reason?: unknown }];
  expect(error).toBeInstanceOf(WebAPIPlatformError);
  return (error as WebAPIPlatformError).data as never;
}
const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });
const post = (more: object = {}) => {
  now += 1_000;
  return client.chat.postMessage({ channel: 'C1', text: 'x', ...more } as never);
};
const tellUser = (of: object) =>
  fetch(`${house}/_local/tools/slack/users`, { method: 'POST', body: JSON.stringify(of) });
const respondAt = (path: string, body: object) =>
  fetch(`${house}/_local/tools/slack/responses/${path}`, { method: 'POST', body: JSON.stringify(body) });
const pageFor = async (user: string) => (await fetch(`${house}/_local/tools/slack?user=${user}`)).text();
const lastForm = () => new URLSearchParams(posted.at(-1)?.text);
// biome-ignore lint/suspicious/noExplicitAny: tests look at bodies of any shape
const payload = (): any => JSON.parse(lastForm().get('payload') ?? '');
const plain = (text: string) => ({ type: 'plain_text' as const, text });
const button = (more: object = {}) => ({
  type: 'button',
  text: plain('b'),
  action_id: 'take',
  value: 'inc_1',
  ...more,
});
const textsIn = (answer: { messages?: { text?: string }[] }) => answer.messages?.map((each) => each.text);
const look = async (): Promise<Record<string, unknown>[]> => {
  const response = await fetch(`${house}/_local/tools/slack/messages`);
  return ((await response.json()) as { messages: Record<string, unknown>[] }).messages;
};

describe('messages', () => {
  test('are posted, answered in a thread, edited, and found again by their metadata', async () => {
    const metadata = { event_type: 'card', event_payload: { of: 'inc_1' } };
    const card = await post({ blocks: [section('*a*')], metadata });
    const reply = await post({ thread_ts: card.ts, text: 'reply', reply_broadcast: true });
    await post({ thread_ts: card.ts, text: 'quiet' });
    await client.chat.update({ channel: 'C1', ts: card.ts as string, text: 'y', metadata } as never);
    expect(await look()).toMatchObject([
      { channel: 'C1', ts: card.ts, threadTs: null, text: 'y' },
      { threadTs: card.ts, text: 'reply' },
      { threadTs: card.ts, text: 'quiet' },
    ]);
    const history = await client.conversations.history({ channel: 'C1', include_all_metadata: true });
    expect(history.messages?.map((each) => each.ts)).toEqual([reply.ts, card.ts]);
    expect(history.messages?.[1]).toMatchObject({ metadata });
    const oldest = { channel: 'C1', ts: card.ts as string, oldest: reply.ts as string };
    const thread = await client.conversations.replies(oldest);
    expect(textsIn(thread)).toEqual(['y', 'quiet']);
  });

  test('come a page at a time, the newest first', async () => {
    for (const text of ['1', '2', '3']) await post({ text });
    const first = await client.conversations.history({ channel: 'C1', limit: 2 });
    expect(textsIn(first)).toEqual(['3', '2']);
    const cursor = first.response_metadata?.next_cursor as string;
    const rest = await client.conversations.history({ channel: 'C1', limit: 2, cursor });
    expect(rest).toMatchObject({ has_more: false, messages: [{ text: '1' }] });
    // What fits is one page, and no further one is announced.
    const whole = await client.conversations.history({ channel: 'C1', limit: 3 });
    expect(whole).toMatchObject({ messages: { length: 3 }, has_more: false });
    expect(whole.response_metadata?.next_cursor).toBeUndefined();
  });

  test.each([
    ['a section', [section('x'.repeat(3_001))], 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
    ['51 blocks', Array(51).fill({ type: 'divider' }), 'no more than 50 items allowed [json-pointer:/blocks]'],
    ['a header in mrkdwn', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }], ''],
    [
      'a button of 76 characters',
      [{ type: 'actions', elements: [button({ text: plain('x'.repeat(76)) })] }],
      'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
    ],
    ['a field to type in', [{ type: 'input', label: plain('x'), element: { type: 'plain_text_input' } }], ''],
    ['the same block_id twice', Array(2).fill({ type: 'divider', block_id: 'a' }), '"block_id": "a" already exists'],
  ])('with %s are refused', async (_, blocks, why) => {
    const { error, errors } = await refusal(post({ blocks }));
    expect(error).toBe('invalid_blocks');
    expect((errors as string[]).join()).toContain(why);
  });

  test('a page of them is of a hundred where nobody says, and of 999 at most', async () => {
    for (let index = 0; index < 1_001; index += 1) slack.store.post({ channel: 'C1', text: String(index) }, now);
    for (const [limit, count] of [
      [undefined, 100],
      [1, 1],
      [0, 100],
      [-1, 1],
      [999, 999],
      [1_000, 999],
    ]) {
      const asked = { channel: 'C1', ...(limit === undefined ? {} : { limit }) };
      const { messages, has_more: hasMore } = await client.conversations.history(asked);
      now += 60_000;
      expect([limit, messages?.length, hasMore]).toEqual([limit, count, true]);
    }
  });

  test.each([
    ['x'],
    [[]],
    [{}],
    [{ event_type: 'card' }],
    [{ event_payload: {} }],
    [{ event_type: 1, event_payload: {} }],
    [{ event_type: 'card', event_payload: 'x' }],
    [{ event_type: 'card', event_payload: null }],
  ])('with the metadata %j are refused, and none is posted or changed', async (metadata) => {
    expect(await refusal(post({ metadata }))).toMatchObject({ error: 'invalid_metadata_format' });
    const { ts } = await post({ metadata: { event_type: 'card', event_payload: {} } });
    const change = client.chat.update({ channel: 'C1', ts: String(ts), text: 'y', metadata } as never);
    expect(await refusal(change)).toMatchObject({ error: 'invalid_metadata_format' });
    expect((await look()).map(({ text }) => text)).toEqual(['x']);
  });

  test('are refused where there is nothing, and where nothing is to be edited', async () => {
    expect(await refusal(post({ text: '' }))).toMatchObject({ error: 'no_text' });
    const nothing = client.chat.update({ channel: 'C1', ts: '1.000000', text: 'y' });
    expect(await refusal(nothing)).toMatchObject({ error: 'message_not_found' });
  });

  test('to a person go to them alone, and to nobody elsewhere, to no bot', async () => {
    await expect(post({ channel: 'UANN' })).resolves.toMatchObject({ ok: true, channel: 'DANN' });
    const told = await (await fetch(`${house}/_local/tools/slack/whispers`)).json();
    expect(told).toMatchObject({ whispers: [{ user: 'UANN', text: 'x' }] });
    for (const [id, of, error] of [
      ['UFAR', { team_id: 'T2' }, 'channel_not_found'],
      ['UBOT', { is_bot: true }, 'cannot_dm_bot'],
    ] as const) {
      await tellUser({ id, ...of });
      expect(await refusal(post({ channel: id }))).toMatchObject({ error });
    }
  });

  test('come one a second into a channel, by the house’s clock', async () => {
    await post();
    const second = () => client.chat.postMessage({ channel: 'C1', text: 'x' });
    await expect(second()).rejects.toBeInstanceOf(WebAPIRateLimitedError);
    await client.chat.postMessage({ channel: 'C2', text: 'x' });
    now += 1_000;
    await second();
    expect(await look()).toHaveLength(3);
  });
});

test.each([
  [{}, ['3', '2', '1']],
  [{ oldest: 1 }, ['3', '2']],
  [{ oldest: 1, inclusive: true }, ['3', '2', '1']],
  [{ latest: 3 }, ['2', '1']],
  [{ latest: 3, inclusive: true }, ['3', '2', '1']],
  [{ oldest: 1, latest: 3 }, ['2']],
])('of three messages a channel’s history from %j holds %j', async (asked: Record<string, unknown>, expected) => {
  const sent = new Map<unknown, string>();
  for (const text of ['1', '2', '3']) sent.set(Number(text), String((await post({ text })).ts));
  await post({ channel: 'C2', text: 'elsewhere' });
  const edges = Object.entries(asked).map(([name, of]) => [name, sent.get(of) ?? of]);
  const { messages } = await client.conversations.history({ channel: 'C1', ...Object.fromEntries(edges) });
  expect(textsIn({ messages: messages ?? [] })).toEqual(expected);
});

test.each(['general', '', 'c1', 'C-1', 'DANN', undefined])(
  'what is no channel (%j) is one to no method',
  async (channel) => {
    const { ts } = await post();
    for (const [method, more] of [
      ['chat.postMessage', { text: 'x' }],
      ['chat.update', { ts, text: 'y' }],
      ['chat.postEphemeral', { user: 'UADA', text: 'x' }],
      ['conversations.history', {}],
      ['conversations.replies', { ts }],
    ] as const) {
      const { error } = await refusal(
        client.apiCall(method, { ...more, ...(channel === undefined ? {} : { channel }) }),
      );
      expect([method, error]).toEqual([method, 'channel_not_found']);
    }
    expect([(await look()).map(({ text }) => text), slack.store.whispers()]).toEqual([['x'], []]);
  },
);

test('what one person alone is told is in no channel, and nobody who is not there is told anything', async () => {
  const at = new Date(now).toISOString();
  await client.chat.postEphemeral({ channel: 'C1', user: 'UADA', text: 'only you' });
  const stranger = client.chat.postEphemeral({ channel: 'C1', user: 'nobody', text: 'x' });
  expect(await refusal(stranger)).toMatchObject({ error: 'user_not_in_channel' });
  expect(await refusal(post({ thread_ts: '1.000000' }))).toMatchObject({ error: 'thread_not_found' });
  expect(await look()).toEqual([]);
  const { whispers } = (await (await fetch(`${house}/_local/tools/slack/whispers`)).json()) as { whispers: object[] };
  expect(whispers).toEqual([{ channel: 'C1', user: 'UADA', text: 'only you', at }]);
});

test('an answer by a response_url goes to the person who pressed, or to the channel where it says so', async () => {
  const respond = async (path: string, body: object) => {
    const response = await respondAt(path, body);
    return [response.status, ((await response.json()) as { error?: string }).error];
  };
  expect(await respond('C1/UADA/1', { text: 'yours' })).toEqual([200, undefined]);
  expect(slack.store.whispers()).toMatchObject([{ channel: 'C1', user: 'UADA', text: 'yours' }]);
  expect(await look()).toEqual([]);
  expect(await respond('C1/UADA/1', { text: 'all', response_type: 'in_channel' })).toEqual([200, undefined]);
  expect(await look()).toMatchObject([{ channel: 'C1', text: 'all' }]);
  expect(await respond('C1/UADA/1', {})).toEqual([400, 'no_text']);
  expect(await respond('C1/UADA/1', { blocks: [{ type: 'unknown' }] })).toEqual([400, 'invalid_blocks']);
  expect(await respond('C1', { text: 'x' })).toEqual([404, 'no_such_response_url']);
  expect([slack.store.whispers().length, (await look()).length]).toEqual([1, 1]);
});

describe('an incoming webhook', () => {
  const hook = async (body: string, channel = 'C1') => {
    const response = await fetch(`${house}/_local/tools/slack/services/T1/B1/${channel}`, { method: 'POST', body });
    return `${response.status} ${await response.text()}`;
  };
  const header = (length: number) => ({ type: 'header', text: plain('x'.repeat(length)) });
  const blocks = (...all: object[]) => JSON.stringify({ text: 'x', blocks: all });

  test.each<[what: string, body: string, answer: string]>([
    ['a text', '{"text":"x"}', '200 ok'],
    ['a heading of 150 characters', blocks(header(150)), '200 ok'],
    ['a heading of 151', blocks(header(151)), '400 invalid_blocks'],
    ['more than 13,200 in all', blocks(...Array(5).fill(section('x'.repeat(2_900)))), '400 msg_blocks_too_long'],
    ['nothing', '{}', '400 no_text'],
    ['no JSON', 'x', '400 invalid_payload'],
  ])('is answered to %s as Slack does', async (_, body, answer) => {
    expect(await hook(body)).toBe(answer);
    expect(slack.store.messages()).toHaveLength(answer === '200 ok' ? 1 : 0);
  });

  test('takes one message a second into a channel', async () => {
    const answers = [await hook('{"text":"x"}'), await hook('{"text":"x"}'), await hook('{"text":"x"}', 'C2')];
    expect(answers).toEqual(['200 ok', '429 rate_limited', '200 ok']);
    now += 1_000;
    expect(await hook('{"text":"x"}')).toBe('200 ok');
  });

  test('takes a notice of any length from Metronome, cut with a mark, and the button to the whole', async () => {
    const text = Array.from({ length: 60 }, (_, index) => `${index} ${'本文'.repeat(1_000)}`).join('\n');
    const notice = noticeWith({ text: { ja: text, en: text } });
    expect(await hook(slackBody({ notice, language: 'ja', at: new Date(now) }))).toBe('200 ok');
    const shown = slack.store.messages()[0]?.blocks ?? [];
    expect(shown.slice(-2)).toMatchObject([{ text: { text: '…' } }, { elements: [{ url: notice.url }] }]);
    expect(JSON.stringify(shown)).toContain('0 本文');
  });
});

test('a fault of an answer by a response_url is matched by the person answered', async () => {
  faults.add({ target: 'tools.slack.response', effect: 'fail', code: '500', match: 'UBOB' });
  const respond = async (user: string) => (await respondAt(`C1/${user}/1`, { text: user })).status;
  expect([await respond('UADA'), await respond('UBOB'), await respond('UBOB')]).toEqual([200, 500, 200]);
  expect(slack.store.whispers().map(({ user }) => user)).toEqual(['UADA', 'UBOB']);
});

describe('modals', () => {
  const view = (more: object = {}) => ({ type: 'modal' as const, title: plain('t'), blocks: [section('x')], ...more });
  const open = (trigger: string, more: object = {}) =>
    client.views.open({ trigger_id: trigger, view: view(more) } as never);

  test('open by a trigger, once; and are filled by the id that who opened them has chosen', async () => {
    await open('1.2.abc', { external_id: 'mine' });
    expect(await refusal(open('1.2.abc'))).toMatchObject({ error: 'exchanged_trigger_id' });
    expect(await refusal(open('1.2.abd', { external_id: 'mine' }))).toMatchObject({ error: 'duplicate_external_id' });
    const filled = await client.views.update({ external_id: 'mine', view: view({ external_id: 'mine' }) } as never);
    const again = client.views.update({ view_id: filled.view?.id, hash: 'old', view: view() } as never);
    expect(await refusal(again)).toMatchObject({ error: 'hash_conflict' });
    const unknown = client.views.update({ view_id: 'V9', view: view() } as never);
    expect(await refusal(unknown)).toMatchObject({ error: 'not_found' });
  });

  test.each([
    [3_000, undefined],
    [3_001, 'expired_trigger_id'],
  ])('open within three seconds of the press, for its person: after %i ms with error %s', async (ms, error) => {
    slack.store.issueTrigger('9.9.press', 'UADA', now);
    now += ms;
    if (error) expect(await refusal(open('9.9.press'))).toMatchObject({ error });
    else await open('9.9.press');
    expect(slack.store.views()).toMatchObject(error ? [] : [{ user: 'UADA', isOpen: true }]);
    // It is spent in either case.
    expect(await refusal(open('9.9.press'))).toMatchObject({ error: 'exchanged_trigger_id' });
  });

  test.each(['', 'abc', '1.abc', '1.2.', '1.2.ABC', 'x.2.abc', '1.2.abc.d'])(
    'are refused by %j, which is no trigger',
    async (trigger) => {
      expect(await refusal(open(trigger))).toMatchObject({ error: 'invalid_trigger_id' });
      expect(slack.store.views()).toEqual([]);
    },
  );

  test('that somebody has closed is filled no more', async () => {
    const { view: opened } = await open('1.2.closed', { external_id: 'gone' });
    slack.close(String(opened?.id));
    const late = client.views.update({ view_id: opened?.id, view: view() } as never);
    expect(await refusal(late)).toMatchObject({ error: 'not_found' });
    // What it was called nothing else is called.
    expect(await refusal(open('1.2.again', { external_id: 'gone' }))).toMatchObject({ error: 'duplicate_external_id' });
  });

  test('are refused with a long private_metadata, and where something is asked and nothing submits', async () => {
    const { response_metadata } = await refusal(open('1.1.b', { private_metadata: 'x'.repeat(3_001) }));
    expect(response_metadata).toMatchObject({
      messages: ['[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]'],
    });
    const input = { type: 'input', label: plain('x'), element: { type: 'plain_text_input', initial_value: 'y' } };
    expect(await refusal(open('1.1.c', { blocks: [input] }))).toMatchObject({ error: 'invalid_arguments' });
  });
});

describe('what is just at a limit of Slack’s is taken, and no more', () => {
  const plain = (characters: number) => ({ type: 'plain_text', text: 'x'.repeat(characters) });
  const marked = (characters: number) => ({ type: 'mrkdwn', text: 'x'.repeat(characters) });
  const times = (count: number, one: (index: number) => object) =>
    Array.from({ length: count }, (_, index) => one(index));
  const actions = (...elements: object[]) => [{ type: 'actions', elements }];
  const button = (more: object = {}) => ({ type: 'button', text: plain(1), ...more });
  const confirm = (more: object) =>
    actions(button({ confirm: { title: plain(1), text: plain(1), confirm: plain(1), deny: plain(1), ...more } }));
  const option = (more: object = {}) => ({ text: plain(1), value: 'v', ...more });
  const select = (more: object) => actions({ type: 'static_select', options: [option()], ...more });
  /** Sections of so many characters in all, as JSON. */
  const filled = (characters: number, whole: number) => {
    const sections = times(whole, () => ({ type: 'section', text: marked(2_900) }));
    const rest = characters - JSON.stringify([...sections, { type: 'section', text: marked(0) }]).length;
    return [...sections, { type: 'section', text: marked(rest) }];
  };
  const errorOf = (work: Promise<unknown>) => work.then(() => 'taken').catch(({ data }) => data.error);

  test('of a message and its blocks', async () => {
    const rows: [what: string, most: number, blocks: (count: number) => object[], error?: string][] = [
      ['blocks', 50, (count) => times(count, () => ({ type: 'divider' }))],
      ['characters of all blocks', 13_200, (count) => filled(count, 4), 'msg_blocks_too_long'],
      ['block_id', 255, (count) => [{ type: 'divider', block_id: 'x'.repeat(count) }]],
      ['header', 150, (count) => [{ type: 'header', text: plain(count) }]],
      ['section', 3_000, (count) => [{ type: 'section', text: marked(count) }]],
      ['field', 2_000, (count) => [{ type: 'section', fields: [marked(count)] }]],
      ['fields', 10, (count) => [{ type: 'section', fields: times(count, () => marked(1)) }]],
      ['context', 2_000, (count) => [{ type: 'context', elements: [marked(count)] }]],
      ['contexts', 10, (count) => [{ type: 'context', elements: times(count, () => marked(1)) }]],
      ['buttons', 25, (count) => actions(...times(count, () => button()))],
      ['button', 75, (count) => actions(button({ text: plain(count) }))],
      ['action_id', 255, (count) => actions(button({ action_id: 'x'.repeat(count) }))],
      ['value', 2_000, (count) => actions(button({ value: 'x'.repeat(count) }))],
      ['url', 3_000, (count) => actions(button({ url: 'https://a.jp/'.padEnd(count, 'x') }))],
      ['accessibility_label', 75, (count) => actions(button({ accessibility_label: 'x'.repeat(count) }))],
      ['title of a confirmation', 100, (count) => confirm({ title: plain(count) })],
      ['its text', 300, (count) => confirm({ text: plain(count) })],
      ['its yes', 30, (count) => confirm({ confirm: plain(count) })],
      ['its no', 30, (count) => confirm({ deny: plain(count) })],
      ['options', 100, (count) => select({ options: times(count, (index) => option({ value: `v${index}` })) })],
      ['option', 75, (count) => select({ options: [option({ text: plain(count) })] })],
      ['value of one', 150, (count) => select({ options: [option({ value: 'x'.repeat(count) })] })],
      ['description of one', 75, (count) => select({ options: [option({ description: plain(count) })] })],
      ['placeholder', 150, (count) => select({ placeholder: plain(count) })],
      ['radio buttons', 10, (count) => actions({ type: 'radio_buttons', options: times(count, () => option()) })],
      ['checkboxes', 10, (count) => actions({ type: 'checkboxes', options: times(count, () => option()) })],
    ];
    for (const [what, most, blocks, error = 'invalid_blocks'] of rows) {
      const posted = (count: number) => errorOf(post({ blocks: blocks(count) }));
      expect([what, await posted(most), await posted(most + 1)]).toEqual([what, 'taken', error]);
    }
  });

  test('of a modal and what it asks', async () => {
    const asking = (input: object, element: object = {}) => ({
      submit: plain(1),
      blocks: [{ type: 'input', label: plain(1), element: { type: 'plain_text_input', ...element }, ...input }],
    });
    const rows: [what: string, most: number, view: (count: number) => object, error?: string][] = [
      ['blocks', 100, (count) => ({ blocks: times(count, () => ({ type: 'divider' })) })],
      ['bytes', 250_000, (count) => ({ blocks: filled(count - emptyBytes, 84) }), 'view_too_large'],
      ['title', 24, (count) => ({ title: plain(count) })],
      ['submit', 24, (count) => ({ submit: plain(count) })],
      ['close', 24, (count) => ({ close: plain(count) })],
      ['callback_id', 255, (count) => ({ callback_id: 'x'.repeat(count) })],
      ['external_id', 255, (count) => ({ external_id: 'x'.repeat(count) })],
      ['private_metadata', 3_000, (count) => ({ private_metadata: 'x'.repeat(count) })],
      ['label', 2_000, (count) => asking({ label: plain(count) })],
      ['hint', 2_000, (count) => asking({ hint: plain(count) })],
      ['placeholder', 150, (count) => asking({}, { placeholder: plain(count) })],
      ['what stands in it', 3_000, (count) => asking({}, { initial_value: 'x'.repeat(count) })],
      ['max_length', 3_000, (count) => asking({}, { max_length: count })],
      ['min_length', 3_000, (count) => asking({}, { min_length: count })],
    ];
    const empty = { type: 'modal', title: plain(1), blocks: [] as object[] };
    const emptyBytes = JSON.stringify(empty).length - '[]'.length;
    let triggers = 0;
    const open = (more: object) => {
      triggers += 1;
      return errorOf(client.views.open({ trigger_id: `1.2.${triggers}`, view: { ...empty, ...more } } as never));
    };
    for (const [what, most, view, error = 'invalid_arguments'] of rows) {
      expect([what, await open(view(most)), await open(view(most + 1))]).toEqual([what, 'taken', error]);
      now += 60_000;
    }
    // Each of these characters has three bytes.
    const japanese = times(84, () => ({ type: 'section', text: { type: 'mrkdwn', text: 'あ'.repeat(1_000) } }));
    expect(await open({ blocks: japanese })).toBe('view_too_large');
  });

  test('and not less than it wants: nothing empty, of no other kind of text, and no nonsense', async () => {
    const [empty, other] = [plain(0), marked(1)];
    const ofConfirmation = (what: string, part: string, text: object): [string, object | undefined] => [
      what,
      confirm({ [part]: text })[0],
    ];
    const message: [what: string, block: object | undefined][] = [
      ['block_id', { type: 'divider', block_id: '' }],
      ['header', { type: 'header', text: empty }],
      ['section', { type: 'section', text: marked(0) }],
      ['section of nothing', { type: 'section' }],
      ['field', { type: 'section', fields: [empty] }],
      ['fields', { type: 'section', text: marked(1), fields: [] }],
      ['context', { type: 'context', elements: [empty] }],
      ['contexts', { type: 'context', elements: [] }],
      ['buttons', actions()[0]],
      ['button', actions(button({ text: empty }))[0]],
      ['button in mrkdwn', actions(button({ text: other }))[0]],
      ['action_id of a button', actions(button({ action_id: '' }))[0]],
      ['action_id of a select', select({ action_id: '' })[0]],
      ['address', actions(button({ url: 'nowhere' }))[0]],
      ['style', actions(button({ style: 'default' }))[0]],
      ...['title', 'text', 'confirm', 'deny'].map((part) => ofConfirmation(`${part} of a confirmation`, part, empty)),
      ...['title', 'confirm', 'deny'].map((part) => ofConfirmation(`${part} in mrkdwn`, part, other)),
      ['options', select({ options: [] })[0]],
      ['option', select({ options: [option({ text: empty })] })[0]],
      ['value of one', select({ options: [option({ value: '' })] })[0]],
      ['description of one', select({ options: [option({ description: empty })] })[0]],
      ['description in mrkdwn', select({ options: [option({ description: other })] })[0]],
      ['placeholder', select({ placeholder: empty })[0]],
      ['placeholder in mrkdwn', select({ placeholder: other })[0]],
      ['chosen', actions({ type: 'checkboxes', options: [option()], initial_options: [] })[0]],
      ['options of a menu', actions({ type: 'overflow', options: [] })[0]],
      ['a sixth option of a menu', actions({ type: 'overflow', options: Array(6).fill(option()) })[0]],
      ['a member in a row of buttons', actions({ type: 'users_select' })[0]],
    ];
    for (const [what, block] of message)
      expect([what, await errorOf(post({ blocks: [block] }))]).toEqual([what, 'invalid_blocks']);

    const many = { type: 'multi_static_select', options: [option()] };
    const asking = (more: object, element: object = { type: 'plain_text_input' }) => ({
      blocks: [{ type: 'input', label: plain(1), element, ...more }],
    });
    const twice = { type: 'divider', block_id: 'a' };
    const modal: [what: string, view: object][] = [
      ['title', { title: empty }],
      ['title in mrkdwn', { title: other }],
      ['submit', { submit: empty }],
      ['close', { close: empty }],
      ['label', asking({ label: empty })],
      ['label in mrkdwn', asking({ label: other })],
      ['hint', asking({ hint: empty })],
      ['min_length', asking({}, { type: 'plain_text_input', min_length: -1 })],
      ['max_length', asking({}, { type: 'plain_text_input', max_length: 0 })],
      ['choices', asking({}, { ...many, max_selected_items: 0 })],
      ['chosen', asking({}, { ...many, initial_options: [] })],
      ['of two blocks one id', { blocks: [twice, twice] }],
    ];
    const whole = { type: 'modal', title: plain(1), submit: plain(1), blocks: [] };
    for (const [index, [what, more]] of modal.entries()) {
      const opened = client.views.open({ trigger_id: `1.2.${index}`, view: { ...whole, ...more } } as never);
      expect([what, await errorOf(opened)]).toEqual([what, 'invalid_arguments']);
    }
    expect([await look(), slack.store.views()]).toEqual([[], []]);
  });

  test('and nothing that Slack does not know of, in no part of a message or a modal', async () => {
    const more = { colour: 'red' };
    const radios = { type: 'radio_buttons', options: [option()] };
    const asking = (element: object) => ({ type: 'input', label: plain(1), element });
    const message: [where: string, block: object, at: string][] = [
      ['header', { type: 'header', text: plain(1), ...more }, ''],
      ['divider', { type: 'divider', ...more }, ''],
      ['section', { ...section('x'), ...more }, ''],
      ['text', { type: 'section', text: { ...marked(1), ...more } }, '/text'],
      ['context', { type: 'context', elements: [marked(1)], ...more }, ''],
      ['actions', { ...actions(button())[0], ...more }, ''],
      ['button', actions(button(more))[0] ?? {}, '/elements/0'],
      ['confirmation', confirm(more)[0] ?? {}, '/elements/0/confirm'],
      ['select', select(more)[0] ?? {}, '/elements/0'],
      ['option', select({ options: [option(more)] })[0] ?? {}, '/elements/0/options/0'],
      ['radio buttons', actions({ ...radios, ...more })[0] ?? {}, '/elements/0'],
      ['checkboxes', actions({ ...radios, type: 'checkboxes', ...more })[0] ?? {}, '/elements/0'],
    ];
    const said = (at: string) => `additional property "colour" is not allowed [json-pointer:${at}]`;
    for (const [where, block, at] of message) {
      const { error, errors } = await refusal(post({ blocks: [block] }));
      expect([where, error, errors]).toEqual([where, 'invalid_blocks', [said(`/blocks/0${at}`)]]);
    }
    const modal: [where: string, block: object, at: string][] = [
      ['input', { ...asking({ type: 'plain_text_input' }), ...more }, '/blocks/0'],
      ['field to type in', asking({ type: 'plain_text_input', ...more }), '/blocks/0/element'],
      ['select of many', asking({ ...radios, type: 'multi_static_select', ...more }), '/blocks/0/element'],
    ];
    const view = { type: 'modal', title: plain(1), submit: plain(1) };
    const whole = { ...view, blocks: [section('x')], ...more };
    for (const [where, stated, at] of [
      ...modal.map(([name, block, at]) => [name, { ...view, blocks: [block] }, at] as const),
      ['modal', whole, ''] as const,
    ]) {
      const opened = client.views.open({ trigger_id: `3.2.${where.replaceAll(' ', '')}`, view: stated } as never);
      expect([where, (await refusal(opened)).response_metadata]).toMatchObject([
        where,
        { messages: [`[ERROR] ${said(`/view${at}`)}`] },
      ]);
    }
    expect([await look(), slack.store.views()]).toEqual([[], []]);
  });

  test('of a text: a message’s is cut, an edited one’s is refused', async () => {
    const { ts } = await post({ text: 'x'.repeat(40_001) });
    expect((await look())[0]?.text).toHaveLength(40_000);
    const edit = (characters: number) =>
      errorOf(client.chat.update({ channel: 'C1', ts: String(ts), text: 'y'.repeat(characters) }));
    expect([await edit(4_000), await edit(4_001)]).toEqual(['taken', 'msg_too_long']);
    expect((await look())[0]?.text).toHaveLength(4_000);
  });
});

describe('what a person does', () => {
  const view = { type: 'modal', title: plain('t'), blocks: [section('x')] };
  const open = (trigger: string) => client.views.open({ trigger_id: trigger, view } as never);
  const filled = { field: { input: { type: 'plain_text_input', value: 'y' } } };
  const press = () => slack.press({ user: 'UADA', channel: 'C1', ts: '1.000000', actionId: 'take' });
  const command = () => slack.command({ user: 'UADA', channel: 'C1', text: 'M-1' });
  async function submit() {
    const { view: opened } = await open(`1.2.${slack.store.views().length}`);
    return slack.submit({ user: 'UADA', viewId: String(opened?.id), values: filled });
  }

  test.each([
    ['press', press, '/slack/interactions', () => payload().trigger_id],
    ['command', command, '/slack/commands', () => lastForm().get('trigger_id')],
    ['submit', submit, '/slack/interactions', () => payload().trigger_id],
  ])(
    'a %s comes signed to its door, with a trigger of its own: it opens one modal, for them, in time',
    async (_, act, path, triggerOf) => {
      expect(await act()).toEqual({ status: 200, body: {} });
      const [{ headers, text, ...one } = { headers: {}, text: '' }] = posted;
      const at = String(now / 1_000);
      const hex = createHmac('sha256', 'signing').update(`v0:${at}:${text}`).digest('hex');
      expect(one).toEqual({ path });
      expect(headers).toMatchObject({ 'x-slack-request-timestamp': at, 'x-slack-signature': `v0=${hex}` });
      const first = String(triggerOf());
      await act();
      const second = String(triggerOf());
      await open(first);
      expect(slack.store.views().at(-1)).toMatchObject({ user: 'UADA', isOpen: true });
      expect(await refusal(open(first))).toMatchObject({ error: 'exchanged_trigger_id' });
      now += 3_001;
      expect(await refusal(open(second))).toMatchObject({ error: 'expired_trigger_id' });
    },
  );

  test('a choice in a menu says which of its options it is, and no value of a button', async () => {
    const options = ['undo 1', 'note 1'].map((value) => ({ text: plain(value), value }));
    const menu = { type: 'overflow', action_id: 'more', options };
    const blocks = [{ type: 'actions', elements: [menu] }];
    const { ts } = await client.chat.postMessage({ channel: 'C1', text: 'x', blocks } as never);
    await slack.press({ user: 'UADA', channel: 'C1', ts: String(ts), actionId: 'more', value: 'note 1' });
    const [{ action_ts: _, ...pressed }] = payload().actions;
    expect(pressed).toEqual({ type: 'overflow', action_id: 'more', selected_option: options[1] });
    expect(await pageFor('UADA')).toContain('name="value" value="note 1"');
  });

  test('a press and a command say who and where, by id and by name, and of which team they are', async () => {
    await tellUser({ id: 'UFAR', team_id: 'T2' });
    for (const [id, name, team] of [
      ['UADA', 'uada', 'T1'],
      ['UFAR', 'ufar', 'T2'],
    ] as const) {
      await slack.press({ user: id, channel: 'CDesk', ts: '1.000000', actionId: 'take' });
      expect(payload()).toMatchObject({
        team: { id: 'T1' },
        user: { id, name, username: name, team_id: team },
        channel: { id: 'CDesk', name: 'cdesk' },
      });
      await slack.command({ user: id, channel: 'CDesk', text: 'M-1' });
      expect(Object.fromEntries(lastForm())).toMatchObject({
        team_id: team,
        channel_id: 'CDesk',
        channel_name: 'cdesk',
        user_id: id,
        user_name: name,
        command: '/metronome',
        text: 'M-1',
      });
      await fetch(String(lastForm().get('response_url')), { method: 'POST', body: JSON.stringify({ text: name }) });
      expect(slack.store.whispers().at(-1)).toMatchObject({ channel: 'CDesk', user: id, text: name });
    }
  });

  test('a press tells of the button as it is on the message, when it was pressed, and where to answer', async () => {
    const elements = [button({ action_id: 'other', value: 'o' }), button()];
    const buttons = { type: 'actions', block_id: 'buttons', elements };
    const { ts } = await post({ blocks: [section('x'), buttons] });
    now += 1_500;
    await slack.press({ user: 'UADA', channel: 'C1', ts: String(ts), actionId: 'take' });
    expect(payload()).toMatchObject({
      type: 'block_actions',
      user: { id: 'UADA', team_id: 'T1' },
      container: { type: 'message', message_ts: ts, channel_id: 'C1', is_ephemeral: false },
      message: { ts, text: 'x' },
      actions: [{ action_id: 'take', block_id: 'buttons', value: 'inc_1', action_ts: '1795514402.5' }],
    });
    await fetch(payload().response_url, { method: 'POST', body: JSON.stringify({ text: 'done' }) });
    expect(slack.store.whispers()).toMatchObject([{ channel: 'C1', user: 'UADA', text: 'done' }]);
    // One that only they were shown is no message of the channel.
    await slack.press({ user: 'UADA', channel: 'C1', ts: '1.000000', actionId: 'take', value: 'stated' });
    expect(payload()).toMatchObject({ container: { is_ephemeral: true }, actions: [{ value: 'stated' }] });
    expect(payload()).not.toHaveProperty('message');
  });

  test.each([
    ['took it', 200, {}, false],
    ['had nothing against it', 200, { response_action: 'update' }, false],
    ['names what is wrong in it', 200, { response_action: 'errors', errors: { field: 'x' } }, true],
    ['failed', 500, {}, true],
  ])('a modal stays open where the app %s: %i %j, %s', async (_, status, body, isOpen) => {
    door = { status, body };
    const { view: opened } = await open('1.2.mine');
    const submitted = { user: 'UADA', viewId: String(opened?.id), values: filled };
    expect(await slack.submit(submitted)).toEqual({ status, body });
    expect(payload()).toMatchObject({ type: 'view_submission', view: { id: opened?.id, state: { values: filled } } });
    expect(slack.store.views()).toMatchObject([{ id: opened?.id, isOpen }]);
    if (!isOpen) await expect(slack.submit(submitted)).rejects.toThrow('There is no open modal');
  });

  test('comes from nobody where no secret is set to sign by', async () => {
    secret = undefined;
    await expect(press()).rejects.toThrow('SLACK_SIGNING_SECRET');
    expect(posted).toEqual([]);
  });
});

test('a message, a press, a command, a modal and a person are told whole', async () => {
  const view = { type: 'modal' as const, title: plain('t'), blocks: [section('x')] };
  const blocks = [section('*a*'), { type: 'actions', block_id: 'buttons', elements: [button()] }];
  const told: [what: string, is: unknown][] = [];
  const tell = (what: string, is: unknown) => void told.push([what, is]);
  const ts = async (sent: ReturnType<typeof post>) => String((await sent).ts);

  const metadata = { event_type: 'card', event_payload: { of: 'inc_1' } };
  const card = await post({ blocks, metadata });
  tell('a message', [card.ok, card.channel, card.message]);
  const thread = { channel: 'C1', ts: String(card.ts) };
  await post({ thread_ts: card.ts, text: 'all', reply_broadcast: true });
  await post({ thread_ts: card.ts, text: 'quiet' });
  await post({ channel: 'C2', text: 'elsewhere' });
  const { ok: _, response_metadata: __, ...edited } = await client.chat.update({ ...thread, text: 'y' });
  tell('its edit', edited);
  const history = async (more: object) => (await client.conversations.history({ channel: 'C1', ...more })).messages;
  tell('the channel', await history({}));
  tell('with metadata', await history({ include_all_metadata: true }));
  tell('the thread', (await client.conversations.replies(thread)).messages);
  tell('from outside', await look());

  await slack.press({ user: 'UADA', channel: 'C1', ts: await ts(post({ blocks })), actionId: 'take' });
  tell('a press', payload());
  await slack.command({ user: 'UADA', channel: 'C1', text: 'M-1' });
  tell('a command', Object.fromEntries(lastForm()));

  const stated = { ...view, callback_id: 'c', external_id: 'e', private_metadata: 'm' };
  const opened = (await client.views.open({ trigger_id: '1.2.a', view: stated } as never)).view;
  tell('a modal', opened);
  const filled = (await client.views.update({ view_id: opened?.id, hash: opened?.hash, view } as never)).view;
  tell('filled again', filled);
  expect(filled?.hash).not.toBe(opened?.hash);
  const values = { field: { input: { type: 'plain_text_input', value: 'y' } } };
  await slack.submit({ user: 'UADA', viewId: String(opened?.id), values });
  tell('submitted', payload());

  const person = async () => (await client.users.info({ user: 'UADA' })).user;
  tell('a person', await person());
  const other = { name: 'ada', locale: 'en-US', deleted: true, team_id: 'T2', email: 'a@b.example' };
  slack.store.tellUser({ id: 'UADA', ...other });
  tell('told of otherwise', await person());

  const lines = told.map(([what, is]) => `${what} ⇒ ${inALine(is).replaceAll(house, 'house')}\n`).join('');
  const random = /(?<=hash: ')[\da-f]{20}|\d+\.\d+\.[\da-f]{32}|(?<=UADA\/)[\w.-]+|\bV[\dA-Z]{6,}\b/g;
  await expect(namedInOrder(lines, random)).toMatchFileSnapshot('slack-whole.txt');
});

test.each<[method: string, most: number, seconds: number, given?: object]>([
  ['chat.postMessage', 1, 1, { channel: 'C1' }],
  ['chat.update', 50, 60, { channel: 'C1' }],
  ['chat.postEphemeral', 100, 60, { channel: 'C1' }],
  ['conversations.history', 50, 60, { channel: 'C1' }],
  ['conversations.replies', 50, 60, { channel: 'C1' }],
  ['users.info', 100, 60],
  ['users.lookupByEmail', 50, 60],
  ['views.open', 100, 60],
  ['views.update', 100, 60],
])('%s is answered %i times in %i seconds, and then again', async (method, most, seconds, given = {}) => {
  const ask = async (asked = method) => {
    const headers = { authorization: 'Bearer xoxb-1', 'content-type': 'application/json' };
    const request = Object.assign(Readable.from([Buffer.from(JSON.stringify(given))]), { headers });
    let answered: unknown[] = [];
    const response = {
      writeHead(status: number, more: Record<string, string>) {
        answered = [status, more['retry-after']];
        return response;
      },
      end: () => undefined,
    };
    await slack.answer(`api/${asked}`, request as never, response as never);
    return answered;
  };
  for (let count = 0; count < most; count += 1) expect(await ask()).toEqual([200, undefined]);
  expect(await ask()).toEqual([429, String(seconds)]);
  for (const other of ['auth.test', 'conversations.history'])
    if (other !== method) expect(await ask(other)).toEqual([200, undefined]);
  // A second that has begun counts whole.
  now += 1;
  expect(await ask()).toEqual([429, String(seconds)]);
  now += seconds * 1_000 - 2;
  expect(await ask()).toEqual([429, '1']);
  now += 1;
  expect(await ask()).toEqual([200, undefined]);
});

describe('people', () => {
  test('are known by the id in small letters, unless something else was said of one', async () => {
    const { user } = await client.users.info({ user: 'U07' });
    expect(user).toMatchObject({ id: 'U07', team_id: 'T1', is_bot: false, profile: { email: 'u07@example.jp' } });
    expect((await client.users.lookupByEmail({ email: 'u07@example.jp' })).user?.id).toBe('U07');
    await tellUser({ id: 'UGUEST', is_restricted: true });
    expect((await client.users.info({ user: 'UGUEST' })).user).toMatchObject({ is_restricted: true });
    // What is told later is all that is known.
    await tellUser({ id: 'UGUEST', team_id: 'T2' });
    expect((await client.users.info({ user: 'UGUEST' })).user).toMatchObject({ is_restricted: false, team_id: 'T2' });
    expect(await refusal(client.users.info({ user: 'x' }))).toMatchObject({ error: 'user_not_found' });
    const nobody = client.users.lookupByEmail({ email: 'u07@elsewhere.example' });
    expect(await refusal(nobody)).toMatchObject({ error: 'users_not_found' });
    expect(await client.auth.test()).toMatchObject({ team_id: 'T1' });
  });

  test('another token is nobody’s', async () => {
    expect(await refusal(clientWith('xoxb-2').auth.test())).toMatchObject({ error: 'invalid_auth' });
  });
});

test('a call that Slack does not have, or cannot read, or that says not who calls, is told so', async () => {
  const call = async (method: string, body = '{}', headers: Record<string, string> = {}) => {
    const response = await fetch(slackApiOf(house) + method, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-1', 'content-type': 'application/json', ...headers },
      body,
    });
    return [response.status, await response.json()];
  };
  for (const name of ['chat.nothing', 'postMessage', 'constructor', 'toString', '__proto__'])
    expect(await call(name)).toEqual([200, { ok: false, error: 'unknown_method', req_method: name }]);
  for (const body of ['{', '[]', 'null', '"x"'])
    expect([body, await call('auth.test', body)]).toEqual([body, [200, { ok: false, error: 'invalid_form_data' }]]);
  for (const authorization of ['', 'Bearer', 'Basic xoxb-1'])
    expect(await call('auth.test', '{}', { authorization })).toEqual([200, { ok: false, error: 'not_authed' }]);
  const type = 'application/x-www-form-urlencoded';
  expect(await call('users.info', 'user=U07', { 'content-type': type })).toMatchObject([200, { user: { id: 'U07' } }]);
});

test('faults are met by the whole name of a method or its last part, with Slack’s errors or an HTTP status', async () => {
  faults.add({ target: 'tools.slack.chat.postMessage', effect: 'fail', code: 'not_in_channel' });
  faults.add({ target: 'tools.slack.postMessage', effect: 'fail-after', code: '500' });
  expect(await refusal(post())).toMatchObject({ error: 'not_in_channel' });
  await expect(post()).rejects.toMatchObject({ statusCode: 500 });
  expect(await look()).toHaveLength(1);
  // Said to one person in a channel, it is the channel's.
  for (const match of ['UADA', 'C1'])
    faults.add({ target: 'tools.slack.*', match, effect: 'fail', code: `for_${match}` });
  const whisper = client.chat.postEphemeral({ channel: 'C1', user: 'UADA', text: 'x' });
  expect(await refusal(whisper)).toMatchObject({ error: 'for_C1' });
  expect(await refusal(client.users.info({ user: 'UADA' }))).toMatchObject({ error: 'for_UADA' });
  faults.add({ target: 'tools.slack.*', effect: 'fail', code: '429' });
  await expect(post()).rejects.toMatchObject({ retryAfter: 30 });
});

test('the page shows what was posted, and runs nothing of it', async () => {
  const said = '*bold* <https://e.example/a|link> &lt;b&gt; <script>alert(1)</script> <javascript:x|y>';
  await post({ text: said, blocks: [{ type: 'header', text: plain('<script>') }, section(said)] });
  const page = await pageFor('%22%3E%3Cscript%3E');
  expect(page).toContain('<strong>bold</strong> <a href="https://e.example/a">link</a> &lt;b&gt;');
  expect(page.match(/<script>/g)).toHaveLength(1);
  expect(page).not.toContain('href="javascript');
});

describe('on the page', () => {
  const option = (value: string) => ({ text: plain(value), value });
  const input = (id: string, element: object) => ({
    type: 'input',
    block_id: id,
    label: plain(id),
    optional: true,
    element: { action_id: 'it', ...element },
  });
  const choices = { options: [option('a'), option('b'), option('c')] };
  const asked = [
    input('line', { type: 'plain_text_input' }),
    input('words', { type: 'plain_text_input', multiline: true, initial_value: '一\n二' }),
    input('radio', { type: 'radio_buttons', ...choices }),
    input('select', { type: 'static_select', ...choices, initial_option: option('b') }),
    input('boxes', { type: 'checkboxes', ...choices, initial_options: [option('a'), option('c')] }),
    input('many', { type: 'multi_static_select', ...choices }),
    input('person', { type: 'users_select' }),
  ];
  const act = async (form: Record<string, string> | [string, string][]) => {
    const body = new URLSearchParams(form);
    const answer = await fetch(`${house}/_local/tools/slack/act`, { method: 'POST', body, redirect: 'manual' });
    return [answer.status, answer.headers.get('location')];
  };
  const attribute = (tag: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
  /** What a browser would send of the page's form that has this mark, as it is or with other values. */
  function formOf(shown: string, mark: string, more: Record<string, string[]> = {}): [string, string][] {
    const [form = ''] = (shown.match(/<form[\s\S]*?<\/form>/g) ?? []).filter((each) => each.includes(mark));
    const fields: [string, string][] = [];
    for (const [tag, , inner = ''] of form.matchAll(/<(input|textarea)\b[^>]*>(?:([^<]*)<\/textarea>)?/g)) {
      const [name = '', type] = [attribute(tag, 'name'), attribute(tag, 'type')];
      const isOff = (type === 'radio' || type === 'checkbox') && !/ checked[ >]/.test(tag);
      if (!isOff && !(name in more))
        fields.push([name, tag.startsWith('<textarea') ? inner : (attribute(tag, 'value') ?? '')]);
    }
    return [
      ...fields,
      ...Object.entries(more).flatMap(([name, all]) => all.map((one): [string, string] => [name, one])),
    ];
  }
  const openAsked = () =>
    client.views.open({
      trigger_id: `1.2.${slack.store.views().length}`,
      view: { type: 'modal', title: plain('t'), submit: plain('ok'), blocks: [...asked, section('x')] },
    } as never);
  const options = (...values: string[]) => values.map((value) => ({ value }));

  test('a modal is submitted with what its fields hold, and what is left empty is told as empty', async () => {
    await openAsked();
    expect(await act(formOf(await pageFor('UADA'), 'class="modal"'))).toEqual([303, '/_local/tools/slack?user=UADA']);
    expect(payload()).toMatchObject({ type: 'view_submission', user: { id: 'UADA' } });
    expect(payload().view.state.values).toEqual({
      line: { it: { type: 'plain_text_input', value: null } },
      words: { it: { type: 'plain_text_input', value: '一\n二' } },
      radio: { it: { type: 'radio_buttons', selected_option: null } },
      select: { it: { type: 'static_select', selected_option: { value: 'b' } } },
      boxes: { it: { type: 'checkboxes', selected_options: options('a', 'c') } },
      many: { it: { type: 'multi_static_select', selected_options: [] } },
      person: { it: { type: 'users_select', selected_user: null } },
    });
    await openAsked();
    const filled = {
      'field:line:it': ['x'],
      'field:words:it': [''],
      'field:radio:it': ['c'],
      'field:boxes:it': [],
      'field:many:it': ['a', 'b'],
      'field:person:it': ['UBEA'],
      'field:other:it': ['nobody asked'],
    };
    await act(formOf(await pageFor('UADA'), 'class="modal"', filled));
    expect(payload().view.state.values).toEqual({
      line: { it: { type: 'plain_text_input', value: 'x' } },
      words: { it: { type: 'plain_text_input', value: null } },
      radio: { it: { type: 'radio_buttons', selected_option: { value: 'c' } } },
      select: { it: { type: 'static_select', selected_option: { value: 'b' } } },
      boxes: { it: { type: 'checkboxes', selected_options: [] } },
      many: { it: { type: 'multi_static_select', selected_options: options('a', 'b') } },
      person: { it: { type: 'users_select', selected_user: 'UBEA' } },
    });
    expect(slack.store.views().map(({ isOpen }) => isOpen)).toEqual([false, false]);
    expect(await pageFor('UADA')).not.toContain('class="modal"');
  });

  test('a button is pressed, a command typed and a modal closed by the person chosen, and the usual one else', async () => {
    const elements = [button({ text: plain('take it') })];
    const { ts } = await post({ blocks: [section('x'), { type: 'actions', elements }] });
    await act(formOf(await pageFor('UADA'), 'take it'));
    expect(payload()).toMatchObject({
      user: { id: 'UADA' },
      channel: { id: 'C1' },
      message: { ts },
      actions: [{ action_id: 'take', value: 'inc_1' }],
    });
    await act(formOf(await pageFor(''), '/metronome', { text: ['M-1'] }));
    expect(Object.fromEntries(lastForm())).toMatchObject({ user_id: 'UTANAKA', channel_id: 'C1', text: 'M-1' });
    await openAsked();
    const count = posted.length;
    // The button that closes says so after the form's own field.
    await act([...formOf(await pageFor('UADA'), 'class="modal"'), ['act', 'close']]);
    expect([posted.length, slack.store.views()[0]?.isOpen]).toEqual([count, false]);
  });

  test('each sees what only they were told, the last five first; and all see threads, edits and links', async () => {
    const { ts } = await post({ text: 'card' });
    await post({ thread_ts: ts, text: 'answer' });
    await client.chat.update({ channel: 'C1', ts: String(ts), text: 'card again' } as never);
    const url = 'https://e.example/?a=1&b=2';
    await post({ blocks: [{ type: 'actions', elements: [{ type: 'button', text: plain('open'), url }] }] });
    for (const each of ['1', '2', '3', '4', '5', '6'])
      await client.chat.postEphemeral({ channel: 'C1', user: 'UADA', text: `told ${each}` });
    const [hers, his] = [await pageFor('UADA'), await pageFor('UBOB')];
    expect(hers.match(/told \d/g)).toEqual(['told 6', 'told 5', 'told 4', 'told 3', 'told 2']);
    expect(his).not.toContain('told');
    expect(his.replaceAll(/<[^>]+>/g, ' ')).toMatch(/open[\s\S]*編集済み[\s\S]*card again[\s\S]*\(1\)[\s\S]*answer/);
    expect(his).toContain('<a href="https://e.example/?a=1&amp;b=2">open</a>');
  });
});
