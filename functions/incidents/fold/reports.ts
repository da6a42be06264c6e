/** Applies a later report, or a reply that a tool reports, to the incident. Known values stay. Pure. */
import type { Policy } from '../../policy.ts';
import type { ContactEffect } from '../facts/decision.ts';
import type { Changes, ConclusionOf } from '../facts/events.ts';
import type { Concluded } from '../facts/timeline.ts';
import { countAffected, earliest, type Incident, latest, optional } from '../incident.ts';
import { answered } from '../rhythm/paging.ts';
import { knownValue, reportedAfterRecovery } from '../signals/later-facts.ts';
import {
  alsoCalled,
  authorIn,
  type BusinessImpact,
  isWorse,
  type Worsening,
  type YesNoUnknown,
} from '../signals/signal.ts';
import { judgeUrgency } from '../signals/urgency.ts';
import type { Reduced } from '../statements/given.ts';

const nothing: Reduced = { changes: {} };

/** A new report reopens an incident that had recovered or was found not to occur. */
export function reopenedByReport(incident: Incident, fact: Concluded<'reopened'>): Reduced {
  const { signalId, rule, ongoing = 'unknown' } = fact.detail;
  const over = rule === reportedAfterRecovery ? 'recovered' : 'not-occurring';
  if (signalId === undefined || incident.status !== over) return nothing;
  const { recordedAt: now, occurredAt } = fact;
  // After a retraction, the recovery may be later than the event that had reopened the incident.
  if (over === 'recovered' && incident.recoveredAt && occurredAt <= incident.recoveredAt) return nothing;
  return {
    changes: {
      status: 'open',
      recoveredAt: null,
      // A signal dated in the future reopens it as of now, so that a recovery stated later can end it.
      reopenedAt: latest(incident.reopenedAt, earliest(now, occurredAt)),
      ongoing,
    },
    effects: [{ kind: 'reopened', at: now }],
  };
}

/** A human agent's public reply is a response, and the update of its customer. */
export function repliedByTool(incident: Incident, fact: Concluded<'responded' | 'customer-updated'>): Reduced {
  const { occurredAt: at, actor, recordedAt } = fact;
  const { ticket, customers } = fact.detail;
  const isFirst = incident.firstResponseAt === undefined || at < incident.firstResponseAt;
  // If a tool does not say who replied, nobody is named.
  const isNamed = actor !== ticket?.tool;
  const isNew = isNamed && !incident.responders.includes(actor);
  const actorNames = isNamed ? alsoCalled(incident.actorNames, authorIn(fact)) : incident.actorNames;
  const changes: Changes = {
    ...(isFirst ? { firstResponseAt: at } : {}),
    ...(isNew ? { responders: [...incident.responders, actor] } : {}),
    ...(actorNames === incident.actorNames ? {} : optional('actorNames', actorNames)),
  };
  if (fact.type === 'responded') return { changes };
  const { message, channel, recovery: isRecovery } = fact.detail;
  const effect = { kind: 'updated' as const, whom: customers, sentAt: at, channel, isRecovery };
  return {
    changes: { ...changes, ...answered(incident, recordedAt) },
    effects: [{ ...effect, ...optional('message', message), ...optional('ticket', ticket) } as ContactEffect],
  };
}

/** Fills unknown values and takes worse ones. This may change the urgency, judged by the same time of receipt. */
export function correctedByTool(incident: Incident, fact: Concluded<'corrected'>, policy: Policy): Reduced {
  const { field, new: value } = fact.detail;
  switch (field) {
    case 'title':
      return incident.title === '' ? { changes: { title: String(value) } } : nothing;
    case 'description':
      return incident.description ? nothing : { changes: { description: String(value) } };
    case 'ongoing':
      return incident.ongoing === 'unknown' || isTaken(incident, field, value)
        ? { changes: { ongoing: value as YesNoUnknown } }
        : nothing;
    case 'occurredAt':
      return incident.occurredAt ? nothing : occurredAt(incident, fact, policy);
    case 'impact.businessImpact':
      if (incident.impact.businessImpact && !isTaken(incident, field, value)) return nothing;
      return { changes: { impact: { ...incident.impact, businessImpact: value as BusinessImpact } } };
    case 'impact.affectedCustomerCount':
      return furtherCustomers(incident, fact);
    default:
      return nothing;
  }
}

/** Whether a value is worse than what reports said of an open incident; a person's statement stays. */
const isTaken = (incident: Incident, field: Worsening, value: unknown): boolean =>
  incident.status === 'open' &&
  !(field in (incident.stated ?? {})) &&
  isWorse(value as string | number, knownValue(incident, field));

function occurredAt(incident: Incident, fact: Concluded<'corrected'>, policy: Policy): Reduced {
  const at = fact.detail.new as Date;
  const urgency = judgeUrgency(at, incident.receivedAt, policy, fact.recordedAt);
  const why = 'It has become known when it occurred.';
  const detail = { old: incident.urgency.level, new: urgency.level, rule: urgency.rule, why };
  const judged: ConclusionOf = {
    isFact: false,
    type: 'urgency-changed',
    actor: 'rule',
    occurredAt: fact.occurredAt,
    detail,
  };
  const approximate = fact.detail.isApproximate ? { isOccurredAtApproximate: true } : {};
  return { changes: { occurredAt: at, ...approximate, urgency }, concluded: [judged] };
}

/** Adds the customers it names, and its count where nobody has counted; never fewer than are named. */
function furtherCustomers(incident: Incident, { detail, occurredAt: at }: Concluded<'corrected'>): Reduced {
  const { customers = [], receivedAt: knownAt = at, ticket, reporter } = detail;
  const known = new Set(incident.affectedCustomers.map(({ id }) => id));
  const added = customers.filter(({ id }) => !known.has(id));
  const affectedCustomers = [...incident.affectedCustomers, ...added];
  const { affectedCustomerCount: counted } = incident.impact;
  const { counted: reported } = detail;
  const isCounted = counted !== undefined && !isTaken(incident, 'impact.affectedCustomerCount', reported);
  const count = countAffected(isCounted ? counted : reported, affectedCustomers.length);
  const on = { ...optional('ticket', ticket), ...optional('reporter', reporter) };
  return {
    changes: { affectedCustomers, impact: { ...incident.impact, ...optional('affectedCustomerCount', count) } },
    effects: [{ kind: 'affected', customers: added, knownAt, ...on }],
  };
}
