import { Cron } from 'croner';
import { GrpcError } from '../grpc.ts';

/** The instants of a cron expression in a time zone, epoch milliseconds. */
export interface Schedule {
  /** The first one after `at`; undefined when there is none. */
  next(at: number): number | undefined;
  /** The last one at or before `at`. */
  latest(at: number): number | undefined;
}

const minuteMs = 60_000;

/** The same in every zone, and in a jump over a week asked for ten thousand times. */
const everyMinute: Schedule = {
  next: (at) => Math.floor(at / minuteMs) * minuteMs + minuteMs,
  latest: (at) => Math.floor(at / minuteMs) * minuteMs,
};

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
    if (
      expression
        .trim()
        .split(/\s+/)
        .every((field) => field === '*')
    )
      return everyMinute;
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
