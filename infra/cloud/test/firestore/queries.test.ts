import {
  AggregateField,
  FieldPath,
  FieldValue,
  Filter,
  GeoPoint,
  type Query,
  Timestamp,
} from '@google-cloud/firestore';
import { expect, test } from 'vitest';
import { openFirestore } from './client.ts';

const { firestore } = await openFirestore();

const ids = async (query: Query) => (await query.get()).docs.map(({ id }) => id);

async function fill(path: string, documents: Record<string, object>) {
  const batch = firestore.batch();
  for (const [id, data] of Object.entries(documents)) batch.set(firestore.doc(`${path}/${id}`), data);
  await batch.commit();
  return firestore.collection(path);
}

test('values sort by type, then by value, as "Value type ordering" documents', async () => {
  const ordered: unknown[] = [
    null,
    false,
    true,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    -(2 ** 64),
    -(2n ** 63n) + 1n,
    -(2n ** 53n) - 2n,
    -(2n ** 53n) - 1n,
    -(2 ** 53),
    -1.5,
    -1,
    -Number.MIN_VALUE,
    0,
    Number.MIN_VALUE,
    1,
    1.5,
    2 ** 53,
    2n ** 53n + 1n,
    2n ** 53n + 2n,
    2n ** 63n - 1n,
    2 ** 63,
    Number.POSITIVE_INFINITY,
    new Timestamp(-1, 999_999_000),
    new Timestamp(1, 0),
    '',
    'A',
    'a',
    'a\u0000',
    'aa',
    '\uffff',
    '🌃',
    Buffer.from([]),
    Buffer.from([0]),
    Buffer.from([1, 0]),
    Buffer.from([255]),
    firestore.doc('a/b'),
    firestore.doc('a/b/c/d'),
    firestore.doc('b/a'),
    new GeoPoint(-1, 2),
    new GeoPoint(1, -2),
    new GeoPoint(1, 2),
    [],
    [1],
    [1, 'a'],
    [2],
    // Fewer dimensions come before more, whatever they are.
    FieldValue.vector([]),
    FieldValue.vector([3]),
    FieldValue.vector([1, 2]),
    FieldValue.vector([1, 3]),
    {},
    { a: 1 },
    { a: 1, b: 1 },
    { a: 2 },
    { b: 0 },
  ];
  const digits = (at: number) => String(at).padStart(2, '0');
  const shuffled = ordered.map((value, at) => [digits(at), { value }] as const).toSorted(() => Math.random() - 0.5);
  const values = await fill('ordering', { ...Object.fromEntries(shuffled), none: { other: 1 } });
  const expected = ordered.map((_, at) => digits(at));
  expect(await ids(values.orderBy('value'))).toEqual(expected);
  expect(await ids(values.orderBy('value', 'desc'))).toEqual(expected.toReversed());
});

test('integers and doubles are compared exactly', async () => {
  const numbers = firestore.collection('numbers');
  const exact = 2n ** 53n;
  await numbers.doc('odd').set({ value: exact + 1n });
  await numbers.doc('double').set({ value: 2 ** 53 + 0.5 });
  await numbers.doc('even').set({ value: exact + 2n });
  expect(await ids(numbers.orderBy('value'))).toEqual(['double', 'odd', 'even']);
  expect(await ids(numbers.where('value', '==', exact + 1n))).toEqual(['odd']);
});

test('-0 equals 0, 1 equals 1.0, and a range over numbers leaves NaN out', async () => {
  const numbers = await fill('zeros', { a: { n: -0 }, b: { n: 0 }, c: { n: Number.NaN }, d: { n: '0' } });
  expect(await ids(numbers.where('n', '==', 0))).toEqual(['a', 'b']);
  expect(await ids(numbers.where('n', '<=', 0))).toEqual(['a', 'b']);
  expect(await ids(numbers.where('n', '==', Number.NaN))).toEqual(['c']);
});

test('maps are equal, and sort, whatever order their keys were written in', async () => {
  const maps = await fill('maps', {
    a: { m: { b: 1, a: 1 } },
    b: { m: { a: 1, b: 2 } },
    c: { m: { b: 2, a: 1, c: { y: 1, x: 2 } } },
    d: { m: { c: { x: 2, y: 1 }, b: 2, a: 1 } },
  });
  expect(await ids(maps.where('m', '==', { a: 1, b: 1 }))).toEqual(['a']);
  expect(await ids(maps.where('m', '==', { b: 2, a: 1 }))).toEqual(['b']);
  expect(await ids(maps.where('m', '==', { a: 1, c: { y: 1, x: 2 }, b: 2 }))).toEqual(['c', 'd']);
  expect(await ids(maps.orderBy('m', 'desc'))).toEqual(['d', 'c', 'b', 'a']);
  const doc = maps.doc('list');
  await doc.set({ list: [{ b: 1, a: 2 }] });
  await doc.update({ list: FieldValue.arrayUnion({ a: 2, b: 1 }) });
  expect((await doc.get()).get('list')).toEqual([{ a: 2, b: 1 }]);
  await doc.update({ list: FieldValue.arrayRemove({ a: 2, b: 1 }) });
  expect((await doc.get()).get('list')).toEqual([]);
});

test('every operator finds what it should', async () => {
  const things = await fill('operators', {
    a: { n: 1, tags: ['x', 'y'] },
    b: { n: 2, tags: ['y'] },
    c: { n: 3, tags: [] },
    d: { n: null },
    e: { n: Number.NaN, tags: ['x', { deep: [1] }] },
    f: { tags: 'x' },
  });
  expect(await ids(things.where('n', '<', 2))).toEqual(['a']);
  expect(await ids(things.where('n', '<=', 2))).toEqual(['a', 'b']);
  expect(await ids(things.where('n', '>', 1))).toEqual(['b', 'c']);
  expect(await ids(things.where('n', '>=', 2))).toEqual(['b', 'c']);
  expect(await ids(things.where('n', '!=', 2))).toEqual(['e', 'a', 'c']);
  expect(await ids(things.where('n', '==', null))).toEqual(['d']);
  expect(await ids(things.where('n', '!=', null))).toEqual(['e', 'a', 'b', 'c']);
  expect(await ids(things.where('n', '!=', Number.NaN))).toEqual(['a', 'b', 'c']);
  expect(await ids(things.where('n', 'in', [3, 1, 7]))).toEqual(['a', 'c']);
  expect(await ids(things.where('n', 'not-in', [3, 1]))).toEqual(['e', 'b']);
  expect(await ids(things.where('tags', 'array-contains', 'x'))).toEqual(['a', 'e']);
  expect(await ids(things.where('tags', 'array-contains', { deep: [1] }))).toEqual(['e']);
  expect(await ids(things.where('tags', 'array-contains-any', ['x', 'y']))).toEqual(['a', 'b', 'e']);
  expect(await ids(things.where(FieldPath.documentId(), '>', 'd'))).toEqual(['e', 'f']);
  expect(await ids(things.where(FieldPath.documentId(), 'in', ['f', 'a', 'z']))).toEqual(['a', 'f']);
  expect(await ids(things.where(FieldPath.documentId(), '!=', 'a'))).toEqual(['b', 'c', 'd', 'e', 'f']);
  const either = Filter.or(
    Filter.where('n', '>', 2),
    Filter.and(Filter.where('n', '==', 1), Filter.where('tags', '==', ['x', 'y'])),
  );
  expect(await ids(things.where(either))).toEqual(['a', 'c']);
});

test('cursors, offset, limit and limitToLast cut the result where they say', async () => {
  const items = await fill('pages', {
    a: { n: 1, m: 1 },
    b: { n: 1, m: 2 },
    c: { n: 2, m: 1 },
    d: { n: 2, m: 2 },
    e: { n: 3, m: 1 },
  });
  const sorted = items.orderBy('n').orderBy('m', 'desc');
  expect(await ids(sorted)).toEqual(['b', 'a', 'd', 'c', 'e']);
  expect(await ids(sorted.startAt(2))).toEqual(['d', 'c', 'e']);
  expect(await ids(sorted.startAfter(2))).toEqual(['e']);
  expect(await ids(sorted.startAfter(2, 2))).toEqual(['c', 'e']);
  expect(await ids(sorted.endBefore(2, 1))).toEqual(['b', 'a', 'd']);
  expect(await ids(sorted.endAt(2))).toEqual(['b', 'a', 'd', 'c']);
  expect(await ids(sorted.offset(1).limit(2))).toEqual(['a', 'd']);
  expect(await ids(sorted.limitToLast(2))).toEqual(['c', 'e']);
  expect(await ids(sorted.startAfter(await items.doc('d').get()))).toEqual(['c', 'e']);
  expect(await ids(items.startAt(await items.doc('d').get()))).toEqual(['d', 'e']);
  expect(await ids(items.where('n', '==', 2).startAfter(await items.doc('c').get()))).toEqual(['d']);
});

test('select answers only the fields asked for', async () => {
  const items = await fill('selected', { a: { n: 1, m: { o: 2, p: 3 } } });
  const [selected] = (await items.select('m.o').get()).docs;
  expect(selected?.data()).toEqual({ m: { o: 2 } });
  expect((await items.select().get()).docs[0]?.data()).toEqual({});
});

test('a collection group has the documents of all collections of that id, by path', async () => {
  await fill('towns/a/streets', { one: { n: 1 }, two: { n: 2 } });
  await fill('towns/b/streets', { three: { n: 1 } });
  await fill('streets', { four: { n: 1 } });
  const group = firestore.collectionGroup('streets');
  const paths = async (query: Query) => (await query.get()).docs.map(({ ref }) => ref.path);
  expect(await paths(group)).toEqual([
    'streets/four',
    'towns/a/streets/one',
    'towns/a/streets/two',
    'towns/b/streets/three',
  ]);
  expect(await paths(group.where('n', '==', 1))).toEqual([
    'streets/four',
    'towns/a/streets/one',
    'towns/b/streets/three',
  ]);
  expect(await ids(firestore.collection('streets'))).toEqual(['four']);
});

test('count, sum and average take what matches and is a number', async () => {
  const items = await fill('sums', { a: { n: 1 }, b: { n: 2.5 }, c: { n: 'x' }, d: { n: 4 } });
  const all = await items
    .aggregate({ count: AggregateField.count(), sum: AggregateField.sum('n'), average: AggregateField.average('n') })
    .get();
  expect(all.data()).toEqual({ count: 4, sum: 7.5, average: 2.5 });
  expect((await items.where('n', '>', 1).limit(1).count().get()).data()).toEqual({ count: 1 });
  const none = await items
    .where('n', '>', 100)
    .aggregate({ sum: AggregateField.sum('n'), average: AggregateField.average('n') })
    .get();
  expect(none.data()).toEqual({ sum: 0, average: null });
});
