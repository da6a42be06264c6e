import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commitWrites, readWrites } from '../../../infra/local/firestore/commit.ts';
import { Locks } from '../../../infra/local/firestore/locks.ts';
import { type Query, readQuery } from '../../../infra/local/firestore/query.ts';
import { Store } from '../../../infra/local/firestore/store.ts';
import { Transactions } from '../../../infra/local/firestore/transactions.ts';
import type { GrpcError } from '../../../infra/local/grpc.ts';
import { openStorage } from '../../../infra/local/storage.ts';

const database = 'projects/p/databases/d';
/** How long waiters may wait. */
const timeoutMs = 10_000;
const nameOf = (path: string) => `${database}/documents/${path}`;

// Time is stopped until a test moves it: a wait without an end is seen at once, and ends nothing.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Until every waiter that can continue has continued. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((done) => setImmediate(done));
}

async function passes(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  await quiet();
}

function start() {
  const store = new Store(openStorage(undefined), { now: () => 1_000 });
  const locks = new Locks(timeoutMs);
  const transactions = new Transactions(store, locks);
  const log: string[] = [];
  type Begun = ReturnType<typeof transactions.begin>;
  /** Notes in the log how it ended, if it does, and ends the transaction that it ends with. Does not wait for that. */
  const noted = (label: string, work: Promise<unknown>, ended?: Begun): Promise<void> => {
    const note = (text: string) => {
      log.push(text);
      if (ended) transactions.end(ended);
    };
    void work.then(
      () => note(label),
      (error: Error) => note(`${label}: ${error.message}`),
    );
    return quiet();
  };
  const commit = (label: string, writes: object[], one?: Begun): Promise<void> =>
    noted(label, commitWrites(store, locks, readWrites(writes, database), one?.holder), one);
  return {
    log,
    locks,
    noted,
    begin: () => transactions.begin({ mode: 'readWrite', readWrite: {} }),
    retry: (id: Buffer) => transactions.begin({ mode: 'readWrite', readWrite: { retryTransaction: id } }),
    use: (one: Begun) => transactions.use(one.id),
    end: (one: Begun) => {
      transactions.end(one);
      return quiet();
    },
    read: (label: string, one: Begun, ...paths: string[]) => noted(label, locks.read(one.holder!, paths.map(nameOf))),
    query: (label: string, one: Begun, query: Query, ...paths: string[]) =>
      noted(label, locks.read(one.holder!, paths.map(nameOf), query)),
    /** Deletes, outside any transaction. */
    remove: (label: string, path: string) => commit(label, [{ operation: 'delete', delete: nameOf(path) }]),
    write: (label: string, one: Begun | undefined, ...paths: string[]) =>
      commit(
        label,
        paths.map((path) => ({ operation: 'update', update: { name: nameOf(path), fields: {} } })),
        one,
      ),
  };
}

const aborted = 'Too much contention on these documents. Please try again.';
const all = (collectionId: string) => readQuery(nameOf('').slice(0, -1), { from: [{ collectionId }] });

test('writers wait in order, and a reader that comes after them waits too', async () => {
  const { begin, end, read, write, log } = start();
  const [first, later] = [begin(), begin()];
  await read('first read', first, 'a/1');
  await write('write 1', undefined, 'a/1');
  await write('write 2', undefined, 'a/1');
  await read('later read', later, 'a/1');
  await write('elsewhere', undefined, 'a/2');
  expect(log).toEqual(['first read', 'elsewhere']);
  await end(first);
  expect(log).toEqual(['first read', 'elsewhere', 'write 1', 'write 2', 'later read']);
});

test('the earlier transaction commits, and the later one that has read the same is aborted', async () => {
  const { begin, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first read', first, 'a/1');
  await read('second read', second, 'a/1');
  await write('second', second, 'a/1');
  expect(log).toEqual(['first read', 'second read']);
  await write('first', first, 'a/1');
  expect(log).toEqual(['first read', 'second read', `second: ${aborted}`, 'first']);
});

test('a waiter on a transaction whose client has gone continues once another has found it so', async () => {
  const { begin, read, write, log } = start();
  await read('read', begin(), 'a/1', 'a/2');
  await passes(55_000);
  await write('waits', undefined, 'a/2');
  await passes(6_000);
  expect(log).toEqual(['read']);
  await write('finds it', undefined, 'a/1');
  expect(log).toEqual(['read', 'finds it', 'waits']);
});

test('a later transaction waits for an earlier one that turns out to write nothing', async () => {
  const { begin, end, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first read', first, 'a/1');
  await read('second read', second, 'a/1');
  await write('second', second, 'a/1');
  await end(first);
  expect(log).toEqual(['first read', 'second read', 'second']);
});

test('a retry keeps the age of its first attempt', async () => {
  const { begin, retry, read, write, log } = start();
  const old = begin();
  const between = begin();
  const again = retry(old.id);
  await read('between read', between, 'a/1');
  await read('again read', again, 'a/1');
  await write('again', again, 'a/1');
  await write('between', between, 'a/1');
  expect(log).toEqual(['between read', 'again read', 'again', `between: ${aborted}`]);
});

test('a transaction that waits too long is aborted, at that very instant, and the ones behind it continue', async () => {
  const { begin, read, write, log } = start();
  await read('read', begin(), 'a/1');
  await write('write', undefined, 'a/1');
  await passes(timeoutMs - 1);
  await read('behind', begin(), 'a/1');
  expect(log).toEqual(['read']);
  await passes(1);
  expect(log).toEqual(['read', `write: ${aborted}`, 'behind']);
});

test('who got what it waited for is not aborted by the time that it did not need', async () => {
  const { begin, end, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first', first, 'a/1');
  await write('write', undefined, 'a/1');
  await read('second', second, 'a/1');
  await end(first);
  await passes(timeoutMs);
  await write('second writes', second, 'a/1');
  expect(log).toEqual(['first', 'write', 'second', 'second writes']);
});

test('a query locks only up to the last document that its limit let it see', async () => {
  const { begin, locks, write, log } = start();
  const one = begin();
  const query = readQuery(nameOf('').slice(0, -1), { from: [{ collectionId: 'a' }], limit: { value: 1 } });
  const lock = await locks.read(one.holder!, [], query);
  await write('before the end is known', undefined, 'a/2');
  await passes(timeoutMs);
  lock!.upTo = Buffer.from('a\u00001\u0000\u0000');
  await write('behind the end', undefined, 'a/2');
  expect(log).toEqual([`before the end is known: ${aborted}`, 'behind the end']);
  await write('at the end', undefined, 'a/1');
  await write('within', undefined, 'a/0');
  await passes(timeoutMs);
  expect(log.slice(2)).toEqual([`at the end: ${aborted}`, `within: ${aborted}`]);
});

test('a document that leaves what a transaction’s query found is a conflict, as one that comes in is', async () => {
  const { begin, query, write, log, remove } = start();
  await write('there', undefined, 'a/1');
  await query('query', begin(), all('a'));
  await remove('leaves', 'a/1');
  await write('comes in', undefined, 'a/2');
  await write('another collection', undefined, 'b/1');
  expect(log).toEqual(['there', 'query', 'another collection']);
  await passes(timeoutMs);
  expect(log.slice(3)).toEqual([`leaves: ${aborted}`, `comes in: ${aborted}`]);
});

test('refused for contention is ABORTED: what a client tries again', async () => {
  const { locks, begin } = start();
  await locks.read(begin().holder!, [nameOf('a/1')]);
  const prepare = () => ({ changes: [], apply: () => undefined });
  const codes: unknown[] = [];
  const refused = locks.write({ holder: undefined, names: [nameOf('a/1')], prepare });
  void refused.catch(({ code }: GrpcError) => codes.push(code));
  await passes(timeoutMs);
  expect(codes).toEqual([status.ABORTED]);
});

test('what a commit makes is its answer', async () => {
  const { locks } = start();
  const prepare = () => ({ changes: [], apply: () => 'made' });
  expect(await locks.write({ holder: undefined, names: [nameOf('a/1')], prepare })).toBe('made');
});

test('a transaction that was aborted reads and writes nothing more', async () => {
  const { begin, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first', first, 'a/1');
  await read('second', second, 'a/1');
  await write('first writes', first, 'a/1');
  await read('second reads', second, 'a/2');
  await write('second writes', second, 'a/3');
  expect(log).toEqual(['first', 'second', 'first writes', `second reads: ${aborted}`, `second writes: ${aborted}`]);
});

test('a transaction that holds a lock reads past a commit that waits: it may be waiting for just that', async () => {
  const { begin, end, read, write, log } = start();
  const [first, newcomer] = [begin(), begin()];
  await read('first', first, 'a/1');
  await write('write', undefined, 'a/1', 'a/2');
  await read('newcomer', newcomer, 'a/2');
  await read('first again', first, 'a/2');
  await end(first);
  expect(log).toEqual(['first', 'first again', 'write', 'newcomer']);
});

test('a transaction that has read by a query alone reads past a commit that waits as well', async () => {
  const { begin, end, query, read, write, log } = start();
  const first = begin();
  await query('first', first, all('a'));
  await write('write', undefined, 'a/1');
  await read('first again', first, 'a/1');
  await end(first);
  expect(log).toEqual(['first', 'first again', 'write']);
});

test('a reader of something else does not wait for a commit that waits, nor for a reader that does', async () => {
  const { begin, end, read, write, log } = start();
  const [first, second, third] = [begin(), begin(), begin()];
  await read('first', first, 'a/1');
  await write('write', undefined, 'a/1');
  await read('second', second, 'a/1');
  await read('third', third, 'a/2');
  await end(first);
  expect(log).toEqual(['first', 'third', 'write', 'second']);
});

test('a commit that waits is passed by a reader of other documents, and by none of any that it writes', async () => {
  const { begin, end, read, write, log } = start();
  const first = begin();
  await read('first', first, 'a/1');
  await write('write', undefined, 'a/1', 'a/2');
  await read('of another and of one', begin(), 'a/3', 'a/2');
  await read('of others', begin(), 'a/3', 'a/4');
  await end(first);
  expect(log).toEqual(['first', 'of others', 'write', 'of another and of one']);
});

test('a query waits behind a commit that would change what it finds, and behind no other', async () => {
  const { begin, end, query, read, write, log } = start();
  const first = begin();
  await read('first', first, 'a/1');
  await write('write', undefined, 'a/1');
  await query('query of a', begin(), all('a'));
  await query('query of b', begin(), all('b'));
  await end(first);
  expect(log).toEqual(['first', 'query of b', 'write', 'query of a']);
});

test('a commit does not overtake one that waits for any of the same documents, and overtakes others', async () => {
  const { begin, end, read, write, log } = start();
  const first = begin();
  await read('first', first, 'a/1');
  await write('both', undefined, 'a/1', 'a/2');
  await write('second', undefined, 'a/2', 'a/3');
  await write('other', undefined, 'a/4');
  await end(first);
  expect(log).toEqual(['first', 'other', 'both', 'second']);
});

test('a commit outside of any transaction does not wait behind a reader that waits', async () => {
  const { begin, end, query, read, write, log } = start();
  const first = begin();
  await read('first', first, 'a/1');
  await write('write', undefined, 'a/1');
  await query('reader', begin(), all('a'), 'b/1');
  await write('of what it waits to read', undefined, 'b/1');
  await end(first);
  expect(log).toEqual(['first', 'of what it waits to read', 'write', 'reader']);
});

test('a transaction’s own commit goes before one outside that waits for it', async () => {
  const { begin, read, write, log } = start();
  const first = begin();
  await read('first', first, 'a/1');
  await write('outside', undefined, 'a/1');
  await write('first writes', first, 'a/1');
  expect(log).toEqual(['first', 'first writes', 'outside']);
});

test('an earlier transaction’s commit aborts a later one whose query it changes, while that waits', async () => {
  const { begin, query, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first', first, 'b/1');
  await query('second', second, all('a'));
  await write('second writes', second, 'b/1');
  await write('first writes', first, 'a/1', 'b/1');
  expect(log).toEqual(['first', 'second', `second writes: ${aborted}`, 'first writes']);
});

test('an aborted transaction holds nothing any more, and its waiters continue', async () => {
  const { begin, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first', first, 'a/1');
  await read('second', second, 'a/1', 'b/1');
  await write('of what it alone holds', undefined, 'b/1');
  expect(log).toEqual(['first', 'second']);
  await write('first writes', first, 'a/1');
  expect(log).toEqual(['first', 'second', 'first writes', 'of what it alone holds']);
  expect([first.holder!.isAborted, second.holder!.isAborted]).toEqual([false, true]);
});

test('a later transaction’s commit waits for an earlier one whose query it would change', async () => {
  const { begin, end, query, write, log } = start();
  const [first, second] = [begin(), begin()];
  await query('first', first, all('a'));
  await write('second writes', second, 'a/1');
  expect(log).toEqual(['first']);
  await end(first);
  expect(log).toEqual(['first', 'second writes']);
  expect(first.holder!.isAborted).toBe(false);
});

test('what a transaction’s own query has read does not hold its own commit up', async () => {
  const { begin, query, write, log } = start();
  const one = begin();
  await query('query', one, all('a'), 'a/1');
  await write('own', one, 'a/1', 'a/2');
  await write('after it', undefined, 'a/1');
  expect(log).toEqual(['query', 'own', 'after it']);
});

test('a commit that changes nothing of what a query has found passes it', async () => {
  const { begin, query, write, log } = start();
  await write('there', undefined, 'a/1');
  await query('query', begin(), all('a'));
  await write('the same again', undefined, 'a/1');
  expect(log).toEqual(['there', 'query', 'the same again']);
});

test('two that have read the same hold it both, until the last of them has ended', async () => {
  const { begin, end, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first', first, 'a/1');
  await read('second', second, 'a/1');
  await write('write', undefined, 'a/1');
  await end(first);
  expect(log).toEqual(['first', 'second']);
  await end(second);
  expect(log).toEqual(['first', 'second', 'write']);
});

describe('a transaction whose client has gone holds nobody up, and is told so when it comes back', () => {
  const minute = 60_000;
  test.each<[string, number[], boolean]>([
    ['not heard of for a minute', [minute], false],
    ['not heard of for longer', [minute + 1], true],
    ['heard of within a minute', [minute, 1, minute - 1], false],
    ['heard of now and then for four and a half minutes', [minute, minute, minute, minute, minute / 2], false],
    ['heard of now and then for longer', [minute, minute, minute, minute, minute / 2 + 1], true],
  ])('%s', async (_, pauses, isGone) => {
    const { begin, read, use, write, log } = start();
    const old = begin();
    await read('old', old, 'a/1');
    for (const [index, pause] of pauses.entries()) {
      if (index > 0) use(old);
      await passes(pause);
    }
    await write('write', undefined, 'a/1');
    expect(log).toEqual(isGone ? ['old', 'write'] : ['old']);
    expect(old.holder!.isAborted).toBe(isGone);
    await passes(timeoutMs);
  });

  test('nor does one of two do so while the other is there', async () => {
    const { begin, read, use, write, log } = start();
    const [gone, there] = [begin(), begin()];
    await read('gone', gone, 'a/1');
    await read('there', there, 'a/1');
    await passes(minute);
    use(there);
    await passes(1);
    await write('write', undefined, 'a/1');
    expect(log).toEqual(['gone', 'there']);
    await passes(timeoutMs);
  });
});

test('what a commit throws as it is worked out is its own answer, and holds nobody up', async () => {
  const { begin, end, locks, noted, query, read, write, log } = start();
  const first = begin();
  await read('first', first, 'a/1');
  const prepare = () => {
    throw new Error('no such document');
  };
  await noted('failing', locks.write({ holder: undefined, names: [nameOf('a/1')], prepare }));
  await query('query', begin(), all('b'));
  await write('behind', undefined, 'a/1');
  expect(log).toEqual(['first', 'query']);
  await end(first);
  expect(log).toEqual(['first', 'query', 'failing: no such document', 'behind']);
});
