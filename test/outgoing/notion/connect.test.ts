/** What Notion's answers mean: rest, away, refused, gone; how often it is asked, and that a deadline or a stranger ends it. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { call, callAgain, connectNotion, Trouble } from '../../../functions/outgoing/notion/connect.ts';
import { databasesOf } from '../../../functions/outgoing/notion/page-records.ts';
import { useClock } from '../../../functions/platform/clock.ts';
import { handEnvironments } from '../../../functions/platform/environment.ts';
import { openOtherSide } from '../other-side.ts';

const start = Date.parse('2026-11-24T01:00:00Z');
const minuteMs = 60_000;
const page = '11111111-2222-3333-4444-555555555555';

interface Answer {
  status: number;
  code?: string;
  message?: string;
  headers?: Record<string, string>;
}

let answers: (Answer | 'hang up' | 'silence')[];
let asked: { path: string | undefined; version: unknown; token: string | undefined }[];
let nowMs: number;
let paused: number[];
const side = await openOtherSide((request, response) => {
  const { authorization: token, 'notion-version': version } = request.headers;
  asked.push({ path: request.url, version, token });
  const answer = answers.shift() ?? { status: 200 };
  if (answer === 'hang up') return request.socket.destroy();
  if (answer === 'silence') return undefined;
  const { status, code = 'some_code', message = 'x', headers = {} } = answer;
  const body = status === 200 ? { object: 'user', id: 'u' } : { object: 'error', status, code, message };
  return response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
});
beforeEach(() => {
  [answers, asked, paused, nowMs] = [[], [], [], start];
  // Each test is a process of its own: what was asked before is not remembered.
  handEnvironments({ functions: {}, owner: {} });
  useClock(
    () => nowMs,
    async (ms) => {
      paused.push(ms);
      nowMs += ms;
    },
  );
});
afterAll(async () => {
  handEnvironments(undefined);
  useClock(Date.now, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
});

const client = (timeoutMs = 20_000, address = side.url) =>
  connectNotion('secret', address, { allowPrivate: true, timeoutMs });
const ask = (of = client()) => of.users.me({});
const trouble = async (made: Promise<unknown>): Promise<Trouble> => {
  const error = await made.catch((reason: unknown) => reason);
  if (!(error instanceof Trouble)) throw new Error(`No trouble of Notion's: ${String(error)}`);
  return error;
};

test.each(['', '/', '/v1', '/v1/', '//v1//'])('an address that ends in “%s” is the same', async (end) => {
  await call(() => ask(client(20_000, `${side.url}${end}`)));
  expect(asked).toEqual([{ path: '/v1/users/me', version: '2026-03-11', token: 'Bearer secret' }]);
});

describe('of a failure it is said whose matter it is', () => {
  const inMs = (ms: number) => new Date(start + ms);
  test.each<[given: Answer | 'hang up' | 'silence', kind: string, more: object]>([
    [{ status: 429, headers: { 'retry-after': '7' } }, 'rest', { until: inMs(7_000) }],
    [{ status: 429 }, 'rest', { until: inMs(minuteMs) }],
    [{ status: 429, headers: { 'retry-after': '0' } }, 'rest', { until: inMs(minuteMs) }],
    [{ status: 429, headers: { 'retry-after': 'soon' } }, 'rest', { until: inMs(minuteMs) }],
    [{ status: 429, headers: { 'retry-after': '86400' } }, 'rest', { until: inMs(15 * minuteMs) }],
    [{ status: 401, code: 'unauthorized' }, 'refused', { code: '401, unauthorized' }],
    [{ status: 403, code: 'restricted_resource' }, 'refused', { code: '403, restricted_resource' }],
    [
      { status: 404, code: 'object_not_found', message: `Could not find page with ID: ${page}. Share it.` },
      'gone',
      { code: '404, object_not_found', id: page },
    ],
    [{ status: 404, code: 'object_not_found' }, 'gone', { id: undefined }],
    [{ status: 409, code: 'conflict_error' }, 'conflict', {}],
    [{ status: 500, code: 'internal_server_error' }, 'away', { code: '500, internal_server_error' }],
    [{ status: 529, code: 'service_overload' }, 'away', { code: '529, service_overload' }],
    [{ status: 400, code: 'validation_error', message: 'Can’t edit block that is archived.' }, 'trash', {}],
    [{ status: 400, code: 'validation_error', message: 'It is in_trash' }, 'trash', {}],
    [{ status: 400, code: 'validation_error', message: 'body failed: secret words' }, 'invalid', {}],
    ['hang up', 'away', { code: undefined }],
  ])('%j: %s', async (given, kind, more) => {
    answers = [given];
    const found = await trouble(call(ask));
    expect(found).toMatchObject({ kind, ...more });
    // Nothing that was sent is repeated, and nothing is asked again by itself.
    expect(found.message).not.toContain('secret');
    expect(asked).toHaveLength(1);
  });

  test('what answers too late is away', async () => {
    answers = ['silence'];
    expect(await trouble(call(() => ask(client(150))))).toMatchObject({ kind: 'away' });
  });

  test('a fault of our own is none of Notion’s', async () => {
    const own = new TypeError('ours');
    await expect(call(() => Promise.reject(own))).rejects.toBe(own);
    await expect(callAgain(() => Promise.reject(own))).rejects.toBe(own);
  });
});

describe('while somebody else saves the same page', () => {
  const conflict = { status: 409, code: 'conflict_error' };
  test('it is asked again, each time later, and taken at the third time', async () => {
    answers = [conflict, conflict];
    await callAgain(ask);
    expect(asked).toHaveLength(3);
    expect(nowMs - start).toBe(1_500);
  });
  test('three times is enough', async () => {
    answers = [conflict, conflict, conflict];
    expect(await trouble(callAgain(ask))).toMatchObject({ kind: 'conflict' });
    expect(asked).toHaveLength(3);
  });
  test('nothing but that is asked again', async () => {
    answers = [{ status: 500 }];
    expect(await trouble(callAgain(ask))).toMatchObject({ kind: 'away' });
    expect(asked).toHaveLength(1);
  });
});

describe('its pace', () => {
  test('is a request every 0.34 s: who comes later does not wait, who comes sooner waits for the rest of it', async () => {
    await ask();
    nowMs += 340;
    await ask();
    expect(paused).toEqual([]);
    nowMs += 339;
    await ask();
    expect(paused).toEqual([1]);
  });

  test('is 180 in a minute for who is given no time by the clock: the next is refused until a second later', async () => {
    // As after a jump of the clock, on which waiting takes no time.
    useClock(
      () => nowMs,
      () => Promise.resolve(),
    );
    for (let count = 0; count < 180; count += 1) await ask();
    const refused = await trouble(call(ask));
    expect(refused).toMatchObject({ kind: 'rest', until: new Date(nowMs + 1_000) });
    expect(asked).toHaveLength(180);
    // A third of a second makes up for one.
    nowMs += 1_000 / 3 + 1;
    await ask();
    expect(await trouble(call(ask))).toMatchObject({ kind: 'rest' });
    // What is left over of long times is a minute's at most.
    nowMs += 10 * minuteMs;
    for (let count = 0; count < 180; count += 1) await ask();
    expect(await trouble(call(ask))).toMatchObject({ kind: 'rest' });
    // A clock that was set back starts over.
    nowMs -= 5 * minuteMs;
    await ask();
  });
});

describe('where it writes', () => {
  const [one, two, three] = ['a', 'b', 'C'].map((each) => each.repeat(32)) as [string, string, string];
  const set = (value: unknown) => databasesOf({ NOTION_DATABASES: JSON.stringify(value) });
  test('is nowhere where nothing is set', () => {
    expect(databasesOf({ NOTION_DATABASES: undefined })).toBeUndefined();
  });
  test('is three ids, with their dashes or without', () => {
    const databases = { incidents: one, postmortems: two, actions: page };
    expect(set(databases)).toEqual(databases);
    expect(set({ ...databases, actions: three })).toEqual({ ...databases, actions: three });
  });
  test.each<[unknown]>([
    [{ incidents: one, postmortems: two }],
    [{ incidents: one, postmortems: two, actions: 'x' }],
    [{ incidents: one, postmortems: two, actions: `${three}0` }],
    [{ incidents: one, postmortems: two, actions: `0${three}` }],
    ['text'],
    [null],
  ])('is wrong of %j', (value) => {
    expect(set(value)).toBe('wrong');
  });
  test('is wrong of what is no JSON', () => {
    expect(databasesOf({ NOTION_DATABASES: '{"incidents": ' })).toBe('wrong');
  });
});
