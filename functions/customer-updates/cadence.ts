/** The rhythm, table C of the design: when is which customer due, and why. Pure. */
import type { Incident } from '../incidents/incident.ts';
import { milliseconds, type Policy } from '../policy.ts';

export interface Slot {
  dueAt: Date;
  remindAt: Date;
  reason: string;
}

/** High, or ongoing yes or unknown: the fast row of the table. */
export function isUrgentRhythm(incident: Pick<Incident, 'urgency' | 'ongoing'>): boolean {
  return incident.urgency.level === 'high' || incident.ongoing !== 'no';
}

/** The first update of a customer who is known to be affected since `affectedKnownAt`. */
export function firstSlot(
  incident: Pick<Incident, 'urgency' | 'ongoing'>,
  affectedKnownAt: Date,
  policy: Policy,
): Slot {
  const row = isUrgentRhythm(incident) ? policy.cadence.urgent : policy.cadence.calm;
  const dueAt = new Date(affectedKnownAt.getTime() + milliseconds(row.first));
  return {
    dueAt,
    remindAt: new Date(dueAt.getTime() - milliseconds(policy.cadence.remindAhead)),
    reason: `first update, ${milliseconds(row.first) / 60_000} min after the customer was known to be affected`,
  };
}
