/**
 * Schedules and alert policies are made at rest. Before the first deployment no function takes a tick and no gauge is written,
 * so the first incident would be Metronome's own. They start once a deployment has passed its smoke test.
 */
import type { AlertPolicyServiceClient, protos } from '@google-cloud/monitoring';
import type { CloudSchedulerClient, protos as scheduled } from '@google-cloud/scheduler';
import { schedules } from '../topology.ts';
import { applyParts } from './apply.ts';
import { authOf, clientsOf } from './clients.ts';
import type { Gcloud } from './gcloud.ts';
import { isLive, isSilenced } from './live.ts';
import type { Patience } from './patience.ts';
import { shortName } from './pubsub.ts';
import { bring, leave, type Part, refuse, type Step } from './step.ts';
import { policyLabel, silenced, stateLabel, states } from './watch.ts';

type Policy = protos.google.monitoring.v3.IAlertPolicy;
type Job = scheduled.google.cloud.scheduler.v1.IJob;

const keyOf = (policy: Policy): string | undefined | null => policy.userLabels?.[policyLabel];

export interface EnableClients {
  scheduler: CloudSchedulerClient;
  policies: AlertPolicyServiceClient;
}

/** The steps that start paused schedules, and then alert policies. */
export function enableParts({ scheduler, policies }: EnableClients, project: string, region: string): Part[] {
  const parent = `projects/${project}/locations/${region}`;
  const planJobs = (existing: readonly Job[]): Step[] =>
    schedules.map((spec) => {
      const topic = `projects/${project}/topics/${spec.topic}`;
      const found = existing.find((each) => shortName(each.name ?? '') === spec.name);
      if (found?.pubsubTarget?.topicName !== topic) {
        return refuse('schedule', spec.name, `${region} has no such schedule of Metronome: provision it first`);
      }
      const name = `${parent}/jobs/${spec.name}`;
      const isPaused = found.state === 'PAUSED';
      const differences = isPaused ? [{ field: 'state', is: 'PAUSED', shouldBe: 'ENABLED' }] : [];
      return bring('schedule', spec.name, differences, () => scheduler.resumeJob({ name }));
    });
  const planPolicies = (existing: readonly Policy[]): Step[] => {
    const wasStarted = isLive(existing);
    return existing.flatMap((found) => {
      const key = keyOf(found);
      if (key === undefined || key === null) return [];
      if (wasStarted && isSilenced(found)) return leave('alert policy', key, silenced);
      const differences = found.enabled?.value ? [] : [{ field: 'enabled', is: false, shouldBe: true }];
      const userLabels = { ...found.userLabels, [stateLabel]: states.started };
      const alertPolicy = { name: found.name ?? '', enabled: { value: true }, userLabels };
      return bring('alert policy', key, differences, () =>
        policies.updateAlertPolicy({ alertPolicy, updateMask: { paths: ['enabled', 'user_labels'] } }),
      );
    });
  };
  return [
    {
      title: 'Schedules that start',
      ofNothing: () => planJobs([]),
      read: async () => planJobs((await scheduler.listJobs({ parent }))[0]),
    },
    {
      title: 'Alert policies that start',
      isOneByOne: true,
      ofNothing: () => [],
      read: async () => planPolicies((await policies.listAlertPolicies({ name: `projects/${project}` }))[0]),
    },
  ];
}

/**
 * Starts what provisioning made at rest: a deployment calls it once its drill has come through. Safe to repeat.
 * @throws NotReady if a schedule is missing, before anything is started
 */
export async function enable(gcloud: Gcloud, region: string, patience: Patience): Promise<void> {
  const clients = clientsOf(gcloud.project, await authOf(gcloud));
  try {
    const parts = enableParts(clients, gcloud.project, region);
    const steps = await Promise.all(parts.map((part) => part.read()));
    await applyParts(parts, steps, patience);
    for (const { action, kind, name, note } of steps.flat())
      if (action === 'leave') patience.say(`${kind} ${name}: ${note}`);
  } finally {
    await clients.close();
  }
}
