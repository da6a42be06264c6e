/** Taking a statement back: the record becomes what the other facts make it, clocks included. Pure. */
import type { Reason } from '../../platform/problem.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { closingEvents, groupAlike } from '../clocks/closings.ts';
import type { Context, Refusal, Sending } from '../facts/decision.ts';
import type { ConclusionOf, EventOf, TimelineEvent } from '../facts/events.ts';
import { isOwnStatement, isRetraction, takenBack } from '../facts/timeline.ts';
import { optional } from '../incident.ts';
import { decideOfMember } from '../links/decide-member.ts';
import type { State } from '../rhythm/contact.ts';
import { authorIn } from '../signals/signal.ts';
import type { StatementOf } from '../statements/statement-schemas.ts';
import type { Step } from './evolve.ts';
import { type History, type PolicyOf, refold } from './fold.ts';

/**
 * @param history of the incident that has the statement
 * @param primary the incident to which that is linked
 * @returns what is to be committed of each
 */
export function decideRetraction(
  history: History,
  primary: State | undefined,
  statement: StatementOf<'retracted'>,
  by: Context,
  policyOf: PolicyOf = () => by.policy,
): [Step, ...Step[]] | Refusal {
  const { incident: before, events: timeline } = history;
  const event = timeline.find(({ id }) => id === statement.eventId);
  if (!event) {
    const errors = [wrongField('eventId', 'not-an-event-id')];
    return { status: 422, refused: refuse('no-such-event'), errors };
  }
  const refused = takenBack(timeline).has(event.id) ? refuse('retracted-already') : whyNotRetracted(event);
  if (refused) return { status: 409, refused };
  const { type, id: eventId } = event;
  const fact: EventOf<'retracted'> = {
    type: 'retracted',
    occurredAt: statement.occurredAt ? new Date(statement.occurredAt) : by.now,
    ...authorIn(by),
    detail: { eventId, why: statement.why, type },
    ...optional('evidenceUrl', statement.evidenceUrl),
  };
  const { slots, events, outbox, ...folded } = refold(history, fact, by, policyOf);
  if (slots.length > 0)
    fact.detail.slots = groupAlike(slots).map((each) =>
      each.outcome === 'not-reminded' ? { ...each, ...unasked } : each,
    );
  const said: Withdrawn = { incident: before.id, eventId, why: statement.why, type };
  const former = formerMembers(timeline, eventId).map((each) => toWithdraw(each, said, by));
  const isLinked = before.status === 'linked';
  // Some customers may have other deadlines now. Nobody waits in a question or in a linked incident.
  const isToLookAt = (before.kind === 'incident' && !isLinked) || former.length > 0;
  const decision: Step = {
    ...folded,
    events: [fact, ...events],
    timer: isToLookAt ? { at: by.now, why: 'a statement was retracted' } : 'keep',
    outbox: [...(isLinked ? [] : outbox), ...former],
  };
  return [decision, ...ofPrimary(primary, history, decision, said, by, event.recordedAt)];
}

/** Updates the primary with the current state of the linked incident. */
function ofPrimary(
  primary: State | undefined,
  before: State,
  { after: incident, contacts }: Step,
  said: Withdrawn,
  by: Context,
  recordedAt?: Date,
): Step[] {
  if (!primary) return [];
  const after = { incident, contacts: new Map(contacts.map((each) => [each.id, each])) };
  const told = withdrawnEvent(said, by.actor, by.now);
  const decided = decideOfMember(primary, { before, after, concluded: [told], outbox: [] }, by, {
    fact: factOf(said),
    ...optional('recordedAt', recordedAt),
  });
  return decided ? [decided] : [];
}

/** Nobody was reminded of it in time, because the retracted update had met it: the checkpoint has no data. */
const unasked = {
  because: 'retracted',
  reason: 'nobody was reminded in time, since a statement that was taken back had met it',
} as const;

/** Incidents that left after the event, and kept what was said to their customers. */
const formerMembers = (events: readonly TimelineEvent[], after: string): string[] => [
  ...new Set(
    events.flatMap((each) => (each.type === 'unlinked' && each.id > after ? (each.detail.incident ?? []) : [])),
  ),
];

/** The retracted statement, and the incident that recorded it. */
export interface Withdrawn {
  incident: string;
  eventId: string;
  why: string;
  type: string;
}

/** The outbox entry for an incident that left with a fact which no longer counts. */
export interface ToWithdraw {
  member: string;
  said: Withdrawn;
  actor: string;
}

/** The entry that people read on the former member. */
const withdrawnEvent = (said: Withdrawn, actor: string, occurredAt: Date): ConclusionOf<'withdrawn'> => ({
  isFact: false,
  type: 'withdrawn',
  occurredAt,
  actor,
  detail: { ...said },
});

const factOf = ({ incident, eventId }: Withdrawn): string => `${incident}/${eventId}`;

function toWithdraw(member: string, said: Withdrawn, { actor, now }: Context): Sending {
  const sends: ToWithdraw = { member, said, actor };
  return { kind: 'withdrawn', key: `withdrawn:${member}:${factOf(said)}`, since: now, sends };
}

/**
 * @param history of the former member
 * @param primary of the incident, if it is linked by now
 * @returns undefined if the incident has no such fact
 */
export function decideWithdrawn(
  history: History,
  primary: State | undefined,
  { said, actor }: ToWithdraw,
  by: Context,
  policyOf: PolicyOf = () => by.policy,
): [Step, ...Step[]] | undefined {
  const { incident: before, contacts: known, events: timeline } = history;
  const gone = factOf(said);
  if (![...known.values()].some(({ facts }) => facts.some(({ id }) => id === gone))) return undefined;
  const contacts = new Map(
    [...known].map(([id, each]) => [id, { ...each, facts: each.facts.filter((fact) => fact.id !== gone) }]),
  );
  const event = withdrawnEvent(said, actor, by.now);
  const { slots, events, outbox, ...folded } = refold({ ...history, contacts }, event, by, policyOf, history);
  const further = formerMembers(timeline, '').map((each) => toWithdraw(each, said, by));
  const isLinked = before.status === 'linked';
  const decision: Step = {
    ...folded,
    events: [event, ...closingEvents(slots, by.now), ...events],
    timer: isLinked && further.length === 0 ? 'keep' : { at: by.now, why: 'a statement was retracted' },
    outbox: [...(isLinked ? [] : outbox), ...further],
  };
  return [decision, ...ofPrimary(primary, history, decision, said, by)];
}

/** @returns undefined for what a person stated, and can retract */
export function whyNotRetracted(event: TimelineEvent): Reason | undefined {
  if (event.type === 'customer-updated' && (event.detail.sentAs !== undefined || event.detail.signalId !== undefined)) {
    return refuse('sent-by-tool');
  }
  if (event.type === 'linked') return refuse('unlink-instead');
  if (event.type === 'unlinked' || isRetraction(event)) return refuse('state-again');
  return isOwnStatement(event) ? undefined : refuse('not-stated-by-people');
}
