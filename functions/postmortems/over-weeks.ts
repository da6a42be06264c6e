/**
 * Numbers over several weeks: the shown weeks as one period, which has more incidents than a week, each number with its n;
 * and sums by week, month and year. Pure.
 */
import type { Policy } from '../policy.ts';
import { impactLevels, lostTimes, type MedianTime, medianOfTimes } from './aggregates.ts';
import { type Slots, slotOutcomes, spans, type TimeSpan } from './entry.ts';
import { chanceOfSkew, ofEach, sumOf, totals, wilsonInterval } from './statistics.ts';
import { doors, type TrendWeek, type WeekNumbers, type WeekSummary } from './trends.ts';
import { inZone, readWeek } from './week.ts';
import { compare } from './written.ts';

export type Skew = NonNullable<ReturnType<typeof skewOf>>;
export type SlotsKept = ReturnType<typeof slotsKept>;

export function lookOverWeeks(trends: readonly TrendWeek[], policy: Policy) {
  const weeks = trends.flatMap(({ summary }) => summary ?? []);
  const times = (span: TimeSpan): MedianTime => {
    const measured = weeks.map((week) => week[span]);
    const [ended, open] = [measured.flatMap((each) => each.ended), measured.flatMap((each) => each.open)];
    return medianOfTimes({ ended, open }, policy.review);
  };
  return {
    weeks: weeks.length,
    ...totals(weeks, ['incidents'], (week) => week),
    ...ofEach(spans, times),
    slots: slotsKept(totals(weeks, slotOutcomes, ({ slots }) => slots)),
    lostTime: totals(weeks, lostTimes, ({ lostTime }) => lostTime),
    skew: (['area', 'weekday', 'on-duty'] as const).flatMap((of) => skewOf(of, weeks, policy) ?? []),
  };
}

/** How many of the due updates were on time, with Wilson’s interval of 95 %; null where none was due. */
export function slotsKept({ met, late, missed, notReminded }: Slots) {
  const due = met + late + missed + notReminded;
  return { met, due, interval: due > 0 ? wilsonInterval(met, due) : null };
}

/** How uneven counts are, and how often chance alone would make them at least so. */
function skewOf(of: keyof WeekNumbers['spread'], weeks: readonly WeekNumbers[], policy: Policy) {
  const all = new Map<string, { count: number; weight: number }>();
  for (const { spread } of weeks) {
    for (const { name, incidents, hours = 1 } of spread[of]) {
      const known = all.get(name) ?? { count: 0, weight: 0 };
      all.set(name, { count: known.count + incidents, weight: of === 'on-duty' ? known.weight + hours : 1 });
    }
  }
  const named = [...all].filter(([, { weight }]) => weight > 0);
  if (named.length < 2) return undefined;
  const n = sumOf(named.map(([, { count }]) => count));
  const weights = sumOf(named.map(([, { weight }]) => weight));
  const parts = named
    .map(([name, { count, weight }]) => ({ name, count, share: weight / weights }))
    .sort((a, b) => b.count - a.count || compare(a.name, b.name));
  const [counts, shares] = [parts.map(({ count }) => count), parts.map(({ share }) => share)];
  return {
    of,
    n,
    /** The most first; `expected` of equal areas and weekdays, and by the hours that each person was on duty. */
    parts: parts.map(({ name, count, share }) => ({ name, count, expected: share * n })),
    /** Null where there are too few to tell. */
    p: n < policy.review.medianFrom ? null : chanceOfSkew(counts, shares),
  };
}

export const periodKinds = ['week', 'month', 'year'] as const;
export type PeriodKind = (typeof periodKinds)[number];

export type Period = ReturnType<typeof sumPeriods>[number];

/**
 * Sums alone: a median of weekly medians is not the period's, and so is not here.
 * @param summaries in any order; a week that was not over when it was counted is left out
 */
export function sumPeriods(summaries: readonly WeekSummary[], by: PeriodKind, policy: Policy) {
  const complete = summaries.filter(({ isComplete }) => isComplete).sort((a, b) => (a.week < b.week ? -1 : 1));
  const groups = Map.groupBy(complete, ({ week }) => periodOf(week, by, policy));
  return [...groups].map(([period, weeks]) => ({
    /** `2026-W47`, `2026-11` or `2026`: a week is of the month and the year of its Thursday, as in ISO 8601. */
    period,
    /** The weeks that are summed, by their names; a week without a bundle is not among them. */
    weeks: weeks.map(({ week }) => week),
    ...totals(weeks, ['incidents', 'ticketIncidents', 'alertIncidents'], (each) => each),
    doors: totals(weeks, doors, (each) => each.doors),
    impact: totals(weeks, impactLevels, ({ impact }) => impact),
    customers: totals(weeks, ['sum', 'unknown'], ({ customers }) => customers),
    score: totals(weeks, ['known', 'unknown', 'sum'], ({ score }) => score),
    slots: totals(weeks, slotOutcomes, ({ slots }) => slots),
    lostTime: totals(weeks, lostTimes, ({ lostTime }) => lostTime),
  }));
}

function periodOf(week: string, by: PeriodKind, { zone }: Policy): string {
  const start = readWeek(week, zone)?.start;
  if (by === 'week' || !start) return week;
  const thursday = inZone(start, zone).toPlainDate().add({ days: 3 }).toString();
  return by === 'month' ? thursday.slice(0, 7) : thursday.slice(0, 4);
}

type Column = [name: string, of: (period: Period) => string | number];

/** A row a period, after a header; only names and numbers, which no spreadsheet takes for a formula. */
export function periodsAsCsv(periods: readonly Period[]): string {
  const columns: Column[] = [
    ['period', ({ period }) => period],
    ['weeks', ({ weeks }) => weeks.length],
    ['incidents', ({ incidents }) => incidents],
    ['tickets', ({ ticketIncidents }) => ticketIncidents],
    ['alerts', ({ alertIncidents }) => alertIncidents],
    ...doors.map((door): Column => [door, (period) => period.doors[door]]),
    ...impactLevels.map((level): Column => [`impact_${level}`, ({ impact }) => impact[level]]),
    ['affected_customers', ({ customers }) => customers.sum],
    ['affected_customers_uncounted', ({ customers }) => customers.unknown],
    ['score_sum', ({ score }) => score.sum],
    ['score_unknown', ({ score }) => score.unknown],
    ['updates_on_time', ({ slots }) => slots.met],
    ['updates_not_on_time', ({ slots }) => slots.late + slots.missed + slots.notReminded],
    ['lost_hours', ({ lostTime }) => Math.round(lostTime.minutes / 6) / 10],
    ['lost_hours_unknown', ({ lostTime }) => lostTime.unknown],
  ];
  const rows = [columns.map(([name]) => name), ...periods.map((period) => columns.map(([, of]) => of(period)))];
  return `${rows.map((row) => row.join(',')).join('\r\n')}\r\n`;
}
