/** When each customer is due an update, and why (`docs/reference/rules/c-updates.md`). Pure. */
import { Temporal } from 'temporal-polyfill';
import { milliseconds, type Policy, weekdays } from '../../policy.ts';
import type { Emergency } from '../emergency/emergency.ts';
import type { Incident } from '../incident.ts';

export interface Slot {
  dueAt: Date;
  /** When the responders are reminded: a whole minute, so that the tick of that minute does it. */
  remindAt: Date;
  reason: string;
}

/** The fields of an incident that decide its schedule. */
export type RhythmFacts = Pick<Incident, 'id' | 'filedAt'> &
  Judged & { emergency?: Pick<Emergency, 'since' | 'endedAt'> | undefined };
type Judged = Pick<Incident, 'ongoing'> & { urgency: Pick<Incident['urgency'], 'level'> };

const minuteMs = 60_000;

/** High, or ongoing yes or unknown: the fast row of the table. */
export const isUrgentRhythm = ({ urgency, ongoing }: Judged): boolean => urgency.level === 'high' || ongoing !== 'no';

/** Whether the change moves the incident to the other row of the table. */
export const hasOtherRow = (before: Judged, after: Judged): boolean => isUrgentRhythm(before) !== isUrgentRhythm(after);

/** Whether customers of this record are updated on the rhythm at all; drills are. */
export const hasRhythm = (incident: Pick<Incident, 'kind' | 'status' | 'isAboutMetronome' | 'links'>): boolean =>
  incident.kind === 'incident' && incident.status !== 'linked' && !isOnlyAboutMetronome(incident);

/** Customers whose report is linked to an incident about Metronome itself still wait for an update. */
export const isOnlyAboutMetronome = (incident: Pick<Incident, 'isAboutMetronome' | 'links'>): boolean =>
  incident.isAboutMetronome && (incident.links ?? []).every((each) => each.isAboutMetronome);

/** How long after becoming known, or after recovery, a customer is told first. */
export const firstIntervalMs = (incident: Judged, { cadence }: Policy): number =>
  milliseconds((isUrgentRhythm(incident) ? cadence.urgent : cadence.calm).first);

/** The first update of a customer who is known to be affected since `affectedKnownAt`. */
export function firstSlot(incident: Judged, affectedKnownAt: Date, policy: Policy): Slot {
  const first = firstIntervalMs(incident, policy);
  const reason = `first update, ${first / minuteMs} min after the customer was known to be affected`;
  return slotAt(affectedKnownAt.getTime() + first, reason, policy);
}

/** The slot after one that is due, should nobody update the customer. @param isLast only the message of the end is left */
export function nextSlot(dueAt: Date, isLast: boolean, incident: RhythmFacts, policy: Policy): Slot {
  const next = slotAfter(dueAt, 'slot', incident, policy);
  return isLast ? next : soonInEmergency(next, dueAt, incident, policy);
}

/** The slot after an update: of one from before an emergency no later than the first of that. */
export const slotAfterUpdate = (sentAt: Date, incident: RhythmFacts, policy: Policy): Slot =>
  soonInEmergency(slotAfter(sentAt, 'update', incident, policy), sentAt, incident, policy);

/** A slot that was open as an emergency began ends with the emergency's first interval: nobody waits for a fixed time in it. */
function soonInEmergency(next: Slot, after: Date, { emergency }: RhythmFacts, policy: Policy): Slot {
  if (!emergency || after >= emergency.since) return next;
  const first = emergencySlot(emergency.since, policy);
  const isOver = emergency.endedAt !== null && emergency.endedAt < first.dueAt;
  return isOver || next.dueAt <= first.dueAt ? next : first;
}

/**
 * The slot that follows an update, or a slot that has passed. The interval goes by the time since filing at that moment:
 * filed 10:00, slot 11:45, next 12:15. A fixed time has to be at least an hour after an update.
 */
export function slotAfter(after: Date, what: 'update' | 'slot', incident: RhythmFacts, policy: Policy): Slot {
  const { urgent, fixedTimesAfter, fixedTimeAfterUpdate } = policy.cadence;
  const sinceFilingMs = after.getTime() - incident.filedAt.getTime();
  const isUrgent = isUrgentRhythm(incident);
  const last = `the last ${what}`;
  if (isInEmergency(after, incident, policy)) {
    const { every, lasts } = policy.emergency.rhythm;
    const reason = `${milliseconds(every) / minuteMs} min after ${last}, in the first ${milliseconds(lasts) / 3_600_000} h of an emergency`;
    return slotAt(after.getTime() + milliseconds(every), reason, policy);
  }
  if (isUrgent && sinceFilingMs < milliseconds(fixedTimesAfter)) {
    const isLater = sinceFilingMs >= milliseconds(urgent.laterAfter);
    const every = milliseconds(isLater ? urgent.laterEvery : urgent.every);
    const hours = `${milliseconds(urgent.laterAfter) / 3_600_000} h`;
    const reason = `${every / minuteMs} min after ${last}, which was ${isLater ? `${hours} or more` : `less than ${hours}`} after filing`;
    return slotAt(after.getTime() + every, reason, policy);
  }
  const earliest = what === 'update' ? after.getTime() + milliseconds(fixedTimeAfterUpdate) : after.getTime() + 1;
  const fixed = fixedTimeFrom(earliest, policy);
  const why = isUrgent
    ? `${milliseconds(fixedTimesAfter) / 3_600_000} h or more after filing`
    : 'not urgent and not going on';
  // Not before the open slot: its reminder has just been sent.
  const remindAt = Math.max(fixed.at.getTime() - aheadOfFixedMs(incident.id, policy), after.getTime());
  const reason = `${fixed.time} in ${policy.zone}, the next of the fixed times: ${why}`;
  return { dueAt: fixed.at, remindAt: wholeMinute(remindAt), reason };
}

/** Whether something at this time is followed by the faster rhythm of an emergency. */
export function isInEmergency(at: Date, { emergency }: RhythmFacts, policy: Policy): boolean {
  if (!emergency) return false;
  const { since, endedAt } = emergency;
  const until = Math.min(since.getTime() + milliseconds(policy.emergency.rhythm.lasts), endedAt?.getTime() ?? Infinity);
  return at >= since && at.getTime() < until;
}

/** Customers who would wait longer are due this soon after an emergency has begun. */
export function emergencySlot(since: Date, policy: Policy): Slot {
  const every = milliseconds(policy.emergency.rhythm.every);
  return slotAt(since.getTime() + every, `${every / minuteMs} min after it became an emergency`, policy);
}

/**
 * When the responders are asked for the scope, while no customer is known. The same rhythm, from receipt.
 * @param last the slot that has been asked for
 * @returns null when there is nothing to ask: a customer is known, it has recovered, or nobody is affected
 */
export function scopeSlot(incident: Incident, contactCount: number, last: Date | null, policy: Policy): Slot | null {
  const isConfirmedZero = incident.scopedAt !== undefined && incident.impact.affectedCustomerCount === 0;
  if (contactCount > 0 || incident.status !== 'open' || isConfirmedZero || !hasRhythm(incident)) return null;
  const { scopeSnoozedUntil: until } = incident;
  if (until && !(last && last >= until)) return slotAt(until.getTime(), 'its notices were snoozed until then', policy);
  if (last) return slotAfter(last, 'slot', incident, policy);
  const slot = firstSlot(incident, incident.reclassifiedAt ?? incident.receivedAt, policy);
  const first = firstIntervalMs(incident, policy) / minuteMs;
  return { ...slot, reason: `no affected customer is known ${first} min after the report` };
}

/** A number below `buckets` that an incident always has: it spreads what would fall on one instant. FNV-1a. */
export function spreadOf(incidentId: string, buckets: number): number {
  let hash = 0x811c9dc5;
  for (const char of incidentId) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  // The low bits of FNV alone are uneven for ids that differ in one digit.
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 0) % buckets;
}

/** Whole minutes between the policy's two, by the incident. */
function aheadOfFixedMs(incidentId: string, policy: Policy): number {
  const from = milliseconds(policy.cadence.remindAheadOfFixedTimes.from);
  const to = milliseconds(policy.cadence.remindAheadOfFixedTimes.to);
  return from + spreadOf(incidentId, Math.floor((to - from) / minuteMs) + 1) * minuteMs;
}

/** Whether an instant is one of the fixed times, at which much falls due at once. */
export const isFixedTime = (at: Date, policy: Policy): boolean =>
  fixedTimeFrom(at.getTime(), policy).at.getTime() === at.getTime();

const slotAt = (due: number, reason: string, { cadence }: Policy): Slot => ({
  dueAt: new Date(due),
  remindAt: wholeMinute(due - milliseconds(cadence.remindAhead)),
  reason,
});

const wholeMinute = (at: number): Date => new Date(Math.floor(at / minuteMs) * minuteMs);

/** The longest gap between two consecutive fixed times: a slot at the first stays open that long. */
export function longestFixedGapMs(policy: Policy): number {
  const start = Temporal.PlainDate.from('2024-01-01').toZonedDateTime(policy.zone).epochMilliseconds;
  const until = start + 14 * 24 * 60 * minuteMs;
  let longest = 0;
  for (let at = fixedTimeFrom(start, policy).at.getTime(); at < until; ) {
    const next = fixedTimeFrom(at + 1, policy).at.getTime();
    longest = Math.max(longest, next - at);
    at = next;
  }
  return longest;
}

/** The first of the fixed times at or after an instant. A time that a change of clocks skips comes just after it. */
function fixedTimeFrom(earliest: number, policy: Policy): { at: Date; time: string } {
  const { zone, cadence } = policy;
  let day = Temporal.Instant.fromEpochMilliseconds(earliest).toZonedDateTimeISO(zone).toPlainDate();
  // Looks eight days ahead: enough even if only one weekday has fixed times.
  for (let days = 0; days <= 8; days += 1, day = day.add({ days: 1 })) {
    const weekday = weekdays[day.dayOfWeek - 1];
    const times = (weekday && cadence.fixedTimesOn[weekday]) ?? cadence.fixedTimes;
    for (const time of times) {
      const at = day.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
      if (at >= earliest) return { at: new Date(at), time };
    }
  }
  throw new RangeError('The policy names no fixed time of day, in order.');
}
