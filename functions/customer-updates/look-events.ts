/** The events that a look adds to the timeline: ended deadlines, reminders and escalations. Pure. */
import { groupAlike, mostListed, nameTogether } from '../incidents/clocks/closings.ts';
import type { EmergencyRole } from '../incidents/emergency/emergency.ts';
import type { ClosedSlot, ConclusionOf, FactOf } from '../incidents/facts/events.ts';
import type { Slot } from '../incidents/rhythm/cadence.ts';
import { byId, type Contact, customerIdsOf } from '../incidents/rhythm/contact.ts';

/** A customer that a notice names, and the slot that it is about. */
export interface NoticeRecipient {
  contact: Contact;
  dueAt: Date;
}

export interface Reminded extends NoticeRecipient {
  /** Why this slot is due. It may be the slot after the one that the contact waits for. */
  why: string;
}

/** One event for many customers keeps the timeline short: `detail` is the slot, or has several as `slots`. */
export function slotsClosedEvent(closed: readonly ClosedSlot[], contacts: readonly Contact[], now: Date): ConclusionOf {
  const known = byId(contacts);
  const named = groupAlike(closed).map((each) => {
    const contact = known.get(each.contactId);
    return { ...each, customers: contact ? customerIdsOf(contact) : [] };
  });
  const [first] = named;
  const detail = (named.length === 1 && first ? first : { slots: named }) as ConclusionOf<'slot-closed'>['detail'];
  return { isFact: false, type: 'slot-closed', occurredAt: now, actor: 'rule', detail };
}

export function remindedEvents(
  told: Reminded[],
  all: readonly Contact[],
  { scope, roles }: { scope: Slot | null; roles: EmergencyRole[] },
  now: Date,
): FactOf[] {
  if (told.length === 0 && !scope && roles.length === 0) return [];
  const bySlot = [...Map.groupBy(told, ({ dueAt, why }) => `${dueAt.toISOString()} ${why}`).values()];
  const named = bySlot.map((each) => {
    const { dueAt, why } = each[0] as Reminded;
    const contacts = each.map(({ contact }) => contact);
    const { alone, together } = nameTogether(contacts, all);
    return {
      slots: alone.map(({ id: contactId }) => ({ contactId, dueAt, why })),
      together: together.map((group) => ({ ...group, dueAt, why })),
    };
  });
  const together = named.flatMap((each) => each.together);
  const slots = named.flatMap((each) => each.slots);
  const detail = {
    ...(told.length > 0 ? { ...customersIn(told.map(({ contact }) => contact)), slots } : {}),
    ...(together.length > 0 ? { together } : {}),
    ...(scope ? { scopeDueAt: scope.dueAt, why: scope.reason } : {}),
    ...(roles.length > 0 ? { roles } : {}),
  };
  return [{ type: 'reminded', occurredAt: now, actor: 'rule', detail }];
}

export const unscopedEvent = (missedInARow: number, now: Date): FactOf => ({
  type: 'escalated',
  occurredAt: now,
  actor: 'rule',
  detail: { customers: [], missedInARow, why: 'nobody has said who is affected' },
});

/** A customer who has several contacts, as on two tickets, is named once. */
const idsOf = (contacts: readonly Contact[]): string[] => [...new Set(contacts.flatMap(customerIdsOf))];

/** The first few customers and their number, if there are more than anybody reads. */
function customersIn(contacts: readonly Contact[]): { customers: string[]; customerCount?: number } {
  const customers = idsOf(contacts);
  if (customers.length <= mostListed) return { customers };
  return { customers: customers.slice(0, mostListed), customerCount: customers.length };
}

export function escalatedEvent(escalated: Contact[], all: readonly Contact[], now: Date): FactOf {
  const { alone, together } = nameTogether(escalated, all);
  const grouped = together.length > 0 ? { ...customersIn(escalated), together } : {};
  const detail = {
    ...grouped,
    customers: idsOf(together.length > 0 ? alone : escalated),
    missedInARow: Math.max(...escalated.map((each) => each.missedInARow)),
    why: 'slots were missed in a row',
  };
  return { type: 'escalated', occurredAt: now, actor: 'rule', detail };
}
