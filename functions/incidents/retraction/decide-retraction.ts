/**
 * What a retraction takes back, table J of the design: the timeline is told with the statement and without it, and the
 * difference is done to the record as it is. Updates that were never sent met no slot. Pure.
 */

import type { Said } from '../../platform/problem.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { closingEvents } from '../contact-effects.ts';
import { type Context, type Decided, type Refusal, withMissing } from '../decision.ts';
import { type ClosedSlot, closingsOf, type DecidedEvent, type TimelineEvent } from '../events.ts';
import { type Incident, optional } from '../incident.ts';
import { firstSlot, hasRhythm, slotAfter, slotAfterUpdate } from '../rhythm/cadence.ts';
import type { Contact } from '../rhythm/contact.ts';
import { addOutcomes, changeRow, slotInTurn } from '../rhythm/ends.ts';
import { type Passed, type SlotOutcome, stopClock, waitFor } from '../rhythm/slots.ts';
import type { Signal } from '../signal/signal.ts';
import type { StatementOf } from '../statements/statement-schemas.ts';
import { applyChanges } from '../timeline.ts';
import { isSame, merge } from './merge.ts';
import { isOwnStatement } from './own-statements.ts';
import { byId, type Replayed, replay } from './replay.ts';

export interface Retracted extends Pick<Decided, 'incident' | 'events'> {
  /** Those that are new or have changed. */
  contacts: Contact[];
  /** Contacts of customers who are not affected after all. */
  gone: string[];
}

/**
 * @param contacts of the incident, as they are
 * @param words what its own ticket or alert has told
 * @param brought contacts that links have brought, as the incidents from which they came have kept them
 */
export function decideRetraction(
  before: Incident,
  contacts: readonly Contact[],
  timeline: readonly TimelineEvent[],
  statement: StatementOf<'retracted'>,
  context: Context,
  words: readonly Signal[],
  brought: readonly Contact[],
): Retracted | Refusal {
  const { now, policy, actor } = context;
  const taken = timeline.flatMap((each) => (each.type === 'retracted' ? [each.detail.eventId] : []));
  const event = timeline.find(({ id }) => id === statement.eventId);
  const refusal = refusalOf(before, event, taken, statement);
  if (refusal || !event) return refusal as Refusal;

  const byLinks = { own: byId(contacts), brought: byId(brought) };
  const without = (ids: readonly string[]): Replayed => replay(timeline, new Set(ids), policy, words, byLinks);
  const was = without(taken);
  const is = without([...taken, event.id]);
  const ever = without([]);
  const facts = changesBetween(before, was.incident, is.incident);
  const after = applyChanges(before, facts);
  const mended = mendContacts(contacts, { ever, was, is }, timeline, { before, after }, context);
  const slots = addOutcomes(before.slots, mended.slots);
  const changes = { ...facts, ...(isSame(slots, before.slots) ? {} : { slots }) };
  const retracted: DecidedEvent = {
    type: 'retracted',
    occurredAt: statement.occurredAt ? new Date(statement.occurredAt) : now,
    actor,
    detail: {
      eventId: event.id,
      why: statement.why,
      type: event.type,
      ...(mended.slots.length > 0 ? { slots: mended.slots } : {}),
    },
    ...optional('evidenceUrl', statement.evidenceUrl),
    changes,
  };
  const events = withMissing(before, [retracted, ...closingEvents({ slots }, mended.closed)]);
  const incident = events.reduce<Incident>((state, each) => applyChanges(state, each.changes), before);
  return { incident, events, contacts: mended.contacts, gone: mended.gone };
}

function refusalOf(
  incident: Incident,
  event: TimelineEvent | undefined,
  taken: readonly string[],
  { eventId }: StatementOf<'retracted'>,
): Refusal | undefined {
  if (incident.status === 'linked') {
    return { status: 409, refused: refuse('linked-record-there', { id: incident.linkedTo ?? '' }) };
  }
  if (!event) {
    const errors = [wrongField('eventId', 'not-an-event-id')];
    return { status: 422, refused: refuse('no-such-event'), errors };
  }
  if (taken.includes(eventId)) return { status: 409, refused: refuse('retracted-already') };
  const why = whyNotRetracted(event);
  return why === undefined ? undefined : { status: 409, refused: why };
}

/** @returns undefined for what a person stated, and can take back */
export function whyNotRetracted(event: TimelineEvent): Said | undefined {
  if (event.type === 'customer-updated' && (event.detail.sentAs !== undefined || event.detail.signalId !== undefined)) {
    return refuse('sent-by-tool');
  }
  if (event.type === 'linked') return refuse('unlink-instead');
  if (event.type === 'unlinked' || event.type === 'retracted') return refuse('state-again');
  return isOwnStatement(event) ? undefined : refuse('not-stated-by-people');
}

/** Sums and what is missing are counted anew; a sequence never goes back. */
const notFacts: ReadonlySet<string> = new Set<keyof Incident>(['slots', 'missing', 'lastSequence', 'statedSequence']);

function changesBetween(ours: Incident, was: Incident, is: Incident): DecidedEvent['changes'] {
  const [now, from, to] = [ours, was, is] as unknown as Record<string, unknown>[];
  const fields = new Set([...Object.keys(was), ...Object.keys(is)].filter((field) => !notFacts.has(field)));
  const changed = [...fields].flatMap((field) => {
    const value = merge(now?.[field], from?.[field], to?.[field]);
    return isSame(value, now?.[field]) ? [] : [[field, value ?? null] as const];
  });
  return Object.fromEntries(changed);
}

/** The incident as it is, and as it is without what is taken back. */
interface Turn {
  before: Incident;
  after: Incident;
}

/** The timeline with all that was ever stated, as it was, and without what is taken back now. */
interface Tellings {
  ever: Replayed;
  was: Replayed;
  is: Replayed;
}

function mendContacts(
  contacts: readonly Contact[],
  { ever, was, is }: Tellings,
  timeline: readonly TimelineEvent[],
  turn: Turn,
  { now, policy }: Pick<Context, 'now' | 'policy'>,
): { contacts: Contact[]; gone: string[]; slots: ClosedSlot[]; closed: SlotOutcome[] } {
  const known = new Set(contacts.map(({ id }) => id));
  const added = [...is.contacts.values()].filter(({ id }) => !known.has(id) && !was.contacts.has(id));
  const gone = contacts.filter(({ id }) => was.contacts.has(id) && !is.contacts.has(id));
  const slots = gone.flatMap((each) => lostSlots(each, timeline, now, { isLost: () => true, isUnclear: () => false }));
  const closed: SlotOutcome[] = [];
  const mended = contacts.flatMap((contact) => {
    const [from, to] = [was.contacts.get(contact.id), is.contacts.get(contact.id)];
    if (!from || !to) return [];
    // Also what was taken back before: another had met its slot as well, and that one may go now.
    const lost = new Set(lostUpdates(contact.id, ever, is));
    const left = is.updates.filter((each) => each.contactId === contact.id);
    const hasLost = lostUpdates(contact.id, was, is).some((time) => left.every(({ at }) => at.getTime() !== time));
    const isLost = ({ dueAt, endAt, updatedAt }: ClosedSlot, since: number): boolean => {
      if (!updatedAt || !lost.has(updatedAt.getTime())) return false;
      // Another of that very time has met it as well, unless that one ended the slot before and this one ended it; and so
      // has one that was sent in its time and put the next one off.
      const isAmended = endAt !== undefined && endAt.getTime() !== updatedAt.getTime();
      return !left.some(({ at }) => {
        if (at.getTime() === updatedAt.getTime()) return isAmended || at.getTime() > since;
        const isInTime = at.getTime() > since && at < updatedAt;
        return isInTime && waitsUntil(at, from, turn.before, policy) > dueAt.getTime();
      });
    };
    // What was sent after the one that goes, and in time as well, was not asked while that one had met it.
    const mostLateMs = milliseconds(policy.cadence.metUpTo);
    const isUnclear = ({ dueAt, updatedAt = dueAt }: ClosedSlot): boolean =>
      left.some(({ at }) => at > updatedAt && at.getTime() <= dueAt.getTime() + mostLateMs);
    const own = lostSlots(contact, timeline, now, { isLost, isUnclear });
    slots.push(...own);
    const next = mendContact(withSlots(contact, own, now), from, to, hasLost, turn, now, policy);
    closed.push(...next.closed);
    return isSame(next.contact, contact) ? [] : [next.contact];
  });
  // Who turns out to have been known by then may have been told since, with all the others, that it is over.
  const opened = added.map((each) => (each.stoppedAt ? each : runFromNow(each, turn.after, now, policy)));
  return { contacts: [...mended, ...opened], gone: gone.map(({ id }) => id), slots, closed };
}

/** When whoever was told at that time is due next: what comes before it was over does not put off the message of that. */
function waitsUntil(sentAt: Date, { recoveredAt }: Contact, incident: Incident, policy: Policy): number {
  const { dueAt } = slotAfterUpdate(sentAt, incident, policy);
  const overAt = incident.status === 'not-occurring' ? incident.lastSeenAt : recoveredAt;
  if (!overAt || sentAt >= overAt) return dueAt.getTime();
  return Math.min(Number(firstSlot(incident, overAt, policy).dueAt), Number(dueAt));
}

/** Times of updates that `was` has and `is` has not: one that was stated twice and taken back once is in it once. */
function lostUpdates(contactId: string, was: Replayed, is: Replayed): number[] {
  const timesOf = (replayed: Replayed): number[] =>
    replayed.updates.filter((each) => each.contactId === contactId).map(({ at }) => at.getTime());
  const lost = timesOf(was);
  for (const at of timesOf(is)) {
    const index = lost.indexOf(at);
    if (index >= 0) lost.splice(index, 1);
  }
  return lost;
}

interface Losses {
  /** By what was sent since the one before it had ended, or since they waited. */
  isLost(slot: ClosedSlot, since: number): boolean;
  /** Whether another may have met it: it is no data then, also where it had been closed before. */
  isUnclear(slot: ClosedSlot): boolean;
}

/**
 * Slots that were closed by an update that is lost: as they had been closed before it was recorded, and as retracted
 * where it was what closed them.
 */
function lostSlots(
  contact: Contact,
  timeline: readonly TimelineEvent[],
  now: Date,
  { isLost, isUnclear }: Losses,
): ClosedSlot[] {
  const own = closingsOf(timeline).filter(({ contactId }) => contactId === contact.id);
  const beginOf = (dueAt: Date): number => {
    // One that was due later may have ended before: a recovery brings its message forward.
    const first = own.findIndex((each) => each.dueAt.getTime() === dueAt.getTime());
    const ends = own.flatMap((each, index) => (each.dueAt < dueAt || index < first ? [each.endAt] : []));
    // What was sent as they began to wait was sent to them.
    const begins = [contact.affectedKnownAt, contact.waitsSince ?? 0].map((each) => Number(each) - 1);
    return Math.max(...begins, ...ends.map(Number));
  };
  return [...Map.groupBy(own, ({ dueAt }) => dueAt.getTime()).values()].flatMap((closings): ClosedSlot[] => {
    const last = closings.at(-1);
    if (!last || last.outcome === 'retracted') return [];
    const since = beginOf(last.dueAt);
    if (!isLost(last, since)) return [];
    const earlier = isUnclear(last) ? undefined : closings.findLast((each) => !isLost(each, since));
    const { updatedAt: _, reason: __, ...slot } = last;
    return [
      {
        ...slot,
        ...(earlier ? { ...earlier } : { outcome: 'retracted', endAt: now, reason: 'its update was retracted' }),
        corrects: last.outcome,
      },
    ];
  });
}

function withSlots(contact: Contact, lost: readonly ClosedSlot[], now: Date): Contact {
  if (lost.length === 0) return contact;
  const outcomes = new Map(lost.map(({ dueAt, outcome }) => [dueAt.getTime(), outcome]));
  const pastSlots = contact.pastSlots?.map((slot) => {
    const outcome = outcomes.get(slot.dueAt.getTime());
    if (!outcome) return slot;
    return outcome === 'retracted' ? { ...slot, outcome, endAt: now } : { ...slot, outcome };
  });
  return { ...contact, ...optional('pastSlots', pastSlots) };
}

/** What is known of a contact, and not when it is due. */
const contactFacts = [
  'customers',
  'name',
  'affectedKnownAt',
  'lastUpdateAt',
  'lastMessage',
  'recoveredAt',
  'endsWith',
] as const;

function mendContact(
  contact: Contact,
  was: Contact,
  is: Contact,
  hasLost: boolean,
  { before, after }: Turn,
  now: Date,
  policy: Policy,
): Passed {
  const facts: Record<string, unknown> = { ...contact };
  for (const field of contactFacts) {
    const value = merge(contact[field], was[field], is[field]);
    if (value === undefined) delete facts[field];
    else facts[field] = value;
  }
  const next = facts as unknown as Contact;
  const only = (contact: Contact): Passed => ({ contact, closed: [] });
  if (is.stoppedAt) return only(was.stoppedAt ? next : stopClock(next, is.stoppedAt, is.dueReason));
  if (was.stoppedAt) return only(runFromNow({ ...next, stoppedAt: null }, after, now, policy));
  if (contact.stoppedAt || !contact.nextUpdateDueAt) return only(next);
  if (hasLost) return only(runFromNow(next, after, now, policy));
  if (isSame([was.recoveredAt, was.endsWith], [is.recoveredAt, is.endsWith])) {
    return changeRow(next, before, after, now, policy);
  }
  const slot = slotInTurn(next, after, policy);
  return only(slot.dueAt > now ? waitFor(next, slot, after, policy) : runFromNow(next, after, now, policy));
}

/** Whoever should have heard from us hears an interval from now. */
function runFromNow(contact: Contact, incident: Incident, now: Date, policy: Policy): Contact {
  if (!hasRhythm(incident)) return contact;
  const slot = contact.endsWith ? firstSlot(incident, now, policy) : slotAfter(now, 'retraction', incident, policy);
  const { remindedAt: _, ...rest } = contact;
  return waitFor({ ...rest, waitsSince: now }, slot, incident, policy);
}
