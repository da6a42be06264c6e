import type { Firestore, Query } from '@google-cloud/firestore';
import { expect, test } from 'vitest';
import { openFirestore } from './client.ts';
import { below } from './descendants.ts';

const { cloud } = await openFirestore();

const paths = async (query: Query) => (await query.get()).docs.map(({ ref }) => ref.path);

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
    const all = await paths(below(of, 'r/1'));
    return [collections, inner, documents, group.docs, all].map((each) => each.length);
  };
  await others?.doc('r/1/a/1').set({ n: 1 });
  expect(await look(orders)).toEqual([0, 0, 0, 0, 0]);
  await orders?.doc('r/1/b/1').set({ n: 1 });
  expect(await look(orders)).toEqual([1, 1, 1, 0, 1]);
  expect(await look(others)).toEqual([1, 1, 1, 1, 1]);
});
