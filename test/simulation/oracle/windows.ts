/** When the system could not be expected to act; and how far clocks may differ. */
import type { Stage } from '../stage.ts';

/** Clocks of instances differ by seconds, and requests take some. */
export const toleranceMs = 20_000;
/** After an outage: back-off of the event doors, leases that run out, and the next tick. */
const recoveryMs = 15 * 60_000;

/** Whether an outage explains that something between two instants did not happen, happened late, or twice. */
export function isExplained(stage: Pick<Stage, 'outages'>, from: number, to: number): boolean {
  return stage.outages().some((each) => each.from <= to && each.to + recoveryMs >= from);
}
