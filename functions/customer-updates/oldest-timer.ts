/** How long the oldest due timer has waited. */
import { collections, firestore, fromDocument } from '../platform/firestore.ts';

export const secondsBetween = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / 1_000);

/** A failed timer counts from its first due time. */
export async function waitOfOldestTimer(at: Date): Promise<number> {
  const waits = ['wakeAt', 'failingSince'].map(async (field) => {
    const due = firestore().collection(collections.timers).where(field, '<=', at).orderBy(field);
    const [oldest] = (await due.limit(1).select(field).get()).docs;
    return oldest ? secondsBetween(fromDocument<Record<string, Date>>(oldest.data())[field] ?? at, at) : 0;
  });
  return Math.max(...(await Promise.all(waits)));
}
