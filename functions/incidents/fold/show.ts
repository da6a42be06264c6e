/**
 * What a record shows: its own values, the sum if it is a primary, or stopped clocks while it is linked, since its customers
 * are told on the primary. Pure.
 */
import { given } from '../../platform/defined.ts';
import { policyVersion } from '../../policy.ts';
import { closingEvents, closingsBetween } from '../clocks/closings.ts';
import { asSaidOn, type ContactFact, isOfKnown, isTold, ofThisContact, type ScheduleFact } from '../clocks/facts.ts';
import {
  announceEmergency,
  begun,
  changedFact,
  ended,
  endOf,
  type Judgement,
  keepAsking,
  whyBegun,
  whyTakenOver,
} from '../emergency/decide-emergency.ts';
import { type Emergency, isGoingOn } from '../emergency/emergency.ts';
import type { Context, Pending } from '../facts/decision.ts';
import type { ConclusionOf } from '../facts/events.ts';
import { answererOf, byItself, outageOf } from '../facts/outage.ts';
import { isSame } from '../facts/timeline.ts';
import { type Incident, latest, memberFields, type Outage, summedFields } from '../incident.ts';
import {
  allFactsOf,
  type Contact,
  openContact,
  othersOf,
  readClocks,
  type State,
  theOthersId,
  withSums,
} from '../rhythm/contact.ts';
import { beginContacts } from './beginning.ts';
import { type Counted, countsOf, emergencyOf, linksOf, sumOf, unnamedBy } from './outage.ts';

export interface Evolved extends State {
  /** The conclusions of rules, for people to read. */
  concluded: ConclusionOf[];
  outbox: Pending[];
}

export type Facts = ReadonlyMap<string, readonly ContactFact[]>;

/** A record, split into its own state and what it holds of its members. */
export interface Parts {
  own: State;
  outage: Outage | undefined;
  /** Facts of the members' customers, by contact. */
  joined: Facts;
}

/** `of` on a fact that follows from the counts of several incidents. It is derived again with each sum. */
const ofSum = '+';

/** The own part keeps what was said by name to customers that only members know. */
export function apart(state: State): Parts {
  const { incident, contacts } = state;
  const outage = outageOf(incident);
  if (!outage) return { own: state, outage, joined: new Map() };
  const own = new Map<string, Contact>();
  const joined = new Map<string, ContactFact[]>();
  for (const [id, contact] of contacts) {
    own.set(id, { ...contact, facts: contact.facts.filter(({ of }) => !of) });
    const theirs = contact.facts.filter(({ of }) => of !== undefined && of !== ofSum);
    if (theirs.length > 0) joined.set(id, theirs);
  }
  return { own: { incident: byItself(incident), contacts: own }, outage, joined };
}

export const isKnown = ({ facts }: Pick<Contact, 'facts'>): boolean => facts.some(isOfKnown);

interface By extends Pick<Context, 'now' | 'policy'> {
  /** The time of the event that changes the shown state. */
  at?: Date;
  /** Why an emergency begins or ends, if the event itself does not give a reason. */
  why?: string;
  /** The linked incident whose report reopens it. */
  from?: string;
  /** When the retracted statement was recorded: an emergency that it ended continues. */
  undone?: Date | undefined;
}

/**
 * @param own its own state now, and what rules conclude from it
 * @param before the record as it was shown
 */
export function show(
  own: Evolved,
  { outage, joined }: Pick<Parts, 'outage' | 'joined'>,
  before: State,
  by: By,
): Evolved {
  const { now } = by;
  const { concluded, outbox } = own;
  const { incident, contacts: all } = shownOf(own, outage, joined, before, by);
  const contacts = new Map([...all].map(([id, each]) => [id, sameAs(before.contacts.get(id), each)]));
  const closed = closingsBetween(before.contacts, contacts);
  const said = concluded.filter(({ type }) => !judgedBySum.has(type));
  const status = statusEvents(before.incident, incident, said, by);
  const [was, is] = [before.incident.emergency, incident.emergency];
  const begins = isGoingOn(is) && !isGoingOn(was);
  const ends = isGoingOn(was) && !isGoingOn(is);
  const { endedAt } = incident.emergency ?? {};
  // If a link takes over an emergency, the emergency has been announced already.
  const linkedAt = is?.from === undefined ? undefined : outage?.members[is.from]?.at;
  const isTold = is !== undefined && linkedAt !== undefined && is.since <= linkedAt;
  return {
    incident,
    contacts,
    concluded: [
      ...said,
      ...closingEvents(closed, now),
      ...status,
      ...(begins ? [begun(is, isTold ? whyTakenOver : (by.why ?? whyBegun(is, by.policy)), now)] : []),
      ...(ends ? [ended(by.why ? changedFact : endOf(was, incident, now).detail, endedAt ?? now)] : []),
    ],
    outbox: [
      ...outbox.filter(({ kind }) => kind !== 'emergency-begun' && kind !== 'role-due'),
      ...(begins ? (isTold ? keepAsking : announceEmergency)(is, by.policy, now) : []),
    ],
  };
}

const sameAs = (was: Contact | undefined, is: Contact): Contact => (was && isSame(was, is) ? was : is);

/** Conclusions about the own part that are drawn from the sum instead. */
const judgedBySum: ReadonlySet<string> = new Set<ConclusionOf['type']>([
  'slot-closed',
  'recovered',
  'emergency-begun',
  'emergency-ended',
]);

function statusEvents(before: Incident, after: Incident, said: readonly ConclusionOf[], by: By): ConclusionOf[] {
  if (after.status === 'linked') return [];
  const { now: occurredAt, at = occurredAt, from } = by;
  const isOver = before.status === 'recovered' || before.status === 'not-occurring';
  if (isOver && after.status === 'open' && !said.some(({ type }) => type === 'reopened')) {
    const why = 'A report was linked of which a customer has not recovered.';
    const detail = { rule: 'linked-ongoing', why, ...(from === undefined ? {} : { from }) };
    return [{ isFact: false, type: 'reopened', actor: 'rule', occurredAt, detail }];
  }
  const { recoveredAt } = after;
  const isNews = before.status !== 'recovered' || !isSame(before.recoveredAt, recoveredAt);
  if (after.status !== 'recovered' || !isNews || !recoveredAt || before.status === 'linked') return [];
  const isAnybody = after.affectedCustomers.length > 0 || (after.impact.affectedCustomerCount ?? 0) > 0;
  const why = isAnybody
    ? 'The business of every affected customer works again.'
    : 'No customer is known; it was stated for all.';
  const detail = { rule: 'all-recovered', why, recoveredAt };
  return [{ isFact: false, type: 'recovered', actor: 'rule', occurredAt: at, detail }];
}

function shownOf(own: State, outage: Outage | undefined, joined: Facts, before: State, by: By): State {
  const { now, policy } = by;
  const { linkedTo, linkedAt = now } = own.incident;
  if (linkedTo !== undefined) {
    const { emergency } = own.incident;
    const endedAt = isGoingOn(emergency) ? new Date(Math.max(+emergency.since, +linkedAt)) : null;
    const members = outage?.members ?? {};
    const links = linksOf({ own: own.incident, members });
    const linked: Incident = {
      ...own.incident,
      status: 'linked',
      ...(links.length > 0 ? { links } : {}),
      ...(emergency && endedAt ? { emergency: { ...emergency, endedAt } } : {}),
      outage: { members: {}, since: now, emergencies: [], ...outage, own: ownOf(own.incident) },
    };
    return read(linked, [...own.contacts.values()].filter(isKnown), by);
  }
  if (!outage || Object.keys(outage.members).length === 0)
    return read(own.incident, [...own.contacts.values()].filter(isKnown), by);
  const sum = { own: own.incident, members: outage.members };
  const contacts = contactsOf(own, outage, joined);
  const parts: Outage = { ...outage, own: ownOf(own.incident) };
  const known: Incident = { ...own.incident, outage: parts };
  const clocks = readClocks(contacts, known, now, policy);
  const summed = sumOf(sum, clocks, policy);
  const last = before.incident.emergency;
  const running = last && wasEndedBy(outage, by.undone) ? { ...last, endedAt: null } : last;
  const begin = (judgement: Judgement): Emergency => ({
    ...given(judgement, ['rule', 'inputs']),
    policyVersion: policyVersion(policy),
    since: now,
    endedAt: null,
  });
  const is = emergencyOf(sum, summed, running, policy, begin);
  const emergency = is ?? (isGoingOn(last) ? endOf(last, summed, now).emergency : (last ?? own.incident.emergency));
  const emergencies = emergenciesAfter(parts, before.incident, emergency, now);
  const isMoved = emergencies !== parts.emergencies;
  const { emergency: _, ...rest } = summed;
  const incident: Incident = {
    ...rest,
    ...(emergency ? { emergency } : {}),
    outage: isMoved ? { ...parts, emergencies } : parts,
  };
  return read(incident, isMoved ? contacts : [...clocks.values()], by);
}

const wasEndedBy = ({ emergencies }: Outage, recordedAt: Date | undefined): boolean => {
  const last = emergencies.at(-1);
  return last?.type === 'emergency' && last.endedAt !== null && isSame(last.recordedAt, recordedAt);
};

function read(incident: Incident, unread: readonly Contact[], { now, policy }: By): State {
  const contacts = readClocks(unread, incident, now, policy);
  return { incident: withSums(incident, contacts), contacts };
}

export const ownOf = (incident: Incident): Outage['own'] => given(incident, summedFields);

function emergenciesAfter(
  { emergencies }: Outage,
  before: Incident,
  emergency: Emergency | undefined,
  now: Date,
): ScheduleFact[] {
  const last = emergencies.at(-1);
  const known = last?.type === 'emergency' ? [last.at, last.endedAt] : [];
  const told = emergencies.length === 0 ? before.emergency : undefined;
  const first: ScheduleFact[] = told ? [inSchedule(told, now)] : [];
  const [at, endedAt] = first[0]?.type === 'emergency' ? [first[0].at, first[0].endedAt] : known;
  const isSo = emergency ? isSame([at, endedAt], [emergency.since, emergency.endedAt]) : true;
  if (isSo) return first.length > 0 ? first : emergencies;
  return [...emergencies, ...first, inSchedule(emergency as Emergency, now)];
}

const inSchedule = ({ since, endedAt }: Emergency, recordedAt: Date): ScheduleFact => ({
  id: '',
  at: since,
  recordedAt,
  type: 'emergency',
  endedAt,
});

/** The contacts of the outage: all that any of its incidents knows of each customer. */
function contactsOf(own: State, outage: Outage, joined: Facts): Contact[] {
  const { incident } = own;
  const gone = new Set(incident.takenOff);
  const named = new Set(incident.affectedCustomers.map(({ id }) => id));
  const isGone = (id: string): boolean => gone.has(id) && !named.has(id);
  const others = countedOtherwise(incident, outage, joined, own.contacts);
  const ids = [...new Set([...own.contacts.keys(), ...joined.keys()])];
  return ids.flatMap((id): Contact[] => {
    const contact = own.contacts.get(id) ?? openContact(incident, id);
    const theirs = (joined.get(id) ?? []).flatMap((each) => without(each, isGone));
    const facts = [...contact.facts, ...theirs, ...(others.get(id) ?? [])];
    return facts.some((each) => isOfKnown(each) || each.type === 'named') ? [{ ...contact, facts }] : [];
  });
}

/** Leaves out customers who were removed on the primary. */
function without(fact: ContactFact, isGone: (id: string) => boolean): ContactFact[] {
  if ((fact.type !== 'known' && fact.type !== 'named') || !fact.customers?.some(({ id }) => isGone(id))) return [fact];
  const customers = fact.customers.filter(({ id }) => !isGone(id));
  return customers.length > 0 ? [{ ...fact, customers }] : [];
}

/**
 * Ends the contact of unnamed customers for each part whose count is used up by names or by a person's count: from when the
 * last of them was named, or the person counted.
 */
function countedOtherwise(incident: Incident, outage: Outage, joined: Facts, contacts: State['contacts']): Facts {
  const { members } = outage;
  const sum = { own: incident, members };
  const customers = [incident, ...Object.values(members).map((each) => each.incident)].flatMap(
    (each) => each.affectedCustomers,
  );
  const unnamed = unnamedBy(sum, customers);
  const found = new Map<string, ContactFact[]>();
  const counts = countsOf(sum);
  const parts = [
    { id: theOthersId, part: incident, facts: contacts.get(theOthersId)?.facts ?? [], at: outage.since, by: incident },
    ...Object.values(members).map((member) => {
      const id = othersOf(member.incident.id);
      const { incident: by, at = member.at } = answererOf('impact.affectedCustomerCount', member, incident, members);
      return { id, part: member.incident, facts: joined.get(id) ?? [], at: latest(member.at, at), by };
    }),
  ];
  for (const { id, part, facts, at, by } of parts) {
    const isCounted = facts.findLast((each) => each.type === 'counted')?.isCounted === true;
    if (!isCounted || (unnamed.get(part) ?? 0) > 0) continue;
    const namedAt = lastNamed(counts.get(by as Incident), [...contacts.values()], joined);
    const last = [...facts.map(({ recordedAt }) => recordedAt), ...namedAt].reduce<Date>(latest, at);
    // The ID sorts it after everything recorded at that moment.
    found.set(id, [{ id: '~', of: ofSum, at: last, recordedAt: last, type: 'counted', isCounted: false }]);
  }
  return found;
}

/** When as many customers had been named as were counted. */
function lastNamed(counted: Counted | undefined, contacts: readonly Contact[], joined: Facts): Date[] {
  const { count = 0, ids = new Set<string>() } = counted ?? {};
  const first = new Map<string, Date>();
  for (const fact of [...contacts.flatMap(({ facts }) => facts), ...[...joined.values()].flat()]) {
    if (fact.type !== 'known' && fact.type !== 'named') continue;
    for (const { id } of fact.customers ?? []) {
      const known = first.get(id);
      if (ids.has(id) && (!known || fact.recordedAt < known)) first.set(id, fact.recordedAt);
    }
  }
  return [...first.values()].sort((a, b) => a.getTime() - b.getTime()).slice(count - 1, count);
}

/**
 * The facts about an incident's customers, as its primary stores them.
 * @param primary as it is at the link: people who asked a question wait only for what is found there
 */
export function sharedFacts(
  { incident, contacts }: State,
  primary: State,
  stamp: { id: string; now: Date },
): Map<string, ContactFact[]> {
  const { id: of } = incident;
  const shared = (id: string): string => (id === theOthersId ? othersOf(of) : id);
  if (incident.kind !== 'incident') {
    const asked = { id: `${of}/${stamp.id}`, at: stamp.now, recordedAt: stamp.now, of };
    const askers = beginContacts(incident, incident, asked);
    return new Map(
      askers.map(({ id, facts }) => [shared(id), askersFacts(facts, primary.contacts.has(id), primary.incident)]),
    );
  }
  const known = [...contacts.values()].filter(isKnown);
  return new Map(
    known.map((contact) => {
      const facts = ofThisContact(allFactsOf(contact, incident));
      return [shared(contact.id), facts.map((each) => ({ ...asSaidOn(of, each), of }))];
    }),
  );
}

/** A question has no waiting customers. From now on its askers are updated like the others, or told that the trouble is over. */
function askersFacts(asked: readonly ContactFact[], isKnownThere: boolean, primary: Incident): ContactFact[] {
  const { status, recoveredAt } = primary;
  // Customers who are told there already are not told twice.
  if (isKnownThere)
    return asked.flatMap((each) => (each.type === 'known' ? [{ ...each, type: 'named' as const }] : []));
  const facts = asked.filter(({ type }) => status === 'not-occurring' || type !== 'asked');
  const [first] = facts;
  if (status !== 'recovered' || !recoveredAt || !first) return facts;
  const { id, of = '', recordedAt } = first;
  return [...facts, { id, of, at: recoveredAt, recordedAt, type: 'recovered' }];
}

/** What was said on a primary to a member's customers, as the member stores it. */
export function saidTo(of: string, { incident, contacts }: State, since: string): Map<string, ContactFact[]> {
  const found = new Map<string, ContactFact[]>();
  for (const contact of contacts.values()) {
    if (!contact.facts.some((each) => each.of === of && (isOfKnown(each) || each.type === 'asked'))) continue;
    const said = ofThisContact(allFactsOf(contact, incident)).filter(
      (each) => !each.of && isTold(each) && !each.id.includes('/') && each.id > since,
    );
    // Facts that came by way of another incident were said elsewhere before.
    const earlier = contact.facts.filter((each) => each.of === of && isTold(each) && !each.id.startsWith(`${of}/`));
    const facts = [...earlier, ...said.map((each) => asSaidOn(incident.id, each))];
    if (facts.length > 0) found.set(contact.id, facts);
  }
  return found;
}

export const summaryOf = (own: Incident): Outage['members'][string]['incident'] => given(own, memberFields);
