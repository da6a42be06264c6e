/** The timer of the rhythm of drills: there once, from the first weekly tick on. */
import { createOnce, timerRef } from '../../platform/firestore.ts';
import type { Timer } from '../records.ts';

const drillTimerId = 'drill-rhythm';

export async function watchDrills(now: Date): Promise<void> {
  const timer: Timer = { id: drillTimerId, subject: 'drill-rhythm', subjectId: drillTimerId, wakeAt: now, pending: [] };
  await createOnce(timerRef(drillTimerId), timer);
}
