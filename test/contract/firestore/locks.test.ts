import { status } from '@grpc/grpc-js';
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

const all = (collectionId: string) => readQuery(nameOf('').slice(0, -1), { from: [{ collectionId }] });

test('refused for contention is ABORTED: what a client tries again', async () => {
  const { locks, begin } = start(20);
  await locks.read(begin().holder!, [nameOf('a/1')]);
  const prepare = () => ({ changes: [], apply: () => undefined });
  const refused = locks.write({ holder: undefined, names: [nameOf('a/1')], prepare });
  await expect(refused).rejects.toMatchObject({ code: status.ABORTED });
});

test('a transaction that was aborted reads and writes nothing more', async () => {
  const { begin, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first', first, 'a/1');
  await read('second', second, 'a/1');
  await write('first writes', first, 'a/1');
  await expect(read('second reads', second, 'a/2')).rejects.toThrow(aborted);
  await write('second writes', second, 'a/3');
  expect(log).toEqual(['first', 'second', 'first writes', `second writes: ${aborted}`]);
});

test('whoever holds something reads past a commit that waits: it may be waiting for just that', async () => {
  const { begin, end, read, write, log } = start();
  const [first, newcomer] = [begin(), begin()];
  await read('first', first, 'a/1');
  const waiting = [write('write', undefined, 'a/1', 'a/2'), read('newcomer', newcomer, 'a/2')];
  await read('first again', first, 'a/2');
  end(first);
  await Promise.all(waiting);
  expect(log).toEqual(['first', 'first again', 'write', 'newcomer']);
});

test('whoever has read by a query alone reads past a commit that waits as well', async () => {
  const { begin, end, locks, read, write, log } = start();
  const first = begin();
  await locks.read(first.holder!, [], all('a'));
  const waiting = write('write', undefined, 'a/1');
  await read('first again', first, 'a/1');
  end(first);
  await waiting;
  expect(log).toEqual(['first again', 'write']);
});

test('a reader of something else does not wait for a commit that waits, nor for a reader that does', async () => {
  const { begin, end, read, write, log } = start();
  const [first, second, third] = [begin(), begin(), begin()];
  await read('first', first, 'a/1');
  const waiting = [write('write', undefined, 'a/1'), read('second', second, 'a/1')];
  await read('third', third, 'a/2');
  end(first);
  await Promise.all(waiting);
  expect(log).toEqual(['first', 'third', 'write', 'second']);
});

test('a query waits behind a commit that would change what it finds, and behind no other', async () => {
  const { begin, end, locks, read, write, log } = start();
  const [first, second, third] = [begin(), begin(), begin()];
  await read('first', first, 'a/1');
  const waiting = write('write', undefined, 'a/1');
  const query = locks.read(second.holder!, [], all('a')).then(() => log.push('query of a'));
  await locks.read(third.holder!, [], all('b')).then(() => log.push('query of b'));
  end(first);
  await Promise.all([waiting, query]);
  expect(log).toEqual(['first', 'query of b', 'write', 'query of a']);
});

test('a commit does not overtake one that waits for any of the same documents, and overtakes others', async () => {
  const { begin, end, read, write, log } = start();
  const first = begin();
  await read('first', first, 'a/1');
  const waiting = [write('both', undefined, 'a/1', 'a/2'), write('second', undefined, 'a/2', 'a/3')];
  await write('other', undefined, 'a/4');
  end(first);
  await Promise.all(waiting);
  expect(log).toEqual(['first', 'other', 'both', 'second']);
});

test('an earlier transaction’s commit aborts a later one whose query it changes, while that waits', async () => {
  const { begin, locks, read, write, log } = start();
  const [first, second] = [begin(), begin()];
  await read('first', first, 'b/1');
  await locks.read(second.holder!, [], all('a'));
  const waiting = write('second', second, 'b/1');
  await write('first writes', first, 'a/1', 'b/1');
  await waiting;
  expect(log.toSorted()).toEqual(['first', 'first writes', `second: ${aborted}`]);
});

test('what a transaction’s own query has read does not hold its own commit up', async () => {
  const { begin, locks, write, log } = start(20);
  const one = begin();
  await locks.read(one.holder!, [nameOf('a/1')], all('a'));
  await write('own', one, 'a/1', 'a/2');
  await write('after it', undefined, 'a/1');
  expect(log).toEqual(['own', 'after it']);
});

test('a commit that changes nothing of what a query has found passes it', async () => {
  const { begin, locks, write, log } = start(20);
  await write('there', undefined, 'a/1');
  await locks.read(begin().holder!, [], all('a'));
  await write('the same again', undefined, 'a/1');
  expect(log).toEqual(['there', 'the same again']);
});

test.each([
  ['whose client has not been heard of for a minute', { lastUsedAt: 60_001 }, 'written'],
  ['whose client was heard of within it', { lastUsedAt: 59_000 }, 'waits'],
  ['that began four and a half minutes ago', { startedAt: 270_001 }, 'written'],
  ['that began less long ago', { startedAt: 269_000 }, 'waits'],
])('a transaction %s does not hold a commit up: %s', async (_, ago, outcome) => {
  const { begin, read, write, log } = start(20);
  const old = begin();
  await read('old', old, 'a/1');
  for (const [field, ms] of Object.entries(ago)) Object.assign(old.holder!, { [field]: performance.now() - ms });
  await write('write', undefined, 'a/1');
  expect(log).toEqual(['old', outcome === 'written' ? 'write' : `write: ${aborted}`]);
  // It is told so when it comes back.
  expect(old.holder!.isAborted).toBe(outcome === 'written');
});

test('of two waiting transactions the one that waits too long makes way for whoever comes after it', async () => {
  const { begin, end, read, log, locks } = start(30);
  const [first, later] = [begin(), begin()];
  await read('first', first, 'a/1');
  const prepare = () => ({ changes: [], apply: () => 'written' });
  const tooLong = locks.write({ holder: undefined, names: [nameOf('a/1')], prepare });
  const behind = read('behind', later, 'a/1');
  await expect(tooLong).rejects.toThrow(aborted);
  await behind;
  expect(log).toEqual(['first', 'behind']);
  end(first);
});

test('what a commit throws as it is worked out is its own answer, and holds nobody up', async () => {
  const { begin, end, locks, read, write, log } = start();
  const first = begin();
  await read('first', first, 'a/1');
  const prepare = () => {
    throw new Error('no such document');
  };
  const failing = locks.write({ holder: undefined, names: [nameOf('a/1')], prepare });
  const query = locks.read(begin().holder!, [], all('a')).then(() => log.push('query'));
  const behind = write('behind', undefined, 'a/1');
  end(first);
  await expect(failing).rejects.toThrow('no such document');
  await query;
  expect(log).toContain('query');
  await Promise.race([behind, new Promise((done) => setImmediate(done))]);
});
