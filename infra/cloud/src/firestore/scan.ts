import type { Condition } from './filters.ts';
import { isInequality } from './filters.ts';
import { collectionStart, type Indexes, type Shape } from './indexes.ts';
import { afterPrefix, concatKeys, type Key, prefixKey } from './keys.ts';
import { documentName } from './paths.ts';
import type { Order, Query } from './query.ts';
import { below, type Range, rangesOf, withinCursors } from './ranges.ts';
import { type Kind, type Store, toDocument } from './store.ts';
import type { StoredDocument } from './writes.ts';

/** Scans candidates for one alternative of a query; the caller still has to filter them. */
export interface Scan {
  documents: () => Iterable<StoredDocument>;
  /** Whether they come in the query's order. */
  isSorted: boolean;
  /** The number of matches, if the index alone can tell. */
  count?: () => number;
}

export function planScan(store: Store, indexes: Indexes, query: Query, alternative: readonly Condition[]): Scan {
  const kinds = kindsOf(store, query);
  const named = alternative.find(({ fieldText, operator }) => fieldText === documentName && operator === 'equal');
  if (named) return directScan(store, kinds, named.operands[0] as Key);
  const isByNameOnly =
    query.orders.length === 1 && alternative.every((one) => one.fieldText === documentName && isInequality(one));
  if (isByNameOnly) return nameScan(store, kinds, query, alternative);
  const kind = kinds.length === 1 ? kinds[0] : undefined;
  if (kind && query.collectionId) {
    const plan = planIndex(query, alternative);
    const scope = scopeRange(query);
    const index =
      indexes.find(kind, plan.shape) ??
      (indexes.isWorthwhile(kind, scope.from, scope.to) ? indexes.build(kind, plan.shape) : undefined);
    if (index) {
      const { ranges, isReversed, isExact } = plan;
      return {
        isSorted: true,
        *documents() {
          for (const { from, to } of isReversed ? ranges.toReversed() : ranges) {
            for (const row of indexes.scan(index, from, to, isReversed)) yield toDocument(kind, row);
          }
        },
        ...(isExact && { count: () => ranges.reduce((n, { from, to }) => n + indexes.count(index, from, to), 0) }),
      };
    }
  }
  // Unsorted, so the conditions on names are left to the filter.
  return { ...nameScan(store, kinds, { ...query, start: undefined, end: undefined }, []), isSorted: false };
}

export function kindsOf(store: Store, { database, collectionId }: Query): Kind[] {
  if (collectionId === undefined) return store.kindsOf(database);
  const kind = store.kindOf({ database, collectionId });
  return kind ? [kind] : [];
}

function directScan(store: Store, kinds: Kind[], key: Key): Scan {
  return {
    isSorted: true,
    *documents() {
      for (const kind of kinds) {
        const row = store.get('SELECT * FROM firestore_documents WHERE kind = ? AND key = ?', kind.id, key);
        if (row) yield toDocument(kind, row);
      }
    },
  };
}

/** The keys of the documents that a query looks at, and of others deeper down. */
function scopeRange({ parent, collectionId, allDescendants }: Query): Range {
  const prefix = prefixKey(allDescendants || collectionId === undefined ? parent : [...parent, collectionId]);
  return { from: prefix, to: afterPrefix(prefix) };
}

function nameScan(store: Store, kinds: Kind[], query: Query, conditions: readonly Condition[]): Scan {
  const isReversed = (query.orders.at(-1) as Order).isDescending;
  const scope = scopeRange(query);
  const ranges = withinCursors(rangesOf(conditions), query, isReversed);
  const list = kinds.map(({ id }) => id).join(',');
  const sql = `SELECT * FROM firestore_documents WHERE kind IN (${list}) AND key >= ? AND key < ? AND key >= ? AND key < ?
               ORDER BY key ${isReversed ? 'DESC' : 'ASC'}`;
  return {
    isSorted: true,
    *documents() {
      const kindById = new Map(kinds.map((kind) => [kind.id, kind]));
      for (const { from, to } of isReversed ? ranges.toReversed() : ranges) {
        for (const row of store.iterate(sql, scope.from, scope.to, from, to)) {
          yield toDocument(kindById.get(row.kind as number) as Kind, row);
        }
      }
    },
  };
}

interface IndexPlan {
  shape: Shape;
  ranges: Range[];
  isReversed: boolean;
  /** Whether the ranges hold exactly what the alternative matches. */
  isExact: boolean;
}

/** The index that has all that one alternative matches in a row, or in a few. */
function planIndex(query: Query, alternative: readonly Condition[]): IndexPlan {
  const equal = new Map<string, Key>();
  let contains: Condition | undefined;
  for (const condition of alternative) {
    const { fieldText, operator, operands } = condition;
    if (operator === 'equal' && !equal.has(fieldText)) equal.set(fieldText, operands[0] as Key);
    if (operator === 'contains') contains ??= condition;
  }
  const equalFields = [...equal.keys()].sort();
  // What is equal sorts nothing, but a cursor that names it has to be left to the filter.
  const orders = query.orders.filter(({ fieldText }) => !equal.has(fieldText));
  const areCursorsUsed = orders.length === query.orders.length;
  const first = orders[0] as Order;
  const isReversed = first.isDescending;

  const ranged = alternative.filter((one) => isInequality(one) && one.fieldText === first.fieldText);
  const valueRanges = rangesOf(ranged);
  const scope = query.allDescendants ? 'group' : 'collection';
  const prefix = concatKeys(
    scope === 'collection' ? collectionStart(query.parent) : Buffer.of(),
    ...(contains ? contains.operands : []),
    ...equalFields.map((fieldText) => equal.get(fieldText) as Key),
  );
  const used = equal.size + (contains ? 1 : 0) + ranged.length;
  return {
    shape: {
      scope,
      contains: contains?.fieldText,
      fields: [
        ...equalFields.map((fieldText) => ({ fieldText, isDescending: false })),
        // Stored with the first field ascending, and read backwards if the query needs it.
        ...orders.map(({ fieldText, isDescending }) => ({ fieldText, isDescending: isDescending !== isReversed })),
      ],
    },
    ranges: below(prefix, areCursorsUsed ? withinCursors(valueRanges, query, isReversed) : valueRanges),
    isReversed,
    isExact:
      used === alternative.length &&
      (scope === 'collection' || query.parent.length === 0) &&
      (areCursorsUsed || (!query.start && !query.end)),
  };
}
