import { GrpcError } from '../grpc.ts';
import { afterPrefix, decodeKey, documentKey, type Key, prefixKey } from './keys.ts';
import { checkId, parsePath } from './paths.ts';
import type { Kind, Store } from './store.ts';
import type { Wire } from './values.ts';

const defaultPageSize = 300;

/** The ids right below a path, in order: of collections below a document, of documents below a collection. */
function* idsBelow(
  store: Store,
  database: string,
  path: readonly string[],
  after: string | undefined,
  timeMicros: number | undefined,
): Iterable<string> {
  const prefix = prefixKey(path);
  const end = afterPrefix(prefix);
  const kinds = store.kindsOf(database);
  let from = after === undefined ? prefix : afterPrefix(prefixKey([...path, after]));
  for (;;) {
    const next = firstKey(store, kinds, from, end, timeMicros);
    if (!next) return;
    const id = decodeKey(next)[path.length];
    if (id === undefined) {
      // The document itself, which sorts before its descendants.
      from = Buffer.concat([next, Buffer.of(0)]);
      continue;
    }
    yield id;
    from = afterPrefix(prefixKey([...path, id]));
  }
}

function firstKey(
  store: Store,
  kinds: readonly Kind[],
  from: Key,
  end: Key,
  timeMicros: number | undefined,
): Key | undefined {
  let first: Key | undefined;
  for (const kind of kinds) {
    const key = store.firstKey(kind, from, end, timeMicros);
    if (key && (!first || Buffer.compare(key, first) < 0)) first = key;
  }
  return first;
}

/** One page of ids, and the token of the next. */
function page(ids: Iterable<string>, pageSize: number): { ids: string[]; nextPageToken: string } {
  const out: string[] = [];
  for (const id of ids) {
    if (out.length === pageSize)
      return { ids: out, nextPageToken: Buffer.from(out.at(-1) as string).toString('base64') };
    out.push(id);
  }
  return { ids: out, nextPageToken: '' };
}

function afterToken(token: string | undefined): string | undefined {
  return token ? Buffer.from(token, 'base64').toString() : undefined;
}

/** @param timeMicros lists what was there then, instead of what is there now */
export function listCollectionIds(
  store: Store,
  request: Wire,
  timeMicros?: number,
): { collectionIds: string[]; nextPageToken: string } {
  const { database, path } = parsePath(request.parent);
  if (path.length % 2 !== 0) throw new GrpcError('INVALID_ARGUMENT', `"${request.parent}" is not a document.`);
  const ids = idsBelow(store, database, path, afterToken(request.pageToken), timeMicros);
  const { ids: collectionIds, nextPageToken } = page(ids, request.pageSize || defaultPageSize);
  return { collectionIds, nextPageToken };
}

/** The ids of a collection's documents, and of the missing ones that only have something below them. */
export function listDocumentIds(
  store: Store,
  request: Wire,
  timeMicros?: number,
): { path: string[]; ids: string[]; nextPageToken: string } {
  const { database, path: parent } = parsePath(request.parent);
  if (!request.collectionId) throw new GrpcError('INVALID_ARGUMENT', 'ListDocuments needs a collection id here.');
  checkId(request.collectionId, request.parent);
  const path = [...parent, request.collectionId];
  const kind = store.kindOf({ database, collectionId: request.collectionId });
  const has = (id: string) => {
    const key = documentKey([...path, id]);
    return kind !== undefined && store.firstKey(kind, key, afterPrefix(key), timeMicros) !== undefined;
  };
  const all = idsBelow(store, database, path, afterToken(request.pageToken), timeMicros);
  const shown = request.showMissing ? all : filter(all, has);
  return { path, ...page(shown, request.pageSize || defaultPageSize) };
}

function* filter<T>(items: Iterable<T>, keep: (item: T) => boolean): Iterable<T> {
  for (const item of items) if (keep(item)) yield item;
}
