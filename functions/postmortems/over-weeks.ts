/** The shown weeks as one period, which has more incidents than a week. Each number comes with its n. Pure. */
import type { Policy } from '../policy.ts';
import { lostTimes, type MedianTime, medianOfTimes } from './aggregates.ts';
import { type Slots, slotOutcomes, spans, type TimeSpan } from './entry.ts';
import { chanceOfSkew, ofEach, sumOf, totals, wilsonInterval } from './statistics.ts';
import type { TrendWeek, WeekNumbers } from './trends.ts';
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

/** How many of the due updates were on time, with Wilson’s interval of 95 %; null if none was due. */
export function slotsKept({ met, late, missed, notReminded }: Slots) {
  const due = met + late + missed + notReminded;
  return { met, due, interval: due > 0 ? wilsonInterval(met, due) : null };
}

/** How uneven the counts are, and the probability that chance alone makes them at least as uneven. */
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
    /** Null if there are too few to tell. */
    p: n < policy.review.medianFrom ? null : chanceOfSkew(counts, shares),
  };
}
