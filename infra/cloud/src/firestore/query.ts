import { GrpcError } from '../grpc.ts';
import {
  type Condition,
  checkAlternatives,
  conditionsOf,
  type Filter,
  isInequality,
  matches,
  operandKey,
  readFilter,
  toAlternatives,
} from './filters.ts';
import { compareText, encodeSortKey, type Key, type SortPart, startsWith } from './keys.ts';
import {
  documentName,
  type FieldPath,
  formatFieldPath,
  getField,
  parseFieldPath,
  parsePath,
  project,
} from './paths.ts';
import { type Fields, readValue, type Wire } from './values.ts';
import type { StoredDocument } from './writes.ts';

export interface Order {
  field: FieldPath;
  fieldText: string;
  isDescending: boolean;
}

/** Where a query starts or ends: before or after everything whose sort key starts with the prefix. */
export interface Cursor {
  prefix: Key;
  isBefore: boolean;
}

/** A validated query, with its implicit parts written out. */
export interface Query {
  database: string;
  /** The document, or the root, below which it searches. */
  parent: string[];
  /** Undefined for all collections. */
  collectionId: string | undefined;
  allDescendants: boolean;
  filter: Filter | undefined;
  alternatives: Condition[][];
  /** Always ends with the name. */
  orders: Order[];
  start: Cursor | undefined;
  end: Cursor | undefined;
  offset: number;
  limit: number | undefined;
  projection: FieldPath[] | undefined;
}

const invalid = (message: string) => new GrpcError('INVALID_ARGUMENT', message);

export function readQuery(parentName: string, query: Wire): Query {
  const { database, path: parent } = parsePath(parentName);
  if (parent.length % 2 !== 0)
    throw invalid(`Document parent name "${parentName}" lacks "/documents" or is a collection.`);
  if (query.findNearest) throw new GrpcError('UNIMPLEMENTED', 'The local Firestore does not have findNearest.');
  if (query.from?.length !== 1) throw invalid('A query must have exactly one collection selector.');
  const [{ collectionId, allDescendants = false }] = query.from;
  if (!collectionId && !allDescendants) throw invalid('kind is required for a query without all_descendants');

  const filter = query.where ? readFilter(query.where) : undefined;
  const alternatives = toAlternatives(filter);
  checkAlternatives(alternatives);
  checkConditions(conditionsOf(filter));
  const orders = readOrders(query.orderBy ?? [], conditionsOf(filter));
  const { offset = 0, limit } = query;
  if (offset < 0) throw invalid('offset is negative');
  if (limit && (limit.value ?? 0) < 0) throw invalid('limit is negative');
  return {
    database,
    parent,
    collectionId: collectionId || undefined,
    allDescendants,
    filter,
    alternatives,
    orders,
    start: query.startAt && readCursor(query.startAt, orders),
    end: query.endAt && readCursor(query.endAt, orders),
    offset,
    limit: limit ? (limit.value ?? 0) : undefined,
    projection: query.select && (query.select.fields ?? []).map((field: Wire) => parseFieldPath(field.fieldPath)),
  };
}

/**
 * What Firestore has no index for: below a document, or over all collections, documents come by ascending name only.
 *
 * @param summed the fields of sums and averages
 */
export function checkDescendants(
  { parent, collectionId, allDescendants, filter, orders }: Query,
  summed: string[] = [],
) {
  if (!allDescendants || (collectionId !== undefined && parent.length === 0)) return;
  const fields = [...conditionsOf(filter), ...orders].filter(({ fieldText }) => fieldText !== documentName);
  if (fields.length > 0) throw invalid('collection group queries are only allowed at the root parent');
  if (summed.length > 0) {
    throw invalid(
      `This query requires an index that has fields [${summed.join(', ')}] after __name__ and Firestore does not currently ` +
        'support such an index. Please try the query again with additional ordering on those fields.',
    );
  }
  if (!orders.at(-1)?.isDescending) return;
  if (collectionId === undefined) throw invalid('kind is required for all orders except __key__ ascending');
  throw new GrpcError(
    'FAILED_PRECONDITION',
    "collection group queries are only allowed if they're at the root or they're an ascending primary key scan",
  );
}

function checkConditions(conditions: readonly Condition[]): void {
  const notIns = conditions.filter(({ operator }) => operator === 'not-in');
  if (notIns.length > 1) throw invalid('Only a single NOT_IN filter is allowed per query.');
  if (notIns.length === 1 && conditions.some(({ operator }) => operator === 'not-equal')) {
    throw invalid("Cannot use 'NOT_IN' and 'NOT_EQUAL' in the same query.");
  }
  if (notIns.length === 1 && conditions.some(({ operator }) => operator === 'in' || operator === 'contains-any')) {
    throw invalid("Cannot use 'NOT_IN' in the same query as 'IN' or 'ARRAY_CONTAINS_ANY'.");
  }
  if (new Set(conditions.filter(isInequality).map(({ fieldText }) => fieldText)).size > 10) {
    throw invalid('A query may have inequality filters on at most 10 fields.');
  }
}

/** The orders asked for, then the fields of inequalities by name, then the document's name. */
function readOrders(orderBy: Wire[], conditions: readonly Condition[]): Order[] {
  const orders: Order[] = orderBy.map((order) => {
    const field = parseFieldPath(order.field?.fieldPath);
    return { field, fieldText: formatFieldPath(field), isDescending: order.direction === 'DESCENDING' };
  });
  const known = new Set(orders.map(({ fieldText }) => fieldText));
  if (known.size < orders.length) throw invalid('order by clause cannot contain more fields after the same field');
  const isDescending = orders.at(-1)?.isDescending ?? false;
  const inequalities = conditions.filter((one) => isInequality(one) && one.fieldText !== documentName);
  for (const { field, fieldText } of inequalities.sort((a, b) => compareText(a.fieldText, b.fieldText))) {
    if (known.has(fieldText)) continue;
    known.add(fieldText);
    orders.push({ field, fieldText, isDescending });
  }
  // Sort fields after the name can never decide anything.
  const nameAt = orders.findIndex(({ fieldText }) => fieldText === documentName);
  if (nameAt >= 0) return orders.slice(0, nameAt + 1);
  return [...orders, { field: [documentName], fieldText: documentName, isDescending }];
}

function readCursor(cursor: Wire, orders: readonly Order[]): Cursor {
  const values: Wire[] = cursor.values ?? [];
  if (values.length > orders.length) throw invalid('Cursor has too many values.');
  const parts = values.map((value, at): SortPart => {
    const { fieldText, isDescending } = orders[at] as Order;
    return { value: operandKey(readValue(value), fieldText === documentName), isDescending };
  });
  return { prefix: encodeSortKey(parts), isBefore: cursor.before ?? false };
}

/** A document's sort key, whose bytes compare in the query's order; undefined if a field is missing. */
export function sortKey(orders: readonly Order[], document: StoredDocument): Key | undefined {
  const parts: SortPart[] = [];
  for (const { field, fieldText, isDescending } of orders) {
    const value = fieldText === documentName ? document.name.key : getField(document.fields, field);
    if (value === undefined) return undefined;
    parts.push({ value, isDescending });
  }
  return encodeSortKey(parts);
}

/** The sort key of a document that the query finds, were it without offset and limit; undefined of any other. */
export function findsDocument(query: Query, document: StoredDocument): Key | undefined {
  if (!isInScope(query, document) || !matches(query.filter, document)) return undefined;
  const key = sortKey(query.orders, document);
  return key && isWithinCursors(query, key) ? key : undefined;
}

function isInScope({ database, parent, collectionId, allDescendants }: Query, { name }: StoredDocument): boolean {
  if (name.database !== database || (collectionId !== undefined && name.collectionId !== collectionId)) return false;
  const { path } = name;
  if (allDescendants ? path.length <= parent.length : path.length !== parent.length + 2) return false;
  return parent.every((segment, at) => path[at] === segment);
}

function isWithinCursors({ start, end }: Query, key: Key): boolean {
  return (!start || !isBeforeCursor(key, start)) && (!end || isBeforeCursor(key, end));
}

function isBeforeCursor(key: Key, { prefix, isBefore }: Cursor): boolean {
  if (startsWith(key, prefix)) return !isBefore;
  return Buffer.compare(key, prefix) < 0;
}

/** The fields in a query's answer. */
export function projected(query: Query, fields: Fields): Fields {
  return query.projection ? project(fields, query.projection) : fields;
}
