/** What an incident begins with, whether it was filed as one or has been a question: its contacts, and that it is announced. Pure. */

import type { Policy } from '../policy.ts';
import type { Pending } from './decision.ts';
import type { Fact } from './fold/facts.ts';
import { type Incident, openIncident, unnamedIn } from './incident.ts';
import { type Contact, groupByContact, openContact, openContacts, theOthersId, ticketOn } from './rhythm/contact.ts';
import { questionWake, type TimerDecision } from './rhythm/wake.ts';
import type { RoutingDecision } from './signal/routing.ts';
import type { Signal } from './signal/signal.ts';

/** The record as its report filed it. */
export function recordAsFiled(
  id: string,
  { detail, recordedAt }: Fact<'filed'>,
  policy: Policy,
): { incident: Incident; contacts: Contact[] } {
  const [signal, routing] = [detail.report, detail.routing] as unknown as [Signal, RoutingDecision];
  const incident = openIncident(id, detail.generation ?? 0, signal, routing, policy, recordedAt);
  const contacts = incident.kind === 'incident' ? openContacts(incident, signal, incident.receivedAt, policy) : [];
  return { incident, contacts };
}

type Report = Pick<Incident, 'origin' | 'reporter' | 'affectedCustomers' | 'impact'>;

/**
 * A question has become an incident, or belongs to one: its customers have a rhythm, like those of one that was filed now.
 * @param report what they are known by
 * @param incident whose rhythm they have
 */
export function beginContacts(report: Report, incident: Incident, knownAt: Date, policy: Policy): Contact[] {
  const { tool, id, url } = report.origin;
  const ticket = { tool, id, ...(url ? { url } : {}) };
  const open = (contactId: string, customers: Contact['customers'], on: Contact['ticket']): Contact =>
    openContact(incident, { id: contactId, customers, ticket: on, affectedKnownAt: knownAt }, policy);
  const named = [...groupByContact(report.affectedCustomers)].map(([contactId, customers]) =>
    open(contactId, customers, ticketOn(customers, report.reporter, ticket)),
  );
  return unnamedIn(report) > 0 ? [...named, open(theOthersId, [], undefined)] : named;
}

/** A new incident is announced within the minute. */
export function firstOutbox(incident: Incident): Pending[] {
  return incident.kind === 'incident' ? [{ kind: 'incident-filed', key: 'filed', since: incident.filedAt }] : [];
}

/** An incident is announced at once; a question is looked at again when it should have been answered. */
export function firstTimer(incident: Incident, policy: Policy): TimerDecision {
  if (incident.kind === 'question') return questionWake(incident, policy);
  return incident.kind === 'incident' ? { at: incident.filedAt, why: 'it is to be announced' } : 'keep';
}
