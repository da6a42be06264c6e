/** Series of Cloud Monitoring in stored form: a limited number of series and points, oldest first. Pure. */
import type { protos } from '@google-cloud/monitoring';
import { optional } from '../incidents/incident.ts';
import type { Policy } from '../policy.ts';

export type KeptSeries = ReturnType<typeof readOne>;

type Series = protos.google.monitoring.v3.ITimeSeries;

/** The series that moved most, each thinned evenly to what the policy keeps; its last point always stays. */
export function readSeries(found: readonly Series[], policy: Policy): KeptSeries[] {
  const { mostSeries, mostPoints } = policy.evidence;
  return found
    .map(readOne)
    .filter((each) => each.points.length > 0)
    .sort((a, b) => spread(b) - spread(a))
    .slice(0, mostSeries)
    .map((each) => ({ ...each, points: thin(each.points, mostPoints) }));
}

function readOne({ metric, resource, unit, points }: Series) {
  const ofResource = Object.entries(resource?.labels ?? {}).map(([key, value]) => [`resource.${key}`, value] as const);
  const kept = (points ?? []).flatMap((point) => {
    const at = timeOf(point);
    const value = numberOf({ ...point.value });
    return at !== undefined && value !== undefined ? [{ at: new Date(at), value }] : [];
  });
  kept.sort((a, b) => a.at.getTime() - b.at.getTime());
  return {
    metric: metric?.type ?? '',
    /** The metric's labels, and the resource's labels with the prefix `resource.`. */
    labels: { ...metric?.labels, ...Object.fromEntries(ofResource) },
    ...optional('unit', unit || undefined),
    points: kept,
  };
}

function timeOf(point: protos.google.monitoring.v3.IPoint): number | undefined {
  const end = point.interval?.endTime;
  const seconds = Number(end?.seconds ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1_000 + Math.floor((end?.nanos ?? 0) / 1e6) : undefined;
}

/** A distribution is kept by its mean; text is not drawn. A 64-bit number may be text, or an object that says itself in text. */
function numberOf(value: Record<string, unknown>): number | undefined {
  if (typeof value.boolValue === 'boolean') return value.boolValue ? 1 : 0;
  const distribution = value.distributionValue as { mean?: unknown } | null | undefined;
  const given = value.doubleValue ?? value.int64Value ?? distribution?.mean;
  if (given === undefined || given === null) return undefined;
  const number = Number(given);
  return Number.isFinite(number) ? number : undefined;
}

function spread({ points }: KeptSeries): number {
  const values = points.map((point) => point.value);
  return Math.max(...values) - Math.min(...values);
}

function thin<T>(points: readonly T[], most: number): T[] {
  if (points.length <= most) return [...points];
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => points[Math.round(index * step)] as T);
}

/** A name that tells apart the series of one chart: the labels in which they differ, otherwise the metric. */
export function seriesNames(series: readonly Pick<KeptSeries, 'metric' | 'labels'>[]): string[] {
  const keys = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const telling = keys.filter((key) => new Set(series.map(({ labels }) => labels[key])).size > 1);
  return series.map(({ metric, labels }) => {
    const said = telling.flatMap((key) => (labels[key] === undefined ? [] : [`${key}=${labels[key]}`]));
    return said.join(' ') || metric;
  });
}
