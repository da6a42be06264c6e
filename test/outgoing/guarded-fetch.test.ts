/** What leaves by the clients of others: an answer of any status is an answer, or none; it ends no process. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { guardedFetch } from '../../functions/outgoing/guarded-fetch.ts';
import { NoAnswer } from '../../functions/platform/call.ts';
import { bodyOf, openOtherSide } from './other-side.ts';

const mebibyte = 1_024 * 1_024;

const side = await openOtherSide(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://other.example');
  switch (pathname) {
    case '/status':
      return response.writeHead(Number(searchParams.get('of'))).end();
    case '/echo': {
      const { method, headers } = request;
      return response.setHeader('x-said', 'yes').end(JSON.stringify({ method, headers, body: await bodyOf(request) }));
    }
    case '/away':
      return response.writeHead(302, { location: '/echo' }).end();
    case '/long':
      return response.end(Buffer.alloc(Number(searchParams.get('bytes')), 'x'));
    case '/broken':
      response.writeHead(200, { 'content-length': '100' }).write('a part');
      return setImmediate(() => response.destroy());
    case '/slow':
      return response.writeHead(200).write('a part, and then nothing');
    default:
      return request.socket.destroy();
  }
});

const fetch = guardedFetch({ allowPrivate: true, timeoutMs: 20_000 });
const noAnswer = async (asked: Promise<unknown>): Promise<{ said: string; isUnreached: boolean }> => {
  const error = await asked.catch((reason: unknown) => reason);
  if (!(error instanceof NoAnswer)) throw new Error(`It answered, or failed in another way: ${String(error)}`);
  return { said: error.message, isUnreached: error.isUnreached };
};

test.each([200, 204, 205, 304, 429, 599])('%i comes back as it was answered', async (status) => {
  expect((await fetch(`${side.url}/status?of=${status}`)).status).toBe(status);
});

test.each([600, 999])('%i, which is no status, is no answer', async (status) => {
  await expect(fetch(`${side.url}/status?of=${status}`)).rejects.toThrow(NoAnswer);
});

test('method, headers and text arrive as they were given, the text by its bytes; headers and text come back', async () => {
  const init = { method: 'patch', headers: { 'x-own': 'value' }, body: '店 <&>' };
  const answer = await fetch(`${side.url}/echo`, init);
  expect(answer.headers.get('x-said')).toBe('yes');
  expect(await answer.json()).toMatchObject({
    method: 'PATCH',
    headers: { 'x-own': 'value', 'content-length': '7' },
    body: '店 <&>',
  });
  expect(await (await fetch(`${side.url}/echo`)).json()).toMatchObject({ method: 'GET', body: '' });
});

test('a redirect is what was answered, and is not followed', async () => {
  const answer = await fetch(`${side.url}/away`);
  expect([answer.status, answer.headers.get('location'), await answer.text()]).toEqual([302, '/echo', '']);
});

test('an answer of eight mebibytes is read, and one byte more is too long', async () => {
  const whole = await fetch(`${side.url}/long?bytes=${8 * mebibyte}`);
  expect((await whole.text()).length).toBe(8 * mebibyte);
  expect(await noAnswer(fetch(`${side.url}/long?bytes=${8 * mebibyte + 1}`))).toEqual({
    said: 'It is longer than 8 MB.',
    isUnreached: false,
  });
});

// What was surely not done may be done again at once; whatever else may have been done for all that.
describe('where nothing comes back', () => {
  // Without a network the second.
  const noSuchName = expect.stringMatching(/: (?:ENOTFOUND|EAI_AGAIN)\.$/);
  const quick = guardedFetch({ allowPrivate: true, timeoutMs: 150 });
  test.each<[what: string, ask: () => Promise<unknown>, said: string, isUnreached: boolean]>([
    ['nobody listens', () => fetch('http://127.0.0.1:1/'), 'It could not be reached: ECONNREFUSED.', true],
    ['there is no such name', () => fetch('http://nowhere.invalid/'), noSuchName, true],
    ['it hangs up', () => fetch(`${side.url}/`), 'It could not be reached: ECONNRESET.', false],
    ['it breaks off', () => fetch(`${side.url}/broken`), 'It could not be reached: ECONNRESET.', false],
    ['it goes on for too long', () => quick(`${side.url}/slow`), 'It did not answer within 0.15 s.', false],
  ])('since %s, whether it was reached is said, and no address', async (_, ask, said, isUnreached) => {
    expect(await noAnswer(ask())).toEqual({ said, isUnreached });
  });
});

/** The next connection ends in this before anything is there. */
async function withConnectionError<T>(code: string, work: () => Promise<T>): Promise<T> {
  const end = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.destroy(Object.assign(new Error('away'), { code }));
  };
  subscribe('net.client.socket', end);
  try {
    return await work();
  } finally {
    unsubscribe('net.client.socket', end);
  }
}

test.each([
  ['ENOTFOUND', true],
  ['EAI_AGAIN', true],
  ['ECONNREFUSED', true],
  ['EHOSTUNREACH', true],
  ['ENETUNREACH', true],
  ['ECONNRESET', false],
  ['ETIMEDOUT', false],
  ['EPIPE', false],
])('a connection that ends in %s was not made: %s', async (code, isUnreached) => {
  const found = await withConnectionError(code, () => noAnswer(fetch(`${side.url}/echo`)));
  expect(found).toEqual({ said: `It could not be reached: ${code}.`, isUnreached });
});

describe('on Google Cloud', () => {
  const deployed = guardedFetch({ allowPrivate: false, timeoutMs: 2_000 });
  test.each([
    ['http://8.8.8.8/', 'Its address is not https.'],
    ['https://10.0.0.1/', 'Its address is private.'],
    ['https://[fd00::1]/', 'Its address is private.'],
  ])('%s is not called', async (address, said) => {
    expect(await noAnswer(deployed(address))).toEqual({ said, isUnreached: true });
  });
  test('a name that leads to a private address is not called', async () => {
    expect(await noAnswer(deployed('https://localhost:1/'))).toEqual({
      said: 'Its address is private.',
      isUnreached: true,
    });
  });
});
