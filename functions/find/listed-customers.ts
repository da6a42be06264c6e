/** The team's list of customers in Firestore: replaced as a whole, and kept in memory until it has changed. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { DocumentData, Firestore, QuerySnapshot } from '@google-cloud/firestore';
import { now } from '../platform/clock.ts';
import { collections, firestore } from '../platform/firestore.ts';
import { errorFacts, log } from '../platform/log.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { type CustomerList, type ListedCustomer, listOf, listVersion } from './customer-list.ts';

export interface LoadedList extends CustomerList {
  version: string;
  /** Null where none was loaded yet. */
  loadedAt: Date | null;
}

/** Of rows as JSON, before they are zipped: a document holds 1 MiB, and some texts hardly shrink. */
const packBytes = 700_000;
/** Everything is replaced in one commit, which takes 10 MiB. */
export const mostListBytes = 8_000_000;

interface Kept {
  list: Promise<LoadedList>;
  lookedAt: number;
}
const keptIn = new WeakMap<Firestore, Kept>();

/**
 * Reads one field of one document every `find.customersReadEvery`, and the whole list only where that differs.
 * @throws what Firestore throws where the list was never read; later on, the list as it was is better than none
 */
export async function listedCustomers({ find }: Pick<Policy, 'find'>): Promise<LoadedList> {
  const db = firestore();
  const at = now().getTime();
  const kept = keptIn.get(db);
  if (kept && at < kept.lookedAt + milliseconds(find.customersReadEvery)) return kept.list;
  const list = readAgain(db, kept?.list);
  keptIn.set(db, { list, lookedAt: at });
  list.catch(() => keptIn.get(db)?.list === list && keptIn.delete(db));
  return list;
}

async function readAgain(db: Firestore, kept: Promise<LoadedList> | undefined): Promise<LoadedList> {
  const before = await kept?.catch(() => undefined);
  try {
    if (before) {
      const [first] = await db.getAll(packRef(db, 0), { fieldMask: ['version'] });
      if ((first?.get('version') ?? listVersion([])) === before.version) return before;
    }
    return await readList(db);
  } catch (error) {
    if (!before) throw error;
    log('WARNING', 'the list of customers could not be read again', errorFacts(error));
    return before;
  }
}

export async function readList(db: Firestore): Promise<LoadedList> {
  const { rows, loadedAt } = unpack(await db.collection(collections.customers).get());
  return { ...listOf(rows), version: listVersion(rows), loadedAt };
}

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

interface Contents {
  rows: readonly ListedCustomer[];
  loadedAt: Date | null;
}

/** In a transaction: of two writers at once, the packs of one would remain among those of the other. */
const rewrite = (db: Firestore, change: (before: Contents) => Contents | undefined): Promise<number> =>
  db.runTransaction(async (transaction) => {
    const found = await transaction.get(db.collection(collections.customers));
    const before = unpack(found);
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

const packRef = (db: Firestore, index: number) => db.collection(collections.customers).doc(String(index));

function unpack({ docs }: QuerySnapshot<DocumentData>): Contents {
  const inOrder = docs.toSorted((one, other) => Number(one.id) - Number(other.id));
  const rows = inOrder.flatMap((each) => JSON.parse(String(gunzipSync(each.get('rows')))) as ListedCustomer[]);
  return { rows, loadedAt: inOrder[0]?.get('loadedAt')?.toDate() ?? null };
}

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
