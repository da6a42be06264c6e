/** Numbers with their sample size, as every page and chart writes them. Pure. */
import type { Speech } from '../../words/speech.ts';
import type { LostTime, MedianTime } from '../aggregates.ts';
import type { SlotsKept } from '../over-weeks.ts';
import { percent, span } from './format.ts';

/** Hours to a tenth. */
export const hoursOf = (minutes: number): number => Math.round(minutes / 6) / 10;

const joined = ({ value, note }: { value: string; note: string }): string => (note ? `${value} (${note})` : value);

/** `12 min`, `at least 3 h` or `too few to tell†`, and `n = 23`. */
export function measureMedian(median: MedianTime, { t, language }: Speech) {
  const { n, medianMinutes, medianAtLeastMinutes } = median;
  if (n === 0) return { value: '–', note: '' };
  const value =
    medianMinutes !== null
      ? span(medianMinutes, language)
      : medianAtLeastMinutes !== undefined
        ? t('atLeast', { span: span(medianAtLeastMinutes, language) })
        : t('tooFew');
  return { value, note: t('n', { n }) };
}

export const sayMedian = (median: MedianTime, speech: Speech): string => joined(measureMedian(median, speech));

/** `90% (45 of 50, 79–96%)`. */
export function saySlots({ met, due, interval }: SlotsKept, { t }: Speech): string {
  if (!interval) return '–';
  const range = `${Math.round(interval.low * 100)}–${percent(interval.high)}`;
  return `${percent(met / due)} (${t('trends.known', { n: met, total: due })}, ${range})`;
}

/** `31.5 h`, and `4 of 5, 1 still open`; 0 if no business stopped. */
export function measureLost({ minutes, n, open, unknown }: LostTime, { t }: Speech) {
  if (n + unknown === 0) return { value: t('hours', { n: 0 }), note: '' };
  const of = t('trends.known', { n, total: n + unknown });
  return {
    value: n === 0 ? '–' : t('hours', { n: hoursOf(minutes) }),
    note: open > 0 ? `${of}, ${t('stillOpen', { n: open })}` : of,
  };
}

export const sayLost = (lost: LostTime, speech: Speech): string => joined(measureLost(lost, speech));
