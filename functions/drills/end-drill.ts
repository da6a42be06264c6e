/** Ends a drill before it has filed all of its reports: the minute tick files no more. */
import { type Drill, drillRef } from '../incidents/drills/drill.ts';
import { firestore, fromDocument } from '../platform/firestore.ts';

export async function endDrill(id: string): Promise<void> {
  await firestore().runTransaction(async (transaction) => {
    const document = await transaction.get(drillRef(id));
    const isRunning = document.exists && fromDocument<Drill>(document.data()).state === 'running';
    if (isRunning) transaction.update(drillRef(id), { state: 'stopped', stoppedBecause: 'ended' });
  });
}
