/**
 * The minute tick: finds the timers that are due and looks at each. With nothing due it costs one query; its work
 * grows with what is due, is bounded, and what is left is the next tick's.
 *
 * Whoever looks claims the timer with a lease: if they die with it, the timer is due again when the lease runs out.
 */

import type { QueryDocumentSnapshot } from '@google-cloud/firestore';
import type { CloudEvent } from '@google-cloud/functions-framework';
import type { Timer } from '../incidents/records.ts';
import { beforeLooks, everyMinute, lookFor } from '../incidents/registry.ts';
import { keepPolicy } from '../kept-policies.ts';
import { now } from '../platform/clock.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { errorFacts, log, withTrace } from '../platform/log.ts';
import { readMessage, withMessageTrace } from '../platform/message.ts';
import { policy } from '../policy.ts';

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
    if (looked === 0 && page.size > 0) for (const load of beforeLooks()) await doBesides(load, at);
    failed += await lookAtAll(page.docs, at);
    looked += page.size;
    last = page.docs.at(-1);
    if (page.size < pageSize) break;
  }
  if (looked > 0) log('INFO', 'minute tick', { looked, failed });
  // Each failed timer stays due by itself; a retry of the whole tick would only look at those that are fine again.
  await keepPolicy(policy, at);
  for (const load of everyMinute()) await doBesides(load, at);
}

/** What fails here is done in the next minute; no customer's rhythm waits for it. */
async function doBesides(load: Promise<(now: Date) => Promise<void>>, at: Date): Promise<void> {
  try {
    await (await load)(at);
  } catch (error) {
    log('ERROR', 'what is done every minute failed; the next minute does it', errorFacts(error));
  }
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
  const look = await lookFor(timer.subject);
  await withTrace(timer.traceId, () => look({ timer, version: document.updateTime }, at));
}
