/** Behaviour that others have seen at the real service and written down, where our own tests did not reach it yet. */
import { AggregateField, FieldPath, FieldValue, Timestamp } from '@google-cloud/firestore';
import { beforeAll, describe, expect, test } from 'vitest';
import { openFirestore } from './client.ts';
import { below } from './descendants.ts';

const { firestore } = await openFirestore();

describe('a set that does not merge', () => {
  test('starts from nothing, also what it increments, adds to and takes from', async () => {
    const doc = firestore.doc('sets/one');
    await doc.set({ counter: 1, list: ['a', 'b'], rest: true });
    await doc.set({ counter: FieldValue.increment(15), list: FieldValue.arrayUnion('c', 'a') });
    expect((await doc.get()).data()).toEqual({ counter: 15, list: ['c', 'a'] });
    await doc.set({ list: FieldValue.arrayRemove('c') });
    expect((await doc.get()).data()).toEqual({ list: [] });
  });

  test('merging, the same continues from what is there', async () => {
    const doc = firestore.doc('sets/merged');
    await doc.set({ counter: 1, list: [{ a: 1 }, 'b', 'b'], rest: true });
    const change = { counter: FieldValue.increment(-1.5), list: FieldValue.arrayRemove('b', { a: 1 }, 'never') };
    await doc.set({ ...change, rest: FieldValue.delete() }, { merge: true });
    expect((await doc.get()).data()).toEqual({ counter: -0.5, list: [] });
  });
});

test('an inequality finds values of the type that it compares with, and of no other', async () => {
  const values = firestore.collection('types');
  const byType: unknown[][] = [
    [false, true],
    [-500, Number.MIN_VALUE, 2, 2.1],
    [Timestamp.fromMillis(0), Timestamp.fromMillis(1)],
    ['1', 'A', 'a', 'Æ'],
    [Buffer.from('1'), Buffer.from('A')],
    [firestore.doc('a/b'), firestore.doc('a/c')],
    [[1, 2], [2]],
    [{ a: 1 }, { a: 1, b: 1 }, { b: 0 }],
  ];
  for (const [type, ordered] of byType.entries()) {
    for (const [at, value] of ordered.entries()) await values.doc(`${type}-${at}`).set({ value });
  }
  await values.doc('null').set({ value: null });
  await values.doc('nan').set({ value: Number.NaN });
  for (const [type, [first, ...others]] of byType.entries()) {
    const found = async (operator: '>' | '<=') =>
      (await values.where('value', operator, first).get()).docs.map(({ id }) => id);
    expect(await found('>')).toEqual(others.map((_, at) => `${type}-${at + 1}`));
    expect(await found('<=')).toEqual([`${type}-0`]);
  }
});

test('cursors cut a collection group by path and by field', async () => {
  for (const [path, n] of Object.entries({ 'g/1/cut/a': 3, 'g/1/cut/b': 1, 'g/2/cut/a': 2 }))
    await firestore.doc(path).set({ n });
  const group = firestore.collectionGroup('cut');
  const paths = async (query: FirebaseFirestore.Query) => (await query.get()).docs.map(({ ref }) => ref.path);
  const second = await firestore.doc('g/1/cut/b').get();
  expect(await paths(group.startAfter(second))).toEqual(['g/2/cut/a']);
  expect(await paths(group.endAt(second))).toEqual(['g/1/cut/a', 'g/1/cut/b']);
  expect(await paths(group.orderBy('n').startAt(second).endBefore(3))).toEqual(['g/1/cut/b', 'g/2/cut/a']);
});

test('a read-only transaction answers the fields that are asked for, of its time', async () => {
  const [one, two] = [firestore.doc('masked/1'), firestore.doc('masked/2')];
  const { writeTime: readTime } = await one.set({ id: 1, more: 1 });
  await two.set({ id: 2, more: 1 });
  await one.update({ changed: true });
  const read = (options: { readTime?: Timestamp }) =>
    firestore.runTransaction(
      async (transaction) => {
        const found = await transaction.getAll(one, two, { fieldMask: ['id', 'changed'] });
        return found.map((each) => each.data());
      },
      { readOnly: true, ...options },
    );
  expect(await read({})).toEqual([{ id: 1, changed: true }, { id: 2 }]);
  expect(await read({ readTime })).toEqual([{ id: 1 }, undefined]);
});

describe('what lies below a document', () => {
  const root = 'below/1';
  beforeAll(async () => {
    for (const [path, value] of Object.entries({ 'a/1': 1, 'a/1/a/2': 3, 'b/1': 5, 'b/1/a/3': 7 }))
      await firestore.doc(`${root}/${path}`).set({ value, more: true });
    await firestore.doc('below/2/a/4').set({ value: 9, more: true });
  });
  const at = (path: string) => firestore.doc(`${root}/${path}`).get();
  const paths = async (query: FirebaseFirestore.Query) =>
    (await query.get()).docs.map(({ ref }) => ref.path.slice(root.length + 1));

  test.each([
    ['of any collection', undefined, ['a/1', 'a/1/a/2', 'b/1', 'b/1/a/3']],
    ['of one name', 'a', ['a/1', 'a/1/a/2', 'b/1/a/3']],
  ])('%s is cut, counted, projected and named', async (_, collectionId, all) => {
    const query = below(firestore, root, collectionId);
    expect(await paths(query.limit(1))).toEqual(all.slice(0, 1));
    expect(await paths(query.offset(1))).toEqual(all.slice(1));
    expect(await paths(query.startAt(await at('a/1/a/2')))).toEqual(all.slice(1));
    expect(await paths(query.startAfter(await at('a/1/a/2')))).toEqual(all.slice(2));
    expect(await paths(query.endAt(await at('a/1/a/2')))).toEqual(all.slice(0, 2));
    expect((await query.count().get()).data()).toEqual({ count: all.length });
    expect((await query.select('value').get()).docs.map((each) => Object.keys(each.data()))).toEqual(
      all.map(() => ['value']),
    );
    expect(await paths(query.where(FieldPath.documentId(), '==', 'a/1/a/2'))).toEqual(['a/1/a/2']);
    // A document is not below itself.
    expect(await paths(below(firestore, `${root}/a/1`, collectionId))).toEqual(['a/1/a/2']);
  });

  test.each([[undefined], ['a']])('has no index of fields: %s', async (collectionId) => {
    const query = below(firestore, root, collectionId);
    const average = { average: AggregateField.average('value') };
    await expect(query.aggregate(average).get()).rejects.toMatchObject({ code: 3 });
    await expect(query.orderBy('value').aggregate(average).get()).rejects.toMatchObject({ code: 3 });
    await expect(query.orderBy('value').get()).rejects.toMatchObject({ code: 3 });
    await expect(query.where('value', '==', 1).get()).rejects.toMatchObject({ code: 3 });
    const last = query.orderBy(FieldPath.documentId()).limitToLast(1);
    await expect(last.get()).rejects.toMatchObject({ code: collectionId === undefined ? 3 : 9 });
  });
});
