import type { LocalClock } from '../clock.ts';
import { GrpcError, type Unary } from '../grpc.ts';
import { fromMillis, page, toMillis } from '../wire.ts';
import { type Aggregation, align, alignmentPeriodMs, group, reduce, unsupported } from './align.ts';
import { metricTypesIn, parseFilter } from './filter.ts';
import type { ResourceStore } from './resource-store.ts';
import { fieldsOf, type Header, keyOf, type Point, type SeriesStore } from './series-store.ts';
import { type MetricDescriptor, writeSeries } from './write-series.ts';

/** google.monitoring.v3.MetricService. `written` is called when points have come. */
export function metricMethods(
  store: SeriesStore,
  descriptors: ResourceStore<MetricDescriptor>,
  clock: LocalClock,
  written: () => void,
): Record<string, Unary> {
  return {
    CreateTimeSeries: ({ name, timeSeries = [] }) => {
      try {
        writeSeries(store, descriptors, name, timeSeries, clock.now());
      } finally {
        written();
      }
    },
    ListTimeSeries: (request) => listSeries(store, request),
    CreateMetricDescriptor: ({ name, metricDescriptor = {} }) => {
      if (!metricDescriptor.type) throw new GrpcError('INVALID_ARGUMENT', 'A metric descriptor needs a type.');
      const full = `${name}/metricDescriptors/${metricDescriptor.type}`;
      const defaults = { metricKind: 'GAUGE', valueType: 'DOUBLE' };
      return descriptors.put({ ...defaults, ...metricDescriptor, name: full });
    },
    GetMetricDescriptor: ({ name }) => descriptors.found(name),
    ListMetricDescriptors: (request) => {
      const filter = request.filter ? parseFilter(request.filter) : () => true;
      const mine = descriptors
        .of(request.name)
        .filter(({ type }) => filter((path) => (path === 'metric.type' ? type : undefined)));
      const { items, nextPageToken } = page(mine, ({ name }) => name, request, 10_000);
      return { metricDescriptors: items, nextPageToken };
    },
    DeleteMetricDescriptor: ({ name }) => {
      const { type } = descriptors.found(name);
      for (const series of store.all()) {
        const { project, metric } = series.header;
        if (metric.type === type && name.startsWith(`${project}/`)) store.drop(series);
      }
      descriptors.drop(name);
      written();
    },
  };
}

interface ListRequest {
  name: string;
  filter?: string;
  interval?: { startTime?: object; endTime?: object };
  aggregation?: Aggregation;
  view?: string;
  pageSize?: number;
  pageToken?: string;
}

function listSeries(store: SeriesStore, request: ListRequest): object {
  const { name, filter: text = '', interval, aggregation = {}, view } = request;
  if (metricTypesIn(text).length === 0) {
    throw new GrpcError('INVALID_ARGUMENT', 'Field filter must specify a metric type, as in metric.type = "...".');
  }
  if (!interval?.endTime) throw new GrpcError('INVALID_ARGUMENT', 'Field interval.endTime is required.');
  const missing = unsupported(aggregation);
  if (missing) throw new GrpcError('UNIMPLEMENTED', `The local cloud does not have ${missing}.`);

  const filter = parseFilter(text);
  const until = toMillis(interval.endTime);
  // Without a start, the interval is the instant at its end.
  const after = interval.startTime ? toMillis(interval.startTime) : until - 1;
  const matching = store.all().filter(({ header }) => header.project === name && filter(fieldsOf(header)));
  const rows = group(aggregation, matching).flatMap(({ header, series }) => {
    const perSeries = series.map((one) => store.points(one, after, until));
    const isAligned = (aggregation.perSeriesAligner ?? 'ALIGN_NONE') !== 'ALIGN_NONE';
    const points = isAligned ? alignedPoints(aggregation, perSeries, after, until) : (perSeries[0] ?? []);
    return points.length > 0 ? [{ header, points }] : [];
  });
  const { items, nextPageToken } = page(rows, ({ header }) => keyOf(header), request, 100_000);
  return {
    timeSeries: items.map(({ header, points }) => toMessage(header, view === 'HEADERS' ? [] : points)),
    nextPageToken,
  };
}

/** One point a period, the periods counted back from the interval's end. */
function alignedPoints(aggregation: Aggregation, perSeries: Point[][], after: number, until: number): Point[] {
  const periodMs = alignmentPeriodMs(aggregation);
  const aligned: Point[] = [];
  for (let endAt = until; endAt > after; endAt -= periodMs) {
    const values = perSeries.map((points) =>
      align(
        aggregation,
        points.filter((point) => point.endAt > endAt - periodMs && point.endAt <= endAt),
      ),
    );
    const value = reduce(aggregation, values);
    if (value !== undefined) aligned.push({ startAt: endAt, endAt, value: { doubleValue: value } });
  }
  return aligned;
}

function toMessage({ metric, resource, metricKind, valueType, unit }: Header, points: readonly Point[]): object {
  return {
    metric,
    resource,
    metricKind,
    valueType,
    unit,
    points: points.map(({ startAt, endAt, value }) => ({
      interval: { startTime: fromMillis(startAt), endTime: fromMillis(endAt) },
      value,
    })),
  };
}
