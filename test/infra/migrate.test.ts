/** Records of an earlier form: one step brings them to the form that is written now. A release that changes it hangs here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentReference, FieldValue, Timestamp } from '@google-cloud/firestore';
import { beforeAll, expect, test } from 'vitest';
import { collections, firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { migrate } from '../../infra/migrate.ts';
import { migrateRecords, type Progress } from '../../infra/migrate-records.ts';
import { useScenario } from '../scenarios/house.ts';
import { inOwnProcess, typed } from './command.ts';

/** An incident as an earlier form stored it, its times as `{$timestamp, nanoseconds}`. */
const older: { path: string; data: Record<string, unknown> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/record-of-older-form.jsonl'), 'utf8'),
  (_, value) =>
    value?.$timestamp ? new Timestamp(Math.floor(Date.parse(value.$timestamp) / 1_000), value.nanoseconds) : value,
);
const scenario = useScenario('2026-11-24T01:00:00Z');
let record: DocumentReference;
beforeAll(async () => {
  record = firestore().doc(older.path);
});

test('a record gains what this form is found by, once, and says when it was last written', async () => {
  await record.create(older.data);
  await scenario.advance('PT1M');
  await record.update({ title: '書き直した題' });
  const before = await record.get();
  expect(before.updateTime?.toMillis()).toBeGreaterThan(Number(before.createTime?.toMillis()));
  const shown = await scenario.get(`/api/${older.path}`);
  expect(shown.status).toBe(200);

  expect(await migrateRecords(firestore(), { isDryRun: true })).toEqual({ total: 1, read: 1, changed: 1 });
  expect((await record.get()).data()).toEqual(before.data());
  const told: Progress[] = [];
  const done = await migrateRecords(firestore(), { tell: (progress) => told.push({ ...progress }) });
  expect(done).toEqual({ total: 1, read: 1, changed: 1 });
  expect(told.at(-1)).toEqual(done);

  const after = (await record.get()).data() ?? {};
  expect(after).toMatchObject({ schemaVersion: 2, customerIds: ['8100', 'store-14'], changedAt: before.updateTime });
  expect(after.code).toMatch(/^M-[0-9A-HJKMNP-TV-Z]{6}$/);
  expect(after.search).not.toEqual([]);
  expect((await scenario.get(`/api/${older.path}`)).body).toEqual(shown.body);
  expect(await migrateRecords(firestore())).toMatchObject({ changed: 0 });
});

test('what is written by now has that form, and a later change keeps it up to date', async () => {
  const { incident } = (await scenario.ticket({ id: 'M-1', subject: '会計できない', customer: { id: 'store-1' } }))
    .body;
  expect(incident.code).toMatch(/^M-[0-9A-HJKMNP-TV-Z]{6}$/);
  const filed = (await incidentRef(incident.id).get()).data();
  expect(filed).toMatchObject({ code: incident.code, customerIds: ['store-1'] });
  await scenario.advance('PT1M');
  await scenario.post(`/api/incidents/${incident.id}/events`, {
    type: 'scoped',
    affectedCustomers: [{ id: 'store-2' }],
  });
  const scoped = (await incidentRef(incident.id).get()).data();
  expect(scoped?.customerIds).toEqual(['store-1', 'store-2']);
  expect(scoped?.changedAt.toMillis()).toBeGreaterThan(filed?.changedAt.toMillis());
  expect(await migrateRecords(firestore())).toMatchObject({ changed: 0 });
});

test('customers who share a document count one by one for its place on the board', async () => {
  const affectedCustomers = Array.from({ length: 120 }, (_, n) => ({ id: `shop-${n}` }));
  const { incident } = (await scenario.ticket({ id: 'M-2', subject: '会計できない', affectedCustomers })).body;
  const ref = incidentRef(incident.id);
  const { board } = (await ref.get()).data() ?? {};
  expect(board).toMatchObject({ waiting: 120 });
  await ref.update({ schemaVersion: 1, board: FieldValue.delete() });
  expect(await migrateRecords(firestore())).toMatchObject({ changed: 1 });
  expect((await ref.get()).get('board')).toEqual(board);
});

test('a record that is written, or goes, while it is migrated is left as it is then', async () => {
  const meanwhile = async (work: () => Promise<unknown>): Promise<number> => {
    const commit = scenario.house.cloud.faults.hold({ target: 'firestore.Commit' });
    const migrating = migrateRecords(firestore());
    await commit.met();
    await work();
    commit.letGo();
    return (await migrating).changed;
  };
  await record.update({ schemaVersion: 1 });
  const lacking = (await record.get()).data();
  expect(await meanwhile(() => record.update({ note: 'written' }))).toBe(0);
  expect((await record.get()).data()).toEqual({ ...lacking, note: 'written' });
  // The next run finds it.
  expect(await migrateRecords(firestore())).toMatchObject({ changed: 1 });
  const other = record.parent.doc(`${record.id}-other`);
  await other.create({ ...lacking });
  expect(await meanwhile(() => other.delete())).toBe(0);
  expect((await other.get()).exists).toBe(false);
});

test('typed, it counts on a dry run and changes nothing; else it does it, and says so', async () => {
  await record.update({ schemaVersion: 1 });
  const isLacking = async (): Promise<boolean> => (await record.get()).get('schemaVersion') === 1;
  const emulator = { FIRESTORE_EMULATOR_HOST: `127.0.0.1:${scenario.house.cloud.port}` };
  const project = { GOOGLE_CLOUD_PROJECT: 'metronome-local' };
  const [planned, nowhere, silent, helped, elsewhere] = await Promise.all([
    typed(migrate, ['--dry-run'], { ...emulator, ...project, FIRESTORE_DATABASE: '' }),
    typed(migrate, [], emulator),
    typed(migrate, [], { FIRESTORE_EMULATOR_HOST: '127.0.0.1:9', ...project }),
    inOwnProcess('migrate.ts', ['--help'], { ...emulator, ...project }),
    // What (default) holds is somebody else's, where Metronome has a database of its own.
    typed(migrate, [], { ...emulator, ...project, FIRESTORE_DATABASE: 'records' }),
  ]);
  expect([planned.code, planned.err, await isLacking()]).toEqual([0, '', true]);
  expect(planned.out).toMatch(/^(\d+) of \1 read, 1 to change\n1 of \1 records would be /);
  expect([nowhere.code, nowhere.out, nowhere.err]).toEqual([
    2,
    '',
    expect.stringMatching(/^Set GOOGLE_CLOUD_PROJECT as well, to .* Nothing was changed\.\n$/),
  ]);
  expect([silent.code, silent.err]).toEqual([
    2,
    expect.stringMatching(/^Nothing answers at FIRESTORE_EMULATOR_HOST=127\.0\.0\.1:9: .* Nothing was changed\.\n$/),
  ]);
  expect([helped.code, helped.out]).toEqual([0, expect.stringContaining('npm run migrate -- ')]);
  const nothing = '0 of 0 records were brought up to date.\n';
  expect([elsewhere.code, elsewhere.out]).toEqual([0, expect.stringContaining(nothing)]);
  await scenario.post('/_local/faults', {
    faults: [{ target: 'firestore.RunAggregationQuery', effect: 'fail', code: 'PERMISSION_DENIED' }],
  });
  const broken = await typed(migrate, [], { ...emulator, ...project });
  scenario.house.cloud.faults.clear();
  expect([broken.code, broken.err, await isLacking()]).toEqual([
    1,
    expect.stringMatching(
      /PERMISSION_DENIED.*\nThe command was interrupted\. Run it again: what is done stays done\.\n$/,
    ),
    true,
  ]);
  const inDefault = ['--project', 'metronome-local', '--database', '(default)'];
  const done = await typed(migrate, inDefault, {
    ...emulator,
    FIRESTORE_DATABASE: 'records',
    GOOGLE_CLOUD_PROJECT: 'of-the-shell',
  });
  expect([done.code, done.err, await isLacking()]).toEqual([0, '', false]);
  expect(done.out).toMatch(/1 of \d+ records were brought up to date\.\n$/);
});

test('more than a page of records is read page by page, and reported after each', async () => {
  const incidents = firestore().collection(collections.incidents);
  const before = (await incidents.count().get()).data().count;
  const batch = firestore().batch();
  for (let at = before; at < 301; at += 1) {
    batch.create(firestore().doc(`${older.path}-${at}`), older.data);
  }
  await batch.commit();
  const told: Progress[] = [];
  const done = await migrateRecords(firestore(), { isDryRun: true, tell: (progress) => told.push({ ...progress }) });
  expect(told.map(({ total, read }) => [total, read])).toEqual([
    [301, 300],
    [301, 301],
  ]);
  expect(done).toEqual({ total: 301, read: 301, changed: 301 - before });
});
