/** Decides what a link and its end change in each incident of an outage. Pure. */

import type { ContactFact } from '../clocks/facts.ts';
import { type Context, isSending, type Pending } from '../facts/decision.ts';
import type { FactOf } from '../facts/events.ts';
import { byItself, outageOf } from '../facts/outage.ts';
import { asNext, isSame } from '../facts/timeline.ts';
import { evolveOwn, passed, type Step } from '../fold/evolve.ts';
import { takeHome } from '../fold/kept.ts';
import { affectedBy } from '../fold/recovery.ts';
import {
  apart,
  type Evolved,
  type Facts,
  ownOf,
  type Parts,
  saidTo,
  sharedFacts,
  show,
  summaryOf,
} from '../fold/show.ts';
import { type Incident, type Member, type Outage, optional, unnamedIn } from '../incident.ts';
import { type Contact, type State, theOthersId } from '../rhythm/contact.ts';
import { type TimerDecision, timerAfter } from '../rhythm/wake.ts';
import { authorIn } from '../signals/signal.ts';
import type { StatementOf } from '../statements/statement-schemas.ts';
import type { BoardPlace } from '../views/board-place.ts';

export interface LinkStatement extends Pick<StatementOf<'linked'>, 'to' | 'basis' | 'occurredAt' | 'evidenceUrl'> {
  /** The merge of many that the link is part of. */
  merge?: string;
}

/** @returns the decisions on the incident that is linked, and on the primary, which gets the `outbox` */
export function decideJoined(
  away: State,
  over: State,
  statement: LinkStatement,
  outbox: Pending[],
  by: Context,
): [Step, Step] {
  const { now, policy } = by;
  const { id } = away.incident;
  const basis = { basis: statement.basis, ...optional('merge', statement.merge) };
  const common = { type: 'linked' as const, ...authorIn(by), ...statedIn(statement, now) };
  const goes = { ...common, detail: { to: over.incident.id, ...basis } };
  const comes = { ...common, detail: { from: id, ...basis } };
  const linked = passed(away, now, policy);
  const parts = apart(over);
  const since = asNext(over.incident, comes, now).id;
  const members = {
    ...parts.outage?.members,
    ...membersWith(linked, { at: now, since, ...optional('merge', statement.merge) }),
  };
  const start: Outage = { since: now, emergencies: [], own: ownOf(parts.own.incident), ...parts.outage, members };
  const joined = together(parts.joined, factsWith(linked, over, { id: since, now }));
  const shown = show(evolveOwn(parts.own, asFact(over, comes, by), policy), { outage: start, joined }, over, {
    now,
    policy,
    from: id,
  });
  return [
    { ...decided(away, goes, showLinked(linked, away, goes, by), [], by), known: [...away.contacts.values()] },
    { ...decided(over, comes, shown, outbox, by), known: [...over.contacts.values()] },
  ];
}

const asFact = <T extends FactOf>({ incident }: State, fact: T, { now }: Context) => asNext(incident, fact, now);

/**
 * Shows an incident that is linked from now on. Its members sleep there until the link ends.
 * @param known as recorded, before time passed
 */
function showLinked(away: State, known: State, fact: FactOf<'linked'>, by: Context): Evolved {
  const { own, outage } = apart(away);
  return show(evolveOwn(own, asFact(away, fact, by), by.policy), { outage, joined: new Map() }, known, by);
}

/** The incident and its members, as entries of the primary's map. */
export function membersWith({ incident }: State, { merge, ...way }: Omit<Member, 'incident'>): Outage['members'] {
  const { id } = incident;
  const below = Object.entries(outageOf(incident)?.members ?? {});
  const others = below.map(([each, { by = [], at, since, incident: its }]): [string, Member] => [
    each,
    { ...way, by: [...by, { id, at, since }], incident: its },
  ]);
  const own = { ...way, ...optional('merge', merge), incident: summaryOf(byItself(incident)) };
  return { [id]: own, ...Object.fromEntries(others) };
}

/** The facts about the customers of an incident and its members, with what it said to the latter. */
export function factsWith(state: State, primary: State, stamp: { id: string; now: Date }): Facts {
  const { own, outage, joined } = apart(state);
  const below = Object.entries(outage?.members ?? {});
  const said = below.map(([id, { since }]) => of(id, saidTo(id, state, since)));
  return together(sharedFacts(own, primary, stamp), joined, ...said);
}

const of = (id: string, facts: Facts): Facts =>
  new Map([...facts].map(([contact, said]) => [contact, said.map((each) => ({ ...each, of: id }))]));

/** Merges facts by contact, each fact of an incident once. */
export function together(...all: Facts[]): Facts {
  const found = new Map<string, Map<string, readonly [unknown]>>();
  for (const [id, facts] of all.flatMap((each) => [...each])) {
    const known = found.get(id) ?? new Map();
    found.set(id, known);
    for (const fact of facts) known.set(`${fact.of} ${fact.type} ${fact.id}`, fact as never);
  }
  return new Map([...found].map(([id, facts]) => [id, [...facts.values()] as never]));
}

function decided(
  state: State,
  fact: FactOf,
  shown: Evolved,
  outbox: readonly Pending[],
  { now, policy }: Context,
): Step {
  const { incident: before, contacts: known } = state;
  const { incident: after, contacts: all, concluded } = shown;
  const contacts = [...all.values()];
  const touched = contacts.filter((each) => known.get(each.id) !== each);
  const pending = [...outbox, ...shown.outbox];
  const timer = timerAfter(before, after, touched, pending.length > 0, now, policy);
  return { before, after, events: [fact, ...concluded], contacts, timer, outbox: pending };
}

/** The takeover, decided without the primary's contacts, none of which the link brings; undefined if they may move. */
export function asAddition(unread: Step, now: Date): Step | undefined {
  const { known: _, ...addition } = unread;
  const { before, after, contacts } = addition;
  const { board } = before as Incident & { board?: BoardPlace | null };
  const isInTime = board && (!board.next || (board.dueAt && board.dueAt > now));
  if (!before || !isInTime || !movesNobody(before, after, contacts)) return undefined;
  const { slots, failedUpdates = 0, unanswered = [] } = before;
  const failed = failedUpdates + contacts.filter((each) => each.unreached).length;
  const theirs =
    after.unanswered?.filter((each) =>
      contacts.some(({ ticket }) =>
        isSame(ticket && { tool: ticket.tool, id: ticket.id }, { tool: each.ticket.tool, id: each.ticket.id }),
      ),
    ) ?? [];
  const waiting = [...unanswered, ...theirs];
  const { unanswered: __, ...rest } = after;
  const sums = {
    slots: addUp(slots, after.slots),
    ...optional('failedUpdates', failed || undefined),
    ...optional('unanswered', waiting.length > 0 ? waiting : undefined),
  };
  return { ...addition, after: { ...rest, ongoing: after.ongoing, ...sums } };
}

/** Whether no deadline of the primary's known customers moves, and the outage stays open. */
function movesNobody(before: Incident, after: Incident, brought: Contact[]): boolean {
  if (before.status !== 'open' || !isSame(before.emergency, after.emergency) || before.isAboutMetronome) return false;
  if (unnamedIn(before) > 0 || brought.some(({ id }) => id.startsWith(theOthersId))) return false;
  return affectedBy(after, brought).some((each) => !each.recoveredAt);
}

const addUp = (one: Incident['slots'], other: Incident['slots']): Incident['slots'] => ({
  met: one.met + other.met,
  late: one.late + other.late,
  missed: one.missed + other.missed,
  notReminded: one.notReminded + other.notReminded,
});

/** Its filing is no longer announced, the requests of its own emergency end, and the join is recorded. */
export const toldThere = (pending: readonly Pending[]): Pending[] =>
  pending.filter((each) => (isSending(each) && each.kind !== 'related') || toldAnyway.has(each.kind));

const toldAnyway = new Set(['recovery-questioned', 'customer-wrote', 'reported-worse', 'update-failed']);

/** @returns the decisions on `home`, the linked incident, and on each incident of `chain` up to the primary */
export function decideParted(
  home: State,
  chain: readonly [State, ...State[]],
  statement: StatementOf<'unlinked'>,
  by: Context,
): [Step, ...Step[]] {
  const { now, policy } = by;
  const { id, linkedTo = '' } = home.incident;
  const primary = passed(chain.at(-1) as State, now, policy);
  const there = outageOf(primary.incident)?.members ?? {};
  const gone = Object.keys(there).filter((each) => each === id || there[each]?.by?.some((way) => way.id === id));
  const common = { type: 'unlinked' as const, ...authorIn(by), ...statedIn(statement, now) };
  const takenOff = primary.incident.takenOff?.filter((each) =>
    home.incident.affectedCustomers.some((known) => known.id === each),
  );
  const comes: FactOf<'unlinked'> = {
    ...common,
    detail: { from: linkedTo, ...optional('takenOff', takenOff?.length ? takenOff : undefined) },
  };
  const others = chain.map((each, index): Step => {
    const from = index > 0 ? chain[index - 1]?.incident.id : undefined;
    const goes: FactOf<'unlinked'> = { ...common, detail: { incident: id, ...optional('from', from) } };
    const isPrimary = index === chain.length - 1;
    return parted(isPrimary ? primary : each, goes, withoutMembers(apart(isPrimary ? primary : each), gone), by, each);
  });
  const own = apart(home);
  const brought = homeward(home, primary, there);
  const evolved = evolveOwn(own.own, asFact(home, comes, by), policy);
  const kept = new Map(
    [...brought.said].flatMap(([contactId, facts]) => {
      const contact = evolved.contacts.get(contactId);
      return contact ? [[contactId, { contact, facts }] as const] : [];
    }),
  );
  const { concluded, ...state } = takeHome(evolved, kept, asFact(home, comes, by), policy);
  const all = { ...state, concluded: [...evolved.concluded, ...concluded], outbox: evolved.outbox };
  const shown = show(all, brought, home, { now, policy, why });
  return [ended(home, comes, shown, by), ...others];
}

const why = 'A link has ended.';

/** What a member keeps when it leaves: what was said to its customers, and the members that came with it. */
function homeward(
  home: State,
  primary: State,
  there: Outage['members'],
): Pick<Parts, 'outage' | 'joined'> & { said: Facts } {
  const { id } = home.incident;
  const asleep = outageOf(home.incident);
  const since = there[id]?.since ?? '';
  const said = new Map(
    [...saidTo(id, primary, since)].map(([contact, facts]) => [
      homeId(contact, id),
      facts.map((each) => withoutOf(each)),
    ]),
  );
  const below = Object.entries(asleep?.members ?? {}).flatMap(([each, member]) => {
    const { incident } = there[each] ?? {};
    return incident ? [[each, { ...member, incident }] as const] : [];
  });
  const outage = asleep && below.length > 0 ? { ...asleep, members: Object.fromEntries(below) } : undefined;
  const { joined } = apart(primary);
  const theirs = below.map(([each]) => {
    const facts = new Map([...joined].map(([contact, all]) => [contact, all.filter((fact) => fact.of === each)]));
    return together(facts, of(each, saidTo(each, primary, there[each]?.since ?? '')));
  });
  return { outage, joined: together(...theirs), said };
}

function withoutOf(fact: ContactFact): ContactFact {
  const { of: _, ...own } = fact;
  return own as ContactFact;
}

const homeId = (contactId: string, id: string): string =>
  contactId === `${theOthersId}@${id}` ? theOthersId : contactId;

function withoutMembers({ own, outage, joined }: Parts, gone: readonly string[]): Parts {
  const members = Object.entries(outage?.members ?? {}).filter(([id]) => !gone.includes(id));
  const left = [...joined].flatMap(([id, facts]) => {
    const theirs = facts.filter((each) => !each.of || !gone.includes(each.of));
    return theirs.length > 0 ? [[id, theirs] as const] : [];
  });
  const isOutage = members.length > 0 || own.incident.linkedTo !== undefined;
  return {
    own,
    outage: outage && isOutage ? { ...outage, members: Object.fromEntries(members) } : undefined,
    joined: new Map(left),
  };
}

function parted(state: State, fact: FactOf, { own, outage, joined }: Parts, by: Context, known: State): Step {
  const { now, policy } = by;
  const shown = show(evolveOwn(own, asFact(state, fact, by), policy), { outage, joined }, known, { now, policy, why });
  return ended(known, fact, shown, by);
}

function ended(state: State, fact: FactOf, shown: Evolved, by: Context): Step {
  const decision = decided(state, fact, shown, [], by);
  const { before = state.incident, after, contacts } = decision;
  const was = new Set(state.contacts.values());
  const isOther = contacts.length !== was.size || contacts.some((each) => !was.has(each));
  return { ...decision, known: [...was], timer: timerAfterEnd(before, after, isOther, by) };
}

/** Some customers may wait for something else now. */
function timerAfterEnd(before: Incident, after: Incident, isOther: boolean, { now, policy }: Context): TimerDecision {
  if (after.kind !== 'incident') return timerAfter(before, after, [], false, now, policy);
  const seen = ['status', 'recoveredAt', 'firstResponseAt'] as const;
  const isSeen = isOther || seen.some((field) => after[field]?.valueOf() !== before[field]?.valueOf());
  return after.status !== 'linked' && isSeen ? { at: now, why: 'a link has ended' } : 'keep';
}

/** When it was linked or unlinked, according to the statement, and the link to the evidence. */
const statedIn = (
  { occurredAt, evidenceUrl }: Pick<StatementOf<'unlinked'>, 'occurredAt' | 'evidenceUrl'>,
  now: Date,
): Pick<FactOf, 'occurredAt' | 'evidenceUrl'> => ({
  occurredAt: occurredAt ? new Date(occurredAt) : now,
  ...optional('evidenceUrl', evidenceUrl),
});
