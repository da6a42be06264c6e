/**
 * What is said of a slot that ended agrees with itself and with what was recorded: whose it was, when somebody was reminded
 * of it and which update came, how late, and the how manieth it was that was missed. A contact remembers it so.
 */
import { closedSlots, counted, countSlots, type Doc, date, type Records } from './records.ts';
import { takenIn } from './retold.ts';
import { groupOf, isLinked, reaches } from './rhythm.ts';

const minuteMs = 60_000;
/** So long after it was due an update still meets a slot. */
const graceMs = 5 * minuteMs;

export function checkClosings(records: Records): string[] {
  return [...records.timelines].flatMap(([id, events]) => {
    const contacts = new Map((records.contacts.get(id) ?? []).map((each) => [each.id, each]));
    const group = groupOf(records, id).flatMap((each) => records.timelines.get(each) ?? []);
    const before: Doc[] = [];
    return events.flatMap((event) => {
      const found = closedSlots(event).flatMap((slot) => {
        const contact = contacts.get(slot.contactId);
        const name = `The slot of ${slot.contactId} in ${id} that was due ${date(slot.dueAt)}`;
        const wrong = [
          ...checkReason(slot, event.type === 'retracted' || isRecordedLater(slot, group)),
          ...checkReminder(slot, group),
          ...(contact ? [...checkUpdate(slot, contact, group), ...checkWhose(slot, contact, records, id)] : []),
          ...(contact && !isLinked(records, id) ? checkRow(slot, event, before, events) : []),
        ];
        before.push({ ...slot, at: event.id });
        return wrong.map((what) => `${name} ${what}.`);
      });
      return [...found, ...checkSums(id, event, events)];
    });
  });
}

/** How it ended, by when the update came and whether it had been reminded of by the time it was due. */
/** @param isTold by a retraction, or by an update that was recorded after it had ended */
function checkReason(
  { outcome, dueAt, updatedAt, remindedAt, reason, endAt, corrects, because }: Doc,
  isTold: boolean,
): string[] {
  // Slots without a reminder, since a retracted statement had met them, are judged by the laws.
  if (outcome === 'void' || because === 'retracted') return [];
  const wasTold = remindedAt !== undefined && remindedAt <= dueAt;
  const lateMs = updatedAt === undefined ? Number.POSITIVE_INFINITY : updatedAt - dueAt;
  const found: string[] = [];
  const expected = lateMs <= graceMs ? 'met' : wasTold ? (updatedAt === undefined ? 'missed' : 'late') : 'not-reminded';
  // It was not due yet where one that had been sent before it became known.
  const isEarlier = String(reason).startsWith('not yet due');
  if (outcome !== expected && !isEarlier)
    found.push(`is ${outcome}, and should be ${expected}: updated ${date(updatedAt)}, reminded ${date(remindedAt)}`);
  const late = `updated ${Math.ceil(lateMs / minuteMs)} min after it was due`;
  const away = 'nobody was reminded in time, since Metronome was away';
  const words: Record<string, string> = {
    met: lateMs > 0 ? late : 'updated by the time it was due',
    late,
    missed: 'no update was recorded before the next slot was due',
    'not-reminded': updatedAt === undefined ? `${away}, and no update was recorded` : `${late}; ${away}`,
  };
  if (reason !== words[outcome] && !isEarlier)
    found.push(`is said to have ended as “${reason}”, and should be as “${words[outcome]}”`);
  if (updatedAt !== undefined && corrects === undefined && endAt !== updatedAt && !isTold)
    found.push(`ended ${date(endAt)}, and was updated ${date(updatedAt)}`);
  if (updatedAt === undefined && endAt <= dueAt) found.push(`ended ${date(endAt)}, before anybody could miss it`);
  return found;
}

const isRecordedLater = ({ updatedAt, endAt }: Doc, events: readonly Doc[]): boolean =>
  events.some((each) => each.type === 'customer-updated' && each.occurredAt === updatedAt && each.recordedAt > endAt);

/** Somebody was reminded of it then, or of a later slot. */
function checkReminder({ contactId, remindedAt }: Doc, events: readonly Doc[]): string[] {
  if (remindedAt === undefined) return [];
  const isIt = ({ type, occurredAt, detail }: Doc): boolean =>
    type === 'reminded' &&
    occurredAt === remindedAt &&
    (detail.slots ?? []).some((each: Doc) => each.contactId === contactId);
  return events.some(isIt) ? [] : [`is said to have been reminded of ${date(remindedAt)}, and was not then`];
}

function checkUpdate({ updatedAt }: Doc, contact: Doc, events: readonly Doc[]): string[] {
  if (updatedAt === undefined) return [];
  const isIt = (event: Doc): boolean =>
    event.type === 'customer-updated' &&
    Math.min(event.occurredAt, event.recordedAt) === updatedAt &&
    counted.includes(event.detail.channel ?? 'ticket') &&
    reaches(contact, event);
  return events.some(isIt)
    ? []
    : [`is said to have been updated ${date(updatedAt)}, and nobody told them anything then`];
}

function checkWhose({ customers }: Doc, contact: Doc, records: Records, id: string): string[] {
  // A customer known only from a retracted statement is not affected.
  if (customers === undefined || takenIn(records.timelines.get(id) ?? []).size > 0) return [];
  const own: string[] = contact.isTheOthers ? ['others'] : contact.customers.map((each: Doc) => each.id);
  // A customer that a ticket named joined later; one that a link had brought has left with it.
  const isLater = own.length > 1 && customers.every((each: string) => own.includes(each));
  const isLeft = isLinked(records, id) && customers.some((each: string) => own.includes(each));
  const isIt = String(customers) === String(own) || isLater || isLeft;
  return isIt ? [] : [`is said to be of ${customers.join(', ')}, and is of ${own.join(', ')}`];
}

/** What may restart a row. */
const anew = new Set([
  'reopened',
  'retracted',
  'verified',
  'recovered',
  'corrected',
  'reviewed',
  'scoped',
  'customer-updated',
]);

/** Each that was missed is one more than those before it, and an update restarts the row. */
function checkRow(slot: Doc, event: Doc, before: readonly Doc[], events: readonly Doc[]): string[] {
  const { contactId, outcome, missedInARow: is, corrects, updatedAt } = slot;
  if (corrects !== undefined || event.type !== 'slot-closed') return [];
  if (updatedAt !== undefined) return is === 0 ? [] : [`was ${outcome}, and ${is} were missed in a row`];
  // A retraction tells of earlier ones again, in no order.
  const own = before.filter((each) => each.contactId === contactId && each.outcome !== 'void');
  const last = own.findLast((each) => each.dueAt === Math.max(...own.map(({ dueAt }) => dueAt)));
  const since = last?.at ?? '';
  if (events.some((each) => each.id > since && each.id < event.id && anew.has(each.type))) return [];
  if (last?.corrects !== undefined) return [];
  const expected = (last?.missedInARow ?? 0) + (outcome === 'missed' ? 1 : 0);
  return is === expected ? [] : [`is the ${is}. that was missed in a row, and should be the ${expected}.`];
}

/** What an incident says of how many ended how is what its timeline has told by then. */
function checkSums(id: string, event: Doc, events: readonly Doc[]): string[] {
  const { slots } = event.changes ?? {};
  if (slots === undefined) return [];
  const sums = countSlots(events.filter((each) => each.id <= event.id));
  const isSame = Object.entries(sums).every(([name, many]) => slots[name] === many);
  return isSame
    ? []
    : [`${event.id} of ${id} counts its slots as ${JSON.stringify(slots)}, and there are ${JSON.stringify(sums)}.`];
}

/** A contact remembers its slots as its timeline tells them. */
export function checkRemembered(records: Records): string[] {
  return [...records.contacts].flatMap(([id, contacts]) => {
    const events = records.timelines.get(id) ?? [];
    if (isLinked(records, id) || records.incidents.get(id)?.origin.tool === 'import') return [];
    const takenBack = takenIn(events).size > 0;
    return contacts.flatMap((contact) => {
      const had: Doc[] = [];
      for (const slot of events.flatMap(closedSlots)) {
        if (slot.contactId !== contact.id) continue;
        // A customer who waits again may be due at a fixed time that had been met: that is another slot.
        const index = slot.corrects === undefined ? -1 : had.findLastIndex((each) => each.dueAt === slot.dueAt);
        // What corrects it may leave when it ended.
        if (index >= 0) had[index] = { ...slot, ends: [...had[index].ends, slot.endAt] };
        else had.push({ ...slot, ends: [slot.endAt] });
      }
      const kept: Doc[] = contact.pastSlots ?? [];
      const found: string[] = [];
      // By the clock of another instance, what was recorded next came before: there never was that deadline.
      const were = had.filter(({ outcome }) => outcome !== 'void').length;
      if (!takenBack && kept.length !== were) found.push(`remembers ${kept.length} slots, and had ${were}`);
      for (const { dueAt, outcome, endAt, remindedAt } of kept) {
        const own = had.filter((each) => each.dueAt === dueAt);
        if (own.some((each) => each.outcome === outcome && each.remindedAt === remindedAt && each.ends.includes(endAt)))
          continue;
        const was = own.map(
          (each) => `${each.outcome}, reminded ${date(each.remindedAt)}, ended ${each.ends.map(date)}`,
        );
        found.push(
          `remembers its slot due ${date(dueAt)} as ${outcome}, reminded ${date(remindedAt)}, ended ${date(endAt)}, and it was ${was.join('; or ') || 'none'}`,
        );
      }
      return found.map((what) => `${contact.id} of ${id} ${what}.`);
    });
  });
}
