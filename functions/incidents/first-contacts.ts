/** The contacts of an incident that people see: of twenty thousand the first few, and how many there are. */
import { allOf, collections, incidentRef } from '../platform/firestore.ts';
import { contactsInAll, type StoredContact } from './cohorts.ts';
import { type Contact, withOneOthers } from './rhythm/contact.ts';

export const mostShown = 200;

export interface FirstContacts {
  /** At most {@link mostShown}: of more, those who are due an update first. */
  contacts: Contact[];
  /** How many there are. */
  total: number;
}

export async function readAllContacts(incidentId: string): Promise<Contact[]> {
  return contactsInAll(allOf<StoredContact>(await incidentRef(incidentId).collection(collections.contacts).get()));
}

export async function readFirstContacts(incidentId: string): Promise<FirstContacts> {
  const all = incidentRef(incidentId).collection(collections.contacts);
  const found = await all.limit(mostShown).get();
  const read = contactsInAll(allOf<StoredContact>(found));
  if (found.size < mostShown) {
    const contacts = withOneOthers(read);
    return { contacts: firstOf(contacts), total: contacts.length };
  }
  const due = all.where('nextUpdateDueAt', '>', new Date(0)).orderBy('nextUpdateDueAt').limit(mostShown);
  const [first, count] = await Promise.all([due.get(), all.count().get()]);
  const waiting = contactsInAll(allOf<StoredContact>(first));
  const known = new Map([...read, ...waiting].map((each) => [each.id, each]));
  return { contacts: firstOf(withOneOthers([...known.values()])), total: Math.max(count.data().count, known.size) };
}

function firstOf(contacts: Contact[]): Contact[] {
  if (contacts.length <= mostShown) return contacts;
  const due = ({ nextUpdateDueAt }: Contact): number => nextUpdateDueAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return contacts.toSorted((one, other) => due(one) - due(other)).slice(0, mostShown);
}
