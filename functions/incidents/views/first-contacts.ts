/** The contacts of an incident that people see: of twenty thousand the first few, and how many there are. */
import { allOf, collections, countOf, incidentRef, readAll } from '../../platform/firestore.ts';
import { contactsInAll, type StoredContact } from '../record/cohorts.ts';
import { byId, type Contact, withOneOthers } from '../rhythm/contact.ts';

export const mostShown = 200;

export const readAllContacts = async (incidentId: string): Promise<Contact[]> =>
  contactsInAll(await readAll<StoredContact>(incidentRef(incidentId).collection(collections.contacts)));

/** At most {@link mostShown} contacts, those due first; `total` counts all. */
export async function readFirstContacts(incidentId: string) {
  const all = incidentRef(incidentId).collection(collections.contacts);
  const found = await all.limit(mostShown).get();
  const read = contactsInAll(allOf<StoredContact>(found));
  if (found.size < mostShown) {
    const contacts = withOneOthers(read);
    return { contacts: firstOf(contacts), total: contacts.length };
  }
  const due = all.where('nextUpdateDueAt', '>', new Date(0)).orderBy('nextUpdateDueAt').limit(mostShown);
  const [waiting, count] = await Promise.all([readAll<StoredContact>(due), countOf(all)]);
  const known = byId([...read, ...contactsInAll(waiting)]);
  return { contacts: firstOf(withOneOthers([...known.values()])), total: Math.max(count, known.size) };
}

function firstOf(contacts: Contact[]): Contact[] {
  if (contacts.length <= mostShown) return contacts;
  const due = ({ nextUpdateDueAt }: Contact): number => nextUpdateDueAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return contacts.toSorted((one, other) => due(one) - due(other)).slice(0, mostShown);
}
