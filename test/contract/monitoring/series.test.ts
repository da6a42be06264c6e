import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cloud, gauge, hourMs, minuteMs, project, start, startMonitoring, time, type } from './cloud.ts';

let cloud: Cloud;
beforeEach(async () => {
  cloud = await startMonitoring();
});
afterEach(() => cloud.close());

const write = (timeSeries: object[]) => cloud.metrics.createTimeSeries({ name: project, timeSeries });
async function list(filter: string, more: object = {}) {
  const now = cloud.clock.now();
  const [series] = await cloud.metrics.listTimeSeries({
    name: project,
    filter,
    interval: { startTime: time(now - hourMs), endTime: time(now) },
    ...more,
  });
  return series.map(({ metric, points }) => ({
    labels: metric?.labels,
    values: points?.map(({ value }) => Number(value?.doubleValue ?? value?.int64Value)),
  }));
}

describe('createTimeSeries', () => {
  test('takes 200 series in one call, and refuses 201', async () => {
    const series = (count: number) => Array.from({ length: count }, (_, n) => gauge(n, start, { n: String(n) }));
    await write(series(200));
    await cloud.advance(minuteMs);
    await expect(write(series(201))).rejects.toMatchObject({ code: 3, message: expect.stringContaining('200') });
  });

  test('takes exactly one point a series', async () => {
    const one = gauge(1, start);
    await expect(write([{ ...one, points: [...one.points, ...one.points] }])).rejects.toMatchObject({ code: 3 });
    await expect(write([{ ...one, points: [] }])).rejects.toMatchObject({ code: 3 });
    await expect(write([one, one])).rejects.toMatchObject({ message: expect.stringContaining('Duplicate') });
  });

  test('takes only points newer than the last one of their series', async () => {
    await write([gauge(1, start)]);
    for (const at of [start, start - minuteMs]) {
      await expect(write([gauge(2, at)])).rejects.toMatchObject({
        code: 3,
        message: expect.stringContaining('Points must be written in order'),
      });
    }
    await cloud.advance(2_000);
    await expect(write([gauge(2, start + 2_000)])).rejects.toMatchObject({
      message: expect.stringContaining('more frequently'),
    });
    await cloud.advance(3_000);
    await write([gauge(2, start + 5_000)]);
  });

  test('writes what it can, and names what it cannot', async () => {
    await write([gauge(1, start, { a: '1' })]);
    const both = [gauge(2, start, { a: '1' }), gauge(2, start, { a: '2' })];
    await expect(write(both)).rejects.toMatchObject({ message: expect.stringContaining('timeSeries[0]') });
    expect(await list(`metric.type = "${type}" AND metric.labels.a = "2"`)).toEqual([
      { labels: { a: '2' }, values: [2] },
    ]);
  });

  test.each([
    ['older than 25 hours', -26 * hourMs],
    ['more than 5 minutes ahead', 6 * minuteMs],
  ])('refuses a point that is %s', async (_what, offset) => {
    await expect(write([gauge(1, start + offset)])).rejects.toMatchObject({ code: 3 });
  });

  test('refuses a type of somebody else’s, and another value type than the metric has', async () => {
    await expect(write([gauge(1, start, {}, 'compute.googleapis.com/x')])).rejects.toMatchObject({ code: 3 });
    await write([gauge(1, start)]);
    await cloud.advance(minuteMs);
    const int = {
      ...gauge(1, start + minuteMs),
      points: [{ interval: { endTime: time(start + minuteMs) }, value: { int64Value: 1 } }],
    };
    await expect(write([int])).rejects.toMatchObject({ message: expect.stringContaining('must be DOUBLE') });
  });
});

describe('listTimeSeries', () => {
  beforeEach(async () => {
    for (const value of [1, 2, 3]) {
      const at = start + (value - 1) * 5 * minuteMs;
      await write([gauge(value, at, { level: 'high' }), gauge(value * 10, at, { level: 'low' })]);
      await cloud.advance(5 * minuteMs);
    }
  });

  test('answers the newest point first', async () => {
    expect(await list(`metric.type = "${type}" AND metric.labels.level = "high"`)).toEqual([
      { labels: { level: 'high' }, values: [3, 2, 1] },
    ]);
  });

  test('leaves out what lies outside the interval, its start included', async () => {
    const interval = { startTime: time(start), endTime: time(start + 5 * minuteMs) };
    const [high] = await list(`metric.type = "${type}" metric.label.level = "high"`, { interval });
    expect(high?.values).toEqual([2]);
  });

  test.each([
    ['metric.labels.level != "low"', ['high']],
    ['metric.labels.level = starts_with("l")', ['low']],
    ['metric.labels.level = one_of("high", "low")', ['high', 'low']],
    ['metric.labels.level = monitoring.regex.full_match("h.*")', ['high']],
    ['(metric.labels.level = "high" OR metric.labels.level = "low") AND NOT metric.labels.level : "ow"', ['high']],
    ['resource.type = "gce_instance"', []],
    ['resource.type = "global" AND resource.labels.project_id = "p"', ['high', 'low']],
  ])('takes the filter %s', async (filter, levels) => {
    const found = await list(`metric.type = "${type}" AND ${filter}`);
    expect(found.map(({ labels }) => labels?.level).sort()).toEqual(levels);
  });

  test('with the view HEADERS has no points', async () => {
    const found = await list(`metric.type = "${type}"`, { view: 'HEADERS' });
    expect(found.map(({ values }) => values)).toEqual([[], []]);
  });

  test('aligns and reduces', async () => {
    const aggregation = {
      alignmentPeriod: { seconds: 3_600 },
      perSeriesAligner: 'ALIGN_MEAN',
      crossSeriesReducer: 'REDUCE_SUM',
    };
    const interval = { startTime: time(start - hourMs), endTime: time(start + 10 * minuteMs) };
    expect(await list(`metric.type = "${type}"`, { aggregation, interval })).toEqual([{ labels: {}, values: [22] }]);
  });

  test('needs a metric type and an end', async () => {
    await expect(list('resource.type = "global"')).rejects.toMatchObject({ code: 3 });
    await expect(list(`metric.type = "${type}"`, { interval: {} })).rejects.toMatchObject({ code: 3 });
    await expect(list(`metric.type = `)).rejects.toMatchObject({ code: 3 });
  });
});

test('metric descriptors are made by the first point, or by hand; deleting one deletes its series', async () => {
  await write([gauge(1, start, { level: 'high' })]);
  const name = `${project}/metricDescriptors/${type}`;
  expect((await cloud.metrics.getMetricDescriptor({ name }))[0]).toMatchObject({
    type,
    valueType: 'DOUBLE',
    metricKind: 'GAUGE',
  });
  const other = 'custom.googleapis.com/desk/other';
  await cloud.metrics.createMetricDescriptor({
    name: project,
    metricDescriptor: { type: other, metricKind: 'GAUGE', valueType: 'INT64' },
  });
  const filter = 'metric.type = starts_with("custom.googleapis.com/desk")';
  expect((await cloud.metrics.listMetricDescriptors({ name: project, filter }))[0]).toHaveLength(2);
  await cloud.metrics.deleteMetricDescriptor({ name });
  expect(await list(`metric.type = "${type}"`)).toEqual([]);
  await expect(cloud.metrics.getMetricDescriptor({ name })).rejects.toMatchObject({ code: 5 });
});

test('what was written is shown, and can be repeated for a time that was jumped over', async () => {
  await write([gauge(7, start)]);
  cloud.local.repeatLast(start + 5 * minuteMs);
  expect(cloud.local.series()).toEqual([
    {
      project,
      metric: { type, labels: {} },
      resource: { type: 'global', labels: { project_id: 'p' } },
      points: [
        { at: '2026-11-24T10:05:00.000Z', value: { doubleValue: 7 } },
        { at: expect.stringContaining('2026-11-24T10:00'), value: { doubleValue: 7 } },
      ],
    },
  ]);
});
