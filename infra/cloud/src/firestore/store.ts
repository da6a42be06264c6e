import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { inTransaction } from '../storage.ts';
import { decodeKey, type Key } from './keys.ts';
import { unpackFields } from './packing.ts';
import type { DocumentName } from './paths.ts';
import type { StoredDocument } from './writes.ts';

/**
 * A kind is all collections of one id in one database; its documents lie together, by name. So a
 * collection is one range of its kind, and a collection group is all of it.
 */
export interface Kind {
  id: number;
  database: string;
  collectionId: string;
}

/** A document before and after a commit. */
export interface Change {
  name: DocumentName;
  before: StoredDocument | undefined;
  after: StoredDocument | undefined;
}

/** Called with every change, within its transaction. */
export type ChangeListener = (kind: Kind, rowId: number, change: Change) => void;

/** How long overwritten documents stay readable. */
export const retentionMicros = 3_600_000_000;
const pruneEveryMicros = 60_000_000;

const schema = `
  CREATE TABLE IF NOT EXISTS firestore_kinds (
    id INTEGER PRIMARY KEY, database TEXT NOT NULL, collection_id TEXT NOT NULL, UNIQUE (database, collection_id));
  CREATE TABLE IF NOT EXISTS firestore_documents (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, key BLOB NOT NULL, created INTEGER NOT NULL,
    updated INTEGER NOT NULL, fields TEXT NOT NULL, UNIQUE (kind, key));
  CREATE TABLE IF NOT EXISTS firestore_versions (
    kind INTEGER NOT NULL, key BLOB NOT NULL, replaced INTEGER NOT NULL, created INTEGER NOT NULL,
    updated INTEGER NOT NULL, fields TEXT NOT NULL, PRIMARY KEY (kind, key, replaced)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS firestore_versions_replaced ON firestore_versions (replaced);
  CREATE TABLE IF NOT EXISTS firestore_time (id INTEGER PRIMARY KEY CHECK (id = 1), micros INTEGER NOT NULL);
`;

/** Documents and what they were, in SQLite. Everything here is synchronous. */
export class Store {
  readonly db: DatabaseSync;
  readonly #clock: { now(): number };
  readonly #statements = new Map<string, StatementSync>();
  /** Prepared statements that no reader is using. */
  readonly #free = new Map<string, StatementSync[]>();
  readonly #kinds = new Map<string, Kind>();
  #beforeNew: (kind: Kind, document: StoredDocument) => void = () => {};
  readonly #onChange: ChangeListener[] = [];
  #lastMicros: number;
  #prunedAt = 0;

  constructor(db: DatabaseSync, clock: { now(): number }) {
    this.db = db;
    this.#clock = clock;
    db.exec(schema);
    // Index entries are written all over the file: room for many pages, and fewer checkpoints.
    db.exec('PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;');
    for (const { id, database, collection_id } of this.all('SELECT * FROM firestore_kinds')) {
      this.#remember({ id: id as number, database: database as string, collectionId: collection_id as string });
    }
    this.#lastMicros = (this.get('SELECT micros FROM firestore_time')?.micros as number | undefined) ?? 0;
  }

  onChange(listener: ChangeListener): void {
    this.#onChange.push(listener);
  }

  /** Called with every new document before the transaction that adds it. */
  onNewDocument(listener: (kind: Kind, document: StoredDocument) => void): void {
    this.#beforeNew = listener;
  }

  /** The time for a commit made now: later than every earlier commit and read. */
  nextCommitTime(): number {
    const now = Math.floor(this.#clock.now() * 1_000);
    if (now <= this.#lastMicros && this.#isEmptyAfterReset(now)) this.#lastMicros = 0;
    return Math.max(now, this.#lastMicros + 1);
  }

  /** The time of a read made now: nothing will be committed at it any more. */
  readTime(): number {
    this.#lastMicros = Math.max(Math.floor(this.#clock.now() * 1_000), this.#lastMicros);
    return this.#lastMicros;
  }

  /** The local clock goes back only over an empty store, and commit times then go back with it. */
  #isEmptyAfterReset(now: number): boolean {
    return now < this.#lastMicros - 1_000_000 && this.get('SELECT 1 FROM firestore_documents LIMIT 1') === undefined;
  }

  read(name: DocumentName): StoredDocument | undefined {
    const kind = this.kindOf(name);
    const row = kind && this.get('SELECT * FROM firestore_documents WHERE kind = ? AND key = ?', kind.id, name.key);
    return row && toDocument(kind, row, name);
  }

  /** The document at a time within the retention. */
  readAt(name: DocumentName, timeMicros: number): StoredDocument | undefined {
    const current = this.read(name);
    if (current && current.updateTime <= timeMicros) return current;
    const kind = this.kindOf(name);
    const row =
      kind &&
      this.get(
        'SELECT * FROM firestore_versions WHERE kind = ? AND key = ? AND replaced > ? ORDER BY replaced LIMIT 1',
        kind.id,
        name.key,
        timeMicros,
      );
    return row && (row.updated as number) <= timeMicros ? toDocument(kind, row, name) : undefined;
  }

  /** The key of a kind's first document in a range, now or at a past time. */
  firstKey(kind: Kind, from: Key, to: Key, timeMicros?: number): Key | undefined {
    const first = (where: string, ...values: number[]) =>
      this.get(
        `SELECT key FROM ${where} AND kind = ? AND key >= ? AND key < ? ORDER BY key LIMIT 1`,
        ...values,
        kind.id,
        from,
        to,
      )?.key as Key | undefined;
    if (timeMicros === undefined) return first('firestore_documents WHERE true');
    const kept = first('firestore_documents WHERE updated <= ?', timeMicros);
    const replaced = first('firestore_versions WHERE updated <= ? AND replaced > ?', timeMicros, timeMicros);
    return kept && replaced && Buffer.compare(replaced, kept) > 0 ? kept : (replaced ?? kept);
  }

  /** The past versions of those documents of these kinds that have changed since. */
  versionsAt(kinds: readonly Kind[], timeMicros: number): StoredDocument[] {
    return kinds.flatMap((kind) =>
      this.all(
        `SELECT kind, key, min(replaced), created, updated, fields FROM firestore_versions
         WHERE kind = ? AND replaced > ? GROUP BY key`,
        kind.id,
        timeMicros,
      )
        .filter((row) => (row.updated as number) <= timeMicros)
        .map((row) => toDocument(kind, row)),
    );
  }

  /** Writes all changes at once, at a time from {@link nextCommitTime}. */
  commit(changes: readonly Change[], timeMicros: number): void {
    for (const { name, before, after } of changes) {
      if (before || !after) continue;
      // A new kind is stored outside the transaction: a rollback would leave it in this cache alone.
      const kind = this.kindOf(name) ?? this.#createKind(name.database, name.collectionId);
      this.#beforeNew(kind, after);
    }
    inTransaction(this.db, () => {
      for (const change of changes) this.#write(change, timeMicros);
      this.run(
        'INSERT INTO firestore_time VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET micros = excluded.micros',
        timeMicros,
      );
      this.#prune(timeMicros);
    });
    this.#lastMicros = timeMicros;
  }

  #write(change: Change, timeMicros: number): void {
    const { name, before, after } = change;
    const kind = this.kindOf(name);
    if (!kind) return;
    let rowId = 0;
    if (before) {
      rowId = this.get('SELECT id FROM firestore_documents WHERE kind = ? AND key = ?', kind.id, name.key)
        ?.id as number;
      const version = 'INSERT OR REPLACE INTO firestore_versions VALUES (?, ?, ?, ?, ?, ?)';
      this.run(version, kind.id, name.key, timeMicros, before.createTime, before.updateTime, before.packed);
    }
    if (before && after) {
      const update = 'UPDATE firestore_documents SET created = ?, updated = ?, fields = ? WHERE id = ?';
      this.run(update, after.createTime, after.updateTime, after.packed, rowId);
    } else if (after) {
      const insert = 'INSERT INTO firestore_documents (kind, key, created, updated, fields) VALUES (?, ?, ?, ?, ?)';
      rowId = this.run(insert, kind.id, name.key, after.createTime, after.updateTime, after.packed);
    } else if (before) this.run('DELETE FROM firestore_documents WHERE id = ?', rowId);
    for (const listener of this.#onChange) listener(kind, rowId, change);
  }

  #prune(timeMicros: number): void {
    if (Math.abs(timeMicros - this.#prunedAt) < pruneEveryMicros) return;
    this.#prunedAt = timeMicros;
    this.run('DELETE FROM firestore_versions WHERE replaced < ?', timeMicros - retentionMicros);
  }

  kindOf(name: { database: string; collectionId: string }): Kind | undefined {
    return this.#kinds.get(`${name.database}\n${name.collectionId}`);
  }

  kindsOf(database: string): Kind[] {
    return [...this.#kinds.values()].filter((kind) => kind.database === database);
  }

  #createKind(database: string, collectionId: string): Kind {
    const id = this.run('INSERT INTO firestore_kinds (database, collection_id) VALUES (?, ?)', database, collectionId);
    return this.#remember({ id, database, collectionId });
  }

  #remember(kind: Kind): Kind {
    this.#kinds.set(`${kind.database}\n${kind.collectionId}`, kind);
    return kind;
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...values);
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepared(sql).all(...values);
  }

  /** Rows one by one. Several may be read in turn, each by a statement of its own, which the next one takes over. */
  *iterate(sql: string, ...values: SQLInputValue[]): Iterable<Row> {
    let free = this.#free.get(sql);
    if (!free) {
      free = [];
      this.#free.set(sql, free);
    }
    const statement = free.pop() ?? this.db.prepare(sql);
    try {
      yield* statement.iterate(...values) as Iterable<Row>;
    } finally {
      free.push(statement);
    }
  }

  /** Returns the id of an inserted row. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepared(sql).run(...values).lastInsertRowid);
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

export type Row = Record<string, unknown>;

/** A document's row: `key`, `created`, `updated` and `fields`. */
export function toDocument(kind: Kind, row: Row, name?: DocumentName): StoredDocument {
  return {
    name: name ?? toName(kind, row.key as Key),
    fields: unpackFields(row.fields as string),
    packed: row.fields as string,
    createTime: row.created as number,
    updateTime: row.updated as number,
  };
}

function toName(kind: Kind, key: Key): DocumentName {
  const path = decodeKey(key);
  const { database, collectionId } = kind;
  return { name: `${database}/documents/${path.join('/')}`, database, path, collectionId, key };
}
