/** Stores imported incidents, and makes the bundles of their weeks, so that trends have a past on day one. */

import { commit } from '../incidents/commit.ts';
import type { Changes, DecidedEvent } from '../incidents/events.ts';
import type { Incident } from '../incidents/incident.ts';
import { firestore, grpcCodeOf } from '../platform/firestore.ts';
import { mapConcurrently } from '../platform/map-concurrently.ts';
import type { Policy } from '../policy.ts';
import { assemble, importer } from './assemble.ts';
import { type Week, weekAfter, weekOf } from './week.ts';

const rowsAtOnce = 20;

export interface Imported {
  created: number;
  /** They were there already, and stay as they are. */
  known: number;
  weeks: number;
  /** Weeks whose bundle people have held: it stays as it is. */
  heldWeeks: string[];
}

export async function importIncidents(incidents: readonly Incident[], policy: Policy, now: Date): Promise<Imported> {
  const created = await mapConcurrently(incidents, rowsAtOnce, (incident) => store(incident, now));
  const weeks = weeksBetween(incidents, policy, now);
  const heldWeeks: string[] = [];
  for (const week of weeks) {
    const bundle = await assemble(week, { policy, now, isAnnounced: false, isImport: true });
    if (bundle.state === 'held' && bundle.heldBy !== importer) heldWeeks.push(week.id);
  }
  const count = created.filter((each) => each).length;
  return { created: count, known: incidents.length - count, weeks: weeks.length, heldWeeks };
}

/** @returns whether it was not there */
async function store(incident: Incident, now: Date): Promise<boolean> {
  const batch = firestore().batch();
  const filed: DecidedEvent = {
    type: 'filed',
    occurredAt: incident.reportedAt,
    actor: importer,
    detail: { rule: 'imported', why: incident.routing.why },
    changes: incident as Changes,
  };
  await commit(batch, now, { incident, isNew: true, events: [filed], contacts: [], timer: 'keep' });
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
