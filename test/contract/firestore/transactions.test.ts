import {
  AggregateField,
  type CollectionReference,
  FieldValue,
  type Firestore,
  type Transaction,
} from '@google-cloud/firestore';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cloud, startCloud } from './client.ts';

let cloud: Cloud;
let firestore: Firestore;

beforeAll(async () => {
  cloud = await startCloud();
  firestore = cloud.connect();
});
afterAll(() => cloud.close());

/** A promise to be kept by the test itself. */
function signal() {
  return Promise.withResolvers<void>();
}

test('20 concurrent increments in transactions give 20: no update is lost', async () => {
  const counter = firestore.doc('counters/one');
  const increment = () =>
    firestore.runTransaction(
      async (transaction) => {
        const count = (await transaction.get(counter)).get('count') ?? 0;
        transaction.set(counter, { count: count + 1 });
      },
      // On a busy machine the usual five are not enough for the last of twenty.
      { maxAttempts: 100 },
    );
  await Promise.all(Array.from({ length: 20 }, increment));
  expect((await counter.get()).get('count')).toBe(20);
});

test('transactions share what they read; a later one that only read does not hold up an earlier one', async () => {
  const doc = firestore.doc('shared/one');
  await doc.set({ value: 'before' });
  const read = await firestore.runTransaction(async (first) => {
    const value = (await first.get(doc)).get('value');
    const other = await firestore.runTransaction(async (second) => (await second.get(doc)).get('value'));
    first.update(doc, { value: 'after' });
    return [value, other];
  });
  expect(read).toEqual(['before', 'before']);
  expect((await doc.get()).get('value')).toBe('after');
});

test('a write outside waits for the transaction that has read the document', async () => {
  const doc = firestore.doc('locked/one');
  await doc.set({ log: ['made'] });
  const order: string[] = [];
  let outside: Promise<unknown> | undefined;
  await firestore.runTransaction(async (transaction) => {
    await transaction.get(doc);
    outside = doc.update({ log: FieldValue.arrayUnion('outside') }).then(() => order.push('outside'));
    await firestore.doc('locked/other').set({ passes: true });
    transaction.update(doc, { log: FieldValue.arrayUnion('inside') });
    order.push('inside');
  });
  await outside;
  expect(order).toEqual(['inside', 'outside']);
  expect((await doc.get()).get('log')).toEqual(['made', 'inside', 'outside']);
});

test('a missing document is locked as well', async () => {
  const doc = firestore.doc('missing/one');
  const created = signal();
  let attempts = 0;
  await Promise.all([
    firestore.runTransaction(async (transaction) => {
      await transaction.get(doc);
      created.resolve();
      transaction.set(doc, { by: 'first' });
    }),
    created.promise.then(() =>
      firestore.runTransaction(async (transaction) => {
        attempts += 1;
        const snapshot = await transaction.get(doc);
        if (!snapshot.exists) transaction.create(doc, { by: 'second' });
      }),
    ),
  ]);
  expect((await doc.get()).get('by')).toBe('first');
  expect(attempts).toBeGreaterThan(0);
});

test('when two transactions would wait for each other one of them is tried again', async () => {
  const [a, b] = [firestore.doc('deadlock/a'), firestore.doc('deadlock/b')];
  const readA = signal();
  const readB = signal();
  const add = (name: string, first: typeof a, second: typeof a, mine: typeof readA, other: typeof readA) =>
    firestore.runTransaction(async (transaction: Transaction) => {
      await transaction.get(first);
      mine.resolve();
      await other.promise;
      await transaction.get(second);
      for (const doc of [a, b]) transaction.set(doc, { names: FieldValue.arrayUnion(name) }, { merge: true });
    });
  await Promise.all([add('one', a, b, readA, readB), add('two', b, a, readB, readA)]);
  expect((await a.get()).get('names').sort()).toEqual(['one', 'two']);
  expect((await b.get()).get('names').sort()).toEqual(['one', 'two']);
});

test('a query in a transaction sees no phantom: what would come into its result waits', async () => {
  const rooms = firestore.collection('rooms');
  await rooms.doc('1').set({ guest: 'none' });
  const order: string[] = [];
  let intruder: Promise<unknown> | undefined;
  await firestore.runTransaction(async (transaction) => {
    const free = await transaction.get(rooms.where('guest', '==', 'none'));
    expect(free.size).toBe(1);
    intruder = rooms
      .doc('2')
      .set({ guest: 'none' })
      .then(() => order.push('phantom'));
    await rooms.doc('3').set({ guest: 'somebody' });
    transaction.set(rooms.doc('1'), { guest: 'me' });
    order.push('transaction');
  });
  await intruder;
  expect(order).toEqual(['transaction', 'phantom']);
});

type Read = (transaction: Transaction, items: CollectionReference) => Promise<unknown>;
test.each<[what: string, read: Read]>([
  ['a document', (transaction, items) => transaction.get(items.doc('1'))],
  ['documents', (transaction, items) => transaction.getAll(items.doc('2'), items.doc('1'))],
  ['a query', (transaction, items) => transaction.get(items.where('n', '==', 1))],
  ['a count', (transaction, items) => transaction.get(items.where('n', '==', 1).count())],
  ['one', (transaction, items) => transaction.get(items.where('n', '<', 2).aggregate({ n: AggregateField.sum('n') }))],
])('a transaction begins with %s, and holds what it has read so', async (what, read) => {
  const items = firestore.collection(`begun by ${what}`);
  await items.doc('1').set({ n: 1 });
  const order: string[] = [];
  let outside: Promise<unknown> | undefined;
  await firestore.runTransaction(async (transaction) => {
    await read(transaction, items);
    outside = items
      .doc('1')
      .set({ n: 2 })
      .then(() => order.push('outside'));
    await items.doc('3').set({ passes: true });
    transaction.set(items.doc('1'), { n: 3 });
    order.push('transaction');
  });
  await outside;
  expect(order).toEqual(['transaction', 'outside']);
  expect((await items.doc('1').get()).data()).toEqual({ n: 2 });
});

test('a transaction that throws leaves nothing behind and holds nothing', async () => {
  const doc = firestore.doc('failed/one');
  const failing = firestore.runTransaction(async (transaction) => {
    await transaction.get(doc);
    transaction.set(doc, { never: true });
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  await doc.create({ now: true });
});
