/** Writes the team's list of customers, whole: `functions/find/listed-customers.ts` reads it. */
import { gzipSync } from 'node:zlib';
import type { Firestore } from '@google-cloud/firestore';
import { type ListedCustomer, listVersion } from '../../functions/find/customer-list.ts';
import { type Contents, packRef, unpackList } from '../../functions/find/listed-customers.ts';
import { collections } from '../../functions/platform/firestore.ts';

/** Of rows as JSON, before they are zipped: a document holds 1 MiB, and some texts hardly shrink. */
const packBytes = 700_000;
/** Everything is replaced in one commit, which takes 10 MiB. */
export const mostListBytes = 8_000_000;

/** @returns how many rows there were before; loaded again, the same rows change nothing but when that was */
export const replaceList = (db: Firestore, rows: readonly ListedCustomer[], at: Date): Promise<number> =>
  rewrite(db, () => ({ rows, loadedAt: at }));

/** @returns whether the list had them */
export async function removeListed(db: Firestore, id: string): Promise<boolean> {
  let isListed = false;
  await rewrite(db, ({ rows, loadedAt }) => {
    const left = rows.filter((each) => each.id !== id);
    isListed = left.length < rows.length;
    return isListed ? { rows: left, loadedAt } : undefined;
  });
  return isListed;
}

/** In a transaction: of two writers at once, the packs of one would remain among those of the other. */
const rewrite = (db: Firestore, change: (before: Contents) => Contents | undefined): Promise<number> =>
  db.runTransaction(async (transaction) => {
    const found = await transaction.get(db.collection(collections.customers));
    const before = unpackList(found);
    const after = change(before);
    if (!after) return before.rows.length;
    const packs = packsOf(after.rows);
    const version = listVersion(after.rows);
    packs.forEach((rows, index) => {
      const pack = { version, loadedAt: after.loadedAt, rows: gzipSync(JSON.stringify(rows)) };
      transaction.set(packRef(db, index), pack);
    });
    for (const { ref } of found.docs) if (Number(ref.id) >= packs.length) transaction.delete(ref);
    return before.rows.length;
  });

/** At least one, so that an emptied list has its version as well. */
function packsOf(rows: readonly ListedCustomer[]): ListedCustomer[][] {
  const packs: ListedCustomer[][] = [[]];
  let bytes = 0;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row));
    if (bytes + size > packBytes) {
      packs.push([]);
      bytes = 0;
    }
    packs.at(-1)?.push(row);
    bytes += size;
  }
  return packs;
}
