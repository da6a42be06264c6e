/**
 * The minute tick: finds the timers that are due and processes each, lane by lane. With nothing due it costs one query.
 * One invocation does a bounded amount of work; what is left is continued at once by another.
 */
import type { Query, QueryDocumentSnapshot } from '@google-cloud/firestore';
import type { Timer } from '../incidents/record/records.ts';
import { backOff, type DueTimer, hasRecovered, lanes, placeOf } from '../incidents/record/timers.ts';
import { keepPolicy } from '../kept-policies.ts';
import { now } from '../platform/clock.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { errorFacts, log, withTrace } from '../platform/log.ts';
import { mapConcurrently } from '../platform/map-concurrently.ts';
import { messageDoor } from '../platform/message.ts';
import { publish } from '../platform/publish.ts';
import { policy } from '../policy.ts';
import { topics } from '../topology.ts';

const pageSize = 100;
/** Timers processed by one invocation, and how long it takes more: well within the push's deadline. */
const mostTimers = 1_000;
const takeMoreForMs = 30_000;
const atOnce = 16;
/** Past this limit the next scheduled tick continues: no defect can keep invocations going for ever. */
const mostContinuations = 100;

/** Processes what is due, and sets when its timer wakes next. */
type Look = (due: DueTimer, now: Date) => Promise<void>;
type Loaded<T> = () => Promise<T>;

/** Work that the entry point passes to the tick; each module is loaded when it is needed. */
export interface Work {
  looks: Record<Timer['subject'], Loaded<Look>>;
  /** Runs before any due timer; skipped if nothing is due. */
  beforeLooks: Loaded<(now: Date) => Promise<void>>[];
  /** Also runs every minute, whether or not anything is due. */
  everyMinute: Loaded<(now: Date) => Promise<void>>[];
}

export const tickWith = (work: Work) =>
  messageDoor(({ attributes }) => tick(work, Number(attributes.continuation ?? 0)));

async function tick({ looks, beforeLooks, everyMinute }: Work, continuation: number): Promise<void> {
  const at = now();
  const found = new Set<string>();
  let failed = 0;
  let stuck = 0;
  let isMore = false;
  for await (const page of pagesDue()) {
    if (found.size >= mostTimers || now().getTime() - at.getTime() >= takeMoreForMs) {
      isMore = true;
      break;
    }
    if (found.size === 0) for (const load of beforeLooks) await doBesides(load, at);
    const next = page.filter(({ id }) => !found.has(id));
    for (const { id } of next) found.add(id);
    const outcomes = await mapConcurrently(next, atOnce, (each) => lookAt(each, looks, now()));
    failed += outcomes.filter((each) => each !== 'done').length;
    stuck += outcomes.filter((each) => each === 'stuck').length;
  }
  if (found.size > 0) log('INFO', 'minute tick', { looked: found.size, failed, continuation });
  if (isMore && stuck < found.size && continuation < mostContinuations) await goOn(continuation + 1);
  if (continuation > 0) return;
  await keepPolicy(policy, at);
  for (const load of everyMinute) await doBesides(load, at);
}

/** If it fails, the next scheduled tick continues. */
async function goOn(continuation: number): Promise<void> {
  try {
    await publish(topics.minuteTick, Buffer.from('{}'), { attributes: { continuation: String(continuation) } });
  } catch (error) {
    log('ERROR', 'what is left of a minute tick could not be handed on', errorFacts(error));
  }
}

/** A failure here is retried in the next minute; customers' updates do not wait for it. */
async function doBesides(load: Work['everyMinute'][number], at: Date): Promise<void> {
  try {
    await (await load())(at);
  } catch (error) {
    log('ERROR', 'what is done every minute failed; the next minute does it', errorFacts(error));
  }
}

/**
 * Reads due timers one page at a time. If more are due than fit one page, the urgent lanes are asked before each further page,
 * so that a new urgent report does not wait for thousands of calm deadlines.
 */
async function* pagesDue(): AsyncGenerator<QueryDocumentSnapshot[]> {
  const timers = firestore().collection(collections.timers);
  const first = lanes.map((lane) => pager(timers.where('lane', '==', lane)));
  const all = pager(timers);
  let oldest = await all();
  if (oldest.length < pageSize) {
    const place = (each: QueryDocumentSnapshot): number => placeOf(each.data() as Timer);
    if (oldest.length > 0) yield oldest.toSorted((one, other) => place(one) - place(other));
    return;
  }
  while (oldest.length > 0) {
    let urgent: QueryDocumentSnapshot[] = [];
    for (const next of first) if (urgent.length === 0) urgent = await next();
    yield urgent.length > 0 ? urgent : oldest;
    if (urgent.length === 0) oldest = oldest.length < pageSize ? [] : await all();
  }
}

/** @returns a function that gives the next page of timers due by now; a timer that stays due is given once */
function pager(query: Query): () => Promise<QueryDocumentSnapshot[]> {
  let last: QueryDocumentSnapshot | undefined;
  return async () => {
    const due = query.where('wakeAt', '<=', now()).orderBy('wakeAt').limit(pageSize);
    const { docs } = await (last ? due.startAfter(last) : due).get();
    last = docs.at(-1) ?? last;
    return docs;
  };
}

/** @returns `stuck` if it failed and is still due */
async function lookAt(document: QueryDocumentSnapshot, looks: Work['looks'], at: Date) {
  const timer = fromDocument<Timer>(document.data());
  const due = { timer, version: document.updateTime };
  try {
    const look = await looks[timer.subject]();
    await withTrace(timer.traceId, () => look(due, at));
    await hasRecovered(due);
    return 'done';
  } catch (error) {
    log('ERROR', 'a timer could not be looked at; it is tried again', { timerId: timer.id, ...errorFacts(error) });
    return (await backOff(due, at)) ? 'failed' : 'stuck';
  }
}
