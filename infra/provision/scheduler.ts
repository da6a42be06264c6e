/** Schedules as `topology.ts` says, on Google Cloud and on this machine alike. */
import type { CloudSchedulerClient } from '@google-cloud/scheduler';
import { type ScheduleSpec, schedules } from '../../functions/topology.ts';

/** Creates what is missing and brings what differs into line. Safe to repeat. */
export async function applySchedules(client: CloudSchedulerClient, project: string, region: string): Promise<void> {
  const parent = `projects/${project}/locations/${region}`;
  const [existing] = await client.listJobs({ parent });
  const known = new Set(existing.map((job) => job.name));
  for (const spec of schedules) {
    const job = jobOf(spec, parent, project);
    if (known.has(job.name)) await client.updateJob({ job, updateMask: { paths: managed } });
    else await client.createJob({ parent, job });
  }
}

/** What is ours to say; whether a job is paused is not. */
const managed = ['schedule', 'time_zone', 'pubsub_target', 'retry_config'];

function jobOf(spec: ScheduleSpec, parent: string, project: string) {
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
