/** Records of an older form are read as they are, and one step brings them to the form that is written now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentReference, FieldValue, type Timestamp } from '@google-cloud/firestore';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collections, firestore, incidentRef } from '../../functions/platform/firestore.ts';
import { migrate } from '../../infra/migrate.ts';
import { migrateActions, migrateContacts, migrateRecords, type Progress } from '../../infra/migrate-records.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';
import { fromStored, type StoredDocument } from '../upgrade/stored-form.ts';
import { inOwnProcess, typed } from './command.ts';

const keptIn = join(import.meta.dirname, '../fixtures/stored/0.1.0');
const old: StoredDocument[] = JSON.parse(readFileSync(join(keptIn, 'incidents.json'), 'utf8'));

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T01:00:00Z');
  for (const { path, data } of old) {
    await firestore()
      .doc(path)
      .create(fromStored(data) as Record<string, unknown>);
  }
  await scenario.advance('PT1M');
  await edit(collections.incidents);
});
afterAll(() => scenario.stop());

/** Half of what is there was written again after it was made: its last write is not its first. */
async function edit(collection: string): Promise<void> {
  const { docs } = await firestore().collection(collection).get();
  const edited = docs.filter((_, index) => index % 2 === 0);
  await Promise.all(edited.map((each) => each.ref.update({ title: '書き直した題' })));
  const isLater = (await Promise.all(edited.map((each) => each.ref.get()))).map(
    ({ createTime, updateTime }) => Number(updateTime?.toMillis()) > Number(createTime?.toMillis()),
  );
  expect(new Set(isLater)).toEqual(new Set([true]));
}

const stored = async (): Promise<Map<string, Record<string, unknown>>> =>
  new Map((await firestore().collection(collections.incidents).get()).docs.map((each) => [each.id, each.data()]));
const shown = async () => (await scenario.get('/api/incidents?limit=200')).body.incidents;

test('every record gains what newer versions look for, once, and reads as before', async () => {
  const before = await shown();
  const updateTimes = new Map(
    (await firestore().collection(collections.incidents).get()).docs.map((each) => [each.id, each.updateTime]),
  );
  expect(await migrateRecords(firestore(), { isDryRun: true })).toMatchObject({ changed: old.length });
  for (const document of (await stored()).values()) expect(document.schemaVersion).toBe(1);

  const told: Progress[] = [];
  const done = await migrateRecords(firestore(), { tell: (progress) => told.push({ ...progress }) });
  expect(done).toEqual({ total: old.length, read: old.length, changed: old.length });
  expect(told.at(-1)).toEqual(done);
  for (const [id, document] of await stored()) {
    expect(document.code).toMatch(/^M-[0-9A-HJKMNP-TV-Z]{6}$/);
    expect((document.changedAt as Timestamp).toMillis()).toBe(updateTimes.get(id)?.toMillis());
    const named = (document.affectedCustomers as { id: string }[]).map((each) => each.id);
    expect(document.customerIds).toEqual(expect.arrayContaining(named));
  }
  expect(await shown()).toEqual(before);
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

test('next actions gain when they were last written, once', async () => {
  const kept: StoredDocument[] = JSON.parse(readFileSync(join(keptIn, 'actions.json'), 'utf8'));
  for (const { path, data } of kept) {
    await firestore()
      .doc(path)
      .set(fromStored(data) as Record<string, unknown>);
  }
  await scenario.advance('PT1M');
  await edit(collections.actions);
  const all = firestore().collection(collections.actions);
  const written = new Map((await all.get()).docs.map((each) => [each.id, each.updateTime]));
  expect(await migrateActions(firestore(), { isDryRun: true })).toBe(kept.length);
  expect(await migrateActions(firestore())).toBe(kept.length);
  for (const document of (await all.get()).docs) {
    expect(document.get('changedAt').toMillis()).toBe(written.get(document.id)?.toMillis());
  }
  expect(await migrateActions(firestore())).toBe(0);
});

test('a contact whom an older version let wait gains since when, and the board sorts it by that', async () => {
  const body = { id: 'M-9', subject: '会計できない', ongoing: 'yes', customer: { id: 'store-9' } };
  const { incident } = (await scenario.ticket(body)).body;
  await scenario.advance('PT3H');
  const [found] = (await incidentRef(incident.id).collection(collections.contacts).get()).docs;
  if (!found) throw new Error('It has no contact.');
  const since = found.get('overdueSince');
  expect(since.toMillis()).toBe(Date.parse(incident.filedAt) + 15 * 60_000);
  await found.ref.update({ overdueSince: FieldValue.delete() });
  expect(await migrateContacts(firestore(), { isDryRun: true })).toBe(1);
  expect((await found.ref.get()).get('overdueSince')).toBeUndefined();
  expect(await migrateContacts(firestore())).toBe(1);
  expect((await found.ref.get()).get('overdueSince')).toEqual(since);
  expect(await migrateContacts(firestore())).toBe(0);
});

test('a contact in a drill gains that it is one, and is in no gauge from then on', async () => {
  const body = { id: 'M-10', subject: '会計できない', ongoing: 'yes', customer: { id: 'store-10' }, drill: true };
  const { incident } = (await scenario.ticket(body)).body;
  const overdue = async (): Promise<number> => {
    await scenario.advance('PT5M');
    const { series } = (await scenario.get('/_local/metrics')).body;
    const of = (each: { metric: { type: string } }): boolean => each.metric.type.endsWith('/overdue_contacts');
    return Number(series.find(of).points[0].value.int64Value);
  };
  await scenario.advance('PT1H');
  const before = await overdue();
  const [found] = (await incidentRef(incident.id).collection(collections.contacts).get()).docs;
  await found?.ref.update({ isDrill: FieldValue.delete() });
  expect(await overdue()).toBe(before + 1);
  expect(await migrateContacts(firestore(), { isDryRun: true })).toBe(1);
  expect(await migrateContacts(firestore())).toBe(1);
  expect((await found?.ref.get())?.get('isDrill')).toBe(true);
  expect(await overdue()).toBe(before);
  expect(await migrateContacts(firestore())).toBe(0);
});

test.each<[string, () => Promise<{ ref: DocumentReference; lacks: object }>, () => Promise<number>]>([
  [
    'a record',
    async () => ({
      ref: (await firestore().collection(collections.incidents).limit(1).get()).docs[0]?.ref as DocumentReference,
      lacks: { schemaVersion: 1 },
    }),
    async () => (await migrateRecords(firestore())).changed,
  ],
  [
    'a contact',
    async () => ({
      ref: (await firestore().collectionGroup(collections.contacts).where('overdueSince', '!=', null).get()).docs[0]
        ?.ref as DocumentReference,
      lacks: { overdueSince: FieldValue.delete() },
    }),
    () => migrateContacts(firestore()),
  ],
  [
    'a next action',
    async () => ({
      ref: (await firestore().collection(collections.actions).limit(1).get()).docs[0]?.ref as DocumentReference,
      lacks: { changedAt: FieldValue.delete() },
    }),
    () => migrateActions(firestore()),
  ],
])('%s that is written, or goes, while it is looked at is left as it is then', async (_, find, migrate) => {
  const { ref, lacks } = await find();
  const meanwhile = async (work: () => Promise<unknown>): Promise<number> => {
    const commit = scenario.house.cloud.faults.hold({ target: 'firestore.Commit' });
    const migrating = migrate();
    await commit.met();
    await work();
    commit.letGo();
    return migrating;
  };
  await ref.update(lacks);
  const lacking = (await ref.get()).data();
  expect(await meanwhile(() => ref.update({ note: 'written' }))).toBe(0);
  expect((await ref.get()).data()).toEqual({ ...lacking, note: 'written' });
  // The next run finds it.
  expect(await migrate()).toBe(1);
  const other = ref.parent.doc(`${ref.id}-other`);
  await other.create({ ...lacking });
  expect(await meanwhile(() => other.delete())).toBe(0);
  expect((await other.get()).exists).toBe(false);
});

test('a report that does not say whether it is of a drill is one of the week’s, and one of a drill is not', async () => {
  const reports = async (): Promise<number> => {
    const { body } = await scenario.post('/api/postmortems/2026-W48/assemble', {});
    return body.reports;
  };
  const before = await reports();
  await scenario.ticket({ id: 'M-11', subject: '遅い', ongoing: 'no' });
  await scenario.ticket({ id: 'M-12', subject: '遅い', ongoing: 'no', drill: true });
  expect(await reports()).toBe(before + 1);
  const all = firestore().collection(collections.signals);
  const [own] = (await all.where('sourceId', '==', 'M-11').get()).docs;
  await own?.ref.update({ isDrill: FieldValue.delete() });
  expect(await reports()).toBe(before + 1);
});

test('typed, it counts on a dry run and changes nothing; else it does all three, and says so', async () => {
  const contacts = await firestore().collectionGroup(collections.contacts).where('overdueSince', '!=', null).get();
  const contact = contacts.docs[0]?.ref;
  const action = (await firestore().collection(collections.actions).limit(1).get()).docs[0]?.ref;
  await contact?.update({ overdueSince: FieldValue.delete() });
  await action?.update({ changedAt: FieldValue.delete() });
  const record = incidentRef([...(await stored()).keys()][0] ?? '');
  await record.update({ schemaVersion: 1 });
  const waits = async () =>
    [
      (await record.get()).get('schemaVersion') === 1,
      (await contact?.get())?.get('overdueSince') === undefined,
      (await action?.get())?.get('changedAt') === undefined,
    ].filter(Boolean).length;
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
  expect([planned.code, planned.err, await waits()]).toEqual([0, '', 3]);
  expect(planned.out).toMatch(/^(\d+) of \1 read, 1 to change\n1 of \1 records, 1 contact and 1 next action would be /);
  expect([nowhere.code, nowhere.out, nowhere.err]).toEqual([
    2,
    '',
    expect.stringMatching(/^Set GOOGLE_CLOUD_PROJECT as well: .* Nothing was changed\.\n$/),
  ]);
  expect([silent.code, silent.err]).toEqual([
    2,
    expect.stringMatching(/^Nothing answers at FIRESTORE_EMULATOR_HOST=127\.0\.0\.1:9: .* Nothing was changed\.\n$/),
  ]);
  expect([helped.code, helped.out]).toEqual([0, expect.stringContaining('npm run migrate -- ')]);
  const nothing = '0 of 0 records, 0 contacts and 0 next actions were brought up to date.\n';
  expect([elsewhere.code, elsewhere.out]).toEqual([0, expect.stringContaining(nothing)]);
  await scenario.post('/_local/faults', {
    faults: [{ target: 'firestore.RunAggregationQuery', effect: 'fail', code: 'PERMISSION_DENIED' }],
  });
  const broken = await typed(migrate, [], { ...emulator, ...project });
  scenario.house.cloud.faults.clear();
  expect([broken.code, broken.err, await waits()]).toEqual([
    1,
    expect.stringMatching(/PERMISSION_DENIED.*\nIt was broken off\. Run it again: what is done stays done\.\n$/),
    3,
  ]);
  const inDefault = ['--project', 'metronome-local', '--database', '(default)'];
  const done = await typed(migrate, inDefault, {
    ...emulator,
    FIRESTORE_DATABASE: 'records',
    GOOGLE_CLOUD_PROJECT: 'of-the-shell',
  });
  expect([done.code, done.err, await waits()]).toEqual([0, '', 0]);
  expect(done.out).toMatch(/1 of \d+ records, 1 contact and 1 next action were brought up to date\.\n$/);
});

test('more than a page of records is read page by page, and told of after each', async () => {
  const incidents = firestore().collection(collections.incidents);
  const before = (await incidents.count().get()).data().count;
  const { path, data } = old[0] as StoredDocument;
  const batch = firestore().batch();
  for (let at = before; at < 301; at += 1) {
    batch.create(firestore().doc(`${path}-${at}`), fromStored(data) as Record<string, unknown>);
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

test('contacts past the first page are brought up to date too', async () => {
  const [waits] = (
    await firestore().collectionGroup(collections.contacts).where('overdueSince', '!=', null).limit(1).get()
  ).docs;
  const { overdueSince: _, ...lacking } = waits?.data() ?? {};
  const batch = firestore().batch();
  for (let at = 0; at < 301; at += 1) {
    batch.create(incidentRef(`inc_page-${at}`).collection(collections.contacts).doc('c'), lacking);
  }
  // Whoever is not due waits for nothing, whatever was missed before.
  batch.create(incidentRef('inc_calm').collection(collections.contacts).doc('c'), {
    ...lacking,
    nextUpdateDueAt: null,
  });
  await batch.commit();
  expect(await migrateContacts(firestore(), { isDryRun: true })).toBe(301);
});
