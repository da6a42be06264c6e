/** The shown weeks as a whole: enough incidents to say something, each number with how many it is of. Pure. */
import type { Policy } from '../policy.ts';
import { type Durations, medianOfTimes, type Slots } from './aggregates.ts';
import { compare } from './entry.ts';
import { chanceOfSkew, wilsonInterval } from './statistics.ts';
import type { TrendWeek, WeekSummary } from './trends.ts';

export type MedianTime = Pick<Durations, 'n' | 'medianMinutes' | 'medianAtLeastMinutes'>;

/** How many of the due updates were on time, with Wilson's interval of 95 %; null where none was due. */
export interface SlotsKept {
  met: number;
  due: number;
  interval: { low: number; high: number } | null;
}

/** How uneven counts are, and how often chance alone would make them at least so. */
export interface Skew {
  of: 'area' | 'weekday' | 'on-duty';
  n: number;
  /** The most first; `expected` of equal areas and weekdays, and by the hours that each person was on duty. */
  parts: { name: string; count: number; expected: number }[];
  /** Null where there are too few to tell. */
  p: number | null;
}

export interface OverWeeks {
  weeks: number;
  incidents: number;
  firstResponse: MedianTime;
  mitigation: MedianTime;
  recovery: MedianTime;
  slots: SlotsKept;
  lostTime: WeekSummary['lostTime'];
  skew: Skew[];
}

type Summary = NonNullable<TrendWeek['summary']>;

export function lookOverWeeks(trends: readonly TrendWeek[], policy: Policy): OverWeeks {
  const weeks = trends.flatMap(({ summary }) => summary ?? []);
  const times = (span: 'firstResponse' | 'mitigation' | 'recovery'): MedianTime =>
    medianOfTimes(
      {
        ended: weeks.flatMap((week) => week[span].ended),
        open: weeks.flatMap((week) => week[span].open),
      },
      policy.review,
    );
  return {
    weeks: weeks.length,
    incidents: total(weeks, (week) => week.incidents),
    firstResponse: times('firstResponse'),
    mitigation: times('mitigation'),
    recovery: times('recovery'),
    slots: slotsKept({
      met: total(weeks, ({ slots }) => slots.met),
      late: total(weeks, ({ slots }) => slots.late),
      missed: total(weeks, ({ slots }) => slots.missed),
      notReminded: total(weeks, ({ slots }) => slots.notReminded),
    }),
    lostTime: {
      minutes: total(weeks, ({ lostTime }) => lostTime.minutes),
      n: total(weeks, ({ lostTime }) => lostTime.n),
      open: total(weeks, ({ lostTime }) => lostTime.open),
      unknown: total(weeks, ({ lostTime }) => lostTime.unknown),
    },
    skew: (['area', 'weekday', 'on-duty'] as const).flatMap((of) => skewOf(of, weeks, policy) ?? []),
  };
}

export function slotsKept({ met, late, missed, notReminded }: Slots): SlotsKept {
  const due = met + late + missed + notReminded;
  return { met, due, interval: due > 0 ? wilsonInterval(met, due) : null };
}

const total = (weeks: readonly Summary[], of: (week: Summary) => number): number =>
  weeks.reduce((sum, each) => sum + of(each), 0);

function skewOf(of: Skew['of'], weeks: readonly Summary[], policy: Policy): Skew | undefined {
  const all = new Map<string, { count: number; weight: number }>();
  for (const { spread } of weeks) {
    for (const { name, incidents, hours = 1 } of spread[of]) {
      const known = all.get(name) ?? { count: 0, weight: 0 };
      all.set(name, { count: known.count + incidents, weight: of === 'on-duty' ? known.weight + hours : 1 });
    }
  }
  const named = [...all].filter(([, { weight }]) => weight > 0);
  if (named.length < 2) return undefined;
  const n = named.reduce((sum, [, { count }]) => sum + count, 0);
  const weights = named.reduce((sum, [, { weight }]) => sum + weight, 0);
  const parts = named
    .map(([name, { count, weight }]) => ({ name, count, share: weight / weights }))
    .sort((a, b) => b.count - a.count || compare(a.name, b.name));
  const [counts, shares] = [parts.map(({ count }) => count), parts.map(({ share }) => share)];
  return {
    of,
    n,
    parts: parts.map(({ name, count, share }) => ({ name, count, expected: share * n })),
    p: n < policy.review.medianFrom ? null : chanceOfSkew(counts, shares),
  };
}
