/** Assembles a week's bundle: load, decide, commit. A draft is assembled again until it is held; a held one is frozen. */
import type { Transaction } from '@google-cloud/firestore';
import type { Context } from '../incidents/facts/decision.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Timer } from '../incidents/record/records.ts';
import { given } from '../platform/defined.ts';
import { dataOf, firestore, fromDocument, grpcCodeOf, timerRef } from '../platform/firestore.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { assembleBundle, hashOf, importer, unsettledIds } from './bundle.ts';
import { gatherInputs } from './gather.ts';
import { listSkipped, type Meeting, noMeeting } from './meeting.ts';
import { wholeBundle } from './open.ts';
import { holdByOf } from './reminders.ts';
import {
  type BundleDocument,
  bundleRef,
  deleteOtherPages,
  deletePages,
  meetingRef,
  numberOfWeek,
  type PageRef,
  readBundle,
  readBundleDocument,
  writePages,
} from './store.ts';
import { type Week, weekAfter, weekOf } from './week.ts';

export interface Assembling {
  policy: Policy;
  now: Date;
  /** Whether it is announced when it is first assembled with its week over. */
  isAnnounced: boolean;
  /** Writes nothing if the bundle has not changed. */
  isQuietWhenSame?: boolean;
  /** For weeks before Metronome: the import closes it, and the next import replaces it. */
  isImport?: boolean;
}

export const bundleTimerId = (weekId: string): string => `bundle_${weekId}`;

export const bundleTimer = (weekId: string, wakeAt: Date): Timer => ({
  id: bundleTimerId(weekId),
  subject: 'bundle',
  subjectId: weekId,
  wakeAt,
  pending: [],
});

/**
 * @returns the bundle's document as it is now, or as it was held
 * @throws Problem 409 before its week begins, 503 where others assemble it all the time
 */
export async function assemble(week: Week, by: Assembling): Promise<BundleDocument> {
  if (by.now < week.start) throw new Problem(409, refuse('week-ahead', { week: week.id }));
  const written: PageRef[] = [];
  return retried(() => assembleOnce(week, by, written));
}

const mostAttempts = 5;

/** Retries after a concurrent write. @throws Problem 503 */
async function retried<T>(once: () => Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const done = await once();
    if (done) return done;
  }
  throw new Problem(503, refuse('assembled-by-others'), { headers: { 'retry-after': '5' } });
}

/** Adds the pages that it writes to `written`. @returns undefined if somebody else put a bundle there meanwhile */
async function assembleOnce(week: Week, by: Assembling, written: PageRef[]): Promise<BundleDocument | undefined> {
  const { policy, now } = by;
  const known = await readBundleDocument(week.id);
  if (known && isFrozen(known, by)) return known;
  const gathered = await gatherInputs(week, policy, now);
  // Nobody counted the reports of a time before Metronome.
  const isImported = by.isImport && known?.state !== 'draft';
  const inputs = isImported ? { ...gathered, reports: null } : gathered;
  const { bundle, summary } = assembleBundle(inputs);
  const version = hashOf(bundle);
  if (by.isQuietWhenSame && known?.version === version) return known;
  const pages = known?.version === version ? known.pages : await writePages(bundle, unsettledIds(inputs));
  if (pages !== known?.pages) written.push(...pages);
  const next: BundleDocument = {
    id: week.id,
    schemaVersion: 1,
    state: 'draft',
    period: { start: week.start, end: week.end },
    assembledAt: now,
    ...(isImported ? {} : { number: await numberOfWeek(week.id, policy) }),
    version,
    pages,
    entryCount: bundle.entries.length,
    carriedCount: bundle.carriedIncidents.length,
    ...given(bundle, ['policyVersion', 'aggregates', 'alarms']),
    summary,
  };
  const replaced = await replace(week, known, next, by);
  if (!replaced) return undefined;
  const { document, before } = replaced;
  const shown = new Set(document.pages.map(({ id }) => id));
  const replacedPages = [...before, ...written].filter(({ id }) => !shown.has(id));
  await deletePages(week.id, replacedPages);
  log('INFO', 'assembled a bundle', {
    week: week.id,
    state: document.state,
    entries: document.entryCount,
    carried: document.carriedCount,
    alarms: document.alarms.length,
  });
  return document;
}

/**
 * Replaces the bundle that this one was assembled after, never a held one. An unchanged bundle keeps its pages.
 * @returns undefined if another one came first: its pages must not be deleted
 */
async function replace(week: Week, known: BundleDocument | undefined, next: BundleDocument, by: Assembling) {
  let runs = 0;
  return firestore().runTransaction(async (transaction) => {
    runs += 1;
    const current = dataOf<BundleDocument>(await transaction.get(bundleRef(week.id)));
    if (current && isFrozen(current, by)) return { document: current, before: [] };
    const isSame = current?.version === next.version;
    // The first run's answer may have been lost: its result may have been replaced again.
    if (!isSame && (runs > 1 || current?.version !== known?.version)) return undefined;
    const isReady = by.isAnnounced && next.summary.isComplete && !current?.readyAt;
    const readyAt = current?.readyAt ?? (isReady ? by.now : undefined);
    const isImported = by.isImport && current?.state !== 'draft';
    const document: BundleDocument = {
      ...next,
      pages: isSame ? current.pages : next.pages,
      ...(readyAt ? { readyAt } : {}),
      ...(isImported ? { state: 'held', heldAt: by.now, heldBy: importer } : {}),
    };
    if (isReady) await announce(transaction, week, by);
    transaction.set(bundleRef(week.id), document);
    return { document, before: current?.pages ?? [] };
  });
}

/** Closed by people: nothing changes it any more. */
const isFrozen = (known: BundleDocument, by: Assembling): boolean =>
  known.state === 'held' && !(by.isImport && known.heldBy === importer);

/** The notice is in the same commit as the bundle: it is sent if, and only if, the bundle exists. */
async function announce(transaction: Transaction, week: Week, by: Assembling): Promise<void> {
  const ref = timerRef(bundleTimerId(week.id));
  const timer = dataOf<Timer>(await transaction.get(ref));
  const ready = { kind: 'bundle-ready', key: 'ready', since: by.now };
  const pending = [...(timer?.pending ?? []), ready];
  transaction.set(ref, { ...bundleTimer(week.id, by.now), ...timer, wakeAt: by.now, pending });
}

/** Freezes the bundle: what changes later shows in the next one. @throws Problem 409 while its week is not over */
export async function hold(week: Week, by: Pick<Context, 'actor' | 'policy' | 'now'>): Promise<BundleDocument> {
  if (by.now < week.end) throw new Problem(409, refuse('week-not-over', { week: week.id, at: week.end.toISOString() }));
  return retried(async () => {
    const fresh = await assemble(week, { ...by, isAnnounced: false });
    if (fresh.state === 'held') return fresh;
    const whole = await readBundle(week.id, wholeBundle);
    const held = await firestore().runTransaction(async (transaction) => {
      const current = fromDocument<BundleDocument>((await transaction.get(bundleRef(week.id))).data());
      if (current.state === 'held') return current;
      if (current.version !== fresh.version || whole?.document.version !== fresh.version) return undefined;
      const frozen: BundleDocument = { ...current, state: 'held', heldAt: by.now, heldBy: by.actor };
      const meeting = dataOf<Meeting>(await transaction.get(meetingRef(week.id))) ?? noMeeting(week.id);
      const { carriedActions: actions, alarms } = whole.head;
      const entries = [...whole.carriedIncidents, ...whole.entries];
      const skipped = listSkipped({ alarms, entries, actions }, meeting);
      transaction.set(meetingRef(week.id), { ...meeting, skipped });
      transaction.set(bundleRef(week.id), frozen);
      transaction.delete(timerRef(bundleTimerId(week.id)));
      return frozen;
    });
    if (!held) return undefined;
    log('INFO', 'held a bundle', { week: week.id, actor: by.actor, late: by.now > holdByOf(week, by.policy) });
    await deleteOtherPages(week.id, held.pages);
    return held;
  });
}

/** Has the minute tick reassemble the draft that shows the incident. Never throws: readers find the fact anyway. */
export async function wakeDraft(incident: Pick<Incident, 'filedAt'>, policy: Policy, now: Date): Promise<void> {
  const current = weekOf(now, policy.zone);
  if (incident.filedAt >= current.start) return;
  const { id } = weekAfter(current, -1, policy.zone);
  try {
    await timerRef(bundleTimerId(id)).update({ wakeAt: now });
  } catch (error) {
    // A bundle that is held, or was never made, has no timer.
    if (grpcCodeOf(error) !== 'NOT_FOUND')
      log('WARNING', 'a draft could not be woken', { week: id, ...errorFacts(error) });
  }
}
