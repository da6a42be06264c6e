import { Cron } from 'croner';
import { GrpcError } from '../grpc.ts';

/** The instants of a cron expression in a time zone, epoch milliseconds. */
export interface Schedule {
  /** The first time after `at`; undefined if there is none. */
  next(at: number): number | undefined;
  /** The last one at or before `at`. */
  latest(at: number): number | undefined;
}

/** Every minute or every few: the same instants in every zone, all of which are quarters of an hour apart. */
const evenForm = /^\s*\*(?:\/(1|3|5|15))?(?:\s+\*){4}\s*$/;

/** A jump over a week asks for it thousands of times. */
function every(stepMs: number): Schedule {
  const latest = (at: number): number => Math.floor(at / stepMs) * stepMs;
  return { next: (at) => latest(at) + stepMs, latest };
}

/**
 * Five cron fields (not the older English-like form), with an IANA zone; UTC where it is empty. A fixed time that a
 * clock change skips runs when the skipped hour ends; one that it repeats runs once.
 *
 * @throws GrpcError INVALID_ARGUMENT
 */
export function parseSchedule(expression: string, timeZone: string): Schedule {
  try {
    const cron = new Cron(expression, { timezone: timeZone || 'UTC', mode: '5-part', paused: true });
    // Fails for a zone that does not exist.
    cron.nextRun(new Date());
    const even = evenForm.exec(expression);
    if (even) return every(Number(even[1] ?? 1) * 60_000);
    return {
      next: (at) => cron.nextRun(new Date(at))?.getTime(),
      latest: (at) => cron.previousRuns(1, new Date(at + 1))[0]?.getTime(),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new GrpcError(
      'INVALID_ARGUMENT',
      `Schedule or time zone is invalid: "${expression}" in "${timeZone}" (${why}).`,
    );
  }
}
