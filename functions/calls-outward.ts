/** The door of all outgoing calls, with the readers of the records that leave and the writers of their results. */
import { outgoingWith } from './outgoing/outgoing.ts';

export const outgoing = outgoingWith({
  exportSource: async () => (await import('./postmortems/export/export-source.ts')).exportSource,
  actionTickets: async () => (await import('./postmortems/action-tickets.ts')).actionTickets,
  publishPages: async () => (await import('./published/publish-pages.ts')).publishPages(),
});
