/**
 * The minute tick: finds the timers that are due and looks at each. With nothing due it costs one query; its work
 * grows with what is due, is bounded, and what is left is the next tick's.
 *
 * Whoever looks claims the timer with a lease: if they die with it, the timer is due again when the lease runs out.
 */

import type { QueryDocumentSnapshot } from '@google-cloud/firestore';
import type { CloudEvent } from '@google-cloud/functions-framework';
import type { Timer } from '../incidents/records.ts';
import type { DueTimer } from '../incidents/timers.ts';
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

/** Looks at what is due, and sets when its timer wakes next. */
type Look = (due: DueTimer, now: Date) => Promise<void>;
type Loaded<T> = () => Promise<T>;

/** What the top floor hands the tick, each loaded where it is needed. */
export interface Work {
  looks: Record<Timer['subject'], Loaded<Look>>;
  /** Done before anything that is due is looked at; where nothing is due it is left out. */
  beforeLooks: Loaded<(now: Date) => Promise<void>>[];
  /** Done every minute besides, whatever is due. */
  everyMinute: Loaded<(now: Date) => Promise<void>>[];
}

export const tickWith =
  (work: Work) =>
  (event: CloudEvent<unknown>): Promise<void> =>
    withMessageTrace(readMessage(event), () => tick(work));

async function tick({ looks, beforeLooks, everyMinute }: Work): Promise<void> {
  const startedAt = performance.now();
  const at = now();
  let looked = 0;
  let failed = 0;
  let last: QueryDocumentSnapshot | undefined;
  while (looked < mostTimers && performance.now() - startedAt < takeMoreForMs) {
    const due = firestore().collection(collections.timers).where('wakeAt', '<=', at).orderBy('wakeAt').limit(pageSize);
    const page = await (last ? due.startAfter(last) : due).get();
    if (looked === 0 && page.size > 0) for (const load of beforeLooks) await doBesides(load, at);
    failed += await lookAtAll(page.docs, looks, at);
    looked += page.size;
    last = page.docs.at(-1);
    if (page.size < pageSize) break;
  }
  if (looked > 0) log('INFO', 'minute tick', { looked, failed });
  // Each failed timer stays due by itself; a retry of the whole tick would only look at those that are fine again.
  await keepPolicy(policy, at);
  for (const load of everyMinute) await doBesides(load, at);
}

/** What fails here is done in the next minute; no customer's rhythm waits for it. */
async function doBesides(load: Work['everyMinute'][number], at: Date): Promise<void> {
  try {
    await (await load())(at);
  } catch (error) {
    log('ERROR', 'what is done every minute failed; the next minute does it', errorFacts(error));
  }
}

/** @returns how many failed */
async function lookAtAll(documents: QueryDocumentSnapshot[], looks: Work['looks'], at: Date): Promise<number> {
  const waiting = [...documents];
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let document = waiting.shift(); document; document = waiting.shift()) {
      try {
        await lookAt(document, looks, at);
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

async function lookAt(document: QueryDocumentSnapshot, looks: Work['looks'], at: Date): Promise<void> {
  const timer = fromDocument<Timer>(document.data());
  const look = await looks[timer.subject]();
  await withTrace(timer.traceId, () => look({ timer, version: document.updateTime }, at));
}
