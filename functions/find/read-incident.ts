/** An incident by its id, or by what people call it; and what pages, drafts and the situation are made of beside it. */
import { readEvent, type TimelineEvent } from '../incidents/facts/events.ts';
import type { Incident } from '../incidents/incident.ts';
import { contactsInAll, type StoredContact } from '../incidents/record/cohorts.ts';
import { type Contact, withOneOthers } from '../incidents/rhythm/contact.ts';
import { readCode } from '../incidents/search/searchable.ts';
import { readFirstContacts } from '../incidents/views/first-contacts.ts';
import { allOf, collections, dataOf, firestore, incidentRef } from '../platform/firestore.ts';
import { Problem, type Reason } from '../platform/problem.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';

/** The number of timeline entries that a page shows. */
export const mostEvents = 300;

/**
 * @param said an ID, a code, or an address that ends with an ID
 * @returns undefined if no incident has that code; an ID is returned as it is
 * @throws Problem 409 naming both IDs if two incidents share the code
 */
export async function findId(said: string): Promise<string | undefined> {
  const id = /\binc_[\da-f]{24}\b/.exec(said)?.[0];
  const code = id ? undefined : readCode(said);
  if (!code) return id;
  const all = firestore().collection(collections.incidents);
  const ids = (await all.where('code', '==', code).select().limit(2).get()).docs.map((each) => each.id);
  if (ids.length > 1) throw new Problem(409, refuse('code-of-two', { code, ids: ids.join(', ') }));
  return ids[0];
}

/** @throws Problem 404, or 409 as {@link findId} does */
export async function requireId(said: string): Promise<string> {
  const id = await findId(said);
  if (!id) throw new Problem(404, refuse('no-incident', { id: said.slice(0, 100) }));
  return id;
}

/** @param id as somebody may have sent it @throws Problem 404 */
export async function requireIncident(id: string): Promise<Incident> {
  const incident = /^inc_[\da-f]{24}$/.test(id) ? dataOf<Incident>(await incidentRef(id).get()) : undefined;
  if (!incident) throw new Problem(404, refuse('no-incident', { id: id.slice(0, 100) }));
  return incident;
}

export async function readNewestEvents(id: string, most: number): Promise<TimelineEvent[]> {
  const timeline = incidentRef(id).collection(collections.timeline);
  return allOf(await timeline.orderBy('recordedAt', 'desc').limit(most).get()).map(readEvent);
}

export type IncidentRecord = Awaited<ReturnType<typeof readRecord>>;

/** With the newest {@link mostEvents} of its timeline, newest first. @throws Problem 404 */
export async function readRecord(id: string) {
  const [incident, contacts, events] = await Promise.all([
    requireIncident(id),
    readFirstContacts(id),
    readNewestEvents(id, mostEvents),
  ]);
  return { incident, ...contacts, events };
}

export interface Loaded {
  incident: Incident;
  contacts: Contact[];
}

/** @param id as somebody may have sent it @returns undefined if there is none */
export async function loadIncident(id: string): Promise<Loaded | undefined> {
  if (!/^inc_[\da-f]{1,64}$/.test(id)) return undefined;
  const ref = incidentRef(id);
  const [document, contacts] = await Promise.all([ref.get(), ref.collection(collections.contacts).get()]);
  const incident = dataOf<Incident>(document);
  return incident && { incident, contacts: withOneOthers(contactsInAll(allOf<StoredContact>(contacts))) };
}

/** @throws Problem 422 on `field` if no incident has that ID, code or address; 409 as {@link findId} does */
export async function resolveIncident(
  said: string,
  field = 'to',
  refusal: Reason = refuse('statement-not-understood'),
) {
  const id = await findId(said);
  if (!id) throw new Problem(422, refusal, { errors: [wrongField(field, 'not-an-incident-id')] });
  return id;
}
