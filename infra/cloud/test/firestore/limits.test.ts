import { FieldValue } from '@google-cloud/firestore';
import { expect, test } from 'vitest';
import { openFirestore } from './client.ts';

const { firestore } = await openFirestore();

const invalid = (message: string) => ({ code: 3, message: expect.stringContaining(message) });

test('a document holds 1 MiB, counted by the documented storage size', async () => {
  const doc = firestore.doc('sizes/one');
  // "sizes" + 1, "one" + 1, 16 of the name, 32 of the document, "text" + 1, and the text's own 1.
  const room = 1_048_576 - (6 + 4 + 16) - 32 - 5 - 1;
  await doc.set({ text: 'x'.repeat(room) });
  await expect(doc.set({ text: 'x'.repeat(room + 1) })).rejects.toMatchObject(
    invalid('(1,048,577 bytes) exceeds the maximum allowed size of 1,048,576 bytes'),
  );
});

test('maps nest 20 deep', async () => {
  const nested = (depth: number): object => (depth === 1 ? { leaf: 1 } : { inner: nested(depth - 1) });
  await firestore.doc('nesting/fits').set(nested(20));
  await expect(async () => firestore.doc('nesting/over').set(nested(22))).rejects.toThrow('20');
});

test('a document takes 500 transforms', async () => {
  const counters = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, FieldValue.increment(1)]));
  await firestore.doc('transforms/fits').set(counters(500));
  await expect(firestore.doc('transforms/over').set(counters(501))).rejects.toMatchObject(invalid('500'));
});

test('a request takes 10 MiB', async () => {
  const batch = firestore.batch();
  for (let at = 0; at < 11; at += 1) batch.set(firestore.doc(`requests/${at}`), { text: 'x'.repeat(1_000_000) });
  await expect(batch.commit()).rejects.toMatchObject({ code: 3 });
});

test.each([
  ['one dot', '.'],
  ['two dots', '..'],
  ['between double underscores', '__reserved__'],
  ['between them in two lines', '__a\nb__'],
  ['longer than 1,500 bytes', 'x'.repeat(1_501)],
])('a document id may not be %s', async (_, id) => {
  await expect(firestore.collection('names').doc(id).set({})).rejects.toMatchObject({ code: 3 });
});

test.each([
  ['dots with anything else', '.a'],
  ['four underscores', '____'],
  ['nearly between double underscores', '_x__'],
  ['1,500 bytes long', 'x'.repeat(1_500)],
  ['any text', 'エラー 🌃'],
  ['of two lines', 'a\nb'],
  ['quotes and backslashes', '`"\\'],
])('a document id may be %s', async (_, id) => {
  const doc = firestore.collection('names').doc(id);
  await doc.set({ id });
  expect((await doc.get()).get('id')).toBe(id);
});

test('field names between double underscores are reserved', async () => {
  await expect(firestore.doc('names/fields').set({ __secret__: 1 })).rejects.toMatchObject(invalid('__secret__'));
});

test('an array may not hold an array', async () => {
  await expect(firestore.doc('names/arrays').set({ list: [[1]] })).rejects.toThrow('array');
});

test('a query has at most 30 alternatives', async () => {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
  const query = firestore.collection('alternatives').where('a', 'in', numbers(10));
  await query.where('b', 'in', numbers(3)).get();
  await expect(query.where('b', 'in', numbers(4)).get()).rejects.toMatchObject(invalid('maximum of 30'));
});

test('an explanation is not given here, and a query that only asks for one is not run', async () => {
  const query = firestore.collection('explained').where('x', '==', 1);
  await expect(query.explain()).rejects.toThrow('No explain results');
  await expect(query.count().explain()).rejects.toThrow('No explain results');
});

test('one array membership a disjunction', async () => {
  const query = firestore.collection('arrays').where('a', 'array-contains', 1).where('b', 'array-contains-any', [1, 2]);
  await expect(query.get()).rejects.toThrow(
    "3 INVALID_ARGUMENT: A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.",
  );
});
