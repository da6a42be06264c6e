import { expect, test } from 'vitest';
import { withBundles } from './with-bundles.ts';

// Whole days, and one with a planted bug, are in days.long.test.ts.
test('an hour and a half with all faults break no promise, and the same seed goes the same way', async () => {
  await withBundles({ days: 0.06 }, async (play) => {
    const [first, again] = await Promise.all([play(9), play(9)]);
    expect(first.violations).toEqual([]);
    expect(Object.keys(first.struck).length).toBeGreaterThan(3);
    expect(first.counts.deaths).toBeGreaterThan(0);
    expect(again.hash).toBe(first.hash);
  });
});
