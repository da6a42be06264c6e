import type { DatabaseSync } from 'node:sqlite';
import { GrpcError, type ServiceHandlers } from '../grpc.ts';
import { createFirestoreAdmin } from './admin.ts';
import { aggregate, countValue, fieldsOf, readAggregations } from './aggregate.ts';
import { commitWrites, readWrites } from './commit.ts';
import { type IndexFile, RequiredIndexes } from './index-file.ts';
import { Indexes } from './indexes.ts';
import { listCollectionIds, listDocumentIds } from './listing.ts';
import { Locks } from './locks.ts';
import { type FieldPath, parseDocumentName, parseFieldPath, parsePath, project } from './paths.ts';
import { checkDescendants, projected, type Query, readQuery } from './query.ts';
import { countQuery, type Found, runQuery } from './run-query.ts';
import { type Change, Store } from './store.ts';
import { type Consistency, Transactions } from './transactions.ts';
import { type Fields, toTimestamp, type Value, type Wire } from './values.ts';
import type { StoredDocument } from './writes.ts';

/** The operations done, counted as Firestore bills them. */
export interface Operations {
  /** Billed reads: one per document returned or found missing, at least one per query, one per 1,000 counted. */
  reads: number;
  writes: number;
  deletes: number;
  commits: number;
  queries: number;
  /** Every commit since the start; never reset. The same number says that nothing was written meanwhile. */
  version: number;
  reset(): void;
}

export interface FirestoreOptions {
  db: DatabaseSync;
  clock: { now(): number };
  /** The parsed `firestore.indexes.json`, and the only project that is held to it; every one by default. */
  indexes?: { file: IndexFile; project?: string };
  /** Real time that a commit or a read waits for others' locks; the default is 10 s. */
  lockTimeoutMs?: number;
}

/** Firestore on this machine, for `methodsOf`. */
export function createFirestore(options: FirestoreOptions): {
  handlers: ServiceHandlers;
  admin: ServiceHandlers;
  operations: Operations;
  /** The present result of a structured query, without client, lock or count: for drivers of the clock. */
  peek(parent: string, structuredQuery: Wire): Fields[];
  /** Tells of every change, within the transaction that makes it. */
  onChange(listener: (change: Change) => void): void;
} {
  const store = new Store(options.db, options.clock);
  const locks = new Locks(options.lockTimeoutMs ?? 10_000);
  const transactions = new Transactions(store, locks);
  const required = options.indexes && new RequiredIndexes(options.indexes);
  const indexes = new Indexes(store, (kind, fieldText) => required?.isExempt(kind, fieldText) ?? false);
  const operations = createOperations();

  async function read(
    request: Wire,
    names: readonly string[],
    mask: FieldPath[] | undefined,
    consistency: Consistency,
  ) {
    const { transaction, timeMicros } = consistency;
    const documents = names.map(parseDocumentName);
    if (
      documents.some(({ database }) => database !== parsePath(`${request.database ?? names[0]}/documents`).database)
    ) {
      throw new GrpcError('INVALID_ARGUMENT', 'All documents must be of one database.');
    }
    if (transaction?.holder) await locks.read(transaction.holder, names);
    const readTime = toTimestamp(timeMicros ?? store.readTime());
    operations.reads += documents.length;
    return documents.map((name) => {
      const document = timeMicros === undefined ? store.read(name) : store.readAt(name, timeMicros);
      return { name: name.name, found: document && toWire(document, mask), readTime };
    });
  }

  async function find<T>(
    query: Query,
    consistency: Consistency,
    look: () => { result: T; found?: Found[] },
  ): Promise<T> {
    const holder = consistency.transaction?.holder;
    const lock = holder && (await locks.read(holder, [], query));
    operations.queries += 1;
    const { result, found } = look();
    // Documents after a full page were not read, so they may change.
    if (lock && found && query.limit !== undefined && found.length === query.limit) {
      const last = found.at(-1);
      if (last) lock.upTo = last.key;
    }
    return result;
  }

  return {
    operations,
    admin: createFirestoreAdmin(store, options.clock),
    peek: (parent, structuredQuery) =>
      runQuery(store, indexes, readQuery(parent, structuredQuery)).found.map(({ document }) => document.fields),
    onChange: (listener) => store.onChange((_kind, _rowId, change) => listener(change)),
    handlers: {
      service: 'firestore',
      fullName: 'google.firestore.v1.Firestore',
      protos: 'firestore',
      unary: {
        async GetDocument(request: Wire) {
          const { database } = parseDocumentName(request.name);
          const consistency = transactions.consistencyOf(request);
          const [answer] = await read({ database }, [request.name], readMask(request.mask), consistency);
          if (!answer?.found) throw new GrpcError('NOT_FOUND', `Document "${request.name}" not found.`);
          return answer.found;
        },

        async ListDocuments(request: Wire) {
          const { database, path } = parsePath(request.parent);
          if (request.orderBy)
            throw new GrpcError('UNIMPLEMENTED', 'The local Firestore does not have orderBy in ListDocuments.');
          const { timeMicros } = transactions.consistencyOf(request);
          if (path.length % 2 !== 0) throw new GrpcError('INVALID_ARGUMENT', `"${request.parent}" is not a document.`);
          const { ids, nextPageToken, path: collection } = listDocumentIds(store, request, timeMicros);
          const mask = readMask(request.mask);
          operations.reads += Math.max(1, ids.length);
          const documents = ids.map((id) => {
            const name = parseDocumentName(`${database}/documents/${[...collection, id].join('/')}`);
            const document = timeMicros === undefined ? store.read(name) : store.readAt(name, timeMicros);
            return document ? toWire(document, mask) : { name: name.name };
          });
          return { documents, nextPageToken };
        },

        ListCollectionIds: (request: Wire) =>
          listCollectionIds(store, request, transactions.consistencyOf(request).timeMicros),

        BeginTransaction: (request: Wire) => ({ transaction: transactions.begin(request.options).id }),

        Rollback(request: Wire) {
          transactions.end(transactions.use(request.transaction));
          return {};
        },

        async Commit(request: Wire) {
          const transaction = request.transaction?.length ? transactions.use(request.transaction) : undefined;
          try {
            const writes = readWrites(request.writes ?? [], request.database);
            if (transaction && !transaction.holder && writes.length > 0) {
              throw new GrpcError('INVALID_ARGUMENT', 'Cannot modify entities in a read-only transaction.');
            }
            const response = await commitWrites(store, locks, writes, transaction?.holder);
            operations.commits += 1;
            operations.version += 1;
            for (const { kind } of writes) operations[kind === 'delete' ? 'deletes' : 'writes'] += 1;
            return response;
          } finally {
            if (transaction) transactions.end(transaction);
          }
        },

        async BatchWrite(request: Wire) {
          const requested: Wire[] = request.writes ?? [];
          refuseRepeated(requested);
          const outcomes = await Promise.allSettled(
            requested.map(async (write) => {
              const writes = readWrites([write], request.database);
              const response = await commitWrites(store, locks, writes, undefined);
              operations.commits += 1;
              operations.version += 1;
              operations[writes[0]?.kind === 'delete' ? 'deletes' : 'writes'] += 1;
              return response;
            }),
          );
          return {
            writeResults: outcomes.map((one) => (one.status === 'fulfilled' ? one.value.writeResults[0] : {})),
            status: outcomes.map((one) => (one.status === 'fulfilled' ? { code: 0 } : asStatus(one.reason))),
          };
        },
      },
      streaming: {
        async BatchGetDocuments(request: Wire, send) {
          const consistency = transactions.consistencyOf(request);
          if (consistency.begun) send({ transaction: consistency.begun });
          const names = [...new Set<string>(request.documents ?? [])];
          for (const { name, found, readTime } of await read(request, names, readMask(request.mask), consistency)) {
            send(found ? { found, readTime } : { missing: name, readTime });
          }
        },

        async RunQuery(request: Wire, send) {
          const query = readQuery(request.parent, request.structuredQuery ?? {});
          checkDescendants(query);
          required?.check(query);
          const consistency = transactions.consistencyOf(request);
          if (isOnlyPlanned(request)) {
            send({ readTime: toTimestamp(store.readTime()) });
            return;
          }
          if (consistency.begun) send({ transaction: consistency.begun });
          const { found, skipped } = await find(query, consistency, () => {
            const result = runQuery(store, indexes, query, consistency.timeMicros);
            return { result, found: result.found };
          });
          operations.reads += Math.max(1, found.length + skipped);
          const readTime = toTimestamp(consistency.timeMicros ?? store.readTime());
          if (skipped > 0 || found.length === 0) send({ readTime, skippedResults: skipped });
          for (const { document } of found) {
            send({ document: { ...toWire(document), fields: projected(query, document.fields) }, readTime });
          }
        },

        async RunAggregationQuery(request: Wire, send) {
          const { structuredQuery, aggregations: requested } = request.structuredAggregationQuery ?? {};
          const query = readQuery(request.parent, structuredQuery ?? {});
          const aggregations = readAggregations(requested ?? []);
          checkDescendants(query, fieldsOf(aggregations));
          required?.check(query, fieldsOf(aggregations));
          const consistency = transactions.consistencyOf(request);
          if (isOnlyPlanned(request)) {
            send({ readTime: toTimestamp(store.readTime()) });
            return;
          }
          const { timeMicros } = consistency;
          const { count, fields } = await find(query, consistency, () => {
            if (aggregations.every(({ kind }) => kind === 'count')) {
              const count = countQuery(store, indexes, query, timeMicros);
              const fields: Record<string, Value> = {};
              for (const one of aggregations) fields[one.alias] = countValue(one, count);
              return { result: { count, fields } };
            }
            const { found } = runQuery(store, indexes, query, timeMicros);
            const fields = aggregate(
              aggregations,
              found.map(({ document }) => document.fields),
            );
            return { result: { count: found.length, fields }, found };
          });
          operations.reads += Math.max(1, Math.ceil(count / 1_000));
          const readTime = toTimestamp(timeMicros ?? store.readTime());
          send({ result: { aggregateFields: fields }, readTime, transaction: consistency.begun });
        },
      },
    },
  };
}

function createOperations(): Operations {
  const none = { reads: 0, writes: 0, deletes: 0, commits: 0, queries: 0 };
  const operations: Operations = { ...none, version: 0, reset: () => void Object.assign(operations, none) };
  return operations;
}

/** A query that is only explained, not run, returns no documents; its plan is not modelled. */
const isOnlyPlanned = ({ explainOptions }: Wire): boolean =>
  explainOptions !== undefined && explainOptions?.analyze !== true;

/** The writes of a batch are independent and unordered, so each has to be of another document. */
function refuseRepeated(writes: readonly Wire[]): void {
  const names = writes.map(
    ({ update, delete: deleted, verify, transform }) => update?.name ?? deleted ?? verify ?? transform?.document,
  );
  const twice = names.find((name, index) => name !== undefined && names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new GrpcError(
      'INVALID_ARGUMENT',
      `A batch write may have one write of a document, and ${twice} has several.`,
    );
  }
}

function readMask(mask: Wire): FieldPath[] | undefined {
  return mask && (mask.fieldPaths ?? []).map(parseFieldPath);
}

function toWire({ name, fields, createTime, updateTime }: StoredDocument, mask?: FieldPath[]): Wire {
  return {
    name: name.name,
    fields: mask ? project(fields, mask) : fields,
    createTime: toTimestamp(createTime),
    updateTime: toTimestamp(updateTime),
  };
}

function asStatus(error: unknown): { code: number; message: string } {
  if (error instanceof GrpcError) return { code: error.code, message: error.message };
  throw error;
}
