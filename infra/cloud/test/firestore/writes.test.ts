import { type DocumentReference, FieldValue, GeoPoint, Timestamp, type WriteBatch } from '@google-cloud/firestore';
import { expect, test } from 'vitest';
import { openFirestore } from './client.ts';

const { cloud, firestore } = await openFirestore();

test('every type of value comes back as it was written', async () => {
  const doc = firestore.doc('types/all');
  const data = {
    null: null,
    yes: true,
    integer: 42,
    large: Number.MAX_SAFE_INTEGER,
    double: 1.5,
    nan: Number.NaN,
    infinity: Number.NEGATIVE_INFINITY,
    zero: -0,
    text: 'テキスト 🌃 \u0000\u0001',
    bytes: Buffer.from([0, 1, 2, 255]),
    time: new Timestamp(1_700_000_000, 123_456_000),
    reference: firestore.doc('types/other'),
    place: new GeoPoint(35.6, 139.7),
    list: [1, 'two', { three: [4] }],
    map: { 'a.b': { '`': 1 } },
    vector: FieldValue.vector([1, 2, 3]),
  };
  await doc.set(data);
  const read = (await doc.get()).data();
  expect({ ...read, reference: read?.reference.path }).toEqual({ ...data, reference: 'types/other' });
});

test.each([
  [5, 123_456_789, 123_456_000],
  [5, 999_999_999, 999_999_000],
  [-5, 999, 0],
])('a time of %i s and %i ns is kept to the microsecond, the rest dropped', async (seconds, nanos, kept) => {
  const doc = firestore.collection('types').doc();
  await doc.set({ at: new Timestamp(seconds, nanos) });
  expect((await doc.get()).get('at')).toEqual(new Timestamp(seconds, kept));
});

test('fields may be called as what every object has, and are missing where they were not written', async () => {
  const things = firestore.collection('called');
  for (const name of ['constructor', 'toString', 'hasOwnProperty']) {
    await things.doc('without').set({ a: 1 });
    expect((await things.orderBy(name).get()).size).toBe(0);
    expect((await things.select(name).get()).docs.map((each) => each.data())).toEqual([{}]);
    await things.doc('with').set({ [name]: { name: 1 } });
    expect((await things.orderBy(name).get()).docs.map(({ id }) => id)).toEqual(['with']);
    expect((await things.where(`${name}.name`, '==', 1).get()).size).toBe(1);
    await things.doc('without').set({ [name]: { name: 2 }, a: FieldValue.delete() }, { merge: true });
    expect((await things.doc('without').get()).data()).toEqual({ [name]: { name: 2 } });
    await things.doc('with').delete();
  }
});

test('a write that changes nothing answers when the document was changed last', async () => {
  const doc = firestore.doc('times/same');
  const first = await doc.set({ a: 1 });
  const same = [await doc.set({ a: 1 }), await doc.update({ a: 1 }), await doc.set({}, { merge: true })];
  expect(same.map(({ writeTime }) => writeTime)).toEqual(Array(3).fill(first.writeTime));
  expect((await doc.get()).updateTime).toEqual(first.writeTime);
  expect((await doc.update({ a: 2 })).writeTime).not.toEqual(first.writeTime);
});

test('create fails with ALREADY_EXISTS, update of what is missing with NOT_FOUND', async () => {
  const doc = firestore.doc('preconditions/one');
  await expect(doc.update({ a: 1 })).rejects.toMatchObject({
    code: 5,
    message: expect.stringContaining('No document to update: projects/'),
  });
  await doc.create({ a: 1 });
  await expect(doc.create({ a: 2 })).rejects.toMatchObject({
    code: 6,
    message: expect.stringContaining('Document already exists: projects/'),
  });
});

test('a commit is all or nothing', async () => {
  const batch = firestore.batch();
  batch.set(firestore.doc('atomic/one'), { a: 1 });
  batch.update(firestore.doc('atomic/missing'), { a: 1 });
  await expect(batch.commit()).rejects.toMatchObject({ code: 5 });
  expect((await firestore.doc('atomic/one').get()).exists).toBe(false);
});

test('commit times always rise, and are the documents’ times', async () => {
  const doc = firestore.doc('times/one');
  const first = await doc.set({ a: 1, at: FieldValue.serverTimestamp() });
  const second = await doc.update({ a: 2 });
  const snapshot = await doc.get();
  expect(second.writeTime.valueOf() > first.writeTime.valueOf()).toBe(true);
  expect(snapshot.createTime).toEqual(first.writeTime);
  expect(snapshot.updateTime).toEqual(second.writeTime);
  expect(snapshot.get('at')).toEqual(first.writeTime);
});

// What is taken away from where it cannot be leaves no trace; what is put there makes the maps around it.
test.each<[before: object, path: string, to: unknown, after: object]>([
  [{}, 'a.b', undefined, {}],
  [{ a: null }, 'a.b', undefined, { a: null }],
  [{ a: 'x' }, 'a.b', undefined, { a: 'x' }],
  [{ a: ['b'] }, 'a.b', undefined, { a: ['b'] }],
  [{ a: {} }, 'a.b.c', undefined, { a: {} }],
  [{ a: { b: 1 } }, 'a.b.c', undefined, { a: { b: 1 } }],
  [{ a: { b: 1 } }, 'a.b', undefined, { a: {} }],
  [{ a: { b: 1, c: 2 } }, 'a.b', undefined, { a: { c: 2 } }],
  [{ a: { b: 1 } }, 'a', undefined, {}],
  [{}, 'a.b.c', 1, { a: { b: { c: 1 } } }],
  [{ a: null }, 'a.b', 1, { a: { b: 1 } }],
  [{ a: ['x'] }, 'a.b', 1, { a: { b: 1 } }],
  [{ a: { b: { c: 1 }, d: 2 } }, 'a.b', {}, { a: { b: {}, d: 2 } }],
  [{ a: { b: 'x', d: 2 } }, 'a.b.c', FieldValue.increment(1), { a: { b: { c: 1 }, d: 2 } }],
])('of %j an update of %s to %j makes %j', async (before, path, to, after) => {
  const doc = firestore.collection('nested').doc();
  await doc.set({ ...before, other: { kept: true } });
  await doc.update(path, to === undefined ? FieldValue.delete() : to);
  expect((await doc.get()).data()).toEqual({ ...after, other: { kept: true } });
});

// Each write of a commit finds what the writes before it have left.
test.each<[what: string, write: (batch: WriteBatch, doc: DocumentReference) => WriteBatch, left: object | number]>([
  ['deleted and made', (batch, doc) => batch.delete(doc).create(doc, { b: 2 }), { b: 2 }],
  ['deleted and merged into', (batch, doc) => batch.delete(doc).set(doc, { b: 2 }, { merge: true }), { b: 2 }],
  ['counted', (batch, doc) => batch.delete(doc).set(doc, { n: FieldValue.increment(2) }, { merge: true }), { n: 2 }],
  ['deleted and updated', (batch, doc) => batch.delete(doc).update(doc, { b: 2 }), 5],
  ['deleted, and again if it is there', (batch, doc) => batch.delete(doc).delete(doc, { exists: true }), 5],
  ['made where it is', (batch, doc) => batch.create(doc, { b: 2 }).delete(doc), 6],
  ['deleted and made twice', (batch, doc) => batch.delete(doc).create(doc, {}).create(doc, {}), 6],
  [
    'deleted, made and updated',
    (batch, doc) =>
      batch
        .delete(doc)
        .create(doc, { b: 2 })
        .update(doc, { n: FieldValue.increment(3) }),
    { b: 2, n: 3 },
  ],
  ['updated and set', (batch, doc) => batch.update(doc, { b: 2 }).set(doc, { c: 3 }), { c: 3 }],
  ['set and updated', (batch, doc) => batch.set(doc, { c: 3 }).update(doc, { b: 2 }), { b: 2, c: 3 }],
  [
    'counted up twice',
    (batch, doc) => batch.update(doc, { n: FieldValue.increment(1) }).update(doc, { n: FieldValue.increment(1) }),
    { a: 1, n: 3 },
  ],
])('in one commit a document is %s', async (_, write, left) => {
  const doc = firestore.collection('in-one-commit').doc();
  const made = await doc.create({ a: 1, n: 1 });
  const commit = write(firestore.batch(), doc).commit();
  if (typeof left === 'number') await expect(commit).rejects.toMatchObject({ code: left });
  else await commit;
  const found = await doc.get();
  expect(found.data()).toEqual(typeof left === 'number' ? { a: 1, n: 1 } : left);
  if (typeof left === 'number') expect(found.updateTime).toEqual(made.writeTime);
});

test('in one commit a document may be deleted last, and made again, which is then when it was made', async () => {
  const doc = firestore.doc('in-one-commit/anew');
  const made = await doc.create({ a: 1 });
  const [, again] = await firestore.batch().delete(doc).create(doc, { a: 1 }).commit();
  const found = await doc.get();
  expect([found.createTime, found.updateTime]).toEqual([again?.writeTime, again?.writeTime]);
  expect(found.createTime).not.toEqual(made.writeTime);
  await firestore.batch().update(doc, { a: 2 }).delete(doc).commit();
  expect((await doc.get()).exists).toBe(false);
  await firestore.batch().create(doc, { a: 1 }).delete(doc).commit();
  expect((await doc.get()).exists).toBe(false);
});

test('increment adds integers exactly and stops at 64 bits; other types are replaced', async () => {
  const doc = cloud.connect({ useBigInt: true }).doc('transforms/increment');
  const largest = 9_223_372_036_854_775_807n;
  await doc.set({ integer: 1, double: 1, text: 'a', largest });
  await doc.update({
    integer: FieldValue.increment(2),
    double: FieldValue.increment(0.5),
    text: FieldValue.increment(1),
    largest: FieldValue.increment(1),
    missing: FieldValue.increment(-1),
  });
  const data = (await doc.get()).data();
  expect(data).toEqual({ integer: 3n, double: 1.5, text: 1n, largest, missing: -1n });
});

test('a bulk writer reports every write on its own', async () => {
  const writer = firestore.bulkWriter();
  writer.onWriteError(() => false);
  const outcomes = Promise.allSettled([
    writer.create(firestore.doc('bulk/one'), { a: 1 }),
    writer.update(firestore.doc('bulk/missing'), { a: 1 }),
    writer.set(firestore.doc('bulk/two'), { a: 1 }),
  ]);
  await writer.close();
  expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((await firestore.collection('bulk').get()).size).toBe(2);
});

test('recursiveDelete takes what lies below, of missing documents too', async () => {
  const root = firestore.doc('trees/one');
  await root.collection('branches').doc('missing').collection('leaves').doc('leaf').set({ a: 1 });
  await root.collection('branches').doc('there').set({ a: 1 });
  await firestore.doc('trees/two/branches/other').set({ a: 1 });
  const listed = await root.collection('branches').listDocuments();
  expect(listed.map(({ id }) => id)).toEqual(['missing', 'there']);
  expect((await root.listCollections()).map(({ id }) => id)).toEqual(['branches']);
  await firestore.recursiveDelete(root);
  expect(await root.listCollections()).toEqual([]);
  expect((await firestore.collectionGroup('branches').get()).size).toBe(1);
});
