/** What a link and its end record in each incident. Pure. */

import { closingEvents } from '../clocks/closings.ts';
import { type Context, isSending, type Pending } from '../facts/decision.ts';
import type { EventOf } from '../facts/events.ts';
import { asNext } from '../facts/timeline.ts';
import { movesNobody } from '../fold/addition.ts';
import { decisionOn, evolveAll, passed } from '../fold/evolve.ts';
import { type History, type PolicyOf, refold } from '../fold/fold.ts';
import { idsOf, type Leaving } from '../fold/links.ts';
import { type Incident, optional } from '../incident.ts';
import type { Decision } from '../record/commit.ts';
import type { State } from '../rhythm/contact.ts';
import { type TimerDecision, timerAfter } from '../rhythm/wake.ts';
import { authorIn } from '../signals/signal.ts';
import type { StatementOf } from '../statements/statement-schemas.ts';
import type { BoardPlace } from '../views/board-place.ts';
import { returnOf, shareBefore, shareOf } from './shares.ts';

export type LinkStatement = Pick<StatementOf<'linked'>, 'to' | 'basis' | 'occurredAt' | 'evidenceUrl'>;

/** The decisions on the incident that is linked, and on the one that takes it over, whose `outbox` this is. */
export function decideJoined(
  away: State,
  over: State,
  statement: LinkStatement,
  outbox: Pending[],
  by: Context,
): [Decision, Decision] {
  const { id } = away.incident;
  const { basis } = statement;
  const common = { type: 'linked' as const, ...authorIn(by), ...statedIn(statement, by.now) };
  const share = shareOf(passed(away, by.now, by.policy));
  return [
    joined(away, { ...common, detail: { to: over.incident.id, basis } }, [], by),
    joined(over, { ...common, detail: { from: id, basis, share: { ...share } } }, outbox, by),
  ];
}

function joined(state: State, fact: EventOf, outbox: Pending[], by: Context): Decision {
  const evolved = evolveAll(state, [fact], by.now, by.policy);
  const decision = decisionOn(state, evolved, [...outbox, ...evolved.outbox], by);
  return { ...decision, known: [...state.contacts.values()] };
}

/** The takeover, decided without the primary's contacts, none of which the link brings; undefined if they may move. */
export function asAddition(unread: Decision, now: Date): Decision | undefined {
  const { known: _, ...decided } = unread;
  const { before, after, contacts } = decided;
  const { board } = before as Incident & { board?: BoardPlace | null };
  const isInTime = board && (!board.next || (board.dueAt && board.dueAt > now));
  if (!before || !isInTime || !movesNobody(before, after, contacts)) return undefined;
  return decided;
}

/** That it was filed is not announced any more, what its own emergency asks for ends with that, and it has been joined. */
export const toldThere = (pending: readonly Pending[]): Pending[] =>
  pending.filter((each) => (isSending(each) && each.kind !== 'related') || toldAnyway.has(each.kind));

const toldAnyway = new Set(['recovery-questioned', 'customer-wrote', 'reported-worse', 'update-failed']);

/** The decisions on `home`, the linked incident, and on each of `chain`, which took it over, up to the survivor. */
export function decideParted(
  home: History,
  chain: readonly History[],
  statement: StatementOf<'unlinked'>,
  by: Context,
  policyOf: PolicyOf = () => by.policy,
): [Decision, ...Decision[]] {
  const { id, linkedTo = '' } = home.incident;
  const survivor = chain.at(-1);
  const link = chain[0]?.incident.links?.find((each) => each.incidentId === id);
  const gone = link ? idsOf(link) : [id];
  const common = { type: 'unlinked' as const, ...authorIn(by), ...statedIn(statement, by.now) };
  let below: History | undefined;
  const others = chain.map((each) => {
    const left = below && shareBefore(below, each.incident.id, by, policyOf);
    const share: Leaving = { gone, ...optional('left', left) };
    const from = below?.incident.id;
    const fact: EventOf = { ...common, detail: { incident: id, ...optional('from', from), share: { ...share } } };
    below = { ...each, events: [...each.events, asNext(each.incident, fact, by.now)] };
    return parted(each, fact, by, policyOf);
  });
  const share = { ...returnOf(home, survivor, gone) };
  return [parted(home, { ...common, detail: { from: linkedTo, share } }, by, policyOf), ...others];
}

function parted(history: History, fact: EventOf, by: Context, policyOf: PolicyOf): Decision {
  const { slots, events, ...folded } = refold(history, fact, by, 'A link has ended.', policyOf);
  const { before, after, contacts, known } = folded;
  const was = new Set(known);
  const isOther = contacts.length !== was.size || contacts.some((each) => !was.has(each));
  return {
    ...folded,
    events: [fact, ...closingEvents(slots, by.now), ...events],
    timer: timerAfterEnd(before, after, isOther, by),
  };
}

/** Some customers may wait for something else now. */
function timerAfterEnd(before: Incident, after: Incident, isOther: boolean, { now, policy }: Context): TimerDecision {
  if (after.kind !== 'incident') return timerAfter(before, after, [], false, now, policy);
  const seen = ['status', 'recoveredAt', 'firstResponseAt'] as const;
  const isSeen = isOther || seen.some((field) => after[field]?.valueOf() !== before[field]?.valueOf());
  return after.status !== 'linked' && isSeen ? { at: now, why: 'a link has ended' } : 'keep';
}

/** When, by what is stated, it was linked or told apart, and where the evidence is. */
const statedIn = (
  { occurredAt, evidenceUrl }: Pick<StatementOf<'unlinked'>, 'occurredAt' | 'evidenceUrl'>,
  now: Date,
): Pick<EventOf, 'occurredAt' | 'evidenceUrl'> => ({
  occurredAt: occurredAt ? new Date(occurredAt) : now,
  ...optional('evidenceUrl', evidenceUrl),
});
