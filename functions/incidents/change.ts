/** Changes an incident in a transaction: loads it, decides on it as it is, and commits. */
import type { Transaction } from '@google-cloud/firestore';
import { collections, fromDocument, incidentRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { refuse, wrongField } from '../words/refusals/refuse.ts';
import { beginContacts, firstOutbox } from './beginning.ts';
import { commit, type Decision, type Recorded } from './commit.ts';
import { applyEffects, needsContacts, unknownCustomers } from './contact-effects.ts';
import { type ContactEffect, type Context, type Decided, problemOf, type Refusal, withMissing } from './decision.ts';
import { type Incident, optional } from './incident.ts';
import { notesOf } from './notes.ts';
import type { SignalRecord } from './records.ts';
import type { Contact } from './rhythm/contact.ts';
import { timerAfter } from './rhythm/wake.ts';

/**
 * @param known its id, or the incident as this transaction has read it
 * @param signal what came in, where that is what is decided upon
 * @throws Problem 404 for no such incident, and what the decision refuses
 */
export async function changeIncident(
  transaction: Transaction,
  known: string | Incident,
  context: Context,
  decide: (incident: Incident) => Decided | Refusal,
  signal?: (incident: Incident) => SignalRecord,
): Promise<Recorded> {
  const { now, policy } = context;
  const before = typeof known === 'string' ? await readIncident(transaction, known) : known;
  const decided = decide(before);
  if ('refused' in decided) throw problemOf(decided);
  const begins = before.kind !== 'incident' && decided.incident.kind === 'incident';
  const changed = begins
    ? {
        ...decided,
        known: [],
        contacts: beginContacts(decided.incident, decided.incident, decided.incident.filedAt, policy),
      }
    : await withContacts(transaction, before, decided, context);
  const outbox = [
    ...(begins ? firstOutbox(decided.incident) : []),
    ...(decided.outbox ?? []),
    ...notesOf(before, changed.incident, changed.events, now, policy),
  ];
  const [recorded] = await commit(transaction, now, {
    incident: before,
    events: changed.events,
    contacts: changed.contacts,
    ...optional('known', changed.known),
    timer: timerAfter(before, changed.incident, changed.contacts, outbox.length > 0, now, policy),
    outbox,
    ...(signal ? { signal: signal(before) } : {}),
  });
  return recorded;
}

/** What was decided, with what it does to the contacts as they are. */
async function withContacts(
  transaction: Transaction,
  before: Incident,
  decided: Decided,
  context: Context,
): Promise<Pick<Decided, 'incident' | 'events'> & Pick<Decision, 'contacts' | 'known'>> {
  if (!needsContacts(before, decided.incident, decided.effects)) return { ...decided, contacts: [] };
  const contacts = await readContacts(transaction, before.id);
  refuseUnknown(contacts, decided.effects);
  const effected = applyEffects(contacts, before, decided.incident, decided.effects, context);
  return { ...effected, known: contacts, events: withMissing(before, [...decided.events, ...effected.events]) };
}

export async function readContacts(transaction: Transaction, incidentId: string): Promise<Contact[]> {
  const found = await transaction.get(incidentRef(incidentId).collection(collections.contacts));
  return found.docs.map((document) => fromDocument<Contact>(document.data()));
}

/** @throws Problem 404 */
export async function readIncident(transaction: Transaction, id: string): Promise<Incident> {
  const document = await transaction.get(incidentRef(id));
  if (!document.exists) throw new Problem(404, refuse('no-incident', { id: id.slice(0, 100) }));
  return fromDocument<Incident>(document.data());
}

function refuseUnknown(contacts: Contact[], effects: ContactEffect[]): void {
  const unknown = unknownCustomers(contacts, effects);
  if (unknown.length === 0) return;
  throw new Problem(422, refuse('some-not-affected'), {
    errors: unknown.map((id) => wrongField('customers', 'not-affected', { id })),
  });
}
