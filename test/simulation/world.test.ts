import { expect, test } from 'vitest';
import { dayMs, weekOf } from './calendar.ts';
import { makeWorld } from './world.ts';

const planOf = (seed: string): string[] => makeWorld(seed, 3).acts.map(({ at, name }) => `${at} ${name}`);

test('the same seed plans the same, another plans otherwise', () => {
  expect(planOf('1')).toEqual(planOf('1'));
  expect(planOf('2')).not.toEqual(planOf('1'));
});

test('all that is planned is within the world’s time, in order', () => {
  const { acts, start, end } = makeWorld('1', 3);
  const times = acts.map((each) => each.at);
  expect(end - start).toBe(3 * dayMs);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(start);
  expect(Math.max(...times)).toBeLessThan(end);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test('several acts fall on one instant, so that they race', () => {
  const { acts } = makeWorld('1', 3);
  expect(new Set(acts.map((each) => each.at)).size).toBeLessThan(acts.length - 5);
});

test.each([
  ['2026-11-22T14:59:59.999Z', '2026-W47'],
  ['2026-11-22T15:00:00.000Z', '2026-W48'],
  ['2026-12-31T00:00:00.000Z', '2026-W53'],
  ['2027-01-03T14:59:59.999Z', '2026-W53'],
  ['2027-01-03T15:00:00.000Z', '2027-W01'],
])('%s is in %s', (at, week) => {
  const { id, start, end } = weekOf(Date.parse(at));
  expect(id).toBe(week);
  expect(start).toBeLessThanOrEqual(Date.parse(at));
  expect(end - start).toBe(7 * dayMs);
});
