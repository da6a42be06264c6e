/** The shown weeks as a whole: what they add up to, what is open among it, and how uneven chance would make them. */
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { lookOverWeeks } from '../../functions/postmortems/over-weeks.ts';
import { chanceOfSkew } from '../../functions/postmortems/statistics.ts';
import type { TrendWeek, WeekSummary } from '../../functions/postmortems/trends.ts';
import { summary } from './facts.ts';

const none = { known: 0, pending: 0, unknown: 0 };
const of = (...weeks: (Partial<WeekSummary> | null)[]) =>
  lookOverWeeks(
    weeks.map(
      (stated, index): TrendWeek => ({ week: `${index}`, summary: stated && summary(`${index}`, 2, {}, stated) }),
    ),
    policy,
  );
const spread = (stated: Partial<WeekSummary['spread']>): Partial<WeekSummary> => ({
  spread: { area: [], weekday: [], 'on-duty': [], ...stated },
});

test('times of all weeks have one median, with what is open in it; a week without a bundle is none', () => {
  const found = of({ recovery: { ...none, ended: [10, 20], open: [15] } }, null, {
    recovery: { ...none, ended: [40, 50], open: [] },
  });
  expect(found).toMatchObject({ weeks: 2, incidents: 4, recovery: { n: 5, medianMinutes: 40 } });
  expect(found.mitigation).toEqual({ n: 0, medianMinutes: null });
});

test('updates on time and lost time are summed', () => {
  const lostTime = { minutes: 60, n: 1, open: 1, unknown: 2 };
  const week = { slots: { met: 20, late: 2, missed: 2, notReminded: 1 }, lostTime };
  const { slots, lostTime: lost } = of(week, week);
  // As `statistics.test.ts` holds it against SciPy.
  expect(slots).toMatchObject({
    met: 40,
    due: 50,
    interval: { low: expect.closeTo(0.67, 2), high: expect.closeTo(0.888, 3) },
  });
  expect(lost).toEqual({ minutes: 120, n: 2, open: 2, unknown: 4 });
  expect(of({}).slots.interval).toBeNull();
});

describe('skew', () => {
  const area = (name: string, incidents: number) => ({ name, incidents });

  test('areas by equal shares, the most first, and those of a week that another lacks', () => {
    const [found] = of(spread({ area: [area('b', 4), area('a', 1)] }), spread({ area: [area('b', 3)] })).skew;
    expect(found).toEqual({
      of: 'area',
      n: 8,
      parts: [
        { name: 'b', count: 7, expected: 4 },
        { name: 'a', count: 1, expected: 4 },
      ],
      p: chanceOfSkew([7, 1], [0.5, 0.5]),
    });
  });

  test('people on duty by their hours; who had none is left out', () => {
    const person = (name: string, incidents: number, hours: number) => ({ name, incidents, hours });
    const [found] = of(
      spread({ 'on-duty': [person('ann', 6, 30), person('ken', 2, 50), person('bob', 0, 0)] }),
      spread({ 'on-duty': [person('ann', 0, 10), person('ken', 0, 70)] }),
    ).skew;
    expect(found).toMatchObject({ of: 'on-duty', n: 8, parts: [{ expected: 2 }, { expected: 6 }] });
    expect(found?.p).toBe(chanceOfSkew([6, 2], [0.25, 0.75]));
  });

  test('of one there is none, and of fewer than five nobody can tell', () => {
    expect(of(spread({ area: [area('a', 9)] })).skew).toEqual([]);
    expect(of(spread({ weekday: [area('monday', 4), area('sunday', 0)] })).skew).toMatchObject([{ n: 4, p: null }]);
  });
});
