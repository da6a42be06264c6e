/** What Cloud Monitoring has measured, of Google's metrics and of ours. */
import type { MetricServiceClient, protos } from '@google-cloud/monitoring';
import type { Aggregation } from '../provision/watch.ts';

export interface Series {
  /** The labels of the metric and those of its resource in one: no name is in both. */
  labels: Readonly<Record<string, string>>;
  /** Newest first. */
  points: readonly { atMs: number; value: number }[];
}

export interface Window {
  sinceMs: number;
  untilMs: number;
}

export type Measure = (filter: string, window: Window, aggregation?: Aggregation) => Promise<Series[]>;

export const measureBy =
  (client: MetricServiceClient, project: string): Measure =>
  async (filter, { sinceMs, untilMs }, aggregation) => {
    const [found] = await client.listTimeSeries({
      name: `projects/${project}`,
      filter,
      interval: { startTime: timestamp(sinceMs), endTime: timestamp(untilMs) },
      ...(aggregation ? { aggregation: aggregation as protos.google.monitoring.v3.IAggregation } : {}),
      view: 'FULL',
    });
    return found.map(({ metric, resource, points }) => ({
      labels: { ...resource?.labels, ...metric?.labels },
      points: (points ?? []).map(({ interval, value }) => ({
        atMs: Number(interval?.endTime?.seconds ?? 0) * 1_000,
        value: Number(value?.int64Value ?? value?.doubleValue ?? 0),
      })),
    }));
  };

const timestamp = (atMs: number) => ({ seconds: Math.floor(atMs / 1_000), nanos: (atMs % 1_000) * 1e6 });

/** All that a counter has counted in a window, a series for each value of a label. */
export const totals = ({ sinceMs, untilMs }: Window, label: string): Aggregation => ({
  alignmentPeriod: { seconds: Math.max(60, Math.floor((untilMs - sinceMs) / 1_000)) },
  perSeriesAligner: 'ALIGN_DELTA',
  crossSeriesReducer: 'REDUCE_SUM',
  groupByFields: [label],
});

export const sumOf = (series: readonly Series[]): number =>
  series.reduce((sum, { points }) => sum + points.reduce((all, { value }) => all + value, 0), 0);
