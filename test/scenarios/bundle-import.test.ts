/** Past incidents are imported once, and the trend has a past on day one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collections, timerRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { importIncidents } from '../../infra/import/import-incidents.ts';
import { importTable, readImport } from '../../infra/import.ts';
import { startLocalCloud } from '../../infra/local/start-cloud.ts';
import { typed } from '../infra/command.ts';
import { openScenario, useScenario } from './house.ts';

const scenario = useScenario('2026-06-29T01:00:00Z');

const noOthers = { heldWeeks: [], awaitedWeeks: [] };

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../fixtures/import', name), 'utf8');

test('the weeks have their bundles, empty ones too; again, nothing changes and nothing is carried', async () => {
  const now = new Date('2026-06-29T01:00:00Z');
  const { incidents } = readImport(fixture('notion.csv'), fixture('map.json'), now);
  expect(await importIncidents(incidents, policy, now)).toEqual({ created: 3, known: 0, weeks: 4, ...noOthers });
  const before = await scenario.get('/api/postmortems');
  expect(
    before.body.postmortems.map((each: { id: string; state: string; heldBy: string; entryCount: number }) => [
      each.id,
      each.state,
      each.heldBy,
      each.entryCount,
    ]),
  ).toEqual([
    ['2026-W26', 'held', 'import', 0],
    ['2026-W25', 'held', 'import', 1],
    ['2026-W24', 'held', 'import', 1],
    ['2026-W23', 'held', 'import', 1],
  ]);
  expect(await importIncidents(incidents, policy, now)).toEqual({ created: 0, known: 3, weeks: 4, ...noOthers });
  expect((await scenario.get('/api/incidents?status=open')).body.incidents).toEqual([]);

  await scenario.ticket({ id: 'T-1', subject: '今週の一件' });
  const current = (await scenario.post('/api/postmortems/2026-W27/assemble', {})).body;
  expect(current.trends.slice(-5).map((each: { summary: { incidents: number } }) => each.summary.incidents)).toEqual([
    1, 1, 1, 0, 1,
  ]);
  expect(current.carriedIncidents).toEqual([]);
  expect(current.underReporting).toEqual({ isJudged: false, usual: null, findings: [] });

  // Imported weeks are in no meeting: they have no number, and nobody was asked for what they lack.
  const pageOf = async (week: string): Promise<string> =>
    (await fetch(`${scenario.url}/api/postmortems/${week}.md?lang=en`)).text();
  expect(await pageOf('2026-W27')).toMatch(/^# No\. 1: /);
  const imported = await pageOf('2026-W24');
  expect(imported).toMatch(/^# Weekly/);
  expect(imported).toContain('This week was imported: nobody was asked for what its records lack.');
});

test('a bundle that people held stays as they held it, and its week is named', async () => {
  const now = new Date('2026-06-29T01:00:00Z');
  expect((await scenario.post('/api/postmortems/2026-W22/hold', {})).status).toBe(201);
  const before = (await scenario.get('/api/postmortems/2026-W22')).body;
  expect(before).toMatchObject({ state: 'held', heldBy: 'local', entries: [] });
  const row = 'あとから,2026-05-27T10:00:00+09:00,サポート,不便';
  const { incidents } = readImport(`Name,起票日時,種別,影響\n${row}\n`, fixture('map.json'), now);
  expect(await importIncidents(incidents, policy, now)).toEqual({
    created: 1,
    known: 0,
    weeks: 5,
    heldWeeks: ['2026-W22'],
    awaitedWeeks: [],
  });
  expect((await scenario.get('/api/postmortems/2026-W22')).body).toEqual(before);
});

test('a week has its bundle from the instant at which it is over', async () => {
  const { incidents } = readImport(
    'Name,起票日時\n境目,2026-04-08T10:00:00+09:00\n',
    fixture('map.json'),
    new Date('2026-06-29T01:00:00Z'),
  );
  const end = new Date('2026-04-12T15:00:00Z');
  expect((await importIncidents(incidents, policy, new Date(end.getTime() - 1))).weeks).toBe(0);
  expect((await importIncidents(incidents, policy, end)).weeks).toBe(1);
  expect((await importIncidents(incidents, policy, new Date('2026-04-19T15:00:00Z'))).weeks).toBe(2);
});

test('a week whose tick has come is left to the next one, also where nothing was ever received', async () => {
  const timer = timerRef('bundle_2026-W10');
  await timer.set({
    id: timer.id,
    subject: 'bundle',
    subjectId: '2026-W10',
    wakeAt: new Date('2027-01-01'),
    pending: [],
  });
  const end = new Date('2026-03-08T15:00:00Z');
  const { incidents } = readImport('Name,起票日時\nその週,2026-03-04T10:00:00+09:00\n', fixture('map.json'), end);
  const said = { created: 1, known: 0, weeks: 0, heldWeeks: [], awaitedWeeks: ['2026-W10'] };
  expect(await importIncidents(incidents, policy, end)).toEqual(said);
  expect((await scenario.get('/api/postmortems/2026-W10')).status).toBe(404);
});

test('what is imported begins with its first report, and is recorded when it is imported', async () => {
  const now = new Date('2026-06-29T01:00:00Z');
  const map = JSON.stringify({ columns: { title: 'Name', filedAt: 'filed', reportedAt: 'reported' } });
  const row = 'Name,filed,reported\n先に電話,2026-02-04T10:00:00+09:00,2026-02-04T09:30:00+09:00\n';
  const { incidents } = readImport(row, map, now);
  await importIncidents(incidents, policy, now);
  const { events } = (await scenario.get(`/api/incidents/${incidents[0]?.id}/timeline`)).body;
  expect(events).toMatchObject([
    {
      type: 'filed',
      actor: 'import',
      occurredAt: '2026-02-04T00:30:00.000Z',
      recordedAt: now.toISOString(),
      detail: { rule: 'imported' },
    },
  ]);
});

test('typed, it writes nothing on a dry run, names rejected rows by how it ends, and imports the others', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'metronome-import-'));
  const map = join(import.meta.dirname, '../fixtures/import/map.json');
  const lastWeek = new Date(Date.now() - 8 * 86_400_000).toISOString();
  const file = (name: string, text: string | Buffer): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  // `Name` and its one row in Shift_JIS.
  const name = Buffer.from([0x89, 0xef, 0x8c, 0x76]);
  const known = Buffer.concat([Buffer.from('Name,filed\n'), name, Buffer.from(`,${lastWeek}\n`)]);
  const ownMap = file('map.json', JSON.stringify({ columns: { title: 'Name', filedAt: 'filed' } }));
  const cloud = await startLocalCloud({ port: 0 });
  const environment = { FIRESTORE_EMULATOR_HOST: `127.0.0.1:${cloud.port}`, GOOGLE_CLOUD_PROJECT: 'metronome-local' };
  const importing = (...args: string[]) => typed(importTable, args, environment);
  const incidents = () =>
    cloud.firestore.peek('projects/metronome-local/databases/(default)/documents', {
      from: [{ collectionId: collections.incidents }],
    });
  try {
    const shiftJis = file('table.csv', known);
    const [planned, unmapped, unreadable] = await Promise.all([
      importing(file('wrong.csv', `Name,起票日時\n一件,${lastWeek}\n無題,いつか\n`), '--map', map, '--dry-run'),
      importing(shiftJis),
      importing(shiftJis, '--map', ownMap, '--encoding', 'latin1'),
    ]);
    expect([planned.code, planned.out]).toEqual([
      1,
      expect.stringMatching(/^1 row understood[\s\S]*\n1 row rejected\n {2}line 3: [\s\S]*--dry-run\.\n$/),
    ]);
    expect([unmapped.code, unmapped.out]).toEqual([2, expect.stringContaining('npm run import -- file.csv')]);
    expect([unreadable.code, unreadable.err]).toEqual([2, expect.stringContaining('--encoding latin1 is not known.')]);
    expect(incidents()).toEqual([]);

    const done = await importing(shiftJis, '--map', ownMap);
    expect([done.code, done.err]).toEqual([0, '']);
    expect(done.out).toMatch(
      /^read as shift_jis\n1 row understood[\s\S]*\n1 imported, 0 were there already, (?:1 week has|2 weeks have) /,
    );
    expect(incidents()).toMatchObject([{ title: { stringValue: '会計' } }]);
  } finally {
    await cloud.stop();
    rmSync(directory, { recursive: true });
  }
});

test('a week in which Metronome was there is left to its tick, which says that it is ready', async () => {
  // Two hours before a week ends.
  const own = await openScenario('2026-07-05T13:00:00Z');
  try {
    await own.ticket({ id: 'T-own', subject: '自分で受けた一件' });
    // After the week's end and before its tick: first a week with a report, then one in which nothing came.
    await own.advance('PT2H0M27S');
    const row = 'Name,起票日時\n前の週,2026-06-24T10:00:00+09:00\n';
    const importAt = (now: Date) => importIncidents(readImport(row, fixture('map.json'), now).incidents, policy, now);
    const said = await importAt(new Date('2026-07-05T15:00:27Z'));
    expect(said).toEqual({ created: 1, known: 0, weeks: 1, heldWeeks: [], awaitedWeeks: ['2026-W27'] });
    await own.advance('P7D');
    const again = await importAt(new Date('2026-07-12T15:00:27Z'));
    expect(again).toEqual({ created: 0, known: 1, weeks: 2, heldWeeks: [], awaitedWeeks: ['2026-W28'] });
    await own.advance('PT10M');
    const { postmortems } = (await own.get('/api/postmortems')).body;
    expect(postmortems.map((each: { id: string; state: string }) => [each.id, each.state])).toEqual([
      ['2026-W28', 'draft'],
      ['2026-W27', 'draft'],
      ['2026-W26', 'held'],
    ]);
    const ready = (await own.inbox()).filter((each) => each.kind === 'bundle-ready');
    expect(ready.map(({ text }) => /W\d\d/.exec(text)?.[0])).toEqual(['W27', 'W28']);
  } finally {
    await own.stop();
  }
});
