/** Who calls, how much is asked for, and what is shown of a body that came in. */
import { expect, test } from 'vitest';
import { presentRaw } from '../../functions/api/incidents.ts';
import { pageQuery } from '../../functions/api/routes.ts';
import { actorOf } from '../../functions/api/stated-by.ts';
import { type Environment, runIn } from '../../functions/platform/environment.ts';

const tokenOf = (claims: unknown): string =>
  `Bearer e30.${Buffer.from(typeof claims === 'string' ? claims : JSON.stringify(claims)).toString('base64url')}.sig`;
const actor = (headers: Record<string, string>, of: Environment = { METRONOME_LOCAL: '1' }): string =>
  runIn(of, () => actorOf({ header: (name) => headers[name] }));
const deployed = { METRONOME_LOCAL: '1', K_SERVICE: 'metronome-api' };

const longest = `${'a'.repeat(315)}@a.jp`;

test.each<[string, Record<string, string>, string]>([
  ['nobody', {}, 'local'],
  ['who is named by the token', { authorization: tokenOf({ email: 'ann@a.jp' }) }, 'ann@a.jp'],
  ['of a small token', { authorization: tokenOf({ email: 'ann@a.jp' }).replace('Bearer', 'bearer') }, 'ann@a.jp'],
  [
    'whom Cloud Run has verified, of two',
    { authorization: tokenOf({ email: 'x@a.jp' }), 'x-serverless-authorization': tokenOf({ email: 'ann@a.jp' }) },
    'ann@a.jp',
  ],
  ['of a token without an email', { authorization: tokenOf({ sub: '1' }) }, 'local'],
  ['of a blank one', { authorization: tokenOf({ email: '' }) }, 'local'],
  ['of one that is no text', { authorization: tokenOf({ email: 7 }) }, 'local'],
  ['of a token that is no JSON', { authorization: tokenOf('{') }, 'local'],
  ['of another kind of proof', { authorization: 'Basic YTpi' }, 'local'],
  ['of claims that are none', { authorization: tokenOf('null') }, 'local'],
  ['of an unverified email', { authorization: tokenOf({ email: 'x@a.jp', email_verified: false }) }, 'local'],
  ['of what is no address', { authorization: tokenOf({ email: 'rule' }) }, 'local'],
  ['of a tool’s account', { authorization: tokenOf({ email: 'zendesk:8@a.jp' }) }, 'local'],
  ['with the longest address', { authorization: tokenOf({ email: longest }) }, longest],
  ['with a longer one', { authorization: tokenOf({ email: `a${longest}` }) }, 'local'],
])('the caller %s', (_, headers, expected) => {
  expect(actor(headers)).toBe(expected);
  // Where it is deployed, callers without an identity share none.
  if (expected === 'local') expect(() => actor(headers, deployed)).toThrow('names no verified email');
  else expect(actor(headers, deployed)).toBe(expected);
});

test.each<[string | undefined, number | undefined]>([
  [undefined, 50],
  ['1', 1],
  ['199', 199],
  ['200', 200],
  ['201', 200],
  ['0', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['x', undefined],
])('a page that is asked for with the limit %s has %s', (limit, expected) => {
  const read = pageQuery.safeParse(limit === undefined ? {} : { limit });
  expect(read.data?.limit).toBe(expected);
  expect(pageQuery.safeParse({ pageToken: 'x'.repeat(2_000) }).success).toBe(true);
  expect(pageQuery.safeParse({ pageToken: 'x'.repeat(2_001) }).success).toBe(false);
});

test('a raw body is text where it is UTF-8, else in base64', () => {
  expect(presentRaw(Buffer.from('注文'), 'text/plain')).toEqual({
    contentType: 'text/plain',
    encoding: 'utf8',
    body: '注文',
  });
  const bytes = Buffer.from([0x96, 0xbc]);
  expect(presentRaw(bytes, 'x/y')).toEqual({ contentType: 'x/y', encoding: 'base64', body: 'lrw=' });
});
