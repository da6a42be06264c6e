/** The time that every function reads. The local cloud puts its own clock here; nothing else does. */
let read: () => number = Date.now;
let rest: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let wait: (at: number) => Promise<void> = (at) => rest(at - read());

export const now = (): Date => new Date(read());

export const pause = (ms: number): Promise<void> => rest(ms);

/** Resolves when it is that time; sooner where the clock is stopped. */
export async function waitUntil(at: Date): Promise<void> {
  if (at.getTime() > read()) await wait(at.getTime());
}

/**
 * @param source epoch milliseconds
 * @param pausing how time passes on that clock
 * @param waiting resolves at a time of that clock, which need not run as real time does
 */
export function useClock(source: () => number, pausing = rest, waiting = wait): void {
  read = source;
  rest = pausing;
  wait = waiting;
}
