/** The weeks side by side: one summary a week, kept with its bundle, so that the past is never counted again. Pure. */
import { given } from '../platform/defined.ts';
import type { Policy } from '../policy.ts';
import { type Aggregates, type Durations, isCounted, measure, type ScoreStatistics } from './aggregates.ts';
import { type DurationFact, type Entry, spans, type TimeSpan } from './entry.ts';
import { ofEach, sumOf } from './statistics.ts';
import { type Week, weekAfter } from './week.ts';

/** What a report becomes if it is not an incident of the week. */
export const doors = ['questions', 'outside', 'notOccurring', 'linked', 'dismissed', 'drills'] as const;
export type Door = (typeof doors)[number];

export interface WeekSummary extends ReturnType<typeof summarizeNumbers> {
  week: string;
  /** The week was over when this was assembled: only such weeks are compared. */
  isComplete: boolean;
  /** Reports received, on any incident; null if they were not counted (an imported week). */
  reports: number | null;
  doors: Record<Door, number>;
  /** The confirmed score, otherwise the reference score. */
  score: ScoreStatistics;
  forms: string[];
  channels: string[];
}

export type WeekNumbers = Omit<WeekSummary, 'week' | 'forms' | 'channels'>;

/** A week of the trend; `summary` is null if that week has no bundle. */
export interface TrendWeek {
  week: string;
  summary: WeekNumbers | null;
}

/** The last weeks up to and with this one, oldest first, gaps named. */
export function listTrend(own: WeekSummary, past: readonly WeekSummary[], week: Week, policy: Policy): TrendWeek[] {
  const known = new Map([...past, own].map((each) => [each.week, each]));
  const count = policy.underReporting.trendWeeks;
  return Array.from({ length: count }, (_, index) => {
    const { id } = weekAfter(week, index - count + 1, policy.zone);
    const found = known.get(id);
    if (!found) return { week: id, summary: null };
    const { week: _week, forms: _forms, channels: _channels, ...summary } = found;
    return { week: id, summary };
  });
}

/** Weeks since a drill was last held, 0 in its week; null if there was none in all these weeks. */
export function weeksSinceDrill(trend: readonly TrendWeek[]): number | null {
  const last = trend.findLastIndex((each) => (each.summary?.doors.drills ?? 0) > 0);
  return last < 0 ? null : trend.length - 1 - last;
}

const mostDots = 300;

/** How long each took, or an open one had lasted, in minutes and shortest first: a dot each, `mostDots` at most. */
function summarizeTimes({ known, pending, unknown }: Durations, facts: readonly DurationFact[]) {
  const drawn = (minutes: number[]): number[] => {
    const sorted = minutes.toSorted((a, b) => a - b);
    const length = Math.min(sorted.length, mostDots);
    return Array.from({ length }, (_, index) => sorted[Math.floor((index * sorted.length) / length)] ?? 0);
  };
  const { ended, open } = measure(facts);
  return { known, pending, unknown, ended: drawn(ended), open: drawn(open) };
}

export function summarizeNumbers(aggregates: Aggregates, entries: readonly Entry[]) {
  const { total, lostTime, bySource, byArea, byHour, duty } = aggregates;
  const of = (key: string): number => bySource.find((group) => group.key === key)?.incidents ?? 0;
  const counted = entries.filter(isCounted);
  const factsOf = (span: TimeSpan) => counted.map(({ durations }) => durations[span]);
  /** How many there were in each area that a ticket named, on each day, and in the hours that each person was on duty. */
  const spread: Record<'area' | 'weekday' | 'on-duty', { name: string; incidents: number; hours?: number }[]> = {
    area: byArea
      .filter(({ key }) => key !== 'not-stated' && key !== 'other-areas')
      .map(({ key, incidents }) => ({ name: key, incidents })),
    weekday: byHour.days.map(({ weekday, hours }) => ({ name: weekday, incidents: sumOf(hours) })),
    'on-duty': (duty?.people ?? []).map(({ name, incidents, hours }) => ({ name, incidents, hours })),
  };
  return {
    /** Without drills, incidents that did not occur, and merged ones. */
    ...given(total, ['incidents', 'impact', 'customers', 'slots']),
    ticketIncidents: of('ticket'),
    alertIncidents: of('alert'),
    ...ofEach(spans, (span) => summarizeTimes(total[span], factsOf(span))),
    lostTime,
    spread,
  };
}
