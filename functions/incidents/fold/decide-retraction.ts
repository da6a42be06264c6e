/** Taking a statement back: the record becomes what the other facts make it, clocks included. Pure. */
import type { Said } from '../../platform/problem.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { closingsBetween } from '../clocks/closings.ts';
import type { Decision } from '../commit.ts';
import type { Context, Pending, Refusal } from '../decision.ts';
import { announceEmergency, askForArea, changedFact, decideEmergency } from '../emergency/decide-emergency.ts';
import { isGoingOn } from '../emergency/emergency.ts';
import type { EventOf, TimelineEvent } from '../events.ts';
import { type Incident, optional } from '../incident.ts';
import type { StatementOf } from '../statements/statement-schemas.ts';
import { eventId, isSame } from '../timeline.ts';
import { isOwnStatement, takenBack } from './facts.ts';
import { fold } from './fold.ts';
import type { State } from './state.ts';

/**
 * @param state of the record as it is
 * @param policyOf the rules of each version that the timeline names
 */
export function decideRetraction(
  { incident: before, contacts: known }: State,
  timeline: readonly TimelineEvent[],
  statement: StatementOf<'retracted'>,
  { now, policy, actor }: Context,
  policyOf: Parameters<typeof fold>[2] = () => policy,
): Decision | Refusal {
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
  const recorded = { ...retracted, id: eventId(before.lastSequence + 1), recordedAt: now };
  const { incident: after, contacts: all } = fold(before.id, [...timeline, recorded], policyOf);
  const slots = closingsBetween(known, all).map((each) =>
    each.outcome === 'not-reminded' ? { ...each, ...unasked } : each,
  );
  if (slots.length > 0) retracted.detail.slots = slots;
  const { events, outbox } = emergencyAfter(before, after, { now, policy });
  const contacts = [...all.values()].filter((each) => !isSame(each, known.get(each.id)));
  return {
    before,
    after,
    events: [retracted, ...events],
    contacts,
    known: [...known.values()],
    gone: [...known.keys()].filter((id) => !all.has(id)),
    // Some customers may wait for something else now. In what is no incident nobody waits.
    timer: before.kind === 'incident' ? { at: now, why: 'a statement was retracted' } : 'keep',
    outbox,
  };
}

/** An emergency that no fact supports any more disappears. One whose ending is taken back rings as a new episode. */
function emergencyAfter(
  before: Incident,
  after: Incident,
  { now, policy }: Pick<Context, 'now' | 'policy'>,
): { events: EventOf[]; outbox: Pending[] } {
  const by = { actor: 'rule', occurredAt: now };
  const asks = decideEmergency(before, after, policy, now).asksForArea ? [askForArea(after, now)] : [];
  const [was, is] = [before.emergency, after.emergency];
  if (isGoingOn(is) && !isGoingOn(was)) {
    const { rule, inputs, policyVersion } = is;
    const detail = { rule, why: 'A statement was taken back.', inputs: { ...inputs }, policyVersion };
    const begun: EventOf = { ...by, type: 'emergency-begun', detail };
    return { events: [begun], outbox: [...announceEmergency(is, policy, now), ...asks] };
  }
  if (!isGoingOn(was) || isGoingOn(is)) return { events: [], outbox: asks };
  return { events: [{ ...by, type: 'emergency-ended', detail: changedFact }], outbox: asks };
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
export function whyNotRetracted(event: TimelineEvent): Said | undefined {
  if (event.type === 'customer-updated' && (event.detail.sentAs !== undefined || event.detail.signalId !== undefined)) {
    return refuse('sent-by-tool');
  }
  if (event.type === 'linked') return refuse('unlink-instead');
  if (event.type === 'unlinked' || event.type === 'retracted') return refuse('state-again');
  return isOwnStatement(event) ? undefined : refuse('not-stated-by-people');
}
