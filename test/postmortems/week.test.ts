/** Weeks and days in the policy's zone: by the clock there, whatever the clock does. */
import { describe, expect, test } from 'vitest';
import { dayOf, readDueDate, readWeek, weekAfter, weekOf } from '../../functions/postmortems/week.ts';
import { at, week } from './facts.ts';

const tokyo = 'Asia/Tokyo';
const berlin = 'Europe/Berlin';

describe('a week', () => {
  test.each([
    ['2026-W47', tokyo, '2026-11-15T15:00:00.000Z', '2026-11-22T15:00:00.000Z'],
    // It is the year's first that has a Thursday, and begins in the year before.
    ['2026-W01', tokyo, '2025-12-28T15:00:00.000Z', '2026-01-04T15:00:00.000Z'],
    ['2026-W53', tokyo, '2026-12-27T15:00:00.000Z', '2027-01-03T15:00:00.000Z'],
    // On its Sunday the clock is put forward: it is an hour shorter.
    ['2026-W13', berlin, '2026-03-22T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
  ])('%s in %s is from Monday to Monday', (id, zone, start, end) => {
    expect(readWeek(id, zone)).toEqual({ id, start: at(start), end: at(end) });
  });

  test.each(['2026-W54', '2025-W53', '2026-W00', '2026-W7', '2026-47', '2026-W47 ', 'x2026-W47', '2026-W475', ''])(
    '“%s” names none',
    (id) => {
      expect(readWeek(id, tokyo)).toBeUndefined();
    },
  );

  test.each([
    ['2026-11-15T14:59:59.999Z', '2026-W46'],
    ['2026-11-15T15:00:00Z', '2026-W47'],
    ['2026-11-18T01:00:00Z', '2026-W47'],
    ['2026-11-22T14:59:59.999Z', '2026-W47'],
    ['2026-11-22T15:00:00Z', '2026-W48'],
    // A Friday of 2027 is in a week of 2026.
    ['2027-01-01T00:00:00Z', '2026-W53'],
  ])('%s is in %s', (instant, id) => {
    expect(weekOf(at(instant), tokyo)).toEqual(readWeek(id, tokyo));
  });

  test.each([
    [0, '2026-W47'],
    [1, '2026-W48'],
    [7, '2027-W01'],
    [-1, '2026-W46'],
    [-47, '2025-W52'],
  ])('%i weeks after 2026-W47 is %s', (weeks, id) => {
    expect(weekAfter(week('2026-W47'), weeks, tokyo)).toEqual(readWeek(id, tokyo));
  });
});

test.each([
  ['2026-12-18', tokyo, '2026-12-18T14:59:59.999Z'],
  ['2026-12-31', tokyo, '2026-12-31T14:59:59.999Z'],
  // That day has 23 hours.
  ['2026-03-29', berlin, '2026-03-29T21:59:59.999Z'],
  ['2026-12-18T09:00:00+09:00', tokyo, '2026-12-18T00:00:00.000Z'],
  ['2026-12-18T09:00:00Z', tokyo, '2026-12-18T09:00:00.000Z'],
])('what is due %s in %s is due until %s', (stated, zone, due) => {
  expect(readDueDate(stated, zone)).toEqual(at(due));
});

test.each([
  ['2026-12-17T14:59:59.999Z', '2026-12-17'],
  ['2026-12-17T15:00:00Z', '2026-12-18'],
])('%s is in %s', (instant, day) => {
  expect(dayOf(at(instant), tokyo)).toBe(day);
});
