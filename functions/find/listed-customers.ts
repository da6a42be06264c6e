/** The team's list of customers in Firestore, which a command replaces as a whole: kept in memory until it has changed. */
import { gunzipSync } from 'node:zlib';
import type { DocumentData, Firestore, QuerySnapshot } from '@google-cloud/firestore';
import { now } from '../platform/clock.ts';
import { collections, firestore } from '../platform/firestore.ts';
import { errorFacts, log } from '../platform/log.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { type CustomerList, type ListedCustomer, listOf, listVersion } from './customer-list.ts';

export interface LoadedList extends CustomerList {
  version: string;
  /** Null if no list was loaded yet. */
  loadedAt: Date | null;
}

interface Kept {
  list: Promise<LoadedList>;
  lookedAt: number;
}
const keptIn = new WeakMap<Firestore, Kept>();

/**
 * Reads one field of one document every `find.customersReadEvery`, and the whole list only if that differs.
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
  const { rows, loadedAt } = unpackList(await db.collection(collections.customers).get());
  return { ...listOf(rows), version: listVersion(rows), loadedAt };
}

export interface Contents {
  rows: readonly ListedCustomer[];
  loadedAt: Date | null;
}

export const packRef = (db: Firestore, index: number) => db.collection(collections.customers).doc(String(index));

export function unpackList({ docs }: QuerySnapshot<DocumentData>): Contents {
  const inOrder = docs.toSorted((one, other) => Number(one.id) - Number(other.id));
  const rows = inOrder.flatMap((each) => JSON.parse(String(gunzipSync(each.get('rows')))) as ListedCustomer[]);
  return { rows, loadedAt: inOrder[0]?.get('loadedAt')?.toDate() ?? null };
}
