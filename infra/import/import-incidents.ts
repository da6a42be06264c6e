/** Stores imported incidents, and makes the bundles of their weeks, so that trends have a past on day one. */

import type { EventOf } from '../../functions/incidents/facts/events.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { commit } from '../../functions/incidents/record/commit.ts';
import { collections, firestore, grpcCodeOf, timerRef } from '../../functions/platform/firestore.ts';
import { mapConcurrently } from '../../functions/platform/map-concurrently.ts';
import type { Policy } from '../../functions/policy.ts';
import { assemble, bundleTimerId } from '../../functions/postmortems/assemble.ts';
import { importer } from '../../functions/postmortems/bundle.ts';
import { readBundleDocument } from '../../functions/postmortems/store.ts';
import { type Week, weekAfter, weekOf } from '../../functions/postmortems/week.ts';

const rowsAtOnce = 20;

export interface Imported {
  created: number;
  /** These existed before the import and stay unchanged. */
  known: number;
  weeks: number;
  /** Weeks whose bundle people have closed: it stays unchanged. */
  heldWeeks: string[];
  /** Weeks in which Metronome was there already and that have no bundle yet: the weekly tick makes it, as every week's. */
  awaitedWeeks: string[];
}

export async function importIncidents(incidents: readonly Incident[], policy: Policy, now: Date): Promise<Imported> {
  const created = await mapConcurrently(incidents, rowsAtOnce, (incident) => store(incident, now));
  const heldWeeks: string[] = [];
  const awaitedWeeks: string[] = [];
  let weeks = 0;
  for (const week of weeksBetween(incidents, policy, now)) {
    if (await awaitsWeeklyTick(week)) {
      awaitedWeeks.push(week.id);
      continue;
    }
    weeks += 1;
    const bundle = await assemble(week, { policy, now, isAnnounced: false, isImport: true });
    if (bundle.state === 'held' && bundle.heldBy !== importer) heldWeeks.push(week.id);
  }
  const count = created.filter((each) => each).length;
  return { created: count, known: incidents.length - count, weeks, heldWeeks, awaitedWeeks };
}

/**
 * A week is over some minutes before its tick comes, and longer where the scheduler is away. Held by an import, its bundle
 * would be open to nobody, and its readiness never told.
 */
async function awaitsWeeklyTick(week: Week): Promise<boolean> {
  if (await readBundleDocument(week.id)) return false;
  const timer = await timerRef(bundleTimerId(week.id)).get();
  return timer.exists || (await hasReceivedBefore(week.end));
}

/** @returns whether any signal was received before then; an import receives none */
async function hasReceivedBefore(end: Date): Promise<boolean> {
  const signals = firestore().collection(collections.signals);
  return !(await signals.where('receivedAt', '<', end).limit(1).select('receivedAt').get()).empty;
}

/** @returns whether it was not there */
async function store(incident: Incident, now: Date): Promise<boolean> {
  const batch = firestore().batch();
  const filed: EventOf = {
    type: 'filed',
    occurredAt: incident.reportedAt,
    actor: importer,
    detail: { rule: 'imported', why: incident.routing.why, imported: { ...incident } },
  };
  await commit(batch, now, { after: incident, events: [filed], contacts: [], timer: 'keep' });
  try {
    await batch.commit();
    return true;
  } catch (error) {
    if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
    return false;
  }
}

/** From the first imported week to the last that is over, the empty ones in between too, oldest first. */
function weeksBetween(incidents: readonly Incident[], policy: Policy, now: Date): Week[] {
  const first = incidents.reduce<Date | undefined>(
    (earliest, { filedAt }) => (earliest && earliest <= filedAt ? earliest : filedAt),
    undefined,
  );
  const weeks: Week[] = [];
  if (!first) return weeks;
  for (let week = weekOf(first, policy.zone); week.end <= now; week = weekAfter(week, 1, policy.zone)) weeks.push(week);
  return weeks;
}
