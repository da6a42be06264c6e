/** Schedules as `topology.ts` says, on Google Cloud and on this machine alike. */
import type { CloudSchedulerClient, protos } from '@google-cloud/scheduler';
import { topics } from '../../functions/topology.ts';
import { type ScheduleSpec, schedules } from '../topology.ts';
import { shortName } from './pubsub.ts';
import { bring, compare, create, leave, type Part, refuse, type Step } from './step.ts';

type Job = protos.google.cloud.scheduler.v1.IJob;

/** @param asksWhetherLive until it is, schedules are made paused and stay so; absent: they tick at once */
export function schedulePart(
  client: CloudSchedulerClient,
  project: string,
  region: string,
  asksWhetherLive?: () => Promise<boolean>,
): Part {
  const parent = `projects/${project}/locations/${region}`;
  const plan = (existing: readonly Job[], ticks: boolean): Step[] => [
    ...schedules.map((spec) => {
      const job = jobOf(spec, parent, project);
      const found = existing.find((each) => each.name === job.name);
      if (found) return planJob(client, job, found, ticks);
      const when = `${spec.schedule}, ${spec.timeZone}`;
      if (ticks) return create('schedule', spec.name, () => client.createJob({ parent, job }), when);
      const makePaused = async (isAgain: boolean) => {
        const [all] = isAgain ? await client.listJobs({ parent }) : [[]];
        const made = all.find((each) => each.name === job.name);
        if (!made) await client.createJob({ parent, job });
        // A paused job cannot be paused again.
        if (made?.state !== 'PAUSED') await client.pauseJob({ name: job.name });
      };
      return create('schedule', spec.name, makePaused, `${when}; paused until deployed`);
    }),
    ...strangers(existing, project),
  ];
  return {
    title: 'Schedules',
    api: 'cloudscheduler.googleapis.com',
    ofNothing: () => plan([], !asksWhetherLive),
    read: async () => plan((await client.listJobs({ parent }))[0], (await asksWhetherLive?.()) ?? true),
  };
}

/** The fields that we set. */
const managed = ['schedule', 'time_zone', 'pubsub_target', 'retry_config'];

function planJob(client: CloudSchedulerClient, job: ReturnType<typeof jobOf>, found: Job, ticks: boolean): Step {
  const { name, ...desired } = job;
  const target = found.pubsubTarget?.topicName;
  if (target !== desired.pubsubTarget.topicName) {
    const does = target ? `publishes to ${shortName(target)}` : 'calls something else';
    return refuse(
      'schedule',
      shortName(name),
      `a job of this name is there and ${does}, so it is somebody else’s: take another project or region`,
    );
  }
  const differences = compare(desired, found);
  const isPaused = ticks && found.state === 'PAUSED';
  const all = isPaused ? [...differences, { field: 'state', is: 'PAUSED', shouldBe: 'ENABLED' }] : differences;
  return bring('schedule', shortName(name), all, async () => {
    if (differences.length > 0) await client.updateJob({ job, updateMask: { paths: managed } });
    // While the minute tick is paused nobody is reminded: once it has been started, provisioning resumes it.
    if (isPaused) await client.resumeJob({ name });
  });
}

function strangers(existing: readonly Job[], project: string): Step[] {
  const ours = new Set(Object.values(topics).map((name) => `projects/${project}/topics/${name}`));
  const known = new Set(schedules.map((each) => each.name));
  return existing
    .filter((job) => ours.has(job.pubsubTarget?.topicName ?? '') && !known.has(shortName(job.name ?? '')))
    .map((job) => {
      const topic = shortName(job.pubsubTarget?.topicName ?? '');
      return leave('schedule', shortName(job.name ?? ''), `it is not ours, and publishes to ${topic}`);
    });
}

export function jobOf(spec: ScheduleSpec, parent: string, project: string) {
  return {
    name: `${parent}/jobs/${spec.name}`,
    schedule: spec.schedule,
    timeZone: spec.timeZone,
    pubsubTarget: {
      topicName: `projects/${project}/topics/${spec.topic}`,
      // functions-framework does not convert a message without data.
      data: Buffer.from(JSON.stringify({ schedule: spec.name })),
    },
    retryConfig: {
      retryCount: spec.retryCount,
      minBackoffDuration: { seconds: 5 },
      maxBackoffDuration: { seconds: 60 },
    },
  };
}
