/** The weeks side by side: what a week says of itself, which weeks are shown, and when a drill was last held. */
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { aggregate } from '../../functions/postmortems/aggregates.ts';
import { assembleBundle } from '../../functions/postmortems/bundle.ts';
import type { Entry } from '../../functions/postmortems/entry.ts';
import { listTrend, summarizeNumbers, type TrendWeek, weeksSinceDrill } from '../../functions/postmortems/trends.ts';
import { at, incident, inputs, minutesAfter, summary, week } from './facts.ts';

const own = week('2026-W47');
const filedAt = at('2026-11-18T01:00:00Z');

test('a week says each of its numbers in its own field', () => {
  const minute = (minutes: number): Date => minutesAfter(filedAt, minutes);
  const all = { firstResponseAt: minute(3), mitigatedAt: minute(20), recoveredAt: minute(50), occurredAt: filedAt };
  const slots = { met: 4, late: 3, missed: 2, notReminded: 1 };
  const impact = { businessImpact: 'stopped' as const, affectedCustomerCount: 12 };
  const filed = [
    incident({ id: 'inc_1', filedAt, impact, responders: ['ann', 'ken'], slots, ...all }),
    incident({
      id: 'inc_2',
      filedAt,
      responders: ['ann'],
      origin: { tool: 'generic', id: '2', form: 'pos', area: 'order' },
    }),
    incident({
      id: 'inc_3',
      filedAt,
      source: 'alert',
      origin: { tool: 'generic', id: '3', channel: 'phone', area: 'order' },
    }),
    incident({
      id: 'inc_4',
      filedAt,
      status: 'linked',
      linkedTo: 'inc_1',
      origin: { tool: 'generic', id: '4', area: 'print' },
    }),
    incident({ id: 'inc_d', filedAt, isDrill: true, firstResponseAt: minute(7) }),
    incident({ id: 'inc_q', filedAt, kind: 'question' }),
  ];
  // Until the week's end, and so is what nobody has responded to.
  const sinceFiling = (week('2026-W47').end.getTime() - filedAt.getTime()) / 60_000;
  const known = (minutes: number) => ({ known: 1, pending: 2, unknown: 0, ended: [minutes] });
  const shift = (name: string, from: string, until: string) => ({ name, from: at(from), until: at(until) });
  const shifts = [
    shift('Ann', '2026-11-17T12:00:00Z', '2026-11-18T12:00:00Z'),
    shift('Ken', '2026-11-18T12:00:00Z', '2026-11-19T00:00:00Z'),
  ];
  const duty = [{ area: '*', shifts, readAt: own.end, failing: null }];
  const { summary: said } = assembleBundle(inputs({ week: own, filed, reports: 9, dismissed: 4, duty }));
  expect(said).toEqual({
    week: '2026-W47',
    isComplete: true,
    incidents: 3,
    ticketIncidents: 2,
    alertIncidents: 1,
    reports: 9,
    doors: { questions: 1, outside: 0, notOccurring: 0, linked: 1, dismissed: 4, drills: 1 },
    // Stopped is 4, and 12 customers are 3.
    score: { known: 1, unknown: 2, sum: 12, median: null, max: 12 },
    impact: { stopped: 1, degraded: 0, inconvenient: 0, none: 0, unknown: 2 },
    customers: { sum: 12, unknown: 2 },
    firstResponse: { ...known(3), open: [sinceFiling, sinceFiling] },
    // Of those that are open nobody knows when they began.
    mitigation: { ...known(20), open: [] },
    recovery: { ...known(50), open: [] },
    slots: { met: 4, late: 3, missed: 2, notReminded: 1 },
    // Twelve customers for fifty minutes; of the others nobody knows the impact.
    lostTime: { minutes: 600, n: 1, open: 0, unknown: 2 },
    spread: {
      area: [{ name: 'order', incidents: 2 }],
      weekday: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'].map((name) => ({
        name,
        incidents: name === 'wednesday' ? 1 : 0,
      })),
      'on-duty': [
        { name: 'Ann', incidents: 3, hours: 24 },
        { name: 'Ken', incidents: 0, hours: 12 },
      ],
    },
    forms: ['pos'],
    channels: ['phone'],
  });
  expect(assembleBundle(inputs({ week: own })).summary).toMatchObject({ ticketIncidents: 0, alertIncidents: 0 });
});

test('the trend ends with this week as it is now, and names the weeks of which nothing is known', () => {
  const lists = { forms: ['pos'], channels: ['phone'] };
  const past = [summary('2026-W44', 4, {}, lists), summary('2026-W46', 6), summary('2026-W47', 99)];
  const trend = listTrend(summary('2026-W47', 7, {}, lists), past, own, policy);
  expect(trend).toHaveLength(policy.underReporting.trendWeeks);
  expect(trend.slice(-4).map((each) => [each.week, each.summary?.incidents])).toEqual([
    ['2026-W44', 4],
    ['2026-W45', undefined],
    ['2026-W46', 6],
    ['2026-W47', 7],
  ]);
  const { week: _week, forms: _forms, channels: _channels, ...numbers } = summary('2026-W44', 4);
  expect(trend.slice(-4, -2)).toEqual([
    { week: '2026-W44', summary: numbers },
    { week: '2026-W45', summary: null },
  ]);
});

describe('since the last drill there are', () => {
  /** A week without a bundle is null. */
  const trend = (drills: (number | null)[]): TrendWeek[] =>
    drills.map((count, index) => ({
      week: `${index}`,
      summary: count === null ? null : summary(`${index}`, 5, { drills: count }),
    }));
  test.each<[number | null, (number | null)[]]>([
    [0, [0, 1]],
    [1, [0, 1, 0]],
    [2, [3, 0, 0]],
    [1, [1, 0, 2, null]],
    [null, [0, null, 0]],
    [null, []],
  ])('%s weeks, of %j', (weeks, drills) => {
    expect(weeksSinceDrill(trend(drills))).toBe(weeks);
  });
});

describe('what the numbers of a week add to its summary', () => {
  const took = (minutes: number): Entry =>
    ({ isDrill: false, status: 'recovered', durations: { ...unmeasured, recovery: { minutes } } }) as Entry;
  const unmeasured = { firstResponse: { state: 'unknown' }, mitigation: { state: 'unknown' } } as const;
  const recovered = (...minutes: number[]): number[] =>
    summarizeNumbers(aggregate([], policy), minutes.map(took)).recovery.ended;

  test('times come shortest first, all of them up to three hundred', () => {
    expect(recovered(9, 100, 20)).toEqual([9, 20, 100]);
    const all = Array.from({ length: 300 }, (_, index) => index);
    expect(recovered(...all.toReversed())).toEqual(all);
  });

  test('of more, three hundred are drawn evenly', () => {
    const drawn = recovered(...Array.from({ length: 600 }, (_, index) => index));
    expect(drawn).toEqual(Array.from({ length: 300 }, (_, index) => 2 * index));
  });

  test('areas are those that a ticket named, and nobody is on duty where no calendar says so', () => {
    const { total, ...rest } = aggregate([], policy);
    const byArea = ['pos', 'not-stated', 'other-areas'].map((key) => ({ ...total, key, incidents: 2 }));
    const { spread } = summarizeNumbers({ ...rest, total, byArea }, []);
    expect(spread.area).toEqual([{ name: 'pos', incidents: 2 }]);
    expect(spread['on-duty']).toEqual([]);
  });
});
