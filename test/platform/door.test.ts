/** What every door reads of a request before anything else: its path, its query, who proves what, its trace. */
import { describe, expect, test } from 'vitest';
import { authorization, basicPassword, isOneOf, pathWithin, queryOf } from '../../functions/platform/door.ts';
import { traceIdOf } from '../../functions/platform/log.ts';

test.each([
  ['/tickets/zendesk', '/zendesk'],
  ['/zendesk', '/zendesk'],
  ['/tickets', '/'],
  ['/tickets/', '/'],
  ['/', '/'],
  ['', '/'],
  ['/tickets?auth_token=/x', '/'],
  ['/tickets#x', '/'],
  ['/ticketsEvents/x', '/ticketsEvents/x'],
  ['/tickets/tickets', '/tickets'],
])('within the function `tickets`, %s is %s', (url, path) => {
  expect(pathWithin('tickets', url)).toBe(path);
});

test('a query is what stands behind the first question mark', () => {
  expect([...queryOf('/a?x=1&y=2?3')]).toEqual([
    ['x', '1'],
    ['y', '2?3'],
  ]);
  expect([...queryOf('/a')]).toEqual([]);
});

test('a text is a secret where it is one of them as it stands', () => {
  const secrets = ['one', 'two'];
  expect(['one', 'two', 'One', 'one ', '', 'onetwo'].map((given) => isOneOf(given, secrets))).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
  expect([isOneOf(undefined, ['undefined']), isOneOf('x', []), isOneOf('', [''])]).toEqual([false, false, true]);
});

describe('an Authorization header', () => {
  test.each([
    ['Bearer abc', { scheme: 'bearer', value: 'abc' }],
    ['  BASIC   a b ', { scheme: 'basic', value: 'a b' }],
    ['Bearer', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j', (header, expected) => {
    expect(authorization(header)).toEqual(expected);
  });

  test.each([
    ['metronome:secret', 'secret'],
    // A password may have what parts it from the name.
    ['metronome:se:cr:et', 'se:cr:et'],
    [':secret', 'secret'],
    ['metronome:', ''],
    ['metronome', undefined],
  ])('the password of %s', (text, password) => {
    expect(basicPassword(Buffer.from(text).toString('base64'))).toBe(password);
  });
});

describe('the trace of a request', () => {
  const [w3c, google] = ['a'.repeat(32), 'b'.repeat(32)];
  const trace = (headers: Record<string, string>) => traceIdOf((name) => headers[name]);

  test.each<[string, Record<string, string>, string | undefined]>([
    ['traceparent', { traceparent: `00-${w3c}-${'1'.repeat(16)}-01` }, w3c],
    ['traceparent in capitals', { traceparent: `00-${w3c.toUpperCase()}-${'1'.repeat(16)}-01` }, w3c],
    ['Google’s', { 'x-cloud-trace-context': `${google}/123;o=1` }, google],
    ['Google’s alone', { 'x-cloud-trace-context': google }, google],
    ['both', { traceparent: `00-${w3c}-${'1'.repeat(16)}-01`, 'x-cloud-trace-context': google }, w3c],
    ['one that is none, and Google’s', { traceparent: 'x', 'x-cloud-trace-context': google }, google],
    ['too long', { 'x-cloud-trace-context': `${google}b` }, undefined],
    ['none', {}, undefined],
  ])('%s', (_, headers, expected) => {
    expect(trace(headers)).toBe(expected);
  });
});
