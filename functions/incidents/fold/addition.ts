/**
 * A link that brings customers who are new to the primary moves nobody who is there: it is folded without them, and costs the
 * same however many they are. Pure.
 */
import { waitsFrom } from '../board-place.ts';
import { type Incident, optional, unnamedIn } from '../incident.ts';
import { affectedBy } from '../recovery.ts';
import type { Contact } from '../rhythm/contact.ts';
import type { State } from './state.ts';

/**
 * @param alone the primary as the link leaves it, folded without the contacts that it had
 * @returns it with their sums; undefined where they may move: they wait by something else now, or all may have recovered
 */
export function withAdded(before: Incident, alone: State): Incident | undefined {
  const { incident: after } = alone;
  const contacts = [...alone.contacts.values()];
  if (before.status !== 'open' || after.schedule !== before.schedule) return undefined;
  if (unnamedIn(before) > 0 || contacts.some((each) => each.isTheOthers)) return undefined;
  if (affectedBy(after, contacts).every((each) => each.recoveredAt)) return undefined;
  const { slots, failedUpdates = 0 } = before;
  const failed = failedUpdates + contacts.filter((each) => each.unreached).length;
  return { ...after, slots: addUp(slots, after.slots), ...optional('failedUpdates', failed || undefined) };
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
