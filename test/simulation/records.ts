/** Every document that the local Firestore holds, with plain values: read from its store, past all that is tested. */
import type { DatabaseSync } from 'node:sqlite';
import { decodeKey, type Key } from '../../infra/local/firestore/keys.ts';
import { unpackFields } from '../../infra/local/firestore/packing.ts';
import { type Fields, toMicros, type Value } from '../../infra/local/firestore/values.ts';

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
    const replaced = this.#db
      .prepare(
        `SELECT v.key, v.replaced AS updated FROM firestore_versions v
         LEFT JOIN firestore_documents d ON d.kind = v.kind AND d.key = v.key
         WHERE v.replaced > ? AND d.id IS NULL ORDER BY v.replaced`,
      )
      .all(this.#readUpTo);
    for (const { key } of replaced) this.#documents.delete(decodeKey(key as Key).join('/'));
    for (const { key, fields } of changed) {
      this.#documents.set(decodeKey(key as Key).join('/'), plainFields(unpackFields(String(fields))));
    }
    for (const { updated } of [...changed, ...replaced]) this.#readUpTo = Math.max(this.#readUpTo, Number(updated));
  }
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
