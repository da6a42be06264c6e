/** What provisioning makes is at rest until a deployment has been tried, and from then on provisioning keeps it going. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyParts } from '../../infra/provision/apply.ts';
import { enableParts } from '../../infra/provision/enable.ts';
import { isLive } from '../../infra/provision/live.ts';
import { monitoringParts } from '../../infra/provision/monitoring.ts';
import { NotReady } from '../../infra/provision/preflight.ts';
import { schedulePart } from '../../infra/provision/scheduler.ts';
import type { Part } from '../../infra/provision/step.ts';
import { policyLabel, watches } from '../../infra/provision/watch.ts';
import { type Cloud as Monitoring, project, startMonitoring } from '../contract/monitoring/cloud.ts';
import { parent, type Cloud as Scheduler, startScheduler } from '../contract/scheduler/cloud.ts';

let monitoring: Monitoring;
let scheduler: Scheduler;
beforeAll(async () => {
  [monitoring, scheduler] = await Promise.all([startMonitoring(), startScheduler()]);
});
afterAll(() => Promise.all([monitoring.close(), scheduler.close()]));

const policies = async () => (await monitoring.policies.listAlertPolicies({ name: project }))[0];
const provisioned = (): Part[] => [
  schedulePart(scheduler.client, 'p', 'asia-northeast1', async () => isLive(await policies())),
  ...monitoringParts(monitoring, 'p', {
    operatorEmail: 'a@b.example',
    alertsUrl: 'https://alerts.example/alerts',
    token: async () => 'token',
    tokenVersion: '1',
  }),
];
const enabled = (): Part[] =>
  enableParts({ scheduler: scheduler.client, policies: monitoring.policies }, 'p', 'asia-northeast1');

/** @returns what was changed */
async function apply(parts: readonly Part[]): Promise<string[]> {
  const steps = await Promise.all(parts.map((part) => part.read()));
  await applyParts(parts, steps, { say: () => undefined, pause: async () => undefined });
  return steps.flat().flatMap(({ action, kind, name }) => (action === 'keep' ? [] : [`${action} ${kind} ${name}`]));
}
const states = async () => [
  ...new Set((await scheduler.client.listJobs({ parent }))[0].map(({ state }) => state)),
  ...new Set((await policies()).map((each) => each.enabled?.value)),
];

test('schedules and alert policies rest until they are started, and then are kept going', async () => {
  await expect(apply(enabled())).rejects.toThrow(NotReady);
  await apply(provisioned());
  expect(await states()).toEqual(['PAUSED', false]);
  expect(await apply(provisioned())).toEqual([]);

  const started = await apply(enabled());
  expect(await states()).toEqual(['ENABLED', true]);
  expect(started).toHaveLength(3 + watches.length);
  expect(await apply(enabled())).toEqual([]);
  expect(await apply(provisioned())).toEqual([]);

  await scheduler.client.pauseJob({ name: `${parent}/jobs/minute-tick` });
  const off = (await policies()).find((each) => each.userLabels?.[policyLabel] === 'backlog');
  await monitoring.policies.updateAlertPolicy({
    alertPolicy: { name: off?.name ?? '', enabled: { value: false } },
    updateMask: { paths: ['enabled'] },
  });
  expect(await apply(provisioned())).toEqual(['update schedule minute-tick', 'update alert policy backlog']);
  expect(await states()).toEqual(['ENABLED', true]);
});

test('a schedule that is missing is reported before anything starts', async () => {
  await scheduler.client.pauseJob({ name: `${parent}/jobs/gauges-tick` });
  await scheduler.client.deleteJob({ name: `${parent}/jobs/minute-tick` });
  await expect(apply(enabled())).rejects.toThrow('schedule minute-tick: asia-northeast1 has no such schedule');
  expect(await states()).toEqual(['PAUSED', 'ENABLED', true]);
});
