import { GrpcError } from '../grpc.ts';
import { type Condition, isInequality } from './filters.ts';
import { documentName, formatFieldPath, parseFieldPath } from './paths.ts';
import type { Order, Query } from './query.ts';

interface IndexField {
  fieldPath: string;
  order?: string;
  arrayConfig?: string;
}

/** `firestore.indexes.json`, parsed. */
export interface IndexFile {
  indexes?: { collectionGroup: string; queryScope?: string; fields: IndexField[] }[];
  fieldOverrides?: {
    collectionGroup: string;
    fieldPath: string;
    indexes: { queryScope?: string; order?: string; arrayConfig?: string }[];
  }[];
}

type Mode = 'ASCENDING' | 'DESCENDING' | 'CONTAINS';
type Scope = 'COLLECTION' | 'COLLECTION_GROUP';

/** Says whether production would have an index for a query, going by the repository's index file. */
export class RequiredIndexes {
  readonly #file: IndexFile;
  readonly #databases: string;

  /** @param project the only one that is held to the file; every one by default */
  constructor({ file, project }: { file: IndexFile; project?: string }) {
    this.#file = file;
    this.#databases = project === undefined ? 'projects/' : `projects/${project}/`;
  }

  /**
   * FAILED_PRECONDITION, naming the index, where one is missing.
   *
   * @param summed the fields of sums and averages, which are read off the index too
   */
  check(query: Query, summed: readonly string[] = []): void {
    if (!query.database.startsWith(this.#databases) || query.collectionId === undefined) return;
    const orders = query.orders.slice(0, -1);
    for (const fieldText of new Set(summed)) {
      if (orders.some((order) => order.fieldText === fieldText)) continue;
      orders.push({ field: parseFieldPath(fieldText), fieldText, isDescending: false });
    }
    const isNameDescending = (query.orders.at(-1) as Order).isDescending;
    for (const alternative of query.alternatives) this.#checkAlternative(query, alternative, orders, isNameDescending);
  }

  /** Whether the file takes a field out of the indexes that every field has. */
  isExempt({ database, collectionId }: { database: string; collectionId: string }, fieldText: string): boolean {
    if (!database.startsWith(this.#databases)) return false;
    return !this.#hasSingle(collectionId, fieldText, 'ASCENDING', 'COLLECTION');
  }

  #checkAlternative(
    query: Query,
    alternative: readonly Condition[],
    allOrders: readonly Order[],
    isNameDescending: boolean,
  ): void {
    const collection = query.collectionId as string;
    const scope = query.allDescendants ? 'COLLECTION_GROUP' : 'COLLECTION';
    const filtered = alternative.filter((one) => !isInequality(one) && one.fieldText !== documentName);
    const matched = new Map<string, Mode>(
      filtered.map(({ fieldText, operator }) => [fieldText, operator === 'contains' ? 'CONTAINS' : 'ASCENDING']),
    );
    // A field that the filter holds to one value needs no sorting.
    const orders = allOrders.filter(({ fieldText }) => matched.get(fieldText) !== 'ASCENDING');

    if (orders.length === 0 && !isNameDescending) {
      // Equalities are served by joining the indexes of their fields.
      for (const [fieldText, mode] of matched) {
        if (!this.#hasSingle(collection, fieldText, mode, scope))
          throw missingSingle(collection, fieldText, mode, scope);
      }
      return;
    }
    if (orders.length === 0 && matched.size > 0) {
      // Names descend in the descending index of a field; in one of elements they ascend (`Index.fields` of the Admin API).
      const isServed = ([fieldText, mode]: [string, Mode]) =>
        mode === 'ASCENDING' && this.#hasSingle(collection, fieldText, 'DESCENDING', scope);
      if ([...matched].every(isServed)) return;
    }
    if (orders.length === 1 && matched.size === 0) {
      const [{ fieldText, isDescending }] = orders as [Order];
      const mode = isDescending ? 'DESCENDING' : 'ASCENDING';
      if (isDescending === isNameDescending) {
        if (this.#hasSingle(collection, fieldText, mode, scope)) return;
        throw missingSingle(collection, fieldText, mode, scope);
      }
    }
    if (!this.#hasComposite(collection, scope, matched, orders, isNameDescending)) {
      throw missingComposite(collection, scope, matched, orders, isNameDescending);
    }
  }

  /** Indexes that end with the orders may be joined, as long as together they have all that is matched. */
  #hasComposite(
    collection: string,
    scope: Scope,
    matched: ReadonlyMap<string, Mode>,
    orders: readonly Order[],
    isNameDescending: boolean,
  ): boolean {
    const covered = new Set<string>();
    let isServed = false;
    for (const { collectionGroup, queryScope = 'COLLECTION', fields } of this.#file.indexes ?? []) {
      if (collectionGroup !== collection || queryScope !== scope) continue;
      const { plain, nameOrder } = withoutName(fields);
      const at = plain.length - orders.length;
      const [head, tail] = [plain.slice(0, at), plain.slice(at)];
      if (at < 0 || !tailServes(tail, nameOrder, orders, isNameDescending)) continue;
      const isUsable = head.every(({ fieldPath, arrayConfig }) => {
        const mode = matched.get(formatFieldPath(parseFieldPath(fieldPath)));
        return mode !== undefined && (mode === 'CONTAINS') === (arrayConfig === 'CONTAINS');
      });
      if (!isUsable) continue;
      isServed = true;
      for (const { fieldPath } of head) covered.add(formatFieldPath(parseFieldPath(fieldPath)));
    }
    return isServed && [...matched.keys()].every((fieldText) => covered.has(fieldText));
  }

  /** Fields are indexed by themselves unless overridden; an override counts for what lies below its field. */
  #hasSingle(collection: string, fieldText: string, mode: Mode, scope: Scope): boolean {
    const overrides = this.#file.fieldOverrides?.filter(({ collectionGroup }) => collectionGroup === collection) ?? [];
    const path = parseFieldPath(fieldText);
    for (let length = path.length; length >= 0; length -= 1) {
      const text = length === 0 ? '*' : formatFieldPath(path.slice(0, length));
      const override = overrides.find(({ fieldPath }) => {
        return fieldPath === '*' ? text === '*' : formatFieldPath(parseFieldPath(fieldPath)) === text;
      });
      if (!override) continue;
      return override.indexes.some(({ queryScope = 'COLLECTION', order, arrayConfig }) => {
        return queryScope === scope && (arrayConfig ?? order) === mode;
      });
    }
    return scope === 'COLLECTION';
  }
}

function withoutName(fields: readonly IndexField[]): { plain: IndexField[]; nameOrder: string } {
  const plain = fields.filter(({ fieldPath }) => fieldPath !== documentName);
  const name = fields.find(({ fieldPath }) => fieldPath === documentName);
  // The name is sorted in the direction of the last field, unless the index says otherwise.
  return { plain, nameOrder: name?.order ?? plain.at(-1)?.order ?? 'ASCENDING' };
}

/**
 * An index is read in its own direction only, the name included. Sources: the index overview at firebase.google.com/docs
 * (another index for each sort direction; one of its own where names sort against the last field), and firebase/flutterfire#4398
 * and magic-modules#12121, where even all documents by descending name are refused without an index for it.
 */
function tailServes(
  tail: readonly IndexField[],
  nameOrder: string,
  orders: readonly Order[],
  isNameDescending: boolean,
): boolean {
  const serves = (order: string | undefined, isDescending: boolean) => order === directionOf(isDescending);
  return (
    serves(nameOrder, isNameDescending) &&
    tail.every(({ fieldPath, order }, at) => {
      const { fieldText, isDescending } = orders[at] as Order;
      return formatFieldPath(parseFieldPath(fieldPath)) === fieldText && serves(order, isDescending);
    })
  );
}

function directionOf(isDescending: boolean): 'ASCENDING' | 'DESCENDING' {
  return isDescending ? 'DESCENDING' : 'ASCENDING';
}

function missingSingle(collection: string, fieldText: string, mode: Mode, scope: Scope): GrpcError {
  const short = { ASCENDING: 'ASC', DESCENDING: 'DESC', CONTAINS: 'CONTAINS' }[mode];
  return new GrpcError(
    'FAILED_PRECONDITION',
    `The query requires a ${scope}_${short} index for collection ${collection} and field ${fieldText}. ` +
      'It can be added to the fieldOverrides of firestore.indexes.json.',
  );
}

function missingComposite(
  collection: string,
  queryScope: Scope,
  matched: ReadonlyMap<string, Mode>,
  orders: readonly Order[],
  isNameDescending: boolean,
): GrpcError {
  const fields: IndexField[] = [...matched].map(([fieldPath, mode]) =>
    mode === 'CONTAINS' ? { fieldPath, arrayConfig: mode } : { fieldPath, order: mode },
  );
  for (const { fieldText, isDescending } of orders)
    fields.push({ fieldPath: fieldText, order: directionOf(isDescending) });
  if ((orders.at(-1)?.isDescending ?? false) !== isNameDescending) {
    fields.push({ fieldPath: documentName, order: directionOf(isNameDescending) });
  }
  return new GrpcError(
    'FAILED_PRECONDITION',
    'The query requires an index. It can be added to the indexes of firestore.indexes.json: ' +
      JSON.stringify({ collectionGroup: collection, queryScope, fields }),
  );
}
