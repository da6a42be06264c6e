/** What statements do to the contacts of an incident. Pure. */

import type { ContactEffect, Context, Whom } from './decision.ts';
import type { Changes, DetailOf, EventOf } from './events.ts';
import { type Incident, optional, unnamedIn } from './incident.ts';
import { hasOtherRow } from './rhythm/cadence.ts';
import {
  type Contact,
  customerIdsOf,
  groupByContact,
  moveContact,
  nameOf,
  openContact,
  theOthersId,
  ticketOn,
} from './rhythm/contact.ts';
import {
  addOutcomes,
  changeRow,
  correctRecovery,
  endForNotOccurring,
  recordRecovery,
  reopenContact,
} from './rhythm/ends.ts';
import { recordUpdate, type SlotOutcome, stopClock } from './rhythm/slots.ts';
import { decideRecovery } from './statements/customers.ts';
import { applyChanges } from './timeline.ts';

export interface Effected {
  /** All of them. */
  contacts: ReadonlyMap<string, Contact>;
  /** What rules conclude: slots that have ended, and the incident's recovery. */
  concluded: EventOf[];
  incident: Incident;
}

/** Whether deciding needs the contacts: most statements do not, and do not read them. */
export function needsContacts(before: Incident, after: Incident, effects: ContactEffect[]): boolean {
  return effects.length > 0 || hasOtherRow(before, after);
}

/** Customers that a fact names and no contact has. */
export function unknownCustomers(contacts: readonly Contact[], fact: EventOf): string[] {
  if (fact.type !== 'customer-updated' && fact.type !== 'recovered') return [];
  const { customers = 'all' } = fact.detail;
  // What a tool says of a ticket is never refused: it may be of a customer whom nobody counts as affected.
  if (customers === 'all' || 'ticket' in fact.detail) return [];
  const known = new Set(contacts.flatMap(customerIdsOf));
  return customers.filter((id) => !known.has(id));
}

/** What people read of slots that have ended. */
export const closingEvents = (closed: readonly SlotOutcome[]): EventOf<'slot-closed'>[] =>
  closed.map((outcome) => ({
    type: 'slot-closed',
    actor: 'rule',
    occurredAt: outcome.endAt,
    detail: { ...outcome } as DetailOf<'slot-closed'>,
  }));

export function applyEffects(
  contacts: ReadonlyMap<string, Contact>,
  before: Incident,
  decided: Incident,
  effects: readonly ContactEffect[],
  { now, policy }: Pick<Context, 'now' | 'policy'>,
): Effected {
  const all = new Map(contacts);
  const concluded: EventOf[] = [];
  const closed: SlotOutcome[] = [];
  let incident = decided;
  const put = (contact: Contact): void => {
    all.set(contact.id, contact);
  };

  for (const effect of effects) {
    switch (effect.kind) {
      case 'updated': {
        const { sentAt } = effect;
        const isRecovery = effect.isRecovery && !isOfBefore(sentAt);
        const told = named(all, effect);
        for (const contact of told) {
          const updated = recordUpdate(contact, incident, sentAt, { ...effect, isRecovery }, now, policy);
          // Whoever was not told in a channel that counts has recovered all the same.
          const isToldOtherwise = isRecovery && !updated.counts;
          put(isToldOtherwise ? recordRecovery(contact, incident, sentAt, now, policy) : updated.contact);
          closed.push(...updated.closed);
        }
        if (isRecovery && isOfAny(effect, told)) recover(sentAt);
        break;
      }
      case 'recovered': {
        if (isOfBefore(effect.recoveredAt)) break;
        const told = named(all, effect);
        for (const contact of told) put(recordRecovery(contact, incident, effect.recoveredAt, now, policy));
        if (isOfAny(effect, told)) recover(effect.recoveredAt);
        break;
      }
      case 'recovery-corrected':
        for (const contact of all.values()) put(correctRecovery(contact, incident, effect, now, policy));
        break;
      case 'affected':
        for (const [id, customers] of groupByContact(effect.customers)) {
          const existing = all.get(id);
          const ticket = ticketOn(customers, effect.reporter, effect.ticket);
          if (existing) put({ ...existing, customers: [...existing.customers, ...customers] });
          else put(begun({ id, customers, ticket, affectedKnownAt: effect.knownAt }));
        }
        keepTheOthers(effect.count, effect.knownAt);
        break;
      case 'removed':
        for (const contact of named(all, { whom: [effect.customerId] })) {
          const customers = contact.customers.filter(({ id }) => id !== effect.customerId);
          const { name: _, ...rest } = contact;
          if (customers.length > 0) put({ ...rest, customers, ...optional('name', nameOf(customers)) });
          else all.delete(contact.id);
        }
        // They may have been the last who waited.
        if (affectedContacts().length > 0) recover(now);
        break;
      case 'not-occurring':
        for (const contact of endForNotOccurring([...all.values()], incident, now, policy)) put(contact);
        break;
      case 'reopened':
        for (const contact of stillThere(incident, [...all.values()])) {
          // From now on they wait for that, whichever link had them waiting before.
          const { overBeforeLink: _, ...waiting } = reopenContact(contact, incident, effect.at, policy);
          put(waiting);
        }
        // Whom a meeting has counted since it was over waits as well.
        keepTheOthers(incident.impact.affectedCustomerCount, effect.at);
        break;
    }
  }
  for (const contact of all.values()) {
    const moved = changeRow(contact, before, incident, now, policy);
    put(moved.contact);
    closed.push(...moved.closed);
  }
  concluded.push(...closingEvents(closed));
  return { contacts: all, concluded, incident: { ...incident, slots: addOutcomes(incident.slots, closed) } };

  function begun(begin: Parameters<typeof openContact>[1]): Contact {
    return ofWhatIsOver(openContact(incident, begin, policy), begin.affectedKnownAt);
  }

  /** Whoever is named after it was over, and was affected before, recovered with the others; of what is not, nobody waits. */
  function ofWhatIsOver(contact: Contact, knownAt: Date): Contact {
    const { status, recoveredAt } = incident;
    if (status === 'not-occurring') {
      return stopClock(contact, now, 'it was found not to occur; whoever reported it is told');
    }
    if (status !== 'recovered' || !recoveredAt || knownAt > recoveredAt) return contact;
    return recordRecovery(contact, incident, recoveredAt, now, policy);
  }

  /** It has been found to go on since then. */
  function isOfBefore(at: Date): boolean {
    return incident.reopenedAt !== undefined && at < incident.reopenedAt;
  }

  function affectedContacts(): Contact[] {
    return affectedBy(incident, [...all.values()]);
  }

  function recover(at: Date): void {
    const recovery = recoveryBy(incident, affectedContacts(), at);
    if (!recovery) return;
    incident = applyChanges(incident, recovery.changes);
    concluded.push(recovery.event);
  }

  /** Customers who are counted but not named are one contact. */
  function keepTheOthers(count: number | undefined, knownAt: Date): void {
    const others = all.get(theOthersId);
    const isCounted = (count ?? 0) > incident.affectedCustomers.length;
    if (isCounted && !others) {
      put(begun({ id: theOthersId, customers: [], ticket: undefined, affectedKnownAt: knownAt }));
    } else if (!isCounted && others && !others.stoppedAt) {
      put(
        stopClock(
          { ...others, recoveredAt: others.recoveredAt ?? now, namedAwayAt: now },
          now,
          'everyone who is affected has been named',
        ),
      );
      // Whoever had kept it open, or had hidden who recovered last, may have been nobody.
      if (affectedContacts().length > 0) recover(now);
    } else if (isCounted && others?.stoppedAt && unnamedIn(before) === 0) {
      put(ofWhatIsOver(reopenContact(others, incident, knownAt, policy), knownAt));
    }
  }
}

/** Customers that only a retracted statement had named have not recovered: nothing names them any more. */
const isOfAny = ({ whom, ticket }: Whom, told: readonly Contact[]): boolean =>
  whom === 'all' || ticket !== undefined || told.length > 0;

/** Customers that nobody counts any more neither recover nor wait again: there never were any. */
function stillThere(incident: Incident, contacts: Contact[]): Contact[] {
  return contacts.filter((each) => !each.isTheOthers || unnamedIn(incident) > 0);
}

/** Whoever only reported it may wait for word as well, and has nothing that could recover. */
function affectedBy(incident: Incident, contacts: Contact[]): Contact[] {
  const named = new Set(incident.affectedCustomers.map((each) => each.id));
  return stillThere(incident, contacts).filter(
    (each) => each.isTheOthers || each.customers.some(({ id }) => named.has(id)),
  );
}

interface Recovery {
  changes: Changes;
  event: EventOf<'recovered'>;
}

function recoveryBy(incident: Incident, affected: Contact[], at: Date): Recovery | undefined {
  const changes = decideRecovery(
    incident,
    affected.map((each) => each.recoveredAt),
    at,
  );
  if (!changes) return undefined;
  const why =
    affected.length > 0
      ? 'The business of every affected customer works again.'
      : 'No customer is known; it was stated for all.';
  const detail = { rule: 'all-recovered', why, ...(changes.recoveredAt ? { recoveredAt: changes.recoveredAt } : {}) };
  return { changes, event: { type: 'recovered', actor: 'rule', occurredAt: at, detail } };
}

/**
 * A link has brought some, or its end has taken some away: those who kept it open, or who had recovered last.
 * @param contacts all that it has now
 * @returns when it has recovered, where that is another time than it was, and all whom it has have
 */
export function recoveryOfThose(contacts: Contact[], incident: Incident, now: Date): Recovery | undefined {
  const affected = affectedBy(incident, contacts);
  const recovery = affected.length > 0 ? recoveryBy(incident, affected, now) : undefined;
  const recoveredAt = recovery?.changes.recoveredAt;
  if (!recoveredAt) return undefined;
  const { status, ongoing, lastSeenAt, overBeforeLink } = incident;
  // It was found to go on after they had recovered, and not only by what a link has joined since.
  const wasSeenSince = lastSeenAt && lastSeenAt > recoveredAt && !(overBeforeLink && lastSeenAt < overBeforeLink.at);
  return status === 'open' && ongoing === 'yes' && wasSeenSince ? undefined : recovery;
}

/**
 * As those of a link join: what is open is not over for having been joined by what is, and what was over for nobody in
 * particular stays as it was stated.
 * @param hadContacts whether it had contacts before
 */
export function recoveryOnceJoined(
  contacts: Contact[],
  incident: Incident,
  hadContacts: boolean,
  now: Date,
): Recovery | undefined {
  return incident.status === 'recovered' && hadContacts ? recoveryOfThose(contacts, incident, now) : undefined;
}

/**
 * Whom a meeting has counted while it goes on waits for word from us, like whomever `scoped` counts; whom it counts no
 * more never does, also of what is over.
 * @param after the incident as it is counted
 */
export function effectsOfCount(after: Incident, knownAt: Date): ContactEffect[] {
  const count = after.impact.affectedCustomerCount;
  const isWaiting = after.status === 'open' || unnamedIn(after) === 0;
  return isWaiting ? [{ kind: 'affected', customers: [], knownAt, count }] : [];
}

/**
 * A contact of a linked incident joins the one that survives. Where that knows the contact, its clock is kept, unless
 * it has stopped and the other still runs: then that one goes on.
 * @returns the survivor's own contact where nothing changes
 */
export function joinContact(own: Contact | undefined, contact: Contact, linkedId: string, toId: string): Contact {
  if (!own) {
    const { isStoppedByLink: _, ...rest } = contact;
    return { ...moveContact(rest, toId), joinedFrom: linkedId };
  }
  const added = contact.customers.filter((each) => !own.customers.some((other) => other.id === each.id));
  const isRunning = !contact.stoppedAt && contact.nextUpdateDueAt !== null;
  const isResumed = own.stoppedAt !== null && isRunning;
  // Whoever has not been told yet of a recovery that the other knows nothing of is not told of it.
  const isBack = own.endsWith === 'recovery' && isRunning && !contact.recoveredAt;
  const customers = [...own.customers, ...added];
  const { recoveredAt: _, ...rest } = own;
  if (!isResumed) {
    const { endsWith: __, ...waiting } = rest;
    if (isBack) return { ...waiting, customers };
    return added.length > 0 ? { ...own, customers } : own;
  }
  const { nextUpdateDueAt, remindAt, dueReason, missedInARow, pastSlots = [] } = moveContact(contact, toId);
  const allSlots = [...(own.pastSlots ?? []), ...pastSlots];
  const told = Number(contact.lastUpdateAt ?? 0) > Number(own.lastUpdateAt ?? 0) ? contact : own;
  return {
    ...rest,
    customers,
    stoppedAt: null,
    nextUpdateDueAt,
    remindAt,
    dueReason,
    missedInARow,
    // The row of missed slots that goes on is the other's.
    ...(allSlots.length > 0 ? { pastSlots: allSlots.toSorted((a, b) => a.endAt.getTime() - b.endAt.getTime()) } : {}),
    // By what they were told last they are due.
    ...optional('lastUpdateAt', told.lastUpdateAt),
    ...optional('lastMessage', told.lastMessage),
    ...optional('remindedAt', contact.remindedAt),
    ...optional('lastTold', contact.lastTold),
    ...optional('escalatedAt', contact.escalatedAt),
    ...optional('overdueSince', contact.overdueSince),
    ...optional('recoveredAt', contact.recoveredAt),
    ...optional('endsWith', contact.endsWith),
  };
}

/** Whom a statement is about: all, some by their ids, or whoever a ticket is from. */
export function named(contacts: ReadonlyMap<string, Contact>, { whom, ticket }: Whom): Contact[] {
  const every = [...contacts.values()];
  if (whom === 'all') return every;
  const ids = new Set(whom);
  const isOnTicket = (contact: Contact): boolean =>
    ticket !== undefined && contact.ticket?.tool === ticket.tool && contact.ticket.id === ticket.id;
  return every.filter((contact) => isOnTicket(contact) || customerIdsOf(contact).some((each) => ids.has(each)));
}
