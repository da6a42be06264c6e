import { expect, test } from 'vitest';
import { commitWrites, readWrites } from '../../../infra/local/firestore/commit.ts';
import { Locks } from '../../../infra/local/firestore/locks.ts';
import { readQuery } from '../../../infra/local/firestore/query.ts';
import { Store } from '../../../infra/local/firestore/store.ts';
import { Transactions } from '../../../infra/local/firestore/transactions.ts';
import { openStorage } from '../../../infra/local/storage.ts';

const database = 'projects/p/databases/d';
const nameOf = (path: string) => `${database}/documents/${path}`;

function start(timeoutMs = 60_000) {
  const store = new Store(openStorage(undefined), { now: () => 1_000 });
  const locks = new Locks(timeoutMs);
  const transactions = new Transactions(store, locks);
  const log: string[] = [];
  return {
    log,
    locks,
    begin: () => transactions.begin({ mode: 'readWrite', readWrite: {} }),
    retry: (id: Buffer) => transactions.begin({ mode: 'readWrite', readWrite: { retryTransaction: id } }),
    end: (one: ReturnType<typeof transactions.begin>) => transactions.end(one),
    /** Reads, and notes it in the log when it has its share. */
    read: async (label: string, one: ReturnType<typeof transactions.begin>, ...paths: string[]) => {
      await locks.read(one.holder!, paths.map(nameOf));
      log.push(label);
    },
    /** Deletes, outside any transaction. */
    remove: async (label: string, path: string) => {
      const writes = readWrites([{ operation: 'delete', delete: nameOf(path) }], database);
      await commitWrites(store, locks, writes, undefined).then(
        () => log.push(label),
        (error: Error) => log.push(`${label}: ${error.message}`),
      );
    },
    /** Commits, and notes how it ended. */
    write: async (label: string, one: ReturnType<typeof transactions.begin> | undefined, ...paths: string[]) => {
      const writes = paths.map((path) => ({ operation: 'update', update: { name: nameOf(path), fields: {} } }));
      try {
        await commitWrites(store, locks, readWrites(writes, database), one?.holder);
        log.push(label);
      } catch (error) {
        log.push(`${label}: ${(error as Error).message}`);
      } finally {
        if (one) transactions.end(one);
      }
    },
  };
}

const aborted = 'Too much contention on these documents. Please try again.';

test('writers wait in order, and a reader that comes after them waits too', async () => {
  const { begin, end, read, write, log } = start();
  const [first, later] = [begin(), begin()];
  await read('first read', first, 'a/1');
  const waiting = [
    write('write 1', undefined, 'a/1'),
    write('write 2', undefined, 'a/1'),
    read('later read', later, 'a/1'),
  ];
  await write('elsewhere', undefined, 'a/2');
  end(first);
  await Promise.all(waiting);
  expect(log).toEqual(['first read', 'elsewhere', 'write 1', 'write 2', 'later read']);
});

test('the earlier transaction commits, and the later one that has read the same is aborted', async () => {
  const { begin, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first read', first, 'a/1');
  await read('second read', second, 'a/1');
  const waiting = write('second', second, 'a/1');
  await write('first', first, 'a/1');
  await waiting;
  expect(log.toSorted()).toEqual(['first', 'first read', 'second read', `second: ${aborted}`]);
});

test('a later transaction waits for an earlier one that turns out to write nothing', async () => {
  const { begin, end, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first read', first, 'a/1');
  await read('second read', second, 'a/1');
  const waiting = write('second', second, 'a/1');
  end(first);
  await waiting;
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

test('who waits too long is aborted, in real time', async () => {
  const { begin, read, write, log } = start(20);
  await read('read', begin(), 'a/1');
  await write('write', undefined, 'a/1');
  expect(log).toEqual(['read', `write: ${aborted}`]);
});

test('a query locks only up to the last document that its limit let it see', async () => {
  const { begin, locks, write, log } = start(20);
  const one = begin();
  const query = readQuery(nameOf('').slice(0, -1), { from: [{ collectionId: 'a' }], limit: { value: 1 } });
  const lock = await locks.read(one.holder!, [], query);
  await write('before the end is known', undefined, 'a/2');
  lock!.upTo = Buffer.from('a\u00001\u0000\u0000');
  await write('at the end', undefined, 'a/1');
  await write('behind the end', undefined, 'a/2');
  await write('within', undefined, 'a/0');
  expect(log).toEqual([
    `before the end is known: ${aborted}`,
    `at the end: ${aborted}`,
    'behind the end',
    `within: ${aborted}`,
  ]);
});

test('a document that leaves what a transaction’s query found is a conflict, as one that comes in is', async () => {
  const { begin, locks, write, log, remove } = start(20);
  await write('there', undefined, 'a/1');
  const one = begin();
  await locks.read(one.holder!, [], readQuery(nameOf('').slice(0, -1), { from: [{ collectionId: 'a' }] }));
  await remove('leaves', 'a/1');
  await write('comes in', undefined, 'a/2');
  await write('another collection', undefined, 'b/1');
  expect(log).toEqual(['there', `leaves: ${aborted}`, `comes in: ${aborted}`, 'another collection']);
});
