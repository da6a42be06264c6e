/** In which order answers reach those who wait for each other's locks, as the real service has been seen to give them. */
import { expect, test } from 'vitest';
import { openFirestore } from './client.ts';

const { firestore } = await openFirestore();

/** Something that is waited for from elsewhere. */
function signal(): { happened: Promise<void>; happens: () => void } {
  let happens: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => {
    happens = resolve;
  });
  return { happened, happens };
}

/** A transaction that has read the document, and ends as `end` says once the others wait. */
async function heldWhile(
  path: string,
  log: string[],
  end: 'reads' | 'writes' | 'gives up',
  others: (() => Promise<unknown>)[],
  haveRead: Promise<void>[] = [],
): Promise<void> {
  const ref = firestore.doc(path);
  await ref.set({ by: 'nobody' });
  const hasRead = signal();
  const mayEnd = signal();
  const holding = firestore
    .runTransaction(async (transaction) => {
      await transaction.get(ref);
      hasRead.happens();
      await mayEnd.happened;
      if (end === 'writes') transaction.update(ref, { by: 'holder' });
      if (end === 'gives up') throw new Error('given up');
    })
    .then(
      () => log.push('holder'),
      (error: Error) => log.push(error.message),
    );
  await hasRead.happened;
  const waiting = others.map((other) => other());
  await Promise.all(haveRead);
  // They have arrived when a read behind them on the same connection has been answered.
  await firestore.doc('elsewhere/x').get();
  expect(log).toEqual([]);
  mayEnd.happens();
  await Promise.all([holding, ...waiting]);
}

test('a transaction that only read is answered before the writer that waited for it', async () => {
  const log: string[] = [];
  await heldWhile('locks/1', log, 'reads', [
    () =>
      firestore
        .doc('locks/1')
        .update({ by: 'writer' })
        .then(() => log.push('writer')),
  ]);
  expect(log).toEqual(['holder', 'writer']);
});

test('a commit that frees a lock is answered before all writers that waited, and they come in their order', async () => {
  const log: string[] = [];
  const write = (by: string) => () =>
    firestore
      .doc('locks/2')
      .update({ by })
      .then(() => log.push(by));
  await heldWhile('locks/2', log, 'writes', [write('first'), write('second'), write('third')]);
  expect(log).toEqual(['holder', 'first', 'second', 'third']);
  expect((await firestore.doc('locks/2').get()).get('by')).toBe('third');
});

test('one that gives up is told so before them as well', async () => {
  const log: string[] = [];
  await heldWhile('locks/3', log, 'gives up', [
    () =>
      firestore
        .doc('locks/3')
        .update({ by: 'writer' })
        .then(() => log.push('writer')),
  ]);
  expect(log.toSorted()).toEqual(['given up', 'writer']);
  expect((await firestore.doc('locks/3').get()).get('by')).toBe('writer');
});

test('a transaction that wants to write what another has read ends after it, and tries again where that wrote', async () => {
  for (const [end, tries] of [
    ['reads', 1],
    ['writes', 2],
  ] as const) {
    const path = `locks/4-${end}`;
    const log: string[] = [];
    const hasRead = signal();
    let tried = 0;
    const later = () =>
      firestore
        .runTransaction(async (transaction) => {
          tried += 1;
          const found = await transaction.get(firestore.doc(path));
          hasRead.happens();
          transaction.update(found.ref, { by: `after ${found.get('by')}` });
        })
        .then(() => log.push('later'));
    await heldWhile(path, log, end, [later], [hasRead.happened]);
    expect(log).toEqual(['holder', 'later']);
    expect(tried).toBe(tries);
    const before = end === 'writes' ? 'holder' : 'nobody';
    expect((await firestore.doc(path).get()).get('by')).toBe(`after ${before}`);
  }
});
