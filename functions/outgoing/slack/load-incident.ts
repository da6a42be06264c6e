/** An incident with its customers' contacts, as cards and forms show them. */
import { contactsInAll, type StoredContact } from '../../incidents/cohorts.ts';
import type { Incident } from '../../incidents/incident.ts';
import { type Contact, withOneOthers } from '../../incidents/rhythm/contact.ts';
import { allOf, collections, dataOf, incidentRef } from '../../platform/firestore.ts';

export interface Loaded {
  incident: Incident;
  contacts: Contact[];
}

/** @param id as somebody may have sent it @returns undefined where there is none */
export async function loadIncident(id: string): Promise<Loaded | undefined> {
  if (!/^inc_[\da-f]{1,64}$/.test(id)) return undefined;
  const ref = incidentRef(id);
  const [document, contacts] = await Promise.all([ref.get(), ref.collection(collections.contacts).get()]);
  const incident = dataOf<Incident>(document);
  return incident && { incident, contacts: withOneOthers(contactsInAll(allOf<StoredContact>(contacts))) };
}
