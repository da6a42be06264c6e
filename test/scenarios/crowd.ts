/** More timers than one run of the tick can process: each is of an incident that is not there, and is taken away. */
import type { Timer } from '../../functions/incidents/record/records.ts';
import { firestore, timerRef } from '../../functions/platform/firestore.ts';

/** @param wakeAt of the first; each is due a millisecond after the one before it */
export async function crowd(count: number, wakeAt: Date, more: Partial<Timer> = {}): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const batch = firestore().batch();
    for (let index = from; index < Math.min(count, from + 500); index += 1) {
      const id = `t-${index}`;
      const timer: Timer = { id, subject: 'incident', subjectId: `inc_${index}`, wakeAt, pending: [], ...more };
      batch.set(timerRef(id), { ...timer, wakeAt: new Date(wakeAt.getTime() + index) });
    }
    await batch.commit();
  }
}
