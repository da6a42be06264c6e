/** One incident as the review reads it, and when an incident is done with. Pure. */

import { type KnownFrom, knownFrom } from '../incidents/brought.ts';
import { contradictionsOf } from '../incidents/contradictions.ts';
import { type Incident, optional } from '../incidents/incident.ts';
import type { ReleaseFacts } from '../incidents/release-facts.ts';
import type { Score } from '../incidents/signal/score.ts';
import { cut } from '../platform/one-line.ts';
import type { Policy } from '../policy.ts';
import { type Checkpoint, judgeCheckpoints, type UnmetSlot } from './checkpoints.ts';
import { type EntryEmergency, emergencyOf } from './emergencies.ts';
import type { Week } from './week.ts';

/** Minutes, or why there are none: it has not happened yet (and has lasted so long at least), or nobody knows. */
export type DurationFact = { minutes: number } | { state: 'pending'; atLeastMinutes?: number } | { state: 'unknown' };

/** What is measured of each incident. */
export const spans = ['firstResponse', 'mitigation', 'recovery'] as const;
export type TimeSpan = (typeof spans)[number];

export interface RhythmFacts {
  met: number;
  late: number;
  missed: number;
  notReminded: number;
  /** Each slot that did not simply go well. */
  slots: { customer: string; dueAt: string; outcome: string; updatedAt?: string }[];
}

/** Times are RFC 3339 in UTC, so that an entry is the same bytes wherever it is read. */
export interface Entry {
  id: string;
  title: string;
  description?: string;
  source: Incident['source'];
  tool: string;
  /** The product area, as the ticket names it. */
  area?: string;
  url?: string;
  status: Incident['status'];
  ongoing: Incident['ongoing'];
  isDrill: boolean;
  linkedTo?: string;
  /** The incident that it was merged into. */
  primary?: { incidentId: string; title: string };
  urgency: { level: string; rule: string };
  occurredAt?: string;
  isOccurredAtApproximate?: boolean;
  reportedAt: string;
  filedAt: string;
  firstResponseAt?: string;
  mitigatedAt?: string;
  recoveredAt?: string;
  reviewedAt?: string;
  /** From filing to the end of the bundle's week. */
  ageDays: number;
  impact: Incident['impact'];
  score: { reference: Score; confirmed: Score | null };
  cause?: { category: string; summary?: string; releaseId?: string };
  mitigation?: { kind: string; summary?: string; lighterWayTried?: string };
  permanentFix?: string;
  prevention?: string;
  ticketUrls: string[];
  assignee?: string;
  responders: string[];
  /** What the accounts of tools among them call themselves. */
  actorNames?: Record<string, string>;
  namedCustomers: string[];
  durations: Record<TimeSpan, DurationFact>;
  checkpoints: Checkpoint[];
  rhythm: RhythmFacts;
  missing: { field: string; why: string }[];
  /** Of a primary: what it shows of the incidents that were merged into it. */
  knownFrom?: KnownFrom;
  /** Absent from what never was one. */
  emergency?: EntryEmergency;
}

export interface EntryFacts {
  incident: Incident;
  releases: ReadonlyMap<string, ReleaseFacts>;
  slots: UnmetSlot[];
  /** Incidents by their ids: the one that it was merged into is among them. */
  named?: ReadonlyMap<string, Pick<Incident, 'title'>>;
}

const dayMs = 86_400_000;
/** A page of entries is one document; the whole text stays with the incident. */
const longestText = 2_000;
const longestDescription = 600;
const mostSlots = 100;
const mostNames = 50;

export function buildEntry(facts: EntryFacts, week: Week, policy: Policy, now: Date): Entry {
  const { incident } = facts;
  const linkedTo = incident.status === 'linked' ? incident.linkedTo : undefined;
  const primary = facts.named?.get(linkedTo ?? '');
  const { cause, mitigation } = incident;
  const from = knownFrom(incident);
  const releaseId = cause?.releaseId;
  const release = releaseId === undefined ? undefined : facts.releases.get(releaseId);
  const slots = facts.slots.toSorted(
    (a, b) => a.dueAt.getTime() - b.dueAt.getTime() || compare(a.customer, b.customer),
  );
  const { scopeMethod, ...impact } = incident.impact;
  const responders = incident.responders.toSorted(compare).slice(0, mostNames);
  const named = responders.flatMap((each) => {
    const name = incident.actorNames?.[each];
    return name === undefined ? [] : [[each, name] as const];
  });
  return {
    id: incident.id,
    title: incident.title,
    ...text('description', incident.description, longestDescription),
    source: incident.source,
    tool: incident.origin.tool,
    ...text('area', incident.origin.area || undefined, 100),
    ...text('url', incident.origin.url),
    status: incident.status,
    ongoing: incident.ongoing,
    isDrill: incident.isDrill,
    ...text('linkedTo', linkedTo),
    ...(linkedTo && primary ? { primary: { incidentId: linkedTo, title: cut(primary.title, longestText) } } : {}),
    urgency: { level: incident.urgency.level, rule: incident.urgency.rule },
    ...time('occurredAt', incident.occurredAt),
    ...(incident.isOccurredAtApproximate ? { isOccurredAtApproximate: true } : {}),
    reportedAt: incident.reportedAt.toISOString(),
    filedAt: incident.filedAt.toISOString(),
    ...time('firstResponseAt', incident.firstResponseAt),
    ...time('mitigatedAt', incident.mitigatedAt),
    ...time('recoveredAt', incident.recoveredAt),
    ...time('reviewedAt', incident.reviewedAt),
    ageDays: Math.max(0, Math.floor((week.end.getTime() - incident.filedAt.getTime()) / dayMs)),
    impact: ordered({ ...impact, ...text('scopeMethod', scopeMethod) }) as Incident['impact'],
    score: {
      reference: orderedScore(incident.score.reference),
      confirmed: incident.score.confirmed ? orderedScore(incident.score.confirmed) : null,
    },
    ...optional(
      'cause',
      cause && { category: cause.category, ...text('summary', cause.summary), ...text('releaseId', cause.releaseId) },
    ),
    ...optional(
      'mitigation',
      mitigation && {
        kind: mitigation.kind,
        ...text('summary', mitigation.summary),
        ...text('lighterWayTried', mitigation.lighterWayTried),
      },
    ),
    ...text('permanentFix', incident.permanentFix),
    ...text('prevention', incident.prevention),
    ticketUrls: incident.ticketUrls.slice(0, mostNames),
    ...text('assignee', incident.assignee),
    responders,
    ...(named.length > 0 ? { actorNames: Object.fromEntries(named) } : {}),
    namedCustomers: incident.affectedCustomers.map((each) => each.name ?? each.id).slice(0, mostNames),
    durations: durationsOf(incident, new Date(Math.min(now.getTime(), week.end.getTime()))),
    checkpoints: judgeCheckpoints({ incident, ...(release ? { release } : {}), slots }, policy, now),
    rhythm: {
      met: incident.slots.met,
      late: incident.slots.late,
      missed: incident.slots.missed,
      notReminded: incident.slots.notReminded,
      slots: slots.slice(0, mostSlots).map((slot) => ({
        customer: slot.customer,
        dueAt: slot.dueAt.toISOString(),
        outcome: slot.outcome,
        ...time('updatedAt', slot.updatedAt),
      })),
    },
    ...(Object.keys(from).length > 0 ? { knownFrom: from } : {}),
    missing: incident.status === 'linked' ? [] : incident.missing.map(({ field, why }) => ({ field, why })),
    ...optional('emergency', emergencyOf(incident)),
  };
}

/**
 * Table I: response from the first report; mitigation and recovery from the occurrence, because that is how long the
 * customer could not work. What has not happened is pending, what nobody can say is unknown, and neither is zero.
 * @param until when to look: what is pending has lasted until then
 */
export function durationsOf(incident: Incident, until?: Date): Entry['durations'] {
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

/**
 * Table E: an incident comes back until it is recovered and reviewed. What was not found to occur has nothing to
 * recover and only needs its review; a linked one comes back as its survivor; an imported one is history. What could recur
 * comes back until somebody says what prevents it.
 */
export function isSettledBy(incident: Incident, at: Date): boolean {
  if (incident.kind !== 'incident' || incident.status === 'linked' || incident.isDrill) return true;
  if (incident.origin.tool === 'import') return true;
  const isBefore = (time: Date | undefined): boolean => time !== undefined && time < at;
  if (incident.status === 'not-occurring') return isBefore(incident.reviewedAt);
  return isBefore(incident.reviewedAt) && isBefore(incident.recoveredAt) && !lacksPrevention(incident);
}

/** It is said that it could recur, and nobody has said what prevents it. */
export function lacksPrevention({ impact, prevention }: Pick<Entry, 'impact' | 'prevention'>): boolean {
  return impact.recurrenceRisk === 'yes' && prevention === undefined;
}

/** The order of entries: as they were filed. */
export function byFiling(a: { filedAt: string; id: string }, b: { filedAt: string; id: string }): number {
  return compare(a.filedAt, b.filedAt) || compare(a.id, b.id);
}

/** Code units, the same in every locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Stores give maps back in their own key order. */
function ordered(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compare(a, b)));
}

function orderedScore({ value, rule, inputs }: Score): Score {
  const { businessImpact, affectedCustomerCount } = inputs;
  return { value, rule, inputs: { businessImpact, affectedCustomerCount } };
}

function text<K extends string>(key: K, value: string | undefined, longest = longestText): { [P in K]?: string } {
  return (value === undefined ? {} : { [key]: cut(value, longest) }) as { [P in K]?: string };
}

function time<K extends string>(key: K, value: Date | undefined): { [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value.toISOString() }) as { [P in K]?: string };
}
