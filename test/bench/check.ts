/**
 * What has become worse than the committed figures. Counts are exact, so that one read more is worse; a ratio is worse
 * where it is by more than its tolerance in three quarters of its pairs, so that a busy machine fails nothing. Pure.
 */
import { bars, isOfTheMachine } from '../../infra/docs/bars.ts';

export type Figures = Record<string, unknown>;
/** Of ratios: the middle half of their pairs. */
export type Spreads = Record<string, [low: number, high: number]>;

type Counted = Record<string, number>;
export const isCounted = (value: unknown): value is Counted => typeof value === 'object' && value !== null;

/** Of times that pass. `operations` has the same letters, and is counted. */
export const isRatio = (key: string): boolean => /(?:\.r|R)atio/.test(key);

/** The share by which a figure has to be worse to be told. */
const usualTolerance = 0.1;

/** @returns the keys of `taken` that are worse than `committed`; what was not committed is not */
export function worseThan(committed: Figures, taken: Figures, spreads: Spreads = {}): string[] {
  return Object.keys(taken).filter((key) => isWorse(key, taken[key], committed[key], spreads[key]));
}

function isWorse(key: string, now: unknown, before: unknown, spread?: Spreads[string]): boolean {
  if (isCounted(now) && isCounted(before)) {
    return Object.entries(now).some(([name, value]) => value > (before[name] ?? value));
  }
  if (typeof now !== 'number' || typeof before !== 'number' || isOfTheMachine(key)) return false;
  const { tolerance = usualTolerance, least } = bars[key] ?? {};
  const [low, high] = spread ?? [now, now];
  return least === undefined ? low >= before * (1 + tolerance) : high <= before * (1 - tolerance);
}
