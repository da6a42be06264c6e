/**
 * Which scheduled runs are left out: idle minutes, as a jump of the local clock leaves them out, and those in which the
 * scheduler is away. Gauges are written by the functions once an hour, and repeated in between: no promise rests on them.
 */

import type { LocalCloud } from '../../infra/cloud/src/cloud.ts';
import type { Idleness } from '../../infra/cloud/src/scheduler/runs.ts';
import { skipIdleTicks } from '../../infra/local/skip.ts';
import { hourMs } from './calendar.ts';
import type { Strikes } from './strikes.ts';

/** The local cloud holds its queries to the index file in this project. */
export const project = 'metronome-local';

export interface BesidesTimers {
  /** How often a minute tick has something to read that no timer tells of. */
  readEveryMs?: number | undefined;
  /** Whether it follows every commit. */
  writesToNotion?: boolean;
}

export function idlenessOf(
  cloud: () => LocalCloud,
  strikes: Strikes,
  { readEveryMs, writesToNotion = false }: BesidesTimers,
): Idleness {
  const repeatGauges = (at: number): void => cloud().monitoring.repeatLast(at);
  const idle = skipIdleTicks({
    project: project,
    version: () => cloud()?.firestore.operations.version,
    ...(readEveryMs ? { besides: () => Math.ceil(cloud().clock.now() / readEveryMs) * readEveryMs } : {}),
    peek: (parent, query) => cloud().firestore.peek(parent, query),
    followsCommits: writesToNotion,
  });
  return {
    version: idle.version,
    until: (job, at) => {
      const backAt = job === 'weekly-tick' ? undefined : strikes.awayUntil('scheduler', at);
      if (backAt !== undefined) {
        strikes.count('scheduler-away');
        return backAt;
      }
      if (job !== 'gauges-tick') return idle.until(job, at);
      if (at % hourMs === 0) return at;
      repeatGauges(at);
      return at + 1;
    },
  };
}
