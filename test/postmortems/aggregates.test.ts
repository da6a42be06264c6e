import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { aggregate, durationStatistics, scoreStatistics } from '../../functions/postmortems/aggregates.ts';
import type { CheckpointId, CheckpointResult } from '../../functions/postmortems/checkpoints.ts';
import { buildEntry, type Entry } from '../../functions/postmortems/entry.ts';
import { at, incident, minutesAfter, week } from './facts.ts';

const own = week('2026-W47');
const filedAt = at('2026-11-18T01:00:00Z');
const entry = (stated: Parameters<typeof incident>[0]) =>
  buildEntry({ incident: incident(stated), releases: new Map(), slots: [] }, own, policy, own.end);

describe('medians and p90 (table I)', () => {
  const all = { medianFrom: 1, percentileFrom: 1 };

  test('pending and unknown are named, never zero', () => {
    const ended = [{ minutes: 5 }, { minutes: 5.5 }, { minutes: 2_000 }];
    const found = durationStatistics([...ended, { state: 'pending' }, { state: 'unknown' }], all);
    expect(found).toMatchObject({ known: 3, pending: 1, unknown: 1, n: 3, medianMinutes: 5.5, p90Minutes: 2_000 });
    expect(found.distribution.map(({ count }) => count)).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 1]);
  });

  test('what is open counts as at least so long, and where most are, so does the median', () => {
    const open = (atLeastMinutes: number) => ({ state: 'pending' as const, atLeastMinutes });
    const ended = [{ minutes: 10 }, { minutes: 20 }];
    expect(durationStatistics([...ended, open(60)], all)).toMatchObject({ n: 3, medianMinutes: 20, p90Minutes: null });
    const most = durationStatistics([...ended, open(60), open(70), open(100)], all);
    expect(most).toMatchObject({ n: 5, medianMinutes: null, medianAtLeastMinutes: 60, p90Minutes: null });
    expect(durationStatistics(ended, all)).not.toHaveProperty('medianAtLeastMinutes');
  });

  test('of fewer than the policy says there is no median, whether they ended or not', () => {
    const { review } = policy;
    expect(review.medianFrom).toBe(5);
    const four = [1, 2, 3].map((minutes) => ({ minutes }));
    const some = durationStatistics([...four, { state: 'unknown' }, { state: 'pending' }], review);
    expect(some).toMatchObject({ n: 3, medianMinutes: null });
    const five = [...four, { minutes: 9 }, { state: 'pending' as const, atLeastMinutes: 2 }];
    expect(durationStatistics(five, review)).toMatchObject({ n: 5, medianMinutes: 3, p90Minutes: null });
    const scores = [4, 3, 2, 1];
    expect(scoreStatistics(scores, review)).toMatchObject({ known: 4, median: null, max: 4 });
    expect(scoreStatistics([...scores, null, 5], review)).toMatchObject({ known: 5, median: 3 });
  });
});

test('durations are put in order by how long they were, however they come', () => {
  const most = { medianFrom: 3, percentileFrom: 3 };
  const found = durationStatistics([{ minutes: 100 }, { minutes: 9 }, { minutes: 20 }], most);
  expect([found.medianMinutes, found.p90Minutes]).toEqual([20, 100]);
});

test('a bar of the distribution holds what took up to its end, and the last is open', () => {
  const minutes = [5, 15, 30, 60, 120, 240, 480, 1_440].flatMap((end) => [{ minutes: end }, { minutes: end + 0.01 }]);
  expect(durationStatistics(minutes, policy.review).distribution).toEqual([
    { upToMinutes: 5, count: 1 },
    ...[15, 30, 60, 120, 240, 480, 1_440].map((upToMinutes) => ({ upToMinutes, count: 2 })),
    { upToMinutes: null, count: 1 },
  ]);
});

describe('of how many', () => {
  const known = (count: number) => Array.from({ length: count }, (_, index) => ({ minutes: index + 1 }));

  test('a p90 is told from ten on: of nine it would be the slowest', () => {
    const { review } = policy;
    expect(review.percentileFrom).toBe(10);
    expect(durationStatistics(known(9), review)).toMatchObject({ known: 9, medianMinutes: 5, p90Minutes: null });
    expect(durationStatistics(known(10), review)).toMatchObject({ known: 10, p90Minutes: 9.5 });
  });

  test('weekday and hour are Japan’s, and what did not say when is counted beside', () => {
    const entries = [
      entry({ id: 'inc_1', filedAt, occurredAt: at('2026-11-17T15:30:00Z') }),
      entry({ id: 'inc_2', filedAt, occurredAt: at('2026-11-17T14:59:59Z') }),
      entry({ id: 'inc_3', filedAt }),
      entry({ id: 'inc_4', filedAt, occurredAt: at('2026-11-17T15:59:59Z') }),
    ];
    const { known: told, unknown, days } = aggregate(entries, policy).byHour;
    expect([told, unknown]).toEqual([3, 1]);
    const counted = days.flatMap(({ weekday, hours }) =>
      hours.flatMap((n, hour) => (n > 0 ? [[weekday, hour, n]] : [])),
    );
    expect(counted).toEqual([
      ['tuesday', 23, 1],
      ['wednesday', 0, 2],
    ]);
    expect(days.map(({ hours }) => hours.length)).toEqual([24, 24, 24, 24, 24, 24, 24]);
  });

  describe('areas are told apart by frequency; however many there are, the list stays short', () => {
    /** So many incidents of each area. */
    const ofAreas = (...areas: [area: string | undefined, incidents: number][]) => {
      const named = areas.flatMap(([area, incidents]) => new Array<typeof area>(incidents).fill(area));
      const entries = named.map((area, index) =>
        entry({ id: `inc_${index}`, filedAt, origin: { tool: 'generic', id: `${index}`, ...(area ? { area } : {}) } }),
      );
      return aggregate(entries, policy).byArea.map(({ key, incidents }) => [key, incidents]);
    };
    const once = (count: number): [string, number][] =>
      Array.from({ length: count }, (_, index) => [`area-${String(index).padStart(2, '0')}`, 1]);

    test('fifteen have their names, and what names none takes no place among them', () => {
      expect(ofAreas([undefined, 3], ...once(15))).toEqual([['not-stated', 3], ...once(15)]);
    });

    test('of more, the most frequent keep theirs, wherever they are and whatever they are called', () => {
      expect(ofAreas(...once(17).toReversed(), ['zones', 2])).toEqual([['other-areas', 3], ['zones', 2], ...once(14)]);
    });
  });
});

describe('customers’ lost time: of what stopped their business, customers times minutes', () => {
  const occurredAt = minutesAfter(own.end, -90);
  const lost = (impact: Entry['impact'], stated: object = {}) =>
    aggregate([entry({ id: 'inc_1', filedAt: occurredAt, occurredAt, impact, ...stated })], policy).lostTime;
  const recovered = { recoveredAt: minutesAfter(occurredAt, 30) };
  const stopped: Entry['impact'] = { businessImpact: 'stopped', affectedCustomerCount: 4 };
  test.each<[string, Entry['impact'], object, object]>([
    ['recovered', stopped, recovered, { minutes: 120, n: 1 }],
    ['open at its end', stopped, {}, { minutes: 360, n: 1, open: 1 }],
    ['of nobody', { businessImpact: 'stopped', affectedCustomerCount: 0 }, recovered, { n: 1 }],
    ['degraded', { businessImpact: 'degraded', affectedCustomerCount: 4 }, recovered, {}],
    ['of an impact that nobody knows', { affectedCustomerCount: 4 }, recovered, { unknown: 1 }],
    ['of customers that nobody counted', { businessImpact: 'stopped' }, recovered, { unknown: 1 }],
    ['that began nobody knows when', stopped, { ...recovered, occurredAt: undefined }, { unknown: 1 }],
  ])('%s', (_, impact, stated, found) => {
    expect(lost(impact, stated)).toEqual({ minutes: 0, n: 0, open: 0, unknown: 0, ...found });
  });
});

describe('a week’s aggregates', () => {
  const ofOne: Entry['impact'] = { businessImpact: 'degraded', affectedCustomerCount: 1 };
  test('by hand: counts, scores, impact, groups and load', () => {
    const entries = [
      entry({
        id: 'inc_1',
        filedAt,
        occurredAt: minutesAfter(filedAt, -10),
        recoveredAt: minutesAfter(filedAt, 50),
        firstResponseAt: minutesAfter(filedAt, 4),
        reviewedAt: minutesAfter(filedAt, 9_000),
        mitigatedAt: minutesAfter(filedAt, 20),
        impact: { businessImpact: 'stopped', affectedCustomerCount: 12 },
        responders: ['ken', 'mari'],
        cause: { category: 'release', releaseId: 'r' },
        slots: { met: 2, late: 1, missed: 0, notReminded: 0 },
      }),
      entry({ id: 'inc_2', filedAt, impact: ofOne, responders: ['ken'] }),
      entry({
        id: 'inc_3',
        filedAt,
        source: 'alert',
        origin: { tool: 'monitoring', id: 'a' },
        occurredAt: minutesAfter(filedAt, -120),
        firstResponseAt: minutesAfter(filedAt, 30),
      }),
      entry({ id: 'inc_4', filedAt, isDrill: true, impact: { businessImpact: 'stopped', affectedCustomerCount: 500 } }),
      entry({ id: 'inc_5', filedAt, status: 'linked', linkedTo: 'inc_1' }),
      entry({ id: 'inc_6', filedAt, status: 'not-occurring' }),
    ];
    const { total, bySource, byTool, byCause, byUrgency, load, checkpoints } = aggregate(entries, policy);
    expect(total).toMatchObject({
      incidents: 3,
      reviewed: 1,
      recovered: 1,
      // 4 × 3 and 2 × 1.
      score: {
        reference: { known: 2, unknown: 1, sum: 14, median: null, max: 12 },
        confirmed: { known: 0, unknown: 3, sum: 0, median: null },
      },
      impact: { stopped: 1, degraded: 1, inconvenient: 0, none: 0, unknown: 1 },
      customers: { sum: 13, unknown: 1 },
      firstResponse: { known: 2, pending: 1, unknown: 0, n: 3, medianMinutes: null, p90Minutes: null },
      mitigation: { known: 1, pending: 2, n: 2, medianMinutes: null },
      recovery: { known: 1, pending: 2, unknown: 0, n: 2, medianMinutes: null },
      slots: { met: 2, late: 1, missed: 0, notReminded: 0 },
    });
    const counts = (groups: { key: string; incidents: number }[]) =>
      groups.map(({ key, incidents }) => `${key} ${incidents}`);
    expect([counts(bySource), counts(byTool)]).toEqual([
      ['ticket 2', 'alert 1'],
      ['generic 2', 'monitoring 1'],
    ]);
    expect([counts(byCause), counts(byUrgency)]).toEqual([
      ['not-stated 2', 'release 1'],
      ['high 2', 'low 1'],
    ]);
    expect(load).toEqual({
      incidents: 2,
      responders: 2,
      topShare: 1,
      people: [
        { name: 'ken', incidents: 2, share: 1 },
        { name: 'mari', incidents: 1, share: 0.5 },
      ],
    });
    // inc_2 never had a response: fail past its limit; inc_3 within 30 min on low and ongoing no: pass.
    const judged = { id: 'first-response', pass: 2, fail: 1, notApplicable: 0, noData: 0 };
    expect(checkpoints.find((each) => each.id === 'first-response')).toEqual(judged);
  });

  test('slots of every outcome are summed, each under its own', () => {
    const slots = { met: 1, late: 20, missed: 300, notReminded: 4_000 };
    const entries = ['inc_1', 'inc_2'].map((id) => entry({ id, filedAt, slots }));
    expect(aggregate(entries, policy).total.slots).toEqual({ met: 2, late: 40, missed: 600, notReminded: 8_000 });
  });

  test('each checkpoint is counted by its result, and one that was not looked at has no data', () => {
    const ids: CheckpointId[] = ['release-flow', 'tests-run', 'scope-confirmed', 'customers-updated'];
    const judged = (...results: CheckpointResult[]): Entry => {
      const common = { heading: 'response' as const, reason: 'no-slots' as const, facts: {}, evidence: [] };
      const checkpoints = results.map((result, index) => ({ ...common, id: ids[index] as CheckpointId, result }));
      return { ...entry({ id: 'inc_1', filedAt }), checkpoints };
    };
    const entries = [
      judged('pass', 'fail', 'not-applicable', 'no-data'),
      judged('not-applicable', 'not-applicable', 'pass', 'fail'),
    ];
    const counted = aggregate(entries, policy).checkpoints.map(({ id, ...each }) => {
      return [id, each.pass, each.fail, each.notApplicable, each.noData];
    });
    expect(counted).toEqual([
      ['release-flow', 1, 0, 1, 0],
      ['tests-run', 0, 1, 1, 0],
      ['first-response', 0, 0, 0, 2],
      ['scope-confirmed', 1, 0, 1, 0],
      ['customers-updated', 0, 1, 0, 1],
    ]);
  });

  test('the load names twenty, those who had most first, then by name; all are counted', () => {
    const names = Array.from({ length: 22 }, (_, index) => `p-${String(index).padStart(2, '0')}`);
    const entries = [
      entry({ id: 'inc_1', filedAt, responders: names }),
      entry({ id: 'inc_2', filedAt, responders: ['p-21'] }),
      entry({ id: 'inc_3', filedAt, responders: ['p-21', 'p-03'] }),
    ].map((each) => ({ ...each, responders: each.responders.toReversed() }));
    const { load } = aggregate(entries, policy);
    expect([load.responders, load.topShare]).toEqual([22, 1]);
    const others = names.filter((each) => each !== 'p-03').slice(0, 18);
    expect(load.people.map(({ name }) => name)).toEqual(['p-21', 'p-03', ...others]);
  });

  test('who was on duty is told where a calendar is given, and nothing of it where none is', () => {
    const shifts = [{ name: 'Ada', from: own.start, until: own.end }];
    const entries = [entry({ id: 'inc_1', filedAt }), entry({ id: 'inc_2', filedAt, isDrill: true })];
    const of = { week: own, duty: [{ area: '*', shifts, readAt: own.end, failing: null }] };
    expect(aggregate(entries, policy, of).duty).toMatchObject({ incidents: 1, people: [{ name: 'Ada', hours: 168 }] });
    expect(aggregate(entries, policy, { ...of, duty: [] })).not.toHaveProperty('duty');
    expect(aggregate(entries, policy)).not.toHaveProperty('duty');
  });

  test('groups partition the total', () => {
    const any = fc.record({
      source: fc.constantFrom('ticket' as const, 'alert' as const),
      isDrill: fc.boolean(),
      count: fc.option(fc.nat(200), { nil: undefined }),
      responders: fc.subarray(['a', 'b', 'c']),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), (stated) => {
        const entries = stated.map(({ source, isDrill, count, responders }, index) =>
          entry({
            id: `inc_${index}`,
            filedAt,
            source,
            isDrill,
            responders,
            impact: count === undefined ? {} : { affectedCustomerCount: count },
          }),
        );
        const found = aggregate(entries, policy);
        for (const groups of [found.bySource, found.byTool, found.byCause, found.byUrgency]) {
          expect(groups.reduce((sum, each) => sum + each.incidents, 0)).toBe(found.total.incidents);
          expect(groups.reduce((sum, each) => sum + each.customers.sum, 0)).toBe(found.total.customers.sum);
        }
        for (const each of found.checkpoints)
          expect(each.pass + each.fail + each.notApplicable + each.noData).toBe(found.total.incidents);
      }),
    );
  });
});
