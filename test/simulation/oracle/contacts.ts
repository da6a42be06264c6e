/** Whoever waits is somebody the incident affects, and is said to have heard what was said to them last. */
import { closedSlots, type Doc, date, type Records } from './records.ts';
import { takenIn } from './retold.ts';
import { beginningOf, counted, groupOf, isLinked, isNamed } from './rhythm.ts';

export function checkContacts(records: Records): string[] {
  return [...records.contacts].flatMap(([id, contacts]) => {
    const incident = records.incidents.get(id);
    if (!incident || incident.origin.tool === 'import') return [];
    return contacts.flatMap((each) => [
      ...checkAffected(id, incident, each, records),
      ...checkTicket(id, each, records),
      ...checkEnding(id, incident, each),
      ...checkRow(id, each, records),
      ...(isLinked(records, id) ? checkHeardSomewhere(id, incident, each, records) : checkHeard(id, each, records)),
    ]);
  });
}

/**
 * No clock runs for whom the incident neither names nor counts; whoever reported what was not found to occur hears of that,
 * and of what has become of it since.
 */
function checkAffected(
  id: string,
  { affectedCustomers, impact, reporter }: Doc,
  contact: Doc,
  records: Records,
): string[] {
  const isAskingOf = (each: string, by: Doc): boolean =>
    contact.customers.some(({ id: customer }: Doc) => customer === by?.id) &&
    (records.timelines.get(each) ?? []).some(({ changes }) => changes?.status === 'not-occurring');
  const from = contact.joinedFrom;
  const isAsking = isAskingOf(id, reporter) || (from && isAskingOf(from, records.incidents.get(from)?.reporter));
  if (contact.nextUpdateDueAt === null || isAsking) return [];
  const named = new Set(affectedCustomers.map((each: Doc) => each.id));
  const isAffected = contact.isTheOthers
    ? (impact.affectedCustomerCount ?? 0) > named.size
    : contact.customers.some((each: Doc) => named.has(each.id));
  return isAffected ? [] : [`${contact.id} of ${id} waits for word, and is none of those who are affected.`];
}

/** Updates are written on a ticket that one of them has reported on. */
function checkTicket(id: string, { id: contact, customers, ticket }: Doc, records: Records): string[] {
  if (ticket === undefined) return [];
  const isTheirs = records.signals.some(
    ({ tool, sourceId, customer }) =>
      tool === ticket.tool && sourceId === ticket.id && customers.some((each: Doc) => each.id === customer?.id),
  );
  return isTheirs ? [] : [`${contact} of ${id} is told on ticket ${ticket.id}, on which none of them reported.`];
}

/** Whoever has one message left waits for that of what became of it, and nobody else does. */
function checkEnding(
  id: string,
  { status }: Doc,
  { id: contact, nextUpdateDueAt, endsWith, recoveredAt }: Doc,
): string[] {
  if (nextUpdateDueAt === null) return [];
  const expected = status === 'not-occurring' ? 'not-occurring' : recoveredAt === undefined ? undefined : 'recovery';
  if (endsWith === expected) return [];
  return [
    `${contact} of ${id}, which is ${status}, recovered ${date(recoveredAt)}, and the message that they wait for is ${endsWith}.`,
  ];
}

/** How many slots in a row they were left without word, while they are. */
function checkRow(id: string, contact: Doc, records: Records): string[] {
  const events = records.timelines.get(id) ?? [];
  const { id: own, missedInARow, lastUpdateAt = 0, waitsSince, nextUpdateDueAt } = contact;
  // Who waits again, and what was taken back or linked, has begun anew.
  const isSimple = waitsSince === undefined && !isLinked(records, id) && takenIn(events).size === 0;
  if (!isSimple || nextUpdateDueAt === null) return [];
  const closings = events.flatMap(closedSlots).filter((each) => each.contactId === own);
  const last = new Map(closings.map((each) => [each.dueAt, each.outcome]));
  const row = [...last].filter(([dueAt, outcome]) => outcome === 'missed' && dueAt > lastUpdateAt).length;
  return row === missedInARow
    ? []
    : [`${own} of ${id} missed ${row} updates in a row, and is said to have missed ${missedInARow}.`];
}

/** What was sent to a customer, in the order of the times, where it counts and nobody has taken it back. */
export function sentTo(records: Records, id: string, contact: Doc, events: readonly Doc[]): Sent[] {
  const since = beginningOf(records, records.timelines.get(id) ?? [], contact)?.id;
  const taken = takenIn(events);
  return events
    .filter(
      (each) =>
        each.type === 'customer-updated' &&
        each.id > since &&
        !taken.has(each.id) &&
        counted.includes(each.detail.channel ?? 'ticket') &&
        isNamed(contact, each.detail),
    )
    .map(({ occurredAt, recordedAt, detail }) => ({ at: Math.min(occurredAt, recordedAt), message: detail.message }))
    .sort((a, b) => a.at - b.at);
}

interface Sent {
  at: number;
  message: string | undefined;
}

/** The latest of the updates to them, in whatever order they were recorded. */
function checkHeard(id: string, contact: Doc, records: Records): string[] {
  const updates = sentTo(records, id, contact, records.timelines.get(id) ?? []);
  const last = updates.at(-1);
  const found =
    contact.lastUpdateAt === last?.at
      ? []
      : [`${contact.id} of ${id} was updated ${date(last?.at)} at last, and not ${date(contact.lastUpdateAt)}.`];
  // Of two at one moment either may be the last, and one without words leaves those of the one before.
  const messages = updates.filter(({ at, message }) => at === last?.at && message).map(({ message }) => message);
  const isTold = messages.length > 0 || updates.every(({ message }) => !message);
  if (isTold && !(messages.length > 0 ? messages : [undefined]).includes(contact.lastMessage))
    found.push(
      `${contact.id} of ${id} was told “${messages.join('” and “')}” at last, and not “${contact.lastMessage}”.`,
    );
  return found;
}

/** What links have joined was said in one of them; and what was taken back where it was said was not said there. */
function checkHeardSomewhere(id: string, { impact, affectedCustomers }: Doc, contact: Doc, records: Records): string[] {
  const { lastUpdateAt, lastMessage, isTheOthers } = contact;
  // Those whom nobody counts any more have heard nothing.
  const isNobody = isTheOthers && (impact.affectedCustomerCount ?? 0) <= affectedCustomers.length;
  if (lastUpdateAt === undefined || isNobody) return [];
  const isSaid = groupOf(records, id).some((each) => {
    const events = records.timelines.get(each) ?? [];
    const taken = each === id ? takenIn(events) : new Map();
    return events.some(
      ({ id: event, type, occurredAt, recordedAt, detail }) =>
        type === 'customer-updated' &&
        !taken.has(event) &&
        Math.min(occurredAt, recordedAt) === lastUpdateAt &&
        (lastMessage === undefined || !detail.message || detail.message === lastMessage),
    );
  });
  return isSaid
    ? []
    : [`${contact.id} of ${id} was told “${lastMessage}” at ${date(lastUpdateAt)}, which was not said so.`];
}
