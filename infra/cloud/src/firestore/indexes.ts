import { inTransaction } from '../storage.ts';
import { concatKeys, encodeSortKey, encodeValue, firstKey, type Key, prefixKey, type SortPart } from './keys.ts';
import { documentName, type FieldPath, formatFieldPath, getField, parseFieldPath } from './paths.ts';
import { type Change, type Kind, type Row, type Store, toDocument } from './store.ts';
import type { Value } from './values.ts';
import type { StoredDocument } from './writes.ts';

/**
 * What an index holds of each document that has all its fields: an element of an array, then the values of
 * the fields, the name last. One index serves every query that wants the first of them equal and sorts by
 * the others. `collection` indexes begin with the parent, so that one collection is one range; `group`
 * indexes hold a whole group.
 */
export interface Shape {
  scope: 'collection' | 'group';
  contains: string | undefined;
  fields: { fieldText: string; isDescending: boolean }[];
}

interface Index {
  id: number;
  scope: Shape['scope'];
  contains: FieldPath | undefined;
  fields: { field: FieldPath; isName: boolean; isDescending: boolean }[];
}

/** Below this many documents reading them all is cheaper than keeping an index. */
const fewDocuments = 100;
/** Documents with more fields than this are indexed only as they are asked for. */
const fewFields = 10;
/** A kind that has this many gets no more: every write has to keep them all. */
const mostIndexes = 60;

const schema = `
  CREATE TABLE IF NOT EXISTS firestore_indexes (
    id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, shape TEXT NOT NULL, UNIQUE (kind, shape));
  CREATE TABLE IF NOT EXISTS firestore_index_entries (
    index_id INTEGER NOT NULL, entry BLOB NOT NULL, document INTEGER NOT NULL, PRIMARY KEY (index_id, entry)
  ) WITHOUT ROWID;
`;

/**
 * The indexes in SQLite. Firestore indexes every field when it is written. Here the fields of a kind's first
 * documents are, if they are few; any other index comes into being when the first query needs it over
 * more than a few documents, and is kept up to date from then on. That costs one pass at that query, and spares
 * every write of a large document the many entries that nothing ever reads.
 */
export class Indexes {
  readonly #store: Store;
  readonly #isExempt: (kind: Kind, fieldText: string) => boolean;
  readonly #byKind = new Map<number, Map<string, Index>>();
  /** How many documents a kind has had, up to a few. */
  readonly #documents = new Map<number, number>();

  /** @param isExempt whether a field shall not be indexed before it is asked for */
  constructor(store: Store, isExempt: (kind: Kind, fieldText: string) => boolean = () => false) {
    this.#store = store;
    this.#isExempt = isExempt;
    store.db.exec(schema);
    for (const { id, kind, shape } of store.all('SELECT * FROM firestore_indexes')) {
      this.#remember(kind as number, shape as string, id as number);
    }
    store.onNewDocument((kind, document) => this.#prepare(kind, document));
    store.onChange((kind, rowId, change) => this.#update(kind, rowId, change));
  }

  find(kind: Kind, shape: Shape): Index | undefined {
    return this.#byKind.get(kind.id)?.get(JSON.stringify(shape));
  }

  build(kind: Kind, shape: Shape): Index {
    const id = inTransaction(this.#store.db, () => this.#fill(kind, shape));
    return this.#remember(kind.id, JSON.stringify(shape), id);
  }

  #fill(kind: Kind, shape: Shape): number {
    const store = this.#store;
    const insert = 'INSERT INTO firestore_indexes (kind, shape) VALUES (?, ?)';
    const index = toIndex(store.run(insert, kind.id, JSON.stringify(shape)), shape);
    const entries: { entry: Key; rowId: number }[] = [];
    for (const row of store.iterate('SELECT * FROM firestore_documents WHERE kind = ?', kind.id)) {
      for (const entry of entriesOf(index, toDocument(kind, row))) entries.push({ entry, rowId: row.id as number });
    }
    // Sorted rows are appended, which is many times as fast as inserting them.
    entries.sort((a, b) => Buffer.compare(a.entry, b.entry));
    for (const { entry, rowId } of entries) this.#insert(index.id, entry, rowId);
    return index.id;
  }

  /** Whether an index would pay between these keys of a kind. */
  isWorthwhile(kind: Kind, from: Key, to: Key): boolean {
    if ((this.#byKind.get(kind.id)?.size ?? 0) >= mostIndexes) return false;
    const sql = `SELECT count(*) AS n FROM (
      SELECT 1 FROM firestore_documents WHERE kind = ? AND key >= ? AND key < ? LIMIT ${fewDocuments})`;
    return this.#store.get(sql, kind.id, from, to)?.n === fewDocuments;
  }

  /** The indexes that a new document's fields get if it is one of the first; told before the commit that adds it. */
  #prepare(kind: Kind, { fields }: StoredDocument): void {
    const known = this.#documents.get(kind.id) ?? this.#countFew(kind);
    if (known >= fewDocuments) return;
    this.#documents.set(kind.id, known + 1);
    const names = Object.keys(fields);
    if (names.length > fewFields) return;
    for (const name of names) {
      const fieldText = formatFieldPath([name]);
      const { valueType } = fields[name] as Value;
      if (valueType === 'mapValue' || valueType === 'arrayValue' || valueType === 'bytesValue') continue;
      if ((this.#byKind.get(kind.id)?.size ?? 0) >= fewFields || this.#isExempt(kind, fieldText)) continue;
      const byName = { fieldText: documentName, isDescending: false };
      const shape: Shape = {
        scope: 'collection',
        contains: undefined,
        fields: [{ fieldText, isDescending: false }, byName],
      };
      if (!this.find(kind, shape)) this.build(kind, shape);
    }
  }

  #countFew(kind: Kind): number {
    const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM firestore_documents WHERE kind = ? LIMIT ${fewDocuments})`;
    return this.#store.get(sql, kind.id)?.n as number;
  }

  /** The rows of documents with entries in the range, in either order. */
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

function toIndex(id: number, { scope, contains, fields }: Shape): Index {
  return {
    id,
    scope,
    contains: contains === undefined ? undefined : parseFieldPath(contains),
    fields: fields.map(({ fieldText, isDescending }) => ({
      field: parseFieldPath(fieldText),
      isName: fieldText === documentName,
      isDescending,
    })),
  };
}

/** The common prefix of a collection's entries. */
export function collectionStart(parent: readonly string[]): Key {
  return concatKeys(prefixKey(parent), Buffer.of(0));
}

function entriesOf(index: Index, document: StoredDocument): Key[] {
  const parts: SortPart[] = [];
  for (const { field, isName, isDescending } of index.fields) {
    const value = isName ? document.name.key : getField(document.fields, field);
    if (value === undefined) return [];
    parts.push({ value, isDescending });
  }
  const tail = encodeSortKey(parts);
  const start = index.scope === 'collection' ? collectionStart(document.name.path.slice(0, -2)) : firstKey;
  if (!index.contains) return [concatKeys(start, tail)];
  const array = getField(document.fields, index.contains);
  if (array?.valueType !== 'arrayValue') return [];
  const elements = new Map(
    array.arrayValue.values.map(encodeValue).map((key) => [Buffer.from(key).toString('hex'), key]),
  );
  return [...elements.values()].map((element) => concatKeys(start, element, tail));
}
