/** How long the oldest timer that is due has waited. */
import { collections, firestore, fromDocument } from '../platform/firestore.ts';

export const secondsBetween = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / 1_000);

/** One that failed and was put off waits since it was due at first. */
export async function waitOfOldestTimer(at: Date): Promise<number> {
  const waits = ['wakeAt', 'failingSince'].map(async (field) => {
    const due = firestore().collection(collections.timers).where(field, '<=', at).orderBy(field);
    const [oldest] = (await due.limit(1).select(field).get()).docs;
    return oldest ? secondsBetween(fromDocument<Record<string, Date>>(oldest.data())[field] ?? at, at) : 0;
  });
  return Math.max(...(await Promise.all(waits)));
}
