/** Which incidents links have joined, and which customers a statement is about. */
import { counted, type Doc, type Records, saidAt } from './records.ts';

export const isLinked = (records: Records, id: string): boolean => groupOf(records, id).length > 1;

/** All incidents that links have ever joined with one. */
export function groupOf(records: Records, id: string): string[] {
  const group = new Set([id]);
  for (const each of group) {
    for (const { type, detail } of records.timelines.get(each) ?? []) {
      if (type !== 'linked' && type !== 'unlinked') continue;
      for (const other of [detail.to, detail.from, detail.incident]) if (other !== undefined) group.add(other);
    }
  }
  return [...group];
}

/** Whether others were linked to an incident as an event of its was recorded. */
export function hadMembers(timeline: readonly Doc[], before: string): boolean {
  const members = new Set<string>();
  for (const { id, type, detail } of timeline) {
    if (id >= before) break;
    if (type === 'linked' && detail.from !== undefined) members.add(detail.from);
    if (type === 'unlinked' && detail.incident !== undefined) members.delete(detail.incident);
  }
  return members.size > 0;
}

/** Whether it is that incident, or is linked to it, directly or by way of others. */
export function isOn(records: Records, id: string, primary: string): boolean {
  const { status, linkedTo } = records.incidents.get(id) ?? {};
  return id === primary || (status === 'linked' && isOn(records, linkedTo, primary));
}

/** By what these customers became known to be affected. */
export function beginningOf(
  records: Records,
  events: readonly Doc[],
  { affectedKnownAt, isTheOthers, customers }: Doc,
): Doc {
  const receiptOf = (id: string): unknown => records.signals.find((each) => each.id === id)?.receivedAt;
  const isIt = ({ type, detail, occurredAt, recordedAt }: Doc): boolean =>
    ['filed', 'scoped', 'corrected', 'verified', 'reclassified', 'reviewed', 'reopened'].includes(type) &&
    [occurredAt, recordedAt, receiptOf(detail.signalId)].includes(affectedKnownAt);
  // Something else may have happened at that very minute: it is what names them, or has them counted, for the first time.
  let [count, named, isKnown]: [number, Doc[], boolean] = [0, [], false];
  for (const event of events) {
    count = event.changes?.impact?.affectedCustomerCount ?? count;
    named = event.changes?.affectedCustomers ?? named;
    const isThere = isTheOthers
      ? count > named.length
      : named.some((each) => customers.some(({ id }: Doc) => id === each.id));
    if (isThere && !isKnown && isIt(event)) return event;
    isKnown = isThere;
  }
  return events.findLast((each) => each.type !== 'filed' && isIt(each)) ?? events[0];
}

/** Whether a statement about all customers, some of them, or those of a ticket is about a contact. */
export function isNamed(contact: Doc, { customers = 'all', ticket }: Doc): boolean {
  if (customers === 'all') return true;
  if (ticket && contact.ticket?.tool === ticket.tool && contact.ticket?.id === ticket.id) return true;
  return contact.customers.some((each: Doc) => customers.includes(each.id));
}

/** An update to all reaches those recorded by then; one about the recovery also those affected by then. */
export function reaches(contact: Doc, event: Doc): boolean {
  const { type, detail, occurredAt, recordedAt } = event;
  const { customers = 'all', channel = 'ticket', recovery } = detail;
  const isToAll = type === 'customer-updated' && customers === 'all' && counted.includes(channel);
  const known = (contact.facts ?? []).filter((each: Doc) => each.type === 'known' || each.isCounted === true);
  if (!isToAll || known.length === 0) return isNamed(contact, detail);
  const at = Math.min(occurredAt, recordedAt);
  return known.some((each: Doc) => each.recordedAt <= saidAt(event) || (recovery === true && each.at <= at));
}
