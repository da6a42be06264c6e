/** Who reads a body, by the source it came from: for what was spilled or quarantined and is read later. */
import { monitoring } from './sources/monitoring.ts';
import type { IntakeSource } from './sources/source.ts';
import { ticketSources } from './sources/tickets.ts';

const sources: IntakeSource[] = [...Object.values(ticketSources), monitoring];

export function sourceOf(tool: string): IntakeSource | undefined {
  return sources.find((each) => each.tool === tool);
}
