import { expect, test } from 'vitest';
import { plantedBugs } from './planted-bugs.ts';
import { firstBroken, withBundles } from './with-bundles.ts';

test('a day with all faults breaks no promise, and the same seed goes the same way', async () => {
  await withBundles({}, async (play) => {
    const [first, again, other] = await Promise.all([play(1), play(1), play(2)]);
    expect(first.violations).toEqual([]);
    expect(other.violations).toEqual([]);
    expect(Object.keys(first.struck).length).toBeGreaterThan(3);
    expect(first.counts.deaths).toBeGreaterThan(0);
    expect(again.hash).toBe(first.hash);
    expect(other.hash).not.toBe(first.hash);
  });
});

// The others are a step of their own (`npm run test:planted`), since each takes as long as all tests of a room.
test('a planted bug is noticed', async () => {
  const bug = plantedBugs.find((each) => each.name === 'an-incident-without-its-timer');
  expect(bug).toBeDefined();
  await withBundles({ changes: bug ? [bug] : [] }, async (play) => {
    const broken = await firstBroken(play, [1, 2, 3]);
    // More than one incident was filed, and each of them has no timer: the run goes on after the first.
    expect(broken?.violations.length).toBeGreaterThan(1);
  });
});
