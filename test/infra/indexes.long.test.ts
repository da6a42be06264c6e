/**
 * Every query of the code has its index. The local Firestore refuses a composite query that firestore.indexes.json does
 * not serve, so what is needed is that every line that builds a query is seen to be asked: this test watches the
 * client, drives the product, and names the lines that never were.
 */
import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Firestore, Query, type QuerySnapshot, Transaction } from '@google-cloud/firestore';
import { Client } from '@notionhq/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readChannels } from '../../functions/outgoing/channels/channel.ts';
import { handEnvironments } from '../../functions/platform/environment.ts';
import { policy } from '../../functions/policy.ts';
import { importIncidents } from '../../infra/import/import-incidents.ts';
import { readImport } from '../../infra/import.ts';
import { environmentsOf } from '../../infra/local/environments.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { setUp } from '../../infra/notion/set-up.ts';
import { notionSite } from '../../infra/stubs/notion/routes.ts';
import { toolSecrets } from '../fixtures/secrets.ts';
import { noticeWith } from '../outgoing/notices.ts';
import { crowd } from '../scenarios/crowd.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { ticketDoors } from '../scenarios/ticket-doors.ts';

const top = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(top, path), 'utf8');
const buildsQuery = /\.(?:where|orderBy)\(/;
/** Every line that says what a query looks for, as `path:line`. */
const lines = globSync('functions/**/*.ts', { cwd: top }).flatMap((path) =>
  read(path)
    .split('\n')
    .flatMap((line, index) => (buildsQuery.test(line) ? [`${path}:${index + 1}`] : [])),
);

/** For each query, the lines that built it. */
const builders = new WeakMap<object, Set<string>>();
const executed = new Set<string>();
const refused: string[] = [];
/** Queries without a next page. */
const stranded = new Set<string>();

function callers(): string[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 12;
  const stack = new Error('where').stack ?? '';
  Error.stackTraceLimit = limit;
  return [...stack.matchAll(/(?:file:\/\/)?(\/[^\s():]*\/functions\/[^\s():]*\.ts):(\d+)/g)].map(
    (match) => `${relative(top, match[1] ?? '')}:${match[2]}`,
  );
}

// biome-ignore lint/suspicious/noExplicitAny: methods of any shape are watched
type Watched = Record<string, (...args: any[]) => any>;

const undo: (() => void)[] = [];
function replace(target: Watched, name: string, method: (...args: unknown[]) => unknown): void {
  const original = target[name] as Watched[string];
  undo.push(() => (target[name] = original));
  target[name] = method;
}

function watch(): void {
  const query = Query.prototype as unknown as Watched;
  for (const name of [
    'where',
    'orderBy',
    'limit',
    'select',
    'startAfter',
    'startAt',
    'endBefore',
    'count',
    'aggregate',
  ]) {
    const original = query[name] as (...args: unknown[]) => object;
    replace(query, name, function (this: object, ...args: unknown[]) {
      const made = original.apply(this, args);
      const [caller] = callers();
      const isBuilding = name === 'where' || name === 'orderBy';
      builders.set(made, new Set([...(builders.get(this) ?? []), ...(caller && isBuilding ? [caller] : [])]));
      return made;
    });
  }
  const run = (target: Watched, name: string, queryOf: (self: object, args: unknown[]) => object) => {
    const original = target[name] as (...args: unknown[]) => Promise<unknown>;
    replace(target, name, async function (this: object, ...args: unknown[]) {
      const own = builders.get(queryOf(this, args)) ?? [];
      try {
        const result = await original.apply(this, args);
        for (const each of own) executed.add(each);
        if (this instanceof Query) goOnAfter(this, result as QuerySnapshot, own);
        return result;
      } catch (error) {
        if ((error as { code?: number }).code === 9 && /index/i.test(String(error)))
          refused.push(`${[...own].join()}: ${String(error)}`);
        throw error;
      }
    });
  };
  run(query, 'get', (self) => self);
  // The client does not export its class of counts.
  const counted = new Firestore({ projectId: 'any' }).collection('any').count();
  run(Object.getPrototypeOf(counted) as Watched, 'get', (self) => self);
  run(Transaction.prototype as unknown as Watched, 'get', (_, [first]) => (first ?? {}) as object);
}

/** As the client does by itself where an answer breaks off: what it throws then, nobody catches. */
function goOnAfter(query: Query, { docs }: QuerySnapshot, own: Iterable<string>): void {
  const last = docs.at(-1);
  if (!last) return;
  try {
    query.startAfter(last);
  } catch (error) {
    stranded.add(`${[...own].join()}: ${String(error)}`);
  }
}

let scenario: Scenario;
beforeAll(async () => {
  watch();
  scenario = await openScenario('2026-11-22T14:30:00Z', {
    environment: { ...toolSecrets, CUSTOMER_PAGES: 'on', PUBLIC_STATUS: 'on' },
  });
  await drive();
});
afterAll(async () => {
  await scenario.stop();
  for (const each of undo) each();
});

/** Everything that asks: doors, lists with every filter, pages, ticks, the bundle. */
async function drive(): Promise<void> {
  const { get, post, ticket, advance } = scenario;
  const now = new Date(scenario.house.cloud.clock.now());
  const past = 'Name,Filed\nBefore,2026-11-03T10:00:00Z\n';
  const columns = JSON.stringify({ columns: { title: 'Name', filedAt: 'Filed' } });
  await importIncidents(readImport(past, columns, now).incidents, policy, now);
  const filed = await ticket({ id: 'T-1', subject: '止まった', area: 'order', customer: { id: 's-1' } });
  const { id } = filed.body.incident;
  const question = { category: 'question', differsFromExpected: 'no', form: 'spec-question', area: 'order' };
  await post('/api/customers/s-1/page', {});
  await get('/console/customers/s-1');
  const asked = await ticket({ id: 'Q-1', subject: '並び順', ...question, customer: { id: 's-2' } });
  await ticket({ id: 'O-1', subject: '請求書', category: 'outside', form: 'billing' });
  await post('/tickets', '{"subject": "no id"}', { authorization: 'Bearer local' });
  const alert = (incident: object) =>
    scenario.alert({
      version: '1.2',
      incident: { scoping_project_id: 'p', policy_name: 'Slow', state: 'open', ...incident },
    });
  await alert({ incident_id: 'a-1', started_at: scenario.house.cloud.clock.now() / 1_000 });
  await advance('PT62M');
  await alert({ incident_id: 'a-2', started_at: scenario.house.cloud.clock.now() / 1_000 });
  const other = await ticket({ id: 'T-2', subject: '同じもの', customer: { id: 's-3' } });
  await post(`/api/incidents/${other.body.incident.id}/events`, {
    type: 'linked',
    to: filed.body.incident.code,
    basis: '同じ端末',
  });
  await get(`/api/incidents/${filed.body.incident.id}/contacts`);
  await post(`/api/incidents/${other.body.incident.id}/events`, { type: 'unlinked' });
  const third = (await ticket({ id: 'T-19', subject: '同じもの', customer: { id: 's-19' } })).body.incident;
  const { mergeId } = (await post(`/api/incidents/${id}/merge`, { incidents: [third.id] })).body;
  // Undone once more, its links are on the timeline alone.
  for (let times = 0; times < 2; times += 1)
    await fetch(`${scenario.url}/api/incidents/${id}/merges/${mergeId}`, { method: 'DELETE' });
  // What is taken back of a ticket that has told more asks what that was.
  await ticket({ id: 'T-1', subject: '止まった', area: 'order', customer: { id: 's-1' }, description: 'まだ直らない' });
  const said = await post(`/api/incidents/${id}/events`, { type: 'responded' });
  await post(`/api/incidents/${id}/events`, { type: 'retracted', eventId: said.body.id, why: '別の件' });
  await post(`/api/incidents/${id}/updates`, { customers: 'all', message: '確認中です' }, { 'idempotency-key': 'k' });
  await get(`/api/incidents/${id}/updates`);
  // Of an update whose answer is lost, the ticket's comments are read, and told from those of other updates.
  await ticketDoors(scenario).reported('zendesk', '71002');
  const onTicket = (await ticketDoors(scenario).reported('freshdesk', '71001')).body.incident.id;
  await post('/_local/faults', { target: 'tools.freshdesk.reply', match: '71001', effect: 'fail-after', code: '500' });
  await post(`/api/incidents/${onTicket}/updates`, { customers: 'all', message: 'お待ちください' });
  // While it is on its way, what was asked for lately is read, and which incidents have updates that are held up.
  await get(`/console/incidents/${onTicket}/drafts`);
  await get('/console');
  for (const n of [3, 4, 5]) {
    const stopped = { area: 'desk', businessImpact: 'stopped', ongoing: 'yes', customer: { id: `s-${n + 1}` } };
    await ticket({ id: `T-${n}`, subject: '受付停止', ...stopped });
  }
  // Before any was held, the next drill is counted from the first incident.
  await get('/console/drills');
  const drill = (await post('/api/drills', { from: id })).body;
  await advance('PT2M');
  for (const path of ['drills', `drills/${drill.id}`, `incidents/${id}/situation`]) await get(`/api/${path}`);
  for (const path of ['close', 'drills', `drills/${drill.id}`, `incidents/${id}/situation`])
    await get(`/console/${path}`);
  const inSlack = { user: 'U1', channel: 'C1' };
  await post('/_local/tools/slack/press', { ...inSlack, ts: '1.000001', actionId: 'happens', value: id });
  await post('/_local/tools/slack/press', { ...inSlack, ts: '1.000001', actionId: 'undo', value: id });
  await post('/_local/tools/slack/command', { ...inSlack, text: 'mine' });
  await post('/api/actions', { incidentId: id, description: '監視を足す', kind: 'detect' });
  await post('/api/postmortems/2026-W47/assemble', {});
  await post(`/api/incidents/${id}/review`, { businessImpact: 'stopped', affectedCustomerCount: 1 });
  await advance('PT1H');
  await post('/api/postmortems/2026-W47/hold', {});
  await crowd(101, new Date(scenario.house.cloud.clock.now()));
  await post('/api/postmortems/2026-W48/assemble', {});

  const choices = (name: string, values: (string | undefined)[]) =>
    values.map((value) => (value ? `${name}=${value}` : ''));
  for (const status of choices('status', [undefined, 'open'])) {
    for (const urgency of choices('urgency', [undefined, 'high'])) {
      for (const week of choices('week', [undefined, '2026-W47'])) {
        await get(`/api/incidents?${[status, urgency, week].filter(Boolean).join('&')}`);
      }
    }
  }
  const lists = [
    'questions',
    'questions?status=open',
    'actions',
    'actions?status=proposed',
    'postmortems',
    'quarantine',
    'quarantine?state=open',
  ];
  for (const list of lists) await get(`/api/${list}`);
  const { code } = filed.body.incident;
  for (const asked of [code, 's-1', '止まった', 'T-1 s-1']) await get(`/api/find?q=${encodeURIComponent(asked)}`);
  await get(`/api/incidents/${id}/candidates`);
  await get('/api/customers');
  for (const list of ['timeline', 'contacts', 'signals', 'releases', 'drafts'])
    await get(`/api/incidents/${id}/${list}`);
  const pages = [
    '',
    '?status=recovered',
    '?urgency=high',
    '?source=alert&ongoing=yes&who=mine',
    '?urgency=low&source=ticket&ongoing=no&who=mine',
    '/questions',
    '/quarantine',
    '/connections',
    '/settings',
    '/actions',
    '/postmortems',
    '/postmortems/2026-W47',
    '/waiting',
    '/trends',
    `/incidents/${id}`,
    `/questions/${asked.body.question.id}`,
  ];
  // What other sources tell of the release that is the cause is asked for.
  const release = { id: 'b-cause', status: 'SUCCESS', substitutions: { COMMIT_SHA: 'a'.repeat(40) } };
  await scenario.publish('cloud-builds', release);
  await scenario.advance('PT0S');
  await scenario.post(`/api/incidents/${id}/events`, { type: 'caused', category: 'release', releaseId: release.id });
  for (const page of pages) {
    await get(`/console${page}`);
  }
  // Of more contacts than the page shows, those who are due first are asked for.
  const { firestore } = await import('../../functions/platform/firestore.ts');
  const contacts = firestore().collection(`incidents/${id}/contacts`);
  const [contact] = (await contacts.limit(1).get()).docs;
  const many = firestore().batch();
  for (let n = 0; n < 200; n += 1) many.set(contacts.doc(`many-${n}`), { ...contact?.data(), id: `many-${n}` });
  await many.commit();
  await get(`/console/incidents/${id}`);
  await driveNotion();
}

/** With Notion set up: what waits, what comes again, and the page of a week that is in the trash. */
async function driveNotion(): Promise<void> {
  const client = new Client({ auth: 'local', baseUrl: notionSite(scenario.url), notionVersion: '2026-03-11' });
  const databases = await setUp(client, '11111111-1111-1111-1111-111111111111');
  const base = {
    ...scenario.house.environment,
    NOTION_DATABASES: JSON.stringify(databases),
    DEADMAN_URL: `${scenario.url}/_local/clock`,
  };
  const addresses = { cloud: `127.0.0.1:${scenario.house.cloud.port}`, root: scenario.url };
  handEnvironments(environmentsOf(base, localProject, addresses));
  const sync = async (): Promise<void> => {
    await scenario.publish('minute-tick', {});
    await scenario.advance('PT1M');
  };
  await sync();
  const { results } = await client.dataSources.query({ data_source_id: databases.postmortems });
  for (const { id } of results) await client.pages.update({ page_id: id, in_trash: true });
  await scenario.ticket({ id: 'T-9', subject: '止まった', customer: { id: 's-9' } });
  await sync();
  await scenario.get('/console/connections');
  await scenario.get('/console/deliveries');
  await scenario.post('/api/channels/inbox/retry', {});
  // Where what says that a channel failed fails as well, it is asked whether anybody has heard of it.
  const { deliverOnce } = await import('../../functions/outgoing/deliver-once.ts');
  const channels = JSON.stringify([
    { kind: 'slack', name: 'gone', url: `${scenario.url}/nothing`, allowPrivate: true },
  ]);
  const [channel] = readChannels(channels);
  if (channel) await deliverOnce({ notice: noticeWith({ kind: 'delivery-failed' }), channel, why: 'everything' });
  await scenario.get('/api/deliveries?state=delivered');
}

describe('indexes', () => {
  test('no query was refused for want of one', () => {
    expect(refused).toEqual([]);
  });

  test('a query whose answer breaks off can continue: what it is ordered by is among what it asks for', () => {
    expect([...stranded]).toEqual([]);
  });

  test('every line that builds a query was seen to be asked', () => {
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.filter((line) => !executed.has(line))).toEqual([]);
  });

  test('a query without its index would be refused, and seen', async () => {
    const { firestore } = await import('../../functions/platform/firestore.ts');
    const query = firestore().collection('incidents').where('assignee', '==', 'x').orderBy('occurredAt');
    await expect(query.get()).rejects.toThrow(/index/i);
  });

  test('every expiry is a TTL field, and every TTL field is written', () => {
    const { fieldOverrides } = JSON.parse(read('firestore.indexes.json'));
    const ttl = fieldOverrides
      .filter((each: { ttl?: boolean }) => each.ttl)
      .map((each: { collectionGroup: string; fieldPath: string }) => `${each.collectionGroup}.${each.fieldPath}`);
    const expiring = [
      'signals',
      'quarantine',
      'notices',
      'releases',
      'idempotencyKeys',
      'updates',
      'ticketNotes',
      'alertIds',
    ];
    expect(ttl.sort()).toEqual(expiring.map((each) => `${each}.expireAt`).sort());
    const writers = globSync('functions/**/*.ts', { cwd: top }).filter((path) =>
      /\bexpireAt(?: =|:) new Date\(/.test(read(path)),
    );
    // What is beside a signal expires with it, at the same time.
    expect(writers.length).toBe(expiring.length - 1);
  });
});
