import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ownMs } from '../../own-time.ts';
import { above, absent, type Cloud, hourMs, minuteMs, project, startMonitoring, type } from './cloud.ts';

let cloud: Cloud;
let channel: string;
beforeEach(async () => {
  cloud = await startMonitoring();
  channel = await cloud.createChannel({ type: 'pubsub', labels: { topic: 'projects/p/topics/alerts' } });
});
afterEach(() => cloud.close());

const policy = (condition: object, more: object = {}) =>
  cloud.createPolicy([condition], { notificationChannels: [channel], ...more });
const told = () => cloud.published.map(({ json }) => json.incident);
const states = () => told().map(({ state }) => state);
async function report(value: number, labels?: Record<string, string>) {
  await cloud.write(value, labels);
  await cloud.advance(0);
}

describe('a threshold', () => {
  test('opens an incident when it is passed and closes it when the value is back', async () => {
    await policy(above(5), { severity: 'ERROR', userLabels: { service: 'desk' } });
    await report(5);
    expect(states()).toEqual([]);
    await cloud.advance(5 * minuteMs);
    await report(6);
    await cloud.advance(5 * minuteMs);
    await report(7);
    expect(states()).toEqual(['open']);
    await cloud.advance(5 * minuteMs);
    await report(1);
    expect(states()).toEqual(['open', 'closed']);
    const [open, closed] = told();
    expect(cloud.published[0]).toMatchObject({ topic: 'projects/p/topics/alerts', json: { version: '1.2' } });
    expect(open).toMatchObject({
      incident_id: expect.stringMatching(/^0\.[0-9a-z]{12}$/),
      scoping_project_id: 'p',
      severity: 'Error',
      ended_at: null,
      policy_name: 'Too many open',
      policy_user_labels: { service: 'desk' },
      condition_name: 'open is high',
      threshold_value: '5',
      observed_value: '6.000',
      metric: { type, labels: {} },
      resource: { type: 'global', labels: { project_id: 'p' } },
      condition: {
        conditionThreshold: {
          aggregations: [{ alignmentPeriod: '60s', perSeriesAligner: 'ALIGN_MAX' }],
          comparison: 'COMPARISON_GT',
          duration: '0s',
          thresholdValue: 5,
          trigger: { count: 1 },
        },
      },
    });
    // The clock runs on between the calls.
    expect(open.started_at - Date.parse('2026-11-24T10:05:00Z') / 1_000).toBeLessThan(30);
    expect(open.started_at).toBeGreaterThanOrEqual(Date.parse('2026-11-24T10:05:00Z') / 1_000);
    expect(closed).toMatchObject({
      incident_id: open.incident_id,
      started_at: open.started_at,
      observed_value: '1.000',
    });
    expect(closed.ended_at).toBe(open.started_at + 600);
  });

  test('of zero is absent from the condition and "0" beside it', async () => {
    await policy(above(0));
    await report(1);
    expect(told()[0].threshold_value).toBe('0');
    expect(told()[0].condition.conditionThreshold).not.toHaveProperty('thresholdValue');
  });

  test('with a duration opens only when every value within it was beyond', async () => {
    await policy(above(5, { duration: { seconds: 600 } }));
    const opened: boolean[] = [];
    for (const value of [6, 6, 1, 6, 6, 6]) {
      await report(value);
      opened.push(states().length > 0);
      await cloud.advance(5 * minuteMs);
    }
    expect(opened).toEqual([false, false, false, false, false, true]);
  });

  test('is watched for each series by itself, and for a reduced group as one', async () => {
    await policy(above(5));
    const reduced = {
      alignmentPeriod: { seconds: 60 },
      perSeriesAligner: 'ALIGN_MAX',
      crossSeriesReducer: 'REDUCE_SUM',
    };
    await policy(above(8, { aggregations: [reduced] }), { displayName: 'All' });
    await report(6, { level: 'high' });
    await report(4, { level: 'low' });
    expect(told().map(({ policy_name, metric }) => [policy_name, metric.labels.level])).toEqual([
      ['Too many open', 'high'],
      ['All', undefined],
    ]);
  });

  test('closes by itself when no data comes for as long as the policy says', async () => {
    await policy(above(5), { alertStrategy: { autoClose: { seconds: 1_800 } } });
    await report(6);
    await cloud.advance(29 * minuteMs);
    expect(states()).toEqual(['open']);
    await cloud.advance(minuteMs);
    expect(states()).toEqual(['open', 'closed']);
    await cloud.advance(24 * hourMs);
    expect(states()).toHaveLength(2);
  });
});

describe('an absence', () => {
  test('opens once nothing came for its duration, and closes with the next point', async () => {
    await policy(absent(30));
    await report(1);
    await cloud.advance(29 * minuteMs);
    expect(states()).toEqual([]);
    await cloud.advance(minuteMs);
    expect(states()).toEqual(['open']);
    expect(told()[0]).not.toHaveProperty('threshold_value');
    expect(told()[0].condition.conditionAbsent).toMatchObject({ duration: '1800s' });
    await report(1);
    expect(states()).toEqual(['open', 'closed']);
  });

  test('needs to have seen data since the policy was written', async () => {
    await report(1);
    await cloud.advance(minuteMs);
    await policy(absent(30));
    await cloud.advance(24 * hourMs);
    expect(states()).toEqual([]);
  });

  test('does not count time over which the clock was set', async () => {
    await policy(absent(30));
    await report(1);
    cloud.clock.set(cloud.clock.now() + 24 * hourMs);
    await cloud.advance(29 * minuteMs);
    expect(states()).toEqual([]);
    await cloud.advance(minuteMs);
    expect(states()).toEqual(['open']);
  });
});

describe('a policy', () => {
  test('is created, got, listed by filter, updated by mask and deleted', async () => {
    const created = await policy(above(5), { userLabels: { owner: 'a' } });
    const name = created.name as string;
    expect(created).toMatchObject({
      name: expect.stringMatching(/^projects\/p\/alertPolicies\/\d+$/),
      enabled: { value: true },
      conditions: [{ name: expect.stringContaining(`${name}/conditions/`) }],
    });
    await policy(absent(5), { displayName: 'Other' });
    const filter = 'user_labels.owner = "a"';
    expect((await cloud.policies.listAlertPolicies({ name: project, filter }))[0]).toHaveLength(1);
    await cloud.policies.updateAlertPolicy({
      alertPolicy: { name, displayName: 'Renamed', severity: 'CRITICAL' },
      updateMask: { paths: ['display_name'] },
    });
    const [got] = await cloud.policies.getAlertPolicy({ name });
    expect(got.displayName).toBe('Renamed');
    expect(got.severity).not.toBe('CRITICAL');
    expect(got.conditions?.[0]?.name).toBe(created.conditions?.[0]?.name);
    await cloud.policies.deleteAlertPolicy({ name });
    await expect(cloud.policies.getAlertPolicy({ name })).rejects.toMatchObject({ code: 5 });
  });

  test('that is disabled opens nothing, and closes what it had open', async () => {
    const { name } = await policy(above(5));
    await report(6);
    await cloud.policies.updateAlertPolicy({
      alertPolicy: { name: name as string, enabled: { value: false } },
      updateMask: { paths: ['enabled'] },
    });
    await cloud.advance(minuteMs);
    expect(states()).toEqual(['open', 'closed']);
    expect(told()[1].observed_value).toContain('cancelled');
    await report(7);
    expect(states()).toHaveLength(2);
  });

  test('tells only what it is to prompt for', async () => {
    await policy(above(5), { alertStrategy: { notificationPrompts: ['OPENED'] } });
    await report(6);
    await cloud.advance(minuteMs);
    await report(1);
    expect(states()).toEqual(['open']);
  });

  test('reminds while an incident is open', async () => {
    const strategy = { notificationChannelNames: [channel], renotifyInterval: { seconds: 1_800 } };
    await policy(above(5), { alertStrategy: { notificationChannelStrategy: [strategy] } });
    await report(6);
    await cloud.advance(hourMs);
    expect(states()).toEqual(['open', 'open', 'open']);
    expect(told().map(({ renotify }) => renotify)).toEqual([undefined, true, true]);
    expect(new Set(told().map(({ incident_id }) => incident_id)).size).toBe(1);
  });

  test('of a kind that is not evaluated is kept and says so', async () => {
    const alertStrategy = { notificationRateLimit: { period: { seconds: 300 } } };
    const logged = { displayName: 'log', conditionMatchedLog: { filter: 'severity=ERROR' } };
    const created = await policy(logged, { alertStrategy });
    expect(created.validity).toMatchObject({ code: 12 });
  });

  test.each([
    ['no conditions', [], {}],
    ['a comparison that is not supported', [above(1, { comparison: 'COMPARISON_GE' })], {}],
    ['a duration of 90 seconds', [above(1, { duration: { seconds: 90 } })], {}],
    ['an absence of one minute', [absent(1)], {}],
    ['a filter without a kind of resource', [above(1, { filter: 'metric.type = "custom.googleapis.com/x"' })], {}],
    ['a filter without a metric type', [above(1, { filter: 'resource.type = "global"' })], {}],
    ['a label in upper case', [above(1)], { userLabels: { Service: 'x' } }],
  ])('with %s is refused', async (_what, conditions, more) => {
    await expect(cloud.createPolicy(conditions, more)).rejects.toMatchObject({ code: 3 });
  });
});

test('a week with gauges every five minutes and nothing to tell passes in a moment', async () => {
  await policy(above(5));
  await policy(absent(30), { displayName: 'Absent' });
  await report(1);
  const spent = await ownMs(async () => {
    for (let count = 0; count < 2_016; count += 1) {
      await cloud.advance(5 * minuteMs);
      cloud.local.repeatLast(cloud.clock.now());
    }
  });
  expect(states()).toEqual([]);
  expect(spent).toBeLessThan(10_000);
});
