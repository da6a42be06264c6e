/** Reads what the situation of an incident is composed of. */
import type { DocumentSnapshot } from '@google-cloud/firestore';
import { readEvent } from '../incidents/events.ts';
import { readFirstContacts } from '../incidents/first-contacts.ts';
import type { Incident } from '../incidents/incident.ts';
import { collections, fromDocument, incidentRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { composeSituation, type Situation } from './compose-situation.ts';

const mostEvents = 300;

/** @throws Problem 404 */
export async function loadSituation(id: string, now: Date): Promise<{ incident: Incident; situation: Situation }> {
  const ref = incidentRef(id);
  const [document, contacts, events] = await Promise.all([
    ref.get(),
    readFirstContacts(id),
    ref.collection(collections.timeline).orderBy('recordedAt', 'desc').limit(mostEvents).get(),
  ]);
  const incident = readIncident(document);
  const situation = composeSituation(
    incident,
    contacts,
    events.docs.map((each) => readEvent(fromDocument(each.data()))),
    now,
  );
  return { incident, situation };
}

function readIncident(document: DocumentSnapshot): Incident {
  if (!document.exists) throw new Problem(404, refuse('no-incident', { id: document.id.slice(0, 100) }));
  return fromDocument<Incident>(document.data());
}
