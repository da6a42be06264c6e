import { AlertPolicyServiceClient, MetricServiceClient } from '@google-cloud/monitoring';
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { credentials } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { pubsub } from '../../functions/platform/publish.ts';
import { withLocalParts } from '../../infra/local/provision.ts';
import { localProject } from '../../infra/local/start-cloud.ts';
import { applySteps, type Step } from '../../infra/provision/step.ts';
import { schedules } from '../../infra/topology.ts';
import { useScenario } from '../scenarios/house.ts';

const scenario = useScenario('2026-11-24T00:00:00Z');

const ports = () => ({ functions: scenario.house.port, cloud: scenario.house.cloud.port });
const options = () => ({
  projectId: localProject,
  apiEndpoint: '127.0.0.1',
  port: scenario.house.cloud.port,
  sslCreds: credentials.createInsecure(),
});

/** What a run of provisioning would do now, and does where it is told to. */
async function provision(isApplied: boolean): Promise<Step[]> {
  return withLocalParts(localProject, ports(), scenario.house.environment, async (parts) => {
    const all: Step[] = [];
    for (const part of parts) {
      const steps = await part.read();
      if (isApplied) await applySteps(steps, part.isOneByOne);
      all.push(...steps);
    }
    return all;
  });
}

const changes = (steps: Step[]) =>
  steps.filter((each) => each.action !== 'keep').map((each) => `${each.action} ${each.kind} ${each.name}`);

test('a second run keeps everything', async () => {
  const steps = await provision(false);
  expect(changes(steps)).toEqual([]);
  expect(new Set(steps.map((each) => each.kind))).toEqual(
    new Set(['topic', 'subscription', 'schedule', 'metric', 'channel', 'alert policy']),
  );
});

test('a deleted topic is made again, and its subscription with it', async () => {
  const client = await pubsub();
  await client.topic('cloud-builds').delete();
  expect(changes(await provision(false))).toContain('create topic cloud-builds');
  await provision(true);
  expect(changes(await provision(false))).toEqual([]);
  await client.topic('cloud-builds').publishMessage({ data: Buffer.from('{"id":"b-1","status":"SUCCESS"}') });
  await scenario.advance('PT1S');
  const filed = await scenario.ticket({ id: 'T-1', subject: 'x', occurredAt: '2026-11-24T00:00:01Z' });
  const { body } = await scenario.get(`/api/incidents/${filed.body.incident.id}/releases`);
  expect(body.releases.map((each: { id: string }) => each.id)).toEqual(['b-1']);
});

test('a policy that was edited by hand is mended, and keeps the channel that was added to it', async () => {
  const policies = new AlertPolicyServiceClient(options());
  const [all] = await policies.listAlertPolicies({ name: `projects/${localProject}` });
  const policy = all.find((each) => each.userLabels?.['metronome-policy'] === 'gauges-absent');
  await policies.updateAlertPolicy({
    alertPolicy: { ...policy, severity: 'WARNING', enabled: { value: false } },
    updateMask: { paths: ['severity', 'enabled'] },
  });
  const step = (await provision(false)).find((each) => each.action === 'update');
  expect(step?.differences.map((each) => each.field).sort()).toEqual(['enabled.value', 'severity']);
  await provision(true);
  expect(changes(await provision(false))).toEqual([]);
  await policies.close();
});

test('what an earlier version made without a label gets it: on this machine nobody else is there', async () => {
  const subscription = (await pubsub()).subscription('ticket-events');
  await subscription.setMetadata({ labels: {} });
  expect(changes(await provision(true))).toEqual(['update subscription ticket-events']);
  expect((await subscription.getMetadata())[0].labels).toEqual({ app: 'metronome' });
});

test('what others made beside it is told, and left alone', async () => {
  const client = await pubsub();
  await client.topic('notifications').createSubscription('their-copy');
  expect(changes(await provision(true))).toEqual(['leave subscription their-copy']);
  await client.subscription('their-copy').delete();
});

test('when the scheduler stops, the absence policy fires, and its alert is an incident about Metronome itself', async () => {
  const scheduler = new CloudSchedulerClient(options());
  await scenario.advance('PT10M');
  const parent = `projects/${localProject}/locations/local`;
  for (const { name } of schedules) await scheduler.pauseJob({ name: `${parent}/jobs/${name}` });
  await scenario.advance('PT25M');
  const { body } = await scenario.get('/api/incidents');
  const own = body.incidents.filter((each: { title: string }) => each.title === 'Metronome: no gauges');
  // It came by both doors, and is one incident.
  expect(own).toHaveLength(1);
  expect(own[0]).toMatchObject({ source: 'alert', isAboutMetronome: true, status: 'open' });
  await provision(true);
  await scenario.advance('PT10M');
  const path = `/api/incidents/${own[0].id}`;
  const { events } = (await scenario.get(`${path}/timeline`)).body;
  expect(events.map((each: { type: string }) => each.type)).toContain('signal-received');
  // Nobody waits for it to be told, however long it is open, and it is not in the gauges that these policies watch.
  await scenario.advance('PT3H');
  const after = (await scenario.get(`${path}/timeline`)).body.events.map((each: { type: string }) => each.type);
  expect(after.filter((type: string) => type === 'reminded' || type === 'slot-closed')).toEqual([]);
  expect((await scenario.get(`${path}/contacts`)).body.contacts).toEqual([]);
  const others = body.incidents.filter((each: { isAboutMetronome: boolean; status: string }) => !each.isAboutMetronome);
  expect(others.every((each: { status: string }) => each.status === 'open')).toBe(true);
  const metrics = new MetricServiceClient(options());
  const [series] = await metrics.listTimeSeries({
    name: `projects/${localProject}`,
    filter: 'metric.type = "custom.googleapis.com/metronome/open_incidents"',
    interval: {
      startTime: { seconds: 0 },
      endTime: { seconds: Math.floor(Date.parse('2026-11-25T00:00:00Z') / 1_000) },
    },
  });
  const newest = series.map((each) => Number(each.points?.[0]?.value?.int64Value));
  expect(newest.reduce((sum, each) => sum + each, 0)).toBe(others.length);
  await metrics.close();
  await scheduler.close();
});
