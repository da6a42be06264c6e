/** Who reads a body, by the source it came from: for what was spilled or quarantined and is read later. */
import type { Reading, SourceContext } from './sources/source.ts';
import { ticketSources } from './tickets.ts';

export type Reader = (body: unknown, bytes: Buffer, context: SourceContext) => Reading;

export function readerOf(source: string): Reader | undefined {
  const ticketSource = Object.hasOwn(ticketSources, source) ? ticketSources[source] : undefined;
  return ticketSource && ((body, bytes, context) => ticketSource.read(body, bytes, context));
}
