/** The door of all that calls outward, with who reads the records that leave and keeps what comes of it. */
import { outgoingWith } from './outgoing/outgoing.ts';

export const outgoing = outgoingWith({
  exportSource: async () => (await import('./postmortems/export/export-source.ts')).exportSource,
  actionTickets: async () => (await import('./postmortems/action-tickets.ts')).actionTickets,
});
