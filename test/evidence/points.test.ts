/** What of Cloud Monitoring's series is kept: which series, which of their points, and what a point is worth. */
import { describe, expect, test } from 'vitest';
import { readSeries, seriesNames } from '../../functions/evidence/points.ts';
import { type Policy, policy } from '../../functions/policy.ts';

const keeping = (mostSeries: number, mostPoints: number): Policy => ({
  ...policy,
  evidence: { ...policy.evidence, mostSeries, mostPoints },
});
const point = (seconds: number, value: object | null, nanos = 0) => ({
  interval: { endTime: { seconds, nanos } },
  value,
});
const series = (name: string, ...values: number[]) => ({
  metric: { type: name, labels: {} },
  points: values.map((value, index) => point(index * 60, { doubleValue: value })),
});
const read = (...found: Parameters<typeof readSeries>[0][number][]) => readSeries(found, policy);

describe('which are kept', () => {
  test('those that moved most, however high they are; equal ones as they came', () => {
    const found = [series('flat', 900, 900), series('down', 50, 10), series('up', 10, 51), series('same', 0, 40)];
    const kept = (most: number) => readSeries(found, keeping(most, 10)).map(({ metric }) => metric);
    expect(kept(4)).toEqual(['up', 'down', 'same', 'flat']);
    expect(kept(2)).toEqual(['up', 'down']);
  });

  test('none without a point that can be drawn', () => {
    expect(read(series('empty'), { points: [point(1, { stringValue: 'x' })] }, { points: null })).toEqual([]);
  });

  test.each<[number, number, number[]]>([
    [3, 3, [0, 1, 2]],
    [4, 3, [0, 2, 3]],
    [5, 3, [0, 2, 4]],
    [101, 5, [0, 25, 50, 75, 100]],
    [7, 2, [0, 6]],
  ])('of %i points %i are kept evenly, the first and the last among them', (count, most, expected) => {
    const found = [series('x', ...Array.from({ length: count }, (_, index) => index))];
    const [kept] = readSeries(found, keeping(1, most));
    expect(kept?.points.map(({ value }) => value)).toEqual(expected);
  });
});

describe('a point', () => {
  const worth = (value: object | null) => read({ points: [point(1, value)] })[0]?.points[0]?.value;

  test.each<[string, object | null, number | undefined]>([
    ['a number', { doubleValue: 1.5 }, 1.5],
    ['nought', { doubleValue: 0 }, 0],
    ['a 64-bit number in text', { int64Value: '42' }, 42],
    ['a 64-bit number that says itself in text', { int64Value: { toString: () => '7' } }, 7],
    ['true', { boolValue: true }, 1],
    ['false', { boolValue: false }, 0],
    ['a distribution, by its mean', { distributionValue: { mean: 3.25, count: 9 } }, 3.25],
    ['a distribution of nothing', { distributionValue: null }, undefined],
    ['a distribution without a mean', { distributionValue: { mean: null } }, undefined],
    ['what is null but for one', { boolValue: null, doubleValue: null, int64Value: '3' }, 3],
    ['a number in words', { int64Value: 'many' }, undefined],
    ['without end', { doubleValue: Number.POSITIVE_INFINITY }, undefined],
    ['text', { stringValue: '5' }, undefined],
    ['what is no number', { doubleValue: Number.NaN }, undefined],
    ['nothing', null, undefined],
  ])('%s', (_, value, expected) => {
    expect(worth(value)).toBe(expected);
  });

  test('is at the end of its interval, to the millisecond, and the oldest is first', () => {
    const kept = read({
      points: [point(120, { doubleValue: 2 }, 999_999_999), point(60, { doubleValue: 1 }, 1_500_000)],
    });
    expect(kept[0]?.points).toEqual([
      { at: new Date(60_001), value: 1 },
      { at: new Date(120_999), value: 2 },
    ]);
  });

  const value = { doubleValue: 1 };
  test.each<[string, object, number[]]>([
    ['in seconds that are text', { interval: { endTime: { seconds: '60', nanos: 0 } } }, [60_000]],
    ['in whole seconds', { interval: { endTime: { seconds: 60 } } }, [60_000]],
    ['in seconds without a fraction', { interval: { endTime: { seconds: 60, nanos: null } } }, [60_000]],
    ['at no second', { interval: { endTime: { nanos: 5 } } }, []],
    ['at what is no second', { interval: { endTime: { seconds: 'soon' } } }, []],
    ['in an interval without an end', { interval: {} }, []],
    ['in an interval whose end is null', { interval: { endTime: null } }, []],
    ['in no interval', {}, []],
    ['in an interval that is null', { interval: null }, []],
  ])('%s', (_, where, expected) => {
    const [kept] = read({ points: [{ ...where, value }] });
    expect(kept?.points.map(({ at }) => at.getTime()) ?? []).toEqual(expected);
  });
});

describe('what it is called', () => {
  test('by its metric and unit, and the labels of both; those of the resource say so', () => {
    const found = { ...series('m', 1), unit: 'ms', resource: { type: 'global', labels: { zone: 'b' } } };
    found.metric.labels = { zone: 'a' };
    expect(read(found)[0]).toMatchObject({ metric: 'm', unit: 'ms', labels: { zone: 'a', 'resource.zone': 'b' } });
    expect(read({ ...series('m', 1), unit: '' })[0]).not.toHaveProperty('unit');
  });

  test.each([
    ['says nothing of itself', {}],
    ['says null of itself', { metric: null, resource: null, unit: null }],
    ['has neither a type nor labels', { metric: { type: null, labels: null }, resource: { labels: null } }],
  ])('by nothing, where it %s', (_, said) => {
    const points = [point(1, { doubleValue: 1 })];
    expect(read({ ...said, points })).toEqual([
      { metric: '', labels: {}, points: [{ at: new Date(1_000), value: 1 }] },
    ]);
  });

  test('on a chart by the labels in which they differ, in the order of their names; else by the metric', () => {
    const named = (...labels: Record<string, string>[]) =>
      seriesNames(labels.map((each) => ({ metric: 'm', labels: each })));
    expect(named({ b: '1', a: 'x', same: 's' }, { b: '2', a: 'y', same: 's' })).toEqual(['a=x b=1', 'a=y b=2']);
    // What only one of them has tells them apart, and the other is called by the rest.
    expect(named({ a: 'x', b: '1' }, { a: 'x' })).toEqual(['b=1', 'm']);
    expect(named({ a: 'x' })).toEqual(['m']);
  });
});
