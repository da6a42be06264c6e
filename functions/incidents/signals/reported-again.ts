/** Whether a report opens again what was over (`docs/reference/rules/l-later-reports.md`). Pure. */
import { milliseconds, type Policy } from '../../policy.ts';
import type { Decided } from '../facts/decision.ts';
import type { EventOf } from '../facts/events.ts';
import { affectedOf, type Incident } from '../incident.ts';
import { knownValue, reportedAfterRecovery, reportedValue } from './later-facts.ts';
import { authorOf, isWorse, type Signal, worsening } from './signal.ts';

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
