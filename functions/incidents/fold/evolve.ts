/** Applies one more fact to the record. Pure. */

import { given } from '../../platform/defined.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import { closingEvents, closingsBetween, isAmong } from '../clocks/closings.ts';
import type { ContactFact } from '../clocks/facts.ts';
import { announceEmergency, askForArea, decideEmergency } from '../emergency/decide-emergency.ts';
import { isGoingOn, withSupport } from '../emergency/emergency.ts';
import type { Context, Pending } from '../facts/decision.ts';
import type { ClosedSlot, ConclusionOf, EventOf, FactOf } from '../facts/events.ts';
import { listMissing } from '../facts/missing.ts';
import { byItself, outageOf } from '../facts/outage.ts';
import {
  applyChanges,
  asNext,
  type Concluded,
  eventId,
  type Fact,
  isLook,
  isOfSignal,
  isRetraction,
  isSame,
} from '../facts/timeline.ts';
import { type Beside, type Incident, type Outage, summedFields } from '../incident.ts';
import { byId, type Contact, customerIdsOf, readClocks, type State, sumOutcomes, withSums } from '../rhythm/contact.ts';
import { type TimerDecision, timerAfter } from '../rhythm/wake.ts';
import { type SignalFact, whatReportChanges } from '../signals/hear.ts';
import { scoreImpact } from '../signals/score.ts';
import type { Reduced } from '../statements/given.ts';
import { beginContacts, recordAsFiled } from './beginning.ts';
import { addFacts, needsContacts, type Recorded, stampOf, withSchedule } from './contact-effects.ts';
import { rolesOf, timesOf } from './outage.ts';
import { recoveryOf } from './recovery.ts';
import { reduce } from './reduce.ts';
import { apart, type Evolved, isKnown, ownOf, show } from './show.ts';

/** One step of a record, as it is decided: a commit writes it. */
export interface Step {
  /** As it was read; absent where this makes it, which begins with `filed`. */
  before?: Incident;
  /** As the events leave it, but for its sequence. */
  after: Incident;
  events: readonly EventOf[];
  /** All of its contacts as the events leave them; where those that it has were not read, the new ones beside them. */
  contacts: Contact[];
  /** All of its contacts as they were read; absent where they were not, and of a new one. */
  known?: readonly Contact[];
  timer: TimerDecision;
  /** What has to be told or sent; it rides in the timer, which wakes for it. */
  outbox?: Pending[];
  /** The collection beside it in which the same commit creates a document about it. */
  beside?: Beside | undefined;
}

type Judged = Pick<Evolved, 'incident' | 'concluded' | 'outbox'>;

export interface EvolvedAlone extends Judged {
  /** Whether it does something to the contacts: most statements do not, and do not read them. */
  needsContacts: boolean;
}

/** Most statements do nothing to contacts, and do not read them. */
export function touchesContacts(
  before: Incident,
  facts: readonly FactOf[],
  { now, policy }: Pick<Context, 'now' | 'policy'>,
): boolean {
  const isOutage = outageOf(before) !== undefined;
  let own = byItself(before);
  return facts.some((fact) => {
    const { incident, needsContacts: isTouching } = evolveAlone(own, { ...fact, recordedAt: now }, policy);
    const isMoved = isOutage && movingFields.some((field) => !isSame(own[field], incident[field]));
    own = incident;
    return isTouching || isMoved;
  });
}

/** Own values that change when the outage's customers are due. */
const movingFields = [
  'status',
  'ongoing',
  'recoveredAt',
  'impact',
  'affectedCustomers',
  'emergency',
  'unanswered',
  'takenOff',
] as const;

/** Applies a fact to an incident by itself, without its contacts. */
export function evolveAlone(before: Incident, next: FactOf & { recordedAt: Date }, policy: Policy): EvolvedAlone {
  const fact: Fact = asNext(before, next, next.recordedAt);
  if (!isOfSignal(fact)) return reducedAlone(before, reduce(before, fact, policy), fact, policy);
  const none: EvolvedAlone = { incident: before, concluded: [], outbox: [], needsContacts: false };
  return whatReportChanges(before, fact, policy).reduce((sum, each) => {
    const alone = reducedAlone(sum.incident, reduce(sum.incident, each, policy), each, policy);
    return { ...addedTo(sum, each, alone), needsContacts: sum.needsContacts || alone.needsContacts };
  }, none);
}

const addedTo = <T extends Judged>(sum: T, each: ConclusionOf, next: Judged): T => ({
  ...sum,
  ...next,
  concluded: [...sum.concluded, each, ...next.concluded],
  outbox: [...sum.outbox, ...next.outbox],
});

function reducedAlone(before: Incident, reduced: Reduced, fact: Fact | Concluded, policy: Policy): EvolvedAlone {
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
  if (imported) return { incident: imported, contacts: new Map(), concluded: [], outbox: [] };
  const { incident, contacts } = recordAsFiled(id, filed, policy);
  const scheduled = withSchedule(incident, [], filed, policy);
  return finish(undefined, { incident: scheduled, contacts: byId(contacts) }, new Map(), filed, policy);
}

/** @param state as recorded, with all contacts, or with none if the fact does not change them */
export function evolve(state: State, fact: Fact, policy: Policy): Evolved {
  const { own, outage, joined } = apart(state);
  if (!outage) return evolveOwn(state, fact, policy);
  const by = { now: fact.recordedAt, at: fact.occurredAt, policy };
  if (isLook(fact) || isRetraction(fact))
    return show(lookAtOutage(state, own, fact, policy), { outage, joined }, state, by);
  if (state.contacts.size === 0 && !touchesContacts(state.incident, [fact], by))
    return shownUnread(state.incident, evolveOwn(own, fact, policy), outage);
  return show(evolveOwn(own, fact, policy), { outage, joined }, state, by);
}

/** Shows a change that affects no customer, so that no contact has to be read. */
function shownUnread(before: Incident, evolved: Evolved, outage: Outage): Evolved {
  const { incident: own } = evolved;
  const isLinked = own.linkedTo !== undefined;
  const times = isLinked ? {} : timesOf({ own, members: outage.members });
  const shown = { ...own, ...given(before, [...summedFields, 'slots', 'failedUpdates', 'links']), ...times };
  const incident: Incident = { ...shown, outage: { ...outage, own: ownOf(own) } };
  const roles = isLinked ? own.roles : rolesOf({ own, members: outage.members });
  const scored = { ...incident.score, confirmed: own.score.confirmed };
  const whole: Incident = { ...incident, score: scored, ...(roles ? { roles } : {}) };
  return { ...evolved, incident: { ...whole, missing: listMissing(whole) }, contacts: new Map() };
}

/** A look's facts depend on when customers are due in the outage. */
function lookAtOutage(state: State, own: State, fact: Fact, policy: Policy): Evolved {
  const until = passed(state, fact.recordedAt, policy);
  const told = factsOfLook(fact, policy);
  const { changes } = reduce(own.incident, fact, policy);
  const incident = withSchedule(applyChanges(own.incident, changes), [], fact, policy);
  const contacts = new Map(
    [...own.contacts].map(([id, each]) => [id, withFact(each, told(until.contacts.get(id) ?? each))]),
  );
  return { incident, contacts, concluded: [], outbox: [] };
}

/** Applies a fact to an incident by itself. For customers that only members know, it keeps what was said to them. */
export function evolveOwn(state: State, fact: Fact, policy: Policy): Evolved {
  // A retraction changes earlier facts; deadlines that fell due without them have passed by its time.
  if (isLook(fact) || isRetraction(fact)) return { ...look(state, fact, policy), outbox: [] };
  return isOfSignal(fact) ? hear(state, fact, policy) : evolveReduced(state, fact, policy);
}

/** The conclusions from one signal change the record one after the other. */
function hear(state: State, fact: SignalFact, policy: Policy): Evolved {
  const none: Evolved = { ...state, concluded: [], outbox: [] };
  const heard = whatReportChanges(state.incident, fact, policy).reduce(
    (sum, each) => addedTo(sum, each, evolveReduced(sum, each, policy)),
    none,
  );
  return goesOnElsewhere(heard, fact) ? affectedAgain(heard, fact, policy) : heard;
}

/** The primary may have recovered: a report with news that says “ongoing” affects its own customers again. */
const goesOnElsewhere = ({ incident, concluded }: Evolved, { detail }: SignalFact): boolean =>
  incident.linkedTo !== undefined && concluded.length > 0 && detail.report?.ongoing === 'yes';

function affectedAgain(heard: Evolved, fact: SignalFact, policy: Policy): Evolved {
  const { incident } = heard;
  const again: ContactFact = { ...stampOf(fact, fact.recordedAt), type: 'known' };
  const contacts = [...heard.contacts.values()].map((each) =>
    isKnown(each) && !each.isTheOthers && !each.facts.some(({ id, type }) => id === again.id && type === again.type)
      ? { ...each, facts: [...each.facts, again] }
      : each,
  );
  return { ...heard, contacts: readClocks(contacts, incident, fact.recordedAt, policy) };
}

function evolveReduced(state: State, fact: Fact | Concluded, policy: Policy): Evolved {
  const { incident: before, contacts: known } = state;
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
  facts: readonly FactOf[],
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
  { incident: decided, contacts, recovery, concluded = [] }: Recorded & { concluded?: ConclusionOf[] },
  known: State['contacts'],
  fact: Fact | Concluded,
  policy: Policy,
): Evolved {
  const now = fact.recordedAt;
  const [mine, theirs] = partition([...contacts.values()], isKnown);
  const read = readClocks(mine, decided, now, policy);
  const whole = recovery && recoveryOf(decided, [...read.values()], recovery);
  const recovered = whole ? applyChanges(decided, whole.changes) : decided;
  const judged = withEmergency(before, recovered, fact, policy);
  const incident = withSchedule(judged.incident, [], fact, policy);
  const isMoved = incident.schedule !== decided.schedule;
  const seen = isMoved ? readClocks(read.values(), incident, now, policy) : read;
  const closed = closingsBetween(known, seen);
  return {
    incident: complete(before, withSums(incident, seen), fact, policy),
    contacts: theirs.length > 0 ? new Map([...seen, ...byId(theirs)]) : seen,
    concluded: [...concluded, ...closingEvents(closed, now), ...(whole ? [whole.event] : []), ...judged.concluded],
    outbox: judged.outbox,
  };
}

const partition = <T>(all: readonly T[], is: (each: T) => boolean): [T[], T[]] => [
  all.filter(is),
  all.filter((each) => !is(each)),
];

function withEmergency(
  before: Incident | undefined,
  after: Incident,
  { recordedAt: now }: Fact | Concluded,
  policy: Policy,
): Judged {
  const { emergency: decided = after.emergency, concluded, asksForArea } = decideEmergency(before, after, policy, now);
  const emergency = isGoingOn(decided) ? withSupport(decided, after) : decided;
  const incident = emergency && emergency !== after.emergency ? { ...after, emergency } : after;
  const begun = isGoingOn(emergency) && !isGoingOn(before?.emergency) ? emergency : undefined;
  return {
    incident,
    concluded: concluded ? [concluded] : [],
    outbox: [...(begun ? announceEmergency(begun, policy, now) : []), ...(asksForArea ? [askForArea(after, now)] : [])],
  };
}

/**
 * Adds derived values: what is missing, and the score of the impact. Values stated in a meeting have their own score.
 */
function complete(
  before: Incident | undefined,
  incident: Incident,
  { type }: Fact | Concluded,
  policy: Policy,
): Incident {
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

/** The result of a look of the minute tick. Nobody retracts it: time has passed, and reminders were sent. */
function look(state: State, fact: Fact, policy: Policy): State & { concluded: ConclusionOf[] } {
  const now = fact.recordedAt;
  const until = passed(state, now, policy);
  const concluded = closingEvents(until.closed, now);
  const { changes } = reduce(until.incident, fact, policy);
  const incident = withSchedule(applyChanges(until.incident, changes), [], fact, policy);
  const told = factsOfLook(fact, policy);
  const contacts = new Map([...until.contacts].map(([id, contact]) => [id, withFact(contact, told(contact))]));
  const after = passed({ incident, contacts }, now, policy);
  return { incident: after.incident, contacts: after.contacts, concluded };
}

const withFact = (contact: Contact, fact: ContactFact | undefined): Contact =>
  fact ? { ...contact, facts: [...contact.facts, fact] } : contact;

/** The customers whose reminders were sent, and whose missed slots were escalated. */
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

/** A reminder also covers the next slot if that falls due within the minutes that one notice covers. */
function namedWith({ nextUpdateDueAt, next }: Contact, dueAt: Date, now: Date, policy: Policy): Date {
  if (!nextUpdateDueAt || !next || dueAt < nextUpdateDueAt || dueAt >= next.dueAt) return dueAt;
  const until = now.getTime() + milliseconds(policy.cadence.noticeCoversNext);
  return next.dueAt.getTime() <= until || next.remindAt <= now ? next.dueAt : dueAt;
}

/** The changes to commit after a record has changed. The caller says whether its contacts were read. */
export function decisionOn(
  { incident: before, contacts: known }: State,
  { incident: after, contacts: all, events, outbox: asked }: ReturnType<typeof evolveAll>,
  outbox: Pending[],
  { now, policy }: Pick<Context, 'now' | 'policy'>,
): Step {
  const contacts = [...all.values()];
  const touched = contacts.filter((each) => known.get(each.id) !== each);
  const timer =
    asked.length > 0
      ? { at: now, why: 'it may be an emergency' }
      : timerAfter(before, after, touched, outbox.length > 0, now, policy);
  return { before, after, events, contacts, timer, outbox };
}
