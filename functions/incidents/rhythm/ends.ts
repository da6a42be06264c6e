/** How a contact's rhythm ends, begins again, or becomes faster, table C of the design. Pure. */

import type { Policy } from '../../policy.ts';
import { type Incident, optional } from '../incident.ts';
import {
  emergencySlot,
  firstIntervalMs,
  firstSlot,
  hasOtherRow,
  hasRhythm,
  isInEmergency,
  isUrgentRhythm,
  type Slot,
  slotAfter,
} from './cadence.ts';
import { type Contact, contactIdOf, isUnmet, type Outcome, openContact, withoutClock } from './contact.ts';
import { endOverdue, type Passed, passTime, type SlotFacts, stopClock, waitFor, withOverdue } from './slots.ts';

/**
 * The customer's business works again since `recoveredAt`. The message that says so is due at the earlier of the
 * current slot and recovery + first interval; only that message stops the clock.
 */
export function recordRecovery(
  contact: Contact,
  incident: SlotFacts,
  recoveredAt: Date,
  now: Date,
  policy: Policy,
): Contact {
  const { recoveredAt: known } = contact;
  const at = known && known <= recoveredAt ? known : recoveredAt;
  const recovered: Contact = { ...contact, recoveredAt: at };
  if (contact.stoppedAt || !contact.nextUpdateDueAt) return recovered;
  if (contact.endsWith === 'recovery' && at === known) return contact;
  return bringForward({ ...recovered, endsWith: 'recovery' }, recoverySlot(recovered, incident, at, now, policy));
}

/**
 * The incident's recovery was at another time than had been said. Whoever recovered last did so at that time, and nobody
 * later. The message that is still to be sent goes by that time as if it had been said at once, unless it is overdue, or
 * would have been due in the past.
 */
export function correctRecovery(
  contact: Contact,
  incident: SlotFacts,
  { from, to }: { from: Date; to: Date },
  now: Date,
  policy: Policy,
): Contact {
  const { recoveredAt } = contact;
  if (!recoveredAt || (recoveredAt < from && recoveredAt <= to)) return contact;
  const corrected: Contact = { ...contact, recoveredAt: to };
  if (contact.stoppedAt || !contact.nextUpdateDueAt || contact.endsWith !== 'recovery') return corrected;
  const slot = messageFrom(contact, incident, to, policy);
  if (contact.nextUpdateDueAt <= now || slot.dueAt <= now || hasEnded(contact, slot)) return corrected;
  const waited = waitFor(corrected, slotInTurn(contact, incident, policy), incident, policy);
  return bringForward(waited, slot);
}

/**
 * A recovery that is recorded long after it was would have its message due in the past, when nobody could be reminded of
 * it, or when a slot was due that has ended: that was no slot. The message is then due as if it had recovered now.
 */
function recoverySlot(contact: Contact, incident: SlotFacts, recoveredAt: Date, now: Date, policy: Policy): Slot {
  const slot = messageFrom(contact, incident, recoveredAt, policy);
  // A tick comes once a minute.
  if (slot.dueAt.getTime() - now.getTime() >= 60_000 && !hasEnded(contact, slot)) return slot;
  return { ...firstSlot(incident, now, policy), reason: `${slot.reason}; it was recorded later than that` };
}

/** They were told in its time, of something else: it is not waited for a second time. */
const hasEnded = ({ pastSlots = [] }: Contact, { dueAt }: Slot): boolean =>
  pastSlots.some((each) => each.dueAt.getTime() === dueAt.getTime());

/** The slot that the rhythm alone would have the contact wait for. */
export function slotInTurn(contact: Contact, incident: SlotFacts, policy: Policy): Slot {
  const { lastUpdateAt, affectedKnownAt } = contact;
  const last = contact.pastSlots?.at(-1);
  if (last && isUnmet(last) && !(lastUpdateAt && lastUpdateAt >= last.dueAt))
    return slotAfter(last.dueAt, 'slot', incident, policy);
  return lastUpdateAt
    ? slotAfter(lastUpdateAt, 'update', incident, policy)
    : firstSlot(incident, affectedKnownAt, policy);
}

/**
 * It was found not to occur: whoever reported it is told so once, and nobody else waits for anything.
 * @returns every contact that changes, and a new one for a reporter who had none
 */
export function endForNotOccurring(
  contacts: Contact[],
  incident: Incident,
  decidedAt: Date,
  policy: Policy,
): Contact[] {
  const { reporter } = incident;
  const asks = (contact: Contact): boolean => {
    if (reporter) return contact.customers.some((each) => each.id === reporter.id);
    return incident.source === 'ticket' && contact.ticket?.id === incident.origin.id;
  };
  const asking = contacts.find((each) => asks(each) && !each.isTheOthers);
  const slot = lastSlotFrom(incident, decidedAt, 'not-occurring', policy);
  const changed = contacts.flatMap((contact): Contact[] => {
    if (contact.stoppedAt) return [];
    if (contact === asking) return [bringForward({ ...contact, endsWith: 'not-occurring' }, slot)];
    return [stopClock(contact, decidedAt, 'it was found not to occur; whoever reported it is told')];
  });
  if (asking || !reporter || incident.source !== 'ticket') return changed;
  const { tool, id, url } = incident.origin;
  const begin = {
    id: contactIdOf({ id: reporter.id }),
    customers: [reporter],
    ticket: { tool, id, ...(url ? { url } : {}) },
    affectedKnownAt: decidedAt,
  };
  const opened = openContact(incident, begin, policy);
  if (!opened.nextUpdateDueAt) return changed;
  return [...changed, { ...bringForward(opened, slot), dueReason: slot.reason, endsWith: 'not-occurring' }];
}

/** Who was told that nothing of theirs was found to occur, or is still to be told. */
const isFoundOver = ({ stoppedAt, recoveredAt, endsWith }: Contact): boolean =>
  !recoveredAt && (stoppedAt !== null || endsWith !== undefined);

/**
 * What was found not to occur is linked with what does, or did: whoever reported it waits with the others, or has recovered
 * with them, and hears of that unless they were told before that it is over.
 */
export function goWithOthers(contact: Contact, incident: LinkedFacts, linkedAt: Date, policy: Policy): Contact {
  const { status, recoveredAt } = incident;
  if (!isFoundOver(contact)) return contact;
  if (status === 'open') return reopenContact(contact, incident, linkedAt, policy);
  if (status !== 'recovered' || !recoveredAt) return contact;
  return contact.stoppedAt
    ? { ...contact, recoveredAt }
    : recordRecovery(contact, incident, recoveredAt, linkedAt, policy);
}

/**
 * A link opens what was found not to occur: who was told of that, or still had to be, waits for word again, until the link
 * is undone.
 */
export function waitAgain(contact: Contact, incident: SlotFacts, linkedAt: Date, policy: Policy): Contact {
  const { stoppedAt, endsWith } = contact;
  if (!isFoundOver(contact)) return contact;
  const overBeforeLink = { at: linkedAt, stoppedAt, ...optional('endsWith', endsWith) };
  return { ...reopenContact(contact, incident, linkedAt, policy), overBeforeLink };
}

/**
 * Nobody without a name was waited for, since everyone who is counted had one; some of these names leave. Those without one
 * wait again, or for the message of what is over by now. Who had been told before that it is over is told nothing more,
 * unless it was found to go on since.
 */
export function countAgain(contact: Contact, incident: LinkedFacts, now: Date, policy: Policy): Contact {
  const { stoppedAt, namedAwayAt, recoveredAt } = contact;
  const { reopenedAt } = incident;
  const wentOn = (since: Date): boolean => (reopenedAt?.getTime() ?? 0) >= since.getTime();
  const status = incident.status === 'linked' ? (incident.statusBeforeLink ?? 'open') : incident.status;
  if (!stoppedAt || !(namedAwayAt || wentOn(stoppedAt)) || status === 'not-occurring') return contact;
  const { recoveredAt: _, namedAwayAt: __, ...rest } = contact;
  // As they were named away they counted as recovered; what was said of them before that is theirs.
  const wasSaid = recoveredAt && recoveredAt.getTime() !== namedAwayAt?.getTime() && !wentOn(recoveredAt);
  const recovered = wasSaid ? recoveredAt : status === 'recovered' ? incident.recoveredAt : undefined;
  if (incident.status === 'linked') return { ...rest, ...optional('recoveredAt', recovered), isStoppedByLink: true };
  const waiting = reopenContact(rest, incident, now, policy);
  return recovered ? recordRecovery(waiting, incident, recovered, now, policy) : waiting;
}

type LinkedFacts = SlotFacts & Pick<Incident, 'recoveredAt' | 'statusBeforeLink'>;

/** The trouble is back: the clock of a contact starts anew, where it has one, as if the customer had become known now. */
export function reopenContact(contact: Contact, incident: SlotFacts, reopenedAt: Date, policy: Policy): Contact {
  const { recoveredAt: _, endsWith: __, namedAwayAt: ___, ...rest } = contact;
  // Whose clock still runs is waiting already, and not longer than that.
  if (!contact.stoppedAt && contact.nextUpdateDueAt) return rest;
  if (!hasRhythm(incident)) return withoutClock({ ...rest, stoppedAt: null });
  const { remindedAt: ____, lastTold: _____, escalatedAt: ______, overdueSince: _______, ...fresh } = rest;
  const slot = firstSlot(incident, reopenedAt, policy);
  return {
    ...fresh,
    waitsSince: reopenedAt,
    stoppedAt: null,
    missedInARow: 0,
    nextUpdateDueAt: slot.dueAt,
    remindAt: slot.remindAt,
    dueReason: `${slot.reason} again`,
  };
}

/**
 * The incident goes by the other row of the table from now on.
 * @param before the incident by its other row; by the same one nothing changes
 */
export function changeRow(contact: Contact, before: SlotFacts, incident: SlotFacts, now: Date, policy: Policy): Passed {
  return hasOtherRow(before, incident) ? moveRow(contact, before, incident, now, policy) : { contact, closed: [] };
}

/**
 * Whoever waited by the row of one record waits by that of another from now on. A slot that stands open and that the new
 * row would have ended by now ends now: what that row would have had since then was due to nobody. By the fast row (it goes
 * on after all, is judged again, or they have joined it) a slot that is still far away is brought forward to where that row
 * has it, and to no sooner than its first interval from now.
 */
export function moveRow(contact: Contact, before: SlotFacts, incident: SlotFacts, now: Date, policy: Policy): Passed {
  const isFast = isUrgentRhythm(incident);
  const past = passTime(contact, before, now, policy);
  const ended = endOverdue(past.contact, incident, now, policy);
  if (!ended) {
    return {
      contact: isFast ? bringToFastRow(past.contact, incident, now, policy) : past.contact,
      closed: past.closed,
    };
  }
  const minutes = firstIntervalMs(incident, policy) / 60_000;
  const slot = {
    ...firstSlot(incident, now, policy),
    reason: isFast
      ? `${minutes} min after it was judged to go by the fast row`
      : `${minutes} min after it was judged to go by the slow row`,
  };
  return {
    contact: waitFor({ ...withOverdue(ended.contact), waitsSince: now }, slot, incident, policy),
    closed: [...past.closed, ended.outcome],
  };
}

/**
 * It has become an emergency. Whoever waited as it did, or has waited since, hears within its first interval from then,
 * unless it would anyway.
 */
export function hasten(contact: Contact, incident: SlotFacts, since: Date, policy: Policy): Contact {
  if (contact.stoppedAt || !contact.nextUpdateDueAt || contact.endsWith) return contact;
  // Whoever became known or was told since then waits from then on.
  const { affectedKnownAt, lastUpdateAt = since, waitsSince = since } = contact;
  const from = Math.max(...[since, affectedKnownAt, lastUpdateAt, waitsSince].map(Number));
  const slot = emergencySlot(new Date(from), policy);
  return slot.dueAt < contact.nextUpdateDueAt ? waitFor(contact, slot, incident, policy) : contact;
}

function bringToFastRow(contact: Contact, incident: SlotFacts, now: Date, policy: Policy): Contact {
  if (contact.stoppedAt || !contact.nextUpdateDueAt) return contact;
  const soonest = firstSlot(incident, now, policy);
  const isHurried = !contact.endsWith && isInEmergency(now, incident, policy);
  const due = isHurried ? soonest : slotInTurn(contact, incident, policy);
  const slot = due.dueAt > soonest.dueAt ? due : soonest;
  const reason = `${due.reason}; it goes by the fast row since it was judged so`;
  const brought = bringForward(contact, { ...slot, reason });
  const isBegunNow = slot === soonest && brought.nextUpdateDueAt !== contact.nextUpdateDueAt;
  return isBegunNow ? { ...brought, waitsSince: now } : brought;
}

/** Nobody could be told of a recovery before anybody knew of the customer: no slot lies in that time. */
function messageFrom({ affectedKnownAt }: Contact, incident: SlotFacts, recoveredAt: Date, policy: Policy): Slot {
  const slot = lastSlotFrom(incident, recoveredAt, 'recovery', policy);
  return slot.dueAt > affectedKnownAt ? slot : lastSlotFrom(incident, affectedKnownAt, 'recovery', policy);
}

function lastSlotFrom(incident: SlotFacts, since: Date, what: 'recovery' | 'not-occurring', policy: Policy): Slot {
  const minutes = firstIntervalMs(incident, policy) / 60_000;
  const reason =
    what === 'recovery'
      ? `the recovery message, at most ${minutes} min after the recovery`
      : `the message that it was found not to occur, at most ${minutes} min after that`;
  return { ...firstSlot(incident, since, policy), reason };
}

/** The earlier of the slot that waits and another. A slot of which somebody was told stays told. */
function bringForward(contact: Contact, slot: Slot): Contact {
  if (contact.nextUpdateDueAt && contact.nextUpdateDueAt <= slot.dueAt) {
    return contact.endsWith ? { ...contact, dueReason: `${contact.dueReason}; ${slot.reason}` } : contact;
  }
  const { remindedAt, ...rest } = contact;
  const moved: Contact = { ...rest, nextUpdateDueAt: slot.dueAt, remindAt: slot.remindAt, dueReason: slot.reason };
  return remindedAt ? { ...moved, remindAt: null, remindedAt } : moved;
}

/** The sums of an incident's slots after some were closed or corrected. */
export function addOutcomes(
  slots: Incident['slots'],
  closed: readonly { outcome: Outcome; corrects?: Outcome | undefined }[],
): Incident['slots'] {
  const sums = { ...slots };
  const add = (outcome: Outcome, many: number): void => {
    sums[outcome === 'not-reminded' ? 'notReminded' : outcome] += many;
  };
  for (const { outcome, corrects } of closed) {
    add(outcome, 1);
    if (corrects) add(corrects, -1);
  }
  return sums;
}
