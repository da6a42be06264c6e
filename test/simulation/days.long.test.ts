/** Whole days of the simulation, each of which takes as long as all tests of a room. */
import { expect, test } from 'vitest';
import { createOracle } from './oracle.ts';
import { openOrdinaryHouse } from './ordinary-house.ts';
import { plantedBugs } from './planted-bugs.ts';
import { firstBroken, withBundles } from './with-bundles.ts';
import { makeWorld } from './world.ts';

test('a day with all faults breaks no promise, and another seed goes another way', async () => {
  await withBundles({}, async (play) => {
    const [first, other] = await Promise.all([play(1), play(2)]);
    expect(first.violations).toEqual([]);
    expect(other.violations).toEqual([]);
    expect(other.hash).not.toBe(first.hash);
  });
});

test('three hours with all faults go the same way with the same seed, deaths and all', async () => {
  await withBundles({ days: 0.12 }, async (play) => {
    const [first, again] = await Promise.all([play(9), play(9)]);
    expect(first.violations).toEqual([]);
    expect(Object.keys(first.struck).length).toBeGreaterThan(3);
    expect(first.counts.deaths).toBeGreaterThan(0);
    expect(again.hash).toBe(first.hash);
  });
});

test('a day in which the tools hang, refuse and answer 500 after they took it breaks no promise', async () => {
  await withBundles({ remote: ['tickets'], share: 1 }, async (play) => {
    const { violations, struck } = await play(3);
    expect(violations).toEqual([]);
    expect(Object.keys(struck).filter((each) => each.startsWith('remote ')).length).toBeGreaterThan(2);
  });
});

test('a day in which Slack, PagerDuty and the calendar of duty fail breaks no promise', async () => {
  await withBundles({ remote: ['slack', 'pagerduty', 'calendars'] }, async (play) => {
    const { violations, struck } = await play(1);
    expect(violations).toEqual([]);
    expect(Object.keys(struck).filter((each) => each.startsWith('remote ')).length).toBeGreaterThan(2);
  });
});

test('a day in which nothing fails leaves the oracle nothing to say', async () => {
  const world = makeWorld('fair', 1, 0.3, ['tickets']);
  const house = await openOrdinaryHouse(world.start);
  try {
    expect(await house.play(world, createOracle())).toEqual([]);
  } finally {
    await house.stop();
  }
});

// The others are a step of their own (`npm run test:planted`).
test('a planted bug is noticed', async () => {
  const bug = plantedBugs.find((each) => each.name === 'an-incident-without-its-timer');
  expect(bug).toBeDefined();
  await withBundles({ changes: bug ? [bug] : [] }, async (play) => {
    const broken = await firstBroken(play, [1, 2, 3]);
    // More than one incident was filed, and each of them has no timer: the run continues after the first.
    expect(broken?.violations.length).toBeGreaterThan(1);
  });
});
