/**
 * Linking: the same trouble reported by many. A becomes linked, its signals and contacts join the one that survives,
 * and all of it can be undone.
 */
import type { Transaction } from '@google-cloud/firestore';
import type { Contact } from '../customer-updates/contact.ts';
import { reopenContact } from '../customer-updates/ends.ts';
import { stopClock } from '../customer-updates/slots.ts';
import { collections, firestore, fromDocument, incidentRef, timerRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { keepAwake, type Recorded, type Recording, readIncident, write } from './commit-decision.ts';
import { decideLinked, decideUnlinked } from './decide-link.ts';
import { contactRef, type SignalRecord, type Timer } from './records.ts';
import type { StatementOf } from './statement-schemas.ts';

/** Signals are moved with the link; more than this many would not fit in one commit. */
const mostSignals = 400;

export async function recordLink(
  transaction: Transaction,
  id: string,
  statement: Pick<StatementOf<'linked'>, 'to' | 'basis' | 'occurredAt'>,
  by: Recording,
): Promise<Recorded> {
  if (statement.to === id) throw new Problem(422, 'An incident cannot be linked to itself.');
  const linked = await readIncident(transaction, id);
  if (linked.status === 'linked') {
    throw new Problem(409, `It is linked to ${linked.linkedTo} already. Unlink it first.`);
  }
  const to = await survivorIn(transaction, statement.to, id);
  const [contacts, existing] = await Promise.all([readContacts(transaction, id), readContacts(transaction, to.id)]);
  const signals = await transaction.get(signalsOf(id).limit(mostSignals));
  const timers = await transaction.getAll(timerRef(id), timerRef(to.id));
  const { now } = by;
  const decided = decideLinked(linked, to, statement, by);

  for (const signal of signals.docs) transaction.update(signal.ref, { incidentId: to.id, linkedFrom: id });
  const known = new Map(existing.map((each) => [each.id, each]));
  const joined: Contact[] = [];
  for (const contact of contacts) {
    const own = known.get(contact.id);
    const customers = contact.customers.filter((each) => !own?.customers.some((other) => other.id === each.id));
    if (own) {
      if (customers.length > 0) joined.push({ ...own, customers: [...own.customers, ...customers] });
    } else {
      joined.push({ ...contact, incidentId: to.id, joinedFrom: id });
    }
    if (!contact.stoppedAt) {
      transaction.set(
        contactRef(id, contact.id),
        stopClock(contact, now, `told with ${to.id}, to which this is linked`),
      );
    }
  }
  for (const contact of joined) transaction.set(contactRef(to.id, contact.id), contact);
  const timer = timers[1]?.exists ? fromDocument<Timer>(timers[1].data()) : undefined;
  keepAwake(transaction, to.id, joined, timer);
  if (timers[0]?.exists) transaction.delete(timerRef(id));
  write(transaction, to, decided.to, now);
  return write(transaction, linked, decided.linked, now);
}

export async function recordUnlink(
  transaction: Transaction,
  id: string,
  _statement: StatementOf<'unlinked'>,
  by: Recording,
): Promise<Recorded> {
  const { now, policy } = by;
  const linked = await readIncident(transaction, id);
  if (linked.status !== 'linked' || !linked.linkedTo) throw new Problem(409, 'It is not linked.');
  const to = await readIncident(transaction, linked.linkedTo);
  const [contacts, joined] = await Promise.all([readContacts(transaction, id), readContacts(transaction, to.id)]);
  const signals = await transaction.get(
    firestore().collection(collections.signals).where('linkedFrom', '==', id).limit(mostSignals),
  );
  const timerDoc = await transaction.get(timerRef(id));
  const decided = decideUnlinked(linked, to, by);

  for (const signal of signals.docs) {
    const { linkedFrom: _, ...rest } = fromDocument<SignalRecord>(signal.data());
    transaction.set(signal.ref, { ...rest, incidentId: id });
  }
  const remaining = new Set(decided.toCustomers.map((each) => each.id));
  for (const contact of joined) {
    const customers = contact.customers.filter((each) => remaining.has(each.id));
    const isGone = contact.isTheOthers ? contact.joinedFrom === id : customers.length === 0;
    if (isGone) transaction.delete(contactRef(to.id, contact.id));
    else if (customers.length < contact.customers.length) {
      transaction.update(contactRef(to.id, contact.id), { customers });
    }
  }
  const reopened = contacts.map((each) => reopenContact(each, { ...linked, status: 'open' }, now, policy));
  for (const contact of reopened) transaction.set(contactRef(id, contact.id), contact);
  keepAwake(transaction, id, reopened, timerDoc.exists ? fromDocument<Timer>(timerDoc.data()) : undefined);
  write(transaction, to, decided.to, now);
  return write(transaction, linked, decided.linked, now);
}

/** The one that survives: the incident named, or the one that took it over. */
async function survivorIn(transaction: Transaction, id: string, linkedId: string) {
  let incident = await readIncident(transaction, id);
  while (incident.status === 'linked' && incident.linkedTo) {
    if (incident.linkedTo === linkedId) {
      throw new Problem(409, `${id} is linked to this one. Link the other way, or unlink that one first.`);
    }
    incident = await readIncident(transaction, incident.linkedTo);
  }
  if (incident.kind !== 'incident') throw new Problem(409, `${id} is not an incident.`);
  return incident;
}

const signalsOf = (id: string) => firestore().collection(collections.signals).where('incidentId', '==', id);

async function readContacts(transaction: Transaction, id: string): Promise<Contact[]> {
  const found = await transaction.get(incidentRef(id).collection(collections.contacts));
  return found.docs.map((document) => fromDocument<Contact>(document.data()));
}
