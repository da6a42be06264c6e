/** While the timer of an action or of a bundle is looked at, others write to it: that is not undone. */
import { afterEach, expect, test } from 'vitest';
import type { Timer } from '../../functions/incidents/record/records.ts';
import { fromDocument, timerRef } from '../../functions/platform/firestore.ts';
import { policy } from '../../functions/policy.ts';
import { assemble, hold } from '../../functions/postmortems/assemble.ts';
import { lookAtAction, lookAtBundle } from '../../functions/postmortems/look.ts';
import { readWeek, type Week } from '../../functions/postmortems/week.ts';
import { useScenario } from './house.ts';

const scenario = useScenario('2026-11-24T01:02:00.000Z');
afterEach(() => scenario.house.cloud.faults.clear());

const propose = async (): Promise<string> =>
  (await scenario.post('/api/actions', { description: '決済の監視を足す', kind: 'detect' })).body.id;
const read = async (id: string): Promise<Timer> => fromDocument((await timerRef(id).get()).data());

/** Looks at an action, and does `meanwhile` when the timer is claimed and not yet settled. */
async function look(id: string, meanwhile: () => Promise<unknown>): Promise<void> {
  const found = await timerRef(id).get();
  if (!found.updateTime) throw new Error('It has no timer.');
  // The action is read first, and after the claim the timer.
  const held = scenario.house.cloud.faults.hold({ target: 'firestore.BatchGetDocuments', skip: 1 });
  const due = { timer: fromDocument<Timer>(found.data()), version: found.updateTime };
  const looking = lookAtAction(due, new Date('2026-11-24T01:05:00Z'));
  await held.met();
  await meanwhile();
  held.letGo();
  await looking;
}

test('a look at what is not due leaves it to sleep until it is', async () => {
  const id = await propose();
  const before = await read(id);
  await look(id, async () => undefined);
  expect(await read(id)).toMatchObject({ wakeAt: before.wakeAt, pending: [], leasedUntil: null, leasedBy: null });
});

test('a date that is given meanwhile is the one that it wakes for', async () => {
  const id = await propose();
  await look(id, () => scenario.patch(`/api/actions/${id}`, { dueAt: '2026-12-20T00:00:00Z' }));
  // Three days before.
  expect((await read(id)).wakeAt).toEqual(new Date('2026-12-17T00:00:00Z'));
});

test('what is to be sent since then stays to be sent, and is looked at again when the claim ends', async () => {
  const id = await propose();
  const pending = [{ kind: 'action-due', key: 'since' }];
  await look(id, () => timerRef(id).update({ pending }));
  const { wakeAt, ...rest } = await read(id);
  expect(rest).toMatchObject({ pending, leasedUntil: null, leasedBy: null });
  expect(wakeAt.getTime()).toBeLessThan(new Date('2026-11-24T02:00:00Z').getTime());
});

test('a timer that is taken away meanwhile stays away', async () => {
  const id = await propose();
  await look(id, () => scenario.patch(`/api/actions/${id}`, { status: 'dropped', droppedReason: 'x' }));
  expect((await timerRef(id).get()).exists).toBe(false);
});

test('that a bundle is ready is said of a draft, and not of one that was held meanwhile', async () => {
  const now = new Date('2026-11-24T01:10:00Z');
  for (const [id, isHeld] of [
    ['2026-W45', true],
    ['2026-W46', false],
  ] as const) {
    const week = readWeek(id, policy.zone) as Week;
    await assemble(week, { policy, now, isAnnounced: true });
    const timer = await read(`bundle_${id}`);
    if (isHeld) await hold(week, { actor: 'ann', policy, now });
    // It was read before the hold took it away.
    await timerRef(timer.id).set(timer);
    const { updateTime } = await timerRef(timer.id).get();
    if (updateTime) await lookAtBundle({ timer, version: updateTime }, now);
  }
  expect((await timerRef('bundle_2026-W45').get()).exists).toBe(false);
  // What was said is off the timer, which sleeps until it is told again that nobody has held the bundle.
  expect(await read('bundle_2026-W46')).toMatchObject({ pending: [], wakeAt: new Date('2026-11-29T15:00:00Z') });
  await scenario.advance('PT1M');
  const ready = (await scenario.inbox()).filter(({ kind }) => kind === 'bundle-ready');
  expect(ready.map(({ text }) => /W\d\d/.exec(text)?.[0])).toEqual(['W46']);
});
