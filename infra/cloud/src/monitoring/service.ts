import type { DatabaseSync } from 'node:sqlite';
import type { Driven, LocalClock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { ServiceHandlers, Unary } from '../grpc.ts';
import { type Channel, channelMethods } from './channels.ts';
import { Evaluator } from './evaluator.ts';
import { IncidentStore } from './incident-store.ts';
import { metricMethods } from './metrics.ts';
import { Notifier } from './notifier.ts';
import type { Publish } from './notify.ts';
import { policyMethods } from './policies.ts';
import type { AlertPolicy } from './policy.ts';
import { ResourceStore } from './resource-store.ts';
import { type Labels, SeriesStore, type TypedValue } from './series-store.ts';
import type { MetricDescriptor } from './write-series.ts';

/** A series as `GET /_local/metrics` shows it, its newest points first. */
export interface ShownSeries {
  project: string;
  metric: { type: string; labels: Labels };
  resource: { type: string; labels: Labels };
  points: { at: string; value: TypedValue }[];
}

export interface Monitoring {
  handlers: ServiceHandlers[];
  /** Alert policies and their notifications; to be registered with the clock. */
  driven: Driven;
  series(): ShownSeries[];
  /** The last number written to a metric's first series, and of when it is, in epoch milliseconds. */
  latest(metricType: string): { value: number; at: number } | undefined;
  /**
   * Writes the last value of every gauge once more at `at`, or what `valueFor` makes of it, for a jump that leaves the
   * gauges out. Undefined leaves one as it is: it is somebody else's.
   */
  repeatLast(at: number, valueFor?: (metricType: string, last: TypedValue) => TypedValue | undefined): void;
}

const shownPoints = 100;

/**
 * Cloud Monitoring on this machine: series, alert policies on thresholds and absences, notification channels
 * of type webhook and pubsub. An absence counts only while the local cloud runs. Policies of other kinds are kept, with
 * a `validity` that says what is not evaluated. Fault target: `monitoring.notify`, matched by channel type.
 */
export function createMonitoring(options: {
  db: DatabaseSync;
  clock: LocalClock;
  faults: Faults;
  publish: Publish;
  fetch?: typeof fetch;
}): Monitoring {
  const { db, clock, faults, publish } = options;
  const series = new SeriesStore(db);
  const incidents = new IncidentStore(db);
  const descriptors = new ResourceStore<MetricDescriptor>(db, 'metric descriptor');
  const channels = new ResourceStore<Channel>(db, 'notification channel');
  const policies = new ResourceStore<AlertPolicy>(db, 'alert policy');
  const evaluator = new Evaluator(policies, series, incidents, clock);
  const notifier = new Notifier(incidents, channels, clock, faults, { publish, fetch: options.fetch ?? fetch });
  const changed = () => evaluator.changed();
  const service = (name: string, unary: Record<string, Unary>): ServiceHandlers => ({
    service: 'monitoring',
    fullName: `google.monitoring.v3.${name}`,
    protos: 'monitoring',
    unary,
  });

  return {
    handlers: [
      service('MetricService', metricMethods(series, descriptors, clock, changed)),
      service('AlertPolicyService', policyMethods(policies, channels, clock, changed)),
      service('NotificationChannelService', channelMethods(channels, policies, clock)),
    ],
    driven: { ...inOrder(evaluator, notifier), arrive: () => series.flush() },
    series: () =>
      series.all().map((one) => ({
        project: one.header.project,
        metric: one.header.metric,
        resource: one.header.resource,
        points: series
          .points(one, 0, Number.MAX_SAFE_INTEGER, shownPoints)
          .map(({ endAt, value }) => ({ at: new Date(endAt).toISOString(), value })),
      })),
    latest: (metricType) => {
      const one = series.all().find((each) => each.header.metric.type === metricType);
      const last = one && series.latest(one);
      return last && { value: Number(Object.values(last.value)[0]), at: last.endAt };
    },
    repeatLast: (at, valueFor = (_, last) => last) => {
      for (const one of series.all()) {
        const last = series.latest(one);
        if (one.header.metricKind !== 'GAUGE' || !last || last.endAt >= at) continue;
        const value = valueFor(one.header.metric.type, last.value);
        if (value) series.addPointLater(one, { startAt: at, endAt: at, value });
      }
      changed();
    },
  };
}

/** Two parts as one: what the first brings about at an instant, the second does at that instant. */
function inOrder(first: Driven, second: Driven): Driven {
  const dueAt = (driven: Driven) => driven.nextDueAt() ?? Number.POSITIVE_INFINITY;
  return {
    nextDueAt: () => {
      const at = Math.min(dueAt(first), dueAt(second));
      return at === Number.POSITIVE_INFINITY ? undefined : at;
    },
    runDue: async (now) => {
      if (dueAt(first) <= now) await first.runDue(now);
      if (dueAt(second) <= now) await second.runDue(now);
    },
    replan: (now) => {
      first.replan?.(now);
      second.replan?.(now);
    },
  };
}
