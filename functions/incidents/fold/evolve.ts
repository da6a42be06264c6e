/** What one more fact makes of the record. Pure. */

import { milliseconds, type Policy } from '../../policy.ts';
import { closingEvents, closingsBetween, isAmong } from '../clocks/closings.ts';
import type { ContactFact } from '../clocks/facts.ts';
import { announceEmergency, askForArea, decideEmergency } from '../emergency/decide-emergency.ts';
import { isGoingOn } from '../emergency/emergency.ts';
import type { Context, Pending } from '../facts/decision.ts';
import type { ClosedSlot, EventOf } from '../facts/events.ts';
import { listMissing } from '../facts/missing.ts';
import { applyChanges, asNext, eventId, type Fact, isLook, isRetraction } from '../facts/timeline.ts';
import type { Incident } from '../incident.ts';
import type { Decision } from '../record/commit.ts';
import {
  byId,
  type Contact,
  countUnreached,
  customerIdsOf,
  readClocks,
  type State,
  sumOutcomes,
} from '../rhythm/contact.ts';
import { timerAfter } from '../rhythm/wake.ts';
import { scoreImpact } from '../signals/score.ts';
import type { Reduced } from '../statements/given.ts';
import { areInTime, movesNobody, withAdded } from './addition.ts';
import { beginContacts, recordAsFiled } from './beginning.ts';
import { addFacts, needsContacts, type Recorded, stampOf, withSchedule } from './contact-effects.ts';
import { evolveLink } from './links.ts';
import { recoveryOf } from './recovery.ts';
import { reduce } from './reduce.ts';

export interface Evolved extends State {
  /** What rules conclude from it, for people to read. */
  concluded: EventOf[];
  outbox: Pending[];
}

type Judged = Pick<Evolved, 'incident' | 'concluded' | 'outbox'>;

export interface EvolvedAlone extends Judged {
  /** Whether it does something to the contacts: most statements do not, and do not read them. */
  needsContacts: boolean;
}

/** What a next fact makes of the incident where that is all it changes; the beginning of it where contacts change too. */
export function evolveAlone(before: Incident, next: EventOf & { recordedAt: Date }, policy: Policy): EvolvedAlone {
  const fact: Fact = asNext(before, next, next.recordedAt);
  return reducedAlone(before, reduce(before, fact, policy), fact, policy);
}

function reducedAlone(before: Incident, reduced: Reduced, fact: Fact, policy: Policy): EvolvedAlone {
  const { changes, effects = [], concluded = [] } = reduced;
  const after = applyChanges(before, changes);
  const judged = withEmergency(before, after, fact, policy);
  const incident = withSchedule(judged.incident, effects, fact, policy);
  // Whatever they wait by moves their clocks: an emergency that has begun or ended, too.
  const isMoved = incident.schedule !== before.schedule;
  const isTouching = isMoved || needsContacts(before, after, effects);
  return {
    incident: complete(before, incident, fact, policy),
    concluded: [...concluded, ...judged.concluded],
    outbox: judged.outbox,
    needsContacts: before.kind === 'incident' && isTouching,
  };
}

export function begin(id: string, filed: Fact<'filed'>, policy: Policy): Evolved {
  const { imported } = filed.detail;
  if (imported) return { incident: imported as unknown as Incident, contacts: new Map(), concluded: [], outbox: [] };
  const { incident, contacts } = recordAsFiled(id, filed, policy);
  const scheduled = withSchedule(incident, [], filed, policy);
  return finish(undefined, { incident: scheduled, contacts: byId(contacts) }, new Map(), filed, policy);
}

/** @param state as it was recorded, with all of its contacts */
export const evolve = (state: State, fact: Fact, policy: Policy): Evolved =>
  evolveAdding(state, fact, policy) ?? evolveWhole(state, fact, policy);

/** By the contacts that a link brings alone, where it takes another over and they are new and move no other. */
function evolveAdding({ incident, contacts: known }: State, fact: Fact, policy: Policy): Evolved | undefined {
  const isTakingOver = fact.type === 'linked' && fact.detail.from !== undefined;
  if (!isTakingOver || !areInTime(known.values(), fact.recordedAt)) return undefined;
  const alone = evolveWhole({ incident, contacts: new Map() }, fact, policy);
  const isKnown = [...alone.contacts.keys()].some((id) => known.has(id));
  if (isKnown || !movesNobody(incident, alone.incident, [...alone.contacts.values()])) return undefined;
  return { ...alone, incident: withAdded(incident, alone), contacts: new Map([...known, ...alone.contacts]) };
}

export function evolveWhole(state: State, fact: Fact, policy: Policy): Evolved {
  const { incident: before, contacts: known } = state;
  // A retraction changes what is folded; by its time, what was due without it has passed.
  if (isLook(fact) || isRetraction(fact)) return { ...look(state, fact, policy), outbox: [] };
  if (fact.type === 'linked' || fact.type === 'unlinked')
    return finish(before, evolveLink(state, fact, policy), known, fact, policy);
  const reduced = reduce(before, fact, policy);
  const alone = reducedAlone(before, reduced, fact, policy);
  const { changes, effects = [], concluded = [] } = reduced;
  if (before.kind !== 'incident' && alone.incident.kind === 'incident') {
    const { incident } = alone;
    const contacts = byId(beginContacts(incident, incident, stampOf(fact, incident.filedAt)));
    const begun = finish(incident, { incident, contacts }, known, fact, policy);
    return { ...alone, incident: begun.incident, contacts: begun.contacts };
  }
  if (!alone.needsContacts) return { ...alone, contacts: known };
  const after = withSchedule(applyChanges(before, changes), effects, fact, policy);
  const recorded = addFacts(state, after, effects, fact, policy);
  return finish(before, { ...recorded, concluded }, known, fact, policy);
}

/** Several facts of one moment, each with what rules conclude from it. @param after the sequence that they follow */
export function evolveAll(
  state: State,
  facts: readonly EventOf[],
  now: Date,
  policy: Policy,
  after = state.incident.lastSequence,
): State & { events: EventOf[]; outbox: Pending[] } {
  let { incident, contacts } = state;
  const events: EventOf[] = [];
  const outbox: Pending[] = [];
  for (const fact of facts) {
    const id = eventId(after + events.length + 1);
    const evolved = evolve({ incident, contacts }, { ...fact, id, recordedAt: now }, policy);
    ({ incident, contacts } = evolved);
    events.push(fact, ...evolved.concluded);
    outbox.push(...evolved.outbox);
  }
  return { incident, contacts, events, outbox };
}

/** Reads the clocks, finds whether all have recovered, and judges whether the facts are an emergency: table K. */
function finish(
  before: Incident | undefined,
  { incident: decided, contacts, recovery, concluded = [] }: Recorded & { concluded?: EventOf[] },
  known: State['contacts'],
  fact: Fact,
  policy: Policy,
): Evolved {
  const now = fact.recordedAt;
  const read = readClocks(contacts.values(), decided, now, policy);
  const whole = recovery && recoveryOf(decided, [...read.values()], recovery);
  const recovered = whole ? applyChanges(decided, whole.changes) : decided;
  const judged = withEmergency(before, recovered, fact, policy);
  const incident = withSchedule(judged.incident, [], fact, policy);
  const isMoved = incident.schedule !== decided.schedule;
  const seen = isMoved ? readClocks(read.values(), incident, now, policy) : read;
  const closed = closingsBetween(known, seen);
  const counted = { ...incident, slots: sumOutcomes(seen.values()), ...countUnreached(seen.values(), incident) };
  return {
    incident: complete(before, counted, fact, policy),
    contacts: seen,
    concluded: [...concluded, ...closingEvents(closed, now), ...(whole ? [whole.event] : []), ...judged.concluded],
    outbox: judged.outbox,
  };
}

function withEmergency(
  before: Incident | undefined,
  after: Incident,
  { recordedAt: now }: Fact,
  policy: Policy,
): Judged {
  const { emergency = after.emergency, concluded, asksForArea } = decideEmergency(before, after, policy, now);
  const incident = emergency && emergency !== after.emergency ? { ...after, emergency } : after;
  const begun = isGoingOn(emergency) && !isGoingOn(before?.emergency) ? emergency : undefined;
  return {
    incident,
    concluded: concluded ? [concluded] : [],
    outbox: [...(begun ? announceEmergency(begun, policy, now) : []), ...(asksForArea ? [askForArea(after, now)] : [])],
  };
}

/** With what follows from the rest: what is missing, and the score of the impact. What a meeting says of it is scored by itself. */
function complete(before: Incident | undefined, incident: Incident, { type }: Fact, policy: Policy): Incident {
  const { impact, kind, score } = incident;
  const isScored = type === 'reviewed' || (impact === before?.impact && kind === before.kind);
  const scored = isScored ? score : { ...score, reference: scoreImpact(impact, policy) };
  return { ...incident, score: scored, missing: listMissing(incident) };
}

/** Slots that have ended by then, without an update. */
export function passed(state: State, now: Date, policy: Policy): State & { closed: ClosedSlot[] } {
  const contacts = readClocks(state.contacts.values(), state.incident, now, policy);
  const closed = closingsBetween(state.contacts, contacts);
  const slots = closed.length > 0 ? sumOutcomes(contacts.values()) : state.incident.slots;
  return { incident: { ...state.incident, slots }, contacts, closed };
}

/** What a look of the minute tick did, which nobody retracts: time had passed, and somebody was told. */
function look(state: State, fact: Fact, policy: Policy): State & { concluded: EventOf[] } {
  const now = fact.recordedAt;
  const until = passed(state, now, policy);
  const concluded = closingEvents(until.closed, now);
  if (fact.type === 'slot-closed') return { ...until, concluded };
  const { changes } = reduce(until.incident, fact, policy);
  const incident = withSchedule(applyChanges(until.incident, changes), [], fact, policy);
  const told = factsOfLook(fact, policy);
  const contacts = new Map([...until.contacts].map(([id, contact]) => [id, withFact(contact, told(contact))]));
  const after = passed({ incident, contacts }, now, policy);
  return { incident: after.incident, contacts: after.contacts, concluded };
}

const withFact = (contact: Contact, fact: ContactFact | undefined): Contact =>
  fact ? { ...contact, facts: [...contact.facts, fact] } : contact;

/** Which customers the responders were reminded of, and whose missed slots were escalated. */
function factsOfLook(fact: Fact, policy: Policy): (contact: Contact) => ContactFact | undefined {
  const stamp = stampOf(fact, fact.recordedAt);
  if (fact.type === 'reminded') {
    const { slots, together = [] } = fact.detail;
    const dues = new Map(slots?.map((each) => [each.contactId, each.dueAt]));
    return (contact) => {
      const dueAt = dues.get(contact.id) ?? together.find((each) => isAmong(contact, each))?.dueAt;
      return dueAt && { ...stamp, type: 'reminded', dueAt: namedWith(contact, dueAt, stamp.at, policy) };
    };
  }
  if (fact.type !== 'escalated') return () => undefined;
  const { customers, together = [] } = fact.detail;
  const named = new Set(customers);
  const isNamed = (each: Contact): boolean =>
    !each.stoppedAt &&
    (customerIdsOf(each).some((id) => named.has(id)) || together.some((group) => isAmong(each, group)));
  return (contact) => (isNamed(contact) ? { ...stamp, type: 'escalated' } : undefined);
}

/** A notice of the slot that waits is one of the next as well, where that is due within the minutes that it covers. */
function namedWith({ nextUpdateDueAt, next }: Contact, dueAt: Date, now: Date, policy: Policy): Date {
  if (!nextUpdateDueAt || !next || dueAt < nextUpdateDueAt || dueAt >= next.dueAt) return dueAt;
  const until = now.getTime() + milliseconds(policy.cadence.noticeCoversNext);
  return next.dueAt.getTime() <= until || next.remindAt <= now ? next.dueAt : dueAt;
}

/** What is to be committed of a record that has become another. Whether its contacts were read, the caller says. */
export function decisionOn(
  { incident: before, contacts: known }: State,
  { incident: after, contacts: all, events, outbox: asked }: ReturnType<typeof evolveAll>,
  outbox: Pending[],
  { now, policy }: Pick<Context, 'now' | 'policy'>,
): Decision {
  const contacts = [...all.values()];
  const touched = contacts.filter((each) => known.get(each.id) !== each);
  const timer =
    asked.length > 0
      ? { at: now, why: 'it may be an emergency' }
      : timerAfter(before, after, touched, outbox.length > 0, now, policy);
  return { before, after, events, contacts, timer, outbox };
}
