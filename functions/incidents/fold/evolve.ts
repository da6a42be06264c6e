/** What one more fact makes of the record. Pure. */
import type { Policy } from '../../policy.ts';
import { beginContacts, recordAsFiled } from '../beginning.ts';
import { applyEffects, closingEvents, needsContacts } from '../contact-effects.ts';
import type { Pending } from '../decision.ts';
import { announceEmergency, askForArea, decideEmergency } from '../emergency/decide-emergency.ts';
import { type Emergency, isGoingOn } from '../emergency/emergency.ts';
import type { EventOf } from '../events.ts';
import { type Incident, listMissing, optional } from '../incident.ts';
import { type Contact, customerIdsOf } from '../rhythm/contact.ts';
import { addOutcomes, hasten } from '../rhythm/ends.ts';
import { passTime, remind, type SlotOutcome } from '../rhythm/slots.ts';
import type { Reduced } from '../statements/given.ts';
import { applyChanges } from '../timeline.ts';
import { type Fact, isLook } from './facts.ts';
import { evolveLink } from './links.ts';
import { reduce } from './reduce.ts';
import { byId, type State } from './state.ts';

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

/** What a fact makes of the incident where that is all it changes; the beginning of it where contacts change too. */
export const evolveAlone = (before: Incident, fact: Fact, policy: Policy): EvolvedAlone =>
  reducedAlone(before, reduce(before, fact, policy), fact, policy);

function reducedAlone(before: Incident, reduced: Reduced, fact: Fact, policy: Policy): EvolvedAlone {
  const { changes, effects = [], concluded = [] } = reduced;
  const after = applyChanges(before, changes);
  const { begun, ...judged } = withEmergency(before, after, fact, policy);
  const isTouching = begun !== undefined || needsContacts(before, after, effects);
  return {
    incident: complete(judged.incident),
    concluded: [...concluded, ...judged.concluded],
    outbox: judged.outbox,
    needsContacts: before.kind === 'incident' && isTouching,
  };
}

/** The record as it is filed. */
export function begin(id: string, filed: Fact<'filed'>, policy: Policy): Evolved {
  const { imported } = filed.detail;
  if (imported) return { incident: imported as unknown as Incident, contacts: new Map(), concluded: [], outbox: [] };
  const { incident, contacts } = recordAsFiled(id, filed, policy);
  return finish(undefined, { incident, contacts: byId(contacts) }, [], filed, policy);
}

/** @param state as it was recorded, with all of its contacts */
export function evolve(state: State, fact: Fact, policy: Policy): Evolved {
  const { incident: before } = state;
  const now = fact.recordedAt;
  // A retraction changes what is folded; by its time, what was due without it has passed.
  if (isLook(fact) || fact.type === 'retracted') return { ...look(state, fact, policy), outbox: [] };
  if (fact.type === 'linked' || fact.type === 'unlinked') {
    const until = passed(state, now, policy);
    const linked = evolveLink(until, fact, policy);
    return finish(before, linked, [...until.concluded, ...linked.concluded], fact, policy);
  }
  const reduced = reduce(before, fact, policy);
  const alone = reducedAlone(before, reduced, fact, policy);
  if (before.kind !== 'incident' && alone.incident.kind === 'incident') {
    const begun = beginContacts(alone.incident, alone.incident, alone.incident.filedAt, policy);
    return { ...alone, contacts: byId(begun) };
  }
  if (!alone.needsContacts) return { ...alone, contacts: state.contacts };
  const { changes, effects = [], concluded = [] } = reduced;
  const until = passed(state, now, policy);
  const after = applyChanges(until.incident, changes);
  const effected = applyEffects(until.contacts, before, after, effects, { now, policy });
  return finish(before, effected, [...concluded, ...until.concluded, ...effected.concluded], fact, policy);
}

/** Several facts of one moment, each with what rules conclude from it. */
export function evolveAll(
  state: State,
  facts: readonly EventOf[],
  now: Date,
  policy: Policy,
): State & { events: EventOf[]; outbox: Pending[] } {
  let { incident, contacts } = state;
  const events: EventOf[] = [];
  const outbox: Pending[] = [];
  for (const fact of facts) {
    const evolved = evolve({ incident, contacts }, { ...fact, recordedAt: now }, policy);
    ({ incident, contacts } = evolved);
    events.push(fact, ...evolved.concluded);
    outbox.push(...evolved.outbox);
  }
  return { incident, contacts, events, outbox };
}

/**
 * Whatever changes the facts, it is judged whether they are an emergency: table K. What was due by now to those who are
 * new, or by a fact of long ago, has passed.
 */
function finish(before: Incident | undefined, state: State, concluded: EventOf[], fact: Fact, policy: Policy): Evolved {
  const { begun, ...judged } = withEmergency(before, state.incident, fact, policy);
  const contacts = begun
    ? byId([...state.contacts.values()].map((each) => hasten(each, judged.incident, begun.since, policy)))
    : state.contacts;
  const until = passed({ incident: judged.incident, contacts }, fact.recordedAt, policy);
  return {
    incident: complete(until.incident),
    contacts: until.contacts,
    concluded: [...concluded, ...until.concluded, ...judged.concluded],
    outbox: judged.outbox,
  };
}

function withEmergency(
  before: Incident | undefined,
  after: Incident,
  { recordedAt: now }: Fact,
  policy: Policy,
): Judged & { begun?: Emergency } {
  const { emergency = after.emergency, concluded, asksForArea } = decideEmergency(before, after, policy, now);
  const incident = emergency === after.emergency ? after : { ...after, ...(emergency ? { emergency } : {}) };
  const begun = isGoingOn(emergency) && !isGoingOn(before?.emergency) ? emergency : undefined;
  return {
    incident,
    ...optional('begun', begun),
    concluded: concluded ? [concluded] : [],
    outbox: [...(begun ? announceEmergency(begun, policy, now) : []), ...(asksForArea ? [askForArea(after, now)] : [])],
  };
}

/** With what is missing, which follows from the rest. */
const complete = (incident: Incident): Incident => ({ ...incident, missing: listMissing(incident) });

/** Slots that have ended by then, without an update. */
export function passed(
  state: State,
  now: Date,
  policy: Policy,
): State & { closed: SlotOutcome[]; concluded: EventOf[] } {
  const closed: SlotOutcome[] = [];
  const contacts = [...state.contacts.values()].map((contact) => {
    const until = passTime(contact, state.incident, now, policy);
    closed.push(...until.closed);
    return until.contact;
  });
  const incident = { ...state.incident, slots: addOutcomes(state.incident.slots, closed) };
  return { incident, contacts: byId(contacts), closed, concluded: closingEvents(closed) };
}

/** What a look of the minute tick did, which nobody takes back: time had passed, and somebody was told. */
function look(state: State, fact: Fact, policy: Policy): State & { concluded: EventOf[] } {
  const now = fact.recordedAt;
  const until = passed(state, now, policy);
  const { incident, concluded } = until;
  const change = (of: (contact: Contact) => Contact): State & { concluded: EventOf[] } => ({
    incident,
    contacts: byId([...until.contacts.values()].map(of)),
    concluded,
  });
  switch (fact.type) {
    case 'reminded': {
      const told = new Map(fact.detail.slots?.map((each) => [each.contactId, each.dueAt]));
      return change((each) => {
        const dueAt = told.get(each.id);
        return dueAt ? remind(each, dueAt, incident, now, policy) : each;
      });
    }
    case 'escalated': {
      const named = new Set(fact.detail.customers);
      const isNamed = (each: Contact): boolean => !each.stoppedAt && customerIdsOf(each).some((id) => named.has(id));
      return change((each) => (isNamed(each) ? { ...each, escalatedAt: now } : each));
    }
    default:
      return { ...until, incident: applyChanges(incident, reduce(incident, fact, policy).changes) };
  }
}
