/** What each answer means, for each way of sending. */
import { expect, test } from 'vitest';
import {
  failureByHttp,
  failureBySlack,
  failureBySmtp,
  meaningBySmtp,
} from '../../functions/outgoing/channels/answers.ts';
import { refusalOf, SlackFailure } from '../../functions/outgoing/slack/client.ts';
import { AccessRefused, LostAnswer, PermanentFailure, TemporaryFailure } from '../../functions/platform/failures.ts';

const kindOf = (failure: Error | undefined): string => {
  if (!failure) return 'taken';
  if (failure instanceof LostAnswer) return 'sought';
  if (failure instanceof TemporaryFailure) return 'later';
  return failure instanceof AccessRefused ? 'perhaps' : 'never';
};
const empty = Buffer.alloc(0);

test.each([
  ['taken', [200, 201, 202, 204, 299]],
  ['later', [408, 425, 429, 500, 502, 503, 504, 529, 599]],
  ['perhaps', [401, 403, 404, 410]],
  ['never', [301, 302, 304, 400, 405, 409, 413, 415, 422, 451]],
])('by HTTP it is %s: %j', (kind, statuses) => {
  for (const status of statuses) expect([status, kindOf(failureByHttp(status, empty, 1_000))]).toEqual([status, kind]);
});

test.each<[body: string, kind: string]>([
  ['<!DOCTYPE html><title>Sign in</title>', 'perhaps'],
  ['\n  <html lang="ja">', 'perhaps'],
  ['<!doctype  HTML>', 'perhaps'],
  ['ok', 'taken'],
  ['{"html": "<html>"}', 'taken'],
  ['<htmlx>', 'taken'],
  ['<?xml version="1.0"?><ok/>', 'taken'],
])('200 with the body %j is %s', (body, kind) => {
  expect(kindOf(failureByHttp(200, Buffer.from(body)))).toBe(kind);
});

test('an answer that did not come whole is judged by its status, and what it asks for is kept', () => {
  expect(failureByHttp(200, new Error('It did not answer within 10 s.'))).toBeUndefined();
  expect(failureByHttp(503, empty, 5_000)).toEqual(new TemporaryFailure('it answered 503', 5_000));
  const absurd = [
    failureByHttp(503, empty, 259_200_000),
    failureBySlack(new SlackFailure('ratelimited', { isTemporary: true, mayBeDone: false, retryAfterMs: 259_200_000 })),
  ];
  expect(absurd).toMatchObject([{ retryAfterMs: 600_000 }, { retryAfterMs: 600_000 }]);
  expect(failureByHttp(200, Buffer.from('<html>'))).toEqual(new AccessRefused('it answered 200 with a web page'));
});

test.each([
  ['later', ['ratelimited', 'rate_limited']],
  ['sought', ['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']],
  ['perhaps', ['invalid_auth', 'token_revoked', 'channel_not_found', 'not_in_channel', 'missing_scope']],
  ['never', ['is_archived', 'invalid_blocks', 'no_text', 'unheard_of']],
])('by Slack it is %s: %j', (kind, reasons) => {
  for (const reason of reasons) expect([reason, kindOf(failureBySlack(refusalOf(reason)))]).toEqual([reason, kind]);
});

test('by Slack’s HTTP status', () => {
  const answered = (status: number, isTemporary: boolean) =>
    kindOf(failureBySlack(new SlackFailure(`http-${status}`, { isTemporary, mayBeDone: isTemporary })));
  expect([answered(503, true), answered(403, false), answered(400, false)]).toEqual(['sought', 'perhaps', 'never']);
});

test.each([
  ['taken', [undefined]],
  ['later', [421, 450, 451, 452, 503]],
  ['perhaps', [530, 534, 535, 538]],
  ['never', [500, 550, 552, 554]],
])('by a mail server it is %s: %j', (kind, codes) => {
  for (const code of codes) {
    expect([code, meaningBySmtp(code)]).toEqual([code, kind]);
    if (code !== undefined) expect(kindOf(failureBySmtp(code, 'it refused the mail'))).toBe(kind);
  }
  expect(failureBySmtp(550, 'no')).toBeInstanceOf(PermanentFailure);
});
