/** What Slack's answers mean to who asked: whether another try may succeed, whether it may have been done, and when again. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { askSlack, refusalOf, SlackFailure } from '../../functions/outgoing/slack/client.ts';
import { failureOf } from '../../functions/outgoing/slack/show-card.ts';
import { handEnvironments } from '../../functions/platform/environment.ts';
import { LostAnswer, PermanentFailure, TemporaryFailure } from '../../functions/platform/failures.ts';
import { bodyOf, openOtherSide } from './other-side.ts';

let answer: { status?: number; headers?: Record<string, string>; body?: object } | 'hang up' | 'silence';
const asked: { path: string | undefined; authorization: string | undefined; body: string }[] = [];
const side = await openOtherSide(async (request, response) => {
  asked.push({ path: request.url, authorization: request.headers.authorization, body: await bodyOf(request) });
  if (answer === 'hang up') return request.socket.destroy();
  if (answer === 'silence') return;
  const { status = 200, headers = {}, body = {} } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
});
afterAll(() => handEnvironments(undefined));

const useSlack = (url: string, SLACK_BOT_TOKEN: string | undefined = 'xoxb-1') =>
  handEnvironments({
    functions: {},
    owner: { SLACK_API_URL: `${url}/api/`, ...(SLACK_BOT_TOKEN && { SLACK_BOT_TOKEN }) },
  });
beforeEach(() => {
  asked.length = 0;
  useSlack(side.url);
});

const post = (timeoutMs?: number) =>
  askSlack((client) => client.chat.postMessage({ channel: 'C1', text: 'x' }), timeoutMs);
const failure = async (made: Promise<unknown>): Promise<SlackFailure> => {
  const error = await made.catch((reason: unknown) => reason);
  if (!(error instanceof SlackFailure)) throw new Error(`No failure of Slack's: ${String(error)}`);
  return error;
};

test('what it answers comes back, to who asks by its own token', async () => {
  answer = { body: { ok: true, ts: '1.1' } };
  expect(await post()).toMatchObject({ ts: '1.1' });
  expect(asked).toMatchObject([{ path: '/api/chat.postMessage', authorization: 'Bearer xoxb-1' }]);
  expect(asked[0]?.body).toContain('channel=C1');
});

describe.each<[what: string, given: typeof answer, facts: Partial<SlackFailure>]>([
  ['channel_not_found', { body: { ok: false, error: 'channel_not_found' } }, refused('channel_not_found')],
  ['internal_error', { body: { ok: false, error: 'internal_error' } }, unknown('internal_error')],
  ['ratelimited, in a body', { body: { ok: false, error: 'ratelimited' } }, { ...later('ratelimited') }],
  ['429', { status: 429, headers: { 'retry-after': '7' } }, { ...later('ratelimited'), retryAfterMs: 7_000 }],
  ['429 by a proxy', { status: 429 }, { ...later('ratelimited'), retryAfterMs: 30_000 }],
  [
    '429 with nonsense',
    { status: 429, headers: { 'retry-after': 'soon' } },
    { ...later('ratelimited'), retryAfterMs: 30_000 },
  ],
  [
    '429 with a date that has passed',
    { status: 429, headers: { 'retry-after': 'Tue, 24 Nov 2020 01:00:00 GMT' } },
    { ...later('ratelimited'), retryAfterMs: 0 },
  ],
  ['404', { status: 404 }, refused('http-404')],
  ['407', { status: 407 }, refused('http-407')],
  ['408', { status: 408 }, unknown('http-408')],
  ['409', { status: 409 }, refused('http-409')],
  ['499', { status: 499 }, refused('http-499')],
  ['500', { status: 500 }, unknown('http-500')],
  ['503', { status: 503 }, unknown('http-503')],
  ['nothing, and hangs up', 'hang up', unknown('no-answer')],
  ['nothing', 'silence', unknown('no-answer')],
])('an answer of %s', (_, given, facts) => {
  test('is asked for once, and says what it is', async () => {
    answer = given;
    const found = await failure(post(given === 'silence' ? 150 : undefined));
    const { reason, isTemporary, mayBeDone, retryAfterMs } = found;
    expect({ reason, isTemporary, mayBeDone, retryAfterMs }).toEqual({ retryAfterMs: undefined, ...facts });
    expect(asked).toHaveLength(1);
  });
});

test('where nobody listens it has surely not been done', async () => {
  useSlack('http://127.0.0.1:1');
  expect(await failure(post())).toMatchObject(later('no-answer'));
});

test('without a token nothing is asked, and no other try would help', async () => {
  useSlack(side.url, '');
  expect(await failure(post())).toMatchObject(refused('not_authed: SLACK_BOT_TOKEN is not set'));
  expect(asked).toEqual([]);
});

test('a fault of our own is no failure of Slack’s', async () => {
  const own = new TypeError('ours');
  await expect(askSlack(() => Promise.reject(own))).rejects.toBe(own);
  expect(failureOf(own)).toBe(own);
});

test.each([
  ['internal_error', true, true],
  ['fatal_error', true, true],
  ['service_unavailable', true, true],
  ['request_timeout', true, true],
  ['ratelimited', true, false],
  ['rate_limited', true, false],
  ['not_in_channel', false, false],
  ['invalid_blocks', false, false],
])('of %s another try may succeed: %s, and it may be done: %s', (reason, isTemporary, mayBeDone) => {
  expect(refusalOf(reason)).toMatchObject({ reason, isTemporary, mayBeDone });
});

describe('to a channel', () => {
  const of = (facts: { isTemporary: boolean; mayBeDone: boolean; retryAfterMs?: number }) =>
    failureOf(new SlackFailure('x', facts));
  test('what no other try would help is over', () => {
    expect(of({ isTemporary: false, mayBeDone: false })).toBeInstanceOf(PermanentFailure);
  });
  test('what may be done is looked for a minute later, and what was not comes when Slack says', () => {
    const [lost, busy] = [
      of({ isTemporary: true, mayBeDone: true, retryAfterMs: 5_000 }),
      of({ isTemporary: true, mayBeDone: false, retryAfterMs: 5_000 }),
    ];
    for (const each of [lost, busy]) expect(each).toBeInstanceOf(TemporaryFailure);
    expect([lost, busy].map((each) => each instanceof LostAnswer)).toEqual([true, false]);
    expect([lost, busy]).toMatchObject([{ retryAfterMs: 60_000 }, { retryAfterMs: 5_000 }]);
  });
});

function refused(reason: string) {
  return { reason, isTemporary: false, mayBeDone: false };
}
function unknown(reason: string) {
  return { reason, isTemporary: true, mayBeDone: true };
}
function later(reason: string) {
  return { reason, isTemporary: true, mayBeDone: false };
}
