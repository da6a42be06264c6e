/** How often the test of changed counts notices what is there, and what is not, table H: rates, so it takes many streams. */
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { type CountAlarm, findAlarms } from '../../functions/postmortems/changed-counts.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { week } from './facts.ts';

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

const streams = 100;
const all = Array.from({ length: 82 }, (_, index) => weekAfter(week('2025-W01'), index, policy.zone));

/** Of so many streams, in how many one of the alarms that it raised from a week on is as asked. */
function alarming(
  meanOf: (index: number) => number | undefined,
  { weeks, from, is }: { weeks: number; from: number; is: (alarm: CountAlarm) => boolean },
): number {
  let found = 0;
  for (let seed = 0; seed < streams; seed += 1) {
    const draw = random(20_240_101 + seed * 7_919);
    const counted = all.slice(0, weeks).flatMap(({ id }, index) => {
      const mean = meanOf(index);
      return mean === undefined ? [] : [{ week: id, incidents: poisson(mean, draw) }];
    });
    const [first, last] = [all[from], all[weeks - 1]];
    if (first && last && findAlarms(counted, first, last, policy).some(is)) found += 1;
  }
  return found;
}

const isFall = ({ kind }: CountAlarm): boolean => kind === 'fall';
const isRise = ({ kind }: CountAlarm): boolean => kind === 'rise';

describe('half a year, then a change: noticed within eight weeks', () => {
  const within = { weeks: 34, from: 26 };
  test.each([
    [5, 1.5, 75],
    [10, 5, 75],
    [20, 10, 95],
  ])('a fall from %i a week to %d, in at least that many of a hundred', (before, after, least) => {
    const meanOf = (index: number): number => (index < 26 ? before : after);
    expect(alarming(meanOf, { ...within, is: isFall })).toBeGreaterThanOrEqual(least);
  });

  test('a rise from 5 a week to 12', () => {
    const meanOf = (index: number): number => (index < 26 ? 5 : 12);
    expect(alarming(meanOf, { ...within, is: isRise })).toBeGreaterThanOrEqual(95);
    expect(alarming(meanOf, { ...within, is: isFall })).toBe(0);
  });

  test('a fall after a month that nobody counted', () => {
    const meanOf = (index: number): number | undefined =>
      index >= 22 && index < 26 ? undefined : index < 26 ? 20 : 10;
    expect(alarming(meanOf, { ...within, is: isFall })).toBeGreaterThanOrEqual(90);
  });
});

describe('a year of nothing but chance, after half a year to compare with', () => {
  const year = { weeks: 82, from: 30 };
  test.each([2, 5, 10, 20])('%i a week: at most four of a hundred years have a false fall', (mean) => {
    expect(alarming(() => mean, { ...year, is: isFall })).toBeLessThanOrEqual(4);
  });

  test('a month that nobody counted is no fall', () => {
    const meanOf = (index: number): number | undefined => (index >= 50 && index < 54 ? undefined : 10);
    expect(alarming(meanOf, { ...year, is: isFall })).toBeLessThanOrEqual(4);
  });

  test('a season of a fifth up and down within the year is seldom a fall', () => {
    const meanOf = (index: number): number => 10 * (1 + 0.2 * Math.sin((2 * Math.PI * index) / 52));
    expect(alarming(meanOf, { ...year, is: isFall })).toBeLessThanOrEqual(25);
  });
});

describe('after a fall from 20 a week to 10', () => {
  const fallen = (then: (index: number) => number) => (index: number) => (index < 26 ? 20 : then(index));

  test('a further fall to 4, twenty weeks later, is an alarm of its own in at least 75 of a hundred', () => {
    const meanOf = fallen((index) => (index < 46 ? 10 : 4));
    expect(alarming(meanOf, { weeks: 54, from: 47, is: isFall })).toBeGreaterThanOrEqual(75);
  });

  // While the weeks before the fall are still compared with, the test can lapse and hold again: then it is asked again.
  test('what stays as it fell is noticed again within half a year in at most a third', () => {
    expect(
      alarming(
        fallen(() => 10),
        { weeks: 66, from: 36, is: isFall },
      ),
    ).toBeLessThanOrEqual(33);
  });
});
