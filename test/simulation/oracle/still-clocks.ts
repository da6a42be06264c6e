/** Hour by hour: of an incident that is open, the clock of whoever is named and cannot work yet never stands still. */
import { hourMs } from '../calendar.ts';
import type { Stage } from '../stage.ts';
import { type Doc, date } from './records.ts';

export function watchClocks(): (stage: Stage) => string[] {
  let lookedAt = 0;
  const told = new Set<string>();
  return (stage) => {
    const hour = Math.floor(stage.now() / hourMs);
    if (hour === lookedAt) return [];
    lookedAt = hour;
    const documents = stage.documents() as ReadonlyMap<string, Doc>;
    return [...documents].flatMap(([path, contact]) => {
      const [collection, id, below] = path.split('/');
      if (collection !== 'incidents' || below !== 'contacts') return [];
      if (contact.nextUpdateDueAt !== null || contact.recoveredAt || contact.isTheOthers) return [];
      const incident = documents.get(`incidents/${id}`);
      if (incident?.kind !== 'incident' || incident.status !== 'open' || incident.isAboutMetronome) return [];
      const named = new Set(incident.affectedCustomers.map((each: Doc) => each.id));
      if (!contact.customers.some((each: Doc) => named.has(each.id)) || told.has(path)) return [];
      told.add(path);
      return [`${contact.id} of ${id} waits for word at ${date(stage.now())}, and its clock stands still.`];
    });
  };
}
