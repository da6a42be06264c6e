/** What a link of two incidents, and its end, make of both and of their customers. Pure. */
import { beginContacts } from './beginning.ts';
import { applyEffects, closingEvents, joinContact, recoveryOfThose, recoveryOnceJoined } from './contact-effects.ts';
import { decideLinked, decideUnlinked, idsOf, type Undone } from './decide-link.ts';
import { afterEvents, type Context, isSending, type Pending, withMissing } from './decision.ts';
import type { DecidedEvent } from './events.ts';
import { type Incident, optional, unnamedIn } from './incident.ts';
import { hasRhythm } from './rhythm/cadence.ts';
import { type Contact, groupByContact, moveContact, nameOf, withoutClock } from './rhythm/contact.ts';
import {
  changeRow,
  countAgain,
  goWithOthers,
  moveRow,
  recordRecovery,
  reopenContact,
  waitAgain,
} from './rhythm/ends.ts';
import { type SlotOutcome, stopClock } from './rhythm/slots.ts';
import { type TimerDecision, timerAfter } from './rhythm/wake.ts';
import type { StatementOf } from './statements/statement-schemas.ts';

export type LinkStatement = Pick<StatementOf<'linked'>, 'to' | 'basis' | 'occurredAt' | 'evidenceUrl'>;

export interface WithContacts {
  incident: Incident;
  contacts: Contact[];
}

/** What is to be committed of one of the incidents. */
export interface Side extends WithContacts {
  events: DecidedEvent[];
  /** All contacts as they were; `contacts` are those that change. */
  known: readonly Contact[];
  gone?: string[];
  timer: TimerDecision;
  outbox?: Pending[];
}

/**
 * @param both the incident that is linked, with what its timer holds; and the one that survives
 * @param rest what still has to be done once it is committed
 * @returns of the one that is linked, and of the one that survives
 */
export function decideJoined(
  both: { linked: WithContacts & { pending: readonly Pending[] }; to: WithContacts },
  statement: LinkStatement,
  rest: Pending[],
  by: Context,
): [Side, Side] {
  const { incident: linked, contacts, pending } = both.linked;
  const { incident: to, contacts: existing } = both.to;
  const { id } = linked;
  const unsent = pending.filter(isToldThere);
  const { now } = by;
  const hasUnrecovered = contacts.some((each) => !each.stoppedAt && !each.recoveredAt);
  const decided = decideLinked(linked, to, statement, hasUnrecovered, by);

  const survivor = afterEvents(to, decided.to);
  // It may go by the other row from now on: what that row would have had by then was due to nobody.
  const row = applyEffects(existing, to, survivor, [], by);
  const own = new Map(row.contacts.map((each) => [each.id, each]));
  const joined = new Map(existing.map((each) => [each.id, own.get(each.id) ?? each]));
  for (const contact of contacts) {
    const before = joined.get(contact.id);
    // Whoever is known here is told what becomes of it here, and not that it was not found to occur there.
    const known = contact.endsWith === 'not-occurring' ? { ...contact, stoppedAt: now } : contact;
    const arriving = before ? known : goWithOthers(contact, survivor, now, by.policy);
    joined.set(contact.id, withBefore(before, joinContact(before, arriving, id, to.id), now));
  }
  for (const contact of linked.kind === 'incident' ? [] : beginContacts(linked, survivor, now, by.policy)) {
    joined.set(contact.id, joinAsker(joined.get(contact.id), contact, survivor, id));
  }
  const isBack = to.status === 'not-occurring' && survivor.status === 'open';
  const waiting = [...joined.values()]
    .map((each) => (isBack ? waitAgain(each, survivor, now, by.policy) : each))
    .map((each) => (hasRhythm(survivor) ? startClock(each, survivor, by) : each));
  // Whose clock has come along goes by the row of here from now on.
  const runsHere = new Set(existing.flatMap((each) => (each.stoppedAt ? [] : [each.id])));
  const arriving = new Set(contacts.flatMap(({ id }) => (runsHere.has(id) ? [] : [id])));
  const { contacts: all, closed } = moveRows(waiting, arriving, linked, survivor, by);
  const changed = all.filter((each) => !existing.includes(each));
  const events = [...decided.to, ...row.events];
  events.push(...closingEvents(afterEvents(to, events), closed));
  const recovery = recoveryOnceJoined(all, survivor, existing.length > 0, now);
  const stopped = contacts
    .filter((each) => !each.stoppedAt)
    .map((each) => ({
      ...stopClock(each, now, `told with ${to.id}, to which this is linked`),
      isStoppedByLink: true,
    }));
  return [
    decisionOn(both.linked, decided.linked, stopped, by),
    // What was committed and not yet sent or told rides on in the timer that survives.
    decisionOn(both.to, [...events, ...recovery], changed, by, [...unsent, ...rest]),
  ];
}

/** That it was filed is not announced any more, and what its own emergency asks for ends with that. */
const isToldThere = (each: Pending): boolean =>
  isSending(each) || each.kind === 'recovery-questioned' || each.kind === 'update-failed';

function decisionOn(
  { incident, contacts: known }: WithContacts,
  events: DecidedEvent[],
  contacts: Contact[],
  { now, policy }: Context,
  outbox: Pending[] = [],
): Side {
  const after = afterEvents(incident, events);
  const timer = timerAfter(incident, after, contacts, outbox.length > 0, now, policy);
  return { incident, events, known, contacts, timer, outbox };
}

/**
 * @param chain those that took it over, from the first to the one that survives
 * @param rest what still has to be done once it is committed
 * @returns of the one that is linked, and of each of the chain
 */
export function decideParted(
  { incident: linked, contacts }: WithContacts,
  chain: readonly WithContacts[],
  statement: StatementOf<'unlinked'>,
  rest: Pending[],
  by: Context,
): [Side, ...Side[]] {
  const survivor = chain.at(-1);
  const decided = decideUnlinked(
    linked,
    chain.map(({ incident }) => incident),
    statement,
    by,
  );

  // All whom it counts may have been named meanwhile.
  const apart = afterEvents(linked, decided.linked);
  const isNobody = unnamedIn(apart) === 0;
  const running = contacts.map((each) => {
    if (each.isTheOthers && isNobody) return endForNobody(each, by.now);
    return each.isStoppedByLink ? resumeClock(each, linked, by) : each;
  });
  const back = reclaim(decided.gained, running, survivor?.contacts ?? [], linked).map((each) =>
    // With those who are there already, who are to be told that it was not found to occur.
    each.stoppedAt ? each : endingWith(each, { status: apart.status }),
  );
  const returning = new Set(back.flatMap(({ id }) => (running.some((each) => each.id === id) ? [] : [id])));
  const { contacts: gained, closed } = moveRows(back, returning, survivor?.incident ?? apart, apart, by);
  const own = new Map(
    [...running.filter((each) => !contacts.includes(each)), ...gained].map((each) => [each.id, each]),
  );
  const all = new Map([...running, ...gained].map((each) => [each.id, each]));
  const events = [...decided.linked, ...closingEvents(apart, closed)];
  const itsRecovery = recoveryOfThose([...all.values()], afterEvents(linked, events), by.now);
  return [
    decisionOn({ incident: linked, contacts }, [...events, ...itsRecovery], [...own.values()], by),
    ...decided.chain.map((undone, index) => {
      const isLast = undone.incident === survivor?.incident;
      return withoutLinked(
        undone,
        chain[index]?.contacts ?? [],
        { incident: linked, contacts },
        isLast ? rest : [],
        by,
      );
    }),
  ];
}

/** Those of them who come from another record go by the row of this one from now on. */
function moveRows(
  contacts: readonly Contact[],
  moving: ReadonlySet<string>,
  from: Incident,
  to: Incident,
  { now, policy }: Context,
): { contacts: Contact[]; closed: SlotOutcome[] } {
  const moved = contacts.map((contact) =>
    moving.has(contact.id) ? moveRow(contact, from, to, now, policy) : { contact, closed: [] },
  );
  return { contacts: moved.map(({ contact }) => contact), closed: moved.flatMap(({ closed }) => closed) };
}

/** Contacts lose whom the linked incident brought; they go with the last of their customers. */
function withoutLinked(
  { incident, events, customers, hasUnnamed, over }: Undone,
  contacts: Contact[],
  linked: WithContacts,
  outbox: Pending[],
  by: Context,
): Side {
  const remaining = new Set(customers.map((each) => each.id));
  const counted = new Set(incident.affectedCustomers.map((each) => each.id));
  const gone: string[] = [];
  const kept = new Map<Contact, Contact>();
  const { links = [] } = afterEvents(incident, events);
  // Whom nobody has named just now another link that stands has brought as well, and they may be counted again.
  const standing = new Set<string | undefined>(links.flatMap(idsOf));
  for (const contact of contacts) {
    const isNobody = contact.isTheOthers && !hasUnnamed;
    // Someone who is told though nobody counts them as affected came by no link, unless they are told there.
    const isOwn = contact.joinedFrom === undefined;
    const cameWithIt = !isOwn && linked.contacts.some(({ id }) => id === contact.id);
    const left = contact.customers.filter(
      ({ id }) => remaining.has(id) || !(counted.has(id) || cameWithIt) || (isOwn && id === incident.reporter?.id),
    );
    const isGone = contact.isTheOthers ? isNobody && !isOwn && !standing.has(contact.joinedFrom) : left.length === 0;
    if (isGone) gone.push(contact.id);
    else if (isNobody) kept.set(contact, endForNobody(contact, by.now));
    else if (contact.isTheOthers && unnamedIn(incident) === 0)
      kept.set(contact, countAgain(contact, incident, by.now, by.policy));
    else kept.set(contact, left.length < contact.customers.length ? leftWith(contact, left, linked) : contact);
  }
  // Whom the link alone had waiting again has waited for nothing, where it had not opened the incident either.
  const isByLink = (at: Date): boolean =>
    over !== undefined || (!links.some((each) => each.at >= at) && isWaitedForSince(at, [...kept.values()]));
  const asBefore = [...kept].map(([was, each]) => [was, clockAsBefore(each, incident, isByLink, by)] as const);
  const isOver =
    over !== undefined && asBefore.every(([, each]) => each.stoppedAt || each.recoveredAt || each.endsWith);
  const told = isOver
    ? withMissing(
        incident,
        events.map((each) => ({ ...each, changes: { ...each.changes, ...over } })),
      )
    : events;
  const after = afterEvents(incident, told);
  const closed: SlotOutcome[] = [];
  const left = (isOver || !over ? asBefore : [...kept]).map(([was, each]) => {
    const { contact, closed: ended } = changeRow(each, incident, after, by.now, by.policy);
    closed.push(...ended);
    // Those of an incident that is about Metronome alone again were told only with whom was linked to it.
    const next = contact.nextUpdateDueAt !== null && !hasRhythm(after) ? withoutClock(contact) : contact;
    return { was, next };
  });
  const changed = left.flatMap(({ was, next }) => (next === was ? [] : [next]));
  const rest = left.map(({ next }) => next);
  const recovery = recoveryOfThose(rest, afterEvents(after, closingEvents(after, closed)), by.now);
  const isChanged = isOver || recovery.length > 0 || changed.length > 0 || gone.length > 0;
  const isToLook = incident.status !== 'linked' && isChanged;
  const moving = outbox.length > 0 ? { at: by.now, why: 'signals are still to be moved' } : 'keep';
  const timer = isToLook ? { at: by.now, why: 'a link has ended' } : moving;
  return {
    incident,
    events: [...told, ...closingEvents(after, closed), ...recovery],
    known: contacts,
    contacts: changed,
    gone,
    timer,
    outbox,
  };
}

/** Whether one of them, whom no link has brought, had been waiting by then and waits still: the incident was open anyway. */
const isWaitedForSince = (at: Date, contacts: readonly Contact[]): boolean =>
  contacts.some(
    (each) =>
      !each.overBeforeLink && !each.joinedFrom && each.affectedKnownAt < at && !each.stoppedAt && !each.recoveredAt,
  );

/** Nobody is told on the ticket of who has left: where that was theirs, none is known. */
function leftWith(contact: Contact, customers: Contact['customers'], { incident, contacts }: WithContacts): Contact {
  const { ticket } = contact;
  const there = contacts.find(({ id }) => id === contact.id);
  const isTheirs = ticket && (isSameTicket(ticket, incident.origin) || isSameTicket(ticket, there?.ticket));
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
  { now, policy }: Context,
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
function startClock(contact: Contact, incident: Incident, { now, policy }: Context): Contact {
  const isIdle = !contact.stoppedAt && !contact.nextUpdateDueAt && !contact.recoveredAt;
  return isIdle ? reopenContact(contact, incident, now, policy) : contact;
}

/** The clock of a contact starts anew; one that had only its last message to get still waits for that one. */
function resumeClock(contact: Contact, linked: Incident, by: Context): Contact {
  const { isStoppedByLink: _, ...rest } = contact;
  const status = linked.statusBeforeLink ?? 'open';
  const running = reopenContact(rest, { ...linked, status }, by.now, by.policy);
  return endingWith(running, { status, ...optional('recoveredAt', contact.recoveredAt) });
}

/** Customers who became known while it was linked are its own again, with the clock that they have had. */
function reclaim(gained: Contact['customers'], own: Contact[], survivors: Contact[], linked: Incident): Contact[] {
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
