/** The time that every function reads. The local cloud puts its own clock here; nothing else does. */
let read: () => number = Date.now;
let rest: (ms: number) => Promise<void> = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function now(): Date {
  return new Date(read());
}

/** Lets so much time pass. */
export const pause = (ms: number): Promise<void> => rest(ms);

/**
 * @param source epoch milliseconds
 * @param pausing how time passes on that clock
 */
export function useClock(source: () => number, pausing = rest): void {
  read = source;
  rest = pausing;
}
