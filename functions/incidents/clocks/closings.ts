/** Deadlines that have ended, or ended otherwise than first recorded, and how an event names hundreds of contacts. Pure. */
import type { ClosedSlot, ConclusionOf, DetailOf } from '../facts/events.ts';
import type { Contact } from '../rhythm/contact.ts';
import { type PastSlot, whyOf } from './outcome.ts';

type Contacts = ReadonlyMap<string, Pick<Contact, 'pastSlots'>>;

/** @returns each slot that has ended since, and each that is judged otherwise; `void` where it never was */
export function closingsBetween(before: Contacts, after: Contacts): ClosedSlot[] {
  const moved = [...before].flatMap(([id, contact]) => (after.get(id) === contact ? [] : [id]));
  const added = [...after.keys()].filter((id) => !before.has(id));
  return [...moved, ...added].flatMap((contactId) => {
    const is = after.get(contactId)?.pastSlots ?? [];
    const [told, stands] = [byDeadline(before.get(contactId)?.pastSlots ?? []), byDeadline(is)];
    const gone = [...told].flatMap(([key, slot]) => (stands.has(key) ? [] : [slot]));
    return [
      ...gone.map(({ dueAt, outcome }): ClosedSlot => ({ contactId, dueAt, outcome: 'void', corrects: outcome })),
      ...[...stands].flatMap(([key, slot], index): ClosedSlot[] => {
        const known = told.get(key);
        if (known && isAsTold(known, slot)) return [];
        const closed = { contactId, ...slot, missedInARow: missedUpTo(is, index), reason: whyOf(slot) };
        return [known ? { ...closed, corrects: known.outcome } : closed];
      }),
    ];
  });
}

/** A customer who waits again may have the same due time as a slot that was met; it is another deadline. */
function byDeadline(slots: readonly PastSlot[]): Map<string, PastSlot> {
  const met = new Map<number, number>();
  return new Map(
    slots.map((slot) => {
      const due = slot.dueAt.getTime();
      const nth = (met.get(due) ?? 0) + 1;
      met.set(due, nth);
      return [`${due} ${nth}`, slot];
    }),
  );
}

const isAsTold = (one: PastSlot, other: PastSlot): boolean =>
  one.outcome === other.outcome &&
  one.endAt.getTime() === other.endAt.getTime() &&
  one.updatedAt?.getTime() === other.updatedAt?.getTime();

function missedUpTo(slots: readonly PastSlot[], index: number): number {
  const row = slots.slice(0, index + 1);
  const last = row.findLastIndex(({ outcome, updatedAt }) => outcome === 'met' || outcome === 'late' || updatedAt);
  return row.slice(last + 1).filter(({ outcome }) => outcome === 'missed').length;
}

/** Deadlines that ended alike for hundreds are one, with the number of contacts: the timeline is for people. */
export function groupAlike(closed: readonly ClosedSlot[]): ClosedSlot[] {
  if (closed.length <= mostListed) return [...closed];
  const groups = Map.groupBy(closed, (slot) => JSON.stringify({ ...slot, contactId: '' }));
  return [...groups.values()].flatMap(([first, ...rest]): ClosedSlot[] => {
    if (!first) return [];
    return rest.length < mostListed ? [first, ...rest] : [{ ...first, count: rest.length + 1 }];
  });
}

/** Beyond this many, slots that end at once become one event, which keeps the timeline short. */
const mostEvents = 20;

/** One event for each deadline, as a statement brings it about. */
export function closingEvents(closed: readonly ClosedSlot[], now: Date): ConclusionOf<'slot-closed'>[] {
  const slots = groupAlike(closed);
  if (slots.length > mostEvents) return [closingEvent({ slots }, now)];
  return slots.map((slot) => closingEvent({ ...slot } as DetailOf<'slot-closed'>, slot.endAt ?? now));
}

const closingEvent = (detail: DetailOf<'slot-closed'>, occurredAt: Date): ConclusionOf<'slot-closed'> => ({
  isFact: false,
  type: 'slot-closed',
  actor: 'rule',
  occurredAt,
  detail,
});

/** The number of contacts that such an event lists. */
export const mostListed = 100;

const namedBy = ({ facts }: Pick<Contact, 'facts'>): string | undefined =>
  facts.find(({ type }) => type === 'known')?.id;

/** Names each of `chosen` alone; or many at once, by the event that named them, the exceptions, and their number. */
export function nameTogether(chosen: readonly Contact[], all: readonly Contact[]) {
  if (chosen.length <= mostListed) return { alone: [...chosen], together: [] };
  const ids = new Set(chosen.map(({ id }) => id));
  const others = Map.groupBy(
    all.filter(({ id }) => !ids.has(id)),
    namedBy,
  );
  const groups = [...Map.groupBy(chosen, namedBy)].map(([by, contacts]) => {
    const except = (others.get(by) ?? []).map(({ id }) => id);
    const isTogether = by !== undefined && contacts.length > mostListed && except.length <= mostListed;
    return isTogether
      ? { alone: [], together: [{ namedBy: by, except, count: contacts.length }] }
      : { alone: contacts };
  });
  return { alone: groups.flatMap(({ alone }) => alone), together: groups.flatMap(({ together = [] }) => together) };
}

export const isAmong = (contact: Contact, group: { namedBy: string; except: readonly string[] }): boolean =>
  namedBy(contact) === group.namedBy && !group.except.includes(contact.id);
