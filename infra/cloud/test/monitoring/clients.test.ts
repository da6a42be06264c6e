/** Google's own clients of Cloud Monitoring are understood, answered and refused over the wire. */
import { afterAll, expect, test } from 'vitest';
import { above, gauge, project, start, startMonitoring, time, type } from './cloud.ts';

const cloud = await startMonitoring();
afterAll(() => cloud.close());

test('series are written and listed, and metrics made, got, listed and deleted with them', async () => {
  const { metrics } = cloud;
  const one = gauge(7, start, { level: 'high' });
  await metrics.createTimeSeries({ name: project, timeSeries: [one] });
  const filter = `metric.type = "${type}"`;
  const interval = { startTime: time(start - 60_000), endTime: time(start) };
  const list = async () => (await metrics.listTimeSeries({ name: project, filter, interval }))[0];
  expect(await list()).toMatchObject([
    { metric: { labels: { level: 'high' } }, points: [{ value: { doubleValue: 7 } }] },
  ]);
  const late = metrics.createTimeSeries({ name: project, timeSeries: [one] });
  await expect(late).rejects.toMatchObject({ code: 3, message: expect.stringContaining('written in order') });
  const name = `${project}/metricDescriptors/${type}`;
  expect((await metrics.getMetricDescriptor({ name }))[0]).toMatchObject({ valueType: 'DOUBLE', metricKind: 'GAUGE' });
  const metricDescriptor = { type: `${type}/other`, metricKind: 'GAUGE', valueType: 'INT64' } as const;
  await metrics.createMetricDescriptor({ name: project, metricDescriptor });
  const both = 'metric.type = starts_with("custom.googleapis.com/desk")';
  expect((await metrics.listMetricDescriptors({ name: project, filter: both }))[0]).toHaveLength(2);
  await metrics.deleteMetricDescriptor({ name });
  expect(await list()).toEqual([]);
  await expect(metrics.getMetricDescriptor({ name })).rejects.toMatchObject({ code: 5 });
});

test('channels and policies are created, got, listed by a filter, updated by a mask and deleted', async () => {
  const { channels, policies } = cloud;
  const userLabels = { of: 'a' };
  const channel = await cloud.createChannel({ type: 'email', labels: { email_address: 'a@b.example' }, userLabels });
  const stated = { notificationChannels: [channel], userLabels };
  const made = await cloud.createPolicy([above(5)], stated);
  const name = made.name as string;
  expect(made).toMatchObject({ ...stated, enabled: { value: true }, conditions: [{ displayName: 'open is high' }] });
  const owned = { name: project, filter: 'user_labels.of = "a"' };
  expect((await channels.listNotificationChannels(owned))[0]).toMatchObject([{ name: channel }]);
  expect((await policies.listAlertPolicies(owned))[0]).toMatchObject([{ name }]);
  const updateMask = { paths: ['display_name'] };
  await channels.updateNotificationChannel({ notificationChannel: { name: channel, displayName: 'New' }, updateMask });
  await policies.updateAlertPolicy({ alertPolicy: { name, displayName: 'New' }, updateMask });
  expect((await channels.getNotificationChannel({ name: channel }))[0]).toMatchObject({ displayName: 'New' });
  expect((await policies.getAlertPolicy({ name }))[0]).toMatchObject({ displayName: 'New' });
  await expect(channels.deleteNotificationChannel({ name: channel })).rejects.toMatchObject({ code: 9 });
  await policies.deleteAlertPolicy({ name });
  await channels.deleteNotificationChannel({ name: channel });
  await expect(policies.getAlertPolicy({ name })).rejects.toMatchObject({ code: 5 });
  await expect(channels.getNotificationChannel({ name: channel })).rejects.toMatchObject({ code: 5 });
});
