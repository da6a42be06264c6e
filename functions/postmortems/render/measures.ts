/** Numbers with how many they are of, as every page and chart says them. Pure. */
import type { LostTime, MedianTime } from '../aggregates.ts';
import type { SlotsKept } from '../over-weeks.ts';
import { percent, span } from './format.ts';
import type { Speech } from './words.ts';

/** Hours to a tenth. */
export const hoursOf = (minutes: number): number => Math.round(minutes / 6) / 10;

/** A number, and of how many it is. */
interface Measure {
  value: string;
  note: string;
}

const joined = ({ value, note }: Measure): string => (note ? `${value} (${note})` : value);

/** `12 min`, `at least 3 h` or `too few to tell†`, and `n = 23`. */
export function measureMedian(
  { n, medianMinutes, medianAtLeastMinutes }: MedianTime,
  { word, language }: Speech,
): Measure {
  if (n === 0) return { value: '–', note: '' };
  const value =
    medianMinutes !== null
      ? span(medianMinutes, language)
      : medianAtLeastMinutes !== undefined
        ? word('atLeast', { span: span(medianAtLeastMinutes, language) })
        : word('tooFew');
  return { value, note: word('n', { n }) };
}

export const sayMedian = (median: MedianTime, speech: Speech): string => joined(measureMedian(median, speech));

/** `90% (45 of 50, 79–96%)`. */
export function saySlots({ met, due, interval }: SlotsKept, { word }: Speech): string {
  if (!interval) return '–';
  const range = `${Math.round(interval.low * 100)}–${percent(interval.high)}`;
  return `${percent(met / due)} (${word('trends.known', { n: met, total: due })}, ${range})`;
}

/** `31.5 h`, and `4 of 5, 1 still open`; where nobody's business stopped, 0. */
export function measureLost({ minutes, n, open, unknown }: LostTime, { word }: Speech): Measure {
  if (n + unknown === 0) return { value: word('hours', { n: 0 }), note: '' };
  const of = word('trends.known', { n, total: n + unknown });
  return {
    value: n === 0 ? '–' : word('hours', { n: hoursOf(minutes) }),
    note: open > 0 ? `${of}, ${word('stillOpen', { n: open })}` : of,
  };
}

export const sayLost = (lost: LostTime, speech: Speech): string => joined(measureLost(lost, speech));
