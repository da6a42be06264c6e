/** One incident as the review reads it, and when an incident is done with. Pure. */
import { emergencyRoles } from '../incidents/emergency/emergency.ts';
import { contradictionsOf } from '../incidents/facts/missing.ts';
import type { ReleaseFacts } from '../incidents/facts/release-facts.ts';
import { type Incident, optional } from '../incidents/incident.ts';
import { knownFrom } from '../incidents/links/brought.ts';
import { defined, given } from '../platform/defined.ts';
import { cut } from '../platform/one-line.ts';
import type { Policy } from '../policy.ts';
import { type CheckpointFacts, judgeCheckpoints } from './checkpoints.ts';
import type { Week } from './week.ts';
import { compare, written } from './written.ts';

/** Minutes, or why there are none: pending (with how long it has lasted), or unknown. */
export type DurationFact = { minutes: number } | { state: 'pending'; atLeastMinutes?: number } | { state: 'unknown' };

export const spans = ['firstResponse', 'mitigation', 'recovery'] as const;
export type TimeSpan = (typeof spans)[number];

/** How updates that were due to customers ended. */
export const slotOutcomes = ['met', 'late', 'missed', 'notReminded'] as const;
export type Slots = Record<(typeof slotOutcomes)[number], number>;

const asRecorded = [
  'id',
  'title',
  'source',
  'status',
  'ongoing',
  'isDrill',
  'occurredAt',
  'reportedAt',
  'filedAt',
  'firstResponseAt',
  'mitigatedAt',
  'recoveredAt',
  'reviewedAt',
  'impact',
  'score',
  'cause',
  'mitigation',
  'permanentFix',
  'prevention',
  'assignee',
] as const satisfies (keyof Incident)[];

export type Entry = ReturnType<typeof buildEntry>;

export interface EntryFacts extends Pick<CheckpointFacts, 'incident' | 'slots'> {
  releases: ReadonlyMap<string, ReleaseFacts>;
  /** Incidents by their ids: the one that it was merged into is among them. */
  named?: ReadonlyMap<string, Pick<Incident, 'title'>>;
}

const dayMs = 86_400_000;
/** Texts are cut, since a page of entries is one document; the incident has the whole text. */
const longestText = 2_000;
const longestDescription = 600;
const mostSlots = 100;
const mostNames = 50;

export function buildEntry(facts: EntryFacts, week: Week, policy: Policy, now: Date) {
  const { incident } = facts;
  const { origin, description, cause } = incident;
  const isLinked = incident.status === 'linked';
  const linkedTo = isLinked ? incident.linkedTo : undefined;
  const primary = facts.named?.get(`${linkedTo}`);
  const from = knownFrom(incident);
  const release = cause?.releaseId === undefined ? undefined : facts.releases.get(cause.releaseId);
  const slots = facts.slots.toSorted(
    (a, b) => a.dueAt.getTime() - b.dueAt.getTime() || compare(a.customer, b.customer),
  );
  const responders = incident.responders.toSorted(compare).slice(0, mostNames);
  const named = given(incident.actorNames ?? {}, responders);
  return {
    ...written(given(incident, asRecorded), longestText),
    ...written(
      defined({
        description: description === undefined ? undefined : cut(description, longestDescription),
        /** The product area, as the ticket names it. */
        area: origin.area ? cut(origin.area, 100) : undefined,
        url: origin.url,
        linkedTo,
        primary: linkedTo && primary ? { incidentId: linkedTo, title: primary.title } : undefined,
      }),
      longestText,
    ),
    tool: origin.tool,
    urgency: { level: incident.urgency.level, rule: incident.urgency.rule },
    ...optional('isOccurredAtApproximate', incident.isOccurredAtApproximate || undefined),
    /** From filing to the end of the bundle’s week. */
    ageDays: Math.max(0, Math.floor((week.end.getTime() - incident.filedAt.getTime()) / dayMs)),
    ticketUrls: incident.ticketUrls.slice(0, mostNames),
    responders,
    /** The display names of tools' accounts among them. */
    ...optional('actorNames', Object.keys(named).length > 0 ? named : undefined),
    namedCustomers: incident.affectedCustomers.map((each) => each.name ?? each.id).slice(0, mostNames),
    durations: durationsOf(incident, new Date(Math.min(now.getTime(), week.end.getTime()))),
    checkpoints: judgeCheckpoints({ incident, release, slots }, policy, now),
    /** Includes each slot that was not simply met. */
    rhythm: { ...given(incident.slots, slotOutcomes), slots: written(slots.slice(0, mostSlots)) },
    /** For a primary: the values that it shows from merged incidents. */
    ...optional('knownFrom', Object.keys(from).length > 0 ? from : undefined),
    missing: isLinked ? [] : incident.missing.map(({ field, why }) => ({ field, why })),
    /** Absent if it never was one. */
    ...optional('emergency', emergencyOf(incident)),
  };
}

/**
 * Table I: response from the first report; mitigation and recovery from the occurrence, since when the customer could not
 * work. What has not happened is pending, what nobody can say is unknown, and neither is zero.
 * @param until what is pending has lasted until then
 */
export function durationsOf(incident: Incident, until?: Date): Record<TimeSpan, DurationFact> {
  const isOver = incident.status === 'recovered' || incident.status === 'not-occurring';
  const { reportedAt, firstResponseAt } = incident;
  const isWrong = contradictionsOf(incident).some((each) => each.field === 'firstResponseAt');
  // A response before the first report took no time; one before the occurrence cannot have been.
  const responded = !isWrong && firstResponseAt && firstResponseAt < reportedAt ? reportedAt : firstResponseAt;
  const span = (from: Date | undefined, to: Date | undefined): DurationFact => {
    const minutes = (end: Date | undefined): number | undefined =>
      from && end && end >= from ? Math.round((end.getTime() - from.getTime()) / 600) / 100 : undefined;
    if (!to && !isOver) return { state: 'pending', ...optional('atLeastMinutes', minutes(until)) };
    const took = minutes(to);
    return took === undefined ? { state: 'unknown' } : { minutes: took };
  };
  return {
    firstResponse: span(reportedAt, responded),
    mitigation: span(incident.occurredAt, incident.mitigatedAt),
    recovery: span(incident.occurredAt, incident.recoveredAt),
  };
}

/** Table E: an incident comes back until it is recovered, reviewed and, if it could recur, has a stated prevention. */
export function isSettledBy(incident: Incident, at: Date): boolean {
  // A linked incident comes back as its primary, and an imported one is history.
  if (incident.kind !== 'incident' || incident.status === 'linked' || incident.isDrill) return true;
  if (incident.origin.tool === 'import') return true;
  const isBefore = (time: Date | undefined): boolean => time !== undefined && time < at;
  if (incident.status === 'not-occurring') return isBefore(incident.reviewedAt);
  return isBefore(incident.reviewedAt) && isBefore(incident.recoveredAt) && !lacksPrevention(incident);
}

export const lacksPrevention = ({ impact, prevention }: Pick<Entry, 'impact' | 'prevention'>): boolean =>
  impact.recurrenceRisk === 'yes' && prevention === undefined;

export const byFiling = (a: { filedAt: string; id: string }, b: { filedAt: string; id: string }): number =>
  compare(a.filedAt, b.filedAt) || compare(a.id, b.id);

const minutesBetween = (from: Date, to: Date) => Math.round(Math.max(0, to.getTime() - from.getTime()) / 600) / 100;

/** The latest emergency; undefined if there was none. Who took a role is not said: process, not people. */
export function emergencyOf({ emergency, roles }: Pick<Incident, 'emergency' | 'roles'>) {
  if (!emergency) return undefined;
  const { since, endedAt, rule, inputs } = emergency;
  const reporters = new Set(inputs.reports?.map((each) => each.customerId));
  return {
    rule,
    /** How many customers the rule counted, and the product area. */
    customers: inputs.reports ? reporters.size : inputs.affectedCustomerCount,
    area: inputs.area,
    ...written({ since, endedAt }),
    /** Pending while it lasts. */
    minutes: endedAt ? { minutes: minutesBetween(since, endedAt) } : { state: 'pending' as const },
    /** Minutes until each role was taken; null if nobody took it. */
    roles: emergencyRoles.map((role) => {
      const takenAt = roles?.[role]?.at ?? null;
      return { role, ...written({ takenAt }), minutes: takenAt && minutesBetween(since, takenAt) };
    }),
  };
}

export type BundleEmergency = ReturnType<typeof listEmergencies>[number];

export const listEmergencies = (entries: readonly Pick<Entry, 'id' | 'title' | 'emergency' | 'checkpoints'>[]) =>
  entries.flatMap(({ id, title, emergency, checkpoints: all }) => {
    const checkpoints = all.map((each) => given(each, ['id', 'result']));
    return emergency ? [{ incidentId: id, title, ...emergency, checkpoints }] : [];
  });
