/** A drill as it is started and looked at, in the store itself: what is kept of it, its bounds, and what it files when. */
import { beforeEach, describe, expect, test } from 'vitest';
import { lookAtDrill } from '../../functions/drills/look-at-drill.ts';
import { lookAtDrillRhythm } from '../../functions/drills/look-at-rhythm.ts';
import { type DrillRequest, endDrill, startDrill } from '../../functions/drills/start-drill.ts';
import { type Drill, drillRef, readDrill, readNextDrill, shownDrill } from '../../functions/incidents/drills/drill.ts';
import type { Timer } from '../../functions/incidents/record/records.ts';
import { theOthersId } from '../../functions/incidents/rhythm/contact.ts';
import {
  collections,
  firestore,
  fromDocument,
  incidentRef,
  signalRef,
  timerRef,
} from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { loadDrillReport } from '../../functions/postmortems/drill-report.ts';
import { watchDrills } from '../../functions/postmortems/weekly-tick.ts';
import { signalWith } from '../incidents/signals.ts';
import { emptyStore, useOwnCloud } from '../own-cloud.ts';
import { incident } from '../postmortems/facts.ts';

const faults = useOwnCloud();
beforeEach(() => {
  faults.clear();
  return emptyStore();
});

const firstAt = new Date('2026-11-02T01:00:00Z');
const now = new Date('2026-11-24T05:00:00Z');
const minutes = (from: Date, count: number): Date => new Date(from.getTime() + count * 60_000);
const from = `inc_${'a'.repeat(24)}`;

const nameOf = (report: number): string => `sig_${String(9_999 - report)}`;

/** An incident with as many reports, a minute apart; what they are called says nothing of their order. */
async function original(count: number): Promise<void> {
  await incidentRef(from).set(incident({ id: from, filedAt: firstAt }));
  for (let begin = 0; begin < count; begin += 400) {
    const batch = firestore().batch();
    for (let index = begin; index < Math.min(count, begin + 400); index += 1) {
      const id = nameOf(index);
      const report = {
        id,
        tool: 'zendesk',
        sourceId: `T-${index}`,
        title: `会計できない ${index}`,
        ongoing: 'yes',
      } as const;
      batch.set(signalRef(id), { ...signalWith({ receivedAt: minutes(firstAt, index), ...report }), incidentId: from });
    }
    await batch.commit();
  }
}
const start = (request: Partial<DrillRequest> = {}, key?: string): Promise<Drill> =>
  startDrill({ from, speed: 1, times: 1, ...request }, { actor: 'sato', now, idempotencyKey: key });
const read = async (id: string): Promise<Drill> => fromDocument((await drillRef(id).get()).data());
async function look(id: string, at: Date): Promise<void> {
  const found = await timerRef(id).get();
  if (!found.updateTime) throw new Error('There is no timer.');
  await lookAtDrill({ timer: fromDocument<Timer>(found.data()), version: found.updateTime }, at);
}
const wakesAt = async (id: string): Promise<Date | undefined> => (await timerRef(id).get()).get('wakeAt')?.toDate();
const filed = async (): Promise<number> =>
  (await firestore().collection(collections.incidents).where('isDrill', '==', true).count().get()).data().count;

describe('as it is started', () => {
  test('what it replays is settled, and it is due at once', async () => {
    await original(3);
    const drill = await start({ speed: 2, times: 4 });
    expect(await read(drill.id)).toEqual({
      id: expect.stringMatching(/^drl_[\da-f]{24}$/),
      from,
      speed: 2,
      times: 4,
      startedAt: now,
      startedBy: 'sato',
      replays: [0, 1, 2].map(nameOf),
      firstAt,
      passed: 0,
      total: 12,
      next: 0,
      state: 'running',
    });
    expect(fromDocument((await timerRef(drill.id).get()).data())).toEqual({
      id: drill.id,
      subject: 'drill',
      subjectId: drill.id,
      wakeAt: new Date(0),
      pending: [],
    });
    expect(shownDrill(await readDrill(drill.id))).toEqual({
      id: drill.id,
      from,
      speed: 2,
      times: 4,
      startedAt: now,
      startedBy: 'sato',
      total: 12,
      next: 0,
      state: 'running',
      stoppedBecause: null,
    });
    await expect(readDrill('drl_x/y')).rejects.toMatchObject({ status: 404 });
  });

  test('words to hide are kept while it runs, shown to nobody, and gone when it has ended, however it ends', async () => {
    await original(1);
    const all = await Promise.all([1, 2].map(() => start({ strike: ['田中', ' 4821 ', 'x', ''] })));
    const [done, ended] = all.map(({ id }) => id) as [string, string];
    for (const id of [done, ended]) expect((await read(id)).strike).toEqual(['田中', '4821']);
    expect(JSON.stringify(shownDrill(await read(done)))).not.toContain('4821');
    await look(done, now);
    await endDrill(ended);
    for (const [id, state] of [
      [done, 'done'],
      [ended, 'stopped'],
    ] as const) {
      const drill = await read(id);
      expect([drill.state, 'strike' in drill]).toEqual([state, false]);
    }
  });

  test.each<[Partial<DrillRequest>, boolean]>([
    [{ speed: 0.1 }, true],
    [{ speed: 0.09 }, false],
    [{ speed: 1_000 }, true],
    [{ speed: 1_000.1 }, false],
    [{ times: 50 }, true],
    [{ times: 51 }, false],
    [{ times: 0 }, false],
    [{ times: 1.5 }, false],
  ])('%j: %s', async (request, isTaken) => {
    await original(1);
    const started = start(request);
    if (isTaken) await expect(started).resolves.toMatchObject(request);
    else await expect(started).rejects.toMatchObject({ status: 422, errors: [{ path: Object.keys(request)[0] }] });
  });

  test('it is of no more than 2,000 reports, and of some', async () => {
    await original(41);
    await expect(start({ times: 49 })).rejects.toMatchObject({ status: 422 });
    await expect(start({ times: 48 })).resolves.toMatchObject({ total: 1_968 });
    await emptyStore();
    await original(40);
    await expect(start({ times: 50 })).resolves.toMatchObject({ total: 2_000 });
    await emptyStore();
    await original(0);
    await expect(start()).rejects.toMatchObject({ status: 422 });
    await incidentRef(from).set(incident({ id: from, filedAt: firstAt, kind: 'question' }));
    await expect(start()).rejects.toMatchObject({ status: 409 });
    await expect(start({ from: 'inc_x' })).rejects.toMatchObject({ status: 404 });
  });

  test('it replays the first 500 of a storm', async () => {
    await original(501);
    const { replays } = await start();
    expect(replays).toEqual(Array.from({ length: 500 }, (_, report) => nameOf(report)));
  });

  test('two at once under one key are one drill', async () => {
    await original(1);
    const [one, other] = await Promise.all([start({}, 'k-1'), start({}, 'k-1')]);
    expect(other).toEqual(one);
    expect((await firestore().collection(collections.drills).get()).size).toBe(1);
    expect((await start()).id).not.toBe((await start()).id);
  });

  test('is said where the store refuses it', async () => {
    await original(1);
    faults.add({ target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED' });
    await expect(start()).rejects.toMatchObject({ code: 7 });
  });
});

describe('as it is looked at', () => {
  test('it begins with the first look, files what is due by then, and waits for the next', async () => {
    await original(3);
    const { id } = await start({ speed: 2 });
    const at = minutes(now, 7);
    await look(id, at);
    expect(await read(id)).toMatchObject({ startedAt: at, hasBegun: true, passed: 1, next: 1, state: 'running' });
    expect([await filed(), await wakesAt(id)]).toEqual([1, minutes(at, 0.5)]);
    await look(id, new Date(minutes(at, 0.5).getTime() - 1));
    expect([await filed(), await wakesAt(id)]).toEqual([1, minutes(at, 0.5)]);
    await look(id, minutes(at, 1));
    expect(await read(id)).toMatchObject({ startedAt: at, passed: 3, next: 3, state: 'done' });
    expect([await filed(), await wakesAt(id)]).toEqual([3, undefined]);
  });

  test('it files a hundred at once, the copies of one report together, and continues with the next look', async () => {
    await original(3);
    const { id } = await start({ speed: 1_000, times: 50 });
    const at = minutes(now, 60);
    await drillRef(id).update({ hasBegun: true });
    await look(id, at);
    expect(await read(id)).toMatchObject({ passed: 2, next: 100, state: 'running' });
    expect([await filed(), await wakesAt(id)]).toEqual([100, at]);
    await look(id, at);
    expect(await read(id)).toMatchObject({ passed: 3, next: 150, state: 'done' });
    expect([await filed(), await wakesAt(id)]).toEqual([150, undefined]);
  });

  test('one that hung until another had gone on keeps nothing of its own', async () => {
    await original(3);
    const { id } = await start();
    // The timer is read, and the drill, and then what it replays.
    const held = faults.hold({ target: 'firestore.BatchGetDocuments', skip: 2 });
    const looking = look(id, now);
    await held.met();
    await drillRef(id).update({ passed: 2, next: 2 });
    held.letGo();
    await expect(looking).rejects.toMatchObject({ code: 9 });
    expect(await read(id)).toMatchObject({ passed: 2, next: 2, state: 'running' });
  });

  test('one that another holds, or that has ended, files nothing', async () => {
    await original(1);
    const { id } = await start();
    const found = await timerRef(id).get();
    const due = { timer: fromDocument<Timer>(found.data()), version: found.updateTime as never };
    await timerRef(id).update({ leasedBy: 'another' });
    await lookAtDrill(due, now);
    expect([await filed(), await wakesAt(id)]).toEqual([0, new Date(0)]);
    await drillRef(id).update({ state: 'stopped' });
    await look(id, now);
    expect([await filed(), await wakesAt(id)]).toEqual([0, undefined]);
  });
});

test('its report has what it filed, also once the incident that it replays is gone', async () => {
  await original(1);
  const { id } = await start();
  await look(id, now);
  const { comparison: beside } = await loadDrillReport(id, policy, now);
  await incidentRef(from).delete();
  const { original: gone, comparison } = await loadDrillReport(id, policy, now);
  expect(gone).toBeNull();
  expect(comparison).toEqual(beside.map((each) => ({ ...each, original: null })));
  expect(comparison.length).toBeGreaterThan(0);
});

test('its report names the customers of its slots, as the weekly postmortem does', async () => {
  await original(1);
  const { id } = await start();
  await incidentRef(from).update({ slots: { met: 0, late: 0, missed: 3, notReminded: 0 } });
  const contacts = [
    { id: 'con_1', customers: [{ id: 's-1', name: '本店' }] },
    { id: 'con_2', name: 'チェーン', customers: [{ id: 's-2' }, { id: 's-3' }] },
    { id: theOthersId, isTheOthers: true, customers: [] },
  ];
  for (const contact of contacts)
    await incidentRef(from)
      .collection(collections.contacts)
      .doc(contact.id)
      .set({ ...contact, pastSlots: [{ dueAt: firstAt, outcome: 'missed' }] });
  const report = await loadDrillReport(id, policy, now);
  const told = report.original?.checkpoints.find((each) => each.id === 'customers-updated');
  expect(told?.facts.missedFor).toEqual(['others', 'チェーン', '本店']);
});

test('the next one is due from the last drill that was filed, else from the first incident', async () => {
  const put = (id: string, filedAt: Date, more: object = {}) => incidentRef(id).set(incident({ id, filedAt, ...more }));
  expect(await readNextDrill(now, policy)).toBeNull();
  await put('inc_q', minutes(firstAt, -9), { kind: 'question' });
  await put('inc_2', minutes(firstAt, 5));
  await put('inc_1', firstAt);
  const days = 24 * 60;
  expect(await readNextDrill(now, policy)).toEqual({
    dueAt: minutes(firstAt, 30 * days),
    basis: 'first-incident',
    lastAt: null,
  });
  expect(await readNextDrill(firstAt, policy)).toBeNull();
  await put('inc_d1', minutes(firstAt, 10), { isDrill: true });
  await put('inc_d2', minutes(firstAt, 20), { isDrill: true });
  const lastAt = minutes(firstAt, 20);
  expect(await readNextDrill(now, policy)).toEqual({ dueAt: minutes(lastAt, 30 * days), basis: 'last-drill', lastAt });
  expect((await readNextDrill(lastAt, policy))?.lastAt).toEqual(minutes(firstAt, 10));
});

test('the rhythm is looked at from when there is an incident, and when it is to be is said once', async () => {
  const rhythm = async () => {
    const [found] = (await firestore().collection(collections.timers).get()).docs;
    return found && { timer: fromDocument<Timer>(found.data()), version: found.updateTime };
  };
  const lookNow = async () => lookAtDrillRhythm((await rhythm()) as never, now);
  await watchDrills(now);
  await lookNow();
  expect(await rhythm()).toBeUndefined();
  await incidentRef('inc_1').set(incident({ id: 'inc_1', filedAt: minutes(now, -1) }));
  await watchDrills(now);
  await lookNow();
  const wakeAt = minutes(now, 30 * 24 * 60 - 1);
  await watchDrills(minutes(now, 1));
  expect((await rhythm())?.timer).toMatchObject({ subject: 'drill-rhythm', wakeAt, leasedBy: null });
});
