/** Emergencies by several reports of one area, as the store has them: how far around which of them it looks. */
import fc from 'fast-check';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { beginByReports, endWithReport } from '../../functions/incidents/emergency/area-reports.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { useClock } from '../../functions/platform/clock.ts';
import { collections, fromDocument, incidentRef, timerRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { runs } from '../fuzz/runs.ts';
import { emptyStore, useOwnCloud } from '../own-cloud.ts';
import { incident } from '../postmortems/facts.ts';

useOwnCloud();
const from = Date.parse('2026-11-24T01:00:00Z');
const now = new Date('2026-11-24T01:30:00Z');
useClock(() => now.getTime());
afterAll(() => useClock(Date.now));
beforeEach(emptyStore);

const context = { actor: 'rule', now, policy };
const read = async (id: string): Promise<Incident> => fromDocument((await incidentRef(id).get()).data());
/** A report of the till, so many seconds after the first of them. */
async function report(id: string, seconds: number, customer = id, stated: Partial<Incident> = {}): Promise<string> {
  const reportedAt = new Date(from + seconds * 1_000);
  const facts = {
    id,
    filedAt: reportedAt,
    occurredAt: reportedAt,
    ongoing: 'yes',
    reporter: { id: customer },
  } as const;
  const affectedCustomers = [{ id: customer }];
  const impact = { businessImpact: 'stopped' } as const;
  const origin = { tool: 'generic', id, area: 'till' } as const;
  await incidentRef(id).set(incident({ ...facts, affectedCustomers, impact, origin, ...stated }));
  return id;
}
const begins = async (id: string): Promise<boolean> => (await beginByReports(await read(id), context)) !== undefined;
const ends = async (id: string): Promise<boolean> => endWithReport(await read(id), context);
const isGoingOn = async (id: string): Promise<boolean | undefined> => {
  const { emergency } = await read(id);
  return emergency && emergency.endedAt === null;
};
/** From here on it has a workaround. */
const correct = (id: string): Promise<unknown> => incidentRef(id).update({ 'impact.businessImpact': 'degraded' });

test('three make one, also where the last of them reports again and again; it is the newest’s, and begins once', async () => {
  const ids = [await report('inc_0', 0), await report('inc_1', 60)];
  for (let n = 2; n < 8; n += 1) ids.push(await report(`inc_${n}`, n * 60, 'mall'));
  expect([await begins('inc_0'), await begins('inc_1')]).toEqual([true, false]);
  const going = await Promise.all(ids.map(isGoingOn));
  expect(going).toEqual([...Array(7).fill(undefined), true]);
  expect((await read('inc_7')).emergency).toMatchObject({ rule: 'several-reports-of-one-area', since: now });
});

test.each<[what: string, stated: Partial<Incident>]>([
  ['of a drill', { isDrill: true }],
  ['of another area', { origin: { tool: 'generic', id: 'x', area: 'menu' } }],
  ['with a workaround', { impact: { businessImpact: 'degraded' } }],
  ['a second too early', { reportedAt: new Date(from - 1_000) }],
])('two and one %s make none', async (_, stated) => {
  await report('inc_0', 0, 'inc_0', stated);
  await report('inc_1', 60);
  await report('inc_2', 900);
  expect(await begins('inc_2')).toBe(false);
  expect(await isGoingOn('inc_2')).toBeUndefined();
});

test.each<[what: string, meanwhile: (id: string) => Promise<unknown>, goesOn: true | undefined]>([
  ['has a workaround', correct, undefined],
  ['has become one', begins, true],
])(
  'the newest that %s by the time at which that is recorded does not become one by others',
  async (_, meanwhile, goesOn) => {
    for (const [n, seconds] of [0, 60, 120].entries()) await report(`inc_${n}`, seconds);
    const seen = await read('inc_2');
    await meanwhile('inc_2');
    expect([(await beginByReports(seen, context)) !== undefined, await isGoingOn('inc_2')]).toEqual([false, goesOn]);
  },
);

test('those that are left are counted around the emergency, also where one of them is long after the first', async () => {
  for (const [n, seconds] of [0, 420, 840].entries()) await report(`inc_${n}`, seconds);
  expect(await begins('inc_0')).toBe(true);
  await report('inc_3', 1_000);
  await correct('inc_0');
  // Of the second, the third and the fourth there are three.
  expect([await ends('inc_0'), await isGoingOn('inc_2')]).toEqual([false, true]);
  await correct('inc_1');
  expect([await ends('inc_1'), await isGoingOn('inc_2')]).toEqual([false, false]);
});

test('one that ends itself says so: its report turns out to be of a customer who has reported already', async () => {
  for (const [n, seconds] of [0, 60, 120].entries()) await report(`inc_${n}`, seconds);
  expect(await begins('inc_2')).toBe(true);
  await incidentRef('inc_2').update({ reporter: { id: 'inc_1' }, affectedCustomers: [{ id: 'inc_1' }] });
  expect([await ends('inc_2'), await isGoingOn('inc_2')]).toEqual([true, false]);
  // It is over, and ends once.
  expect(await ends('inc_2')).toBe(false);
});

test('one area has one running emergency, however long its reports continue, and another once that is over', async () => {
  const minutes = [0, 5, 10, 26, 30, 34, 50, 54, 58];
  for (const [n, minute] of minutes.entries()) await begins(await report(`inc_${n}`, minute * 60));
  const going = await Promise.all(minutes.map((_, n) => isGoingOn(`inc_${n}`)));
  expect(going).toEqual(minutes.map((minute) => (minute === 10 ? true : undefined)));
  // Those that came later support it.
  const incidents = minutes.map((_, n) => `inc_${n}`);
  expect((await read('inc_2')).emergency).toMatchObject({ incidents, customers: minutes.length });
  await incidentRef('inc_2').update({ 'emergency.endedAt': now, status: 'recovered' });
  expect(await begins('inc_8')).toBe(true);
});

/** Other calls come in between: so many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('of reports that are filed and looked at while others are, one makes the emergency', async () => {
  const histories = fc.array(fc.nat(12), { minLength: 4, maxLength: 7 });
  let rounds = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (waits) => {
      rounds += 1;
      const area = `area-${rounds}`;
      const origin = { tool: 'generic', id: area, area } as const;
      const ids = waits.map((_, n) => `inc_${area}_${n}`);
      await Promise.all(
        ids.map(async (id, n) => {
          await turns((waits[n] ?? 0) * 5);
          await report(id, n * 60, id, { origin });
          await begins(id);
        }),
      );
      const going = await Promise.all(ids.map(isGoingOn));
      expect(going.filter(Boolean)).toHaveLength(1);
      const timelines = await Promise.all(ids.map((id) => incidentRef(id).collection(collections.timeline).get()));
      const types = timelines.flatMap(({ docs }) => docs.map((each) => each.get('type')));
      expect(types.filter((type) => type === 'emergency-begun')).toHaveLength(1);
      const timers = await Promise.all(ids.map((id) => timerRef(id).get()));
      const pending = timers.flatMap((each) => (each.get('pending') as { kind: string }[] | undefined) ?? []);
      const kinds = pending.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'emergency-begun')).toHaveLength(1);
      expect(kinds.filter((kind) => kind === 'role-due')).toHaveLength(policy.emergency.askRolesTimes);
    }),
    runs(2),
  );
});

test('one is not ended by a report that is corrected while another one comes in its place', async () => {
  for (let round = 0; round < 6; round += 1) {
    await emptyStore();
    for (const [n, seconds] of [0, 60, 120].entries()) await report(`inc_${n}`, seconds);
    expect(await begins('inc_0')).toBe(true);
    const replaced = async (): Promise<void> => {
      await turns(round * 6);
      await report('inc_3', 180);
      await begins('inc_3');
    };
    await Promise.all([correct('inc_0').then(() => ends('inc_0')), replaced()]);
    // Whether the first continued or ended before the other began, there is one emergency.
    const going = await Promise.all(['inc_2', 'inc_3'].map(isGoingOn));
    expect(going.filter(Boolean)).toHaveLength(1);
  }
});
