import { FieldPath, type Firestore, type Query } from '@google-cloud/firestore';
import { expect, test } from 'vitest';
import { openFirestore } from './client.ts';
import { below as descendantsOf } from './descendants.ts';

const { cloud, firestore } = await openFirestore();
for (const path of ['r/1/a/1', 'r/1/a/1/a/2', 'r/1/b/1', 'r/1/b/1/a/3', 'r/2/a/4']) {
  await firestore.doc(path).set({ n: 1 });
}

const below = (collectionId?: string): Query => descendantsOf(firestore, 'r/1', collectionId);

const paths = async (query: Query) => (await query.get()).docs.map(({ ref }) => ref.path);

test('all descendants come by name, a document before what is below it', async () => {
  expect(await paths(below())).toEqual(['r/1/a/1', 'r/1/a/1/a/2', 'r/1/b/1', 'r/1/b/1/a/3']);
  expect(await paths(below('a'))).toEqual(['r/1/a/1', 'r/1/a/1/a/2', 'r/1/b/1/a/3']);
  expect(
    await paths(
      below()
        .startAfter(await firestore.doc('r/1/a/1').get())
        .limit(2),
    ),
  ).toEqual(['r/1/a/1/a/2', 'r/1/b/1']);
  expect((await below().count().get()).data()).toEqual({ count: 4 });
  // A document is not below itself.
  for (const id of [undefined, 'a'])
    expect(await paths(descendantsOf(firestore, 'r/1/a/1', id))).toEqual(['r/1/a/1/a/2']);
});

test('a database knows nothing of another whose name begins with its own', async () => {
  const projectId = `alike-${process.pid}`;
  const [orders, others] = ['orders', 'orders-2'].map((databaseId) => cloud.connect({ projectId, databaseId }));
  const look = async (of: Firestore | undefined) => {
    if (!of) return [];
    const [collections, inner, documents, group] = await Promise.all([
      of.listCollections(),
      of.doc('r/1').listCollections(),
      of.collection('r').listDocuments(),
      of.collectionGroup('a').get(),
    ]);
    const all = await paths(descendantsOf(of, 'r/1'));
    return [collections, inner, documents, group.docs, all].map((each) => each.length);
  };
  await others?.doc('r/1/a/1').set({ n: 1 });
  expect(await look(orders)).toEqual([0, 0, 0, 0, 0]);
  await orders?.doc('r/1/b/1').set({ n: 1 });
  expect(await look(orders)).toEqual([1, 1, 1, 0, 1]);
  expect(await look(others)).toEqual([1, 1, 1, 1, 1]);
});

test('below a document there is no index but that of names', async () => {
  await expect(below('a').where('n', '==', 1).get()).rejects.toMatchObject({
    code: 3,
    message: expect.stringContaining('collection group queries are only allowed at the root parent'),
  });
  await expect(below().orderBy(FieldPath.documentId(), 'desc').get()).rejects.toMatchObject({
    code: 3,
    message: expect.stringContaining('kind is required for all orders except __key__ ascending'),
  });
  await expect(below('a').orderBy(FieldPath.documentId(), 'desc').get()).rejects.toMatchObject({ code: 9 });
});
