/** Taking a statement back: the record becomes what the other facts make it, clocks included. Pure. */
import type { Reason } from '../../platform/problem.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { groupAlike } from '../clocks/closings.ts';
import type { Decision } from '../commit.ts';
import type { Context, Refusal } from '../decision.ts';
import type { EventOf, TimelineEvent } from '../events.ts';
import { type Incident, optional } from '../incident.ts';
import type { StatementOf } from '../statements/statement-schemas.ts';
import { isOwnStatement, takenBack } from './facts.ts';
import type { PolicyOf } from './fold.ts';
import { type History, refold } from './refold.ts';

/** @param policyOf the rules of each version that the timeline names */
export function decideRetraction(
  history: History,
  statement: StatementOf<'retracted'>,
  { now, policy, actor }: Context,
  policyOf: PolicyOf = () => policy,
): Decision | Refusal {
  const { incident: before, contacts: known, events: timeline } = history;
  const event = timeline.find(({ id }) => id === statement.eventId);
  const refusal = refusalOf(before, event, takenBack(timeline), statement);
  if (refusal || !event) return refusal as Refusal;
  const retracted: EventOf<'retracted'> = {
    type: 'retracted',
    occurredAt: statement.occurredAt ? new Date(statement.occurredAt) : now,
    actor,
    detail: { eventId: event.id, why: statement.why, type: event.type },
    ...optional('evidenceUrl', statement.evidenceUrl),
  };
  const { slots, events, ...folded } = refold(
    history,
    retracted,
    { now, policy },
    'A statement was taken back.',
    policyOf,
  );
  if (slots.length > 0)
    retracted.detail.slots = groupAlike(slots).map((each) =>
      each.outcome === 'not-reminded' ? { ...each, ...unasked } : each,
    );
  return {
    before,
    ...folded,
    events: [retracted, ...events],
    known: [...known.values()],
    // Some customers may wait for something else now. In what is no incident nobody waits.
    timer: before.kind === 'incident' ? { at: now, why: 'a statement was retracted' } : 'keep',
  };
}

/** Nobody was asked for it in time, since what was taken back had met it: no data for the checkpoint. */
const unasked = {
  because: 'retracted',
  reason: 'nobody was reminded in time, since a statement that was taken back had met it',
} as const;

function refusalOf(
  incident: Incident,
  event: TimelineEvent | undefined,
  taken: ReadonlySet<string>,
  { eventId: id }: StatementOf<'retracted'>,
): Refusal | undefined {
  if (incident.status === 'linked') {
    return { status: 409, refused: refuse('linked-record-there', { id: incident.linkedTo ?? '' }) };
  }
  if (!event) {
    const errors = [wrongField('eventId', 'not-an-event-id')];
    return { status: 422, refused: refuse('no-such-event'), errors };
  }
  if (taken.has(id)) return { status: 409, refused: refuse('retracted-already') };
  const why = whyNotRetracted(event);
  return why === undefined ? undefined : { status: 409, refused: why };
}

/** @returns undefined for what a person stated, and can take back */
export function whyNotRetracted(event: TimelineEvent): Reason | undefined {
  if (event.type === 'customer-updated' && (event.detail.sentAs !== undefined || event.detail.signalId !== undefined)) {
    return refuse('sent-by-tool');
  }
  if (event.type === 'linked') return refuse('unlink-instead');
  if (event.type === 'unlinked' || event.type === 'retracted') return refuse('state-again');
  return isOwnStatement(event) ? undefined : refuse('not-stated-by-people');
}
