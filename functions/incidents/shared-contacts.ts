/** What two incidents tell each other of their contacts, as they are linked and as the link ends. Pure. */
import { type ContactFact, ofThisContact, type ScheduleFact } from './clocks/facts.ts';
import type { State } from './fold/state.ts';
import { allFactsOf, othersOf, scheduleOf, theOthersId } from './rhythm/contact.ts';

/** What is known of a contact, as another incident is handed it. */
export interface SharedContact {
  id: string;
  facts: ContactFact[];
  /** What it waited by, where that is not what its incident goes by. */
  home?: { incidentId: string; filedAt: Date; facts: readonly ScheduleFact[] };
}

/** Facts of an incident as another one has them: by ids of both, and each for this contact alone. */
export function sharedContacts({ incident, contacts }: State): SharedContact[] {
  return [...contacts.values()].map((contact): SharedContact => {
    const facts = ofThisContact(allFactsOf(contact, incident)).map(
      (fact): ContactFact => ({ ...fact, id: idIn(incident.id, fact.id), of: [...(fact.of ?? []), incident.id] }),
    );
    const { incidentId, filedAt, facts: schedule } = scheduleOf(contact, incident);
    const isOther = incidentId !== incident.id;
    const id = contact.id === theOthersId ? othersOf(incident.id) : contact.id;
    return { id, facts, ...(isOther ? { home: { incidentId, filedAt, facts: schedule } } : {}) };
  });
}

const idIn = (incidentId: string, id: string): string => (id.includes('/') ? id : `${incidentId}/${id}`);

const toldTypes = new Set<ContactFact['type']>([
  'updated',
  'unreached',
  'recovered',
  'recovery-corrected',
  'reminded',
  'escalated',
]);

/**
 * What the end of a link gives back, of each customer of the linked incident: what was said to them while it was linked, and
 * what its tickets have named since.
 */
export function saidWhileLinked(
  { incident, contacts }: State,
  linked: State,
  gone: readonly string[],
  gained: ReadonlySet<string>,
): SharedContact[] {
  const { id, linkedAt = new Date(0) } = linked.incident;
  return [...contacts.values()].flatMap((contact): SharedContact[] => {
    const home = contact.id === othersOf(id) ? theOthersId : contact.id;
    const isTheirs =
      (linked.contacts.has(home) && contact.id !== theOthersId) ||
      contact.customers.some((each) => gained.has(each.id));
    if (!isTheirs) return [];
    const known = new Set(linked.contacts.get(home)?.facts.map((each) => idIn(id, each.id)));
    const facts = ofThisContact(allFactsOf(contact, incident)).flatMap((fact): ContactFact[] => {
      const { of, ...said } = fact;
      const own = { ...said, id: idIn(incident.id, fact.id) } as ContactFact;
      if (of?.some((each) => gone.includes(each))) {
        const isNew = !known.has(fact.id) && (fact.type === 'known' || fact.type === 'named' || fact.type === 'asked');
        const below = of.includes(id) ? of.slice(0, of.indexOf(id)) : of;
        return isNew ? [below.length > 0 ? { ...own, of: below } : own] : [];
      }
      return toldTypes.has(fact.type) && fact.recordedAt >= linkedAt ? [own] : [];
    });
    return facts.length > 0 ? [{ id: home, facts }] : [];
  });
}
