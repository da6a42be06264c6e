import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../storage.ts';
import { fromText, toText } from '../wire.ts';
import type { Fields } from './filter.ts';

export type Labels = Record<string, string>;
/** google.monitoring.v3.TypedValue with one of its values set. */
export interface TypedValue {
  boolValue?: boolean;
  int64Value?: string;
  doubleValue?: number;
  stringValue?: string;
  distributionValue?: object;
}

/** The identity of a series, and its unit and kind. */
export interface Header {
  project: string;
  metric: { type: string; labels: Labels };
  resource: { type: string; labels: Labels };
  metricKind: string;
  valueType: string;
  unit?: string;
}

export interface Series {
  id: number;
  header: Header;
}

export interface Point {
  startAt: number;
  endAt: number;
  value: TypedValue;
}

/** Enough for the period of an alert policy. */
const newestKept = 16;
const mostUnwritten = 5_000;

/** Series and their points. Points are kept for good: locally there are few. */
export class SeriesStore {
  readonly #db: DatabaseSync;
  readonly #sql;
  readonly #series = new Map<string, Series>();
  /** The newest points of each series by its id, newest first: asked for at every write and every evaluation. */
  readonly #newest = new Map<number, Point[]>();
  /** Points that are not in SQLite yet. */
  readonly #unwritten: { id: number; point: Point }[] = [];
  #version = 0;

  constructor(db: DatabaseSync) {
    db.exec(`
      CREATE TABLE IF NOT EXISTS monitoring_series (id INTEGER PRIMARY KEY, header TEXT NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS monitoring_points (
        series_id INTEGER NOT NULL, end_at INTEGER NOT NULL, start_at INTEGER NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (series_id, end_at)
      ) STRICT, WITHOUT ROWID;
    `);
    this.#db = db;
    this.#sql = {
      addSeries: db.prepare('INSERT INTO monitoring_series (header) VALUES (?)'),
      dropSeries: db.prepare('DELETE FROM monitoring_series WHERE id = ?'),
      dropPoints: db.prepare('DELETE FROM monitoring_points WHERE series_id = ?'),
      addPoint: db.prepare('INSERT INTO monitoring_points (series_id, end_at, start_at, value) VALUES (?, ?, ?, ?)'),
      newest: db.prepare('SELECT * FROM monitoring_points WHERE series_id = ? ORDER BY end_at DESC LIMIT ?'),
      between: db.prepare(
        'SELECT * FROM monitoring_points WHERE series_id = ? AND end_at > ? AND end_at <= ? ORDER BY end_at DESC LIMIT ?',
      ),
    };
    for (const row of db.prepare('SELECT id, header FROM monitoring_series').all()) {
      const header = fromText(String(row.header));
      this.#series.set(keyOf(header), { id: Number(row.id), header });
    }
  }

  /** A new object whenever a series came or went. */
  get version(): number {
    return this.#version;
  }

  all(): Series[] {
    return [...this.#series.values()];
  }

  find(header: Header): Series | undefined {
    return this.#series.get(keyOf(header));
  }

  add(header: Header): Series {
    this.#version += 1;
    const series = { id: Number(this.#sql.addSeries.run(toText(header)).lastInsertRowid), header };
    this.#series.set(keyOf(header), series);
    return series;
  }

  drop({ id, header }: Series): void {
    this.#version += 1;
    this.flush();
    this.#sql.dropPoints.run(id);
    this.#sql.dropSeries.run(id);
    this.#series.delete(keyOf(header));
    this.#newest.delete(id);
  }

  /** `point` is newer than every other of its series. */
  addPoint(series: Series, point: Point): void {
    this.#remember(series, point);
    this.#write(series.id, point);
  }

  /** For a clock jump with many points: the next {@link flush} stores them in SQLite. */
  addPointLater(series: Series, point: Point): void {
    this.#remember(series, point);
    this.#unwritten.push({ id: series.id, point });
    if (this.#unwritten.length >= mostUnwritten) this.flush();
  }

  flush(): void {
    if (this.#unwritten.length === 0) return;
    const points = this.#unwritten.splice(0);
    inTransaction(this.#db, () => {
      for (const { id, point } of points) this.#write(id, point);
    });
  }

  #write(id: number, point: Point): void {
    this.#sql.addPoint.run(id, point.endAt, point.startAt, toText(point.value));
  }

  #remember(series: Series, point: Point): void {
    this.#newest.set(series.id, [point, ...this.#newestOf(series).slice(0, newestKept - 1)]);
  }

  /** All of it in one transaction. */
  together(work: () => void): void {
    inTransaction(this.#db, work);
  }

  latest(series: Series): Point | undefined {
    return this.#newestOf(series)[0];
  }

  #newestOf({ id }: Series): Point[] {
    let found = this.#newest.get(id);
    if (!found) {
      found = this.#sql.newest.all(id, newestKept).map(toPoint);
      this.#newest.set(id, found);
    }
    return found;
  }

  /** Newest first, at most `limit`; `after` is excluded, `until` included. */
  points(series: Series, after: number, until: number, limit = Number.POSITIVE_INFINITY): Point[] {
    const newest = this.#newestOf(series);
    const oldestKept = newest.at(-1);
    if (!oldestKept || newest.length < newestKept || oldestKept.endAt <= after) {
      return newest.filter(({ endAt }) => endAt > after && endAt <= until).slice(0, limit);
    }
    this.flush();
    return this.#sql.between.all(series.id, after, until, Number.isFinite(limit) ? limit : -1).map(toPoint);
  }
}

function toPoint(row: Record<string, unknown>): Point {
  return { startAt: Number(row.start_at), endAt: Number(row.end_at), value: fromText(String(row.value)) };
}

/** The same for the same labels in any order. */
export function keyOf({ project, metric, resource }: Pick<Header, 'project' | 'metric' | 'resource'>): string {
  const sorted = (labels: Labels) => Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([project, metric.type, sorted(metric.labels), resource.type, sorted(resource.labels)]);
}

/** A series in the form that filters use. */
export function fieldsOf({ project, metric, resource }: Header): Fields {
  return (path) => {
    if (path === 'project') return project;
    if (path === 'metric.type') return metric.type;
    if (path === 'resource.type') return resource.type;
    if (path.startsWith('metric.labels.')) return metric.labels[path.slice('metric.labels.'.length)];
    if (path.startsWith('resource.labels.')) return resource.labels[path.slice('resource.labels.'.length)];
    return undefined;
  };
}

/** The value as a number, for comparisons; undefined for text and distributions. */
export function toNumber({ boolValue, int64Value, doubleValue }: TypedValue): number | undefined {
  if (boolValue !== undefined) return boolValue ? 1 : 0;
  if (int64Value !== undefined) return Number(int64Value);
  return doubleValue;
}
