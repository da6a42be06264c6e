import {
  AlertPolicyServiceClient,
  MetricServiceClient,
  NotificationChannelServiceClient,
} from '@google-cloud/monitoring';
import { credentials } from '@grpc/grpc-js';
import { LocalClock } from '../../src/clock.ts';
import { Faults } from '../../src/faults.ts';
import { createMonitoring } from '../../src/monitoring/service.ts';
import { openStorage } from '../../src/storage.ts';
import { serve } from '../grpc-server.ts';

export const start = Date.parse('2026-11-24T10:00:00Z');
export const project = 'projects/p';
export const type = 'custom.googleapis.com/desk/open';

/** Cloud Monitoring of this machine with the real clients and a clock that only jumps. */
export async function startMonitoring() {
  process.env.METADATA_SERVER_DETECTION = 'none';
  const clock = new LocalClock();
  clock.set(start);
  const faults = new Faults();
  const { driven, handlers } = createMonitoring({
    db: openStorage(undefined),
    clock,
    faults,
    publish: () => undefined,
  });
  clock.drive(driven);
  const server = await serve(handlers, faults);
  const options = {
    projectId: 'p',
    apiEndpoint: '127.0.0.1',
    port: server.port,
    sslCreds: credentials.createInsecure(),
  } as ConstructorParameters<typeof MetricServiceClient>[0];
  const metrics = new MetricServiceClient(options);
  const policies = new AlertPolicyServiceClient(options);
  const channels = new NotificationChannelServiceClient(options);

  return {
    metrics,
    policies,
    channels,
    async createChannel(channel: object) {
      const [{ name }] = await channels.createNotificationChannel({ name: project, notificationChannel: channel });
      return name as string;
    },
    async createPolicy(conditions: object[], more: object = {}) {
      const [policy] = await policies.createAlertPolicy({
        name: project,
        alertPolicy: { displayName: 'Too many open', combiner: 'OR', conditions, ...more },
      });
      return policy;
    },
    async close() {
      await clock.stop();
      await Promise.all([metrics.close(), policies.close(), channels.close()]);
      server.close();
    },
  };
}

export type Cloud = Awaited<ReturnType<typeof startMonitoring>>;

/** A gauge's point, as the client writes it. */
export function gauge(value: number, at: number, labels: Record<string, string> = {}) {
  return {
    metric: { type, labels },
    resource: { type: 'global', labels: { project_id: 'p' } },
    points: [{ interval: { endTime: time(at) }, value: { doubleValue: value } }],
  };
}

export const time = (at: number) => ({ seconds: Math.floor(at / 1_000), nanos: (at % 1_000) * 1_000_000 });

export const above = (thresholdValue: number) => ({
  displayName: 'open is high',
  conditionThreshold: {
    filter: `metric.type = "${type}" AND resource.type = "global"`,
    comparison: 'COMPARISON_GT' as const,
    thresholdValue,
    duration: { seconds: 0 },
    aggregations: [{ alignmentPeriod: { seconds: 60 }, perSeriesAligner: 'ALIGN_MAX' as const }],
  },
});
