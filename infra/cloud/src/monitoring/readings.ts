import { type Aggregation, align, alignmentPeriodMs, type Group, group, reduce } from './align.ts';
import { parseFilter } from './filter.ts';
import type { AlertPolicy, Condition } from './policy.ts';
import { fieldsOf, type SeriesStore } from './series-store.ts';

/** The newest state of what a condition watches. */
export interface Reading {
  group: Group;
  /** When the newest point was, epoch milliseconds. */
  at: number;
  /** Aligned and reduced over the period that ends there; an absence asks for none. */
  value: number | undefined;
}

interface Watched {
  store: SeriesStore;
  version: number;
  groups: Group[];
}

/** By condition object: a changed condition is a new object. Every point evaluates conditions. */
const watched = new WeakMap<object, Watched>();

function groupsOf(store: SeriesStore, project: string, metric: { filter?: string }, aggregation: Aggregation): Group[] {
  const known = watched.get(metric);
  if (known?.store === store && known.version === store.version) return known.groups;
  const filter = parseFilter(metric.filter ?? '');
  const matching = store.all().filter(({ header }) => header.project === project && filter(fieldsOf(header)));
  const groups = group(aggregation, matching);
  watched.set(metric, { store, version: store.version, groups });
  return groups;
}

/** The state that a condition watches: one reading for each group of series with data. */
export function readingsOf(store: SeriesStore, policy: AlertPolicy, condition: Condition): Reading[] {
  const metric = condition.conditionThreshold ?? condition.conditionAbsent;
  if (!metric) return [];
  const project = policy.name.split('/').slice(0, 2).join('/');
  const aggregation: Aggregation = metric.aggregations?.[0] ?? {};
  return groupsOf(store, project, metric, aggregation).flatMap((found) => {
    const newest = found.series.map((series) => store.latest(series)?.endAt).filter((at) => at !== undefined);
    if (newest.length === 0) return [];
    const at = Math.max(...newest);
    if (!condition.conditionThreshold) return [{ group: found, at, value: undefined }];
    const after = at - alignmentPeriodMs(aggregation);
    const values = found.series.map((series) => align(aggregation, store.points(series, after, at)));
    return [{ group: found, at, value: reduce(aggregation, values) }];
  });
}
