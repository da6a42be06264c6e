/** The weeks side by side: one summary a week, kept with its bundle, so that the past is never counted again. Pure. */
import type { Policy } from '../policy.ts';
import type { Aggregates, Durations } from './aggregates.ts';
import { type Week, weekAfter } from './week.ts';

/** Ways by which a report leaves without being an incident of the week. */
export const doors = ['questions', 'outside', 'notOccurring', 'linked', 'dismissed', 'drills'] as const;
export type Door = (typeof doors)[number];

export interface DurationSummary {
  known: number;
  pending: number;
  unknown: number;
  medianMinutes: number | null;
  p90Minutes: number | null;
}

export interface WeekSummary {
  week: string;
  /** The week was over when this was made: only such weeks are compared. */
  isComplete: boolean;
  /** Without drills, what did not occur, and what another incident carries. */
  incidents: number;
  ticketIncidents: number;
  alertIncidents: number;
  /** Reports that came in, on whatever they are filed; null where nobody counted (an imported week). */
  reports: number | null;
  doors: Record<Door, number>;
  /** The confirmed score where there is one, else the reference. */
  score: { known: number; unknown: number; sum: number; median: number | null; max: number | null };
  impact: Aggregates['total']['impact'];
  customers: Aggregates['total']['customers'];
  firstResponse: DurationSummary;
  mitigation: DurationSummary;
  recovery: DurationSummary;
  load: { responders: number; topShare: number | null };
  drillResponse: DurationSummary;
  forms: string[];
  channels: string[];
}

/** A week of the trend; `summary` is null where that week has no bundle. */
export interface TrendWeek {
  week: string;
  summary: Omit<WeekSummary, 'week' | 'forms' | 'channels'> | null;
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

/** Weeks since a drill was last held, 0 in its week; null where there was none in all these weeks. */
export function weeksSinceDrill(trend: readonly TrendWeek[]): number | null {
  const last = trend.findLastIndex((each) => (each.summary?.doors.drills ?? 0) > 0);
  return last < 0 ? null : trend.length - 1 - last;
}

export function durationSummary({ known, pending, unknown, medianMinutes, p90Minutes }: Durations): DurationSummary {
  return { known, pending, unknown, medianMinutes, p90Minutes };
}

/** What the numbers of a week's own incidents add to its summary. */
export function summarizeNumbers(
  aggregates: Aggregates,
): Pick<
  WeekSummary,
  | 'incidents'
  | 'ticketIncidents'
  | 'alertIncidents'
  | 'impact'
  | 'customers'
  | 'firstResponse'
  | 'mitigation'
  | 'recovery'
  | 'load'
> {
  const of = (key: string): number => aggregates.bySource.find((group) => group.key === key)?.incidents ?? 0;
  return {
    incidents: aggregates.total.incidents,
    ticketIncidents: of('ticket'),
    alertIncidents: of('alert'),
    impact: aggregates.total.impact,
    customers: aggregates.total.customers,
    firstResponse: durationSummary(aggregates.total.firstResponse),
    mitigation: durationSummary(aggregates.total.mitigation),
    recovery: durationSummary(aggregates.total.recovery),
    load: { responders: aggregates.load.responders, topShare: aggregates.load.topShare },
  };
}
