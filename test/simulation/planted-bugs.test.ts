/** Each planted bug is noticed within a few seeds, and the functions as they are pass the same seeds. */
import { expect, test } from 'vitest';
import { plantedBugs } from './planted-bugs.ts';
import { firstBroken, withBundles } from './with-bundles.ts';

const seeds = [1, 2, 3, 4];
const timeout = 1_200_000;

const kinds = [...new Set(plantedBugs.map((each) => each.faults ?? 'all'))];

test.each(kinds)('without a bug nothing is noticed: %s', { timeout }, async (faults) => {
  await withBundles({ faults }, async (play) => expect(await firstBroken(play, seeds)).toBeUndefined());
});

test.each(plantedBugs)('$name', { timeout }, async (bug) => {
  const { faults, share } = bug;
  await withBundles({ changes: [bug], faults, share }, async (play) => {
    expect(await firstBroken(play, seeds)).toBeDefined();
  });
});
