/** Waiting customers are affected, and their last update is the last that was recorded for them. */
import { isDueSo } from './event-words.ts';
import { closedSlots, counted, type Doc, date, isJoined, joinedFrom, type Records } from './records.ts';
import { takenIn } from './retold.ts';
import { beginningOf, groupOf, isLinked, reaches } from './rhythm.ts';

export function checkContacts(records: Records): string[] {
  return [...records.incidents].flatMap(([id, incident]) => {
    const contacts = records.contacts.get(id) ?? [];
    if (incident.origin.tool === 'import') return [];
    return checkCounted(id, incident, contacts, records).concat(
      contacts.flatMap((each) => [
        ...checkAffected(id, incident, each, records),
        ...checkTicket(id, each, records),
        ...checkEnding(id, incident, each),
        ...checkRow(id, each, records),
        ...checkKnown(incident, each, records),
        ...checkSince(id, each, records),
        ...checkTold(id, each, records),
        ...(isLinked(records, id) ? checkHeardSomewhere(id, incident, each, records) : checkHeard(id, each, records)),
      ]),
    );
  });
}

/** Of those who are counted and not named somebody thinks as well. */
function checkCounted(id: string, incident: Doc, contacts: readonly Doc[], records: Records): string[] {
  const { kind, status, isAboutMetronome, affectedCustomers, impact } = incident;
  const isUnnamed = (impact.affectedCustomerCount ?? 0) > affectedCustomers.length;
  if (kind !== 'incident' || status !== 'open' || isAboutMetronome || !isUnnamed) return [];
  const reopened = (records.timelines.get(id) ?? []).findLast(({ type }) => type === 'reopened');
  // Customers that a meeting counts after it was over recovered with the others; a link that reopens it concerns those that it brings.
  const isOver = reopened?.detail.rule === 'linked-ongoing';
  if (isOver || contacts.some((each) => each.isTheOthers)) return [];
  return [
    `${id} counts ${impact.affectedCustomerCount} and names ${affectedCustomers.length}, and nobody waits for the others.`,
  ];
}

/**
 * No clock runs for customers that the incident neither names nor counts. The reporter of what could not be confirmed hears
 * of that, and of what has become of it since.
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
  const from = joinedFrom(contact);
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

/** A customer with one message left waits for the one about the outcome, and nobody else does. */
function checkEnding(id: string, { status }: Doc, whole: Doc): string[] {
  const { id: contact, nextUpdateDueAt, endsWith, recoveredAt } = whole;
  if (nextUpdateDueAt === null) return [];
  // What is over where it was linked reopens nothing, and those who wait there for its end still wait here.
  if (status === 'not-occurring' && isJoined(whole) && endsWith === undefined) return [];
  const expected = status === 'not-occurring' ? 'not-occurring' : recoveredAt === undefined ? undefined : 'recovery';
  if (endsWith === expected) return [];
  return [
    `${contact} of ${id}, which is ${status}, recovered ${date(recoveredAt)}, and the message that they wait for is ${endsWith}.`,
  ];
}

/** A customer that a statement about the past names for the first time was affected since then. */
function checkSince(id: string, contact: Doc, records: Records): string[] {
  const events = records.timelines.get(id) ?? [];
  if (isLinked(records, id) || takenIn(events).size > 0 || contact.isTheOthers) return [];
  const beginning = beginningOf(records, events, contact);
  const { type, occurredAt, recordedAt } = beginning;
  const since = Math.min(occurredAt, recordedAt);
  if (type !== 'scoped' || contact.affectedKnownAt === since) return [];
  return [
    `${contact.id} of ${id} is known to be affected since ${date(contact.affectedKnownAt)}, and was said to be since ${date(since)}.`,
  ];
}

/** They are named as the incident names them, and of a drill where that is one. */
function checkKnown({ id, isDrill, affectedCustomers }: Doc, contact: Doc, records: Records): string[] {
  const found: string[] = [];
  const [only] = contact.customers.length === 1 ? contact.customers : [];
  if (only && contact.name !== only.name) found.push(`is ${contact.name}, and its customer is ${only.name}`);
  // A customer who waits for nothing has no running row of missed slots.
  if (contact.stoppedAt !== null && contact.missedInARow > 0)
    found.push(`waits for nothing, and missed ${contact.missedInARow} in a row`);
  if ((contact.isDrill === true) !== isDrill) found.push(`is ${contact.isDrill ? '' : 'not '}of a drill`);
  for (const { id: customer, name } of contact.customers) {
    const named = affectedCustomers.find((each: Doc) => each.id === customer);
    // Customers that a link has brought may be named there, and not here.
    if (named && named.name !== name && !isLinked(records, id))
      found.push(`is ${name}, whom the incident names ${named.name}`);
  }
  return found.map((what) => `${contact.id} of ${id} ${what}.`);
}

/** When they were reminded of last, and when they were escalated, is when the timeline says so. */
function checkTold(id: string, contact: Doc, records: Records): string[] {
  const { id: own, remindedAt, escalatedAt, nextUpdateDueAt, dueReason } = contact;
  const group = groupOf(records, id).flatMap((each) => records.timelines.get(each) ?? []);
  const isOfThem = ({ detail }: Doc): boolean =>
    (contact.isTheOthers ? ['others'] : contact.customers.map((each: Doc) => each.id)).some((each: string) =>
      detail.customers?.includes(each),
    );
  const reminded = group.filter(
    ({ type, detail }) => type === 'reminded' && detail.slots?.some((each: Doc) => each.contactId === own),
  );
  const escalated = group.filter((each) => each.type === 'escalated' && isOfThem(each));
  const found: string[] = [];
  for (const [at, events, what] of [
    [remindedAt, reminded, 'reminded of'],
    [escalatedAt, escalated, 'escalated'],
  ] as const) {
    if (at !== undefined && !events.some((each) => each.occurredAt === at))
      found.push(`is said to have been ${what} at ${date(at)}, and was not then`);
  }
  const isWaiting = nextUpdateDueAt !== null;
  if (isWaiting && !isDueSo(dueReason, nextUpdateDueAt, Number.POSITIVE_INFINITY, { id, records }, contact))
    found.push(`is due ${date(nextUpdateDueAt)}: “${dueReason}”`);
  const isAlone = !isLinked(records, id) && takenIn(records.timelines.get(id) ?? []).size === 0;
  const isDue = reminded.some(({ detail }) =>
    detail.slots.some((each: Doc) => each.contactId === own && each.dueAt === nextUpdateDueAt),
  );
  if (isAlone && isDue && remindedAt === undefined) found.push(`was reminded of, and does not say so`);
  return found.map((what) => `${own} of ${id} ${what}.`);
}

/** How many slots in a row they were left without word, while they are. */
function checkRow(id: string, contact: Doc, records: Records): string[] {
  const events = records.timelines.get(id) ?? [];
  const { id: own, missedInARow, lastUpdateAt = 0, waitsSince, nextUpdateDueAt } = contact;
  // Who waits again, and what was taken back or linked, has restarted.
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
        reaches(contact, each),
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
  // Contacts that are no longer counted have heard nothing.
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
