/** The company's own project beside Metronome: it reports a metric, watches it by an alert policy, and releases. */
import { clientOptions } from '../../functions/platform/emulator.ts';
import { environment } from '../../functions/platform/environment.ts';
import { alertPolicies, monitoring } from '../../functions/platform/monitoring.ts';
import { pubsub } from '../../functions/platform/publish.ts';
import { topics } from '../../functions/topology.ts';
import { storyTexts } from './words.ts';

const name = 'projects/shop-prod';
const metric = { type: 'custom.googleapis.com/order/error_rate', labels: { service: 'order-api' } };
const resource = { type: 'global', labels: { project_id: 'shop-prod' } };

/** @param webhook where Cloud Monitoring tells of it */
export async function watchErrorRate(webhook: string, { alerts, errorRate } = storyTexts('ja')): Promise<void> {
  const { NotificationChannelServiceClient } = await import('@google-cloud/monitoring');
  const channels = new NotificationChannelServiceClient(await clientOptions('MONITORING', environment()));
  const [channel] = await channels.createNotificationChannel({
    name,
    notificationChannel: { type: 'webhook_tokenauth', displayName: 'Metronome', labels: { url: webhook } },
  });
  await channels.close();
  const policies = await alertPolicies();
  await policies.createAlertPolicy({
    name,
    alertPolicy: {
      displayName: alerts[0],
      combiner: 'OR',
      notificationChannels: [channel.name ?? ''],
      conditions: [
        {
          displayName: errorRate,
          conditionThreshold: {
            filter: `metric.type = "${metric.type}" AND resource.type = "global"`,
            comparison: 'COMPARISON_GT',
            thresholdValue: 5,
            duration: { seconds: 0 },
            aggregations: [{ alignmentPeriod: { seconds: 180 }, perSeriesAligner: 'ALIGN_MAX' }],
            trigger: { count: 1 },
          },
        },
      ],
    },
  });
}

export async function measure(percent: number, at: Date): Promise<void> {
  const client = await monitoring();
  const endTime = { seconds: Math.floor(at.getTime() / 1_000) };
  await client.createTimeSeries({
    name,
    timeSeries: [
      {
        metric,
        resource,
        metricKind: 'GAUGE',
        valueType: 'DOUBLE',
        unit: '%',
        points: [{ interval: { endTime }, value: { doubleValue: percent } }],
      },
    ],
  });
}

export async function publishBuild(build: Record<string, unknown>): Promise<void> {
  const topic = (await pubsub()).topic(topics.cloudBuilds);
  await topic.publishMessage({ data: Buffer.from(JSON.stringify(build)), attributes: { buildId: String(build.id) } });
}
