/** Ids such as `__id7__` are numbers: they come before all others and by their value, wherever names are compared. */
import { FieldPath, type Query } from '@google-cloud/firestore';
import { expect, test } from 'vitest';
import { openFirestore } from './client.ts';

const ordered = [
  '__id-9223372036854775808__',
  '__id-7__',
  '__id0__',
  '__id2__',
  '__id7__',
  '__id10__',
  '__id9007199254740993__',
  '__id9223372036854775807__',
  '-1',
  '0',
  'a',
  'é',
];
const shuffled = ordered.toSorted((a, b) => ((a.length * 7) % 5) - ((b.length * 7) % 5) || (a < b ? 1 : -1));
const { firestore } = await openFirestore();
const batch = firestore.batch();
for (const [at, id] of shuffled.entries()) {
  batch.set(firestore.doc(`rooms/${id}`), { at, next: firestore.doc(`rooms/${id}`), kind: 'room' });
  batch.set(firestore.doc(`houses/${id}/doors/one`), { of: id });
}
await batch.commit();

const rooms = () => firestore.collection('rooms');
const byName = FieldPath.documentId();
const ids = async (query: Query) => (await query.get()).docs.map(({ id }) => id);

test('a collection is in their order, both ways', async () => {
  expect(await ids(rooms())).toEqual(ordered);
  expect(await ids(rooms().orderBy(byName, 'desc'))).toEqual(ordered.toReversed());
  expect(await ids(rooms().where('kind', '==', 'room'))).toEqual(ordered);
});

test('ranges and cursors on names hold to it', async () => {
  expect(await ids(rooms().where(byName, '>', '__id2__').where(byName, '<=', '0'))).toEqual(ordered.slice(4, 10));
  expect(await ids(rooms().orderBy(byName).startAfter('__id7__').limit(2))).toEqual(ordered.slice(5, 7));
  const seven = await rooms().doc('__id7__').get();
  expect(await ids(rooms().orderBy(byName).endBefore(seven))).toEqual(ordered.slice(0, 4));
  expect(await ids(rooms().where(byName, 'in', ['a', '__id10__', '__id2__']))).toEqual(['__id2__', '__id10__', 'a']);
});

test('references are compared by it as values are', async () => {
  expect(await ids(rooms().orderBy('next'))).toEqual(ordered);
  expect(await ids(rooms().where('next', '<', firestore.doc('rooms/__id7__')))).toEqual(ordered.slice(0, 4));
});

test('it holds of the parents in a collection group, and in lists', async () => {
  const doors = await firestore.collectionGroup('doors').get();
  expect(doors.docs.map((each) => each.get('of'))).toEqual(ordered);
  expect((await firestore.collection('houses').listDocuments()).map(({ id }) => id)).toEqual(ordered);
});

test('what only looks like one is text', async () => {
  await expect(firestore.doc('rooms/__idx__').set({})).rejects.toThrow('reserved');
  expect((await rooms().doc('__id7__').get()).get('at')).toBe(shuffled.indexOf('__id7__'));
});
