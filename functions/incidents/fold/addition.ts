/** A link that brings only new customers is folded without the others, and costs the same for any number. Pure. */

import { type Incident, optional, unnamedIn } from '../incident.ts';
import type { Contact, State } from '../rhythm/contact.ts';
import { waitsFrom } from '../views/board-place.ts';
import { affectedBy } from './recovery.ts';

/** Whether the primary's own contacts stay as they are: they wait by nothing else now, and not all have recovered. */
export function movesNobody(before: Incident, after: Incident, brought: Contact[]): boolean {
  if (before.status !== 'open' || after.schedule !== before.schedule) return false;
  if (unnamedIn(before) > 0 || brought.some((each) => each.isTheOthers)) return false;
  return affectedBy(after, brought).some((each) => !each.recoveredAt);
}

/** @param alone the primary as the link leaves it, folded without the contacts that it had @returns it with their sums */
export function withAdded({ slots, failedUpdates = 0 }: Incident, { incident, contacts }: State): Incident {
  const failed = failedUpdates + [...contacts.values()].filter((each) => each.unreached).length;
  return { ...incident, slots: addUp(slots, incident.slots), ...optional('failedUpdates', failed || undefined) };
}

const addUp = (one: Incident['slots'], other: Incident['slots']): Incident['slots'] => ({
  met: one.met + other.met,
  late: one.late + other.late,
  missed: one.missed + other.missed,
  notReminded: one.notReminded + other.notReminded,
});

/** Whether nobody is overdue, so that no clock moves before the first is due: what the place on the board says of all. */
export const areInTime = (contacts: Iterable<Contact>, now: Date): boolean =>
  [...contacts].every((each) => {
    const from = waitsFrom(each);
    return !from || from > now;
  });
