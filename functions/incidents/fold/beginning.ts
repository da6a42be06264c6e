/** What an incident begins with, whether it was filed as one or has been a question: its contacts, and that it is announced. Pure. */

import { given } from '../../platform/defined.ts';
import type { Policy } from '../../policy.ts';
import type { Fact as ClockFact, ContactFact } from '../clocks/facts.ts';
import type { Pending } from '../facts/decision.ts';
import { listMissing } from '../facts/missing.ts';
import { eventId, type Fact } from '../facts/timeline.ts';
import {
  affectedOf,
  codeOf,
  countAffected,
  earliest,
  type Impact,
  type Incident,
  optional,
  unnamedIn,
} from '../incident.ts';
import { type Contact, groupByContact, openContact, theOthersId, ticketOn } from '../rhythm/contact.ts';
import { questionWake, type TimerDecision } from '../rhythm/wake.ts';
import type { RoutingDecision } from '../signals/routing.ts';
import { scoreImpact } from '../signals/score.ts';
import type { Signal } from '../signals/signal.ts';
import { judgeUrgency } from '../signals/urgency.ts';
import { knownFacts } from './contact-effects.ts';

export function recordAsFiled(
  id: string,
  { detail, recordedAt }: Fact<'filed'>,
  policy: Policy,
): { incident: Incident; contacts: Contact[] } {
  const { report, routing, generation = 0 } = detail;
  if (!report || !routing) throw new Error('What was filed holds its report.');
  const incident = openIncident(id, generation, report, routing, policy, recordedAt);
  const stamp = { id: eventId(1), at: incident.receivedAt, recordedAt };
  return { incident, contacts: incident.kind === 'incident' ? beginContacts(incident, incident, stamp) : [] };
}

type Report = Pick<Incident, 'origin' | 'source' | 'reporter' | 'affectedCustomers' | 'impact'>;

/** The contacts that a report begins; their clocks are to be read. @param incident whose contacts they are */
export function beginContacts(report: Report, incident: Incident, stamp: ClockFact): Contact[] {
  const ticket = report.source === 'ticket' ? given(report.origin, ['tool', 'id', 'url']) : undefined;
  const named = [...groupByContact(report.affectedCustomers)].map(([contactId, customers]) => {
    const on = optional('ticket', ticketOn(customers, report.reporter, ticket));
    return { ...openContact(incident, contactId), facts: knownFacts(report, stamp, { customers, ...on }) };
  });
  if (unnamedIn(report) === 0) return named;
  const counted: ContactFact = { ...stamp, type: 'counted', isCounted: true };
  return [...named, { ...openContact(incident, theOthersId), facts: [counted] }];
}

/** A new incident is announced within the minute. */
export const firstOutbox = ({ kind, filedAt: since }: Incident): Pending[] =>
  kind === 'incident' ? [{ kind: 'incident-filed', key: 'filed', since }] : [];

/** An incident is announced at once; a question is looked at again when it should have been answered. */
export function firstTimer(incident: Incident, policy: Policy): TimerDecision {
  if (incident.kind === 'question') return questionWake(incident, policy);
  return incident.kind === 'incident' ? { at: incident.filedAt, why: 'it is to be announced' } : 'keep';
}

export function openIncident(
  id: string,
  generation: number,
  signal: Signal,
  routing: RoutingDecision,
  policy: Policy,
  now: Date,
): Incident {
  const reportedAt = earliest(signal.reportedAt, signal.receivedAt);
  const affectedCustomers = affectedOf(signal);
  const count = countAffected(signal.affectedCustomerCount, affectedCustomers.length);
  const impact: Impact = { ...given(signal, ['businessImpact']), ...optional('affectedCustomerCount', count) };
  const incident: Omit<Incident, 'missing'> = {
    id,
    schemaVersion: 2,
    code: codeOf(id),
    kind: routing.kind,
    generation,
    title: signal.title ?? '',
    ...given(signal, [
      'description',
      'source',
      'ongoing',
      'isDrill',
      'drill',
      'receivedAt',
      'reporterAccount',
      'alert',
    ]),
    origin: {
      ...given(signal, ['tool', 'url', 'form', 'channel', 'area']),
      id: signal.sourceId,
      ...(signal.tags.length > 0 ? { tags: signal.tags } : {}),
    },
    routing,
    status: routing.kind === 'outside' ? 'kept' : 'open',
    isAboutMetronome: signal.source === 'alert' && signal.alert?.service?.toLowerCase() === ownService,
    ...optional('occurredAt', signal.occurredAt?.at),
    ...(signal.occurredAt?.isApproximate ? { isOccurredAtApproximate: true } : {}),
    reportedAt,
    detectedAt: reportedAt,
    filedAt: now,
    urgency: judgeUrgency(signal.occurredAt?.at, signal.receivedAt, policy, now),
    impact,
    score: { reference: scoreImpact(impact, policy), confirmed: null },
    ticketUrls: signal.source === 'ticket' && signal.url ? [signal.url] : [],
    responders: [],
    affectedCustomers,
    ...optional('reporter', signal.customer),
    slots: { met: 0, late: 0, missed: 0, notReminded: 0 },
    leftOut: signal.problems,
    lastSequence: 1,
    statedSequence: 1,
  };
  return { ...incident, missing: listMissing(incident) };
}

/** Metronome's own alert policies carry this service label. */
export const ownService = 'metronome';
