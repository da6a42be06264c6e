/** A contact: one customer, or several that are told together. It is a set of facts, and its clock is read off them. Pure. */

import { isDeepStrictEqual } from 'node:util';
import { given } from '../../platform/defined.ts';
import { stableId } from '../../platform/ids.ts';
import type { Policy } from '../../policy.ts';
import { type Clock, clock } from '../clocks/clock.ts';
import { byTime, type ContactFact, isFromElsewhere, isOfKnown, isTold, union } from '../clocks/facts.ts';
import { outageOf } from '../facts/outage.ts';
import { earliest, type Incident, optional } from '../incident.ts';
import type { Customer, Signal } from '../signals/signal.ts';
import { scheduleOf } from './schedule.ts';

/** The contact with its clock as last read. */
export interface Contact extends Omit<Clock, 'knownAt'> {
  id: string;
  incidentId: string;
  /** It belongs to a drill, so gauges do not count it. */
  isDrill?: true;
  /** Unidentified customers: counted, and not named. */
  isTheOthers: boolean;
  /** The facts about this contact alone; facts about all customers are the incident's. Everything else derives from them. */
  facts: ContactFact[];
  customers: Customer[];
  name?: string;
  /** The ticket to answer on. */
  ticket?: { tool: string; id: string; url?: string };
  affectedKnownAt: Date;
  /** The last failed update, until they are updated otherwise. */
  unreached?: { updateId: string; why: string };
}

/** What an incident is folded into: its document and its contacts, kept so that nobody has to fold them to read them. */
export interface State {
  incident: Incident;
  /** By contact ID. */
  contacts: ReadonlyMap<string, Contact>;
}

export const byId = (contacts: readonly Contact[]): Map<string, Contact> =>
  new Map(contacts.map((each) => [each.id, each]));

export const theOthersId = 'con_others';

/** The contact that a primary has for the unidentified customers of an incident that is linked to it. */
export const othersOf = (incidentId: string): string => `${theOthersId}@${incidentId}`;

/** As people see them: all unidentified customers are one contact, with the earliest due time. */
export function withOneOthers<T extends Contact | { contact: Contact }>(all: readonly T[]): T[] {
  const contactOf = (each: T): Contact => ('contact' in each ? each.contact : each);
  const dueOf = (each: T): number => contactOf(each).nextUpdateDueAt?.getTime() ?? Number.POSITIVE_INFINITY;
  const others = all.filter((each) => contactOf(each).isTheOthers).sort((one, other) => dueOf(one) - dueOf(other));
  return all.filter((each) => !others.includes(each) || each === others[0]);
}

/**
 * Contacts as statements, events and notices name them: by the source's IDs, and `others` for unidentified customers.
 */
export const customerIdsOf = ({ isTheOthers, customers }: Pick<Contact, 'isTheOthers' | 'customers'>): string[] =>
  isTheOthers ? ['others'] : customers.map((each) => each.id);

/** Tools' own ids hold slashes and worse, so a contact's is a hash of its customer's, or of that which some share. */
export const contactIdOf = ({ contactId, id }: Customer): string =>
  stableId('con', contactId ? `shared:${contactId}` : `customer:${id}`);

export const groupByContact = (customers: Customer[]): Map<string, Customer[]> => Map.groupBy(customers, contactIdOf);

export const ticketOf = ({
  source,
  tool,
  sourceId: id,
  url,
}: Pick<Signal, 'source' | 'tool' | 'sourceId' | 'url'>): Contact['ticket'] =>
  source === 'ticket' ? { tool, id, ...(url ? { url } : {}) } : undefined;

/** A ticket is answered to its reporter; others who are named there do not read it. */
export function ticketOn(
  customers: readonly Customer[],
  reporter: Customer | undefined,
  ticket: Contact['ticket'],
): Contact['ticket'] {
  return customers.some((each) => each.id === reporter?.id) ? ticket : undefined;
}

/** A contact that becomes known. Its clock is to be read. */
export function openContact({ id, isDrill }: Pick<Incident, 'id' | 'isDrill'>, contactId: string): Contact {
  return {
    id: contactId,
    incidentId: id,
    ...(isDrill ? { isDrill: true as const } : {}),
    isTheOthers: contactId.startsWith(theOthersId),
    facts: [],
    customers: [],
    affectedKnownAt: new Date(0),
    nextUpdateDueAt: null,
    next: null,
    remindAt: null,
    dueReason: '',
    missedInARow: 0,
    stoppedAt: null,
    pastSlots: [],
  };
}

export const nameOf = (customers: readonly Customer[]): string | undefined => customers.find((each) => each.name)?.name;

/** The fields of an incident that its contacts' clocks depend on. */
const clockFields = [
  'id',
  'filedAt',
  'isAboutMetronome',
  'schedule',
  'toAll',
  'status',
  'linkedTo',
  'linkedAt',
  'answers',
  'outage',
] as const;
export type ClockFacts = Pick<Incident, (typeof clockFields)[number]>;

/** All facts about a contact. A fact about all customers of a primary applies to the members linked by then. */
export function allFactsOf({ facts: kept }: Pick<Contact, 'facts'>, incident: ClockFacts): ContactFact[] {
  const facts = sinceKnown(kept);
  const { toAll = [] } = incident;
  const { members = {} } = outageOf(incident) ?? {};
  const isOwn = facts.some((each) => !each.of && isOfKnown(each));
  const since = facts.flatMap(({ of }) => (of && members[of]?.since) || []).sort()[0];
  const all = isOwn || since === undefined ? toAll : toAll.filter(({ id }) => id > since);
  // Several incidents may hold the same fact about one customer.
  return since === undefined && all.length === 0 ? facts : union(facts, all);
}

/**
 * Without what was said by name before the incident or a member of it knew the customer: it was said to the customer of a
 * former member, which took it home.
 */
function sinceKnown(facts: ContactFact[]): ContactFact[] {
  const first = facts.reduce<Date | undefined>(
    (at, each) => (isTold(each) ? at : earliest(at, each.recordedAt)),
    undefined,
  );
  const isEarly = (each: ContactFact): boolean =>
    first !== undefined && each.recordedAt < first && isTold(each) && !isFromElsewhere(each);
  return facts.some(isEarly) ? facts.filter((each) => !isEarly(each)) : facts;
}

/** Reads the clocks of contacts. Those with the same facts share one. @returns the same contact where nothing moves */
export function readClocks(
  contacts: Iterable<Contact>,
  incident: ClockFacts,
  now: Date,
  policy: Policy,
): Map<string, Contact> {
  const cohortOf = factTree();
  const cohorts = new Map<object, Clock>();
  const { status, linkedAt, schedule = [], toAll = [] } = incident;
  // Clocks of instances differ: what another one has recorded is no less known for that.
  const latestOf = (facts: readonly { recordedAt: Date }[], since: Date): Date =>
    new Date(facts.reduce((at, { recordedAt }) => Math.max(at, recordedAt.getTime()), since.getTime()));
  const isLinkedSince = status === 'linked' && linkedAt !== undefined && linkedAt < now;
  const latest = latestOf([...schedule, ...toAll], isLinkedSince ? linkedAt : now);
  const by = readingBy(incident, policy);
  const read = (contact: Contact): Clock => {
    const cohort = cohortOf(contact);
    const at = latestOf(contact.facts, latest);
    const seen = cohorts.get(cohort) ?? clock(allFactsOf(contact, incident), scheduleOf(contact, incident), at, policy);
    cohorts.set(cohort, seen);
    return seen;
  };
  return new Map(
    [...contacts].map((each) => {
      if (isStillSo(each, by, latest)) return [each.id, each];
      const seen = withClock(each, read(each), incident);
      const contact = isDeepStrictEqual(each, seen) ? each : seen;
      readings.set(contact, { by, since: latest });
      return [contact.id, contact];
    }),
  );
}

/** The context in which a contact's clock is read. */
interface Reading {
  incident: ClockFacts;
  policy: Policy;
}

const readings = new WeakMap<Contact, { by: Reading; since: Date }>();
/** The last one by each schedule. */
const lastReadings = new WeakMap<object, Reading>();

/** The previous object, if it is equal. */
function readingBy(incident: ClockFacts, policy: Policy): Reading {
  const { schedule = incident } = incident;
  const known = lastReadings.get(schedule);
  const isSame = known?.policy === policy && clockFields.every((field) => known.incident[field] === incident[field]);
  const by = isSame ? known : { incident, policy };
  lastReadings.set(schedule, by);
  return by;
}

/** Between two facts a clock moves only as a deadline is ended by the next one. */
function isStillSo(contact: Contact, by: Reading, at: Date): boolean {
  const known = readings.get(contact);
  return known?.by === by && known.since <= at && !(contact.next && contact.next.dueAt <= at);
}

function withClock(contact: Contact, read: Clock, incident: ClockFacts): Contact {
  const { facts } = contact;
  const linkedAt = linkedSince(facts, incident);
  const { knownAt, ...clock } = read;
  const named = facts.filter((each) => each.type === 'known' || each.type === 'named');
  const customers = [...new Map(named.flatMap((each) => each.customers ?? []).map((each) => [each.id, each])).values()];
  const ticket = named.find((each) => each.ticket)?.ticket;
  const seen: Contact = {
    ...given(contact, ['id', 'incidentId', 'isDrill', 'isTheOthers', 'facts']),
    customers,
    ...optional('name', nameOf(customers)),
    ...optional('ticket', ticket),
    ...clock,
    affectedKnownAt: knownAt ?? facts[0]?.at ?? incident.filedAt,
    ...optional('unreached', unreachedIn(facts, clock.lastUpdateAt)),
    // Slots that ended before the link are counted where they ended.
    pastSlots: linkedAt ? clock.pastSlots.filter(({ endAt }) => endAt > linkedAt) : clock.pastSlots,
  };
  return incident.status === 'linked' ? toldElsewhere(seen, incident) : seen;
}

/** When the first incident that knows the customer was linked; undefined if the primary knows them itself. */
function linkedSince(facts: readonly ContactFact[], incident: ClockFacts): Date | undefined {
  const { members = {} } = outageOf(incident) ?? {};
  if (facts.some(({ type, of }) => type === 'known' && !of)) return undefined;
  const times = facts.flatMap(({ of }) => (of && members[of]?.at) || []);
  return times.sort((a, b) => a.getTime() - b.getTime())[0];
}

/** An update sent after the failed one was requested has reached them, whenever it was recorded. */
function unreachedIn(facts: readonly ContactFact[], lastUpdateAt: Date | undefined): Contact['unreached'] {
  const [failed] = facts
    .filter((each) => each.type === 'unreached')
    .sort((one, other) => byTime(other, one) || (one.updateId < other.updateId ? -1 : 1));
  if (!failed || (lastUpdateAt && lastUpdateAt >= failed.at)) return undefined;
  return { updateId: failed.updateId, why: failed.why };
}

/** Those of a linked incident are told with the primary's. */
function toldElsewhere(contact: Contact, { linkedTo, linkedAt }: ClockFacts): Contact {
  const { reminder: _, remindedAt: __, overdueSince: ___, escalatedAt: ____, endsWith: _____, ...told } = contact;
  const { unreached: ______, ...rest } = told;
  const stopped = { ...rest, nextUpdateDueAt: null, next: null, remindAt: null, missedInARow: 0 };
  if (contact.stoppedAt) return stopped;
  return { ...stopped, stoppedAt: linkedAt ?? null, dueReason: `told with ${linkedTo}, to which this is linked` };
}

/** Adds the sums over its contacts: outcomes of slots, and how many customers an update did not reach (a gauge). */
export function withSums(incident: Incident, contacts: ReadonlyMap<string, Contact>): Incident {
  const { failedUpdates: _, ...rest } = incident;
  const all = [...contacts.values()];
  const failedUpdates = all.filter((each) => each.unreached).length || undefined;
  return { ...rest, slots: sumOutcomes(all), ...optional('failedUpdates', failedUpdates) };
}

export function sumOutcomes(contacts: Iterable<Pick<Contact, 'pastSlots'>>): Incident['slots'] {
  const sums = { met: 0, late: 0, missed: 0, notReminded: 0 };
  for (const { outcome } of [...contacts].flatMap((each) => each.pastSlots)) {
    sums[outcome === 'not-reminded' ? 'notReminded' : outcome] += 1;
  }
  return sums;
}

type Node = Map<string, Node>;

/** Finds one object for contacts that differ in customers alone: a tree, so that 20,000 contacts need no text each. */
export function factTree(): (contact: Pick<Contact, 'facts'>) => object {
  const root: Node = new Map();
  return ({ facts }) => {
    let node = root;
    for (const step of facts.map(textOf)) {
      const next: Node = node.get(step) ?? new Map();
      node.set(step, next);
      node = next;
    }
    return node;
  };
}

const texts = new WeakMap<object, string>();

function textOf(fact: ContactFact): string {
  const known = texts.get(fact);
  if (known !== undefined) return known;
  const { customers: _, ticket: __, ...rest } = fact as ContactFact & Record<string, unknown>;
  const fields = Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1));
  const text = JSON.stringify(fields);
  texts.set(fact, text);
  return text;
}
