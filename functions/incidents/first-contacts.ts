/** The contacts of an incident that people see: of twenty thousand the first few, and how many there are. */
import { collections, fromDocument, incidentRef } from '../platform/firestore.ts';
import { type Contact, withOneOthers } from './rhythm/contact.ts';

export const mostShown = 200;

export interface FirstContacts {
  /** At most {@link mostShown}: of more, those who are due an update first. */
  contacts: Contact[];
  /** How many there are. */
  total: number;
}

export async function readFirstContacts(incidentId: string): Promise<FirstContacts> {
  const all = incidentRef(incidentId).collection(collections.contacts);
  const { docs } = await all.limit(mostShown).get();
  const read = (each: (typeof docs)[number]): Contact => fromDocument<Contact>(each.data());
  if (docs.length < mostShown) {
    const contacts = withOneOthers(docs.map(read));
    return { contacts, total: contacts.length };
  }
  const due = all.where('nextUpdateDueAt', '>', new Date(0)).orderBy('nextUpdateDueAt').limit(mostShown);
  const [first, count] = await Promise.all([due.get(), all.count().get()]);
  const others = docs.filter(({ id }) => !first.docs.some((each) => each.id === id));
  return {
    contacts: withOneOthers([...first.docs, ...others].slice(0, mostShown).map(read)),
    total: count.data().count,
  };
}
