/**
 * What a link of two incidents, and its end, make of both. The primary's contacts are unions of facts: its own, and those of
 * each linked incident, which the end of the link takes away. Pure.
 */

import type { Policy } from '../policy.ts';
import { beginContacts } from './beginning.ts';
import { type ContactFact, type ScheduleFact, union } from './clocks/facts.ts';
import { areCounted, recoveryOfThose, recoveryOnceJoined, stampOf } from './contact-effects.ts';
import { type Leaving, linkedAway, type Return, type Share, takenHome, takenOver, undoIn } from './decide-link.ts';
import type { Changes, EventOf } from './events.ts';
import type { Fact } from './fold/facts.ts';
import type { State } from './fold/state.ts';
import { type Incident, optional, unnamedIn } from './incident.ts';
import { isOnlyAboutMetronome } from './rhythm/cadence.ts';
import { type Contact, openContact, readClocks, theOthersId } from './rhythm/contact.ts';
import type { SharedContact } from './shared-contacts.ts';
import { applyChanges } from './timeline.ts';

/** What a link, or its end, makes of one of its incidents. The clocks of its contacts are to be read. */
export interface Linked extends State {
  concluded: EventOf[];
}

/** The incident that is linked: its customers are told with the other's. */
export function linkAway({ incident, contacts }: State, to: string, { recordedAt }: Fact): Linked {
  return {
    incident: applyChanges(incident, { ...linkedAway(incident, to), linkedAt: recordedAt }),
    contacts,
    concluded: [],
  };
}

/** The incident that takes another one over. */
export function takeOver(
  { incident: to, contacts: existing }: State,
  share: Share,
  fact: Fact,
  policy: Policy,
): Linked {
  const { linked } = share;
  const now = fact.recordedAt;
  const isWaiting = to.status === 'recovered' ? someWait(share, existing, to, fact, policy) : share.isWaiting;
  const { changes, concluded } = takenOver(to, { ...share, isWaiting }, { now, policy });
  const changed = applyChanges(to, changes);
  const isBack = to.status === 'not-occurring' && changed.status === 'open';
  const reopened: ScheduleFact = { ...stampOf(fact, now), type: 'reopened', of: [linked.id] };
  const primary = isBack ? { ...changed, schedule: [...(to.schedule ?? []), reopened] } : changed;
  const all = unionOf(existing, share, primary, fact);
  for (const asker of linked.kind === 'incident' ? [] : askersOf(share, primary, fact)) {
    const known = all.get(asker.id);
    // Who is told here already is not told again for having asked.
    const named = asker.facts.flatMap((each) => (each.type === 'known' ? [{ ...each, type: 'named' as const }] : []));
    all.set(asker.id, known ? { ...known, facts: union(known.facts, named) } : asker);
  }
  recount(all, primary, fact, [linked.id]);
  const read = readClocks(all.values(), primary, now, policy);
  const recovery = recoveryOnceJoined([...read.values()], primary, existing.size > 0, now);
  return {
    incident: recovery ? applyChanges(primary, recovery.changes) : primary,
    contacts: read,
    concluded: [...concluded, ...(recovery ? [recovery.event] : [])],
  };
}

/** All that is known of each contact, here and there. */
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

/** Whether somebody has not recovered of those whom the linked one brings, also by what is known of them here. */
function someWait(share: Share, existing: State['contacts'], to: Incident, fact: Fact, policy: Policy): boolean {
  const all = unionOf(existing, share, to, fact);
  const brought = share.contacts.flatMap(({ id }) => all.get(id) ?? []);
  const read = readClocks(brought, to, fact.recordedAt, policy);
  return [...read.values()].some((each) => !each.stoppedAt && !each.recoveredAt);
}

/** Nobody waited in a question; who asked is told with the others from now on, or of the end of what is over. */
function askersOf({ linked }: Share, primary: Incident, fact: Fact): Contact[] {
  const stamp = { ...stampOf(fact, fact.recordedAt), of: [linked.id] };
  return beginContacts(linked, primary, stamp).map((each) => {
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
  { incidentId, filedAt, facts }: NonNullable<SharedContact['home']>,
  fact: Fact,
): NonNullable<Contact['homes']>[number] {
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
function recount(contacts: Map<string, Contact>, incident: Incident, fact: Fact, of?: string[]): void {
  const isCounted = unnamedIn(incident) > 0;
  const others = contacts.get(theOthersId);
  if (!others ? !isCounted : areCounted(others) === isCounted) return;
  const stamp = { ...stampOf(fact, fact.recordedAt), ...(of ? { of } : {}) };
  const known = others ?? openContact(incident, theOthersId);
  contacts.set(theOthersId, { ...known, facts: [...known.facts, { ...stamp, type: 'counted', isCounted }] });
}

/** The linked incident by itself again. */
export function takeHome({ incident: linked, contacts }: State, home: Return, fact: Fact, policy: Policy): Linked {
  const apart = applyChanges(linked, { ...takenHome(linked, home, policy), linkedAt: null });
  const all = new Map(contacts);
  for (const { id, facts } of home.contacts) {
    const known = all.get(id) ?? openContact(apart, id);
    all.set(id, { ...known, facts: union(known.facts, facts) });
  }
  recount(all, apart, fact);
  const isRecovery = (each: ContactFact): boolean =>
    each.type === 'recovered' || (each.type === 'updated' && each.isRecovery === true);
  const isTold = home.contacts.some(({ facts }) => facts.some(isRecovery));
  return isTold ? settled(apart, all, fact, policy) : { incident: apart, contacts: all, concluded: [] };
}

/** One that had taken the linked incident over, without it: contacts go with the last that anybody knew of them. */
export function leaveOut({ incident, contacts }: State, leaving: Leaving, fact: Fact, policy: Policy): Linked {
  const { changes, over } = undoIn(incident, leaving, policy);
  const gone = new Set(leaving.gone);
  const isLeaving = ({ of }: { of?: string[] }): boolean => of?.some((each) => gone.has(each)) === true;
  const all = new Map<string, Contact>();
  for (const contact of contacts.values()) {
    const { homes = [], ...rest } = contact;
    const facts = contact.facts.filter((each) => !isLeaving(each));
    const left = homes.filter(({ of }) => !gone.has(of));
    const isKnown = facts.some(({ type }) => type === 'known' || type === 'counted');
    if (isKnown) all.set(contact.id, { ...rest, facts, ...(left.length > 0 ? { homes: left } : {}) });
  }
  // Open though everybody had recovered, it is so for a reason of its own. Who had recovered by what leaves has not.
  const isHeldOpen = recoveryOfThose([...contacts.values()], incident, fact.recordedAt) === undefined;
  const without = (given: Changes, isGone: (each: ScheduleFact) => boolean): Linked => {
    const schedule = incident.schedule?.filter((each) => !isGone(each));
    const after = applyChanges(incident, { ...changes, ...given, ...(schedule ? { schedule } : {}) });
    const left = new Map(all);
    recount(left, after, fact);
    const read = readClocks(left.values(), after, fact.recordedAt, policy);
    const isBack = [...read.values()].some((each) => !each.recoveredAt && contacts.get(each.id)?.recoveredAt);
    if (isBack && after.status === 'recovered') {
      return { incident: applyChanges(after, { status: 'open', recoveredAt: null }), contacts: read, concluded: [] };
    }
    return isHeldOpen || after.status !== 'open'
      ? settled(after, read, fact, policy)
      : { incident: after, contacts: read, concluded: [] };
  };
  const stillOpen = (): Linked => without({}, (each) => isLeaving(each) && each.type !== 'reopened');
  if (!over) return stillOpen();
  // What the link had opened is over again, unless somebody waits who has become known since.
  const closed = without(over, isLeaving);
  const openedAt = incident.overBeforeLink?.at ?? fact.recordedAt;
  const isOver = [...closed.contacts.values()].every(
    (each) =>
      each.stoppedAt || each.recoveredAt || each.endsWith || each.facts.some((one) => one.recordedAt < openedAt),
  );
  return isOver ? closed : stillOpen();
}

/** Whom a link brought, or its end has taken away, may have been the last who kept it open. */
function settled(incident: Incident, contacts: ReadonlyMap<string, Contact>, fact: Fact, policy: Policy): Linked {
  const read = readClocks(contacts.values(), incident, fact.recordedAt, policy);
  const { status, statusBeforeLink = 'open' } = incident;
  const isLinked = status === 'linked';
  const standing = isLinked ? { ...incident, status: statusBeforeLink } : incident;
  const recovery = recoveryOfThose([...read.values()], standing, fact.recordedAt);
  if (isLinked && recovery) {
    const { status: known, ...changes } = recovery.changes;
    const changed = applyChanges(incident, { ...changes, ...optional('statusBeforeLink', known ?? undefined) });
    return { incident: changed, contacts: read, concluded: [] };
  }
  return {
    incident: recovery ? applyChanges(incident, recovery.changes) : incident,
    contacts: read,
    concluded: recovery ? [recovery.event] : [],
  };
}
