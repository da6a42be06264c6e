import { Timestamp } from '@google-cloud/firestore';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isElsewhere, type LocalCloud, openFirestore, startLocal } from './client.ts';

const { firestore } = await openFirestore();

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
    local.clock.at += 3_600_000;
    expect(await at(writeTime)).toBe(1);
    local.clock.at += 1;
    await expect(at(writeTime)).rejects.toMatchObject({ code: 9, message: expect.stringContaining('too old') });
    const future = Timestamp.fromMillis(local.clock.at + 1_000);
    await expect(at(future)).rejects.toMatchObject({ code: 3, message: expect.stringContaining('future') });
  });

  test('what was overwritten lately can be read however old it was, by its name and by a query', async () => {
    const client = local.connect();
    const items = client.collection('old');
    await Promise.all(['changed', 'deleted', 'kept'].map((id) => items.doc(id).set({ n: 1 })));
    local.clock.at += 3 * 3_600_000;
    const readTime = Timestamp.fromMillis(local.clock.at);
    local.clock.at += 60_000;
    await items.doc('changed').set({ n: 2 });
    await items.doc('deleted').delete();
    await items.doc('added').set({ n: 1 });
    // Every minute what is too old is forgotten.
    for (let minute = 0; minute < 3; minute += 1) {
      local.clock.at += 60_000;
      await client.doc('others/one').set({ minute });
    }
    const seen = await client.runTransaction(
      async (transaction) => {
        const one = await transaction.get(items.doc('changed'));
        const found = await transaction.get(items.where('n', '==', 1));
        return [one.get('n'), found.docs.map(({ id }) => id)];
      },
      { readOnly: true, readTime },
    );
    expect(seen).toEqual([1, ['changed', 'deleted', 'kept']]);
  });

  test('what is done is counted as it is billed', async () => {
    const { operations } = local;
    const client = local.connect();
    const docs = client.collection('billed');
    /** Reads, writes, deletes, commits and queries. */
    const counted = async (work: () => Promise<unknown>): Promise<number[]> => {
      operations.reset();
      await work();
      const { reads, writes, deletes, commits, queries } = operations;
      return [reads, writes, deletes, commits, queries];
    };
    const fill = async (from: number, to: number): Promise<void> => {
      const batch = client.batch();
      for (let at = from; at < to; at += 1) batch.set(docs.doc(String(at)), { at });
      await batch.commit();
    };
    const before = operations.version;
    expect(await counted(() => docs.doc('0').set({ at: 0 }))).toEqual([0, 1, 0, 1, 0]);
    expect(await counted(() => fill(0, 3))).toEqual([0, 3, 0, 1, 0]);
    expect(await counted(() => client.batch().set(docs.doc('x'), {}).delete(docs.doc('x')).commit())).toEqual([
      0, 1, 1, 1, 0,
    ]);
    expect(await counted(() => docs.doc('0').get())).toEqual([1, 0, 0, 0, 0]);
    expect(await counted(() => client.getAll(docs.doc('0'), docs.doc('none'), docs.doc('0')))).toEqual([2, 0, 0, 0, 0]);
    expect(await counted(() => docs.get())).toEqual([3, 0, 0, 0, 1]);
    expect(await counted(() => docs.where('at', '>', 9).get())).toEqual([1, 0, 0, 0, 1]);
    expect(await counted(() => docs.offset(2).limit(1).get())).toEqual([3, 0, 0, 0, 1]);
    expect(await counted(() => docs.listDocuments())).toEqual([3, 0, 0, 0, 0]);
    expect(await counted(() => docs.count().get())).toEqual([1, 0, 0, 0, 1]);
    const bulk = async () => {
      const writer = client.bulkWriter();
      writer.onWriteError(() => false);
      const missing = writer.update(docs.doc('none'), { at: 0 }).catch(() => undefined);
      await Promise.all([writer.set(docs.doc('0'), { at: 0 }), writer.delete(docs.doc('x')), missing, writer.close()]);
    };
    // Each of its writes is a commit, and one that is refused is none.
    expect(await counted(bulk)).toEqual([0, 1, 1, 2, 0]);
    for (const from of [3, 403, 703]) await fill(from, Math.min(from + 400, 1_001));
    expect(await counted(() => docs.limit(1_000).count().get())).toEqual([1, 0, 0, 0, 1]);
    expect(await counted(() => docs.count().get())).toEqual([2, 0, 0, 0, 1]);
    expect(operations.version - before).toBe(8);
  });
});
