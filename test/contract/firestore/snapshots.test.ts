import { type Firestore, Timestamp } from '@google-cloud/firestore';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cloud, isElsewhere, type LocalCloud, startCloud, startLocal } from './client.ts';

let cloud: Cloud;
let firestore: Firestore;

beforeAll(async () => {
  cloud = await startCloud();
  firestore = cloud.connect();
});
afterAll(() => cloud.close());

test('a read-only transaction sees one instant, whatever is written meanwhile', async () => {
  const items = firestore.collection('instants');
  await items.doc('a').set({ n: 1 });
  await items.doc('b').set({ n: 1 });
  const seen = await firestore.runTransaction(
    async (transaction) => {
      const first = await transaction.get(items.doc('a'));
      await items.doc('a').update({ n: 2 });
      await items.doc('b').delete();
      await items.doc('c').set({ n: 1 });
      const again = await transaction.get(items.doc('a'));
      const found = await transaction.get(items.where('n', '==', 1));
      return [first.get('n'), again.get('n'), found.docs.map(({ id }) => id)];
    },
    { readOnly: true },
  );
  expect(seen).toEqual([1, 1, ['a', 'b']]);
});

test('a read time answers what was there then', async () => {
  const doc = firestore.doc('past/one');
  const first = await doc.set({ n: 1 });
  const second = await doc.set({ n: 2 });
  await doc.delete();
  const at = (readTime: Timestamp) =>
    firestore.runTransaction(async (transaction) => (await transaction.get(doc)).data(), { readOnly: true, readTime });
  expect(await at(first.writeTime)).toEqual({ n: 1 });
  expect(await at(second.writeTime)).toEqual({ n: 2 });
  expect((await doc.get()).exists).toBe(false);
});

describe.skipIf(isElsewhere)('with a clock of our own', () => {
  let local: LocalCloud;
  beforeAll(async () => {
    local = await startLocal();
  });
  afterAll(() => local.close());

  test('what was overwritten can be read for an hour, and the future not at all', async () => {
    const client = local.connect();
    const doc = client.doc('hours/one');
    const { writeTime } = await doc.set({ n: 1 });
    await doc.set({ n: 2 });
    const at = (readTime: Timestamp) =>
      client.runTransaction(async (transaction) => (await transaction.get(doc)).get('n'), { readOnly: true, readTime });
    local.clock.at += 3_600_000 - 1;
    expect(await at(writeTime)).toBe(1);
    local.clock.at += 2;
    await expect(at(writeTime)).rejects.toMatchObject({ code: 9, message: expect.stringContaining('too old') });
    const future = Timestamp.fromMillis(local.clock.at + 1_000);
    await expect(at(future)).rejects.toMatchObject({ code: 3, message: expect.stringContaining('future') });
  });

  test('commit times rise by a microsecond while the clock stands still', async () => {
    const client = local.connect();
    const first = await client.doc('still/one').set({});
    const second = await client.doc('still/two').set({});
    const micros = ({ seconds, nanoseconds }: Timestamp) => seconds * 1e6 + nanoseconds / 1e3;
    expect(micros(second.writeTime)).toBe(micros(first.writeTime) + 1);
  });
});
