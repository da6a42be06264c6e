/** What becomes of a contact's slots as time passes and as updates are recorded, table C of the design. Pure. */

import { milliseconds, type Policy } from '../../policy.ts';
import type { Incident } from '../incident.ts';
import { hasRhythm, nextSlot, type RhythmFacts, type Slot, slotAfterUpdate } from './cadence.ts';
import { type Contact, isUnmet, type Outcome, type PastSlot } from './contact.ts';

const minuteMs = 60_000;

/** A slot that has been closed, or whose outcome an update recorded for the past corrects. Each slot is closed once. */
export interface SlotOutcome {
  contactId: string;
  dueAt: Date;
  /** When it was closed: by the update, or as the next slot was due. */
  endAt: Date;
  outcome: Outcome;
  /** The outcome it was closed with before; take that one off the sums. */
  corrects?: Outcome;
  remindedAt?: Date;
  /** The update that came, also where it came too late because Metronome had not reminded. */
  updatedAt?: Date;
  missedInARow: number;
  reason: string;
}

/** What of an incident the slots of its contacts go by. */
export type SlotFacts = RhythmFacts &
  Pick<Incident, 'kind' | 'status' | 'isAboutMetronome' | 'links' | 'reopenedAt' | 'lastSeenAt'>;

export interface Passed {
  contact: Contact;
  closed: SlotOutcome[];
}

/** How many past slots a contact remembers: three days of a fast rhythm. */
const remembered = 30;
/** A rhythm that nobody looked at for a long time is caught up with in steps. */
const mostSlotsAtOnce = 500;

/**
 * Closes the slots that have ended without an update, and moves on to the one that now waits. A slot ends as the next
 * one is due. One that the responders were not told of by then was not theirs to meet: Metronome was away.
 */
export function passTime(contact: Contact, incident: SlotFacts, now: Date, policy: Policy): Passed {
  let current = contact;
  const closed: SlotOutcome[] = [];
  if (!hasRhythm(incident)) return { contact, closed };
  while (closed.length < mostSlotsAtOnce) {
    const dueAt = current.nextUpdateDueAt;
    const next = nextSlot(current, incident, policy);
    if (current.stoppedAt || !dueAt || !next || next.dueAt > now) break;
    const ended = endUnmet(current, dueAt, next.dueAt);
    closed.push(ended.outcome);
    current = waitFor(withOverdue(ended.contact), next, incident, policy);
  }
  return { contact: current, closed };
}

/** Since when the contact should have heard from us: the first slot that has passed since the last update. */
export function withOverdue(contact: Contact): Contact {
  const { overdueSince: known, ...rest } = contact;
  const past = contact.pastSlots ?? [];
  const heardAt = contact.lastUpdateAt?.getTime() ?? Number.NEGATIVE_INFINITY;
  const isUnheard = (slot: PastSlot): boolean => isUnmet(slot) && slot.dueAt.getTime() > heardAt;
  const last = past.findLastIndex((slot) => !isUnheard(slot));
  const first = past.slice(last + 1).find(isUnheard);
  if (!first || contact.stoppedAt) return rest;
  // A row longer than what is remembered began before it.
  const isWhole = last < 0 && known !== undefined && known < first.dueAt;
  return { ...rest, overdueSince: isWhole ? known : first.dueAt };
}

/** Ends the slot that waits, where it would have ended by now. @returns undefined where it still stands open */
export function endOverdue(
  contact: Contact,
  incident: SlotFacts,
  now: Date,
  policy: Policy,
): { contact: Contact; outcome: SlotOutcome } | undefined {
  const { nextUpdateDueAt: dueAt, stoppedAt } = contact;
  const next = nextSlot(contact, incident, policy);
  if (stoppedAt || !dueAt || !next || next.dueAt > now || !hasRhythm(incident)) return undefined;
  return endUnmet(contact, dueAt, now);
}

/** No update came. */
function endUnmet(contact: Contact, dueAt: Date, endAt: Date): { contact: Contact; outcome: SlotOutcome } {
  const wasTold = contact.remindedAt !== undefined && contact.remindedAt <= dueAt;
  const missedInARow = contact.missedInARow + (wasTold ? 1 : 0);
  const outcome: SlotOutcome = {
    contactId: contact.id,
    dueAt,
    endAt,
    outcome: wasTold ? 'missed' : 'not-reminded',
    ...(contact.remindedAt ? { remindedAt: contact.remindedAt } : {}),
    missedInARow,
    reason: wasTold
      ? 'no update was recorded before the next slot was due'
      : 'nobody was reminded in time, since Metronome was away, and no update was recorded',
  };
  return {
    contact: { ...contact, missedInARow, pastSlots: remember(contact, outcome, contact.lastUpdateAt) },
    outcome,
  };
}

/**
 * The responders were told that an update is due then: of the slot that waits, or of the one after it while that is still
 * open. Of the one after it they are told at once where that would be due within the minutes that one notice covers.
 */
export function remind(contact: Contact, dueAt: Date, incident: SlotFacts, now: Date, policy: Policy): Contact {
  const { nextUpdateDueAt: waiting, lastTold } = contact;
  const isNews = !lastTold || lastTold.dueAt < dueAt;
  const told: Contact = isNews ? { ...contact, lastTold: { dueAt, at: now } } : contact;
  if (!waiting || contact.stoppedAt || !isTold({ dueAt: waiting, remindAt: contact.remindAt ?? waiting }, told)) {
    return withReminder(told, incident, policy);
  }
  const marked = withReminder({ ...told, remindedAt: contact.remindedAt ?? now }, incident, policy);
  const following = waiting >= dueAt ? nextSlot(marked, incident, policy) : null;
  const until = now.getTime() + milliseconds(policy.cadence.noticeCoversNext);
  if (!following || (following.dueAt.getTime() > until && following.remindAt > now)) return marked;
  return withReminder({ ...marked, lastTold: { dueAt: following.dueAt, at: now } }, incident, policy);
}

/** Of a slot that lies before what the responders have been told of, or whose reminder that came after, they know. */
const isTold = (slot: Pick<Slot, 'dueAt' | 'remindAt'>, { lastTold }: Contact): boolean =>
  lastTold !== undefined && (slot.dueAt <= lastTold.dueAt || slot.remindAt <= lastTold.at);

/** The slot that the responders have not been told of yet and are told of next. */
export function nextReminder(
  contact: Contact,
  incident: SlotFacts,
  policy: Policy,
): (Slot & { which: 'this' | 'next' }) | null {
  if (contact.stoppedAt || !contact.nextUpdateDueAt || !hasRhythm(incident)) return null;
  if (!contact.remindedAt) {
    const remindAt = contact.remindAt ?? contact.nextUpdateDueAt;
    return { which: 'this', dueAt: contact.nextUpdateDueAt, remindAt, reason: contact.dueReason };
  }
  const next = nextSlot(contact, incident, policy);
  if (!next || (contact.lastTold && next.dueAt <= contact.lastTold.dueAt)) return null;
  return { which: 'next', ...next };
}

/** `remindAt` as it stands after the contact has changed. */
function withReminder(contact: Contact, incident: SlotFacts, policy: Policy): Contact {
  return { ...contact, remindAt: nextReminder(contact, incident, policy)?.remindAt ?? null };
}

/** Sets the slot that waits. */
export function waitFor(contact: Contact, slot: Slot, incident: SlotFacts, policy: Policy): Contact {
  const { remindedAt: _, lastTold, ...rest } = contact;
  return withReminder(
    {
      ...rest,
      nextUpdateDueAt: slot.dueAt,
      dueReason: slot.reason,
      remindAt: slot.remindAt,
      ...(lastTold ? { lastTold } : {}),
      ...(lastTold && isTold(slot, contact) ? { remindedAt: lastTold.at } : {}),
    },
    incident,
    policy,
  );
}

/** The clock stands still. */
export function stopClock(contact: Contact, stoppedAt: Date, why: string): Contact {
  const { remindedAt: _, lastTold: __, escalatedAt: ___, endsWith: ____, overdueSince: _____, ...rest } = contact;
  return { ...rest, stoppedAt, nextUpdateDueAt: null, remindAt: null, missedInARow: 0, dueReason: why };
}

/** @param lastUpdateAt what they had been told last before it ended */
function remember({ pastSlots = [] }: Contact, outcome: SlotOutcome, lastUpdateAt: Date | undefined): PastSlot[] {
  const { dueAt, endAt, remindedAt } = outcome;
  const last = pastSlots.at(-1);
  const closedNone = lastUpdateAt && last && lastUpdateAt > last.endAt && lastUpdateAt < dueAt;
  const past: PastSlot = {
    dueAt,
    endAt,
    outcome: outcome.outcome,
    ...(remindedAt ? { remindedAt } : {}),
    ...(closedNone ? { heardAt: lastUpdateAt } : {}),
  };
  return [...pastSlots, past].slice(-remembered);
}

/** What an update at `sentAt` makes of a slot. */
function judge(
  slot: { dueAt: Date; remindedAt?: Date },
  sentAt: Date,
  policy: Policy,
): { outcome: Outcome; reason: string } {
  const lateMs = sentAt.getTime() - slot.dueAt.getTime();
  const minutes = Math.ceil(Math.abs(lateMs) / 60_000);
  if (lateMs <= milliseconds(policy.cadence.metUpTo)) {
    return {
      outcome: 'met',
      reason: lateMs > 0 ? `updated ${minutes} min after it was due` : 'updated by the time it was due',
    };
  }
  if (slot.remindedAt && slot.remindedAt <= slot.dueAt) {
    return { outcome: 'late', reason: `updated ${minutes} min after it was due` };
  }
  return {
    outcome: 'not-reminded',
    reason: `updated ${minutes} min after it was due; nobody was reminded in time, since Metronome was away`,
  };
}

export interface Update {
  message?: string;
  channel: string;
  /** Whether it told the customer that their business works again. */
  isRecovery: boolean;
}

export interface Updated extends Passed {
  /** Whether it resets the customer's clock, and why not. */
  counts: boolean;
  why: string;
}

/**
 * An update that was sent to the customer at `sentAt`, which may lie in the past. It meets the pending slot, however
 * early, and the next one is due an interval after it. Recorded late, it corrects what had been closed without it.
 */
export function recordUpdate(
  contact: Contact,
  incident: SlotFacts,
  sentAt: Date,
  update: Update,
  now: Date,
  policy: Policy,
): Updated {
  if (!policy.cadence.countedChannels.includes(update.channel)) {
    const why = `an update by ${update.channel || 'an unnamed channel'} is not counted as sent to the customer`;
    return { contact, closed: [], counts: false, why };
  }
  const at = sentAt > now ? now : sentAt;
  const until = passTime(contact, incident, at, policy);
  const isNewest = !contact.lastUpdateAt || at >= contact.lastUpdateAt;
  const { namedAwayAt, ...known } = until.contact;
  let current: Contact = {
    ...known,
    // Told with all that it is over, those without a name are told nothing more, should they be counted again.
    ...(namedAwayAt && !update.isRecovery ? { namedAwayAt } : {}),
    ...(isNewest ? { lastUpdateAt: at } : {}),
    ...(isNewest && update.message ? { lastMessage: update.message } : {}),
    ...(update.isRecovery && !(contact.recoveredAt && contact.recoveredAt <= at) ? { recoveredAt: at } : {}),
  };
  const closed = [...until.closed];
  const ends = update.isRecovery || (current.endsWith === 'not-occurring' && !isFromBeforeLook(at, incident));
  const why = 'sent to the customer in a channel that counts';
  const { nextUpdateDueAt: dueAt } = current;
  if (!hasRhythm(incident)) return { contact: current, closed, counts: true, why };
  const next = slotAfterUpdate(at, incident, policy);
  const wasSentBefore = ({ dueAt, heardAt }: Pick<PastSlot, 'dueAt' | 'heardAt'>): boolean =>
    at < current.affectedKnownAt ||
    [incident.reopenedAt, current.waitsSince, heardAt].some((each) => each && at < each && each < dueAt);
  const amended = amendPast(current, at, ends ? undefined : next.dueAt, wasSentBefore, policy);
  // Whoever is told no more was owed what was due before.
  if (current.stoppedAt || !dueAt) {
    return { contact: amended?.contact ?? current, closed: [...closed, ...(amended?.closed ?? [])], counts: true, why };
  }
  // It leaves what follows another that was sent since, or has begun since; nothing that has passed becomes due by it.
  const isFollowed = contact.lastUpdateAt !== undefined && at <= contact.lastUpdateAt;
  const isOlder = isFollowed || (next.dueAt < dueAt && (wasSentBefore({ dueAt }) || next.dueAt <= now));
  if (amended) {
    current = amended.contact;
    closed.push(...amended.closed);
    if (isNewest && next.dueAt > dueAt) current = waitFor(current, next, incident, policy);
  } else if (ends || !(isOlder || next.dueAt.getTime() === dueAt.getTime())) {
    const met = meetPending(current, contact.lastUpdateAt, dueAt, at, policy);
    closed.push(met.outcome);
    current = ends ? met.contact : waitFor(met.contact, next, incident, policy);
  } else if (!isFollowed) {
    // The same slot still stands ahead: a fixed time that is more than an hour away.
    const { escalatedAt: _, ...rest } = current;
    current = { ...rest, missedInARow: 0 };
  }
  if (ends) {
    const told = update.isRecovery ? 'the customer has been told of the recovery' : 'the customer has been told';
    return { contact: stopClock(current, at, told), closed, counts: true, why };
  }
  const passed = passTime(current, incident, now, policy);
  return { contact: withOverdue(passed.contact), closed: [...closed, ...passed.closed], counts: true, why };
}

/** What was sent before it was looked into cannot say what was found. People state times to the minute. */
function isFromBeforeLook(at: Date, { lastSeenAt }: SlotFacts): boolean {
  return lastSeenAt !== undefined && at.getTime() < lastSeenAt.getTime() - (lastSeenAt.getTime() % minuteMs);
}

function meetPending(
  contact: Contact,
  lastUpdateAt: Date | undefined,
  dueAt: Date,
  at: Date,
  policy: Policy,
): { contact: Contact; outcome: SlotOutcome } {
  const { remindedAt } = contact;
  const outcome: SlotOutcome = {
    contactId: contact.id,
    dueAt,
    endAt: at,
    ...judge({ dueAt, ...(remindedAt ? { remindedAt } : {}) }, at, policy),
    ...(remindedAt ? { remindedAt } : {}),
    updatedAt: at,
    missedInARow: 0,
  };
  const { escalatedAt: _, ...rest } = contact;
  return { contact: { ...rest, missedInARow: 0, pastSlots: remember(contact, outcome, lastUpdateAt) }, outcome };
}

/**
 * Corrects slots that were closed before an older update became known: the one that it met, and those that were not
 * due because of it. @returns undefined where the update lies after all that is closed
 * @param notDueBefore when the next slot was really due; undefined where the update ended the rhythm
 * @param wasSentBefore whether the customer began to wait for a slot only after it (known to be affected, found to go on
 *   after all, or told again since): as the first that it could have met it leaves that slot as it is
 */
function amendPast(
  contact: Contact,
  at: Date,
  notDueBefore: Date | undefined,
  wasSentBefore: (slot: PastSlot) => boolean,
  policy: Policy,
): Passed | undefined {
  const past = contact.pastSlots ?? [];
  const mostLateMs = milliseconds(policy.cadence.metUpTo);
  // Also where the next was due so soon that it had ended by then.
  const isInTime = (slot: PastSlot): boolean => isUnmet(slot) && at.getTime() - slot.dueAt.getTime() <= mostLateMs;
  const first = past.findIndex((slot) => slot.endAt > at || isInTime(slot));
  if (first < 0) return undefined;
  // The same told once more: what follows it has followed it already, by the row of that time.
  const last = past[first - 1];
  const isToldAgain = last?.endAt.getTime() === at.getTime() && (last.outcome === 'met' || last.outcome === 'late');
  if (isToldAgain && notDueBefore) return undefined;
  // From the first that ended by an update on, each is due by that one, and not by what was sent before it.
  const byUpdate = past.findIndex((slot, index) => {
    const next = past[index + 1];
    return index >= first && next !== undefined && slot.endAt < next.dueAt;
  });
  const end = notDueBefore === undefined || byUpdate < 0 ? past.length : byUpdate + 1;
  const closed: SlotOutcome[] = [];
  const pastSlots = past.map((slot, index): PastSlot => {
    if (index < first || index >= end) return slot;
    const isFirst = index === first;
    const wasDue = notDueBefore !== undefined && slot.dueAt >= notDueBefore;
    // What makes due what was due already meets nothing: the same message told once more, or one an hour before a fixed time.
    const isLeftDue = slot.dueAt.getTime() === notDueBefore?.getTime();
    if (wasDue && (!isFirst || isLeftDue || wasSentBefore(slot))) return slot;
    const judged = isFirst
      ? judge(slot, at, policy)
      : { outcome: 'met' as const, reason: 'not yet due: an update recorded later had been sent before it' };
    // A later update may have met it already, and better is not made worse.
    const order: Outcome[] = ['met', 'late', 'not-reminded', 'missed'];
    const isBetter = order.indexOf(judged.outcome) < order.indexOf(slot.outcome);
    const hadNoUpdate = slot.outcome === 'not-reminded' && judged.outcome === 'not-reminded';
    if (!isBetter && !hadNoUpdate) return slot;
    const amended = { ...slot, outcome: judged.outcome };
    if (slot.countedIn !== undefined && slot.countedIn !== contact.incidentId) return amended;
    closed.push({
      contactId: contact.id,
      dueAt: slot.dueAt,
      endAt: slot.endAt,
      ...judged,
      corrects: slot.outcome,
      ...(slot.remindedAt ? { remindedAt: slot.remindedAt } : {}),
      updatedAt: at,
      missedInARow: 0,
    });
    return amended;
  });
  let missedInARow = 0;
  for (const slot of pastSlots.toReversed()) {
    if (slot.outcome === 'met' || slot.outcome === 'late') break;
    if (slot.outcome === 'missed') missedInARow += 1;
  }
  const isShorter = missedInARow < contact.missedInARow;
  const after: Contact = { ...contact, pastSlots, missedInARow: isShorter ? missedInARow : contact.missedInARow };
  if (after.missedInARow < policy.cadence.escalateAfterMissed) delete after.escalatedAt;
  return { contact: after, closed };
}
