/** A timer is claimed by one: the faster one has it, also where the answer to the claim was lost. */
import { beforeEach, expect, test } from 'vitest';
import type { Pending } from '../../functions/incidents/facts/decision.ts';
import type { Timer } from '../../functions/incidents/record/records.ts';
import { claim, type DueTimer, newLease } from '../../functions/incidents/record/timers.ts';
import { fromDocument, timerRef } from '../../functions/platform/firestore.ts';
import { useOwnCloud } from '../own-cloud.ts';

const now = new Date('2026-11-24T01:00:00Z');
const faults = useOwnCloud();
beforeEach(() => faults.clear());

const pending: Pending[] = [{ kind: 'incident-filed', key: 'inc_1', since: now }];
let count = 0;
async function dueTimer(): Promise<DueTimer> {
  count += 1;
  const timer: Timer = { id: `tim_${count}`, subject: 'incident', subjectId: 'inc_1', wakeAt: now, pending };
  await timerRef(timer.id).set(timer);
  return { timer, version: await versionOf(timer.id) };
}
async function versionOf(id: string): Promise<DueTimer['version']> {
  const { updateTime } = await timerRef(id).get();
  if (!updateTime) throw new Error('There is no such timer.');
  return updateTime;
}
const read = async (id: string) => fromDocument<Timer>((await timerRef(id).get()).data() ?? {});

test('it leaves the list of what is due for as long as the lease, and keeps what it has to send', async () => {
  const due = await dueTimer();
  const version = await claim(due, now);
  const leasedUntil = new Date('2026-11-24T01:02:00Z');
  expect(await read(due.timer.id)).toMatchObject({ wakeAt: leasedUntil, leasedUntil, pending });
  expect(version).toEqual(await versionOf(due.timer.id));
});

test('what is sent under the claim takes the place of what was there', async () => {
  const due = await dueTimer();
  const outbox: Pending[] = [{ kind: 'update-due', key: 'x', since: now }];
  await claim(due, now, outbox);
  expect((await read(due.timer.id)).pending).toEqual(outbox);
  const again = await dueTimer();
  await claim(again, now, []);
  expect((await read(again.timer.id)).pending).toEqual([]);
});

test('of two who have found it one has it, and what that one wrote stays', async () => {
  const due = await dueTimer();
  const versions = await Promise.all([claim(due, now), claim(due, new Date(now.getTime() + 1_000))]);
  expect(versions.filter((each) => each !== undefined)).toEqual([await versionOf(due.timer.id)]);
});

test('one that is gone is nobody’s, and is not made again', async () => {
  const due = await dueTimer();
  await timerRef(due.timer.id).delete();
  expect(await claim(due, now)).toBeUndefined();
  expect((await timerRef(due.timer.id).get()).exists).toBe(false);
});

test('whose answer was lost is whose it is', async () => {
  const due = await dueTimer();
  faults.add({ target: 'firestore.Commit', effect: 'fail-after', code: 'UNAVAILABLE' });
  expect(await claim(due, now)).toEqual(await versionOf(due.timer.id));
  expect(faults.list()).toEqual([]);
});

test('a store that refuses is no other’s claim: it is said', async () => {
  const due = await dueTimer();
  faults.add({ target: 'firestore.Commit', effect: 'fail', code: 'PERMISSION_DENIED' });
  await expect(claim(due, now)).rejects.toMatchObject({ code: 7 });
});

test('no two leases are by the same hand', () => {
  expect(newLease(now).leasedBy).not.toBe(newLease(now).leasedBy);
});
