import { CloudSchedulerClient } from '@google-cloud/scheduler';
import { credentials } from '@grpc/grpc-js';
import { LocalClock } from '../../src/clock.ts';
import { Faults } from '../../src/faults.ts';
import { createScheduler } from '../../src/scheduler/service.ts';
import { openStorage } from '../../src/storage.ts';
import { startEndpoint } from '../endpoint.ts';
import { serve } from '../grpc-server.ts';

export const parent = 'projects/p/locations/asia-northeast1';
export const nameOf = (job: string) => `${parent}/jobs/${job}`;
const topicName = 'projects/p/topics/ticks';
type Options = Partial<Parameters<typeof createScheduler>[0]>;

/** Cloud Scheduler of this machine with the real client and a clock that only jumps from `start`. */
export async function startScheduler({
  start = '2026-11-24T10:00:00Z',
  ...options
}: Options & { start?: string } = {}) {
  process.env.METADATA_SERVER_DETECTION = 'none';
  const clock = new LocalClock();
  clock.set(Date.parse(start));
  const faults = new Faults();
  const published: { topic: string; text: string; attributes: Record<string, string>; at: string }[] = [];
  const db = options.db ?? openStorage(undefined);
  const local = createScheduler({
    db,
    clock,
    faults,
    publish: (topic, data, attributes) => {
      published.push({ topic, text: Buffer.from(data).toString(), attributes, at: minute(clock.now()) });
    },
    ...options,
  });
  clock.drive(local.driven);
  const server = await serve(local.handlers, faults);
  const endpoint = await startEndpoint();
  const client = new CloudSchedulerClient({
    projectId: 'p',
    apiEndpoint: '127.0.0.1',
    port: server.port,
    sslCreds: credentials.createInsecure(),
  } as ConstructorParameters<typeof CloudSchedulerClient>[0]);

  return {
    clock,
    faults,
    db,
    published,
    endpoint,
    client,
    create: async (job: string, schedule: string, more: object = {}) =>
      (
        await client.createJob({
          parent,
          job: { name: nameOf(job), schedule, pubsubTarget: { topicName, data: Buffer.from(job) }, ...more },
        })
      )[0],
    /** Advances the clock. @returns when jobs published meanwhile */
    async advance(ms: number) {
      const before = published.length;
      await clock.jump((now) => now + ms);
      return published.slice(before).map(({ at }) => at);
    },
    async close() {
      await clock.stop();
      await client.close();
      server.close();
      await endpoint.close();
    },
  };
}

export type Cloud = Awaited<ReturnType<typeof startScheduler>>;

export const minute = (at: number) => new Date(at).toISOString().slice(0, 16);
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
