/** The door of all that calls outward, with who reads the records that leave and keeps what comes of it. */
import { register } from './incidents/registry.ts';

export { outgoing } from './outgoing/outgoing.ts';

register({
  exports: async () => (await import('./postmortems/export/export-source.ts')).exportSource,
  actionTickets: async () => (await import('./postmortems/action-tickets.ts')).actionTickets,
});
