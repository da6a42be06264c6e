import { inTransaction } from '../storage.ts';
import { concatKeys, encodeSortKey, encodeValue, type Key, prefixKey, type SortPart } from './keys.ts';
import { documentName, type FieldPath, getField, parseFieldPath } from './paths.ts';
import { type Change, type Kind, type Row, type Store, toDocument } from './store.ts';
import type { StoredDocument } from './writes.ts';

/**
 * What an index holds of each document that has all its fields: the values of the fields that a query
 * wants equal, an element of an array, and what it sorts by, ending with the name. `collection` indexes
 * begin with the parent, so that one collection is one range; `group` indexes hold a whole group.
 */
export interface Shape {
  scope: 'collection' | 'group';
  equal: string[];
  contains: string | undefined;
  /** Field paths; the name comes last. */
  orders: { fieldText: string; isDescending: boolean }[];
}

interface Index {
  id: number;
  scope: Shape['scope'];
  equal: FieldPath[];
  contains: FieldPath | undefined;
  orders: { field: FieldPath; isName: boolean; isDescending: boolean }[];
}

const schema = `
  CREATE TABLE IF NOT EXISTS firestore_indexes (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, shape TEXT NOT NULL, UNIQUE (kind, shape));
  CREATE TABLE IF NOT EXISTS firestore_index_entries (
    index_id INTEGER NOT NULL, entry BLOB NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (index_id, entry)
  ) WITHOUT ROWID;
`;

/**
 * The indexes in SQLite. Firestore indexes every field when it is written; here an index comes into being
 * when the first query needs it over more than a few documents, and is kept up to date from then on. That
 * costs one pass at that query, and spares every write the entries that nothing ever reads.
 */
export class Indexes {
  readonly #store: Store;
  readonly #byKind = new Map<number, Map<string, Index>>();

  constructor(store: Store) {
    this.#store = store;
    store.db.exec(schema);
    for (const { id, kind, shape } of store.all('SELECT * FROM firestore_indexes')) {
      this.#remember(kind as number, shape as string, id as number);
    }
    store.onChange((kind, rowId, change) => this.#update(kind, rowId, change));
  }

  find(kind: Kind, shape: Shape): Index | undefined {
    return this.#byKind.get(kind.id)?.get(JSON.stringify(shape));
  }

  build(kind: Kind, shape: Shape): Index {
    const text = JSON.stringify(shape);
    const store = this.#store;
    const id = inTransaction(store.db, () => {
      const indexId = store.run('INSERT INTO firestore_indexes (kind, shape) VALUES (?, ?)', kind.id, text);
      const index = toIndex(indexId, shape);
      const entries: { entry: Key; rowId: number }[] = [];
      for (const row of store.iterate('SELECT * FROM firestore_documents WHERE kind = ?', kind.id)) {
        for (const entry of entriesOf(index, toDocument(kind, row))) entries.push({ entry, rowId: row.id as number });
      }
      // In their order they are appended, which is many times as quick as inserting them.
      entries.sort((a, b) => Buffer.compare(a.entry, b.entry));
      for (const { entry, rowId } of entries) this.#insert(indexId, entry, rowId);
      return indexId;
    });
    return this.#remember(kind.id, text, id);
  }

  /** The documents' rows whose entries lie in the range, in their order or against it. */
  scan(index: Index, from: Key, to: Key, isReversed: boolean): Iterable<Row> {
    return this.#store.iterate(
      `SELECT d.* FROM firestore_index_entries e CROSS JOIN firestore_documents d ON d.id = e.document
       WHERE e.index_id = ? AND e.entry >= ? AND e.entry < ? ORDER BY e.entry ${isReversed ? 'DESC' : 'ASC'}`,
      index.id,
      from,
      to,
    );
  }

  count(index: Index, from: Key, to: Key): number {
    const sql = 'SELECT count(*) AS n FROM firestore_index_entries WHERE index_id = ? AND entry >= ? AND entry < ?';
    return this.#store.get(sql, index.id, from, to)?.n as number;
  }

  #remember(kind: number, shape: string, id: number): Index {
    const index = toIndex(id, JSON.parse(shape));
    const indexes = this.#byKind.get(kind) ?? new Map<string, Index>();
    this.#byKind.set(kind, indexes.set(shape, index));
    return index;
  }

  #update(kind: Kind, rowId: number, { before, after }: Change): void {
    for (const index of this.#byKind.get(kind.id)?.values() ?? []) {
      const old = before ? entriesOf(index, before) : [];
      const current = after ? entriesOf(index, after) : [];
      const has = (entries: Key[], entry: Key) => entries.some((one) => Buffer.compare(one, entry) === 0);
      for (const entry of old) {
        if (has(current, entry)) continue;
        this.#store.run('DELETE FROM firestore_index_entries WHERE index_id = ? AND entry = ?', index.id, entry);
      }
      for (const entry of current) if (!has(old, entry)) this.#insert(index.id, entry, rowId);
    }
  }

  #insert(indexId: number, entry: Key, rowId: number): void {
    this.#store.run('INSERT INTO firestore_index_entries VALUES (?, ?, ?)', indexId, entry, rowId);
  }
}

function toIndex(id: number, { scope, equal, contains, orders }: Shape): Index {
  return {
    id,
    scope,
    equal: equal.map(parseFieldPath),
    contains: contains === undefined ? undefined : parseFieldPath(contains),
    orders: orders.map(({ fieldText, isDescending }) => ({
      field: parseFieldPath(fieldText),
      isName: fieldText === documentName,
      isDescending,
    })),
  };
}

/** How the entries of one collection begin. */
export function collectionStart(parent: readonly string[]): Key {
  return concatKeys(prefixKey(parent), Buffer.of(0));
}

function entriesOf(index: Index, document: StoredDocument): Key[] {
  const equal: SortPart[] = [];
  for (const field of index.equal) {
    const value = getField(document.fields, field);
    if (value === undefined) return [];
    equal.push({ value, isDescending: false });
  }
  const orders: SortPart[] = [];
  for (const { field, isName, isDescending } of index.orders) {
    const value = isName ? document.name.key : getField(document.fields, field);
    if (value === undefined) return [];
    orders.push({ value, isDescending });
  }
  const start = index.scope === 'collection' ? collectionStart(document.name.path.slice(0, -2)) : Buffer.of();
  const head = concatKeys(start, encodeSortKey(equal));
  const tail = encodeSortKey(orders);
  if (!index.contains) return [concatKeys(head, tail)];
  const array = getField(document.fields, index.contains);
  if (array?.valueType !== 'arrayValue') return [];
  const elements = new Map(
    array.arrayValue.values.map(encodeValue).map((key) => [Buffer.from(key).toString('hex'), key]),
  );
  return [...elements.values()].map((element) => concatKeys(head, element, tail));
}
