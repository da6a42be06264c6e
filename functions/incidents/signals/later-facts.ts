/**
 * What a later report may change (`docs/reference/rules/l-later-reports.md`): what it says worse than is known, and whose word
 * counts then; whether it opens again what was over; and which customers' messages wait for an answer. Pure.
 */

import { milliseconds, type Policy } from '../../policy.ts';
import type { Decided } from '../facts/decision.ts';
import type { Changes, DetailOf, EventOf } from '../facts/events.ts';
import { affectedOf, type Incident, type Unanswered } from '../incident.ts';
import { contactIdOf } from '../rhythm/contact.ts';
import { authorOf, isWorse, type Signal, type Worsening, worsening } from './signal.ts';

/** Each is a ticket's, and an incident has 2,000 tickets: its mark shows as well by the last of them. */
const mostUnanswered = 50;

export function knownValue(
  { ongoing, impact }: Pick<Incident, 'ongoing' | 'impact'>,
  field: Worsening,
): string | number | undefined {
  if (field === 'ongoing') return ongoing === 'unknown' ? undefined : ongoing;
  return field === 'impact.businessImpact' ? impact.businessImpact : impact.affectedCustomerCount;
}

export const reportedValue = (signal: Signal, field: Worsening): string | number | undefined =>
  knownValue({ ongoing: signal.ongoing, impact: signal }, field);

/** Which of the fields a statement, or a meeting, says itself. */
function statedIn({ type, detail }: EventOf): Worsening[] {
  if (type === 'verified') return detail.ongoing !== undefined || detail.happened === 'no' ? ['ongoing'] : [];
  if (type === 'scoped') {
    const isCounted = detail.affectedCustomerCount !== undefined || (detail.affectedCustomers?.length ?? 0) > 0;
    return isCounted ? ['impact.affectedCustomerCount'] : [];
  }
  const names = type === 'corrected' ? [detail.field] : type === 'reviewed' ? Object.keys(detail.said) : [];
  return worsening.filter((field) => names.some((name) => field === name || field === `impact.${name}`));
}

/** What a person states keeps beside it what reports have said, so that the same words again are no news. */
export function keepStated(before: Incident, fact: EventOf): Changes {
  const fields = statedIn(fact);
  if (fields.length === 0) return {};
  const reported = fields.map((field) => [field, before.stated?.[field] ?? knownValue(before, field) ?? null]);
  return { stated: { ...before.stated, ...Object.fromEntries(reported) } };
}

export function keepUnanswered(
  { unanswered = [] }: Incident,
  { detail: { customers, ticket }, occurredAt: at }: EventOf<'customer-wrote' | 'recovery-questioned'>,
): Changes {
  const others = unanswered.filter((each) => !isSameTicket(each.ticket, ticket));
  return { unanswered: [...others, { customers, ticket, at }].slice(-mostUnanswered) };
}

/** Messages from before an update to their customer are answered by it. */
export function answerUnanswered(incident: Incident, { detail, occurredAt }: EventOf<'customer-updated'>): Changes {
  const { unanswered, affectedCustomers } = incident;
  if (!unanswered) return {};
  const contactsOf = (ids: readonly string[]): Set<string> =>
    new Set(ids.map((id) => contactIdOf(affectedCustomers.find((each) => each.id === id) ?? { id })));
  const told = detail.customers === 'all' ? undefined : contactsOf(detail.customers);
  const left = unanswered.filter(({ customers, ticket, at }) => {
    if (at > occurredAt) return true;
    const isTold =
      !told ||
      customers.length === 0 ||
      [...contactsOf(customers)].some((id) => told.has(id)) ||
      (detail.ticket !== undefined && isSameTicket(detail.ticket, ticket));
    return !isTold;
  });
  return left.length === unanswered.length ? {} : { unanswered: left.length > 0 ? left : null };
}

const isSameTicket = (one: Unanswered['ticket'], other: Unanswered['ticket']): boolean =>
  one.tool === other.tool && one.id === other.id;

/** What a report has said of a field that a person had stated. It is no news if that statement has been retracted since. */
export function keepReported(incident: Incident, { field, reported }: DetailOf<'reported-otherwise'>): Changes {
  const { stated } = incident;
  const known = knownValue(incident, field);
  if (!stated || !(field in stated) || known === undefined || !isWorse(reported, known)) return {};
  return { stated: { ...stated, [field]: reported } };
}

/** The rule by which a report opens again what had recovered. */
export const reportedAfterRecovery = 'reported-after-recovery';

type Reopened = Pick<EventOf<'reopened'>, 'type' | 'detail' | 'actor'> & { occurredAt?: Date };

export const isReport = ({ kind }: Signal): boolean => kind === 'stated' || kind === 'alert-opened';
export const isCustomers = ({ kind }: Signal): boolean => kind === 'customer-wrote' || kind === 'reopened';

export function reportedAgain(incident: Incident, signal: Signal, policy: Policy): Reopened | undefined {
  if (incident.status === 'not-occurring' && (isReport(signal) || isCustomers(signal))) {
    const why = 'It was not found to occur and has been reported again.';
    return reopened('reported-again', why, signal, isReport(signal) ? signal.ongoing : 'unknown');
  }
  if (!isReport(signal) || !isNewOutage(incident, signal, policy)) return undefined;
  const why =
    signal.kind === 'alert-opened'
      ? 'An alert of the same policy was open after the recovery.'
      : 'A report after the recovery says that it goes on.';
  // It counts from its receipt: what it reports may have begun before the recovery.
  return { ...reopened(reportedAfterRecovery, why, signal, 'yes'), occurredAt: signal.receivedAt };
}

/** What an alert changes of its group: it opens it again, and each other resource is named once. */
export function decideJoin(incident: Incident, signal: Signal, policy: Policy, now: Date): Decided {
  if (signal.kind !== 'alert-opened') return { facts: [] };
  const again = reportedAgain(incident, signal, policy);
  const resource = signal.alert?.resourceName;
  const { alert, alertResources = [] } = incident;
  const isNamed = resource === undefined || resource === alert?.resourceName || alertResources.includes(resource);
  const isJoining =
    !isNamed && (incident.status === 'open' || again) && alertResources.length < policy.routing.mostAlertResources;
  const by = { ...authorOf(signal), occurredAt: signal.receivedAt };
  return {
    facts: [
      ...(again ? [{ ...by, ...again }] : []),
      ...(isJoining ? [{ ...by, type: 'alert-joined' as const, detail: { resource, signalId: signal.id } }] : []),
    ],
    outbox: again ? [{ kind: 'reopened', key: signal.id, since: now }] : [],
  };
}

/** A report that arrived before the recovery, or says no more than is known (its tags have changed), is no new outage. */
function isNewOutage(incident: Incident, signal: Signal, { routing }: Policy): boolean {
  const { kind, status, recoveredAt } = incident;
  if (kind !== 'incident' || status !== 'recovered' || !recoveredAt || signal.receivedAt <= recoveredAt) return false;
  const sinceMs = signal.receivedAt.getTime() - recoveredAt.getTime();
  if (signal.kind === 'alert-opened') return sinceMs < milliseconds(routing.stormAfterRecovery);
  return signal.ongoing === 'yes' && sinceMs <= milliseconds(routing.newGenerationAfter) && saysMore(incident, signal);
}

function saysMore(incident: Incident, signal: Signal): boolean {
  const { title, description, occurredAt, urgency, affectedCustomers } = incident;
  // Both times are known: that of the incident itself, and the earlier one that a linked incident may have given it.
  const times = [occurredAt, urgency.inputs.occurredAt].map(Number);
  const known = new Set(affectedCustomers.map(({ id }) => id));
  return (
    (signal.title !== undefined && signal.title !== title) ||
    (signal.description !== undefined && signal.description !== description) ||
    (signal.occurredAt !== undefined && !times.includes(signal.occurredAt.at.getTime())) ||
    worsening.some(
      (field) => field !== 'ongoing' && isWorse(reportedValue(signal, field), knownValue(incident, field)),
    ) ||
    affectedOf(signal).some(({ id }) => !known.has(id))
  );
}

const reopened = (rule: string, why: string, { id }: Signal, ongoing: Signal['ongoing']): Reopened => ({
  type: 'reopened',
  actor: 'rule',
  detail: { rule, why, signalId: id, ongoing },
});
