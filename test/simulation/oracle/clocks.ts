/** Each hour, each named customer has a clock, which runs while the incident is open and they cannot work yet. */
import { hourMs } from '../calendar.ts';
import type { Stage } from '../stage.ts';
import { type Doc, date, type Records } from './records.ts';

export function watchClocks(): (stage: Stage) => string[] {
  let lookedAt = 0;
  const told = new Set<string>();
  return (stage) => {
    const hour = Math.floor(stage.now() / hourMs);
    if (hour === lookedAt) return [];
    lookedAt = hour;
    const incidents = new Map<string, Doc>();
    const contacts = new Map<string, Doc[]>();
    for (const [path, doc] of stage.documents() as ReadonlyMap<string, Doc>) {
      const [collection, id = '', below] = path.split('/');
      if (collection !== 'incidents') continue;
      if (below === undefined) incidents.set(id, doc);
      if (below === 'contacts') contacts.set(id, [...(contacts.get(id) ?? []), doc]);
    }
    return [...incidents].flatMap(([id, incident]) =>
      wrongOf(incident, contacts.get(id) ?? []).flatMap(([who, what]) => {
        const said = `${who} of ${id} ${what}`;
        if (told.has(said)) return [];
        told.add(said);
        return [`At ${date(stage.now())} ${said}.`];
      }),
    );
  };
}

/** So it is as a run ends. */
export function checkClocks({ incidents, contacts }: Records): string[] {
  return [...incidents].flatMap(([id, incident]) =>
    wrongOf(incident, contacts.get(id) ?? []).map(([who, what]) => `${who} of ${id} ${what} in the end.`),
  );
}

/** Whether each incident of the outage that knows these customers was found not to occur. */
function isFoundNotToOccur({ facts }: Doc, { outage }: Doc): boolean {
  const knowing: Doc[] = facts.filter(({ type }: Doc) => type === 'known');
  const parts = knowing.map(({ of }) => (of === undefined ? outage?.own : outage?.members[of]?.incident));
  return parts.length > 0 && parts.every((each) => each?.status === 'not-occurring');
}

/** Who, and what of their clock. */
function wrongOf(incident: Doc, contacts: readonly Doc[]): [who: string, what: string][] {
  if (incident.kind !== 'incident' || incident.status === 'linked') return [];
  const named: string[] = incident.affectedCustomers.map((each: Doc) => each.id);
  const idsOf = (contact: Doc): string[] => contact.customers.map((each: Doc) => each.id);
  const known = new Set(contacts.flatMap(idsOf));
  const without = named.filter((each) => !known.has(each));
  const isRunning = incident.status === 'open' && !incident.isAboutMetronome;
  const still = contacts.filter(
    (each) =>
      isRunning &&
      each.nextUpdateDueAt === null &&
      !each.recoveredAt &&
      !each.isTheOthers &&
      !isFoundNotToOccur(each, incident) &&
      idsOf(each).some((one) => named.includes(one)),
  );
  return [
    ...without.map((each): [string, string] => [each, 'is named, and has no clock']),
    ...still.map((each): [string, string] => [each.id, 'waits for word, and their clock stands still']),
  ];
}
