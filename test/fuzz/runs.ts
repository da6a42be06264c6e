/**
 * How much the properties try: few runs of one seed in `npm test`, a multiple of them in `npm run test:long`; `FUZZ_RUNS`
 * says how many, `FUZZ_SEED` draws others.
 */
import type { Parameters } from 'fast-check';

const usualSeed = 20_261_124;

/** @param few how many runs are worth their time in `npm test` */
export function runs(few: number): Pick<Parameters<unknown>, 'numRuns'> {
  return { numRuns: readNumber('FUZZ_RUNS') ?? few * (readNumber('FUZZ_TIMES') ?? 1) };
}

export const drawnSeed = (): number => readNumber('FUZZ_SEED') ?? usualSeed;

/** Whether more is tried than in `npm test`. */
export const isDrawnMore = (readNumber('FUZZ_RUNS') ?? readNumber('FUZZ_TIMES')) !== undefined;

/** For a property's own limit: more runs than usual may take longer than a test usually may. */
export const longestMs =
  readNumber('FUZZ_RUNS') === undefined ? 60_000 * (readNumber('FUZZ_TIMES') ?? 1) : 24 * 3_600_000;

function readNumber(name: string): number | undefined {
  const text = process.env[name];
  if (!text) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${name} has to be a whole number, and is “${text}”.`);
  return value;
}
