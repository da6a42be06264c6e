import { GrpcError } from '../grpc.ts';
import { fromMillis, type SecondsAndNanos, toMillis } from '../wire.ts';

/** google.cloud.scheduler.v1.Job, as its owner writes it. */
export interface JobConfig {
  name: string;
  description?: string;
  schedule: string;
  timeZone?: string;
  pubsubTarget?: { topicName: string; data?: Uint8Array; attributes?: Record<string, string> };
  httpTarget?: { uri: string; httpMethod?: string; headers?: Record<string, string>; body?: Uint8Array };
  retryConfig?: {
    retryCount?: number;
    maxRetryDuration?: SecondsAndNanos;
    minBackoffDuration?: SecondsAndNanos;
    maxBackoffDuration?: SecondsAndNanos;
    maxDoublings?: number;
  };
  attemptDeadline?: SecondsAndNanos;
}

export interface Retries {
  count: number;
  maxDurationMs: number;
  minBackoffMs: number;
  maxBackoffMs: number;
  maxDoublings: number;
}

/** Defaults and limits of a job. */
export function withDefaults(job: JobConfig): JobConfig {
  const retry = job.retryConfig ?? {};
  const full: JobConfig = {
    ...job,
    timeZone: job.timeZone || 'Etc/UTC',
    retryConfig: {
      retryCount: retry.retryCount ?? 0,
      maxRetryDuration: retry.maxRetryDuration ?? fromMillis(0),
      minBackoffDuration: retry.minBackoffDuration ?? fromMillis(5_000),
      maxBackoffDuration: retry.maxBackoffDuration ?? fromMillis(3_600_000),
      maxDoublings: retry.maxDoublings || 5,
    },
    ...(job.httpTarget && {
      httpTarget: { ...job.httpTarget, httpMethod: method(job.httpTarget.httpMethod) },
      attemptDeadline: job.attemptDeadline ?? fromMillis(180_000),
    }),
  };
  const refuse = (why: string): never => {
    throw new GrpcError('INVALID_ARGUMENT', why);
  };
  const count = retry.retryCount ?? 0;
  if (count < 0 || count > 5) refuse(`RetryConfig.retry_count must be from 0 to 5, not ${count}.`);
  if (!full.pubsubTarget && !full.httpTarget) refuse('Job needs a Pub/Sub or an HTTP target.');
  if (full.pubsubTarget && !/^projects\/[^/]+\/topics\/[^/]+$/.test(full.pubsubTarget.topicName ?? '')) {
    refuse(`PubsubTarget.topic_name is not a topic: "${full.pubsubTarget.topicName ?? ''}".`);
  }
  if (full.pubsubTarget && projectOf(full.pubsubTarget.topicName) !== projectOf(full.name)) {
    refuse(`PubsubTarget.topic_name must be in the same project as the job: "${full.pubsubTarget.topicName}".`);
  }
  if (Array.from(full.description ?? '').length > 500) refuse('Job.description must have at most 500 characters.');
  const { data, attributes = {} } = full.pubsubTarget ?? {};
  if (full.pubsubTarget && !data?.length && Object.keys(attributes).length === 0) {
    refuse('PubsubTarget needs data or at least one attribute.');
  }
  if (full.httpTarget) {
    if (!/^https?:\/\//.test(full.httpTarget.uri ?? '')) {
      refuse(`HttpTarget.uri must begin with http:// or https://: "${full.httpTarget.uri ?? ''}".`);
    }
    const { httpMethod = '', body } = full.httpTarget;
    if (body?.length && !['POST', 'PUT', 'PATCH'].includes(httpMethod)) {
      refuse(`HttpTarget.body is not allowed with ${httpMethod}: only with POST, PUT and PATCH.`);
    }
    const deadlineMs = toMillis(full.attemptDeadline ?? {});
    if (deadlineMs < 15_000 || deadlineMs > 1_800_000) {
      refuse('Job.attempt_deadline must be from 15 seconds to 30 minutes.');
    }
  }
  return full;
}

const projectOf = (name: string): string => name.split('/').slice(0, 2).join('/');

function method(name: string | undefined): string {
  return !name || name === 'HTTP_METHOD_UNSPECIFIED' ? 'POST' : name;
}

export function retriesOf(job: JobConfig): Retries {
  const retry = job.retryConfig ?? {};
  return {
    count: retry.retryCount ?? 0,
    maxDurationMs: toMillis(retry.maxRetryDuration ?? {}),
    minBackoffMs: toMillis(retry.minBackoffDuration ?? {}),
    maxBackoffMs: toMillis(retry.maxBackoffDuration ?? {}),
    maxDoublings: retry.maxDoublings ?? 5,
  };
}

/**
 * When a run that failed at `now` for the `failures`-th time is tried again; undefined when it is not. The interval
 * doubles `maxDoublings` times and then grows linearly. With a retry count and a duration, both have to be used up.
 */
export function nextAttemptAt(
  retries: Retries,
  failures: number,
  firstAttemptAt: number,
  now: number,
): number | undefined {
  if (retries.count === 0) return undefined;
  const doublings = Math.min(failures - 1, retries.maxDoublings);
  const growth = 2 ** doublings * Math.max(1, failures - retries.maxDoublings);
  const at = now + Math.min(retries.maxBackoffMs, retries.minBackoffMs * growth);
  const isWithinDuration = retries.maxDurationMs > 0 && at - firstAttemptAt <= retries.maxDurationMs;
  return failures <= retries.count || isWithinDuration ? at : undefined;
}

export function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
