/** What an incident begins with, whether it was filed as one or has been a question: its contacts, and that it is announced. Pure. */

import { given } from '../../platform/defined.ts';
import type { Policy } from '../../policy.ts';
import type { Fact as ClockFact, ContactFact } from '../clocks/facts.ts';
import type { Pending } from '../facts/decision.ts';
import type { Fact } from '../facts/facts.ts';
import { eventId } from '../facts/timeline.ts';
import { type Incident, optional, unnamedIn } from '../incident.ts';
import { type Contact, groupByContact, openContact, theOthersId, ticketOn } from '../rhythm/contact.ts';
import { questionWake, type TimerDecision } from '../rhythm/wake.ts';
import type { RoutingDecision } from '../signals/routing.ts';
import type { Signal } from '../signals/signal.ts';
import { knownFacts } from './contact-effects.ts';
import { openIncident } from './open-incident.ts';

/** The record as its report filed it. */
export function recordAsFiled(
  id: string,
  { detail, recordedAt }: Fact<'filed'>,
  policy: Policy,
): { incident: Incident; contacts: Contact[] } {
  const [signal, routing] = [detail.report, detail.routing] as unknown as [Signal, RoutingDecision];
  const incident = openIncident(id, detail.generation ?? 0, signal, routing, policy, recordedAt);
  const stamp = { id: eventId(1), at: incident.receivedAt, recordedAt };
  return { incident, contacts: incident.kind === 'incident' ? beginContacts(incident, incident, stamp) : [] };
}

type Report = Pick<Incident, 'origin' | 'source' | 'reporter' | 'affectedCustomers' | 'impact'>;

/**
 * What an incident begins with, or a question that has become one or belongs to one. Their clocks are to be read.
 * @param report what they are known by
 * @param incident whose contacts they are
 * @param othersId id of the contact for unidentified customers
 */
export function beginContacts(
  report: Report,
  incident: Incident,
  stamp: ClockFact,
  othersId: string = theOthersId,
): Contact[] {
  const ticket = report.source === 'ticket' ? given(report.origin, ['tool', 'id', 'url']) : undefined;
  const named = [...groupByContact(report.affectedCustomers)].map(([contactId, customers]) => {
    const on = optional('ticket', ticketOn(customers, report.reporter, ticket));
    return { ...openContact(incident, contactId), facts: knownFacts(report, stamp, { customers, ...on }) };
  });
  if (unnamedIn(report) === 0) return named;
  const counted: ContactFact = { ...stamp, type: 'counted', isCounted: true };
  return [...named, { ...openContact(incident, othersId), facts: [counted] }];
}

/** A new incident is announced within the minute. */
export const firstOutbox = ({ kind, filedAt: since }: Incident): Pending[] =>
  kind === 'incident' ? [{ kind: 'incident-filed', key: 'filed', since }] : [];

/** An incident is announced at once; a question is looked at again when it should have been answered. */
export function firstTimer(incident: Incident, policy: Policy): TimerDecision {
  if (incident.kind === 'question') return questionWake(incident, policy);
  return incident.kind === 'incident' ? { at: incident.filedAt, why: 'it is to be announced' } : 'keep';
}
