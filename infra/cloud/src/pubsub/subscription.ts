import { GrpcError } from '../grpc.ts';
import { fromMillis, type SecondsAndNanos, toMillis } from '../wire.ts';
import { parseFilter } from './filter.ts';

/** google.pubsub.v1.Subscription, as far as it is acted upon; other fields are kept and answered. */
export interface SubscriptionConfig {
  name: string;
  topic: string;
  pushConfig?: { pushEndpoint?: string; noWrapper?: { writeMetadata?: boolean } };
  ackDeadlineSeconds?: number;
  messageRetentionDuration?: SecondsAndNanos;
  enableMessageOrdering?: boolean;
  filter?: string;
  labels?: Record<string, string>;
  /** Without a `ttl` it never expires. */
  expirationPolicy?: { ttl?: SecondsAndNanos };
  retryPolicy?: { minimumBackoff?: SecondsAndNanos; maximumBackoff?: SecondsAndNanos };
  deadLetterPolicy?: { deadLetterTopic?: string; maxDeliveryAttempts?: number };
  detached?: boolean;
}

/** A subscription as deliveries need it. */
export interface Subscription {
  id: number;
  name: string;
  shortName: string;
  topic: string;
  config: SubscriptionConfig;
  pushEndpoint: string | undefined;
  ackDeadlineMs: number;
  retentionMs: number;
  isOrdered: boolean;
  accepts: (attributes: Readonly<Record<string, string>>) => boolean;
  backoff: { minMs: number; maxMs: number };
  deadLetter: { topic: string; maxAttempts: number } | undefined;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Defaults and limits of a new subscription. */
export function withDefaults(config: SubscriptionConfig): SubscriptionConfig {
  const full: SubscriptionConfig & Record<string, unknown> = {
    pushConfig: {},
    messageRetentionDuration: fromMillis(7 * dayMs),
    expirationPolicy: { ttl: fromMillis(31 * dayMs) },
    ...config,
    ackDeadlineSeconds: config.ackDeadlineSeconds || 10,
    state: 'ACTIVE',
  };
  if (full.deadLetterPolicy) {
    full.deadLetterPolicy = {
      ...full.deadLetterPolicy,
      maxDeliveryAttempts: full.deadLetterPolicy.maxDeliveryAttempts || 5,
    };
  }
  if (full.retryPolicy) {
    full.retryPolicy = { minimumBackoff: fromMillis(10_000), maximumBackoff: fromMillis(600_000), ...full.retryPolicy };
  }
  refuseOutOfRange(full);
  return full;
}

function within(what: string, value: number, low: number, high: number): void {
  if (value >= low && value <= high) return;
  throw new GrpcError('INVALID_ARGUMENT', `Invalid ${what} given: ${value} (allowed: ${low} to ${high}).`);
}

/** How long a topic or a subscription may keep messages. */
export function refuseRetention(duration: SecondsAndNanos): void {
  within('message retention (ms)', toMillis(duration), 10 * minuteMs, 31 * dayMs);
}

/** Labels as all of Google Cloud has them: 64 at most, of 63 characters, lower case. */
export function refuseLabels(labels: Record<string, string> = {}): void {
  const all = Object.entries(labels);
  if (all.length > 64) throw new GrpcError('INVALID_ARGUMENT', 'A resource has at most 64 labels.');
  const wrong = all.find(
    ([key, value]) =>
      !/^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u.test(key) || !/^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u.test(value),
  );
  if (wrong) throw new GrpcError('INVALID_ARGUMENT', `Invalid label: ${wrong.join('=')}.`);
}

function refuseOutOfRange(config: SubscriptionConfig): void {
  within('ack deadline seconds', config.ackDeadlineSeconds ?? 0, 10, 600);
  refuseRetention(config.messageRetentionDuration ?? {});
  refuseLabels(config.labels);
  const ttl = config.expirationPolicy?.ttl;
  if (ttl) within('expiration ttl (ms)', toMillis(ttl), dayMs, Number.POSITIVE_INFINITY);
  if (Buffer.byteLength(config.filter ?? '') > 256)
    throw new GrpcError('INVALID_ARGUMENT', 'A filter is at most 256 bytes.');
  if (config.deadLetterPolicy) {
    within('maximum delivery attempts', config.deadLetterPolicy.maxDeliveryAttempts ?? 0, 5, 100);
    if (!config.deadLetterPolicy.deadLetterTopic) {
      throw new GrpcError('INVALID_ARGUMENT', 'A dead letter policy needs a dead letter topic.');
    }
  }
  if (config.retryPolicy) {
    const min = toMillis(config.retryPolicy.minimumBackoff ?? {});
    const max = toMillis(config.retryPolicy.maximumBackoff ?? {});
    within('minimum backoff (ms)', min, 0, 600_000);
    within('maximum backoff (ms)', max, min, 600_000);
  }
  const endpoint = config.pushConfig?.pushEndpoint;
  if (endpoint && !/^https?:\/\//.test(endpoint)) {
    throw new GrpcError('INVALID_ARGUMENT', `Invalid push endpoint given: ${endpoint}.`);
  }
}

/**
 * Without a retry policy a failed push is repeated at once and, while it keeps failing, with the push
 * backoff that is documented: 100 ms to 60 s.
 */
const pushBackoff = { minMs: 100, maxMs: 60_000 };
/** Even with a retry policy of zero, a failing endpoint is not called without a pause. */
const leastPushMs = 100;
/** Without a retry policy, a pulled message is redelivered right after a nack. */
const pullBackoff = { minMs: 0, maxMs: 0 };

export function toSubscription(id: number, config: SubscriptionConfig): Subscription {
  const pushEndpoint = config.pushConfig?.pushEndpoint || undefined;
  const { retryPolicy, deadLetterPolicy } = config;
  return {
    id,
    name: config.name,
    shortName: config.name.slice(config.name.lastIndexOf('/') + 1),
    topic: config.topic,
    config,
    pushEndpoint,
    ackDeadlineMs: (config.ackDeadlineSeconds ?? 10) * 1_000,
    retentionMs: toMillis(config.messageRetentionDuration ?? {}),
    isOrdered: config.enableMessageOrdering ?? false,
    accepts: config.filter ? parseFilter(config.filter) : () => true,
    backoff: backoffOf(retryPolicy, pushEndpoint !== undefined),
    deadLetter: deadLetterPolicy?.deadLetterTopic
      ? { topic: deadLetterPolicy.deadLetterTopic, maxAttempts: deadLetterPolicy.maxDeliveryAttempts ?? 5 }
      : undefined,
  };
}

function backoffOf(policy: SubscriptionConfig['retryPolicy'], isPush: boolean): Subscription['backoff'] {
  if (!policy) return isPush ? pushBackoff : pullBackoff;
  const leastMs = isPush ? leastPushMs : 0;
  return {
    minMs: Math.max(leastMs, toMillis(policy.minimumBackoff ?? {})),
    maxMs: Math.max(leastMs, toMillis(policy.maximumBackoff ?? {})),
  };
}

/** How long a message waits after its `attempts`-th failed delivery: doubling, without jitter, so that runs repeat. */
export function backoffMs({ backoff }: Pick<Subscription, 'backoff'>, attempts: number): number {
  return Math.min(backoff.maxMs, backoff.minMs * 2 ** Math.min(attempts - 1, 30));
}
