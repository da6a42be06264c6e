/** Applies a fact, or a report's conclusion, to the incident alone; effects on contacts are listed separately. Pure. */
import { defined, given } from '../../platform/defined.ts';
import type { Policy } from '../../policy.ts';
import { begun, changedFact, ended, isStoppedAndUrgent, whySeveral } from '../emergency/decide-emergency.ts';
import { isGoingOn } from '../emergency/emergency.ts';
import type { ContactEffect } from '../facts/decision.ts';
import type { Changes, ConclusionOf, FactOf } from '../facts/events.ts';
import { type Concluded, type Fact, isFact, isOwnStatement } from '../facts/timeline.ts';
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

export function reduce(incident: Incident, fact: Fact | Concluded, policy: Policy): Reduced {
  const reduced = reduceAlone(incident, fact, policy);
  const isPersons = isFact(fact) && (isOwnStatement(fact) || fact.type === 'reviewed');
  const kept = {
    ...(fact.type === 'customer-updated' ? answerUnanswered(incident, fact) : {}),
    ...(isPersons ? keepStated(incident, fact) : {}),
  };
  return Object.keys(kept).length > 0 ? { ...reduced, changes: { ...reduced.changes, ...kept } } : reduced;
}

function reduceAlone(incident: Incident, fact: Fact | Concluded, policy: Policy): Reduced {
  if (isOwnStatement(fact)) return withTicket(fact, reduceStatement(incident, fact, policy));
  const table: Readonly<Record<string, unknown>> = isFact(fact) ? reducers : reducersOfReports;
  const reducer = table[fact.type] as Reducer<Fact | Concluded> | undefined;
  return reducer?.(incident, fact, policy) ?? nothing;
}

type Reducer<T> = (incident: Incident, fact: T, policy: Policy) => Reduced;

/** What a report is concluded to change: table L. */
const reducersOfReports: { [T in ConclusionOf['type']]?: Reducer<Concluded<T>> } = {
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
  'alerts-counted': ({ alert }, { detail }) => ({
    changes: alert ? { alert: { ...alert, counts: given(detail, ['firing', 'resolved', 'truncated', 'at']) } } : {},
  }),
};

/** What each type of fact does that no person has stated; the others change nothing. */
const reducers: { [T in FactOf['type']]?: Reducer<Fact<T>> } = {
  reclassified,
  answered,
  reviewed,
  'area-reached': areaReached,
  'area-left': areaLeft,
  'update-requested': (_, { recordedAt: updatesAskedAt }) => ({ changes: { updatesAskedAt } }),
  'update-failed': updateFailed,
  'card-posted': cardPosted,
  paged,
  linked,
  unlinked,
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

/** The values that a meeting stated itself, besides those that it confirmed as recorded. */
export interface MeetingFindings extends Impact, Pick<Incident, 'cause' | 'permanentFix' | 'prevention'> {
  lighterWayTried?: string;
}

/** The values including the meeting's own. The reference score stays what it was without them. */
export function asReviewed(incident: Incident, said: MeetingFindings): Pick<Incident, 'impact' | 'cause'> {
  const { affectedCustomerCount, cause, permanentFix: _, prevention: __, lighterWayTried: ___, ...impact } = said;
  const named = incident.affectedCustomers.length;
  const count = affectedCustomerCount === undefined ? undefined : countAffected(affectedCustomerCount, named);
  return {
    impact: { ...incident.impact, ...impact, ...optional('affectedCustomerCount', count) },
    ...optional('cause', cause && { ...incident.cause, ...defined(cause) }),
  };
}

/** The score confirmed by the meeting stays, even if its inputs change later. */
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

/** Each fact judges its own incident; that several reports make it an emergency rests on others, and is a fact itself. */
function areaReached(incident: Incident, { detail, occurredAt: since }: Fact<'area-reached'>, policy: Policy): Reduced {
  const { rule, inputs, policyVersion } = detail;
  const { emergency: running } = incident;
  const { reports = [], customers = 0 } = inputs;
  // The supporting reports have changed.
  if (isGoingOn(running))
    return { changes: { emergency: { ...running, inputs: { ...running.inputs, reports, customers } } } };
  // The emergency belongs to the outage, not to this incident alone.
  if (rule !== 'several-reports-of-one-area') return { changes: { support: { at: since, reports, customers } } };
  if (!isStoppedAndUrgent(incident)) return nothing;
  const emergency = { since, rule, inputs, policyVersion, endedAt: null };
  return { changes: { emergency }, concluded: [begun(emergency, whySeveral(inputs, policy), since)] };
}

function areaLeft({ emergency }: Incident, { occurredAt: endedAt }: Fact<'area-left'>): Reduced {
  if (!isGoingOn(emergency) || emergency.rule !== 'several-reports-of-one-area') return nothing;
  return { changes: { emergency: { ...emergency, endedAt } }, concluded: [ended(changedFact, endedAt)] };
}

/** The update has arrived even if none of its customers counts as affected any more. */
function withTicket(fact: FactOf, reduced: Reduced): Reduced {
  const { ticket } = fact.type === 'customer-updated' && fact.detail.updateId ? fact.detail : {};
  if (!ticket) return reduced;
  const effects = reduced.effects?.map((each): ContactEffect => (each.kind === 'updated' ? { ...each, ticket } : each));
  return { ...reduced, ...optional('effects', effects) };
}

/** Links are no part of an incident's own values, except to which incident it is linked. */
function linked(_: Incident, { detail: { to }, recordedAt }: Fact<'linked'>): Reduced {
  return to === undefined ? nothing : { changes: { linkedTo: to, linkedAt: recordedAt } };
}

/** After an unlink, no rule and no ticket links the two again. */
function unlinked(incident: Incident, { detail }: Fact<'unlinked'>): Reduced {
  const { incident: member, from } = detail;
  const other = member === undefined ? from : from === undefined ? member : undefined;
  if (other === undefined) return nothing;
  const { unlinkedFrom: known = [] } = incident;
  const unlinkedFrom = [...known.filter((each) => each !== other), other];
  return { changes: { unlinkedFrom, ...(member === undefined ? { linkedTo: null, linkedAt: null } : {}) } };
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
