/** `npm run settings -- --customers-from`: a tool's own organisations become rows, and what a team has written stays. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useClock } from '../../../functions/platform/clock.ts';
import { propose } from '../../../infra/own-settings/organisations.ts';
import { settingsFrom } from '../../../infra/settings.ts';
import { typed } from '../command.ts';

const folder = mkdtempSync(join(tmpdir(), 'metronome-organisations-'));
const file = join(folder, 'customers.csv');
const asked: string[] = [];
/** What the tool answers next, in place of what it has. */
const faults: { status: number; headers?: Record<string, string> }[] = [];
const pauses: number[] = [];
const count = 205;
const organisation = (at: number) => ({
  id: 1_000 + at,
  name: `Store ${at}`,
  external_id: at === 0 ? null : `s-${at}`,
});
const pageOf = (from: number) =>
  Array.from({ length: Math.max(0, Math.min(100, count - from)) }, (_, at) => organisation(from + at));

function answer({ url = '', headers }: IncomingMessage): unknown {
  const { pathname, searchParams } = new URL(url, 'http://tool');
  if (pathname === '/oauth/tokens') return { access_token: 'given', token_type: 'bearer' };
  if (!headers.authorization) throw new Error('Nobody may list this.');
  if (pathname === '/api/v2/organizations.json') {
    const from = Number(searchParams.get('page[after]') ?? 0);
    return { organizations: pageOf(from), meta: { has_more: from + 100 < count, after_cursor: String(from + 100) } };
  }
  if (pathname === '/api/v2/companies') return pageOf((Number(searchParams.get('page')) - 1) * 100);
  const from = Number(searchParams.get('scroll_param') ?? 0);
  const data = pageOf(from).map(({ id, name, external_id }) => ({
    type: 'company',
    id: `c${id}`,
    company_id: external_id,
    name,
  }));
  return { type: 'list', data, scroll_param: String(from + 100) };
}

const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const fault = request.url === '/oauth/tokens' ? undefined : faults.shift();
  if (fault) response.writeHead(fault.status, fault.headers).end('{}');
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(request)));
});
let environment: Record<string, string> = {};
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  useClock(Date.now, async (ms) => void pauses.push(ms));
  environment = {
    ZENDESK_API_URL: url,
    ZENDESK_OAUTH_CLIENT_ID: 'reader',
    ZENDESK_OAUTH_CLIENT_SECRET: 'a secret of its own',
    FRESHDESK_API_URL: url,
    FRESHDESK_API_KEY: 'a key of its own',
    INTERCOM_API_URL: url,
    INTERCOM_ACCESS_TOKEN: 'a token of its own',
  };
});
afterAll(() => {
  useClock(Date.now, (ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  rmSync(file, { force: true });
  for (const list of [asked, faults, pauses]) list.length = 0;
});
const run = (tool: string, variables = environment) =>
  typed(settingsFrom('.'), ['--customers-from', tool, '--settings', folder, '--language', 'en'], variables);

describe.each([
  ['zendesk', '1204,Store 204,s-204,,', 3],
  ['freshdesk', '1204,Store 204,s-204,,', 3],
  ['intercom', 'c1204,Store 204,s-204,,', 4],
] as const)('%s', (tool, last, calls) => {
  test('is read to its end, only by GET, and written once; a second run changes nothing', async () => {
    faults.push({ status: 429, headers: { 'retry-after': '7' } }, { status: 502 });
    const first = await run(tool);
    expect(first).toMatchObject({ code: 0, err: '' });
    expect(first.out).toContain(
      `205 organisations of ${tool} were read. Written to ${file}: 205 new rows, and an alias more in 0.`,
    );
    const written = readFileSync(file, 'utf8');
    expect(written.trimEnd().split('\n')).toHaveLength(1 + count);
    expect(written.trimEnd().split('\n').at(-1)).toBe(last);
    expect(pauses[0]).toBeGreaterThan(5_000);
    const listing = asked.filter((each) => !each.endsWith('/oauth/tokens'));
    expect(listing).toHaveLength(calls + 2);
    expect(listing.every((each) => each.startsWith('GET '))).toBe(true);
    expect((await run(tool)).out).toContain('0 new rows');
    expect(readFileSync(file, 'utf8')).toBe(written);
  });

  test('that refuses changes nothing', async () => {
    faults.push({ status: 403 });
    const ended = await run(tool);
    expect([ended.code, ended.err]).toEqual([
      1,
      expect.stringContaining(`${tool}: The tool refused the credentials (403)`),
    ]);
    expect(() => readFileSync(file)).toThrow();
  });
});

test('what is not set, and a tool that lists none, is said', async () => {
  expect((await run('freshdesk', {})).err).toBe('Set FRESHDESK_DOMAIN and FRESHDESK_API_KEY in this shell.\n');
  expect((await run('jira')).err).toBe(
    '--customers-from has to be one of zendesk, freshdesk, intercom, and is “jira”.\n',
  );
});

test('a team’s own row of the same name gets the id as an alias, and keeps everything else', async () => {
  writeFileSync(file, 'id,name,aliases,language,contact\nown-7,ＳＴＯＲＥ 7,x,en,chain\n1008,Renamed here,,,\n');
  const { out } = await run('zendesk');
  expect(out).toContain('203 new rows, and an alias more in 1.');
  expect(readFileSync(file, 'utf8').split('\n').slice(1, 4)).toEqual([
    'own-7,ＳＴＯＲＥ 7,x;1007,en,chain',
    '1008,Renamed here,,,',
    '1000,Store 0,,,',
  ]);
});

test('two organisations of one name stay two, and the check says so', () => {
  const two = ['a', 'b'].map((id) => ({ id, name: 'Main Street', aliases: [] }));
  expect(propose([], two).rows).toEqual(two);
  expect(propose(two.slice(0, 1), two).rows).toEqual(two);
});
