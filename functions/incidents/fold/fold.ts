/** The record as the result of all of its facts. Pure. */
import type { Policy } from '../../policy.ts';
import { closingsBetween } from '../clocks/closings.ts';
import { isFromElsewhere, union } from '../clocks/facts.ts';
import { askForArea, decideEmergency } from '../emergency/decide-emergency.ts';
import type { Context } from '../facts/decision.ts';
import type { EventOf, TimelineEvent } from '../facts/events.ts';
import { afterEvent, asNext, type Fact, isFact, isSame, isSequenced, takenBack } from '../facts/timeline.ts';
import type { State } from '../rhythm/contact.ts';
import { namedOn } from '../statements/customers.ts';
import { begin, evolveOwn, passed } from './evolve.ts';
import { type Kept, keptOf, takeHome } from './kept.ts';
import { apart, show } from './show.ts';

export type PolicyOf = (version: string | undefined) => Policy;

/**
 * Folds an incident by itself, whatever links it has.
 * @param timeline in any order; retracted events are left out
 * @param policyOf the rules of a version: each fact, and the time before it, goes by those that were in force
 * @param kept what was said to its customers on other incidents and in an outage; absent if it never had a link
 * @param asOf when its clocks were read last, if that was later than its last fact
 * @throws Error if the timeline has no `filed`
 */
export function fold(
  id: string,
  timeline: readonly TimelineEvent[],
  policyOf: PolicyOf,
  kept?: Kept,
  asOf = lastClosingIn(timeline),
): State {
  const [filed, ...later] = inOrder(timeline);
  if (filed?.type !== 'filed') throw new Error('A timeline begins with what was filed.');
  const taken = takenBack(timeline);
  let { incident, contacts }: State = begin(id, filed, policyOf(filed.policyVersion));
  let readAt = filed.recordedAt;
  let policy = policyOf(filed.policyVersion);
  const told: EventOf[] = [filed];
  for (const event of later) {
    if (isFact(event) && !taken.has(event.id)) {
      policy = policyOf(event.policyVersion);
      const before = contacts;
      const evolved = evolveOwn({ incident, contacts }, withNames(event, told), policy);
      ({ incident, contacts } = evolved);
      told.push(event, ...evolved.concluded);
      if (kept && event.type === 'unlinked')
        ({ incident, contacts } = takeHome({ incident, contacts }, kept, event, policy));
      if (contacts !== before) readAt = event.recordedAt;
    }
    if (isSequenced(event)) incident = afterEvent(incident, event);
  }
  if (kept) contacts = withKept(contacts, kept, taken);
  return asOf && asOf > readAt ? passed({ incident, contacts }, asOf, policy) : { incident, contacts };
}

/** Names on a ticket are removed unless people gave them too: whether they did depends on what was retracted since. */
function withNames(fact: Fact, told: readonly EventOf[]): Fact {
  if (fact.type !== 'names-removed') return fact;
  return { ...fact, detail: { ...fact.detail, customers: namedOn(told, fact.detail.ticket) } };
}

/** Keeps what an outage said to its customers as it was recorded, unless it was retracted. */
function withKept(contacts: State['contacts'], kept: Kept, taken: ReadonlySet<string>): State['contacts'] {
  const all = new Map(contacts);
  for (const [id, { contact, facts }] of kept) {
    const said = facts.filter((each) => !isFromElsewhere(each) && !taken.has(each.id));
    const known = all.get(id) ?? { ...contact, facts: [] };
    // A look's facts depend on when customers were due in the outage.
    const looked = new Set(
      said.flatMap((each) => (each.type === 'reminded' || each.type === 'escalated' ? [each.id] : [])),
    );
    const own = known.facts.filter((each) => !looked.has(each.id));
    all.set(id, { ...known, facts: union(own, said) });
  }
  return all;
}

/** Deadlines end as time passes: the ended ones show up to when the clocks were read. */
function lastClosingIn(timeline: readonly TimelineEvent[]): Date | undefined {
  const closings = timeline.filter(({ type }) => type === 'slot-closed');
  return closings.map(({ recordedAt }) => recordedAt).sort((a, b) => b.getTime() - a.getTime())[0];
}

/** Facts in sequence, and each signal after the last event known when it came. */
function inOrder(timeline: readonly TimelineEvent[]): TimelineEvent[] {
  const placeOf = (event: TimelineEvent): number =>
    event.type === 'signal-received' ? (event.detail.after ?? 0) + 0.5 : Number(event.id);
  return timeline.toSorted(
    (one, other) =>
      placeOf(one) - placeOf(other) ||
      one.recordedAt.getTime() - other.recordedAt.getTime() ||
      (one.id < other.id ? -1 : 1),
  );
}

export interface History extends State {
  events: readonly TimelineEvent[];
}

/**
 * Folds a record again without what `fact` retracts.
 * @param history with contacts that lack what was retracted elsewhere
 * @param shown the record as it was shown before
 */
export function refold(
  { incident: before, contacts, events }: History,
  fact: EventOf,
  { now, policy }: Pick<Context, 'now' | 'policy'>,
  policyOf: PolicyOf,
  shown: State = { incident: before, contacts },
) {
  const { outage, joined } = apart({ incident: before, contacts });
  const own = fold(before.id, [...events, asNext(before, fact, now)], policyOf, keptOf(contacts, events));
  const by = { now, policy, why: 'A statement was taken back.', undone: recordingOf(fact, events) };
  const next = show({ ...own, concluded: [], outbox: [] }, { outage, joined }, shown, by);
  const { incident: after, contacts: all, concluded, outbox } = next;
  const asksForArea = decideEmergency(before, after, policy, now).asksForArea === true;
  return {
    before,
    after,
    /** Unchanged contacts stay the same objects. */
    contacts: [...all.values()].map((each) => {
      const was = shown.contacts.get(each.id);
      return was && isSame(each, was) ? was : each;
    }),
    known: [...shown.contacts.values()],
    /** Deadlines that have changed. */
    slots: closingsBetween(shown.contacts, all),
    events: concluded.filter(({ type }) => type === 'emergency-begun' || type === 'emergency-ended'),
    outbox: [...outbox, ...(asksForArea ? [askForArea(after, now)] : [])],
  };
}

/** When the retracted event was recorded. */
const recordingOf = (fact: EventOf, events: readonly TimelineEvent[]): Date | undefined =>
  fact.type === 'retracted' ? events.find(({ id }) => id === fact.detail.eventId)?.recordedAt : undefined;
