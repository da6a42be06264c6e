/** What each released version stored is read, shown, ticked, reviewed and added to by this one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { collections, firestore } from '../../functions/platform/firestore.ts';
import { noticeMessage } from '../fuzz/bodies.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { fromStored, type StoredDocument } from './stored-form.ts';
import { storyWeek } from './story.ts';

const top = join(import.meta.dirname, '../..');
const stored = join(top, 'test/fixtures/stored');
const versions = readdirSync(stored);

test('every released version has its documents here, this one among them', () => {
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
  expect(versions).toContain(version);
});

/** Of every version: what it has kept, by collection. */
function documentsOf(version: string): Map<string, StoredDocument[]> {
  const files = readdirSync(join(stored, version));
  return new Map(
    files.map((file) => [file.replace('.json', ''), JSON.parse(readFileSync(join(stored, version, file), 'utf8'))]),
  );
}

describe.each(versions)('of %s', (version) => {
  const documents = documentsOf(version);
  const all = (name: string): StoredDocument[] => documents.get(name) ?? [];
  const idsOf = (name: string): string[] => all(name).map(({ path }) => path.split('/').at(-1) ?? '');
  const incidentWith = (field: string, value: unknown): string =>
    idsOf('incidents')[all('incidents').findIndex(({ data }) => data[field] === value)] ?? '';
  let scenario: Scenario;
  const written: string[] = [];

  beforeAll(async () => {
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    scenario = await openScenario('2026-11-22T10:00:00Z');
    for (const { path, data } of [...documents.values()].flat()) {
      await firestore()
        .doc(path)
        .create(fromStored(data) as Record<string, unknown>);
    }
  });
  afterAll(async () => {
    await scenario.stop();
    vi.restoreAllMocks();
  });

  const failures = (): string[] =>
    written
      .join('')
      .split('\n')
      .filter((line) => /"severity":"(?:ERROR|CRITICAL)"|"failed":[1-9]/.test(line));

  test('there is one of everything', () => {
    expect([...documents.keys()].toSorted()).toEqual([
      'actions',
      'alertKeys',
      'connections',
      'contacts',
      'entries',
      'evidence',
      'idempotencyKeys',
      'incidents',
      'marks',
      'notices',
      'postmortems',
      'quarantine',
      'releases',
      'signals',
      'storms',
      'timeline',
      'timers',
    ]);
    expect(new Set(all('timeline').map(({ data }) => data.type)).size).toBe(25);
    expect(new Set(all('timers').map(({ data }) => data.subject))).toEqual(
      new Set(['incident', 'question', 'action', 'bundle']),
    );
  });

  test('the API answers with all of it', async () => {
    for (const id of idsOf('incidents')) {
      for (const part of ['', '/timeline?limit=200', '/contacts', '/signals', '/releases', '/series']) {
        expect([id, part, (await scenario.get(`/api/incidents/${id}${part}`)).status]).toEqual([id, part, 200]);
      }
    }
    for (const id of idsOf('signals')) expect((await scenario.get(`/api/signals/${id}`)).body.raw.body).toBeTruthy();
    for (const id of idsOf('quarantine'))
      expect((await scenario.get(`/api/quarantine/${id}`)).body.raw.body).toBeTruthy();
    for (const [path, name, count] of [
      ['/api/incidents', 'incidents', all('incidents').filter(({ data }) => data.kind === 'incident').length],
      ['/api/questions', 'questions', all('incidents').filter(({ data }) => data.kind === 'question').length],
      ['/api/actions', 'actions', all('actions').length],
      ['/api/postmortems', 'postmortems', all('postmortems').length],
      ['/api/quarantine', 'quarantine', all('quarantine').length],
    ] as const) {
      expect([name, (await scenario.get(path)).body[name]?.length]).toEqual([name, count]);
    }
    for (const week of idsOf('postmortems')) {
      for (const form of ['', '.md', '.html'])
        expect((await scenario.get(`/api/postmortems/${week}${form}`)).status).toBe(200);
    }
    const { entries } = (await scenario.get(`/api/postmortems/${storyWeek}`)).body;
    expect(entries.length).toBeGreaterThan(0);
  });

  test('the console shows all of it', async () => {
    const pages = [
      '',
      '/quarantine',
      '/questions',
      '/actions',
      '/postmortems',
      '/trends',
      '/connections',
      `/postmortems/${storyWeek}`,
      `/postmortems/${storyWeek}/meeting`,
      ...idsOf('incidents').map((id) => `/incidents/${id}`),
      ...idsOf('signals').map((id) => `/signals/${id}`),
      ...idsOf('quarantine').map((id) => `/quarantine/${id}`),
    ];
    for (const page of pages) expect([page, (await scenario.get(`/console${page}`)).status]).toEqual([page, 200]);
    expect(failures()).toEqual([]);
  });

  test('an answer under an old key is the same answer, and a report that is known is known', async () => {
    const [key] = all('idempotencyKeys');
    const { incidentId: id, eventIds = [] } = (key?.data ?? {}) as { incidentId?: string; eventIds?: string[] };
    const again = await scenario.post(
      `/api/incidents/${id}/events`,
      { type: 'assigned', assignee: '佐藤' },
      { 'idempotency-key': 'story-key-1' },
    );
    expect([again.status, again.body.id]).toEqual([201, eventIds[0]]);
    const known = await scenario.ticket({
      id: 'T-2',
      subject: '注文が通らない、まだです',
      customer: { id: 'store-12' },
    });
    expect([known.status, known.body.created]).toEqual([200, false]);
  });

  test('people go on where they were', async () => {
    const open = incidentWith('status', 'open');
    const linked = incidentWith('status', 'linked');
    const question = incidentWith('kind', 'question');
    const [entry] = idsOf('quarantine');
    const replies = [
      await scenario.post(`/api/incidents/${open}/events`, {
        type: 'scoped',
        affectedCustomers: [{ id: 'new' }],
        method: 'x',
      }),
      await scenario.post(`/api/incidents/${open}/events`, {
        type: 'customer-updated',
        customers: 'all',
        recovery: true,
      }),
      await scenario.post(`/api/incidents/${linked}/events`, { type: 'unlinked' }),
      await scenario.post(`/api/questions/${question}/answer`, { kind: 'explained' }),
      await scenario.post(`/api/quarantine/${entry}/dismiss`, { reason: 'x' }),
      await scenario.post(`/api/postmortems/${storyWeek}/assemble`, {}),
      await scenario.post(`/api/incidents/${open}/review`, { businessImpact: 'degraded', affectedCustomerCount: 50 }),
    ];
    expect(
      replies
        .map((each) => [each.status, each.body.errors ?? each.body.detail ?? ''])
        .filter(([status]) => status !== 201),
    ).toEqual([]);
    for (const id of idsOf('actions'))
      expect((await scenario.patch(`/api/actions/${id}`, { owner: 'ken' })).status).toBe(200);
  });

  test('the ticks go on where they were, and the next week has its bundle', async () => {
    await scenario.post('/notify', {
      message: { data: Buffer.from(JSON.stringify(noticeMessage)).toString('base64'), messageId: '1', attributes: {} },
      subscription: 'x',
    });
    // Over midnight of the policy's zone, into the next week.
    await scenario.advance('PT6H');
    expect(failures()).toEqual([]);
    const { messages } = (await scenario.get('/_local/inbox')).body;
    const told = new Set(messages.map((each: { incidentId: string | null }) => each.incidentId));
    expect(idsOf('incidents').filter((id) => told.has(id)).length).toBeGreaterThan(0);
    expect(messages.map((each: { kind: string }) => each.kind)).toContain('bundle-ready');
    const bundle = await scenario.get(`/api/postmortems/${storyWeek}`);
    expect([bundle.status, bundle.body.state]).toEqual([200, 'draft']);
    const timers = await firestore().collection(collections.timers).get();
    expect(timers.size).toBeGreaterThan(0);
  });
});
