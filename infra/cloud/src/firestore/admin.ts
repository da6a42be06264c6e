/**
 * What operators do with a whole database, for the real admin client: exports, imports, and the list of backups. Source:
 * google/firestore/admin/v1/firestore_admin.proto, and “Export and import data” of Firestore's documentation: an import overwrites
 * documents of the same name, deletes nothing, and needs the very prefix that an export has written to.
 */
import { GrpcError, type ServiceHandlers } from '../grpc.ts';
import { parseDocumentName } from './paths.ts';
import { type Change, type Store, toDocument } from './store.ts';
import { toTimestamp, type Wire } from './values.ts';

const dayMs = 86_400_000;

/** When the newest backup was taken, in epoch milliseconds: one is taken as each day ends. */
export const newestBackupAt = (now: number): number => Math.floor(now / dayMs) * dayMs;

export function createFirestoreAdmin(store: Store, clock: { now(): number }): ServiceHandlers {
  /** Exports by their prefix: each document's path and its packed fields. */
  const exported = new Map<string, { path: string[]; packed: string }[]>();
  let operations = 0;
  const done = (database: string, type: string, response: Buffer) => {
    operations += 1;
    return {
      name: `${database}/operations/${operations}`,
      done: true,
      response: { type_url: `type.googleapis.com/${type}`, value: response },
    };
  };

  return {
    service: 'firestoreAdmin',
    fullName: 'google.firestore.admin.v1.FirestoreAdmin',
    protos: 'firestore-admin',
    unary: {
      ExportDocuments({ name, outputUriPrefix = '', collectionIds = [] }: Wire) {
        const [, bucket, path] = /^gs:\/\/([^/]+)(?:\/(.+))?$/.exec(outputUriPrefix) ?? [];
        if (!bucket) throw new GrpcError('INVALID_ARGUMENT', `Invalid output_uri_prefix "${outputUriPrefix}".`);
        const prefix = `gs://${bucket}/${path ?? new Date(clock.now()).toISOString()}`;
        if (exported.has(prefix)) throw new GrpcError('INVALID_ARGUMENT', `Path already exists: ${prefix}`);
        exported.set(
          prefix,
          documentsOf(name, collectionIds).map(({ name: { path }, packed }) => ({ path, packed })),
        );
        return done(name, 'google.firestore.admin.v1.ExportDocumentsResponse', textField(prefix));
      },
      ImportDocuments({ name, inputUriPrefix, collectionIds = [] }: Wire) {
        const found = exported.get(inputUriPrefix);
        if (!found) throw new GrpcError('INVALID_ARGUMENT', `There is no export at ${inputUriPrefix}.`);
        const at = store.nextCommitTime();
        const changes = found.flatMap(({ path, packed }): Change[] => {
          const to = parseDocumentName(`${name}/documents/${path.join('/')}`);
          if (collectionIds.length > 0 && !collectionIds.includes(to.collectionId)) return [];
          const before = store.read(to);
          const kind = { id: 0, database: name, collectionId: to.collectionId };
          return [{ name: to, before, after: toDocument(kind, { fields: packed, created: at, updated: at }, to) }];
        });
        store.commit(changes, at);
        return done(name, 'google.protobuf.Empty', Buffer.alloc(0));
      },
      /** One was taken as each of the last days ended, of every database. */
      ListBackups({ parent }: Wire) {
        const project = /^projects\/[^/]+/.exec(parent)?.[0] ?? '';
        const databases = store.all('SELECT DISTINCT database FROM firestore_kinds').map((row) => String(row.database));
        return {
          backups: databases
            .filter((database) => database.startsWith(`${project}/`))
            .map((database, index) => ({
              name: `${project}/locations/local/backups/${index}`,
              database,
              snapshotTime: toTimestamp(newestBackupAt(clock.now()) * 1_000),
              state: 'READY',
            })),
        };
      },
    },
  };

  function documentsOf(database: string, collectionIds: readonly string[]) {
    return store
      .kindsOf(database)
      .filter(({ collectionId }) => collectionIds.length === 0 || collectionIds.includes(collectionId))
      .flatMap((kind) =>
        store
          .all('SELECT key, created, updated, fields FROM firestore_documents WHERE kind = ?', kind.id)
          .map((row) => toDocument(kind, row)),
      );
  }
}

/** A message whose first field is a string. */
function textField(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 127) throw new GrpcError('INVALID_ARGUMENT', 'A prefix has at most 127 bytes here.');
  return Buffer.concat([Buffer.of(0x0a, bytes.length), bytes]);
}
