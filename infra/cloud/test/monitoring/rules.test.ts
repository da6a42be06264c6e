/** What Cloud Monitoring refuses of points and of policies, at each limit; and which points it answers. */
import { describe, expect, test } from 'vitest';
import { align, group, reduce } from '../../src/monitoring/align.ts';
import { type AlertPolicy, autoCloseMs, isEnabled, notEvaluated, refuseInvalid } from '../../src/monitoring/policy.ts';
import { ResourceStore } from '../../src/monitoring/resource-store.ts';
import { type Header, keyOf, SeriesStore } from '../../src/monitoring/series-store.ts';
import { type MetricDescriptor, type WrittenSeries, writeSeries } from '../../src/monitoring/write-series.ts';
import { openStorage } from '../../src/storage.ts';

const project = 'projects/p';
const now = Date.parse('2026-11-24T01:00:00Z');
const minute = 60_000;
const seconds = (of: number) => ({ seconds: String(of) });
const stamp = (ms: number) => ({ seconds: String(Math.floor(ms / 1_000)), nanos: (ms % 1_000) * 1_000_000 });

describe('a point', () => {
  const start = () => {
    const db = openStorage(undefined);
    const store = new SeriesStore(db);
    const descriptors = new ResourceStore<MetricDescriptor>(db, 'monitoring_descriptors');
    return (
      endAt: number,
      more: Partial<WrittenSeries> = {},
      startAt?: number,
      value: object = { doubleValue: 1 },
    ): string => {
      const interval = { endTime: stamp(endAt), ...(startAt === undefined ? {} : { startTime: stamp(startAt) }) };
      const series = { metric: { type: 'custom.googleapis.com/m' }, points: [{ interval, value }], ...more };
      try {
        writeSeries(store, descriptors, project, [series], now);
        return 'taken';
      } catch (error) {
        return (error as Error).message.replace(/^.*?: timeSeries.*?\): /, '');
      }
    };
  };

  test.each<[string, number, boolean]>([
    ['25 hours old', -25 * 60 * minute, true],
    ['a millisecond older', -25 * 60 * minute - 1, false],
    ['5 minutes ahead', 5 * minute, true],
    ['a millisecond further', 5 * minute + 1, false],
  ])('that is %s', (_, offset, isTaken) => {
    expect(start()(now + offset)).toMatch(isTaken ? /^taken$/ : /^Data points cannot be written/);
  });

  test('is later than the last one of its series, by five seconds at least', () => {
    const write = start();
    expect(write(now - 60_000)).toBe('taken');
    expect(write(now - 60_001)).toContain('written in order');
    expect(write(now - 60_000)).toContain('written in order');
    expect(write(now - 55_001)).toContain('more frequently');
    expect(write(now - 55_000)).toBe('taken');
    // Of another series it is the first.
    expect(write(now - 55_000, { metric: { type: 'custom.googleapis.com/m', labels: { a: 'b' } } })).toBe('taken');
    expect(write(now - 55_000, { resource: { type: 'global', labels: { zone: 'b' } } })).toBe('taken');
  });

  test('of a gauge is of one instant, of a sum of some time', () => {
    const cumulative = { metricKind: 'CUMULATIVE', metric: { type: 'custom.googleapis.com/sum' } };
    expect(start()(now, {}, now)).toBe('taken');
    expect(start()(now, {}, now - 1)).toContain('GAUGE');
    expect(start()(now, cumulative, now - 1)).toBe('taken');
    expect(start()(now, cumulative, now)).toContain('must be before its end time');
  });

  test('is of the kind and type that its metric has', () => {
    const write = start();
    expect(write(now - 60_000)).toBe('taken');
    expect(write(now, {}, undefined, { int64Value: '1' })).toContain('DOUBLE');
    expect(write(now, { metricKind: 'CUMULATIVE' }, now - 1)).toContain('GAUGE');
    expect(write(now, {}, undefined, {})).toBe('A point needs a value.');
  });

  test.each(['custom.googleapis.com/a', 'external.googleapis.com/a/b', 'workload.googleapis.com/a'])(
    'of %s is ours',
    (type) => {
      expect(start()(now, { metric: { type } })).toBe('taken');
    },
  );

  test.each([
    'run.googleapis.com/a',
    'custom.googleapis.com/',
    'custom.googleapis.com/a b',
    'xcustom.googleapis.com/a',
  ])('of %s is nobody’s to write', (type) => {
    expect(start()(now, { metric: { type } })).not.toBe('taken');
  });
});

describe('points that are read', () => {
  const header: Header = {
    project,
    metric: { type: 'custom.googleapis.com/m', labels: {} },
    resource: { type: 'global', labels: {} },
    metricKind: 'GAUGE',
    valueType: 'DOUBLE',
  };

  test.each([3, 40])('of %i: newest first, after one instant and up to another', (count) => {
    const store = new SeriesStore(openStorage(undefined));
    const series = store.add(header);
    for (let at = 1; at <= count; at += 1)
      store.addPoint(series, { startAt: at, endAt: at, value: { doubleValue: at } });
    const read = (after: number, until: number, limit?: number) =>
      store.points(series, after, until, limit).map(({ endAt }) => endAt);
    expect(read(0, 3)).toEqual([3, 2, 1]);
    expect(read(1, 3)).toEqual([3, 2]);
    expect(read(0, 2)).toEqual([2, 1]);
    expect(read(count - 2, count)).toEqual([count, count - 1]);
    expect(read(0, count, 2)).toEqual([count, count - 1]);
    expect(read(count, count + 9)).toEqual([]);
    // The newest sixteen are remembered: nothing is lost at their edge.
    for (const after of [count - 17, count - 16, count - 15])
      if (after >= 0) expect(read(after, count)).toHaveLength(count - after);
    expect(store.latest(series)?.endAt).toBe(count);
  });

  test('a series is the same for the same labels in any order, and another for another label, resource or project', () => {
    const of = (more: Partial<Header>) => keyOf({ ...header, ...more });
    const metric = (labels: Record<string, string>) => ({ metric: { ...header.metric, labels } });
    expect(of(metric({ a: '1', b: '2' }))).toBe(of(metric({ b: '2', a: '1' })));
    const others = [
      of({}),
      of(metric({ a: '1' })),
      of(metric({ a: '2' })),
      of({ project: 'projects/q' }),
      of({ resource: { type: 'global', labels: { a: '1' } } }),
      of({ resource: { type: 'other', labels: {} } }),
    ];
    expect(new Set(others).size).toBe(others.length);
  });
});

describe('a policy', () => {
  const xy = 'metric.type = "x/y"';
  const ofMetric = 'metric.type = "custom.googleapis.com/m"';
  const filter = `${ofMetric} AND resource.type = "global"`;
  const threshold = (more: object = {}) => ({
    name: 'c',
    conditionThreshold: { filter, comparison: 'COMPARISON_GT', ...more },
  });
  const absent = (durationSeconds: number) => ({
    name: 'c',
    conditionAbsent: { filter, duration: seconds(durationSeconds) },
  });
  const log = { name: 'c', conditionMatchedLog: { filter: 'severity>=ERROR' } };
  const explained = (documentation: AlertPolicy['documentation'] & object) => ({ documentation });
  const link = (name = 1, url = 20) => ({ displayName: 'x'.repeat(name), url: 'https://a.example/'.padEnd(url, 'x') });
  const atMost = (every: number) => ({ notificationRateLimit: { period: seconds(every) } });
  const policy = (more: Partial<AlertPolicy> = {}): AlertPolicy => ({
    name: 'projects/p/alertPolicies/1',
    displayName: 'x',
    combiner: 'OR',
    conditions: [threshold()],
    ...more,
  });
  const many = (count: number) => Array.from({ length: count }, () => threshold());
  const labels = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, 'v']));

  test.each<[string, Partial<AlertPolicy>, boolean]>([
    ['as it should be', {}, true],
    ['without a name', { displayName: '' }, false],
    ['without a condition', { conditions: [] }, false],
    ['with 6 conditions', { conditions: many(6) }, true],
    ['with 7 conditions', { conditions: many(7) }, false],
    ['without a combiner', { combiner: 'COMBINE_UNSPECIFIED' }, false],
    ['with 64 labels', { userLabels: labels(64) }, true],
    ['with 65 labels', { userLabels: labels(65) }, false],
    ['with a label in capitals', { userLabels: { Team: 'x' } }, false],
    ['with a label’s value in capitals', { userLabels: { team: 'X' } }, false],
    ['with a label of 63 characters', { userLabels: { ['k'.repeat(63)]: 'v'.repeat(63) } }, true],
    ['with one of 64', { userLabels: { ['k'.repeat(64)]: 'v' } }, false],
    ['with a value of 64', { userLabels: { k: 'v'.repeat(64) } }, false],
    ['without a metric', { conditions: [threshold({ filter: 'resource.type = "global"' })] }, false],
    ['without a resource', { conditions: [threshold({ filter: ofMetric })] }, false],
    ['with such a filter second', { conditions: [threshold(), threshold({ filter: ofMetric })] }, false],
    [
      'of an absence without one',
      { conditions: [{ name: 'c', conditionAbsent: { filter: xy, duration: seconds(120) } }] },
      false,
    ],
    ['with its labels alone', { conditions: [threshold({ filter: `${xy} AND resource.labels.type = "z"` })] }, false],
    ['with several kinds', { conditions: [threshold({ filter: `resource.type = one_of("a", "b") ${xy}` })] }, true],
    ['with a name of 512 characters', { displayName: '名'.repeat(512) }, true],
    ['with one of 513', { displayName: 'x'.repeat(513) }, false],
    ['with a filter of 2,048 characters', { conditions: [threshold({ filter: filter.padEnd(2_048) })] }, true],
    ['with a longer one', { conditions: [threshold({ filter: filter.padEnd(2_049) })] }, false],
    ['explained in 8,192 characters', explained({ content: 'x'.repeat(8_192) }), true],
    ['explained in one more', explained({ content: 'x'.repeat(8_193) }), false],
    ['explained in 10,240 bytes', explained({ content: `${'名'.repeat(3_413)}x` }), true],
    ['explained in one more byte', explained({ content: `${'名'.repeat(3_413)}xx` }), false],
    ['explained in Markdown', explained({ content: 'x', mimeType: 'text/markdown' }), true],
    ['explained in HTML', explained({ content: 'x', mimeType: 'text/html' }), false],
    ['with a subject of 10,240 bytes', explained({ subject: 'x'.repeat(10_240) }), true],
    ['with a longer one', explained({ subject: 'x'.repeat(10_241) }), false],
    ['with 3 links', explained({ links: [link(), link(), link()] }), true],
    ['with 4 links', explained({ links: [link(), link(), link(), link()] }), false],
    ['with a link of 63 characters', explained({ links: [link(63)] }), true],
    ['with a link of 64', explained({ links: [link(64)] }), false],
    ['with a link of none', explained({ links: [link(0)] }), false],
    ['with a link to 2,083 characters', explained({ links: [link(1, 2_083)] }), true],
    ['with a link to one more', explained({ links: [link(1, 2_084)] }), false],
    ['of a log, told at most every 5 min', { conditions: [log], alertStrategy: atMost(300) }, true],
    ['of a log, told as often as it likes', { conditions: [log] }, false],
    ['of a log, closed by itself', { conditions: [log], alertStrategy: { autoClose: seconds(1_800) } }, false],
    ['of a log twice', { conditions: [log, log], alertStrategy: atMost(300) }, false],
    ['of a log and a metric', { conditions: [threshold(), log], alertStrategy: atMost(300) }, false],
    ['of a metric, told at most every 5 min', { alertStrategy: atMost(300) }, false],
    ['that lasts 90 s', { conditions: [threshold({ duration: seconds(90) })] }, false],
    ['that lasts 2 min', { conditions: [threshold({ duration: seconds(120) })] }, true],
    ['that lasts 23:30 h', { conditions: [threshold({ duration: seconds(84_600) })] }, true],
    ['that lasts a minute longer', { conditions: [threshold({ duration: seconds(84_660) })] }, false],
    ['of an absence of 1 min', { conditions: [absent(60)] }, false],
    ['of an absence of 2 min', { conditions: [absent(120)] }, true],
    ['of less than', { conditions: [threshold({ comparison: 'COMPARISON_LT' })] }, true],
    ['of at least', { conditions: [threshold({ comparison: 'COMPARISON_GE' })] }, false],
    ['aligned by 59 s', { conditions: [threshold({ aggregations: [{ alignmentPeriod: seconds(59) }] })] }, false],
    ['aligned by 60 s', { conditions: [threshold({ aggregations: [{ alignmentPeriod: seconds(60) }] })] }, true],
    ['that closes after 29 min', { alertStrategy: { autoClose: seconds(29 * 60) } }, false],
    ['that closes after 30 min', { alertStrategy: { autoClose: seconds(30 * 60) } }, true],
  ])('%s', (_, more, isTaken) => {
    const check = () => refuseInvalid(policy(more));
    if (isTaken) expect(check).not.toThrow();
    else expect(check).toThrow();
  });

  test('is on unless it says that it is not, and closes after a week unless it says when', () => {
    expect([
      isEnabled(policy()),
      isEnabled(policy({ enabled: { value: true } })),
      isEnabled(policy({ enabled: {} })),
    ]).toEqual([true, true, false]);
    expect(autoCloseMs(policy())).toBe(7 * 24 * 60 * minute);
    expect(autoCloseMs(policy({ alertStrategy: { autoClose: seconds(1_800) } }))).toBe(30 * minute);
  });

  test.each<[string, Partial<AlertPolicy>, string | undefined]>([
    ['one condition', { combiner: 'AND' }, undefined],
    ['one of several', { conditions: many(2) }, undefined],
    ['all of several', { conditions: many(2), combiner: 'AND' }, 'combiner AND'],
    ['another kind', { conditions: [{ name: 'c' }] }, 'this kind of condition'],
    ['two aggregations', { conditions: [threshold({ aggregations: [{}, {}] })] }, 'a second aggregation'],
    [
      'a percentile',
      { conditions: [threshold({ aggregations: [{ perSeriesAligner: 'ALIGN_PERCENTILE_99' }] })] },
      'ALIGN_PERCENTILE_99',
    ],
    ['a ratio', { conditions: [threshold({ denominatorFilter: filter })] }, 'a denominator'],
    ['a forecast', { conditions: [threshold({ forecastOptions: {} })] }, 'a forecast'],
  ])('with %s is evaluated, or says what is not', (_, more, expected) => {
    expect(notEvaluated(policy(more))).toBe(expected);
  });
});

describe('what points are made of', () => {
  const points = [3, 1, 0, 2].map((doubleValue, index) => ({ startAt: -index, endAt: -index, value: { doubleValue } }));

  test.each([
    ['ALIGN_NONE', 3],
    ['ALIGN_NEXT_OLDER', 3],
    ['ALIGN_MIN', 0],
    ['ALIGN_MAX', 3],
    ['ALIGN_MEAN', 1.5],
    ['ALIGN_COUNT', 4],
    ['ALIGN_SUM', 6],
    ['ALIGN_DELTA', 6],
    ['ALIGN_COUNT_TRUE', 3],
    ['ALIGN_COUNT_FALSE', 1],
  ])('%s of 3, 1, 0, 2 (newest first) is %d', (perSeriesAligner, expected) => {
    expect(align({ perSeriesAligner }, points)).toBe(expected);
  });

  test('of nothing, and of text, is nothing', () => {
    expect(align({}, [])).toBeUndefined();
    expect(align({}, [{ startAt: 0, endAt: 0, value: { stringValue: 'x' } }])).toBeUndefined();
    expect(align({}, [{ startAt: 0, endAt: 0, value: { boolValue: true } }])).toBe(1);
    expect(align({}, [{ startAt: 0, endAt: 0, value: { int64Value: '7' } }])).toBe(7);
  });

  test('series that are reduced are one by the fields that they are grouped by, and keep those labels alone', () => {
    const series = [
      ['a', 'x'],
      ['a', 'y'],
      ['b', 'x'],
    ].map(([route = '', zone = ''], id) => ({
      id,
      header: {
        project,
        metric: { type: 'm', labels: { route } },
        resource: { type: 'global', labels: { zone } },
        metricKind: 'GAUGE',
        valueType: 'DOUBLE',
      },
    }));
    const by = (...groupByFields: string[]) =>
      group({ crossSeriesReducer: 'REDUCE_SUM', groupByFields }, series).map((each) => [
        each.header.metric.labels,
        each.header.resource.labels,
        each.series.length,
      ]);
    expect(by('metric.label.route')).toEqual([
      [{ route: 'a' }, {}, 2],
      [{ route: 'b' }, {}, 1],
    ]);
    expect(by('resource.labels.zone')).toEqual([
      [{}, { zone: 'x' }, 2],
      [{}, { zone: 'y' }, 1],
    ]);
    expect(by()).toEqual([[{}, {}, 3]]);
    expect(group({}, series)).toHaveLength(3);
    expect(reduce({ crossSeriesReducer: 'REDUCE_SUM' }, [1, undefined, 2])).toBe(3);
    expect(reduce({ crossSeriesReducer: 'REDUCE_MAX' }, [1, 5, 2])).toBe(5);
    expect([reduce({}, [7]), reduce({}, [undefined])]).toEqual([7, undefined]);
  });
});
