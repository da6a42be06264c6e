/** Waiting customers are affected, named as their incident names them, and told on a ticket of theirs. */
import { isDueSo } from './event-words.ts';
import { beginningOf, isLinked, reaches } from './groups.ts';
import { counted, type Doc, date, joinedFrom, type Records } from './records.ts';
import { isToldAgain, takenIn } from './retold.ts';

export function checkContacts(records: Records): string[] {
  return [...records.incidents].flatMap(([id, incident]) => {
    const contacts = records.contacts.get(id) ?? [];
    if (incident.origin.tool === 'import') return [];
    return checkCounted(id, incident, contacts, records).concat(
      contacts.flatMap((each) => [
        ...checkAffected(id, incident, each, records),
        ...checkTicket(id, each, records),
        ...checkKnown(incident, each, records),
        ...checkSince(id, each, records),
        ...checkReason(id, each, records),
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

/** Only customers that the incident names or counts have a clock; a reporter hears of what was not confirmed. */
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

/** A customer that a statement about the past names for the first time was affected since then. */
function checkSince(id: string, contact: Doc, records: Records): string[] {
  const events = records.timelines.get(id) ?? [];
  if (isLinked(records, id) || isToldAgain(events) || contact.isTheOthers) return [];
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

/** Why their update is due is what the table says. */
function checkReason(id: string, contact: Doc, records: Records): string[] {
  const { id: own, nextUpdateDueAt, dueReason } = contact;
  if (nextUpdateDueAt === null) return [];
  if (isDueSo(dueReason, nextUpdateDueAt, Number.POSITIVE_INFINITY, { id, records }, contact)) return [];
  return [`${own} of ${id} is due ${date(nextUpdateDueAt)}: “${dueReason}”.`];
}

/**
 * What was sent to a customer, in the order of the times, where it counts and nobody has taken it back. What was sent to all
 * was sent to those who had been recorded by then: by the clocks of the two instances, and, as it was said at once, by its place.
 */
export function sentTo(records: Records, id: string, contact: Doc, events: readonly Doc[]): Sent[] {
  const beginning = beginningOf(records, records.timelines.get(id) ?? [], contact);
  const isSince = (each: Doc): boolean => each.id > beginning?.id;
  const isToAll = (each: Doc): boolean =>
    beginning?.recordedAt <= each.occurredAt || (each.occurredAt >= each.recordedAt && isSince(each));
  const taken = takenIn(events);
  return events
    .filter(
      (each) =>
        each.type === 'customer-updated' &&
        (each.detail.customers === 'all' ? isToAll(each) : isSince(each)) &&
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
