/** Changes an incident in a transaction: loads it, decides on it as it is, and commits. */
import type { Transaction } from '@google-cloud/firestore';
import { allOf, collections, dataOf, incidentRef } from '../../platform/firestore.ts';
import { Problem } from '../../platform/problem.ts';
import type { Policy } from '../../policy.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { type Context, type Decided, problemOf, type Refusal } from '../facts/decision.ts';
import type { EventOf } from '../facts/events.ts';
import { firstOutbox } from '../fold/beginning.ts';
import { unknownCustomers } from '../fold/contact-effects.ts';
import { decisionOn, evolveAll, evolveAlone } from '../fold/evolve.ts';
import { type Incident, optional } from '../incident.ts';
import { notesOf } from '../outbox/notes.ts';
import { byId, type Contact } from '../rhythm/contact.ts';
import { contactsInAll, type StoredContact } from './cohorts.ts';
import { commit, type Recorded } from './commit.ts';
import type { SignalRecord } from './records.ts';

/**
 * @param known its id, or the incident as this transaction has read it
 * @throws Problem 404 for no such incident, and what the decision refuses
 */
export async function changeIncident(
  transaction: Transaction,
  known: string | Incident,
  context: Context,
  decide: (incident: Incident) => Decided | Refusal,
  signal?: SignalRecord,
): Promise<Recorded> {
  const { now, policy } = context;
  const before = typeof known === 'string' ? await readIncident(transaction, known) : known;
  const decided = decide(before);
  if ('refused' in decided) throw problemOf(decided);
  const isTouching = touchesContacts(before, decided.facts, now, policy);
  const contacts = isTouching ? await readContacts(transaction, before.id) : undefined;
  if (contacts) refuseUnknown(contacts, decided.facts);
  const state = { incident: before, contacts: byId(contacts ?? []) };
  const evolved = evolveAll(state, decided.facts, now, policy);
  const outbox = [
    ...(before.kind !== 'incident' ? firstOutbox(evolved.incident) : []),
    ...(decided.outbox ?? []),
    ...evolved.outbox,
    ...notesOf(before, evolved.incident, evolved.events, now, policy),
  ];
  const [recorded] = await commit(transaction, now, {
    ...decisionOn(state, evolved, outbox, context),
    ...(before.kind === 'incident' ? optional('known', contacts) : { known: [] }),
    ...optional('signal', signal),
  });
  return recorded;
}

/** Most statements do nothing to contacts, and do not read them. */
function touchesContacts(before: Incident, facts: readonly EventOf[], now: Date, policy: Policy): boolean {
  let incident = before;
  return facts.some((fact) => {
    const alone = evolveAlone(incident, { ...fact, recordedAt: now }, policy);
    incident = alone.incident;
    return alone.needsContacts;
  });
}

export async function readContacts(transaction: Transaction, incidentId: string): Promise<Contact[]> {
  const found = await transaction.get(incidentRef(incidentId).collection(collections.contacts));
  return contactsInAll(allOf<StoredContact>(found));
}

/** @throws Problem 404 */
export async function readIncident(transaction: Transaction, id: string): Promise<Incident> {
  const incident = dataOf<Incident>(await transaction.get(incidentRef(id)));
  if (!incident) throw new Problem(404, refuse('no-incident', { id: id.slice(0, 100) }));
  return incident;
}

function refuseUnknown(contacts: readonly Contact[], facts: readonly EventOf[]): void {
  const unknown = facts.flatMap((fact) => unknownCustomers(contacts, fact));
  const errors = unknown.map((id) => wrongField('customers', 'not-affected', { id }));
  if (errors.length > 0) throw new Problem(422, refuse('some-not-affected'), { errors });
}
