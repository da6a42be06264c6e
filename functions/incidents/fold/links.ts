/**
 * What a link and its end make of each of the two incidents. What a linked incident brings is a summand of the primary: its
 * facts, its customers and its count. The end of a link is folded without the link, so that nothing has to be undone. Pure.
 */

import type { Policy } from '../../policy.ts';
import { type ContactFact, isOfKnown, isOfRecovery, type Schedule, type ScheduleFact, union } from '../clocks/facts.ts';
import type { Changes, EventOf } from '../facts/events.ts';
import { applyChanges, type Fact } from '../facts/timeline.ts';
import { type AffectedCustomer, countAffected, type Incident, type Link, optional, unnamedIn } from '../incident.ts';
import { broughtBy } from '../links/brought.ts';
import { isOnlyAboutMetronome } from '../rhythm/cadence.ts';
import { byId, type Contact, type Home, openContact, othersOf, readClocks, type State } from '../rhythm/contact.ts';
import { beginContacts } from './beginning.ts';
import { countOthers, stampOf } from './contact-effects.ts';
import { affectedBy, recoveryOfThose, recoveryOnceJoined } from './recovery.ts';

/** What of an incident another one goes by that it is linked with. */
export const sharedFields = [
  'id',
  'kind',
  'status',
  'ongoing',
  'source',
  'origin',
  'reporter',
  'filedAt',
  'reportedAt',
  'firstResponseAt',
  'occurredAt',
  'isOccurredAtApproximate',
  'urgency',
  'emergency',
  'impact',
  'affectedCustomers',
  'isAboutMetronome',
  'links',
] as const satisfies readonly (keyof Incident)[];

/** What is known of a contact, as another incident is handed it. */
export interface SharedContact {
  id: string;
  facts: ContactFact[];
  /** What it waited by, where that is not what its incident goes by. */
  home?: Schedule;
}

/** What a linked incident brings along, as it was then. */
export interface Share {
  linked: Pick<Incident, (typeof sharedFields)[number]>;
  contacts: SharedContact[];
  /** What its contacts waited by. */
  schedule: ScheduleFact[];
  /** Somebody of them waits for word and has not recovered. */
  isWaiting: boolean;
}

/** What a linked incident takes home. */
export interface Return {
  /** Customers that its tickets have named while it was linked. */
  gained: AffectedCustomer[];
  /** What was said to its customers meanwhile. */
  contacts: SharedContact[];
}

/** What each incident is told that had a linked one, directly or not, as that leaves. */
export interface Leaving {
  /** The one that leaves, and those that go with it. */
  gone: string[];
  /** What is left of the share by way of which it had come, where it was not linked directly. */
  left?: Share;
}

/** What a link, or its end, makes of one of its incidents. The clocks of its contacts are to be read. */
interface Linked extends State {
  concluded: EventOf[];
}

export function evolveLink(state: State, fact: Fact<'linked' | 'unlinked'>, policy: Policy): Linked {
  if (fact.type === 'linked') {
    const { to, share } = fact.detail;
    return to === undefined ? takeOver(state, share as unknown as Share, fact, policy) : linkAway(state, to, fact);
  }
  const { incident, from = '', share } = fact.detail;
  return incident === undefined
    ? takeHome(state, from, share as unknown as Return, fact, policy)
    : tellApart(state, fact);
}

/** The incident that is linked: its customers are told with the other's, and failed updates are seen there. */
const linkAway = ({ incident, contacts }: State, linkedTo: string, { recordedAt: linkedAt }: Fact): Linked => ({
  incident: applyChanges(incident, { status: 'linked', linkedTo, linkedAt }),
  contacts,
  concluded: [],
});

function takeOver({ incident: to, contacts: existing }: State, share: Share, fact: Fact, policy: Policy): Linked {
  const { linked } = share;
  const now = fact.recordedAt;
  const joined = applyChanges(to, takenOver(to, linked, now));
  const isWaiting = to.status === 'recovered' ? someWait(share, existing, to, fact, policy) : share.isWaiting;
  const reopened = isWaiting ? reopenedBy(linked, joined, now) : undefined;
  const primary = reopened ? opened(joined, linked, fact) : joined;
  const all = unionOf(existing, share, primary, fact);
  for (const asker of linked.kind === 'incident' ? [] : askersOf(share, primary, fact)) {
    const known = all.get(asker.id);
    // Who is told here already is not told again for having asked.
    const named = asker.facts.flatMap((each) => (each.type === 'known' ? [{ ...each, type: 'named' as const }] : []));
    all.set(asker.id, known ? { ...known, facts: union(known.facts, named) } : asker);
  }
  recount(all, primary, fact);
  if (to.status === 'open' && othersWait(existing, share, primary))
    return { incident: primary, contacts: all, concluded: [] };
  const read = readClocks(all.values(), primary, now, policy);
  const recovery = recoveryOnceJoined(read, primary, now, policy);
  return {
    incident: recovery ? applyChanges(primary, recovery.changes) : primary,
    contacts: read,
    concluded: [...(reopened ? [reopened] : []), ...(recovery ? [recovery.event] : [])],
  };
}

/** A customer that the link does not bring has not recovered, so the whole has not. */
function othersWait(existing: State['contacts'], share: Share, primary: Incident): boolean {
  const brought = new Set(share.contacts.map(({ id }) => id));
  const waiting = [...existing.values()].filter((each) => !each.recoveredAt && !brought.has(each.id));
  return affectedBy(primary, waiting).length > 0;
}

function takenOver(to: Incident, linked: Share['linked'], at: Date): Changes {
  const customers = new Map<string, AffectedCustomer>(to.affectedCustomers.map((each) => [each.id, each]));
  for (const customer of linked.affectedCustomers) {
    const known = customers.get(customer.id);
    if (known && !known.via) continue;
    const via = [...new Set([...(known?.via ?? []), ...(customer.via ?? [linked.id])])];
    customers.set(customer.id, { ...customer, ...known, via });
  }
  const unnamedCount = unnamedIn(linked);
  const added = customers.size - to.affectedCustomers.length + unnamedCount;
  const count = countAffected((to.impact.affectedCustomerCount ?? to.affectedCustomers.length) + added, customers.size);
  const isCounted = to.impact.affectedCustomerCount !== undefined || linked.impact.affectedCustomerCount !== undefined;
  const through = (linked.links ?? []).flatMap(idsOf);
  const brought = broughtBy(linked, to);
  const { businessImpact, ...times } = brought;
  const worse = businessImpact ? { ...to, impact: { ...to.impact, businessImpact } } : to;
  const link: Link = {
    incidentId: linked.id,
    unnamedCount,
    ...(through.length > 0 ? { through } : {}),
    ...(isOnlyAboutMetronome(linked) ? { isAboutMetronome: true } : {}),
    ...(Object.keys(brought).length > 0 ? { brought } : {}),
    at,
  };
  return {
    links: [...(to.links ?? []), link],
    affectedCustomers: [...customers.values()],
    ...times,
    ...(times.occurredAt ? { isOccurredAtApproximate: linked.isOccurredAtApproximate ?? null } : {}),
    ...(isCounted || businessImpact ? withCount(worse, isCounted ? count : undefined) : {}),
  };
}

/** The linked incident, and those that had been linked to it, directly or not. */
export const idsOf = (link: Link): string[] => [link.incidentId, ...(link.through ?? [])];

/** A linked report that is still ongoing reopens the incident that takes it over. */
function reopenedBy(linked: Share['linked'], to: Incident, now: Date): EventOf | undefined {
  const isOver = to.status === 'recovered' || to.status === 'not-occurring';
  if (!isOver || linked.status !== 'open' || linked.ongoing === 'no') return undefined;
  const detail = {
    rule: 'linked-ongoing',
    why: 'A report was linked of which a customer has not recovered.',
    from: linked.id,
  };
  return { type: 'reopened', actor: 'rule', occurredAt: now, detail };
}

function opened(to: Incident, { id, ongoing }: Share['linked'], fact: Fact): Incident {
  const open = applyChanges(to, { status: 'open', recoveredAt: null, ongoing });
  if (to.status !== 'not-occurring') return open;
  const reopened: ScheduleFact = { ...stampOf(fact, fact.recordedAt), type: 'reopened', of: [id] };
  return { ...open, schedule: [...(to.schedule ?? []), reopened] };
}

function unionOf(existing: State['contacts'], share: Share, primary: Incident, fact: Fact): Map<string, Contact> {
  const all = new Map(existing);
  const { id: incidentId, filedAt } = share.linked;
  const { status, recoveredAt: at } = primary;
  const stamp = { ...stampOf(fact, at), of: [incidentId] };
  // What was not found to occur has recovered with what did.
  const isOver = share.linked.status === 'not-occurring' && status === 'recovered' && at !== undefined;
  const over: ContactFact[] = isOver ? [{ ...stamp, type: 'recovered' }] : [];
  for (const { id, facts, home = { incidentId, filedAt, facts: share.schedule } } of share.contacts) {
    const known = all.get(id) ?? openContact(primary, id);
    const homes = [...(known.homes ?? []), homeIn(primary, share.linked, home, fact)];
    all.set(id, { ...known, facts: union(known.facts, facts, over), homes });
  }
  return all;
}

/** Whether a customer that it brings has not recovered, also by what is known of them here. */
function someWait(share: Share, existing: State['contacts'], to: Incident, fact: Fact, policy: Policy): boolean {
  // Not by what other links have brought: their order does not matter.
  const own = [...existing.values()].map((each) => ({ ...each, facts: each.facts.filter(({ of }) => !of) }));
  const all = unionOf(byId(own), share, to, fact);
  const brought = share.contacts.flatMap(({ id }) => all.get(id) ?? []);
  const read = readClocks(brought, to, fact.recordedAt, policy);
  return [...read.values()].some((each) => !each.stoppedAt && !each.recoveredAt);
}

/** Nobody waited in a question; who asked is told with the others from now on, or of the end of what is over. */
function askersOf({ linked }: Share, primary: Incident, fact: Fact): Contact[] {
  const stamp = { ...stampOf(fact, fact.recordedAt), of: [linked.id] };
  return beginContacts(linked, primary, stamp, othersOf(linked.id)).map((each) => {
    const { recoveredAt: at, status } = primary;
    const isOver = status === 'recovered' && at !== undefined;
    const facts = each.facts.filter(({ type }) => status === 'not-occurring' || type !== 'asked');
    return isOver ? { ...each, facts: [...facts, { ...stamp, at, type: 'recovered' }] } : { ...each, facts };
  });
}

/** From the link on it goes by the primary's schedule, and by how urgent it was judged itself. */
function homeIn(
  primary: Incident,
  linked: Share['linked'],
  { incidentId, filedAt, facts }: Schedule,
  fact: Fact,
): Home {
  const stamp = stampOf(fact, fact.recordedAt);
  const isHigh = linked.urgency.level === 'high';
  const isOngoing = primary.ongoing !== 'no';
  const { emergency } = primary;
  const own = linked.emergency;
  const since: ScheduleFact[] = [{ ...stamp, type: 'row', isUrgent: isHigh || isOngoing, isOngoing }];
  if (emergency) since.push({ ...stamp, at: emergency.since, type: 'emergency', endedAt: emergency.endedAt });
  else if (own && !own.endedAt) since.push({ ...stamp, at: own.since, type: 'emergency', endedAt: stamp.at });
  const wasOn = facts.findLast((each) => each.type === 'rhythm')?.isOn ?? true;
  if (!wasOn && !isOnlyAboutMetronome(primary)) since.push({ ...stamp, type: 'rhythm', isOn: true });
  if (linked.status === 'not-occurring' && primary.status === 'open') since.push({ ...stamp, type: 'reopened' });
  return {
    of: linked.id,
    incidentId,
    filedAt,
    facts: [...facts, ...since],
    since: fact.id,
    linkedAt: fact.recordedAt,
    isHigh,
  };
}

/** Those who are counted and not named, where that has become otherwise. */
function recount(contacts: Map<string, Contact>, incident: Incident, fact: Fact): void {
  for (const [id, counted] of countOthers(incident, contacts, stampOf(fact, fact.recordedAt))) {
    const known = contacts.get(id) ?? openContact(incident, id);
    contacts.set(id, { ...known, facts: [...known.facts, counted] });
  }
}

/** The incident that was linked, by itself again, with what was said of its customers meanwhile. */
function takeHome({ incident, contacts }: State, from: string, home: Return, fact: Fact, policy: Policy): Linked {
  const { affectedCustomers, impact } = incident;
  const known = new Set(affectedCustomers.map((each) => each.id));
  const customers = [...affectedCustomers, ...home.gained.filter(({ id }) => !known.has(id))];
  const count = countAffected(impact.affectedCustomerCount, customers.length);
  const apart = applyChanges(incident, {
    ...toldApart(incident, from),
    ...(customers.length > known.size ? { affectedCustomers: customers, ...withCount(incident, count) } : {}),
  });
  const all = new Map(contacts);
  for (const { id, facts } of home.contacts) {
    // Once the naming of a customer is retracted, what was said to them meanwhile is said to nobody.
    if (!contacts.has(id) && !facts.some((each) => isOfKnown(each) || each.type === 'named')) continue;
    const known = all.get(id) ?? openContact(apart, id);
    all.set(id, { ...known, facts: union(known.facts, facts) });
  }
  recount(all, apart, fact);
  const read = readClocks(all.values(), apart, fact.recordedAt, policy);
  const isTold = home.contacts.some(({ facts }) => facts.some(isOfRecovery));
  const recovery = isTold ? recoveryOfThose([...read.values()], apart, fact.recordedAt) : undefined;
  return {
    incident: recovery ? applyChanges(apart, recovery.changes) : apart,
    contacts: read,
    concluded: recovery ? [recovery.event] : [],
  };
}

/** One that had the linked incident: no rule and no ticket links the two again. */
function tellApart({ incident, contacts }: State, { detail }: Fact<'unlinked'>): Linked {
  const changes = detail.from === undefined && detail.incident ? toldApart(incident, detail.incident) : {};
  return { incident: applyChanges(incident, changes), contacts, concluded: [] };
}

const toldApart = ({ unlinkedFrom = [] }: Incident, id: string): Changes => ({
  unlinkedFrom: [...unlinkedFrom.filter((each) => each !== id), id],
});

function withCount({ impact }: Pick<Incident, 'impact'>, count?: number): Changes {
  const { affectedCustomerCount: _, ...others } = impact;
  return { impact: { ...others, ...optional('affectedCustomerCount', count) } };
}
