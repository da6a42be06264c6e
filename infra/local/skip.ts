/**
 * Which scheduled runs a jump of the clock may leave out: those whose doing is known beforehand. A minute tick does
 * nothing while the earliest timer lies ahead. Gauges write what they wrote before while nothing is committed and nobody
 * else becomes overdue, but for the age of the oldest overdue contact. What decides this can change only by a commit.
 */
import { Firestore, Timestamp } from '@google-cloud/firestore';
import type { Skip } from './scheduler/runs.ts';

export interface SkipOptions {
  project: string;
  /** Grows with every commit; undefined where nobody tells of commits, and nothing is left out. */
  version(): number | undefined;
  /** Writes the gauges as they would be at `at`: as they are, but for the given age of the oldest overdue contact. */
  writeGauges(at: number, oldestOverdueSeconds: number): void;
  /** Whether notices wait that are not delivered: their gauge changes with time alone. */
  hasUndelivered(): boolean;
}

export function skipIdleTicks(options: SkipOptions): Skip {
  const { project, version } = options;
  let client: Firestore | undefined;
  let timers: { version: number; earliest: number } | undefined;
  let gauges: { version: number; oldestDue: number; nextDue: number } | undefined;

  const firestore = (): Firestore => {
    client ??= new Firestore({ projectId: project });
    return client;
  };

  async function earliestTimer(): Promise<number> {
    const current = version();
    if (current === undefined) return Number.NEGATIVE_INFINITY;
    if (timers?.version !== current) {
      const found = await firestore().collection('timers').orderBy('wakeAt').limit(1).get();
      timers = { version: current, earliest: millisOf(found.docs[0]?.get('wakeAt')) };
    }
    return timers.earliest;
  }

  /** The first contact due at or after an instant. */
  async function firstDue(from: number): Promise<number> {
    const contacts = firestore().collectionGroup('contacts').orderBy('nextUpdateDueAt');
    const found = await contacts.where('nextUpdateDueAt', '>=', Timestamp.fromMillis(from)).limit(1).get();
    return millisOf(found.docs[0]?.get('nextUpdateDueAt'));
  }

  async function skipGauges(at: number): Promise<boolean> {
    const current = version();
    if (current === undefined) return false;
    if (gauges?.version === current && at <= gauges.nextDue && !options.hasUndelivered()) {
      options.writeGauges(at, Math.max(0, Math.round((at - gauges.oldestDue) / 1_000)));
      return true;
    }
    const [oldestDue, nextDue] = await Promise.all([firstDue(1), firstDue(at)]);
    gauges = { version: current, oldestDue, nextDue };
    return false;
  }

  return async (jobName, scheduleTime) => {
    if (jobName === 'minute-tick') return (await earliestTimer()) > scheduleTime;
    return jobName === 'gauges-tick' && skipGauges(scheduleTime);
  };
}

function millisOf(value: unknown): number {
  return value instanceof Timestamp ? value.toMillis() : Number.POSITIVE_INFINITY;
}
