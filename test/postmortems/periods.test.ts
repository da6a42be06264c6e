/** Weeks summed to months and years: nothing is lost or counted twice, and each week is of one period. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import {
  type Period,
  type PeriodKind,
  periodKinds,
  periodsAsCsv,
  sumPeriods,
} from '../../functions/postmortems/periods.ts';
import type { WeekSummary } from '../../functions/postmortems/trends.ts';
import { weekAfter } from '../../functions/postmortems/week.ts';
import { summary, week } from './facts.ts';

const named = (periods: Period[]): string[] => periods.map(({ period, weeks }) => `${period}: ${weeks.join(' ')}`);
const of = (by: PeriodKind, ...weeks: string[]): string[] =>
  named(
    sumPeriods(
      weeks.map((each) => summary(each, 1)),
      by,
      policy,
    ),
  );

test.each<[what: string, by: PeriodKind, weeks: string[], periods: string[]]>([
  ['none', 'month', [], []],
  ['each week is a period, in order', 'week', ['2026-W03', '2026-W01'], ['2026-W01: 2026-W01', '2026-W03: 2026-W03']],
  // Thursday 1 January 2026, and Thursday 31 December 2026.
  [
    'the first and the last week of a year',
    'year',
    ['2026-W01', '2026-W53', '2025-W52'],
    ['2025: 2025-W52', '2026: 2026-W01 2026-W53'],
  ],
  ['a week that begins in the year before', 'month', ['2026-W01'], ['2026-01: 2026-W01']],
  // Thursday 30 April and Thursday 7 May.
  ['a week is of its Thursday’s month', 'month', ['2026-W18', '2026-W19'], ['2026-04: 2026-W18', '2026-05: 2026-W19']],
  [
    'a month without a bundle is not there',
    'month',
    ['2026-W02', '2026-W12'],
    ['2026-01: 2026-W02', '2026-03: 2026-W12'],
  ],
])('%s', (_, by, weeks, periods) => {
  expect(of(by, ...weeks)).toEqual(periods);
});

test('a week that was not over when it was counted is left out', () => {
  const open = { ...summary('2026-W02', 5), isComplete: false };
  expect(named(sumPeriods([open, summary('2026-W01', 1)], 'year', policy))).toEqual(['2026: 2026-W01']);
});

test('months and years have what their weeks have, each once', () => {
  const count = fc.nat(9);
  const doors = fc.record({
    questions: count,
    outside: count,
    notOccurring: count,
    linked: count,
    dismissed: count,
    drills: count,
  });
  const impact = fc.record({ stopped: count, degraded: count, inconvenient: count, none: count, unknown: count });
  const stated = fc.record({
    ticketIncidents: count,
    alertIncidents: count,
    impact,
    customers: fc.record({ sum: count, unknown: count }),
    slots: fc.record({ met: count, late: count, missed: count, notReminded: count }),
    lostTime: fc.record({ minutes: count, n: count, open: count, unknown: count }),
    score: fc.record({ known: count, unknown: count, sum: count, median: fc.constant(null), max: fc.constant(null) }),
  });
  const history = fc.array(fc.tuple(count, doors, stated), { maxLength: 120 });
  const total = (of: readonly object[], path: string[]): number =>
    of.reduce(
      (sum, each) => sum + Number(path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], each)),
      0,
    );
  fc.assert(
    fc.property(history, fc.constantFrom(...periodKinds), (rows, by) => {
      const weeks = rows.map(
        ([incidents, left, more], index): WeekSummary =>
          summary(weekAfter(week('2025-W01'), index, policy.zone).id, incidents, left, more),
      );
      const periods = sumPeriods(weeks.toReversed(), by, policy);
      expect(periods.flatMap((each) => each.weeks)).toEqual(weeks.map((each) => each.week));
      for (const path of [
        ['incidents'],
        ['ticketIncidents'],
        ['alertIncidents'],
        ['doors', 'linked'],
        ['doors', 'questions'],
        ['impact', 'stopped'],
        ['impact', 'unknown'],
        ['customers', 'sum'],
        ['customers', 'unknown'],
        ['score', 'sum'],
        ['score', 'known'],
        ['score', 'unknown'],
        ['slots', 'missed'],
        ['lostTime', 'minutes'],
        ['lostTime', 'unknown'],
      ])
        expect(total(periods, path)).toBe(total(weeks, path));
    }),
    { numRuns: 40 },
  );
});

test('as a table it has a header, a row a period, and nothing that a spreadsheet calculates', () => {
  const weeks = [
    summary(
      '2026-W01',
      3,
      { questions: 2, drills: 1 },
      { ticketIncidents: 2, alertIncidents: 1, customers: { sum: 7, unknown: 1 } },
    ),
    summary(
      '2026-W02',
      1,
      {},
      { slots: { met: 7, late: 3, missed: 2, notReminded: 1 }, lostTime: { minutes: 91, n: 2, open: 1, unknown: 3 } },
    ),
  ];
  expect(periodsAsCsv(sumPeriods(weeks, 'month', policy))).toBe(
    [
      'period,weeks,incidents,tickets,alerts,questions,outside,notOccurring,linked,dismissed,drills,impact_stopped,impact_degraded,impact_inconvenient,impact_none,impact_unknown,affected_customers,affected_customers_uncounted,score_sum,score_unknown,updates_on_time,updates_not_on_time,lost_hours,lost_hours_unknown',
      '2026-01,2,4,3,1,2,0,0,0,0,1,0,0,0,0,4,7,2,0,0,7,6,1.5,3',
      '',
    ].join('\r\n'),
  );
  expect(periodsAsCsv([])).toMatch(/^period,[\w,]+\r\n$/);
});
