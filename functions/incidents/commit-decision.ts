/** Commits what was decided about an incident, with the contacts that it touches, in one transaction. */
import type { Transaction } from '@google-cloud/firestore';
import { collections, fromDocument, incidentRef, timerRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { applyEffects, needsContacts, unknownCustomers } from './contact-effects.ts';
import { type ContactEffect, type DecidedEvent, type Decision, type PendingNotice, withMissing } from './decision.ts';
import type { Incident } from './incident.ts';
import { contactIdOf, contactRef, firstTimer, type Timer, timelineRef } from './records.ts';
import { hasRhythm, isUrgentRhythm } from './rhythm/cadence.ts';
import { type Contact, groupByContact, openContact, theOthersId } from './rhythm/contact.ts';
import { applyChanges, sequenced, type TimelineEvent } from './timeline.ts';

export interface Recorded {
  incident: Incident;
  events: TimelineEvent[];
}

export interface Recording {
  actor: string;
  now: Date;
  policy: Policy;
  /** The `Idempotency-Key`: the same one answers the same, and records once. */
  idempotencyKey?: string | undefined;
}

/**
 * Runs a decision on an incident as it is, with the contacts it touches, in the given transaction.
 * @param known its id, or the incident as this transaction has read it
 */
export async function recordDecision(
  transaction: Transaction,
  known: string | Incident,
  by: Recording,
  decide: (incident: Incident) => Decision,
): Promise<Recorded> {
  const { now, policy } = by;
  const before = typeof known === 'string' ? await readIncident(transaction, known) : known;
  const incidentId = before.id;
  const decision = decide(before);
  if ('refused' in decision) throw new Problem(decision.status, decision.refused, { errors: decision.errors ?? [] });
  let { events, incident } = decision;
  let touched: Contact[] = [];
  if (needsContacts(before, incident, decision.effects)) {
    const found = await transaction.get(incidentRef(incidentId).collection(collections.contacts));
    const contacts = found.docs.map((document) => fromDocument<Contact>(document.data()));
    refuseUnknown(contacts, decision.effects);
    const effected = applyEffects(contacts, before, incident, decision.effects, {
      now,
      policy,
      contactId: contactIdOf,
    });
    touched = effected.contacts;
    events = withMissing(before, [...events, ...effected.events]);
    incident = effected.incident;
  }
  const pending = decision.pending ?? [];
  // An incident that is open again and has no contact is asked for its scope again.
  const isReopened = decision.effects.some((each) => each.kind === 'reopened');
  // By the other row of the table the next slot may be due before its timer wakes.
  const isReplanned = hasRhythm(incident) && isUrgentRhythm(before) !== isUrgentRhythm(incident);
  const needsTimer = touched.length + pending.length > 0 || isReopened || isReplanned;
  const timerDoc = needsTimer ? await transaction.get(timerRef(incidentId)) : undefined;
  for (const contact of touched) transaction.set(contactRef(incidentId, contact.id), contact);
  const timer = timerDoc?.exists ? fromDocument<Timer>(timerDoc.data()) : undefined;
  const isWoken = isReopened || (isReplanned && timer !== undefined);
  keepAwake(transaction, incidentId, touched, timer, { pending, now, isWoken });
  return write(transaction, before, events, now);
}

/** Writes decided events and the incident that they leave. */
export function write(transaction: Transaction, before: Incident, events: DecidedEvent[], now: Date): Recorded {
  const recorded = sequenced(events, before.lastSequence, now);
  const incident = recorded.reduce((state, event) => applyChanges(state, event.changes ?? {}), before);
  for (const event of recorded) transaction.create(timelineRef(before.id, event.id), event);
  transaction.set(incidentRef(before.id), incident);
  return { incident, events: recorded };
}

/** A question has become an incident: it is announced, and its customers have a rhythm, like one that was filed now. */
export function beginIncident(transaction: Transaction, incident: Incident, policy: Policy): void {
  const { tool, id, url } = incident.origin;
  const ticket = { tool, id, ...(url ? { url } : {}) };
  const affectedKnownAt = incident.filedAt;
  const open = (contactId: string, customers: Contact['customers'], on: Contact['ticket']): void => {
    const contact = openContact(incident, { id: contactId, customers, ticket: on, affectedKnownAt }, policy);
    transaction.set(contactRef(incident.id, contactId), contact);
  };
  for (const [contactId, customers] of groupByContact(incident.affectedCustomers, contactIdOf)) {
    open(contactId, customers, ticket);
  }
  const isOthers = (incident.impact.affectedCustomerCount ?? 0) > incident.affectedCustomers.length;
  if (isOthers) open(theOthersId, [], undefined);
  const timer = firstTimer(incident, policy);
  if (timer) transaction.set(timerRef(incident.id), timer);
}

/** @throws Problem 404 */
export async function readIncident(transaction: Transaction, id: string): Promise<Incident> {
  const document = await transaction.get(incidentRef(id));
  if (!document.exists) throw new Problem(404, `There is no incident ${id.slice(0, 100)}.`);
  return fromDocument<Incident>(document.data());
}

/** The timer must not sleep past what a contact is now due for; a notice that waits wakes it at once. */
export function keepAwake(
  transaction: Transaction,
  incidentId: string,
  contacts: Contact[],
  timer: Timer | undefined,
  notices?: { pending: PendingNotice[]; now: Date; isWoken?: boolean },
): void {
  const pending = notices?.pending ?? [];
  const times = contacts.flatMap((each) => each.remindAt ?? []).map((each) => each.getTime());
  if (notices && (pending.length > 0 || notices.isWoken)) times.push(notices.now.getTime());
  if (times.length === 0) return;
  const earliest = Math.min(...times, timer?.wakeAt.getTime() ?? Number.POSITIVE_INFINITY);
  if (timer && timer.wakeAt.getTime() === earliest && pending.length === 0) return;
  const next: Timer = {
    ...(timer ?? { id: incidentId, subject: 'incident', subjectId: incidentId }),
    wakeAt: new Date(earliest),
    pending: [...(timer?.pending ?? []), ...pending],
  };
  transaction.set(timerRef(incidentId), next);
}

function refuseUnknown(contacts: Contact[], effects: ContactEffect[]): void {
  const unknown = unknownCustomers(contacts, effects);
  if (unknown.length === 0) return;
  throw new Problem(422, 'Some of these customers are not known to be affected. State them with scoped first.', {
    errors: unknown.map((id) => ({
      path: 'customers',
      message: `${id} is not an affected customer of this incident.`,
    })),
  });
}
