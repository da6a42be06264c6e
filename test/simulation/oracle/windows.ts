/** When the system could not be expected to act; and how far clocks may differ. */
import type { Stage } from '../stage.ts';

/** Clocks of instances differ by seconds, and requests take some. */
export const toleranceMs = 20_000;
/** Clocks of two instances differ by no more. */
export const skewMs = 8_000;
/** A look and a statement that want one record at once wait for each other so long: the lock timeout of the local cloud. */
export const lockMs = 10_000;
/** Between an attempt's beginning, which is the time of what it writes, and its commit. */
export const commitMs = 90_000;
/** What happens in the moment in which a bundle is held may be in it or not. */
export const momentMs = 30_000;
/** What is slow alone is late by itself and by a tick. */
const tickMs = 60_000;
/** After any failure: a claim that runs out, and the next tick. */
const leaseMs = 4 * 60_000;
/** After an outage, as long as that was: the back-off of those who tried meanwhile. */
export const longestBackoffMs = 11 * 60_000;

/** How long after an outage something may still be late because of it. */
const backMs = ({ what, from, to }: ReturnType<Stage['outages']>[number]): number =>
  what === 'slow' ? tickMs : leaseMs + Math.min(to - from, longestBackoffMs);

/** Whether an outage explains that something between two instants did not happen, happened late, or twice. */
export function isExplained(stage: Pick<Stage, 'outages'>, from: number, to: number): boolean {
  return stage.outages().some((each) => each.from <= to && each.to + backMs(each) >= from);
}

/**
 * The first instant from one on at which no outage explains any more that something was not done. Each outage counts only
 * where it begins before what the one before has left late is over: short ones excuse nothing long, however many there are.
 */
export function firstUnexplained(stage: Pick<Stage, 'outages'>, from: number): number {
  const inOrder = stage.outages().toSorted((a, b) => a.from - b.from);
  return inOrder.reduce((at, each) => (each.from <= at ? Math.max(at, each.to + backMs(each)) : at), from);
}
