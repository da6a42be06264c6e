/** The timeline tells what became of each deadline, and why; contacts keep theirs, and the incident counts them. */
import { minuteMs } from '../calendar.ts';
import { isLinked } from './groups.ts';
import { closedSlots, countSlots, type Doc, date, type Records } from './records.ts';
import { isToldAgain } from './retold.ts';

export function checkClosings(records: Records): string[] {
  return [...records.timelines].flatMap(([id, events]) => {
    const contacts = records.contacts.get(id) ?? [];
    const { told, found } = tell(id, events);
    if (records.incidents.get(id)?.origin.tool === 'import') return [];
    return [
      ...found,
      ...events.flatMap((event) => checkSums(id, event, events)),
      ...events.flatMap(closedSlots).flatMap((slot) => checkReason(id, slot)),
      ...contacts.flatMap((each) => checkRemembered(id, each, told, !isLinked(records, id))),
      // What a retraction or a link tells again is in no order, and of customers who have left since.
      ...(isLinked(records, id) || isToldAgain(events)
        ? []
        : [...checkWhose(id, contacts, told), ...checkRows(id, events)]),
    ];
  });
}

/** The deadlines of an incident's contacts as they were told last. */
function tell(id: string, events: readonly Doc[]): { told: Doc[]; found: string[] } {
  const told: Doc[] = [];
  const found: string[] = [];
  for (const slot of events.flatMap(closedSlots)) {
    if (slot.corrects === undefined) {
      told.push(slot);
      continue;
    }
    // A customer who waits again may be due at a time that had been met: that is another one.
    const index = told.findIndex(
      ({ contactId, dueAt, outcome }) =>
        contactId === slot.contactId && dueAt === slot.dueAt && outcome === slot.corrects,
    );
    const name = `The slot of ${slot.contactId} in ${id} due ${date(slot.dueAt)}`;
    if (index < 0) found.push(`${name} is ${slot.outcome}, which corrects ${slot.corrects}, and was not told so.`);
    else told.splice(index, 1, ...(slot.outcome === 'void' ? [] : [slot]));
  }
  return { told, found };
}

/** Each that was missed is one more than those before it, and an update restarts the row. */
function checkRows(id: string, events: readonly Doc[]): string[] {
  const told = events.flatMap(closedSlots);
  return told.flatMap(({ contactId, dueAt, outcome, updatedAt, corrects, missedInARow }, index) => {
    const last = told.slice(0, index).findLast((each) => each.contactId === contactId);
    const before = last === undefined || last.updatedAt !== undefined ? 0 : last.missedInARow;
    const expected = updatedAt === undefined ? before + (outcome === 'missed' ? 1 : 0) : 0;
    const isCorrection = [corrects, last?.corrects].some((each) => each !== undefined);
    if (isCorrection || last?.dueAt > dueAt || missedInARow === expected) return [];
    return [
      `The slot of ${contactId} in ${id} due ${date(dueAt)} is the ${missedInARow}. that was missed in a row, and should be the ${expected}.`,
    ];
  });
}

/** Why it ended as it did. */
function checkReason(id: string, { contactId, outcome, dueAt, updatedAt, reason, because }: Doc): string[] {
  const lateMs = updatedAt === undefined ? Number.POSITIVE_INFINITY : updatedAt - dueAt;
  const late = `updated ${Math.ceil(lateMs / minuteMs)} min after it was due`;
  const by = because === 'retracted' ? 'a statement that was taken back had met it' : 'Metronome was away';
  const away = `nobody was reminded in time, since ${by}`;
  const words: Record<string, string> = {
    met: lateMs > 0 ? late : 'updated by the time it was due',
    late,
    missed: 'no update was recorded before the next slot was due',
    'not-reminded': because
      ? away
      : updatedAt === undefined
        ? `${away}, and no update was recorded`
        : `${late}; ${away}`,
  };
  if (outcome === 'void' || reason === words[outcome]) return [];
  const name = `The slot of ${contactId} in ${id} that was due ${date(dueAt)}`;
  return [`${name} is said to have ended as “${reason}”, and should be as “${words[outcome]}”.`];
}

/** A contact remembers its deadlines as its timeline tells them; of what was linked, a primary may have been reminded. */
function checkRemembered(id: string, contact: Doc, told: readonly Doc[], isAlone: boolean): string[] {
  const textOf = ({ dueAt, endAt, outcome, updatedAt, remindedAt }: Doc): string =>
    `due ${date(dueAt)}, reminded ${isAlone ? date(remindedAt) : 'there or here'}, ended ${date(endAt)}, updated ${date(updatedAt)}: ${outcome}`;
  const had = told.filter(({ contactId }) => contactId === contact.id).map(textOf);
  const remembered: string[] = contact.pastSlots.map(textOf);
  const [untold, forgotten] = [
    remembered.filter((each) => !had.includes(each)),
    had.filter((each) => !remembered.includes(each)),
  ];
  return untold.length + forgotten.length === 0 && had.length === remembered.length
    ? []
    : [
        `${contact.id} of ${id} remembers ${remembered.length} slots, and was told of ${had.length}: ${untold.join('; ')} | ${forgotten.join('; ')}.`,
      ];
}

/** Each names the customers whose it was; one that a ticket named joined later. */
function checkWhose(id: string, contacts: readonly Doc[], told: readonly Doc[]): string[] {
  return told.flatMap(({ contactId, dueAt, customers }) => {
    const contact = contacts.find((each) => each.id === contactId);
    if (customers === undefined || !contact) return [];
    const own: string[] = contact.isTheOthers ? ['others'] : contact.customers.map((each: Doc) => each.id);
    if (customers.every((each: string) => own.includes(each))) return [];
    return [
      `The slot of ${contactId} in ${id} that was due ${date(dueAt)} is said to be of ${customers.join(', ')}, and is of ${own.join(', ')}.`,
    ];
  });
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
