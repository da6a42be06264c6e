import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { commitWrites, readWrites } from '../../src/firestore/commit.ts';
import { Locks } from '../../src/firestore/locks.ts';
import { type Query, readQuery } from '../../src/firestore/query.ts';
import { Store } from '../../src/firestore/store.ts';
import { Transactions } from '../../src/firestore/transactions.ts';
import type { GrpcError } from '../../src/grpc.ts';
import { openStorage } from '../../src/storage.ts';

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

const aborted = 'Too much contention on these documents. Please try again.';
const all = (collectionId: string) => readQuery(nameOf('').slice(0, -1), { from: [{ collectionId }] });

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
      (error: Error) => note(error.message === aborted ? `${label}!` : `${label}: ${error.message}`),
    );
    return quiet();
  };
  const commit = (label: string, writes: object[], one?: Begun): Promise<void> =>
    noted(label, commitWrites(store, locks, readWrites(writes, database), one?.holder), one);
  return {
    log,
    locks,
    noted,
    begin: (again?: Begun) =>
      transactions.begin({ mode: 'readWrite', readWrite: again ? { retryTransaction: again.id } : {} }),
    use: (one: Begun) => transactions.use(one.id),
    end: (one: Begun) => {
      transactions.end(one);
      return quiet();
    },
    read: (label: string, one: Begun, paths: string[], query?: Query) =>
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

/**
 * Step by step, who does what: a transaction, which begins with its first step, or a commit outside of any. Behind the
 * colon are the numbers of the steps that have ended by then, each at its first, in order; `!` where it was aborted.
 */
async function play(history: string): Promise<void> {
  const { begin, use, end, read, remove, write, log } = start();
  const begun = new Map<string, ReturnType<typeof begin>>();
  for (const [index, step] of history.split(' · ').entries()) {
    const [, who = '', verb = '', what = '', ended = ''] = /^(?:([A-Z]) )?(\w+) ?([^:]*)(?:: (.*))?$/.exec(step) ?? [];
    if (who && !begun.has(who)) begun.set(who, begin(verb === 'retries' ? begun.get(what) : undefined));
    const one = begun.get(who)!;
    const label = String(index + 1);
    const [first = '', ...others] = what.split(' ');
    if (verb === 'passes') await passes(Number(what));
    else if (verb === 'calls') use(one);
    else if (verb === 'ends') await end(one);
    else if (verb === 'reads') await read(label, one, [first, ...others]);
    else if (verb === 'queries') await read(label, one, others, all(first));
    else if (verb === 'removes') await remove(label, first);
    else if (verb === 'writes') await write(label, one, first, ...others);
    else if (verb === 'is') expect(one.holder!.isAborted, step).toBe(what === 'aborted');
    else expect(['begins', 'retries']).toContain(verb);
    expect(log.splice(0).join(' '), `${label}: ${step}`).toBe(ended);
  }
}

const fourMinutes = 'passes 60000 · A calls · '.repeat(4);
const histories: Record<string, string> = {
  'writers wait in order, and a reader that comes after them waits too':
    'A reads a/1: 1 · writes a/1 · writes a/1 · B reads a/1 · writes a/2: 5 · A ends: 2 3 4',
  'the earlier transaction commits, and the later one that has read the same is aborted':
    'A reads a/1: 1 · B reads a/1: 2 · B writes a/1 · A writes a/1: 3! 4',
  'a waiter on a transaction whose client has gone continues once another has found it so':
    'A reads a/1 a/2: 1 · passes 55000 · writes a/2 · passes 6000 · writes a/1: 5 3',
  'a later transaction waits for an earlier one that turns out to write nothing':
    'A reads a/1: 1 · B reads a/1: 2 · B writes a/1 · A ends: 3',
  'a retry keeps the age of its first attempt':
    'A begins · B begins · C retries A · B reads a/1: 4 · C reads a/1: 5 · C writes a/1: 6 · B writes a/1: 7!',
  'a commit that waits too long is aborted, at that very instant, and the ones behind it continue':
    'A reads a/1: 1 · writes a/1 · passes 9999 · B reads a/1 · passes 1: 2! 4',
  'a transaction that got what it waited for is not aborted by the time that it did not need':
    'A reads a/1: 1 · writes a/1 · B reads a/1 · A ends: 2 3 · passes 10000 · B writes a/1: 6',
  'a document that leaves what a transaction’s query found is a conflict, as one that comes in is':
    'writes a/1: 1 · A queries a: 2 · removes a/1 · writes a/2 · writes b/1: 5 · passes 10000: 3! 4!',
  'a transaction that was aborted reads and writes nothing more':
    'A reads a/1: 1 · B reads a/1: 2 · A writes a/1: 3 · B reads a/2: 4! · B writes a/3: 5!',
  'a transaction that holds a lock reads past a commit that waits: it may be waiting for just that':
    'A reads a/1: 1 · writes a/1 a/2 · B reads a/2 · A reads a/2: 4 · A ends: 2 3',
  'a transaction that has read by a query alone reads past a commit that waits as well':
    'A queries a: 1 · writes a/1 · A reads a/1: 3 · A ends: 2',
  'a reader of something else does not wait for a commit that waits, nor for a reader that does':
    'A reads a/1: 1 · writes a/1 · B reads a/1 · C reads a/2: 4 · A ends: 2 3',
  'a reader of other documents passes a commit that waits, and a reader of any that it writes does not':
    'A reads a/1: 1 · writes a/1 a/2 · B reads a/3 a/2 · C reads a/3 a/4: 4 · A ends: 2 3',
  'a query waits behind a commit that would change what it finds, and behind no other':
    'A reads a/1: 1 · writes a/1 · B queries a · C queries b: 4 · A ends: 2 3',
  'a commit does not overtake one that waits for any of the same documents, and overtakes others':
    'A reads a/1: 1 · writes a/1 a/2 · writes a/2 a/3 · writes a/4: 4 · A ends: 2 3',
  'a commit outside of any transaction does not wait behind a reader that waits':
    'A reads a/1: 1 · writes a/1 · B queries a b/1 · writes b/1: 4 · A ends: 2 3',
  'a transaction’s own commit goes before one outside that waits for it':
    'A reads a/1: 1 · writes a/1 · A writes a/1: 3 2',
  'an earlier transaction’s commit aborts a later one whose query it changes, while that waits':
    'A reads b/1: 1 · B queries a: 2 · B writes b/1 · A writes a/1 b/1: 3! 4',
  'an aborted transaction holds nothing any more, and its waiters continue':
    'A reads a/1: 1 · B reads a/1 b/1: 2 · writes b/1 · A writes a/1: 4 3 · A is alive · B is aborted',
  'a later transaction’s commit waits for an earlier one whose query it would change':
    'A queries a: 1 · B writes a/1 · A ends: 2 · A is alive',
  'what a transaction’s own query has read does not hold its own commit up':
    'A queries a a/1: 1 · A writes a/1 a/2: 2 · writes a/1: 3',
  'a commit that changes nothing of what a query has found passes it': 'writes a/1: 1 · A queries a: 2 · writes a/1: 3',
  'two that have read the same hold it both, until the last of them has ended':
    'A reads a/1: 1 · B reads a/1: 2 · writes a/1 · A ends · B ends: 3',
  'a client that was not heard of for a minute is still there':
    'A reads a/1: 1 · passes 60000 · writes a/1 · A is alive',
  'a client that was not heard of for longer holds nobody up, and is told so when it comes back':
    'A reads a/1: 1 · passes 60001 · writes a/1: 3 · A is aborted',
  'a client that was heard of within a minute is still there':
    'A reads a/1: 1 · passes 60000 · A calls · passes 1 · A calls · passes 59999 · writes a/1 · A is alive',
  'a client that was heard of now and then for four and a half minutes is still there': `A reads a/1: 1 · ${fourMinutes}passes 30000 · writes a/1 · A is alive`,
  'a client that was heard of now and then for longer holds nobody up': `A reads a/1: 1 · ${fourMinutes}passes 30001 · writes a/1: 11 · A is aborted`,
  'a client that has gone holds nobody up, and another that is there does':
    'A reads a/1: 1 · B reads a/1: 2 · passes 60000 · B calls · passes 1 · writes a/1',
};
test.each(Object.entries(histories))('%s', (_, history) => play(history));

test('a query locks only up to the last document that its limit let it see', async () => {
  const { begin, locks, write, log } = start();
  const query = readQuery(nameOf('').slice(0, -1), { from: [{ collectionId: 'a' }], limit: { value: 1 } });
  const lock = await locks.read(begin().holder!, [], query);
  await write('before the end is known', undefined, 'a/2');
  await passes(timeoutMs);
  lock!.upTo = Buffer.from('a\u00001\u0000\u0000');
  await write('behind the end', undefined, 'a/2');
  expect(log).toEqual(['before the end is known!', 'behind the end']);
  await write('at the end', undefined, 'a/1');
  await write('within', undefined, 'a/0');
  await passes(timeoutMs);
  expect(log.slice(2)).toEqual(['at the end!', 'within!']);
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

test('what a commit throws as it is worked out is its own answer, and holds nobody up', async () => {
  const { begin, end, locks, noted, read, write, log } = start();
  const first = begin();
  await read('first', first, ['a/1']);
  const prepare = () => {
    throw new Error('no such document');
  };
  await noted('failing', locks.write({ holder: undefined, names: [nameOf('a/1')], prepare }));
  await read('query', begin(), [], all('b'));
  await write('behind', undefined, 'a/1');
  expect(log).toEqual(['first', 'query']);
  await end(first);
  expect(log).toEqual(['first', 'query', 'failing: no such document', 'behind']);
});
