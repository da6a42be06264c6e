/** Due timers: how a worker claims one, and which module processes it. */
import { randomUUID } from 'node:crypto';
import { FieldValue, type Timestamp } from '@google-cloud/firestore';
import { dataOf, hasGrpcCode, timerRef, unlessRefused } from '../../platform/firestore.ts';
import { errorFacts, log } from '../../platform/log.ts';
import { milliseconds, policy } from '../../policy.ts';
import { isGoingOn } from '../emergency/emergency.ts';
import type { Pending } from '../facts/decision.ts';
import { type Incident, optional } from '../incident.ts';
import { isUrgentRhythm } from '../rhythm/cadence.ts';
import type { Timer } from './records.ts';

/** A due timer, in the version found. */
export interface DueTimer {
  timer: Timer;
  version: Timestamp;
}

/** The order of processing if more is due than one page; timers without a lane come last. */
export const lanes = [1, 2] as const;

export const placeOf = ({ lane }: Pick<Timer, 'lane'>): number => lane ?? lanes.length + 1;

/** What is to be told or sent goes before deadlines, and the urgent before the calm. */
export function laneOf(incident: Incident, pending: readonly Pending[]): NonNullable<Timer['lane']> | null {
  const isUrgent = incident.urgency.level === 'high' || isGoingOn(incident.emergency);
  if (pending.length > 0) return isUrgent ? 1 : 2;
  return isUrgentRhythm(incident) ? 2 : null;
}

export type Lease = { wakeAt: Date; leasedUntil: Date; leasedBy: string };

export const free = { leasedUntil: null, leasedBy: null };

/** A leased timer is moved to the end of its lease, so that no other worker finds it due. After a crash it is due again then. */
export function newLease(now: Date): Lease {
  const leasedUntil = new Date(now.getTime() + milliseconds(policy.notices.leaseFor));
  return { wakeAt: leasedUntil, leasedUntil, leasedBy: randomUUID() };
}

/**
 * @param outbox what is sent under this claim, in place of what the timer held: committed here, and sent after it
 * @returns the timer's version from here on; undefined if somebody else was faster
 */
export async function claim(
  { timer, version }: DueTimer,
  now: Date,
  outbox?: readonly Pending[],
): Promise<Timestamp | undefined> {
  const lease = newLease(now);
  const ref = timerRef(timer.id);
  const write = ref.update({ ...lease, ...optional('pending', outbox) }, { lastUpdateTime: version });
  const claimed = await unlessRefused(write, 'FAILED_PRECONDITION', 'NOT_FOUND', 'ABORTED');
  if (claimed) return claimed.writeTime;
  // If the answer to our claim was lost, the client's retry is refused because of the first write.
  const current = await ref.get();
  return current.get('leasedBy') === lease.leasedBy ? current.updateTime : undefined;
}

/** A failed timer is due again a minute later, then after two, four and so on: many broken ones starve nobody. */
const firstRetryMs = 60_000;

/** Puts off a timer that failed; one that was woken since keeps its time. @returns false if it stays due */
export async function backOff({ timer, version }: DueTimer, now: Date): Promise<boolean> {
  const failures = (timer.failures ?? 0) + 1;
  const waitMs = Math.min(firstRetryMs * 2 ** (failures - 1), milliseconds(policy.notices.backOffUpTo));
  const wakeAt = new Date(now.getTime() + waitMs);
  const ref = timerRef(timer.id);
  try {
    const document = await ref.get();
    const { updateTime } = document;
    const known = dataOf<Timer>(document);
    if (!known || !updateTime) return true;
    const isLeased = known.leasedUntil?.getTime() === known.wakeAt.getTime();
    if (!isLeased && !updateTime.isEqual(version)) return true;
    const failing = { failures, failingSince: timer.failingSince ?? timer.wakeAt };
    await ref.update({ ...failing, wakeAt, ...free }, { lastUpdateTime: updateTime });
    return true;
  } catch (error) {
    if (hasGrpcCode(error, 'FAILED_PRECONDITION', 'NOT_FOUND')) return true;
    log('ERROR', 'a timer that failed could not be put off', { timerId: timer.id, ...errorFacts(error) });
    return false;
  }
}

/** The next failure is its first again. */
export async function hasRecovered({ timer }: DueTimer): Promise<void> {
  if (!timer.failures) return;
  const none = { failures: FieldValue.delete(), failingSince: FieldValue.delete() };
  await unlessRefused(timerRef(timer.id).update(none), 'NOT_FOUND');
}
