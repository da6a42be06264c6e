/** Timers that are due: how one is claimed, and who looks at what it is about. */
import type { Timestamp } from '@google-cloud/firestore';
import { attemptId } from '../platform/attempt-id.ts';
import { grpcCodeOf, timerRef } from '../platform/firestore.ts';
import { milliseconds, policy } from '../policy.ts';
import type { Pending } from './decision.ts';
import type { Timer } from './records.ts';

/** A timer whose time has come, in the version in which it was found. */
export interface DueTimer {
  timer: Timer;
  version: Timestamp;
}

export type Lease = { wakeAt: Date; leasedUntil: Date; leasedBy: string };

/** A timer that is taken moves ahead, so that it leaves the list of what is due; after a crash it is due again then. */
export function newLease(now: Date): Lease {
  const leasedUntil = new Date(now.getTime() + milliseconds(policy.notices.leaseFor));
  return { wakeAt: leasedUntil, leasedUntil, leasedBy: attemptId() };
}

/**
 * @param outbox what is sent under this claim, in place of what the timer held: committed here, and sent after it
 * @returns the timer's version from here on; undefined where somebody else was faster
 */
export async function claim(
  { timer, version }: DueTimer,
  now: Date,
  outbox?: readonly Pending[],
): Promise<Timestamp | undefined> {
  const lease = newLease(now);
  const ref = timerRef(timer.id);
  try {
    const taken = { ...lease, ...(outbox ? { pending: outbox } : {}) };
    const { writeTime } = await ref.update(taken, { lastUpdateTime: version });
    return writeTime;
  } catch (error) {
    const code = grpcCodeOf(error);
    if (code !== 'FAILED_PRECONDITION' && code !== 'NOT_FOUND' && code !== 'ABORTED') throw error;
  }
  // Where the answer to our own claim was lost, the client's second try is refused by what the first one wrote.
  const current = await ref.get();
  return current.get('leasedBy') === lease.leasedBy ? current.updateTime : undefined;
}
