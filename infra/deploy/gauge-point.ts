/** Whether the gauges are written: the alert policy on their absence cannot fire before a first point was. */
import type { MetricServiceClient } from '@google-cloud/monitoring';
import { gaugePrefix } from '../../functions/topology.ts';

/** @returns whether there is a point of a gauge between the two */
export async function hasGaugePoint(
  client: MetricServiceClient,
  project: string,
  { since, until }: { since: Date; until: Date },
): Promise<boolean> {
  const [series] = await client.listTimeSeries({
    name: `projects/${project}`,
    filter: `metric.type = "${gaugePrefix}open_incidents" AND resource.type = "global"`,
    interval: { startTime: timestamp(since), endTime: timestamp(until) },
    view: 'FULL',
  });
  return series.some(({ points }) => (points ?? []).length > 0);
}

const timestamp = (at: Date) => ({ seconds: Math.floor(at.getTime() / 1_000), nanos: (at.getTime() % 1_000) * 1e6 });
