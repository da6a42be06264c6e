/** What a link of two incidents, and its end, make of both and of their customers. Pure. */
import { beginContacts } from './beginning.ts';
import { applyEffects, closingEvents, joinContact, recoveryOfThose, recoveryOnceJoined } from './contact-effects.ts';
import {
  idsOf,
  type Leaving,
  linkedAway,
  type Return,
  type Share,
  type Shared,
  takenHome,
  takenOver,
  undoIn,
} from './decide-link.ts';
import type { Context } from './decision.ts';
import type { EventOf } from './events.ts';
import { byId, type State } from './fold/state.ts';
import { type Incident, optional, unnamedIn } from './incident.ts';
import { hasRhythm } from './rhythm/cadence.ts';
import { type Contact, groupByContact, moveContact, nameOf, withoutClock } from './rhythm/contact.ts';
import {
  addOutcomes,
  changeRow,
  countAgain,
  goWithOthers,
  moveRow,
  recordRecovery,
  reopenContact,
  waitAgain,
} from './rhythm/ends.ts';
import { type SlotOutcome, stopClock } from './rhythm/slots.ts';
import { applyChanges } from './timeline.ts';

type Moment = Pick<Context, 'now' | 'policy'>;

/** What a link, or its end, makes of one of its incidents. */
export interface Linked extends State {
  concluded: EventOf[];
}

/** The incident that is linked: its customers are told with the other's. */
export function linkAway({ incident, contacts }: State, to: string, { now }: Moment): Linked {
  const stopped = [...contacts.values()].map((each) =>
    each.stoppedAt
      ? each
      : { ...stopClock(each, now, `told with ${to}, to which this is linked`), isStoppedByLink: true },
  );
  return { incident: applyChanges(incident, linkedAway(incident, to)), contacts: byId(stopped), concluded: [] };
}

/** The incident that takes another one over. */
export function takeOver({ incident: to, contacts: existing }: State, share: Share, by: Moment): Linked {
  const { linked, contacts } = share;
  const { now, policy } = by;
  const { changes, concluded } = takenOver(to, share, by);
  const survivor = applyChanges(to, changes);
  // It may go by the other row from now on: what that row would have had by then was due to nobody.
  const row = applyEffects(existing, to, survivor, [], by);
  const joined = new Map(row.contacts);
  for (const contact of contacts) {
    const before = joined.get(contact.id);
    // Who is known here is told what becomes of it here, and not that it was not found to occur there.
    const known = contact.endsWith === 'not-occurring' ? { ...contact, stoppedAt: now } : contact;
    const arriving = before ? known : goWithOthers(contact, survivor, now, policy);
    joined.set(contact.id, withBefore(before, joinContact(before, arriving, linked.id, to.id), now));
  }
  for (const contact of linked.kind === 'incident' ? [] : beginContacts(linked, survivor, now, policy)) {
    joined.set(contact.id, joinAsker(joined.get(contact.id), contact, survivor, linked.id));
  }
  const isBack = to.status === 'not-occurring' && survivor.status === 'open';
  const waiting = [...joined.values()]
    .map((each) => (isBack ? waitAgain(each, survivor, now, policy) : each))
    .map((each) => (hasRhythm(survivor) ? startClock(each, survivor, by) : each));
  // Whose clock has come along goes by the row of here from now on.
  const runsHere = new Set([...existing.values()].flatMap((each) => (each.stoppedAt ? [] : [each.id])));
  const arriving = new Set(contacts.flatMap(({ id }) => (runsHere.has(id) ? [] : [id])));
  const { contacts: all, closed } = moveRows(waiting, arriving, linked, survivor, by);
  const recovery = recoveryOnceJoined(all, survivor, existing.size > 0, now);
  const incident = { ...row.incident, slots: addOutcomes(row.incident.slots, closed) };
  return {
    incident: recovery ? applyChanges(incident, recovery.changes) : incident,
    contacts: byId(all),
    concluded: [...concluded, ...row.concluded, ...closingEvents(closed), ...(recovery ? [recovery.event] : [])],
  };
}

/** The linked incident by itself again. */
export function takeHome({ incident: linked, contacts }: State, home: Return, by: Moment): Linked {
  const { now, policy } = by;
  // All whom it counts may have been named meanwhile.
  const apart = applyChanges(linked, takenHome(linked, home, policy));
  const isNobody = unnamedIn(apart) === 0;
  const running = [...contacts.values()].map((each) => {
    if (each.isTheOthers && isNobody) return endForNobody(each, now);
    return each.isStoppedByLink ? resumeClock(each, linked, by) : each;
  });
  const back = reclaim(home.gained, running, home.contacts, linked).map((each) =>
    // With those who are there already, who are to be told that it was not found to occur.
    each.stoppedAt ? each : endingWith(each, { status: apart.status }),
  );
  const returning = new Set(back.flatMap(({ id }) => (running.some((each) => each.id === id) ? [] : [id])));
  const { contacts: gained, closed } = moveRows(back, returning, home.survivor ?? apart, apart, by);
  const all = byId([...running, ...gained]);
  const incident = { ...apart, slots: addOutcomes(apart.slots, closed) };
  const recovery = recoveryOfThose([...all.values()], incident, now);
  return {
    incident: recovery ? applyChanges(incident, recovery.changes) : incident,
    contacts: all,
    concluded: [...closingEvents(closed), ...(recovery ? [recovery.event] : [])],
  };
}

/** Those of them who come from another record go by the row of this one from now on. */
function moveRows(
  contacts: readonly Contact[],
  moving: ReadonlySet<string>,
  from: Shared,
  to: Incident,
  { now, policy }: Moment,
): { contacts: Contact[]; closed: SlotOutcome[] } {
  const moved = contacts.map((contact) =>
    moving.has(contact.id) ? moveRow(contact, from, to, now, policy) : { contact, closed: [] },
  );
  return { contacts: moved.map(({ contact }) => contact), closed: moved.flatMap(({ closed }) => closed) };
}

/** One that had taken the linked incident over, without it: contacts go with the last of their customers. */
export function leaveOut({ incident, contacts: before }: State, leaving: Leaving, by: Moment): Linked {
  const { now, policy } = by;
  const { changes, customers, hasUnnamed, over } = undoIn(incident, leaving, policy);
  const remaining = new Set(customers.map((each) => each.id));
  const counted = new Set(incident.affectedCustomers.map((each) => each.id));
  const kept = new Map<Contact, Contact>();
  const { links = [] } = changes;
  // Whom nobody has named just now another link that stays has brought as well, and they may be counted again.
  const standing = new Set<string | undefined>((links ?? []).flatMap(idsOf));
  for (const contact of before.values()) {
    const isNobody = contact.isTheOthers && !hasUnnamed;
    // Someone who is told though nobody counts them as affected came by no link, unless they are told there.
    const isOwn = contact.joinedFrom === undefined;
    const cameWithIt = !isOwn && leaving.contacts.some(({ id }) => id === contact.id);
    const left = contact.customers.filter(
      ({ id }) => remaining.has(id) || !(counted.has(id) || cameWithIt) || (isOwn && id === incident.reporter?.id),
    );
    const isGone = contact.isTheOthers ? isNobody && !isOwn && !standing.has(contact.joinedFrom) : left.length === 0;
    if (isGone) continue;
    if (isNobody) kept.set(contact, endForNobody(contact, now));
    else if (contact.isTheOthers && unnamedIn(incident) === 0)
      kept.set(contact, countAgain(contact, incident, now, policy));
    else kept.set(contact, left.length < contact.customers.length ? leftWith(contact, left, leaving) : contact);
  }
  // Whom the link alone had waiting again has waited for nothing, where it had not opened the incident either.
  const isByLink = (at: Date): boolean =>
    over !== undefined || (!(links ?? []).some((each) => each.at >= at) && isWaitedForSince(at, [...kept.values()]));
  const asBefore = [...kept.values()].map((each) => clockAsBefore(each, incident, isByLink, by));
  const isOver = over !== undefined && asBefore.every((each) => each.stoppedAt || each.recoveredAt || each.endsWith);
  const after = applyChanges(incident, { ...changes, ...(isOver ? over : {}) });
  const closed: SlotOutcome[] = [];
  const left = (isOver || !over ? asBefore : [...kept.values()]).map((each) => {
    const { contact, closed: ended } = changeRow(each, incident, after, now, policy);
    closed.push(...ended);
    // Those of an incident that is about Metronome alone again were told only with whom was linked to it.
    return contact.nextUpdateDueAt !== null && !hasRhythm(after) ? withoutClock(contact) : contact;
  });
  const summed = { ...after, slots: addOutcomes(after.slots, closed) };
  const recovery = recoveryOfThose(left, summed, now);
  return {
    incident: recovery ? applyChanges(summed, recovery.changes) : summed,
    contacts: byId(left),
    concluded: [...closingEvents(closed), ...(recovery ? [recovery.event] : [])],
  };
}

/** Whether one of them, whom no link has brought, had been waiting by then and waits still: the incident was open anyway. */
const isWaitedForSince = (at: Date, contacts: readonly Contact[]): boolean =>
  contacts.some(
    (each) =>
      !each.overBeforeLink && !each.joinedFrom && each.affectedKnownAt < at && !each.stoppedAt && !each.recoveredAt,
  );

/** Nobody is told on the ticket of who has left: where that was theirs, none is known. */
function leftWith(contact: Contact, customers: Contact['customers'], { linked, contacts }: Share): Contact {
  const { ticket } = contact;
  const there = contacts.find(({ id }) => id === contact.id);
  const isTheirs = ticket && (isSameTicket(ticket, linked.origin) || isSameTicket(ticket, there?.ticket));
  const isOfBoth = there?.customers.some(({ id }) => customers.some((each) => each.id === id));
  return ofThese(contact, customers, !isTheirs || isOfBoth === true);
}

/** The contact of some of its customers, by their name. */
function ofThese(contact: Contact, customers: Contact['customers'], hasTicket: boolean): Contact {
  const { name: _, ticket, ...rest } = contact;
  const ofTicket = optional('ticket', hasTicket ? ticket : undefined);
  return { ...rest, customers, ...optional('name', nameOf(customers)), ...ofTicket };
}

const isSameTicket = (one: { tool: string; id: string }, other: typeof one | undefined): boolean =>
  one.tool === other?.tool && one.id === other.id;

/** Those whom nobody has named were its own, and now nobody is counted whom nobody has named. */
function endForNobody(contact: Contact, now: Date): Contact {
  const { isStoppedByLink, ...rest } = contact;
  if (contact.stoppedAt && !isStoppedByLink) return contact;
  return stopClock({ ...rest, recoveredAt: rest.recoveredAt ?? now }, now, 'nobody is counted whom nobody has named');
}

/** Whoever waits again by a link was told, or had recovered, before: its end gives that back. */
function withBefore(own: Contact | undefined, joined: Contact, now: Date): Contact {
  const waitsAgain = !joined.stoppedAt && !joined.recoveredAt && (own?.stoppedAt || own?.recoveredAt);
  if (!own || !waitsAgain) return joined;
  const { stoppedAt, recoveredAt } = own;
  return { ...joined, overBeforeLink: { at: now, stoppedAt, ...optional('recoveredAt', recoveredAt) } };
}

/** Whose clock a link had started again has it as it was before. */
function clockAsBefore(
  contact: Contact,
  incident: Incident,
  isByLink: (at: Date) => boolean,
  { now, policy }: Moment,
): Contact {
  const { overBeforeLink, ...rest } = contact;
  if (!overBeforeLink || contact.stoppedAt || contact.recoveredAt || !isByLink(overBeforeLink.at)) return contact;
  const { stoppedAt, recoveredAt, endsWith } = overBeforeLink;
  if (!stoppedAt && endsWith === 'not-occurring') return { ...rest, endsWith };
  if (!stoppedAt) return recoveredAt ? recordRecovery(rest, incident, recoveredAt, now, policy) : contact;
  return stopClock({ ...rest, ...optional('recoveredAt', recoveredAt) }, stoppedAt, 'as before a link that was undone');
}

/** Nobody waited in a question; who asked is told with the others from now on, or of the end of what is over. */
function joinAsker(own: Contact | undefined, contact: Contact, survivor: Incident, linkedId: string): Contact {
  // Who was told that it is over is not told again for having asked.
  const asking = own ? { ...contact, stoppedAt: contact.affectedKnownAt } : endingWith(contact, survivor);
  return joinContact(own, asking, linkedId, survivor.id);
}

/** What is over has one message left. */
function endingWith(contact: Contact, over: Pick<Contact, 'recoveredAt'> & Pick<Incident, 'status'>): Contact {
  const { recoveredAt, status } = over;
  if (recoveredAt) return { ...contact, recoveredAt, endsWith: 'recovery' };
  return status === 'not-occurring' ? { ...contact, endsWith: 'not-occurring' } : contact;
}

/** Nobody waited in an incident about Metronome itself; linked with another one, they are told with the others. */
function startClock(contact: Contact, incident: Incident, { now, policy }: Moment): Contact {
  const isIdle = !contact.stoppedAt && !contact.nextUpdateDueAt && !contact.recoveredAt;
  return isIdle ? reopenContact(contact, incident, now, policy) : contact;
}

/** The clock of a contact starts anew; one that had only its last message to get still waits for that one. */
function resumeClock(contact: Contact, linked: Incident, by: Moment): Contact {
  const { isStoppedByLink: _, ...rest } = contact;
  const status = linked.statusBeforeLink ?? 'open';
  const running = reopenContact(rest, { ...linked, status }, by.now, by.policy);
  return endingWith(running, { status, ...optional('recoveredAt', contact.recoveredAt) });
}

/** Customers who became known while it was linked are its own again, with the clock that they have had. */
function reclaim(
  gained: Contact['customers'],
  own: readonly Contact[],
  survivors: readonly Contact[],
  linked: Incident,
): Contact[] {
  return [...groupByContact(gained)].flatMap(([contactId, customers]): Contact[] => {
    const here = own.find((each) => each.id === contactId);
    if (here) return [{ ...here, customers: [...here.customers, ...customers] }];
    const there = survivors.find((each) => each.id === contactId);
    if (!there) return [];
    const { joinedFrom: _, ...contact } = moveContact(there, linked.id);
    // Others who stay there may be told with them, on a ticket of theirs.
    const isAlone = customers.length === there.customers.length;
    const isOwn = contact.ticket !== undefined && isSameTicket(contact.ticket, linked.origin);
    return [ofThese(contact, customers, isAlone || isOwn)];
  });
}
