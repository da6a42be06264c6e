/** What every door reads of a request before anything else: its path, its query, who proves what, its trace. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from 'vitest';
import {
  type Answer,
  answerRequest,
  authorization,
  basicPassword,
  isOneOf,
  pathWithin,
  queryOf,
} from '../../functions/platform/door.ts';
import { handEnvironments } from '../../functions/platform/environment.ts';
import { log, traceHeaders, traceIdOf } from '../../functions/platform/log.ts';
import { Problem } from '../../functions/platform/problem.ts';

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

test('a query is what follows the first question mark', () => {
  expect([...queryOf('/a?x=1&y=2?3')]).toEqual([
    ['x', '1'],
    ['y', '2?3'],
  ]);
  expect([...queryOf('/a')]).toEqual([]);
  // A tool adds its own to an address that ends with a question mark.
  expect([...queryOf('/a??x=1')]).toEqual([['x', '1']]);
});

test('a text is a secret where it is exactly one of them', () => {
  const secrets = ['one', 'two'];
  for (const each of secrets) expect(isOneOf(each, secrets)).toBe(true);
  for (const other of ['One', 'one ', '', 'onetwo']) expect([other, isOneOf(other, secrets)]).toEqual([other, false]);
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

describe('a door answers', () => {
  /** What was written to the log, a line each. */
  let logged: Record<string, unknown>[];
  let written: MockInstance<typeof process.stdout.write>;
  beforeEach(() => {
    logged = [];
    written = vi.spyOn(process.stdout, 'write').mockImplementation((line) => logged.push(JSON.parse(String(line))) > 0);
  });
  afterEach(() => written.mockRestore());

  /** The answer of a door that does this work, with the headers that it chose itself. */
  async function answerOf(work: () => Promise<Answer>, init: RequestInit = {}) {
    const server = createServer((request, response) => void answerRequest('tickets', request, response, work));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`, init);
      const { date: _, connection: __, 'keep-alive': ___, ...headers } = Object.fromEntries(response.headers);
      return { status: response.status, headers, body: await response.text() };
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }
  const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const own = { 'cache-control': 'max-age=5', 'content-type': 'text/plain', 'x-more': 'y' };

  test.each<[string, Answer, headers: object, body: string]>([
    ['with JSON', { status: 201, body: { a: 'é' } }, { ...json, 'content-length': '10' }, '{"a":"é"}'],
    ['empty', { status: 202, body: undefined }, { 'content-length': '0' }, ''],
    ['with headers of its own', { status: 200, body: 1, headers: own }, { ...own, 'content-length': '1' }, '1'],
  ])('%s', async (_, answer, more, body) => {
    const { status } = answer;
    expect(await answerOf(async () => answer)).toEqual({ status, headers: { ...always, ...more }, body });
    expect(logged).toEqual([]);
  });

  const problem = 'application/problem+json';
  test.each([
    [422, 'WARNING'],
    [499, 'WARNING'],
    [500, 'ERROR'],
    [503, 'ERROR'],
  ])(
    'a problem of %i as what is wrong and where, and logs it as a %s, with paths and without a body',
    async (status, severity) => {
      const errors = Array.from({ length: 21 }, (_, index) => ({ path: `p${index}`, message: `m${index}` }));
      const headers = { 'retry-after': '7' };
      const found = await answerOf(async () => {
        throw new Problem(status, 'why', { errors, headers });
      });
      expect(found).toMatchObject({ status, headers: { ...always, 'content-type': problem, 'retry-after': '7' } });
      expect(JSON.parse(found.body)).toMatchObject({ status, detail: 'why', errors });
      const message = `tickets: refused with ${status}`;
      const paths = errors.slice(0, 20).map(({ path }) => path);
      expect(logged).toEqual([{ severity, message, door: 'tickets', status, detail: 'why', paths }]);
    },
  );

  test('what failed otherwise with 500, which says nothing of it, and logs it', async () => {
    const found = await answerOf(async () => {
      throw Object.assign(new TypeError('the secret'), { code: 14 });
    });
    const detail = 'Internal error; it is logged. Send the request again.';
    expect(found).toMatchObject({ status: 500, headers: { 'content-type': problem } });
    expect(JSON.parse(found.body)).toEqual({ type: 'about:blank', title: 'Internal error', status: 500, detail });
    const line = { severity: 'ERROR', message: 'tickets: failed', door: 'tickets' };
    expect(logged).toMatchObject([{ ...line, error: 'the secret', errorName: 'TypeError', errorCode: 14 }]);
  });

  test('under the trace of its sender, which every line of it carries', async () => {
    const traceId = 'c'.repeat(32);
    let headersOut: Record<string, string> = {};
    const project = { GOOGLE_CLOUD_PROJECT: 'shop' };
    handEnvironments({ functions: {}, owner: project });
    const work = async () => {
      log('NOTICE', 'something', { count: 1, none: undefined });
      headersOut = traceHeaders();
      return { status: 200, body: undefined };
    };
    try {
      await answerOf(work, { headers: { 'x-cloud-trace-context': `${traceId}/1` } });
    } finally {
      handEnvironments(undefined);
    }
    expect(logged).toEqual([
      {
        severity: 'NOTICE',
        message: 'something',
        count: 1,
        'logging.googleapis.com/trace': `projects/shop/traces/${traceId}`,
        traceId,
      },
    ]);
    expect(headersOut.traceparent).toMatch(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`));
    expect(traceHeaders()).toEqual({});
    log('INFO', 'outside');
    expect(logged.at(-1)).toEqual({ severity: 'INFO', message: 'outside' });
  });
});

test.each([
  [400, 'The body is not JSON'],
  [401, 'The sender could not be verified'],
  [403, 'Not allowed'],
  [404, 'Not found'],
  [405, 'Method not allowed'],
  [409, 'Conflicts with the record'],
  [412, 'The record changed since you read it'],
  [413, 'The body is too large'],
  [415, 'Unsupported content type'],
  [422, 'The request is invalid'],
  [429, 'Too many requests'],
  [500, 'Internal error'],
  [503, 'Could not be stored now'],
  [418, 'Error'],
])('a problem of %i is entitled “%s”', (status, title) => {
  expect(new Problem(status, 'x').body()).toEqual({ type: 'about:blank', title, status, detail: 'x' });
});

test('a problem tells programs its code, and of what is said to people the text alone', () => {
  const said = { code: 'said', given: { a: 1 }, text: 'in words' };
  const problem = new Problem(409, said, { code: 'door-closed', errors: [{ path: 'a', message: 'b', said }] });
  expect([problem.body(), problem.said, problem.message, problem.name]).toEqual([
    {
      type: 'about:blank',
      title: 'Conflicts with the record',
      status: 409,
      detail: 'in words',
      code: 'door-closed',
      errors: [{ path: 'a', message: 'b' }],
    },
    said,
    'in words',
    'Problem',
  ]);
});
