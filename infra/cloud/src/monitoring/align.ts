import { type SecondsAndNanos, toMillis } from '../wire.ts';
import { fieldsOf, type Header, keyOf, type Point, type Series, toNumber } from './series-store.ts';

/** google.monitoring.v3.Aggregation. */
export interface Aggregation {
  alignmentPeriod?: SecondsAndNanos;
  perSeriesAligner?: string;
  crossSeriesReducer?: string;
  groupByFields?: string[];
}

type Fold = (values: readonly number[]) => number;
const sum: Fold = (values) => values.reduce((total, value) => total + value, 0);
const mean: Fold = (values) => sum(values) / values.length;
const folds: Record<string, Fold> = {
  NEXT_OLDER: (values) => values[0] as number,
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
  MEAN: mean,
  COUNT: (values) => values.length,
  SUM: sum,
  // Points of a DELTA metric each say how much came since the one before.
  DELTA: sum,
  COUNT_TRUE: (values) => values.filter((value) => value !== 0).length,
  COUNT_FALSE: (values) => values.filter((value) => value === 0).length,
};

/** The name of a requested feature that is missing here; undefined if none is missing. */
export function unsupported({ perSeriesAligner, crossSeriesReducer }: Aggregation): string | undefined {
  if (alignerOf(perSeriesAligner) === undefined) return perSeriesAligner;
  if (isReducing(crossSeriesReducer) && folds[(crossSeriesReducer ?? '').replace('REDUCE_', '')] === undefined) {
    return crossSeriesReducer;
  }
  return undefined;
}

function alignerOf(name = 'ALIGN_NONE'): Fold | undefined {
  return folds[name === 'ALIGN_NONE' ? 'NEXT_OLDER' : name.replace('ALIGN_', '')];
}

function isReducing(name = 'REDUCE_NONE'): boolean {
  return name !== 'REDUCE_NONE';
}

export function alignmentPeriodMs({ alignmentPeriod }: Aggregation): number {
  return alignmentPeriod ? toMillis(alignmentPeriod) : 60_000;
}

/** One value out of a period's points (newest first); undefined if there is none. */
export function align({ perSeriesAligner }: Aggregation, points: readonly Point[]): number | undefined {
  const values = points.map(({ value }) => toNumber(value)).filter((value) => value !== undefined);
  return values.length > 0 ? alignerOf(perSeriesAligner)?.(values) : undefined;
}

/** Series that become one by reduction. */
export interface Group {
  key: string;
  /** The header of the only series, or one with just the labels that the group has in common. */
  header: Header;
  series: Series[];
}

export function group({ crossSeriesReducer, groupByFields = [] }: Aggregation, series: readonly Series[]): Group[] {
  if (!isReducing(crossSeriesReducer)) {
    return series.map((one) => ({ key: keyOf(one.header), header: one.header, series: [one] }));
  }
  const groups = new Map<string, Group>();
  const fields = groupByFields.map((field) => field.replace('.label.', '.labels.'));
  for (const one of series) {
    const value = fieldsOf(one.header);
    const { metric, resource } = one.header;
    const keep = (prefix: string, labels: Record<string, string>) =>
      Object.fromEntries(Object.entries(labels).filter(([label]) => fields.includes(prefix + label)));
    const key = JSON.stringify([metric.type, ...fields.map((field) => value(field) ?? null)]);
    const found = groups.get(key);
    if (found) found.series.push(one);
    else {
      const header = {
        ...one.header,
        metric: { ...metric, labels: keep('metric.labels.', metric.labels) },
        resource: { ...resource, labels: keep('resource.labels.', resource.labels) },
      };
      groups.set(key, { key, header, series: [one] });
    }
  }
  return [...groups.values()];
}

/** One value out of those of a group's series; undefined if none of them has one. */
export function reduce(
  { crossSeriesReducer }: Aggregation,
  values: readonly (number | undefined)[],
): number | undefined {
  const known = values.filter((value) => value !== undefined);
  if (known.length === 0) return undefined;
  return isReducing(crossSeriesReducer) ? folds[(crossSeriesReducer ?? '').replace('REDUCE_', '')]?.(known) : known[0];
}
