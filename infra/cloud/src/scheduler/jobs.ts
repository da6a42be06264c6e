import type { LocalClock } from '../clock.ts';
import { GrpcError, type Unary } from '../grpc.ts';
import { applyMask, fromMillis, page } from '../wire.ts';
import { type JobConfig, withDefaults } from './job.ts';
import type { Runs } from './runs.ts';
import { parseSchedule } from './schedule.ts';
import type { Job, JobStore } from './store.ts';

const nameForm = /^projects\/[^/]+\/locations\/[^/]+\/jobs\/[A-Za-z0-9_-]{1,500}$/;
const fields = [
  'name',
  'description',
  'pubsub_target',
  'app_engine_http_target',
  'http_target',
  'schedule',
  'time_zone',
  'retry_config',
  'attempt_deadline',
];
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** Fields that only the service writes. */
const outputOnly = ['userUpdateTime', 'state', 'status', 'scheduleTime', 'lastAttemptTime'];

export function jobMethods(store: JobStore, runs: Runs, clock: LocalClock): Record<string, Unary> {
  const found = (name: string): Job => {
    const job = store.get(name);
    if (!job) throw new GrpcError('NOT_FOUND', 'Job not found.');
    return job;
  };
  const plan = (written: JobConfig, progress: Job['progress']): Job => {
    const stored = Object.fromEntries(Object.entries(written).filter(([field]) => !outputOnly.includes(field)));
    const config = withDefaults(stored as unknown as JobConfig);
    const schedule = parseSchedule(config.schedule ?? '', config.timeZone ?? '');
    const nextAt = progress.isPaused ? undefined : schedule.next(clock.now());
    const job = {
      config: { ...config, userUpdateTime: fromMillis(clock.now()) },
      schedule,
      progress: { ...progress, nextAt },
    };
    store.put(job);
    clock.poke();
    return job;
  };
  const setPaused = (job: Job, isPaused: boolean) => {
    if (job.progress.isPaused === isPaused) {
      throw new GrpcError(
        'FAILED_PRECONDITION',
        isPaused ? 'Job must be ENABLED to be paused.' : 'Job must be PAUSED to be resumed.',
      );
    }
    return resource(plan(job.config, { ...job.progress, isPaused, run: undefined }));
  };

  return {
    CreateJob: ({ parent, job = {} }) => {
      const name = job.name || `${parent}/jobs/${crypto.randomUUID()}`;
      if (!nameForm.test(name) || !name.startsWith(`${parent}/jobs/`)) {
        throw new GrpcError(
          'INVALID_ARGUMENT',
          `Job name must be formatted: "${parent}/jobs/<JOB_ID>", not "${name}".`,
        );
      }
      if (store.get(name)) throw new GrpcError('ALREADY_EXISTS', `Job ${name} already exists.`);
      return resource(plan({ ...job, name }, { isPaused: false }));
    },
    UpdateJob: ({ job, updateMask }) => {
      const current = found(job.name);
      const paths = updateMask?.paths ?? [];
      const changed =
        paths.length === 0 ? job : applyMask(current.config, job, paths, [...fields, ...outputOnly.map(snake)]);
      return resource(plan({ ...changed, name: job.name }, { ...current.progress, run: undefined }));
    },
    GetJob: ({ name }) => resource(found(name)),
    ListJobs: (request) => {
      const mine = [...store.all()].filter(({ config }) => config.name.startsWith(`${request.parent}/jobs/`));
      mine.sort((a, b) => (a.config.name < b.config.name ? -1 : 1));
      const { items, nextPageToken } = page(mine, ({ config }) => config.name, request, 500);
      return { jobs: items.map(resource), nextPageToken };
    },
    DeleteJob: ({ name }) => {
      found(name);
      store.delete(name);
    },
    PauseJob: ({ name }) => setPaused(found(name), true),
    ResumeJob: ({ name }) => setPaused(found(name), false),
    RunJob: ({ name }) => {
      const job = found(name);
      runs.force(job);
      return resource(job);
    },
  };
}

function resource({ config, progress }: Job): object {
  return {
    ...config,
    state: progress.isPaused ? 'PAUSED' : 'ENABLED',
    ...(progress.nextAt !== undefined && { scheduleTime: fromMillis(progress.nextAt) }),
    ...(progress.lastAttemptAt !== undefined && { lastAttemptTime: fromMillis(progress.lastAttemptAt) }),
    ...(progress.status && { status: progress.status }),
  };
}
