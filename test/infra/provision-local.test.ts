import { AlertPolicyServiceClient } from '@google-cloud/monitoring';
import { PubSub } from '@google-cloud/pubsub';
import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { credentials } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localProject } from '../../infra/local/house.ts';
import { withLocalParts } from '../../infra/local/provision.ts';
import { applySteps, type Step } from '../../infra/provision/step.ts';
import { openScenario, type Scenario } from '../scenarios/house.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await openScenario('2026-11-24T00:00:00Z');
});
afterAll(() => scenario.stop());

const ports = () => ({ functions: scenario.house.port, cloud: scenario.house.cloud.port });
const options = () => ({
  projectId: localProject,
  apiEndpoint: '127.0.0.1',
  port: scenario.house.cloud.port,
  sslCreds: credentials.createInsecure(),
});

/** What a run of provisioning would do now, and does where it is told to. */
async function provision(isApplied: boolean): Promise<Step[]> {
  return withLocalParts(localProject, ports(), async (parts) => {
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
  const pubsub = new PubSub({ projectId: localProject });
  await pubsub.topic('cloud-builds').delete();
  expect(changes(await provision(false))).toContain('create topic cloud-builds');
  await provision(true);
  expect(changes(await provision(false))).toEqual([]);
  await pubsub.topic('cloud-builds').publishMessage({ data: Buffer.from('{"id":"b-1","status":"SUCCESS"}') });
  await scenario.advance('PT1S');
  const filed = await scenario.ticket({ id: 'T-1', subject: 'x', occurredAt: '2026-11-24T00:00:01Z' });
  const { body } = await scenario.get(`/api/incidents/${filed.body.incident.id}/releases`);
  expect(body.releases.map((each: { id: string }) => each.id)).toEqual(['b-1']);
  await pubsub.close();
});

test('a paused and rewritten schedule is brought back', async () => {
  const scheduler = new CloudSchedulerClient(options());
  const name = `projects/${localProject}/locations/local/jobs/minute-tick`;
  await scheduler.updateJob({ job: { name, schedule: '0 0 1 1 *' }, updateMask: { paths: ['schedule'] } });
  await scheduler.pauseJob({ name });
  const step = (await provision(false)).find((each) => each.action === 'update');
  expect(step).toMatchObject({ kind: 'schedule', name: 'minute-tick' });
  expect(step?.differences.map((each) => each.field)).toEqual(['schedule', 'state']);
  await provision(true);
  expect(changes(await provision(false))).toEqual([]);
  await scheduler.close();
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

test('what others made beside it is told, and left alone', async () => {
  const pubsub = new PubSub({ projectId: localProject });
  await pubsub.topic('notifications').createSubscription('their-copy');
  expect(changes(await provision(true))).toEqual(['leave subscription their-copy']);
  await pubsub.subscription('their-copy').delete();
  await pubsub.close();
});

test('when the gauges stop, the absence policy fires and its alert arrives', async () => {
  const scheduler = new CloudSchedulerClient(options());
  await scenario.advance('PT10M');
  const name = `projects/${localProject}/locations/local/jobs/gauges-tick`;
  await scheduler.pauseJob({ name });
  await scenario.advance('PT25M');
  const { body } = await scenario.get('/api/incidents');
  const own = body.incidents.filter((each: { title: string }) => each.title === 'Metronome: no gauges');
  expect(own).toHaveLength(1);
  expect(own[0]).toMatchObject({ source: 'alert', isAboutMetronome: true });
  // It came by both doors, and is one incident.
  await provision(true);
  await scenario.advance('PT10M');
  const after = await scenario.get(`/api/incidents/${own[0].id}/timeline`);
  expect(after.body.events.map((each: { type: string }) => each.type)).toContain('signal-received');
  await scheduler.close();
});
