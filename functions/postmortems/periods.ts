/** The trends by week, month and year, summed from what each week’s bundle keeps. Pure. */
import type { Policy } from '../policy.ts';
import { impactLevels, lostTimes } from './aggregates.ts';
import { slotOutcomes } from './entry.ts';
import { totals } from './statistics.ts';
import { doors, type WeekSummary } from './trends.ts';
import { inZone, readWeek } from './week.ts';

export const periodKinds = ['week', 'month', 'year'] as const;
export type PeriodKind = (typeof periodKinds)[number];

export type Period = ReturnType<typeof sumPeriods>[number];

/** Sums alone: a median of weekly medians is not the period's. @param summaries in any order; unfinished are left out */
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
