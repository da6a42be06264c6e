/** What provisioning has Google's clients make, read back whole; and what it does with what is there already. */
import type { UptimeCheckServiceClient } from '@google-cloud/monitoring';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud as Monitoring, project, startMonitoring } from '../../infra/cloud/test/monitoring/cloud.ts';
import { parent, type Cloud as Scheduler, startScheduler } from '../../infra/cloud/test/scheduler/cloud.ts';
import { dashboardPart } from '../../infra/provision/dashboard.ts';
import type { Gcloud } from '../../infra/provision/gcloud.ts';
import { type MonitoringSettings, monitoringParts } from '../../infra/provision/monitoring.ts';
import { schedulePart } from '../../infra/provision/scheduler.ts';
import { applySteps, type Part, type Step } from '../../infra/provision/step.ts';
import { uptimePart } from '../../infra/provision/uptime.ts';

// biome-ignore lint/suspicious/noExplicitAny: a table reads what it expects, and fails where it is not there
type Found = any;

let monitoring: Monitoring;
let scheduler: Scheduler;
beforeAll(async () => {
  [monitoring, scheduler] = await Promise.all([startMonitoring(), startScheduler()]);
});
afterAll(() => Promise.all([monitoring.close(), scheduler.close()]));

const settings: MonitoringSettings = {
  operators: ['operator@shop.example'],
  alertsUrl: 'https://alerts.example/alerts',
  token: async () => 'the-token',
  tokenVersion: '7',
  alertsAtOnce: true,
};
const partsOf = (more: Partial<MonitoringSettings> = {}) =>
  monitoringParts(monitoring, 'p', { ...settings, ...more }) as [Part, Part, Part];
async function apply(parts: readonly Part[]): Promise<Step[]> {
  const all: Step[] = [];
  for (const part of parts) {
    const steps = await part.read();
    await applySteps(steps, part.isOneByOne);
    all.push(...steps);
  }
  return all;
}
const changed = (steps: readonly Step[]) => steps.filter((each) => each.action !== 'keep');
const told = ({ action, kind, name, note, differences }: Step) =>
  [`${action} ${kind} ${name}`, ...(note ? [note] : []), ...differences.map((each) => each.field)].join(': ');

describe('what is watched', () => {
  const theirs = { type: 'email', displayName: 'theirs', labels: { email_address: 'theirs@shop.example' } };
  beforeAll(async () => {
    await monitoring.createChannel(theirs);
    await apply(partsOf());
  });
  const policies = async (): Promise<Found[]> => (await monitoring.policies.listAlertPolicies({ name: project }))[0];
  const channels = async (): Promise<Found[]> =>
    (await monitoring.channels.listNotificationChannels({ name: project }))[0];
  const keyOf = (each: Found): string => each.userLabels['metronome-policy'] ?? each.userLabels['metronome-channel'];
  const policy = async (key: string): Promise<Found> => (await policies()).find((each) => keyOf(each) === key);

  test('is measured by these, and a second run keeps all of it', async () => {
    const [found] = await monitoring.metrics.listMetricDescriptors({ name: project });
    const gauge = (name: string, unit: string, description: string, ...labels: object[]) => ({
      name: `${project}/metricDescriptors/custom.googleapis.com/metronome/${name}`,
      type: `custom.googleapis.com/metronome/${name}`,
      metricKind: 'GAUGE',
      valueType: 'INT64',
      unit,
      displayName: `Metronome: ${name.replaceAll('_', ' ')}`,
      description,
      labels,
    });
    const level = { key: 'level', valueType: 'STRING', description: 'The urgency: high or low.' };
    const updates = 'Incidents with updates to customers that failed, or whose delivery is unknown.';
    const timer = 'How long the oldest due timer has waited: 0 while reminders are on time.';
    const oldest = 'How long the longest-waiting customer’s update has been overdue.';
    expect(found.map((each) => ({ ...each }))).toMatchObject([
      gauge('open_incidents', '1', 'Open incidents.', level),
      gauge('overdue_contacts', '1', 'Customers whose update is overdue.'),
      gauge('oldest_overdue_seconds', 's', oldest),
      gauge('oldest_timer_seconds', 's', timer),
      gauge('quarantined', '1', 'Reports that could not be parsed.'),
      gauge('failed_updates', '1', updates),
      gauge('undelivered_notices', '1', 'Notices of the last day that have not been delivered.'),
      gauge('newest_backup_seconds', 's', 'Age of the newest database backup.'),
    ]);
    expect(changed(await apply(partsOf()))).toEqual([]);
  });

  test('is told by mail, to the door with its token, and to the topic', async () => {
    const whole = (await channels()).map(({ type, displayName, labels, userLabels, enabled }) => {
      return { type, displayName, labels, userLabels, enabled };
    });
    expect(whole).toEqual([
      { ...theirs, userLabels: {}, enabled: { value: true } },
      {
        type: 'email',
        displayName: 'Metronome: its operator',
        labels: { email_address: 'operator@shop.example' },
        userLabels: { 'metronome-channel': 'operator' },
        enabled: { value: true },
      },
      {
        type: 'webhook_basicauth',
        displayName: 'Metronome: the alerts door',
        labels: { url: 'https://alerts.example/alerts', username: 'metronome', password: 'the-token' },
        userLabels: { 'metronome-channel': 'door', 'token-version': '7' },
        enabled: { value: true },
      },
      {
        type: 'pubsub',
        displayName: 'Metronome: the alerts topic',
        labels: { topic: 'projects/p/topics/alert-notifications' },
        userLabels: { 'metronome-channel': 'topic' },
        enabled: { value: true },
      },
    ]);
  });

  test('by these policies, whole (else: vitest -u, and look at what has changed)', async () => {
    const names = new Map((await channels()).map((each) => [each.name, keyOf(each)]));
    const seconds = (duration: Found): string => `${Number(duration?.seconds ?? 0)} s`;
    const lines = (await policies()).map((each) => {
      const [{ displayName, conditionThreshold, conditionAbsent, conditionMatchedLog }, ...others] = each.conditions;
      const metric = conditionThreshold ?? conditionAbsent;
      const {
        alignmentPeriod,
        perSeriesAligner,
        crossSeriesReducer,
        groupByFields = [],
      } = metric?.aggregations?.[0] ?? {};
      const limit = conditionThreshold
        ? `${conditionThreshold.comparison} ${conditionThreshold.thresholdValue}`
        : 'absent';
      const how = conditionMatchedLog
        ? [`in a log, told every ${seconds(each.alertStrategy.notificationRateLimit.period)}`]
        : [
            `${limit} for ${seconds(metric.duration)}, in ${metric.trigger.count} of ${metric.aggregations.length}`,
            `${perSeriesAligner} of ${seconds(alignmentPeriod)}, ${crossSeriesReducer} by ${groupByFields.join(', ') || 'nothing'}`,
          ];
      expect(others).toEqual([]);
      return [
        `${each.severity} ${keyOf(each)} → ${each.notificationChannels.map((name: string) => names.get(name)).join(' ')}`,
        `${each.displayName}: ${displayName}`,
        ...how,
        `${(metric ?? conditionMatchedLog).filter}`,
      ].join(' ⏎ ');
    });
    await expect(lines.join('\n')).toMatchFileSnapshot('promised/policies.txt');
    for (const each of await policies()) {
      expect(each).toMatchObject({
        combiner: 'OR',
        enabled: { value: true },
        documentation: { mimeType: 'text/markdown', content: expect.stringMatching(/^.{80,}$/) },
        alertStrategy: { autoClose: { seconds: '1800' } },
        userLabels: { service: 'metronome', 'metronome-policy': keyOf(each) },
      });
    }
  });

  test('a policy that was edited is brought back whole, and keeps the channel that somebody added', async () => {
    const before = await policy('backlog');
    const added = await monitoring.createChannel({ type: 'email', labels: { email_address: 'night@shop.example' } });
    await monitoring.policies.updateAlertPolicy({
      alertPolicy: {
        ...before,
        severity: 'WARNING',
        displayName: 'x',
        documentation: { content: 'x' },
        alertStrategy: { autoClose: { seconds: 3_600 } },
        notificationChannels: [added, before.notificationChannels[0]],
        enabled: { value: false },
        conditions: [{ ...before.conditions[0], displayName: 'x' }],
      },
    });
    expect(changed(await apply(partsOf())).map(told)).toEqual([
      'update alert policy backlog: displayName: severity: documentation.content: documentation.mimeType: enabled.value: conditions[0].displayName: alertStrategy.autoClose.seconds: notificationChannels',
    ]);
    const { mutationRecord: _, ...after } = await policy('backlog');
    const { mutationRecord: __, ...original } = before;
    expect(after).toEqual({
      ...original,
      conditions: [{ ...original.conditions[0], name: after.conditions[0].name }],
      notificationChannels: [...original.notificationChannels, added],
    });
    expect(changed(await apply(partsOf()))).toEqual([]);
  });

  test('a channel that was edited, or whose token has another version, is written again with its token', async () => {
    const door = (await channels()).find((each) => keyOf(each) === 'door');
    await monitoring.channels.updateNotificationChannel({
      notificationChannel: {
        ...door,
        enabled: { value: false },
        displayName: 'x',
        labels: { ...door.labels, url: 'x' },
      },
    });
    const steps = changed(await apply(partsOf({ token: async () => 'another', tokenVersion: '8' })));
    expect(steps.map(told)).toEqual([
      'update channel door: displayName: labels.url: userLabels.token-version: enabled.value',
    ]);
    const again = (await channels()).find((each) => keyOf(each) === 'door');
    expect(again).toMatchObject({
      name: door.name,
      displayName: 'Metronome: the alerts door',
      labels: { url: 'https://alerts.example/alerts', username: 'metronome', password: 'another' },
      userLabels: { 'token-version': '8' },
      enabled: { value: true },
    });
    await apply(partsOf());
  });

  test('without an operator the one that is there is kept and called, and nobody is reported', async () => {
    expect(changed(await apply(partsOf({ operators: [] }))).map(told)).toEqual([
      'leave channel operator: kept as it is',
    ]);
    // Also by a policy that is made only now, of those that tell nobody else.
    const { name, notificationChannels: before } = await policy('quarantined');
    await monitoring.policies.deleteAlertPolicy({ name });
    await apply(partsOf({ operators: [] }));
    const operator = (await channels()).find((each) => keyOf(each) === 'operator');
    expect([before, (await policy('quarantined')).notificationChannels]).toEqual([[operator?.name], [operator?.name]]);
    const [, part] = partsOf({ operators: [] });
    expect(part.ofNothing().map(told)).toEqual([
      'create channel door: webhook_basicauth: https://alerts.example/alerts, metronome',
      'create channel topic: pubsub: projects/p/topics/alert-notifications',
      'leave channel operator: nobody is told past Metronome itself: give --operator EMAIL',
    ]);
  });

  test('each operator is told, and a pager of what is critical; one who is named no more is reported and left', async () => {
    const notificationChannel = { type: 'email', labels: { email_address: 'pager@shop.example' } };
    const [made] = await monitoring.channels.createNotificationChannel({ name: project, notificationChannel });
    const pager = made.name ?? '';
    const operators = ['operator@shop.example', 'other@shop.example'];
    await apply(partsOf({ operators, pager }));
    const nameOf = async (key: string) => (await channels()).find((each) => keyOf(each) === key)?.name;
    const [first, second] = [await nameOf('operator'), await nameOf('operator-2')];
    expect((await policy('quarantined')).notificationChannels).toEqual([first, second]);
    const critical = (await policy('minute-tick-absent')).notificationChannels;
    expect(critical).toEqual([first, second, await nameOf('door'), await nameOf('topic'), pager]);
    expect(changed(await apply(partsOf({ operators, pager })))).toEqual([]);
    expect(changed(await apply(partsOf({ operators: operators.slice(0, 1), pager }))).map(told)).toContain(
      'leave channel operator-2: other@shop.example is named as an operator no more: delete it by hand',
    );
    for (const name of [await nameOf('operator-2'), pager])
      await monitoring.channels.deleteNotificationChannel({ name, force: true });
    await apply(partsOf());
  });

  test('what the topology no longer names is reported and left, and a policy of others is not reported', async () => {
    const own = { displayName: 'Metronome: of old', userLabels: { 'metronome-policy': 'of-old' } };
    const condition = (await policy('undelivered')).conditions[0];
    const made = [own, { displayName: 'theirs' }].map((each) => monitoring.createPolicy([condition], each));
    const names = (await Promise.all(made)).map((each) => each.name ?? '');
    expect(changed(await apply(partsOf())).map(told)).toEqual([
      'leave alert policy Metronome: of old: the topology no longer names it: delete it by hand',
    ]);
    await Promise.all(names.map((name) => monitoring.policies.deleteAlertPolicy({ name })));
  });

  test('a metric of another kind is left, and one with another unit is brought back', async () => {
    const type = 'custom.googleapis.com/metronome/quarantined';
    const make = (metricDescriptor: object) =>
      monitoring.metrics.createMetricDescriptor({ name: project, metricDescriptor: { type, ...metricDescriptor } });
    for (const other of [
      { metricKind: 'CUMULATIVE' as const, valueType: 'INT64' as const },
      { metricKind: 'GAUGE' as const, valueType: 'DOUBLE' as const },
    ]) {
      await make(other);
      expect(changed(await apply(partsOf())).map(told)).toEqual([
        'leave metric quarantined: it is of another kind, and to change that would delete what was measured',
      ]);
    }
    await make({ metricKind: 'GAUGE', valueType: 'INT64', unit: 's' });
    expect(changed(await apply(partsOf())).map(told)).toEqual([
      'update metric quarantined: unit: displayName: description',
    ]);
    expect(changed(await apply(partsOf()))).toEqual([]);
  });
});

describe('the schedules', () => {
  const part = () => schedulePart(scheduler.client, 'p', 'asia-northeast1');
  const jobs = async (): Promise<Found[]> => (await scheduler.client.listJobs({ parent }))[0];

  test('are these, whole', async () => {
    await apply([part()]);
    const job = (name: string, schedule: string, retryCount: number) => ({
      name: `${parent}/jobs/${name}`,
      schedule,
      timeZone: 'Asia/Tokyo',
      pubsubTarget: {
        topicName: `projects/p/topics/${name}`,
        // What functions-framework cannot do without.
        data: Buffer.from(JSON.stringify({ schedule: name })),
      },
      retryConfig: { retryCount, minBackoffDuration: { seconds: '5' }, maxBackoffDuration: { seconds: '60' } },
      state: 'ENABLED',
    });
    expect(await jobs()).toMatchObject([
      job('gauges-tick', '*/5 * * * *', 1),
      job('minute-tick', '* * * * *', 1),
      job('weekly-tick', '5 0 * * 1', 5),
    ]);
    expect(changed(await apply([part()]))).toEqual([]);
  });

  test('one that was edited is brought back, and one that is paused continues', async () => {
    const name = `${parent}/jobs/weekly-tick`;
    await scheduler.client.updateJob({
      job: {
        name,
        schedule: '0 0 1 1 *',
        timeZone: 'Etc/UTC',
        pubsubTarget: { topicName: 'projects/p/topics/weekly-tick', data: Buffer.from('x') },
        retryConfig: { retryCount: 2, maxBackoffDuration: { seconds: 61 }, minBackoffDuration: { seconds: 6 } },
      },
    });
    await scheduler.client.pauseJob({ name });
    const before = (await part().read()).find((each) => each.name === 'weekly-tick');
    expect(told(before as Step)).toBe(
      'update schedule weekly-tick: schedule: timeZone: pubsubTarget.data: retryConfig.retryCount: retryConfig.minBackoffDuration.seconds: retryConfig.maxBackoffDuration.seconds: state',
    );
    await apply([part()]);
    expect(changed(await part().read())).toEqual([]);
    expect((await jobs()).map(({ state }) => state)).toEqual(['ENABLED', 'ENABLED', 'ENABLED']);
  });

  test('one of that name with another aim is somebody else’s, and one that ticks for us besides is theirs', async () => {
    const topicName = 'projects/p/topics/theirs';
    await scheduler.client.deleteJob({ name: `${parent}/jobs/minute-tick` });
    await scheduler.client.deleteJob({ name: `${parent}/jobs/gauges-tick` });
    await scheduler.create('minute-tick', '* * * * *', { pubsubTarget: { topicName, data: Buffer.from('x') } });
    await scheduler.create('gauges-tick', '* * * * *', {
      pubsubTarget: null,
      httpTarget: { uri: 'https://a.example' },
    });
    const ours = { topicName: 'projects/p/topics/minute-tick', data: Buffer.from('x') };
    await scheduler.create('their-tick', '* * * * *', { pubsubTarget: ours });
    await scheduler.create('their-own', '* * * * *', { pubsubTarget: { topicName, data: Buffer.from('x') } });
    const foreign = (does: string) =>
      `a job of this name is there and ${does}, so it is somebody else’s: take another project or region`;
    expect(changed(await part().read()).map(told)).toEqual([
      `refuse schedule minute-tick: ${foreign('publishes to theirs')}`,
      `refuse schedule gauges-tick: ${foreign('calls something else')}`,
      'leave schedule their-tick: it is not ours, and publishes to minute-tick',
    ]);
  });
});

describe('the uptime checks', () => {
  const hostOf = (name: string) => `metronome-${name}.example`;
  const check = (name: string) => ({
    displayName: name === 'publicPages' ? 'metronome-public-pages' : `metronome-${name}`,
    monitoredResource: { type: 'uptime_url', labels: { host: hostOf(name), project_id: 'p' } },
    httpCheck: {
      requestMethod: 'GET',
      path: `/${name}`,
      port: 443,
      useSsl: true,
      validateSsl: true,
      ...(name === 'publicPages'
        ? { acceptedResponseStatusCodes: [{ statusValue: 404 }] }
        : { acceptedResponseStatusCodes: [{ statusValue: 405 }] }),
    },
    ...(name === 'publicPages' ? { contentMatchers: [{ content: 'noindex', matcher: 'CONTAINS_STRING' }] } : {}),
    period: { seconds: 900 },
    timeout: { seconds: 30 },
    userLabels: { 'metronome-uptime': name },
  });

  /** A client of a project that has these. */
  function having(...existing: object[]) {
    const asked: [string, Found][] = [];
    const client = {
      listUptimeCheckConfigs: async () => [existing],
      createUptimeCheckConfig: async (request: object) => asked.push(['create', request]),
      updateUptimeCheckConfig: async (request: object) => asked.push(['update', request]),
    } as unknown as UptimeCheckServiceClient;
    return { asked, part: uptimePart(client, 'p', hostOf) };
  }

  test('are of each public door, whole', async () => {
    const { asked, part } = having({ name: 'theirs', userLabels: { team: 'shop' } }, { name: 'another of theirs' });
    await apply([part]);
    expect(asked).toEqual(
      ['tickets', 'alerts', 'slack', 'changes', 'publicPages'].map((name) => [
        'create',
        { parent: 'projects/p', uptimeCheckConfig: check(name) },
      ]),
    );
  });

  test('one that was edited is brought back under its name, and the others are kept', async () => {
    const named = (name: string, more: object = {}) => ({ ...check(name), name: `checks/${name}`, ...more });
    const { asked, part } = having(
      ...['tickets', 'slack', 'changes', 'publicPages'].map((each) => named(each)),
      named('alerts', { period: { seconds: '60' } }),
    );
    expect(changed(await apply([part])).map(told)).toEqual(['update uptime check alerts: period.seconds']);
    expect(asked).toEqual([['update', { uptimeCheckConfig: named('alerts') }]]);
  });
});

describe('the dashboard', () => {
  /** A gcloud of a project with these dashboards, which reads the file that it is handed. */
  function having(...existing: object[]) {
    const asked: { command: string; content: Found }[] = [];
    const gcloud: Gcloud = {
      project: 'p',
      json: async <T>() => existing as T,
      run: async (args) => {
        const { readFileSync } = await import('node:fs');
        const file = args.find((each) => each.startsWith('--config-from-file='))?.slice('--config-from-file='.length);
        const command = args.filter((each) => !each.startsWith('--config')).join(' ');
        asked.push({ command, content: JSON.parse(readFileSync(file ?? '', 'utf8')) });
        return '';
      },
    };
    return { asked, part: dashboardPart(gcloud) };
  }

  test('has these charts, two in a row (else: vitest -u, and look at what has changed)', async () => {
    const { asked, part } = having({ name: 'theirs', labels: { team: '' } }, { name: 'another of theirs' });
    expect((await apply([part])).map(told)).toEqual(['create dashboard Metronome: 12 charts']);
    const [{ command, content } = { command: '', content: undefined }] = asked;
    expect(command).toBe('monitoring dashboards create');
    const { tiles, columns } = content.mosaicLayout;
    expect([content.displayName, content.labels, columns]).toEqual(['Metronome', { metronome: '' }, 12]);
    const charts = tiles.map(({ xPos, yPos, width, height, widget }: Found) => {
      const [{ plotType, timeSeriesQuery }, ...others] = widget.xyChart.dataSets;
      const { filter, aggregation } = timeSeriesQuery.timeSeriesFilter;
      const { alignmentPeriod, perSeriesAligner, crossSeriesReducer = 'each', groupByFields = [] } = aggregation;
      expect([plotType, others, alignmentPeriod]).toEqual(['LINE', [], '600s']);
      const place = `${xPos},${yPos} ${width}×${height}`;
      const by = groupByFields.join(', ') || 'nothing';
      return [place, widget.title, perSeriesAligner, crossSeriesReducer, 'by', by, filter].join(' ');
    });
    await expect(charts.join('\n')).toMatchFileSnapshot('promised/dashboard.txt');
  });

  test('that is there is kept, and an edited one is written over by its name, as it was read', async () => {
    const { asked, part } = having();
    await apply([part]);
    const there = { ...asked[0]?.content, name: 'dashboards/1', etag: 'e7' };
    expect(changed(await having({ name: 'theirs' }, there).part.read())).toEqual([]);
    const edited = having({ ...there, displayName: 'x' });
    expect((await apply([edited.part])).map(told)).toEqual(['update dashboard Metronome: displayName']);
    expect(edited.asked).toEqual([{ command: 'monitoring dashboards update dashboards/1', content: there }]);
  });
});
