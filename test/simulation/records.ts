/** Every document that the local Firestore holds, with plain values: read from its store, past all that is tested. */
import type { DatabaseSync } from 'node:sqlite';
import { decodeKey, type Key } from '../../infra/cloud/src/firestore/keys.ts';
import { unpackFields } from '../../infra/cloud/src/firestore/packing.ts';
import { type Fields, toMicros, type Value } from '../../infra/cloud/src/firestore/values.ts';
import type { ShownSeries } from '../../infra/cloud/src/monitoring/service.ts';
import type { Stage } from './stage.ts';

type Plain = Record<string, unknown>;

export class Records {
  readonly #db: DatabaseSync;
  readonly #version: () => number;
  readonly #documents = new Map<string, Plain>();
  #readVersion = -1;
  #readUpTo = 0;

  /** @param version grows with every commit */
  constructor(db: DatabaseSync, version: () => number) {
    this.#db = db;
    this.#version = version;
  }

  /** By path, such as `incidents/inc_1/timeline/0001`. */
  all(): ReadonlyMap<string, Plain> {
    const version = this.#version();
    if (version !== this.#readVersion) this.#readChanges();
    this.#readVersion = version;
    return this.#documents;
  }

  /** What was written since the last time, and what was deleted. */
  #readChanges(): void {
    const changed = this.#db
      .prepare('SELECT key, updated, fields FROM firestore_documents WHERE updated > ? ORDER BY updated, id')
      .all(this.#readUpTo);
    for (const { key, fields } of changed) {
      const { delivery, ...record } = plainFields(unpackFields(String(fields)));
      // What the ledger keeps of a document is beside what the document says by itself.
      this.#documents.set(decodeKey(key as Key).join('/'), { ...(delivery as Plain), ...record });
    }
    for (const { updated } of changed) this.#readUpTo = Math.max(this.#readUpTo, Number(updated));
    const count = Number(this.#db.prepare('SELECT count(*) AS count FROM firestore_documents').get()?.count);
    if (count === this.#documents.size) return;
    // What was deleted leaves nothing behind that would say so.
    const keys = this.#db.prepare('SELECT key FROM firestore_documents').all();
    const there = new Set(keys.map(({ key }) => decodeKey(key as Key).join('/')));
    for (const path of this.#documents.keys()) if (!there.has(path)) this.#documents.delete(path);
  }
}

/** The last point of each gauge of Metronome's own. */
export function lastGauges(series: readonly ShownSeries[]): ReturnType<Stage['gauges']> {
  return series.flatMap(({ metric, points: [last] }) => {
    const name = metric.type.split('/').at(-1) ?? '';
    if (!last || !metric.type.includes('metronome')) return [];
    return [{ name, labels: { ...metric.labels }, value: Number(last.value.int64Value), at: Date.parse(last.at) }];
  });
}

function plainFields(fields: Fields): Plain {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]));
}

function plain(value: Value): unknown {
  switch (value.valueType) {
    case 'nullValue':
      return null;
    case 'integerValue':
      return Number(value.integerValue);
    case 'timestampValue':
      return Math.floor(toMicros(value.timestampValue) / 1_000);
    case 'arrayValue':
      return value.arrayValue.values.map(plain);
    case 'mapValue':
      return plainFields(value.mapValue.fields);
    default:
      return (value as Record<string, unknown>)[value.valueType];
  }
}
