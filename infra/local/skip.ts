/**
 * Which scheduled runs a jump of the clock may leave out: those that would find nothing to do. A minute tick does
 * nothing while the earliest timer lies ahead; gauges write what they wrote before while nothing was written and nobody
 * has become overdue. The times that decide this can change only by a commit, so they are asked for once for each.
 */
import { Firestore, Timestamp } from '@google-cloud/firestore';
import type { Skip } from './scheduler/runs.ts';

/** @param repeatGauges writes every gauge once more as it is, since their absence would raise an alert */
export interface SkipOptions {
  project: string;
  /** Grows with every commit. */
  version(): number;
  repeatGauges(at: number): void;
}

interface Known {
  version: number;
  earliestTimer: number;
  earliestDue: number;
}

export function skipIdleTicks({ project, version, repeatGauges }: SkipOptions): Skip {
  let client: Firestore | undefined;
  let known: Known | undefined;
  let gaugesAt: number | undefined;

  async function look(): Promise<Known> {
    const current = version();
    if (known?.version === current) return known;
    client ??= new Firestore({ projectId: project });
    const [timers, contacts] = await Promise.all([
      client.collection('timers').orderBy('wakeAt').limit(1).get(),
      client
        .collectionGroup('contacts')
        .where('nextUpdateDueAt', '>', new Timestamp(0, 0))
        .orderBy('nextUpdateDueAt')
        .limit(1)
        .get(),
    ]);
    known = {
      version: current,
      earliestTimer: millisOf(timers.docs[0]?.get('wakeAt')),
      earliestDue: millisOf(contacts.docs[0]?.get('nextUpdateDueAt')),
    };
    return known;
  }

  return async (jobName, scheduleTime) => {
    if (jobName === 'minute-tick') return (await look()).earliestTimer > scheduleTime;
    if (jobName !== 'gauges-tick') return false;
    const { earliestDue } = await look();
    const isUnchanged = gaugesAt === version() && earliestDue > scheduleTime;
    gaugesAt = version();
    if (isUnchanged) repeatGauges(scheduleTime);
    return isUnchanged;
  };
}

function millisOf(value: unknown): number {
  return value instanceof Timestamp ? value.toMillis() : Number.POSITIVE_INFINITY;
}
