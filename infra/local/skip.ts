/**
 * Which scheduled runs a jump of the clock may leave out: those that would find nothing to do. A minute tick does
 * nothing while the earliest timer lies ahead, and that can change only by a write.
 */
import { Firestore, Timestamp } from '@google-cloud/firestore';
import type { Skip } from './scheduler/runs.ts';

/** @param writes how many writes the local Firestore has taken so far */
export function skipIdleTicks(project: string, writes: () => number): Skip {
  let client: Firestore | undefined;
  let known: { writes: number; earliest: number } | undefined;
  return async (jobName, scheduleTime) => {
    if (jobName !== 'minute-tick') return false;
    if (known?.writes !== writes()) {
      client ??= new Firestore({ projectId: project });
      const at = writes();
      const found = await client.collection('timers').orderBy('wakeAt').limit(1).get();
      const wakeAt: unknown = found.docs[0]?.get('wakeAt');
      known = { writes: at, earliest: wakeAt instanceof Timestamp ? wakeAt.toMillis() : Number.POSITIVE_INFINITY };
    }
    return known.earliest > scheduleTime;
  };
}
