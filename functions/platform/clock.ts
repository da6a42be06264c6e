/** The time that every function reads. The local cloud puts its own clock here; nothing else does. */
let read: () => number = Date.now;

export function now(): Date {
  return new Date(read());
}

/** @param source epoch milliseconds */
export function useClock(source: () => number): void {
  read = source;
}
