/**
 * The minute tick: finds the timers that are due and looks at each. With nothing due it costs one query; its work
 * grows with what is due, is bounded, and what is left is the next tick's.
 *
 * Claim, load, decide, publish, record. The claim is a lease: whoever dies with it leaves the timer due again when it
 * runs out. The rest is one transaction, so that an update recorded a moment before wins over the notice, and a
 * notice published by somebody who then died is published again under the same id.
 */

import type { QueryDocumentSnapshot, Timestamp } from '@google-cloud/firestore';
import type { CloudEvent } from '@google-cloud/functions-framework';
import type { Timer } from '../incidents/records.ts';
import { now } from '../platform/clock.ts';
import { collections, firestore, fromDocument, grpcCodeOf, timerRef } from '../platform/firestore.ts';
import { attemptId } from '../platform/ids.ts';
import { errorFacts, log, withTrace } from '../platform/log.ts';
import { readMessage, withMessageTrace } from '../platform/message.ts';
import { milliseconds, policy } from '../policy.ts';
import { lookAtIncident } from './look.ts';
import { timerHooks } from './timer-hooks.ts';

const pageSize = 100;
/** Timers looked at in one tick, and how long it goes on taking more: well within the push's deadline. */
const mostTimers = 1_000;
const takeMoreForMs = 30_000;
const atOnce = 16;

export async function minuteTick(event: CloudEvent<unknown>): Promise<void> {
  await withMessageTrace(readMessage(event), tick);
}

async function tick(): Promise<void> {
  const startedAt = performance.now();
  const at = now();
  let looked = 0;
  let failed = 0;
  let last: QueryDocumentSnapshot | undefined;
  while (looked < mostTimers && performance.now() - startedAt < takeMoreForMs) {
    const due = firestore().collection(collections.timers).where('wakeAt', '<=', at).orderBy('wakeAt').limit(pageSize);
    const page = await (last ? due.startAfter(last) : due).get();
    failed += await lookAtAll(page.docs, at);
    looked += page.size;
    last = page.docs.at(-1);
    if (page.size < pageSize) break;
  }
  if (looked > 0) log('INFO', 'minute tick', { looked, failed });
  // Each failed timer stays due by itself; a retry of the whole tick would only look at those that are fine again.
}

/** @returns how many failed */
async function lookAtAll(documents: QueryDocumentSnapshot[], at: Date): Promise<number> {
  const waiting = [...documents];
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let document = waiting.shift(); document; document = waiting.shift()) {
      try {
        await lookAt(document, at);
      } catch (error) {
        failed += 1;
        log('ERROR', 'a timer could not be looked at; it is tried again', {
          timerId: document.id,
          ...errorFacts(error),
        });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, work));
  return failed;
}

async function lookAt(document: QueryDocumentSnapshot, at: Date): Promise<void> {
  const timer = fromDocument<Timer>(document.data());
  const claimedAt = await claim(document, at);
  if (!claimedAt) return;
  const { subject } = timer;
  await withTrace(timer.traceId, () =>
    subject === 'incident' ? lookAtIncident(timer, claimedAt, policy, at) : timerHooks[subject](timer, at),
  );
}

/**
 * Leases the timer by moving it ahead, so that it leaves the list of what is due.
 * @returns the timer's version from here on; undefined where somebody else was faster
 */
async function claim(document: QueryDocumentSnapshot, at: Date): Promise<Timestamp | undefined> {
  const leasedUntil = new Date(at.getTime() + milliseconds(policy.notices.leaseFor));
  const lease = { wakeAt: leasedUntil, leasedUntil, leasedBy: attemptId() } satisfies Partial<Timer>;
  try {
    const { writeTime } = await timerRef(document.id).update(lease, { lastUpdateTime: document.updateTime });
    return writeTime;
  } catch (error) {
    const code = grpcCodeOf(error);
    if (code !== 'FAILED_PRECONDITION' && code !== 'NOT_FOUND' && code !== 'ABORTED') throw error;
  }
  // Where the answer to our own claim was lost, the client's second try is refused by what the first one wrote.
  const current = await timerRef(document.id).get();
  return current.get('leasedBy') === lease.leasedBy ? current.updateTime : undefined;
}
