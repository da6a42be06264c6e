import { GrpcError } from '../grpc.ts';
import { type SecondsAndNanos, toMillis } from '../wire.ts';
import type { ResourceStore } from './resource-store.ts';
import { type Header, keyOf, type Labels, type Point, type SeriesStore, type TypedValue } from './series-store.ts';

/** google.api.MetricDescriptor. */
export interface MetricDescriptor {
  name: string;
  type: string;
  metricKind: string;
  valueType: string;
  labels?: { key: string }[];
}

/** google.monitoring.v3.TimeSeries, as it is written. */
export interface WrittenSeries {
  metric?: { type?: string; labels?: Labels };
  resource?: { type?: string; labels?: Labels };
  metricKind?: string;
  valueType?: string;
  unit?: string;
  points?: { interval?: { startTime?: SecondsAndNanos; endTime?: SecondsAndNanos }; value?: TypedValue }[];
}

const mostSeries = 200;
const minuteMs = 60_000;
const oldestMs = 25 * 60 * minuteMs;
const newestMs = 5 * minuteMs;
/** One point a series in so many milliseconds. */
const samplingMs = 5_000;

const writable = /^(custom|external|workload)\.googleapis\.com\/[A-Za-z0-9_./-]{1,200}$/;
const valueTypes = {
  boolValue: 'BOOL',
  int64Value: 'INT64',
  doubleValue: 'DOUBLE',
  stringValue: 'STRING',
  distributionValue: 'DISTRIBUTION',
} as const;

/**
 * CreateTimeSeries: at most 200 series, one point each, newer than the last. What can be written is written; what
 * cannot is named in the error.
 *
 * @throws GrpcError INVALID_ARGUMENT
 */
export function writeSeries(
  store: SeriesStore,
  descriptors: ResourceStore<MetricDescriptor>,
  project: string,
  written: readonly WrittenSeries[],
  now: number,
): void {
  if (written.length === 0) throw new GrpcError('INVALID_ARGUMENT', 'Field timeSeries must not be empty.');
  if (written.length > mostSeries) {
    throw new GrpcError('INVALID_ARGUMENT', `The maximum number of TimeSeries per Create request is ${mostSeries}.`);
  }
  const seen = new Set<string>();
  const failures: string[] = [];
  store.together(() => {
    for (const [index, series] of written.entries()) {
      try {
        writeOne(store, descriptors, project, series, now, seen);
      } catch (error) {
        if (!(error instanceof GrpcError)) throw error;
        failures.push(`timeSeries[${index}] (metric.type="${series.metric?.type ?? ''}"): ${error.message}`);
      }
    }
  });
  if (failures.length > 0) {
    throw new GrpcError('INVALID_ARGUMENT', `One or more TimeSeries could not be written: ${failures.join('; ')}`);
  }
}

function writeOne(
  store: SeriesStore,
  descriptors: ResourceStore<MetricDescriptor>,
  project: string,
  written: WrittenSeries,
  now: number,
  seen: Set<string>,
): void {
  const type = written.metric?.type ?? '';
  if (!writable.test(type)) refuse('Metric type must begin with custom.googleapis.com/, workload. or external.');
  const [given, ...others] = written.points ?? [];
  if (!given || others.length > 0) {
    throw new GrpcError('INVALID_ARGUMENT', 'Exactly one point must be written per TimeSeries.');
  }
  const valueType = typeOf(given.value);
  const metricKind = kindOf(written.metricKind);
  const descriptor = descriptors.get(`${project}/metricDescriptors/${type}`);
  if (descriptor && descriptor.valueType !== valueType) {
    refuse(`Value type for metric ${type} must be ${descriptor.valueType}, but is ${valueType}.`);
  }
  if (descriptor && descriptor.metricKind !== metricKind) {
    refuse(`Metric kind for metric ${type} must be ${descriptor.metricKind}, but is ${metricKind}.`);
  }
  const projectId = project.slice('projects/'.length);
  const header: Header = {
    project,
    metric: { type, labels: written.metric?.labels ?? {} },
    resource: {
      type: written.resource?.type || 'global',
      labels: { project_id: projectId, ...written.resource?.labels },
    },
    metricKind,
    valueType,
    ...(written.unit && { unit: written.unit }),
  };
  if (seen.has(keyOf(header)))
    refuse('Duplicate TimeSeries encountered. Only one point can be written per TimeSeries per request.');
  seen.add(keyOf(header));

  const point = pointOf(given, metricKind, now);
  const series = store.find(header);
  const last = series && store.latest(series);
  if (last && point.endAt <= last.endAt) {
    refuse(
      'Points must be written in order. One or more of the points specified had an older end time than the most recent point.',
    );
  }
  if (last && point.endAt - last.endAt < samplingMs) {
    refuse(
      'One or more points were written more frequently than the maximum sampling period configured for the metric.',
    );
  }
  if (!descriptor) {
    descriptors.put({
      name: `${project}/metricDescriptors/${type}`,
      type,
      metricKind,
      valueType,
      labels: Object.keys(header.metric.labels).map((key) => ({ key })),
    });
  }
  store.addPoint(series ?? store.add(header), point);
}

function typeOf(value: TypedValue = {}): string {
  for (const [field, type] of Object.entries(valueTypes))
    if (value[field as keyof TypedValue] !== undefined) return type;
  return refuse('A point needs a value.');
}

function kindOf(kind: string | undefined): string {
  return !kind || kind === 'METRIC_KIND_UNSPECIFIED' ? 'GAUGE' : kind;
}

function pointOf(
  { interval, value = {} }: NonNullable<WrittenSeries['points']>[number],
  kind: string,
  now: number,
): Point {
  if (!interval?.endTime) return refuse('A point needs an interval with an end time.');
  const endAt = toMillis(interval.endTime);
  const startAt = interval.startTime ? toMillis(interval.startTime) : endAt;
  if (kind === 'GAUGE' && startAt !== endAt) refuse('The start time of a GAUGE point must equal its end time.');
  if (kind !== 'GAUGE' && startAt >= endAt) refuse(`The start time of a ${kind} point must be before its end time.`);
  if (endAt < now - oldestMs) refuse('Data points cannot be written more than 25 hours in the past.');
  if (endAt > now + newestMs) refuse('Data points cannot be written more than 5 minutes in the future.');
  const [field] = Object.keys(valueTypes).filter((name) => value[name as keyof TypedValue] !== undefined);
  return { startAt, endAt, value: { [field as string]: value[field as keyof TypedValue] } };
}

function refuse(why: string): never {
  throw new GrpcError('INVALID_ARGUMENT', why);
}
