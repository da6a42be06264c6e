/** What a fact makes of the incident alone; what it does to the contacts is named as effects. Pure. */
import { defined } from '../../platform/defined.ts';
import type { Policy } from '../../policy.ts';
import { isStoppedAndUrgent } from '../emergency/decide-emergency.ts';
import { type Emergency, isGoingOn } from '../emergency/emergency.ts';
import type { ContactEffect } from '../facts/decision.ts';
import type { Changes, EventType } from '../facts/events.ts';
import { type Fact, isOwnStatement } from '../facts/timeline.ts';
import { countAffected, type Impact, type Incident, optional } from '../incident.ts';
import { pagingAfter } from '../rhythm/paging.ts';
import { answerUnanswered, keepReported, keepStated, keepUnanswered } from '../signals/later-facts.ts';
import type { Score } from '../signals/score.ts';
import { judgeUrgency } from '../signals/urgency.ts';
import { reduceStatement } from '../statements/decide-statement.ts';
import type { Reduced } from '../statements/given.ts';
import { effectsOfCount } from './contact-effects.ts';
import { correctedByTool, reopenedByReport, repliedByTool } from './reports.ts';

const nothing: Reduced = { changes: {} };

export function reduce(incident: Incident, fact: Fact, policy: Policy): Reduced {
  const reduced = reduceAlone(incident, fact, policy);
  const isPersons = isOwnStatement(fact) || fact.type === 'reviewed';
  const kept = {
    ...(fact.type === 'customer-updated' ? answerUnanswered(incident, fact) : {}),
    ...(isPersons ? keepStated(incident, fact) : {}),
  };
  return Object.keys(kept).length > 0 ? { ...reduced, changes: { ...reduced.changes, ...kept } } : reduced;
}

function reduceAlone(incident: Incident, fact: Fact, policy: Policy): Reduced {
  if (isOwnStatement(fact)) return withTicket(fact, reduceStatement(incident, fact, policy));
  const reducer = reducers[fact.type] as FactReducer<EventType> | undefined;
  return reducer?.(incident, fact, policy) ?? nothing;
}

type FactReducer<T extends EventType> = (incident: Incident, fact: Fact<T>, policy: Policy) => Reduced;

/** What each type of fact does that no person has stated; the others change nothing. */
const reducers: { [T in EventType]?: FactReducer<T> } = {
  responded: repliedByTool,
  'customer-updated': repliedByTool,
  corrected: correctedByTool,
  reopened: reopenedByReport,
  'reported-otherwise': (incident, { detail }) => ({ changes: keepReported(incident, detail) }),
  'customer-wrote': (incident, fact) => ({ changes: keepUnanswered(incident, fact) }),
  'recovery-questioned': (incident, fact) => ({ changes: keepUnanswered(incident, fact) }),
  'alert-joined': ({ alertResources = [] }, { detail }) => ({
    changes: { alertResources: [...alertResources, detail.resource] },
  }),
  reclassified,
  answered,
  reviewed,
  'emergency-begun': emergencyBegun,
  'emergency-ended': emergencyEnded,
  'update-requested': (_, { recordedAt: updatesAskedAt }) => ({ changes: { updatesAskedAt } }),
  'update-failed': updateFailed,
  'card-posted': cardPosted,
  paged,
};

function reclassified(incident: Incident, { recordedAt }: Fact, policy: Policy): Reduced {
  // An incident that comes from a question is filed as it becomes one; the first report's time is kept.
  if (incident.kind === 'incident') return nothing;
  return {
    changes: {
      kind: 'incident',
      status: 'open',
      filedAt: recordedAt,
      receivedAt: recordedAt,
      reclassifiedAt: recordedAt,
      urgency: judgeUrgency(incident.occurredAt, recordedAt, policy, recordedAt),
    },
  };
}

function answered(question: Incident, { detail, occurredAt: at, actor }: Fact<'answered'>): Reduced {
  const { responders, firstResponseAt = at } = question;
  return {
    changes: {
      answer: { kind: detail.kind, ...optional('note', detail.note), at },
      status: 'answered',
      firstResponseAt,
      responders: responders.includes(actor) ? responders : [...responders, actor],
    },
  };
}

/** What a meeting has said itself, beside what it confirmed as it was recorded. */
export interface MeetingFindings extends Impact, Pick<Incident, 'cause' | 'permanentFix' | 'prevention'> {
  lighterWayTried?: string;
}

/** What is known once a meeting has said it. The reference stays what was known without it. */
export function asReviewed(incident: Incident, said: MeetingFindings): Pick<Incident, 'impact' | 'cause'> {
  const { affectedCustomerCount, cause, permanentFix: _, prevention: __, lighterWayTried: ___, ...impact } = said;
  const named = incident.affectedCustomers.length;
  const count = affectedCustomerCount === undefined ? undefined : countAffected(affectedCustomerCount, named);
  return {
    impact: { ...incident.impact, ...impact, ...optional('affectedCustomerCount', count) },
    ...optional('cause', cause && { ...incident.cause, ...defined(cause) }),
  };
}

/** The score that the meeting confirmed stays, whatever becomes of what it was taken from. */
function reviewed(incident: Incident, { detail, recordedAt }: Fact<'reviewed'>): Reduced {
  const said = detail.said as MeetingFindings;
  const { impact, cause } = asReviewed(incident, said);
  const { mitigation, scopedAt = recordedAt } = incident;
  const { lighterWayTried } = said;
  const isCounted = said.affectedCustomerCount !== undefined;
  const changes: Changes = {
    reviewedAt: recordedAt,
    impact,
    // Stating the count confirms the scope, as `scoped` does.
    ...(isCounted ? { scopedAt } : {}),
    score: { ...incident.score, confirmed: detail.confirmed as Score | null },
    ...(mitigation && lighterWayTried ? { mitigation: { ...mitigation, lighterWayTried } } : {}),
    ...optional('cause', cause),
    ...optional('permanentFix', said.permanentFix),
    ...optional('prevention', said.prevention),
  };
  return { changes, effects: isCounted ? effectsOfCount({ ...incident, impact }, recordedAt) : [] };
}

/** Of its own facts it is judged with each of them; that several reports make it one is a fact that says which. */
function emergencyBegun(incident: Incident, { detail, occurredAt: since }: Fact<'emergency-begun'>): Reduced {
  const { rule, inputs, policyVersion } = detail;
  const isSeveral = rule === 'several-reports-of-one-area' && isStoppedAndUrgent(incident);
  if (!isSeveral || isGoingOn(incident.emergency)) return nothing;
  return { changes: { emergency: { since, rule, inputs, policyVersion, endedAt: null } as unknown as Emergency } };
}

function emergencyEnded({ emergency }: Incident, { detail, occurredAt: endedAt }: Fact<'emergency-ended'>): Reduced {
  return detail.inputs && isGoingOn(emergency) ? { changes: { emergency: { ...emergency, endedAt } } } : nothing;
}

/** It has arrived, also where none of them is counted as affected any more: as with a reply that a tool tells of. */
function withTicket(fact: Fact, reduced: Reduced): Reduced {
  const { ticket } = fact.type === 'customer-updated' && fact.detail.updateId ? fact.detail : {};
  if (!ticket) return reduced;
  const effects = reduced.effects?.map((each): ContactEffect => (each.kind === 'updated' ? { ...each, ticket } : each));
  return { ...reduced, ...optional('effects', effects) };
}

function updateFailed(_: Incident, { detail, occurredAt }: Fact<'update-failed'>): Reduced {
  const { customers: whom, updateId, why, requestedAt = occurredAt } = detail;
  return { changes: {}, effects: [{ kind: 'unreached', whom, requestedAt, updateId, why }] };
}

function cardPosted({ cards = [] }: Incident, { detail: { name, channel, ts } }: Fact<'card-posted'>): Reduced {
  return { changes: { cards: [...cards.filter((each) => each.name !== name), { name, channel, ts }] } };
}

function paged({ paging }: Incident, { detail, recordedAt }: Fact<'paged'>): Reduced {
  const step = { action: detail.action, at: recordedAt, why: detail.reasons };
  return { changes: { paging: pagingAfter(paging, step, recordedAt) } };
}
