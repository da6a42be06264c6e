/** The door of all that calls outward, with who reads the records that leave. */
import { register } from './incidents/registry.ts';

export { outgoing } from './outgoing/outgoing.ts';

register({ exports: async () => (await import('./postmortems/export/export-source.ts')).exportSource });
