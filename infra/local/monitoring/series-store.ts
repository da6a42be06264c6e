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

/** What tells one series from another, and how it is measured. */
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

/** Series and their points. Points are kept for good: locally there are few. */
export class SeriesStore {
  readonly #db: DatabaseSync;
  readonly #sql;
  readonly #series = new Map<string, Series>();
  /** The newest point of each series by its id: asked for at every write and every evaluation. */
  readonly #latest = new Map<number, Point>();

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
      latest: db.prepare('SELECT * FROM monitoring_points WHERE series_id = ? ORDER BY end_at DESC LIMIT 1'),
      between: db.prepare(
        'SELECT * FROM monitoring_points WHERE series_id = ? AND end_at > ? AND end_at <= ? ORDER BY end_at DESC LIMIT ?',
      ),
    };
    for (const row of db.prepare('SELECT id, header FROM monitoring_series').all()) {
      const header = fromText(String(row.header));
      this.#series.set(keyOf(header), { id: Number(row.id), header });
    }
  }

  all(): Series[] {
    return [...this.#series.values()];
  }

  find(header: Header): Series | undefined {
    return this.#series.get(keyOf(header));
  }

  add(header: Header): Series {
    const series = { id: Number(this.#sql.addSeries.run(toText(header)).lastInsertRowid), header };
    this.#series.set(keyOf(header), series);
    return series;
  }

  drop({ id, header }: Series): void {
    this.#sql.dropPoints.run(id);
    this.#sql.dropSeries.run(id);
    this.#series.delete(keyOf(header));
    this.#latest.delete(id);
  }

  /** `point` is newer than every other of its series. */
  addPoint(series: Series, point: Point): void {
    this.#sql.addPoint.run(series.id, point.endAt, point.startAt, toText(point.value));
    this.#latest.set(series.id, point);
  }

  /** All of it in one transaction. */
  together(work: () => void): void {
    inTransaction(this.#db, work);
  }

  latest({ id }: Series): Point | undefined {
    if (!this.#latest.has(id)) {
      const row = this.#sql.latest.get(id);
      if (row) this.#latest.set(id, toPoint(row));
    }
    return this.#latest.get(id);
  }

  /** Newest first, at most `limit`; `after` is excluded, `until` included. */
  points({ id }: Series, after: number, until: number, limit = -1): Point[] {
    return this.#sql.between.all(id, after, until, limit).map(toPoint);
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

/** A series as filters see it. */
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
