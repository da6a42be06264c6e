/** What a linked incident brings its primary, and what it takes home as the link ends. Pure. */
import { given } from '../../platform/defined.ts';
import { type ContactFact, ofThisContact } from '../clocks/facts.ts';
import type { Context } from '../facts/decision.ts';
import { passed } from '../fold/evolve.ts';
import { fold, type History, type PolicyOf } from '../fold/fold.ts';
import { type Return, type Share, type SharedContact, sharedFields } from '../fold/links.ts';
import type { AffectedCustomer } from '../incident.ts';
import { allFactsOf, othersOf, type State, scheduleOf, theOthersId } from '../rhythm/contact.ts';

export function shareOf(state: State): Share {
  return {
    linked: given(state.incident, sharedFields),
    contacts: sharedContacts(state),
    schedule: state.incident.schedule ?? [],
    isWaiting: [...state.contacts.values()].some((each) => !each.stoppedAt && !each.recoveredAt),
  };
}

/** What a linked incident would have brought to another if what has left it since had never been part of it. */
export function shareBefore({ incident, events }: History, to: string, { policy }: Context, policyOf: PolicyOf): Share {
  const link = events.findLast((each) => each.type === 'linked' && each.detail.to === to);
  const state = fold(incident.id, events, policyOf, link?.id);
  return shareOf(link ? passed(state, link.recordedAt, policy) : state);
}

/** What the end of a link gives back. @param gone the incident that is told apart, and those that leave with it */
export function returnOf(home: State, survivor: State | undefined, gone: readonly string[]): Return {
  if (!survivor) return { gained: [], contacts: [] };
  const { id, affectedCustomers } = home.incident;
  const known = new Set(affectedCustomers.map((each) => each.id));
  const gained = survivor.incident.affectedCustomers.flatMap(({ via, ...customer }): AffectedCustomer[] => {
    const own = via?.filter((each) => gone.includes(each)) ?? [];
    if (own.length === 0 || known.has(customer.id)) return [];
    return [own.includes(id) ? customer : { ...customer, via: own }];
  });
  const contacts = saidWhileLinked(survivor, home, gone, new Set(gained.map((each) => each.id)));
  return { gained, contacts };
}

/** Facts of an incident as another one has them: by ids of both, and each for this contact alone. */
function sharedContacts({ incident, contacts }: State): SharedContact[] {
  return [...contacts.values()].map((contact): SharedContact => {
    const facts = ofThisContact(allFactsOf(contact, incident)).map(
      (fact): ContactFact => ({ ...fact, id: idIn(incident.id, fact.id), of: [...(fact.of ?? []), incident.id] }),
    );
    const home = scheduleOf(contact, incident);
    const id = contact.id === theOthersId ? othersOf(incident.id) : contact.id;
    return { id, facts, ...(home.incidentId === incident.id ? {} : { home }) };
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

/** Of each customer of the linked incident: what they were told while it was linked, and what its tickets named. */
function saidWhileLinked(
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
        const isNew = !known.has(fact.id) && ['known', 'named', 'asked'].includes(fact.type);
        const below = of.includes(id) ? of.slice(0, of.indexOf(id)) : of;
        return isNew ? [below.length > 0 ? { ...own, of: below } : own] : [];
      }
      return toldTypes.has(fact.type) && fact.recordedAt >= linkedAt ? [own] : [];
    });
    return facts.length > 0 ? [{ id: home, facts }] : [];
  });
}
