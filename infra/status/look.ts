/** Looks at all of a deployment, and changes nothing. What cannot be read is said, and hides nothing else. */
import type { AlertPolicyServiceClient, protos, SnoozeServiceClient } from '@google-cloud/monitoring';
import { Temporal } from 'temporal-polyfill';
import { gaugePrefix, publicDatabaseOf, serviceOf, subscriptions, topics } from '../../functions/topology.ts';
import { readState, type State } from '../deploy/state.ts';
import type { Configuration } from '../deployment-file.ts';
import { secretId } from '../provision/accounts.ts';
import type { Gcloud } from '../provision/gcloud.ts';
import { isLive, isSilenced } from '../provision/live.ts';
import { lateSeconds } from '../provision/objectives.ts';
import { type SecretVersion, versionsOf } from '../provision/project.ts';
import type { Part, Step } from '../provision/step.ts';
import { policyLabel } from '../provision/watch.ts';
import { reasonOf } from '../reason-of.ts';
import { functions, gauges, schedules, secretNames } from '../topology.ts';
import type { Counted } from './bill.ts';
import { type Measure, type Series, sumOf, totals, type Window } from './measures.ts';

/** A reading, or why it failed. */
export type Found<T> = { found: T } | { why: string };

export interface Looked {
  atMs: number;
  project: string;
  configuration: Configuration;
  region: string;
  database: string;
  releases: Found<State>;
  databases: Found<DatabaseFound[]>;
  /** When the minute tick last succeeded; undefined: not within the hour. */
  lastTickMs: Found<number | undefined>;
  gauges: Found<readonly GaugeFound[]>;
  queues: Found<readonly QueueFound[]>;
  secrets: Found<readonly SecretFound[]>;
  alerts: Found<readonly AlertFound[]>;
  plan: readonly PartFound[];
  bill: Found<{ counted: Counted; sinceMs: number }>;
}

export interface DatabaseFound {
  name: string;
  locationId: string;
  pointInTimeRecoveryEnablement?: string;
  deleteProtectionState?: string;
}

export interface GaugeFound {
  name: string;
  /** The gauge's own label, such as the urgency of open incidents. */
  of: string | undefined;
  value: number;
  atMs: number;
}

export interface QueueFound {
  subscription: string;
  waiting: number;
  oldestSeconds: number;
  /** Messages that failed too often in the last seven days, and went to the dead letters. */
  deadLettered: number;
}

export interface SecretFound {
  id: string;
  /** Newest first. */
  versions: readonly SecretVersion[];
  expireTime?: string | undefined;
  rotateTime?: string | undefined;
}

export interface AlertFound {
  key: string;
  /** Why it does not alert; undefined if it does. */
  quiet: 'not started' | 'silenced' | { until: string } | undefined;
  conditions: number;
}

export interface PartFound {
  title: string;
  steps: Found<readonly Step[]>;
}

export interface Clients {
  policies: AlertPolicyServiceClient;
  snoozes: SnoozeServiceClient;
}

export interface Looking {
  atMs: number;
  configuration: Configuration;
  region: string;
  database: string;
  gcloud: Gcloud;
  measure: Measure;
  clients: Clients;
  /** The resources that provisioning would read; none if an API is off. */
  parts: readonly Part[];
  apis: ReadonlySet<string>;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export async function look(looking: Looking): Promise<Looked> {
  const { atMs, configuration, region, database, gcloud, measure, clients } = looking;
  const since = (ms: number): Window => ({ sinceMs: atMs - ms, untilMs: atMs });
  const [releases, databases, lastTickMs, gauges, queues, secrets, alerts, plan] = await Promise.all([
    attempt(() => readState(gcloud, region)),
    attempt(() => gcloud.json<DatabaseFound[]>(['firestore', 'databases', 'list'])),
    attempt(async () => lastTick(measure, since(hourMs))),
    attempt(() => readGauges(measure, since(3 * lateSeconds * 1_000))),
    attempt(() => readQueues(measure, since)),
    attempt(() => readSecrets(gcloud)),
    attempt(() => readAlerts(clients, gcloud.project, atMs)),
    readPlan(looking),
  ]);
  const bill = await attempt(() => readBill(looking, { secrets, alerts }));
  const place = { atMs, project: gcloud.project, configuration, region, database };
  return { ...place, releases, databases, lastTickMs, gauges, queues, secrets, alerts, plan, bill };
}

async function attempt<T>(read: () => Promise<T>): Promise<Found<T>> {
  try {
    return { found: await read() };
  } catch (error) {
    return { why: reasonOf(error).trim().replaceAll(/\s+/g, ' ').slice(0, 300) };
  }
}

async function lastTick(measure: Measure, hour: Window): Promise<number | undefined> {
  const service = serviceOf('minuteTick');
  const succeeded = `metric.type = "run.googleapis.com/request_count" AND resource.type = "cloud_run_revision" AND resource.labels.service_name = "${service}" AND metric.labels.response_code_class = "2xx"`;
  const [series] = await measure(succeeded, hour, {
    ...totals(hour, 'resource.label.service_name'),
    alignmentPeriod: { seconds: 60 },
  });
  return series?.points.find(({ value }) => value > 0)?.atMs;
}

async function readGauges(measure: Measure, lately: Window): Promise<GaugeFound[]> {
  // A request names one metric.
  const all = await Promise.all(
    gauges.map(async ({ name }) => {
      const found = await measure(`metric.type = "${gaugePrefix}${name}" AND resource.type = "global"`, lately);
      return found.flatMap(({ labels, points: [newest] }) => (newest ? [{ name, of: labels.level, ...newest }] : []));
    }),
  );
  return all.flat();
}

/** Newest value of each series, by subscription. */
const bySubscription = (series: readonly Series[]): Map<string, number> =>
  new Map(series.map(({ labels, points: [newest] }) => [labels.subscription_id ?? '', newest?.value ?? 0]));

async function readQueues(measure: Measure, since: (ms: number) => Window): Promise<QueueFound[]> {
  const names = subscriptions.map(({ name }) => name);
  const metric = (type: string) =>
    `metric.type = "pubsub.googleapis.com/subscription/${type}" AND resource.type = "pubsub_subscription" AND resource.labels.subscription_id = one_of(${names.map((each) => `"${each}"`).join(', ')})`;
  const week = since(7 * dayMs);
  const [waiting, oldest, dead] = await Promise.all([
    measure(metric('num_undelivered_messages'), since(15 * minuteMs)).then(bySubscription),
    measure(metric('oldest_unacked_message_age'), since(15 * minuteMs)).then(bySubscription),
    measure(metric('dead_letter_message_count'), week, totals(week, 'resource.label.subscription_id')),
  ]);
  const deadOf = Map.groupBy(dead, ({ labels }) => labels.subscription_id);
  return names.map((subscription) => ({
    subscription,
    waiting: waiting.get(subscription) ?? 0,
    oldestSeconds: oldest.get(subscription) ?? 0,
    deadLettered: sumOf(deadOf.get(subscription) ?? []),
  }));
}

async function readSecrets(gcloud: Gcloud): Promise<SecretFound[]> {
  interface Listed {
    name: string;
    expireTime?: string;
    rotation?: { nextRotationTime?: string };
  }
  const listed = await gcloud.json<Listed[]>(['secrets', 'list']);
  const byId = new Map(listed.map((each) => [each.name.slice(each.name.lastIndexOf('/') + 1), each]));
  const ids = secretNames.map(secretId).filter((id) => byId.has(id));
  return Promise.all(
    ids.map(async (id) => ({
      id,
      versions: await versionsOf(gcloud, id),
      expireTime: byId.get(id)?.expireTime,
      rotateTime: byId.get(id)?.rotation?.nextRotationTime,
    })),
  );
}

type Policy = protos.google.monitoring.v3.IAlertPolicy;

async function readAlerts({ policies, snoozes }: Clients, project: string, atMs: number): Promise<AlertFound[]> {
  const name = `projects/${project}`;
  const [[all], [snoozed]] = await Promise.all([
    policies.listAlertPolicies({ name }),
    snoozes.listSnoozes({ parent: name }),
  ]);
  const millis = (at: protos.google.protobuf.ITimestamp | null | undefined) => Number(at?.seconds ?? 0) * 1_000;
  const isNow = ({ interval }: protos.google.monitoring.v3.ISnooze) =>
    millis(interval?.startTime) <= atMs && atMs < millis(interval?.endTime);
  const untilOf = new Map(
    snoozed
      .filter(isNow)
      .flatMap(({ criteria, interval }) =>
        (criteria?.policies ?? []).map((each) => [each, new Date(millis(interval?.endTime)).toISOString()] as const),
      ),
  );
  const wasStarted = isLive(all);
  const quietOf = (each: Policy): AlertFound['quiet'] => {
    const until = untilOf.get(each.name ?? '');
    if (until) return { until };
    if (each.enabled?.value) return undefined;
    return wasStarted && isSilenced(each) ? 'silenced' : 'not started';
  };
  return all.flatMap((each) => {
    const key = each.userLabels?.[policyLabel];
    return key ? [{ key, quiet: quietOf(each), conditions: each.conditions?.length ?? 0 }] : [];
  });
}

/** In sequence: the expected policies are known only after reading their channels. */
async function readPlan({ parts, apis }: Looking): Promise<PartFound[]> {
  const all: PartFound[] = [];
  for (const part of parts) {
    const isOff = part.api !== undefined && !apis.has(part.api);
    all.push({ title: part.title, steps: await attempt(async () => (isOff ? part.ofNothing() : part.read())) });
  }
  return all;
}

/** Google bills by months of its own time zone. */
function monthBegan(atMs: number): number {
  const now = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO('America/Los_Angeles');
  return now.with({ day: 1 }).startOfDay().epochMilliseconds;
}

const gib = 1_024 ** 3;

async function readBill(
  { atMs, configuration, database, measure }: Looking,
  { secrets, alerts }: Pick<Looked, 'secrets' | 'alerts'>,
): Promise<{ counted: Counted; sinceMs: number }> {
  const month: Window = { sinceMs: monthBegan(atMs), untilMs: atMs };
  const names = (of: readonly string[]) => `one_of(${of.map((each) => `"${each}"`).join(', ')})`;
  const ofDatabase = `resource.type = "firestore.googleapis.com/Database" AND resource.labels.database_id = ${names([database, publicDatabaseOf(database)])}`;
  const ofRun = `resource.type = "cloud_run_revision" AND resource.labels.service_name = ${names(functions.map(({ service }) => service))}`;
  const counted = (metric: string, of: string, label: string) =>
    measure(`metric.type = "${metric}" AND ${of}`, month, totals(month, `resource.label.${label}`));
  const documents = async (what: string) =>
    sumOf(await counted(`firestore.googleapis.com/document/${what}`, ofDatabase, 'database_id'));
  const byService = (metric: string) => counted(metric, ofRun, 'service_name');
  const bytesOf = async (kind: 'topic' | 'subscription', of: readonly string[]) => {
    const ours = `resource.type = "pubsub_${kind}" AND resource.labels.${kind}_id = ${names(of)}`;
    return sumOf(await counted(`pubsub.googleapis.com/${kind}/byte_cost`, ours, `${kind}_id`));
  };
  const storedGib = async (what: string) => {
    const filter = `metric.type = "firestore.googleapis.com/storage/${what}" AND ${ofDatabase}`;
    // Measured once a day.
    const found = await measure(filter, { sinceMs: atMs - 2 * dayMs, untilMs: atMs });
    return found.reduce((sum, { points: [newest] }) => sum + (newest?.value ?? 0), 0) / gib;
  };
  const memoryGib = new Map(
    functions.map(({ name, service, memoryMiB }) => [service, (configuration.memoryMiB[name] ?? memoryMiB) / 1_024]),
  );
  const [reads, writes, deletes, expired, stored, recovery, backups, requests, seconds, published, delivered, logged] =
    await Promise.all([
      documents('read_ops_count'),
      documents('write_ops_count'),
      documents('delete_ops_count'),
      documents('ttl_deletion_count'),
      storedGib('data_and_index_storage_bytes'),
      storedGib('pitr_storage_bytes'),
      storedGib('backups_storage_bytes'),
      byService('run.googleapis.com/request_count').then(sumOf),
      byService('run.googleapis.com/container/billable_instance_time'),
      bytesOf('topic', Object.values(topics)),
      bytesOf(
        'subscription',
        subscriptions.map(({ name }) => name),
      ),
      byService('logging.googleapis.com/byte_count').then(sumOf),
    ]);
  return {
    sinceMs: month.sinceMs,
    counted: {
      reads,
      writes,
      expiries: deletes + expired,
      stored,
      recovery,
      backups,
      requests,
      // Each instance has one processor.
      processor: sumOf(seconds),
      memory: seconds.reduce(
        (sum, each) => sum + sumOf([each]) * (memoryGib.get(each.labels.service_name ?? '') ?? 0),
        0,
      ),
      messages: (published + delivered) / gib,
      logs: logged / gib,
      schedules: schedules.length,
      // Secret versions are billed until they are destroyed.
      secrets: wellFound(secrets)
        .flatMap(({ versions }) => versions)
        .filter(({ state }) => state !== 'DESTROYED').length,
      conditions: wellFound(alerts).reduce((sum, each) => sum + each.conditions, 0),
    },
  };
}

/** @throws Error if it could not be read: a bill without it would be too small */
function wellFound<T>(reading: Found<T>): T {
  if ('found' in reading) return reading.found;
  throw new Error(reading.why);
}
