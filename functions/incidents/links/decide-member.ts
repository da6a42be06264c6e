/** Decides what a change of a linked incident changes in its primary. Pure. */
import type { Context, Pending } from '../facts/decision.ts';
import type { ConclusionOf } from '../facts/events.ts';
import { answererOf, byItself, outageOf } from '../facts/outage.ts';
import { isSame } from '../facts/timeline.ts';
import type { Step } from '../fold/evolve.ts';
import { apart, sharedFacts, show, summaryOf } from '../fold/show.ts';
import { type Incident, isOver, type Member } from '../incident.ts';
import type { State } from '../rhythm/contact.ts';
import { timerAfter } from '../rhythm/wake.ts';
import { knownValue } from '../signals/later-facts.ts';
import { isWorse, worsening } from '../signals/signal.ts';
import { together, toldThere } from './decide-link.ts';

/** A change of a member. */
export interface Heard {
  before: State;
  after: State;
  /** Conclusions about the member, which people read on the primary too. */
  concluded: readonly ConclusionOf[];
  outbox: readonly Pending[];
}

/**
 * @param withdrawn a retracted fact about customers of the primary
 * @returns undefined if nothing changes for the primary
 */
export function decideOfMember(
  primary: State,
  { before, after, concluded, outbox }: Heard,
  by: Context,
  withdrawn?: { fact: string; recordedAt?: Date },
): Step | undefined {
  const { now, policy } = by;
  const { id } = after.incident;
  const [was, is] = [before, after].map(({ incident }) => summaryOf(byItself(incident))) as [
    Member['incident'],
    Member['incident'],
  ];
  const parts = apart(primary);
  const member = parts.outage?.members[id];
  if (!parts.outage || !member) return undefined;
  const isSaid = concluded
    .filter(({ type }) => toldOfMember.has(type))
    .map((each) => ({ ...each, detail: { ...each.detail, of: id } }) as ConclusionOf);
  const signalId = concluded.flatMap(({ detail }) => ('signalId' in detail ? [String(detail.signalId)] : []))[0] ?? '';
  const told = toldThere(outbox).map((each) => asQuestion(each, primary.incident));
  // A change that affects no customer is decided without contacts: the primary keeps the facts that it has.
  const areRead = before.contacts.size + after.contacts.size > 0;
  const isMoved = !isSame(was, is) || (areRead && before.contacts !== after.contacts) || withdrawn !== undefined;
  if (!isMoved && isSaid.length + told.length === 0) return undefined;
  const members = { ...parts.outage.members, [id]: { ...member, incident: is } };
  // The askers of a question have no facts of their own there.
  const isHeard = is.kind === 'incident' && areRead;
  const isReplaced = (fact: { id: string }): boolean => isHeard && fact.id.startsWith(`${id}/`);
  const others = new Map(
    [...parts.joined].map(([contact, facts]) => [
      contact,
      facts.filter((fact) => fact.id !== withdrawn?.fact && !(fact.of === id && isReplaced(fact))),
    ]),
  );
  const joined = isHeard ? together(others, sharedFacts(apart(after).own, primary, { id: member.since, now })) : others;
  const own = {
    ...parts.own,
    concluded: [...isSaid, ...otherwise(primary, member, was, is, signalId, by)],
    outbox: [],
  };

  const undone = withdrawn?.recordedAt;
  const shown = show(own, { outage: { ...parts.outage, members }, joined }, primary, { now, policy, from: id, undone });
  const contacts = [...shown.contacts.values()];
  const pending = [...told, ...shown.outbox];
  const touched = contacts.filter((each) => primary.contacts.get(each.id) !== each);
  const timer = timerAfter(primary.incident, shown.incident, touched, pending.length > 0, now, policy);
  return {
    before: primary.incident,
    after: shown.incident,
    events: shown.concluded,
    contacts,
    known: [...primary.contacts.values()],
    timer,
    outbox: pending,
  };
}

const toldOfMember: ReadonlySet<string> = new Set<ConclusionOf['type']>([
  'responded',
  'customer-updated',
  'corrected',
  'customer-wrote',
  'recovery-questioned',
  'alert-joined',
  'reported-otherwise',
  'withdrawn',
]);

/** A customer who writes after the outage's recovery questions it. */
const asQuestion = (pending: Pending, primary: Incident): Pending =>
  pending.kind === 'customer-wrote' && isOver(primary) ? { ...pending, kind: 'recovery-questioned' } : pending;

/** Worse values in a member's report than a person stated on the primary. */
function otherwise(
  primary: State,
  member: Member,
  was: Member['incident'],
  is: Member['incident'],
  signalId: string,
  { now }: Context,
): ConclusionOf[] {
  const { members = {} } = outageOf(primary.incident) ?? {};
  return worsening.flatMap((field): ConclusionOf[] => {
    const [before, reported] = [knownValue(was, field), knownValue(is, field)];
    const known = knownValue(primary.incident, field);
    const isAnswered = answererOf(field, member, primary.incident, members).incident !== member.incident;
    if (!isAnswered || reported === undefined || known === undefined) return [];
    if (before === reported || !isWorse(reported, known)) return [];
    const detail = { field, known, reported, signalId, of: is.id };
    return [{ isFact: false, type: 'reported-otherwise', actor: 'rule', occurredAt: now, detail }];
  });
}
