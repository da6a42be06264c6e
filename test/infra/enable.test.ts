/** What provisioning makes is at rest until a deployment has been tried, and from then on provisioning keeps it going. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cloud as Monitoring, project, startMonitoring } from '../../infra/cloud/test/monitoring/cloud.ts';
import { parent, type Cloud as Scheduler, startScheduler } from '../../infra/cloud/test/scheduler/cloud.ts';
import { applyParts } from '../../infra/provision/apply.ts';
import { enableParts } from '../../infra/provision/enable.ts';
import { isLive } from '../../infra/provision/live.ts';
import { monitoringParts } from '../../infra/provision/monitoring.ts';
import { NotReady } from '../../infra/provision/preflight.ts';
import { schedulePart } from '../../infra/provision/scheduler.ts';
import type { Part } from '../../infra/provision/step.ts';
import type { Thresholds } from '../../infra/provision/thresholds.ts';
import { policyLabel, watches } from '../../infra/provision/watch.ts';

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
    operators: ['a@b.example'],
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
  expect(await apply(provisioned())).toEqual(['update schedule minute-tick']);
  expect(await states()).toEqual(['ENABLED', true]);
});

const silence = async (is: (key: string) => boolean): Promise<void> => {
  for (const { name, userLabels } of await policies()) {
    if (!is(userLabels?.[policyLabel] ?? '')) continue;
    const alertPolicy = { name: name ?? '', enabled: { value: false } };
    await monitoring.policies.updateAlertPolicy({ alertPolicy, updateMask: { paths: ['enabled'] } });
  }
};
const disabled = async (): Promise<number> => (await policies()).filter((each) => !each.enabled?.value).length;

test('an alert policy that a person silenced stays silent, and so do all of them; each is told', async () => {
  await silence((key) => key === 'backlog');
  expect(await apply(provisioned())).toEqual(['leave alert policy backlog']);
  expect(await apply(enabled())).toEqual(['leave alert policy backlog']);
  expect(await disabled()).toBe(1);
  await silence(() => true);
  expect(await apply(enabled())).toEqual(watches.map(({ key }) => `leave alert policy ${key}`));
  expect(await apply(provisioned())).toEqual(watches.map(({ key }) => `leave alert policy ${key}`));
  expect(await disabled()).toBe(watches.length);
  // What else differs is mended, and it stays silent.
  const [one] = await policies();
  const alertPolicy = { name: one?.name ?? '', severity: 'WARNING' as const };
  await monitoring.policies.updateAlertPolicy({ alertPolicy, updateMask: { paths: ['severity'] } });
  expect(await apply(provisioned())).toContain(`update alert policy ${one?.userLabels?.[policyLabel]}`);
  expect(await disabled()).toBe(watches.length);
  for (const { name } of await policies()) {
    await monitoring.policies.updateAlertPolicy({
      alertPolicy: { name: name ?? '', enabled: { value: true } },
      updateMask: { paths: ['enabled'] },
    });
  }
});

test('a team’s own threshold is kept by provisioning, which says that it is one', async () => {
  const own = (thresholds: Thresholds): Part[] => [
    ...monitoringParts(monitoring, 'p', {
      operators: ['a@b.example'],
      alertsUrl: 'https://alerts.example/alerts',
      token: async () => 'token',
      tokenVersion: '1',
      thresholds,
    }),
  ];
  const settings = { 'many-wait': { above: 400, forMinutes: 90 } };
  expect(await apply(own(settings))).toEqual(['update alert policy many-wait']);
  expect(await apply(own(settings))).toEqual([]);
  const found = (await policies()).find((each) => each.userLabels?.[policyLabel] === 'many-wait');
  const [condition] = found?.conditions ?? [];
  expect(condition?.displayName).toMatch(/\(own threshold: above 400 for 90 minutes\)$/);
  expect(condition?.conditionThreshold?.thresholdValue).toBe(400);
  expect(Number(condition?.conditionThreshold?.duration?.seconds)).toBe(5_400);
  expect(await apply(provisioned())).toEqual(['update alert policy many-wait']);
});

test('a schedule that is missing is reported before anything starts', async () => {
  await scheduler.client.pauseJob({ name: `${parent}/jobs/gauges-tick` });
  await scheduler.client.deleteJob({ name: `${parent}/jobs/minute-tick` });
  await expect(apply(enabled())).rejects.toThrow('schedule minute-tick: asia-northeast1 has no such schedule');
  expect(await states()).toEqual(['PAUSED', 'ENABLED', true]);
});
