/** When the system could not be expected to act; and how far clocks may differ. */
import type { Stage } from '../stage.ts';

/** Clocks of instances differ by seconds, and requests take some. */
export const toleranceMs = 20_000;
/** Between an attempt's beginning, which is the time of what it writes, and its commit. */
export const commitMs = 90_000;
/** What is slow alone is late by itself and by a tick. */
const tickMs = 60_000;
/** After any failure: a claim that runs out, and the next tick. */
const leaseMs = 4 * 60_000;
/** After an outage, as long as that was: the back-off of those who tried meanwhile. */
const longestBackoffMs = 11 * 60_000;

/** Whether an outage explains that something between two instants did not happen, happened late, or twice. */
export function isExplained(stage: Pick<Stage, 'outages'>, from: number, to: number): boolean {
  return stage.outages().some((each) => {
    const backMs = each.what === 'slow' ? tickMs : leaseMs + Math.min(each.to - each.from, longestBackoffMs);
    return each.from <= to && each.to + backMs >= from;
  });
}
