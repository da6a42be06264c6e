/** How often steady random years alarm, table H: a rate, so it takes thousands of years. */
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { type Block, judgeBlocks } from '../../functions/postmortems/under-reporting.ts';

const noDoors = { questions: 0, outside: 0, notOccurring: 0, linked: 0, dismissed: 0, drills: 0 };
const block = (index: number, incidents: number, left: Partial<Block['doors']> = {}): Block => ({
  index,
  firstWeek: `first-${index}`,
  lastWeek: `last-${index}`,
  incidents,
  reports: null,
  doors: { ...noDoors, ...left },
});

/** mulberry32 and Knuth's Poisson: a seed gives the same years everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function poisson(mean: number, draw: () => number): number {
  let count = 0;
  for (let product = draw(); product > Math.exp(-mean); product *= draw()) count += 1;
  return count;
}

describe('steady random years', () => {
  const yearsEach = 1_000;
  const means = [2, 8, 20, 60, 200];
  /** A year of 13 blocks after two blocks that came before it. */
  function alarmingYears(mean: number): number {
    const draw = random(20_240_101 + mean);
    const doorMean = mean * 1.5;
    let alarming = 0;
    for (let year = 0; year < yearsEach; year += 1) {
      const blocks = Array.from({ length: 18 }, (_, index) =>
        block(index, poisson(mean, draw), { questions: poisson(doorMean, draw), outside: poisson(doorMean, draw) }),
      );
      const isAlarming = Array.from({ length: 13 }, (_, index) => blocks.slice(index, index + 6)).some((seen) =>
        judgeBlocks(seen, policy).some((finding) => finding.level === 'alarm'),
      );
      if (isAlarming) alarming += 1;
    }
    return alarming;
  }

  test.each(means)('of %i incidents a block alarm in at most 1 in 50', (mean) => {
    const alarming = alarmingYears(mean);
    expect(alarming).toBeLessThanOrEqual(yearsEach / 50);
  });

  test('and over all rates the share is known', () => {
    const share = means.reduce((sum, mean) => sum + alarmingYears(mean), 0) / (means.length * yearsEach);
    expect(share).toBeLessThan(0.02);
    expect(share).toMatchInlineSnapshot(`0.0028`);
  });
});
