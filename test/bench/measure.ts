/** How a figure is taken: ours and the baseline's in alternating pairs, so that a busy minute weighs on both. */
import type { Figures, Spreads } from './check.ts';

export interface Ratio {
  /** The median of the pairs' ratios. */
  median: number;
  /** The middle half of them. */
  spread: [low: number, high: number];
  pairs: number;
}

/** What one file of this folder hands back, by the keys of `results.json`. */
export interface Measured {
  figures: Figures;
  /** Beside a figure: how it spread, what it is made of. */
  notes: Record<string, string>;
  spreads?: Spreads;
}

/** A ratio as a figure; none where it could not be taken. */
export function asFigure(key: string, ratio: Ratio, more: string): Measured {
  if (!Number.isFinite(ratio.median)) return { figures: {}, notes: {} };
  return {
    figures: { [key]: ratio.median },
    notes: { [key]: `${ratio.spread.join('–')} in ${ratio.pairs} pairs; ${more}` },
    spreads: { [key]: ratio.spread },
  };
}

export const together = (...all: Measured[]): Required<Measured> => ({
  figures: Object.assign({}, ...all.map((each) => each.figures)),
  notes: Object.assign({}, ...all.map((each) => each.notes)),
  spreads: Object.assign({}, ...all.map((each) => each.spreads)),
});

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

/** Ours first in one pair, the baseline first in the next. */
export async function inPairs(
  pairs: number,
  ours: () => Promise<number>,
  baseline: () => Promise<number>,
): Promise<{ ours: number[]; baseline: number[] }> {
  const taken = { ours: [] as number[], baseline: [] as number[] };
  for (let pair = 0; pair < pairs; pair += 1) {
    const takeOurs = async (): Promise<void> => void taken.ours.push(await ours());
    const takeBaseline = async (): Promise<void> => void taken.baseline.push(await baseline());
    for (const take of pair % 2 === 0 ? [takeOurs, takeBaseline] : [takeBaseline, takeOurs]) await take();
  }
  return taken;
}

export function ratioOf({ ours, baseline }: { ours: number[]; baseline: number[] }): Ratio {
  const ratios = ours.map((value, index) => value / (baseline[index] ?? Number.NaN));
  return {
    median: round(median(ratios)),
    spread: [round(quantile(ratios, 0.25)), round(quantile(ratios, 0.75))],
    pairs: ratios.length,
  };
}

/** Each figure has a process, and so a heap, of its own; run by itself, such a file prints what it found. */
export async function measure(work: (isQuick: boolean) => Promise<Measured>): Promise<void> {
  // The processes that a figure starts end as this one exits, and this one as `main.ts` does.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
  process.on('disconnect', () => process.exit(1));
  const measured = await work(process.argv.includes('--quick'));
  if (!process.send) {
    console.log(JSON.stringify(measured, null, 2));
    process.exit(0);
  }
  process.send(measured, undefined, undefined, () => process.exit(0));
}
