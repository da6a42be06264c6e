import type { Firestore, Query } from '@google-cloud/firestore';

/** What lies below a document, of any collection or of one name: the client asks so where it deletes recursively. */
export function below(firestore: Firestore, path: string, collectionId?: string): Query {
  const query = firestore.doc(path).collection(collectionId ?? 'any') as unknown as {
    _queryOptions: { with(options: object): object; parentPath: unknown };
  };
  const { parentPath } = query._queryOptions;
  const options = { allDescendants: true, kindless: collectionId === undefined };
  const QueryClass = Object.getPrototypeOf(Object.getPrototypeOf(query)).constructor;
  return new QueryClass(firestore, query._queryOptions.with({ ...options, parentPath }));
}
