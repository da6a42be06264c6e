/** Whether a report reopens an incident that was over (`docs/reference/rules/l-later-reports.md`). Pure. */
import { isDeepStrictEqual } from 'node:util';
import { milliseconds, type Policy } from '../../policy.ts';
import type { Heard } from '../facts/decision.ts';
import type { ConclusionOf } from '../facts/events.ts';
import type { HeardSignal } from '../facts/report.ts';
import { affectedOf, type Incident } from '../incident.ts';
import { knownValue, reportedAfterRecovery, reportedValue } from './later-facts.ts';
import { type AlertCounts, authorOf, isWorse, type Signal, worsening } from './signal.ts';

type Reopened = Pick<ConclusionOf<'reopened'>, 'isFact' | 'type' | 'detail' | 'actor'> & { occurredAt?: Date };

export const isReport = ({ kind }: Pick<Signal, 'kind'>): boolean => kind === 'stated' || kind === 'alert-opened';
export const isCustomers = ({ kind }: Pick<Signal, 'kind'>): boolean =>
  kind === 'customer-wrote' || kind === 'reopened';

export function reportedAgain(incident: Incident, signal: HeardSignal, policy: Policy): Reopened | undefined {
  if (incident.status === 'not-occurring' && (isReport(signal) || isCustomers(signal))) {
    const why = 'It was not found to occur and has been reported again.';
    return reopened('reported-again', why, signal, isReport(signal) ? signal.ongoing : 'unknown');
  }
  if (!isReport(signal) || !isNewOutage(incident, signal, policy)) return undefined;
  const why =
    signal.kind === 'alert-opened'
      ? 'An alert of the same policy was open after the recovery.'
      : 'A report after the recovery says that it goes on.';
  // A report counts from its receipt, since the trouble may have begun before the recovery.
  return { ...reopened(reportedAfterRecovery, why, signal, 'yes'), occurredAt: signal.receivedAt };
}

/** An alert's changes to its group: it reopens the incident, and each further resource is named once. */
export function decideJoin(incident: Incident, signal: HeardSignal, policy: Policy, now: Date): Heard {
  const again = signal.kind === 'alert-opened' ? reportedAgain(incident, signal, policy) : undefined;
  const by = { ...authorOf(signal), occurredAt: signal.receivedAt };
  const news = alertNews(incident, signal, policy, incident.status === 'open' || again !== undefined);
  return {
    concluded: [...(again ? [{ ...by, ...again }] : []), ...news.map((each) => ({ ...by, ...each }))],
    outbox: again ? [{ kind: 'reopened', key: signal.id, since: now }] : [],
  };
}

type News<T extends ConclusionOf['type']> = Pick<ConclusionOf<T>, 'isFact' | 'type' | 'detail'>;
type AlertNews = News<'alert-joined'> | News<'alerts-counted'>;

/** What an alert or a group adds to the state of its alert group: other resources, and the number of firing alerts. */
export function alertNews(incident: Incident, signal: HeardSignal, policy: Policy, isOpen: boolean): AlertNews[] {
  const { resourceName, resources = [], counts } = signal.alert ?? {};
  const { alert, alertResources = [] } = incident;
  const others = [...(alert?.resources ?? []), ...alertResources];
  const named = new Set([alert?.resourceName, ...others]);
  const joining = [...new Set([resourceName, ...resources])].flatMap((each) =>
    each && !named.has(each) ? [each] : [],
  );
  const room = signal.kind === 'alert-opened' && isOpen ? policy.routing.mostAlertResources - others.length : 0;
  const { id: signalId } = signal;
  // The primary counts alerts of its own, or none.
  const isOwn = alert?.project === signal.alert?.project && alert?.policy === signal.alert?.policy;
  const news: AlertNews[] = joining
    .slice(0, Math.max(0, room))
    .map((resource) => ({ isFact: false, type: 'alert-joined', detail: { resource, signalId } }));
  if (isOwn && counts && isNewer(counts, alert?.counts))
    news.push({ isFact: false, type: 'alerts-counted', detail: { ...counts, signalId } });
  return news;
}

/** A body that waited in Pub/Sub may be filed after a later one of its group. */
const isNewer = (counts: AlertCounts, known: AlertCounts | undefined): boolean =>
  known === undefined || (counts.at > known.at && !isDeepStrictEqual({ ...counts, at: known.at }, known));

/** A report that arrived before the recovery, or says no more than is known (its tags have changed), is no new outage. */
function isNewOutage(incident: Incident, signal: HeardSignal, { routing }: Policy): boolean {
  const { kind, status, recoveredAt } = incident;
  if (kind !== 'incident' || status !== 'recovered' || !recoveredAt || signal.receivedAt <= recoveredAt) return false;
  const sinceMs = signal.receivedAt.getTime() - recoveredAt.getTime();
  if (signal.kind === 'alert-opened') return sinceMs < milliseconds(routing.stormAfterRecovery);
  return signal.ongoing === 'yes' && sinceMs <= milliseconds(routing.newGenerationAfter) && saysMore(incident, signal);
}

function saysMore(incident: Incident, signal: HeardSignal): boolean {
  const { title, description, occurredAt, urgency, affectedCustomers } = incident;
  // Both are known: the incident's own time, and an earlier one that a linked incident may have given it.
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

const reopened = (rule: string, why: string, { id }: HeardSignal, ongoing: Signal['ongoing']): Reopened => ({
  isFact: false,
  type: 'reopened',
  actor: 'rule',
  detail: { rule, why, signalId: id, ongoing },
});
