/** A week's numbers (`docs/reference/rules/i-statistics.md`): median and p90, no mean. Open times count too. Pure. */
import type { Calendar } from '../duty/shift.ts';
import { optional } from '../incidents/incident.ts';
import { type ActorNames, businessImpacts } from '../incidents/signals/signal.ts';
import { type Policy, weekdays } from '../policy.ts';
import { checkpointIds } from './checkpoints.ts';
import { measureDuty } from './duty-load.ts';
import { type DurationFact, type Entry, slotOutcomes, spans, type TimeSpan } from './entry.ts';
import { ofEach, quantile, sumOf, totals } from './statistics.ts';
import { inZone, type Week } from './week.ts';
import { compare } from './written.ts';

/** The upper ends of the distribution's bars, in minutes; the last bar is open. */
const distributionMinutes = [5, 15, 30, 60, 120, 240, 480, 1_440, null] as const;

export const impactLevels = [...businessImpacts, 'unknown'] as const;

export type Durations = ReturnType<typeof durationStatistics>;
export type ScoreStatistics = ReturnType<typeof scoreStatistics>;
/** Incidents that share something; `key` is what, `total` of all of them. */
export type Group = ReturnType<typeof summarize>;
export type Aggregates = ReturnType<typeof aggregate>;

export const lostTimes = ['minutes', 'n', 'open', 'unknown'] as const satisfies (keyof LostTime)[];

/** Customer hours lost: for each incident that stopped business, its customers times the time to recovery. */
export type LostTime = ReturnType<typeof sumLostTime>;

const mostPeople = 20;
const mostAreas = 15;

/** Whether an incident counts: not a drill, not one that did not occur, and not one merged into another. */
export const isCounted = (entry: Pick<Entry, 'isDrill' | 'status'>): boolean =>
  !entry.isDrill && entry.status !== 'not-occurring' && entry.status !== 'linked';

/** @param of the week and its calendars, where the load of those on duty is to be told */
export function aggregate(entries: readonly Entry[], policy: Policy, of?: { week: Week; duty: readonly Calendar[] }) {
  const counted = entries.filter(isCounted);
  const groupBy = (key: (entry: Entry) => string): Group[] =>
    [...Map.groupBy(counted, key)]
      .map(([name, members]) => summarize(name, members, policy.review))
      .sort((a, b) => b.incidents - a.incidents || compare(a.key, b.key));
  return {
    total: summarize('total', counted, policy.review),
    lostTime: sumLostTime(counted),
    bySource: groupBy((entry) => entry.source),
    byTool: groupBy((entry) => entry.tool),
    byCause: groupBy((entry) => entry.cause?.category ?? 'not-stated'),
    byUrgency: groupBy((entry) => entry.urgency.level),
    /** The most frequent product areas, and all others as one. */
    byArea: groupBy(areaNames(counted)),
    /** When they occurred, in the policy’s zone; of the others it is not known. */
    byHour: countByHour(counted, policy.zone),
    checkpoints: countCheckpoints(counted),
    load: measureLoad(counted),
    /** Absent if no calendar covers duty. */
    ...optional('duty', of && measureDuty(of.duty, counted, of.week, policy)),
  };
}

/** How often each value occurs, most frequent first. */
const tally = (all: readonly string[]): { key: string; n: number }[] =>
  [...Map.groupBy(all, (each) => each)]
    .map(([key, same]) => ({ key, n: same.length }))
    .sort((a, b) => b.n - a.n || compare(a.key, b.key));

/** The list stays short, however many areas tickets name. */
function areaNames(entries: readonly Entry[]): (entry: Entry) => string {
  const most = tally(entries.flatMap(({ area }) => area || [])).slice(0, mostAreas);
  const named = new Set(most.map(({ key }) => key));
  return ({ area }) => (area === undefined ? 'not-stated' : named.has(area) ? area : 'other-areas');
}

function countByHour(entries: readonly Entry[], zone: string) {
  const days = weekdays.map((weekday) => ({ weekday, hours: new Array<number>(24).fill(0) }));
  let known = 0;
  for (const { occurredAt } of entries) {
    if (occurredAt === undefined) continue;
    known += 1;
    const at = inZone(new Date(occurredAt), zone);
    const hours = days[at.dayOfWeek - 1]?.hours ?? [];
    hours[at.hour] = (hours[at.hour] ?? 0) + 1;
  }
  return { known, unknown: entries.length - known, days };
}

function summarize(key: string, entries: readonly Entry[], review: Review) {
  const levels = Map.groupBy(entries, ({ impact }) => impact.businessImpact ?? 'unknown');
  const customers = entries.flatMap(({ impact }) => impact.affectedCustomerCount ?? []);
  const durationsOf = (span: TimeSpan) => entries.map(({ durations }) => durations[span]);
  const valuesOf = (of: 'reference' | 'confirmed') => entries.map(({ score }) => score[of]?.value ?? null);
  return {
    key,
    incidents: entries.length,
    reviewed: entries.filter((entry) => entry.reviewedAt !== undefined).length,
    recovered: entries.filter((entry) => entry.recoveredAt !== undefined).length,
    score: ofEach(['reference', 'confirmed'], (of) => scoreStatistics(valuesOf(of), review)),
    impact: ofEach(impactLevels, (level) => levels.get(level)?.length ?? 0),
    /** The number of affected customers, if counted. */
    customers: { sum: sumOf(customers), unknown: entries.length - customers.length },
    ...ofEach(spans, (span) => durationStatistics(durationsOf(span), review)),
    slots: totals(entries, slotOutcomes, ({ rhythm }) => rhythm),
  };
}

type Review = Pick<Policy['review'], 'medianFrom' | 'percentileFrom'>;

/** The durations of ended incidents, and how long the open ones have lasted. */
export const measure = (durations: readonly DurationFact[]) => ({
  ended: durations.flatMap((each) => ('minutes' in each ? each.minutes : [])),
  open: durations.flatMap((each) => ('atLeastMinutes' in each ? (each.atLeastMinutes ?? []) : [])),
});

type Measured = ReturnType<typeof measure>;

export interface MedianTime {
  /** The number of incidents behind the median: measured ones, and pending ones with a known beginning. */
  n: number;
  /** The Kaplan-Meier median; null if too few are measured, or fewer than half have ended. */
  medianMinutes: number | null;
  /** If fewer than half have ended: a lower bound of the median. */
  medianAtLeastMinutes?: number;
}

/** The median of the measured times, if there are enough. */
export function medianOfTimes({ ended, open }: Measured, { medianFrom }: Pick<Review, 'medianFrom'>): MedianTime {
  const n = ended.length + open.length;
  if (n < medianFrom) return { n, medianMinutes: null };
  const medianMinutes = quantile(ended, open, 0.5);
  if (medianMinutes !== null) return { n, medianMinutes };
  return { n, medianMinutes, ...optional('medianAtLeastMinutes', quantile([...ended, ...open], [], 0.5) ?? undefined) };
}

/** @param review how many have to be measured for a median, and for a p90 */
export function durationStatistics(durations: readonly DurationFact[], review: Review) {
  const measured = measure(durations);
  const { ended, open } = measured;
  const bars = Map.groupBy(ended, (each) => distributionMinutes.find((upTo) => upTo === null || each <= upTo) ?? null);
  const countOf = (state: string): number => durations.filter((each) => 'state' in each && each.state === state).length;
  const median = medianOfTimes(measured, review);
  return {
    known: ended.length,
    /** Not happened yet. */
    pending: countOf('pending'),
    /** Unknown to everybody. */
    unknown: countOf('unknown'),
    ...median,
    /** Null also where too few are measured to tell. */
    p90Minutes: median.n < review.percentileFrom ? null : quantile(ended, open, 0.9),
    /** How many took up to this many minutes and more than the bar before; null ends the scale. */
    distribution: distributionMinutes.map((upToMinutes) => ({
      upToMinutes,
      count: bars.get(upToMinutes)?.length ?? 0,
    })),
  };
}

function sumLostTime(entries: readonly Entry[]) {
  /** The sum over `n` incidents; `open` of them have lasted at least that long, and of `unknown` something is missing. */
  const lost = { minutes: 0, n: 0, open: 0, unknown: 0 };
  for (const { impact, durations } of entries) {
    const { businessImpact, affectedCustomerCount: customers } = impact;
    if (businessImpact !== undefined && businessImpact !== 'stopped') continue;
    const { ended, open } = measure([durations.recovery]);
    const [minutes] = [...ended, ...open];
    if (businessImpact === undefined || customers === undefined || minutes === undefined) {
      lost.unknown += 1;
      continue;
    }
    lost.minutes += Math.round(customers * minutes);
    lost.n += 1;
    lost.open += open.length;
  }
  return lost;
}

export function scoreStatistics(values: readonly (number | null)[], { medianFrom }: Pick<Review, 'medianFrom'>) {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  return {
    known: known.length,
    unknown: values.length - known.length,
    /** The sum of the known scores. */
    sum: sumOf(known),
    /** Null also if too few scores are known. */
    median: known.length < medianFrom ? null : quantile(known, [], 0.5),
    max: known.at(-1) ?? null,
  };
}

const countCheckpoints = (entries: readonly Entry[]) =>
  checkpointIds.map((id) => {
    const count = { id, pass: 0, fail: 0, notApplicable: 0, noData: 0 };
    for (const { checkpoints } of entries) {
      const result = checkpoints.find((each) => each.id === id)?.result ?? 'no-data';
      count[result === 'not-applicable' ? 'notApplicable' : result === 'no-data' ? 'noData' : result] += 1;
    }
    return count;
  });

function measureLoad(entries: readonly Entry[]) {
  const called = Object.assign({}, ...entries.map(({ actorNames }) => actorNames)) as ActorNames;
  const incidents = entries.filter(({ responders }) => responders.length > 0).length;
  const people = tally(entries.flatMap(({ responders }) => [...new Set(responders)])).map(({ key: name, n }) => {
    return { name, ...optional('actorName', called[name]), incidents: n, share: n / incidents };
  });
  return {
    /** Incidents that anybody is known to have responded to. */
    incidents,
    responders: people.length,
    /** The top person's share of those incidents: load to spread. */
    topShare: people[0]?.share ?? null,
    /** By actor; accounts of tools with their display name. */
    people: people.slice(0, mostPeople),
  };
}
