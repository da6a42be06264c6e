import { GrpcError } from '../grpc.ts';
import type { Holder, Locks } from './locks.ts';
import type { Change, Store } from './store.ts';
import { documentSize, toTimestamp, type Value, type Wire } from './values.ts';
import { applyWrite, readWrite, type Write } from './writes.ts';

export interface CommitResponse {
  writeResults: { updateTime?: Wire; transformResults: Value[] }[];
  commitTime: Wire;
}

const largestRequestBytes = 10 * 1_048_576;

export function readWrites(writes: Wire[], database: string): Write[] {
  const out = writes.map(readWrite);
  for (const { document } of out) {
    if (document.database === database) continue;
    throw new GrpcError('INVALID_ARGUMENT', `Document name "${document.name}" is not in the database "${database}".`);
  }
  checkRequestSize(out);
  return out;
}

function checkRequestSize(writes: readonly Write[]): void {
  if (writes.length < 10) return;
  let size = 0;
  for (const { document, fields } of writes) size += documentSize(document.path, fields);
  if (size > largestRequestBytes) {
    throw new GrpcError('INVALID_ARGUMENT', 'Transaction too big. Decrease transaction size.');
  }
}

/** Makes all writes or none, once no other transaction has read what they change. */
export function commitWrites(
  store: Store,
  locks: Locks,
  writes: readonly Write[],
  holder: Holder | undefined,
): Promise<CommitResponse> {
  const names = [...new Set(writes.map(({ document }) => document.name))];
  return locks.write({ holder, names, prepare: () => prepare(store, writes) });
}

function prepare(store: Store, writes: readonly Write[]): { changes: Change[]; apply: () => CommitResponse } {
  const timeMicros = store.nextCommitTime();
  const changes = new Map<string, Change>();
  const results = writes.map((write) => {
    const { document } = write;
    const change = changes.get(document.name);
    const before = change ? change.after : store.read(document);
    const { after, transformResults } = applyWrite(before, write, timeMicros);
    changes.set(document.name, { name: document, before: change ? change.before : before, after });
    return { write, after, transformResults };
  });
  const changed = [...changes.values()].filter(({ before, after }) => before !== after);
  return {
    changes: changed,
    apply() {
      store.commit(changed, timeMicros);
      return {
        writeResults: results.map(({ write, after, transformResults }) => ({
          ...(after && write.kind !== 'delete' && { updateTime: toTimestamp(after.updateTime) }),
          transformResults,
        })),
        commitTime: toTimestamp(timeMicros),
      };
    },
  };
}
