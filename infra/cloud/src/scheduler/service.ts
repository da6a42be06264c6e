import type { DatabaseSync } from 'node:sqlite';
import type { Driven, LocalClock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { ServiceHandlers } from '../grpc.ts';
import { jobMethods } from './jobs.ts';
import { type Idleness, Runs } from './runs.ts';
import { JobStore } from './store.ts';
import type { Publish } from './target.ts';

/**
 * Cloud Scheduler on this machine, driven by the local clock.
 *
 * @param options.publish takes what jobs with a Pub/Sub target send; a throw is a failed attempt
 * @param options.idleness which runs a jump leaves out because they would do nothing
 */
export function createScheduler(options: {
  db: DatabaseSync;
  clock: LocalClock;
  faults: Faults;
  publish: Publish;
  fetch?: typeof fetch;
  idleness?: Idleness;
}): { handlers: ServiceHandlers[]; driven: Driven } {
  const { db, clock, faults, publish, idleness } = options;
  const store = new JobStore(db);
  const runs = new Runs(store, clock, faults, { publish, fetch: options.fetch ?? fetch }, idleness);
  return {
    handlers: [
      {
        service: 'scheduler',
        fullName: 'google.cloud.scheduler.v1.CloudScheduler',
        protos: 'scheduler',
        unary: jobMethods(store, runs, clock),
      },
    ],
    driven: runs,
  };
}
