import type { Indexes } from './indexes.ts';
import type { Key } from './keys.ts';
import { findsDocument, type Query } from './query.ts';
import { kindsOf, planScan } from './scan.ts';
import type { Store } from './store.ts';
import type { StoredDocument } from './writes.ts';

export interface Found {
  key: Key;
  document: StoredDocument;
}

export interface QueryResult {
  /** The result after offset and limit, in order. */
  found: Found[];
  /** The number of results that the offset skipped. */
  skipped: number;
}

/** @param timeMicros reads what was there then, instead of what is there now */
export function runQuery(store: Store, indexes: Indexes, query: Query, timeMicros?: number): QueryResult {
  const most = query.limit === undefined ? Number.POSITIVE_INFINITY : query.offset + query.limit;
  const lists = query.alternatives.map((alternative) => {
    const { documents, isSorted } = planScan(store, indexes, query, alternative);
    const found: Found[] = [];
    if (most === 0) return found;
    for (const document of documents()) {
      if (timeMicros !== undefined && document.updateTime > timeMicros) continue;
      const key = findsDocument(query, document);
      if (!key) continue;
      found.push({ key, document });
      if (isSorted && found.length >= most) break;
    }
    return isSorted ? found : found.sort(byKey);
  });
  if (timeMicros !== undefined) lists.push(findVersions(store, query, timeMicros));
  const all = lists.length === 1 ? (lists[0] as Found[]) : distinct(lists.flat().sort(byKey));
  return { found: all.slice(query.offset, most), skipped: Math.min(query.offset, all.length) };
}

/** Documents that matched the query at that time and have changed since. */
function findVersions(store: Store, query: Query, timeMicros: number): Found[] {
  const found: Found[] = [];
  for (const document of store.versionsAt(kindsOf(store, query), timeMicros)) {
    const key = findsDocument(query, document);
    if (key) found.push({ key, document });
  }
  return found;
}

const byKey = (a: Found, b: Found) => Buffer.compare(a.key, b.key);

/** Sort keys end with the name, so what two alternatives found has one key and is adjacent. */
function distinct(sorted: Found[]): Found[] {
  return sorted.filter(({ key }, at) => at === 0 || Buffer.compare(key, (sorted[at - 1] as Found).key) !== 0);
}

/** The number of documents that a query finds, without reading them if an index suffices. */
export function countQuery(store: Store, indexes: Indexes, query: Query, timeMicros?: number): number {
  const [alternative, ...others] = query.alternatives;
  const scan =
    alternative && others.length === 0 && timeMicros === undefined
      ? planScan(store, indexes, query, alternative)
      : undefined;
  if (!scan?.count) return runQuery(store, indexes, query, timeMicros).found.length;
  return Math.max(0, Math.min(scan.count(), query.offset + (query.limit ?? Number.POSITIVE_INFINITY)) - query.offset);
}
