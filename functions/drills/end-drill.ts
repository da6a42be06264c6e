/** Ends a drill before it has filed all of its reports: the minute tick files no more. */
import { type Drill, drillRef } from '../incidents/drills/drill.ts';
import { dataOf, firestore } from '../platform/firestore.ts';

export async function endDrill(id: string): Promise<void> {
  await firestore().runTransaction(async (transaction) => {
    const drill = dataOf<Drill>(await transaction.get(drillRef(id)));
    if (drill?.state === 'running') transaction.update(drillRef(id), { state: 'stopped', stoppedBecause: 'ended' });
  });
}
