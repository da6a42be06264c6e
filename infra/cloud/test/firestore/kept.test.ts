/** What the store keeps and for how long, at which times, what it lists page by page, and what a transaction may still do. */
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { commitWrites, readWrites } from '../../src/firestore/commit.ts';
import { listCollectionIds, listDocumentIds } from '../../src/firestore/listing.ts';
import { Locks } from '../../src/firestore/locks.ts';
import { packFields, unpackFields } from '../../src/firestore/packing.ts';
import { parseDocumentName } from '../../src/firestore/paths.ts';
import { createFirestore } from '../../src/firestore/service.ts';
import { Store } from '../../src/firestore/store.ts';
import { Transactions } from '../../src/firestore/transactions.ts';
import { array, double, integer, map, nullValue, toTimestamp, type Value } from '../../src/firestore/values.ts';
import { openStorage } from '../../src/storage.ts';
import { outcomeOf } from '../calls.ts';

const database = 'projects/p/databases/d';
const nameOf = (path: string) => `${database}/documents/${path}`;
const hourMs = 3_600_000;

function start(db = openStorage(undefined), at = 1_000_000) {
  const clock = { at, now: () => clock.at };
  const store = new Store(db, clock);
  const locks = new Locks(1);
  const commit = async (...writes: object[]): Promise<number> => {
    const { commitTime } = await commitWrites(store, locks, readWrites(writes, database), undefined);
    return Number(commitTime.seconds) * 1e6 + commitTime.nanos / 1e3;
  };
  const set = (path: string, n: number) =>
    commit({ operation: 'update', update: { name: nameOf(path), fields: { n: integer(n) } } });
  const remove = (path: string) => commit({ operation: 'delete', delete: nameOf(path) });
  const at_ = (path: string, micros: number) => {
    const value = store.readAt(parseDocumentName(nameOf(path)), micros)?.fields.n;
    return value?.valueType === 'integerValue' ? Number(value.integerValue) : undefined;
  };
  return { clock, db, store, set, remove, readAt: at_ };
}

describe('times', () => {
  test('are those of the clock, and later by a microsecond while it is stopped', async () => {
    const { clock, set, store } = start();
    expect(await set('a/1', 1)).toBe(1e9);
    expect(await set('a/1', 2)).toBe(1e9 + 1);
    clock.at += 5;
    expect(await set('a/1', 3)).toBe(1e9 + 5_000);
    expect(store.readTime()).toBe(1e9 + 5_000);
    // Nothing is committed any more at a time that was read.
    expect(await set('a/1', 4)).toBe(1e9 + 5_001);
  });

  test('go back with the clock over an empty store alone, and not by a second or less', async () => {
    const { clock, set, remove } = start();
    await set('a/1', 1);
    clock.at -= 10_000;
    expect(await set('a/1', 2)).toBe(1e9 + 1);
    await remove('a/1');
    clock.at = 999_001;
    expect(await set('a/1', 3)).toBe(1e9 + 3);
    await remove('a/1');
    clock.at = 999_000;
    expect(await set('a/1', 4)).toBe(999e6);
  });

  test('outlive a restart, and so do the collections', async () => {
    const first = start();
    await first.set('a/1', 1);
    const again = start(first.db, 900_000);
    expect(again.readAt('a/1', 1e9)).toBe(1);
    expect(await again.set('a/2', 1)).toBe(1e9 + 1);
    expect(again.store.kindsOf(database).map(({ collectionId }) => collectionId)).toEqual(['a']);
    expect(again.store.kindsOf('projects/p/databases/other')).toEqual([]);
  });
});

describe('what was overwritten', () => {
  test('is read as it was at each time', async () => {
    const { clock, set, remove, readAt } = start();
    const times = [await set('a/1', 1)];
    for (const n of [2, 3]) {
      clock.at += 1;
      times.push(await set('a/1', n));
    }
    clock.at += 1;
    times.push(await remove('a/1'));
    expect(times.map((at) => readAt('a/1', at))).toEqual([1, 2, 3, undefined]);
    expect(times.map((at) => readAt('a/1', at - 1))).toEqual([undefined, 1, 2, 3]);
    expect(readAt('a/2', times[0] as number)).toBeUndefined();
  });

  test('has the times that it had then: when it was made, and when it was changed last', async () => {
    const { clock, set, remove, store } = start();
    const of = (micros: number) => {
      const document = store.readAt(parseDocumentName(nameOf('a/1')), micros);
      return document && [document.createTime, document.updateTime];
    };
    const times: number[] = [];
    for (const act of [() => set('a/1', 1), () => set('a/1', 2), () => set('b/1', 1), () => remove('a/1')]) {
      times.push(await act());
      clock.at += 1_000;
    }
    const [made, changed] = times as [number, number];
    expect(times.map(of)).toEqual([[made, made], [made, changed], [made, changed], undefined]);
    const again = await set('a/1', 3);
    expect([...(of(again) ?? []), ...(of(changed) ?? [])]).toEqual([again, again, made, changed]);
  });

  test('is kept for an hour, whatever is committed meanwhile, and then forgotten', async () => {
    const { clock, set, readAt, db } = start();
    const first = await set('a/1', 1);
    await set('a/1', 2);
    clock.at += hourMs - 1;
    await set('b/1', 1);
    expect(readAt('a/1', first)).toBe(1);
    clock.at += 60_000;
    await set('b/1', 2);
    expect(readAt('a/1', first)).toBeUndefined();
    expect(db.prepare('SELECT count(*) AS n FROM firestore_versions').get()?.n).toBe(1);
  });

  test('is reported with the document that came before it', async () => {
    const { store, set, remove } = start();
    const told: unknown[] = [];
    const n = (of: { fields: Record<string, Value> } | undefined) =>
      of && (of.fields.n as { integerValue: string }).integerValue;
    store.onChange((kind, rowId, { name, before, after }) =>
      told.push([kind.collectionId, rowId > 0, name.path.join('/'), n(before), n(after)]),
    );
    await set('a/1', 1);
    await set('a/1', 2);
    await set('a/1', 2);
    await remove('a/1');
    await remove('a/1');
    expect(told).toEqual([
      ['a', true, 'a/1', undefined, '1'],
      ['a', true, 'a/1', '1', '2'],
      ['a', true, 'a/1', '2', undefined],
    ]);
  });
});

describe('lists', () => {
  const filled = async () => {
    const { store, set } = start();
    for (const path of ['a/1', 'a/1/x/1', 'a/2/y/1', 'a/3', 'a/4/z/1/deep/1', 'b/1', 'c/1/a/9']) await set(path, 1);
    return store;
  };
  /** Every page, as its ids. */
  const pages = (list: (pageToken: string) => { ids: string[]; nextPageToken: string }): string[][] => {
    const all: string[][] = [];
    for (let token = ''; ; ) {
      const { ids, nextPageToken } = list(token);
      all.push(ids);
      if (!nextPageToken || all.length > 10) return all;
      token = nextPageToken;
    }
  };

  test.each([
    ['', undefined, [['a', 'b', 'c']]],
    ['', 1, [['a'], ['b'], ['c']]],
    ['', 2, [['a', 'b'], ['c']]],
    ['', 3, [['a', 'b', 'c']]],
    ['/a/1', undefined, [['x']]],
    // It is not there itself, and has something below it.
    ['/a/2', undefined, [['y']]],
    ['/a/3', undefined, [[]]],
  ])('the collections below “%s”, %s a page', async (parent, pageSize, expected) => {
    const store = await filled();
    const list = (pageToken: string) => {
      const request = { parent: `${database}/documents${parent}`, pageSize, pageToken };
      const { collectionIds, nextPageToken } = listCollectionIds(store, request);
      return { ids: collectionIds, nextPageToken };
    };
    expect(pages(list)).toEqual(expected);
  });

  test.each([
    [false, undefined, [['1', '3']]],
    [true, undefined, [['1', '2', '3', '4']]],
    [false, 1, [['1'], ['3']]],
    [
      true,
      2,
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [true, 3, [['1', '2', '3'], ['4']]],
  ])('the documents of a collection, with missing ones: %s, %s a page', async (showMissing, pageSize, expected) => {
    const store = await filled();
    const request = { parent: `${database}/documents`, collectionId: 'a', showMissing, pageSize };
    expect(pages((pageToken) => listDocumentIds(store, { ...request, pageToken }))).toEqual(expected);
    expect(listDocumentIds(store, request).path).toEqual(['a']);
  });

  test('are of the ids as they were written, whatever characters they have, in the order of their bytes', async () => {
    const { store, set } = start();
    const control = ['\u0000', '\u0000\u0001', '\u0001', '\u0001a', '\u0002'];
    const ids = ['__id-1__', '__id7__', ...control, 'a', 'a\u0000b', 'é', '🌃'];
    for (const id of ids.toReversed()) await set(`a/${id}`, 1);
    for (const id of ids.toReversed()) await set(`a/1/${id}/1`, 1);
    const request = { parent: `${database}/documents`, collectionId: 'a', pageSize: 1 };
    const listed = pages((pageToken) => listDocumentIds(store, { ...request, pageToken }));
    expect(listed.slice(0, 11)).toEqual(ids.map((id) => [id]));
    expect(listCollectionIds(store, { parent: `${database}/documents/a/1` }).collectionIds).toEqual(ids);
  });

  test('of what is no document, or of no collection, are refused; of one that was never written there are none', async () => {
    const store = await filled();
    expect(() => listCollectionIds(store, { parent: `${database}/documents/a` })).toThrow('is not a document');
    expect(() => listDocumentIds(store, { parent: `${database}/documents` })).toThrow('needs a collection id');
    expect(() => listDocumentIds(store, { parent: `${database}/documents`, collectionId: '.' })).toThrow('invalid');
    expect(listDocumentIds(store, { parent: `${database}/documents`, collectionId: 'never' }).ids).toEqual([]);
  });
});

describe('a transaction', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());
  const open = () => {
    const { clock, store } = start();
    const transactions = new Transactions(store, new Locks(1));
    const begin = (options?: object) => transactions.begin(options);
    return { clock, transactions, begin, now: () => store.readTime() };
  };
  const gone = 'INVALID_ARGUMENT: The referenced transaction has expired or is no longer valid.';

  test('is over once it has ended, and four and a half minutes after it began', () => {
    const { transactions, begin } = open();
    const [first, second] = [begin(), begin()];
    transactions.end(first);
    expect(outcomeOf(() => transactions.use(first.id))).toBe(gone);
    expect(outcomeOf(() => transactions.use(Buffer.from('x')))).toBe(gone);
    vi.advanceTimersByTime(269_999);
    begin();
    expect(outcomeOf(() => transactions.use(second.id))).toBe('taken');
    vi.advanceTimersByTime(1);
    const later = begin();
    expect(outcomeOf(() => transactions.use(second.id))).toBe(gone);
    expect(outcomeOf(() => transactions.use(later.id))).toBe('taken');
  });

  test('holds locks unless it only reads; then it sees one time, its own or the one that it asked for', () => {
    const { clock, begin, now } = open();
    expect([begin().timeMicros, begin({ mode: 'readWrite' }).timeMicros]).toEqual([undefined, undefined]);
    expect([begin().holder === undefined, begin({ mode: 'readWrite' }).holder === undefined]).toEqual([false, false]);
    const own = begin({ mode: 'readOnly' });
    expect([own.holder, own.timeMicros]).toEqual([undefined, now()]);
    clock.at += 1_000;
    const asked = begin({ mode: 'readOnly', readOnly: { readTime: toTimestamp(own.timeMicros as number) } });
    expect(asked.timeMicros).toBe(own.timeMicros);
  });

  test('that is tried again is as old as its first try, and any other is younger than all before it', () => {
    const { begin } = open();
    const first = begin();
    const second = begin();
    const again = begin({ readWrite: { retryTransaction: first.id } });
    const unknown = begin({ readWrite: { retryTransaction: Buffer.from('short') } });
    expect(again.holder?.age).toBe(first.holder?.age);
    expect(again.id.equals(first.id)).toBe(false);
    expect((second.holder?.age ?? 0) > (first.holder?.age ?? 0)).toBe(true);
    expect((unknown.holder?.age ?? 0) > (second.holder?.age ?? 0)).toBe(true);
  });

  test('a time may be read from an hour ago until now, both included', () => {
    const { clock, transactions, now } = open();
    clock.at = 10 * hourMs;
    const at = (micros: number) => outcomeOf(() => transactions.snapshotTime(toTimestamp(micros)));
    expect(at(now())).toBe('taken');
    expect(at(now() + 1)).toBe('INVALID_ARGUMENT: The requested read_time is in the future.');
    expect(at(now() - hourMs * 1_000)).toBe('taken');
    expect(at(now() - hourMs * 1_000 - 1)).toBe('FAILED_PRECONDITION: The requested snapshot version is too old.');
  });

  test('a request reads in the one that it begins, in one that is open, at a time, or now', () => {
    const { transactions, begin, now } = open();
    const begun = transactions.consistencyOf({ newTransaction: { mode: 'readOnly' } });
    expect([begun.begun, begun.timeMicros]).toEqual([begun.transaction?.id, now()]);
    const held = begin();
    const within = transactions.consistencyOf({ transaction: held.id });
    expect([within.transaction?.holder, within.timeMicros, within.begun]).toEqual([held.holder, undefined, undefined]);
    const past = transactions.consistencyOf({ readTime: toTimestamp(now() - 5) });
    expect([past.transaction, past.timeMicros]).toEqual([undefined, now() - 5]);
    expect(transactions.consistencyOf({})).toEqual({ transaction: undefined, timeMicros: undefined, begun: undefined });
    Object.assign(held.holder as object, { isAborted: true });
    expect(outcomeOf(() => transactions.consistencyOf({ transaction: held.id }))).toContain('ABORTED');
  });
});

describe('the service', () => {
  // biome-ignore lint/suspicious/noExplicitAny: messages are shaped by the service's own .proto
  type Answer = any;
  const root = nameOf('').slice(0, -1);
  const open = () => {
    const { handlers } = createFirestore({ db: openStorage(undefined), clock: { now: () => 1_000_000 } });
    const call = async (name: string, request: object): Promise<Answer> => {
      const messages: Answer[] = [];
      const streaming = handlers.streaming?.[name];
      if (!streaming) return handlers.unary?.[name]?.({ database, ...request } as Answer);
      await streaming({ database, ...request } as Answer, (message) => messages.push(message));
      return messages;
    };
    const refused = (name: string, request: object): Promise<string> =>
      call(name, request).then(
        () => 'taken',
        ({ code, message }) => `${status[code]}: ${message}`,
      );
    const writes = (...paths: string[]) =>
      paths.map((path) => ({ operation: 'update', update: { name: nameOf(path), fields: { n: integer(1) } } }));
    const has = async (path: string) => (await refused('GetDocument', { name: nameOf(path) })) === 'taken';
    return { call, refused, writes, has };
  };

  test('commits nothing in a transaction that only reads, were it one write; and that is over then', async () => {
    const { call, refused, writes, has } = open();
    const begin = async () =>
      (await call('BeginTransaction', { options: { mode: 'readOnly', readOnly: {} } })).transaction;
    for (const [paths, expected] of [
      [[], 'taken'],
      [['a/1'], 'INVALID_ARGUMENT: Cannot modify entities in a read-only transaction.'],
      [['a/1', 'a/2'], 'INVALID_ARGUMENT: Cannot modify entities in a read-only transaction.'],
    ] as const) {
      const transaction = await begin();
      expect(await refused('Commit', { transaction, writes: writes(...paths) })).toBe(expected);
      expect(await refused('Commit', { transaction })).toContain('expired or is no longer valid');
    }
    expect([await has('a/1'), await has('a/2')]).toEqual([false, false]);
  });

  test('writes into its own database alone, whatever another is called', async () => {
    const { refused, has } = open();
    for (const other of [`${database}2`, 'projects/p/databases/(default)', 'projects/p2/databases/d']) {
      const update = { name: `${other}/documents/a/1`, fields: { n: integer(1) } };
      expect(await refused('Commit', { writes: [{ operation: 'update', update }] })).toBe(
        `INVALID_ARGUMENT: Document name "${update.name}" is not in the database "${database}".`,
      );
    }
    expect(await has('a/1')).toBe(false);
  });

  test('lists the documents of a collection right below a document or the root, by their names alone', async () => {
    const { call, refused, writes } = open();
    await call('Commit', { writes: writes('a/1', 'a/1/x/1', 'a/1/x/2') });
    const names = async (parent: string, collectionId: string) =>
      (await call('ListDocuments', { parent, collectionId })).documents.map(({ name }: Answer) => name);
    expect(await names(root, 'a')).toEqual([nameOf('a/1')]);
    expect(await names(nameOf('a/1'), 'x')).toEqual([nameOf('a/1/x/1'), nameOf('a/1/x/2')]);
    const listed = async (fieldPaths?: string[]) =>
      (await call('ListDocuments', { parent: root, collectionId: 'a', ...(fieldPaths && { mask: { fieldPaths } }) }))
        .documents[0].fields;
    for (const fields of [undefined, ['n', 'm']]) expect(await listed(fields)).toEqual({ n: integer(1) });
    for (const fields of [['m'], []]) expect(await listed(fields)).toEqual({});
    const asked = (more: object) => refused('ListDocuments', { parent: root, collectionId: 'a', ...more });
    expect(await asked({ parent: nameOf('a') })).toBe(`INVALID_ARGUMENT: "${nameOf('a')}" is not a document.`);
    expect(await asked({ parent: nameOf('a/1/x') })).toContain('INVALID_ARGUMENT');
    expect(await asked({ orderBy: 'n' })).toContain('UNIMPLEMENTED');
    expect(await asked({ readTime: toTimestamp(2e15) })).toContain('INVALID_ARGUMENT');
  });

  test('lists what there was at a time, and at another page of that the same', async () => {
    const { call, writes } = open();
    const commit = async (...all: object[]) => (await call('Commit', { writes: all })).commitTime;
    const remove = (path: string) => ({ operation: 'delete', delete: nameOf(path) });
    const times = [
      await commit(...writes('a/1', 'a/2', 'a/4/x/1')),
      await commit(remove('a/1'), ...writes('b/1')),
      await commit(remove('a/4/x/1'), ...writes('a/3')),
      await commit(remove('a/2'), remove('b/1'), ...writes('a/1')),
    ];
    const documents = async (readTime: object, more: object = {}) => {
      const out: string[] = [];
      let pageToken = '';
      do {
        const request = { parent: root, collectionId: 'a', pageSize: 1, pageToken, readTime, ...more };
        const answer = await call('ListDocuments', request);
        for (const { name, fields } of answer.documents)
          out.push(`${name.split('/').at(-1)}${fields ? '' : ' missing'}`);
        pageToken = answer.nextPageToken;
      } while (pageToken);
      return out;
    };
    const collections = async (readTime: object) =>
      (await call('ListCollectionIds', { parent: root, readTime })).collectionIds;
    const told = [];
    for (const time of times)
      told.push([await documents(time), await documents(time, { showMissing: true }), await collections(time)]);
    expect(told).toEqual([
      [['1', '2'], ['1', '2', '4 missing'], ['a']],
      [['2'], ['2', '4 missing'], ['a', 'b']],
      [
        ['2', '3'],
        ['2', '3'],
        ['a', 'b'],
      ],
      [['1', '3'], ['1', '3'], ['a']],
    ]);
  });

  test.each<[options: object | undefined, isRun: boolean]>([
    [undefined, true],
    [{ analyze: true }, true],
    [{ analyze: false }, false],
    [{}, false],
  ])('runs a query to be explained by %j: %s', async (explainOptions, isRun) => {
    const { call, writes } = open();
    await call('Commit', { writes: writes('a/1') });
    const structuredQuery = { from: [{ collectionId: 'a' }] };
    const more = explainOptions ? { explainOptions } : {};
    const [told]: Answer[] = await call('RunQuery', { parent: root, structuredQuery, ...more });
    expect(told.document?.name).toBe(isRun ? nameOf('a/1') : undefined);
    const aggregations = [{ alias: 'n', operator: 'count', count: {} }];
    const structuredAggregationQuery = { structuredQuery, aggregations };
    const asked = { parent: root, structuredAggregationQuery, ...more };
    const [counted]: Answer[] = await call('RunAggregationQuery', asked);
    expect(counted.result?.aggregateFields.n).toEqual(isRun ? integer(1) : undefined);
  });

  test.each<[query: object, skipped: number | undefined, found: string[]]>([
    [{}, undefined, ['a/1', 'a/2', 'a/3']],
    [{ offset: 2 }, 2, ['a/3']],
    [{ offset: 1, limit: { value: 1 } }, 1, ['a/2']],
    [{ offset: 3 }, 3, []],
    [{ offset: 5 }, 3, []],
    [{ from: [{ collectionId: 'b' }] }, 0, []],
  ])('a query (%j) tells what it skipped, and where it finds nothing that it did', async (query, skipped, found) => {
    const { call, writes } = open();
    await call('Commit', { writes: writes('a/1', 'a/2', 'a/3') });
    const structuredQuery = { from: [{ collectionId: 'a' }], ...query };
    const told: Answer[] = await call('RunQuery', { parent: root, structuredQuery });
    const seen = told.map(({ document, skippedResults }) => document?.name ?? skippedResults);
    expect(seen).toEqual([...(skipped === undefined ? [] : [skipped]), ...found.map(nameOf)]);
    for (const { readTime } of told) expect(readTime).toEqual(told[0].readTime);
  });

  test('takes writes that are independent of each other, of every document one, and says of each how it went', async () => {
    const { call, refused, writes, has } = open();
    const [first, second] = writes('a/1', 'a/2');
    const again = { operation: 'delete', delete: nameOf('a/1') };
    expect(await refused('BatchWrite', { writes: [first, second, again] })).toContain('INVALID_ARGUMENT');
    expect([await has('a/1'), await has('a/2')]).toEqual([false, false]);
    const missing = { ...writes('a/3')[0], currentDocument: { conditionType: 'exists', exists: true } };
    const { status: told, writeResults } = await call('BatchWrite', { writes: [first, missing, second] });
    expect(told.map(({ code }: Answer) => code)).toEqual([0, status.NOT_FOUND, 0]);
    expect(writeResults.map(({ updateTime }: Answer) => updateTime !== undefined)).toEqual([true, false, true]);
    expect([await has('a/1'), await has('a/2'), await has('a/3')]).toEqual([true, true, false]);
    // In one commit it may be written again, in that order.
    expect(await refused('Commit', { writes: [again, first, again] })).toBe('taken');
    expect(await has('a/1')).toBe(false);
  });

  test('reads each document that is named once, there or not, and those of one database alone', async () => {
    const { call, refused, writes } = open();
    await call('Commit', { writes: writes('a/1', 'a/2') });
    const read = (...paths: string[]) => call('BatchGetDocuments', { documents: paths.map(nameOf) });
    const told: Answer[] = await read('a/2', 'a/3', 'a/1', 'a/2', 'a/3');
    const seen = told.map(({ found, missing }) => found?.name ?? missing).toSorted();
    expect(seen).toEqual(['a/1', 'a/2', 'a/3'].map(nameOf));
    expect(told.filter(({ missing }) => missing).length).toBe(1);
    for (const { readTime } of told) expect(readTime).toEqual(told[0].readTime);
    expect(await read()).toEqual([]);
    const got = async (mask?: object) => (await call('GetDocument', { name: nameOf('a/1'), mask })).fields;
    for (const mask of [undefined, { fieldPaths: ['m', 'n'] }]) expect(await got(mask)).toEqual({ n: integer(1) });
    expect(await got({ fieldPaths: ['m'] })).toEqual({});
    const elsewhere = 'projects/p/databases/other/documents/a/1';
    for (const documents of [[elsewhere], [nameOf('a/1'), elsewhere], [nameOf('a')], [nameOf('')]])
      expect(await refused('BatchGetDocuments', { documents }), documents.join()).toContain('INVALID_ARGUMENT');
    const [begun, ...rest]: Answer[] = await call('BatchGetDocuments', {
      documents: [nameOf('a/1')],
      newTransaction: { mode: 'readOnly', readOnly: {} },
      mask: { fieldPaths: ['none'] },
    });
    expect(begun.transaction.length).toBeGreaterThan(0);
    expect(rest.map(({ found }) => [found.name, found.fields])).toEqual([[nameOf('a/1'), {}]]);
  });

  test.each<[query: object, added: string, waits: boolean]>([
    [{}, 'a/3', true],
    [{ limit: { value: 3 } }, 'a/3', true],
    [{ limit: { value: 2 } }, 'a/3', false],
    [{ limit: { value: 2 } }, 'a/15', true],
    [{ limit: { value: 2 }, offset: 1 }, 'a/3', true],
    [{ limit: { value: 9 }, from: [{ collectionId: 'b' }] }, 'b/1', true],
    [{ limit: { value: 9 }, from: [{ collectionId: 'b' }] }, 'a/3', false],
  ])('in a transaction that asked %j of two documents, %s is added only after it: %s', async (query, added, waits) => {
    const structuredQuery = { from: [{ collectionId: 'a' }], ...query };
    const aggregations = [{ operator: 'sum', sum: { field: { fieldPath: 'n' } } }];
    for (const [name, asked] of [
      ['RunQuery', { structuredQuery }],
      ['RunAggregationQuery', { structuredAggregationQuery: { structuredQuery, aggregations } }],
    ] as const) {
      const { call, writes } = open();
      await call('Commit', { writes: writes('a/1', 'a/2') });
      const { transaction } = await call('BeginTransaction', {});
      await call(name, { parent: root, transaction, ...asked });
      let isAdded = false;
      const adding = call('Commit', { writes: writes(added) }).then(() => {
        isAdded = true;
      });
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(isAdded, name).toBe(!waits);
      await call('Rollback', { transaction });
      await adding;
    }
  });

  test('counts under each alias as far as that one asks', async () => {
    const { call, writes } = open();
    await call('Commit', { writes: writes('a/1', 'a/2', 'a/3') });
    const upTo = (value?: number) => (value === undefined ? {} : { upTo: { value } });
    const count = (alias: string, value?: number) => ({ alias, operator: 'count', count: upTo(value) });
    const aggregations = [count('two', 2), count('all'), count('one', 1), count('many', 9)];
    const structuredAggregationQuery = { structuredQuery: { from: [{ collectionId: 'a' }] }, aggregations };
    const [answer] = await call('RunAggregationQuery', { parent: root, structuredAggregationQuery });
    const counted = { two: integer(2), all: integer(3), one: integer(1), many: integer(3) };
    expect(answer.result.aggregateFields).toEqual(counted);
  });
});

test('fields are kept in the database as text that gives them back, the same for the same fields in any order', () => {
  const fields: Record<string, Value> = {
    nothing: nullValue,
    no: { valueType: 'booleanValue', booleanValue: false },
    text: { valueType: 'stringValue', stringValue: 'é\u0000' },
    whole: integer(2n ** 63n - 1n),
    half: double(0.5),
    two: double(2),
    zero: double(-0),
    nan: double(Number.NaN),
    least: double(Number.NEGATIVE_INFINITY),
    time: { valueType: 'timestampValue', timestampValue: { seconds: '-5', nanos: 7_000 } },
    bytes: { valueType: 'bytesValue', bytesValue: Buffer.from([0, 255]) },
    other: { valueType: 'referenceValue', referenceValue: nameOf('a/1') },
    place: { valueType: 'geoPointValue', geoPointValue: { latitude: 1.5, longitude: -2 } },
    list: array([integer(1), map({ a: nullValue })]),
    deep: map({ i: integer(1), m: map({}), 'a.b': double(1) }),
  };
  expect(unpackFields(packFields(fields))).toEqual(fields);
  expect(Object.is((unpackFields(packFields(fields)).zero as { doubleValue: number }).doubleValue, -0)).toBe(true);
  const backwards = Object.fromEntries(Object.entries(fields).toReversed());
  expect(packFields({ ...backwards, deep: map({ 'a.b': double(1), m: map({}), i: integer(1) }) })).toBe(
    packFields(fields),
  );
  expect(packFields({ a: integer(2) })).not.toBe(packFields({ a: double(2) }));
});
