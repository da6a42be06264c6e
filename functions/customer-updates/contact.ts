/** A contact: one customer, or several that are told together, and where their rhythm stands. Pure. */
import { affectedOf, type Incident } from '../incidents/incident.ts';
import type { Customer, Signal } from '../intake/signal.ts';
import type { Policy } from '../policy.ts';
import { firstSlot } from './cadence.ts';

export interface Contact {
  id: string;
  incidentId: string;
  /** Counted customers whom nobody has named. */
  isTheOthers: boolean;
  customers: Customer[];
  name?: string;
  /** The ticket to answer on. */
  ticket?: { tool: string; id: string; url?: string };
  affectedKnownAt: Date;
  nextUpdateDueAt: Date | null;
  /** When the responders are reminded of that slot; null once they have been. */
  remindAt: Date | null;
  dueReason: string;
  lastUpdateAt?: Date;
  lastMessage?: string;
  missedInARow: number;
  escalatedAt?: Date;
  recoveredAt?: Date;
  stoppedAt: Date | null;
}

export const theOthersId = 'con_others';

/** Groups customers into contacts by their shared contact id. */
export function groupByContact(customers: Customer[], contactId: (key: string) => string): Map<string, Customer[]> {
  const groups = new Map<string, Customer[]>();
  for (const customer of customers) {
    const id = contactId(customer.contactId ? `shared:${customer.contactId}` : `customer:${customer.id}`);
    groups.set(id, [...(groups.get(id) ?? []), customer]);
  }
  return groups;
}

/** The contacts of a new report: one for each who is told by themselves, one for those who are only counted. */
export function openContacts(
  incident: Incident,
  signal: Signal,
  affectedKnownAt: Date,
  contactId: (key: string) => string,
  policy: Policy,
): Contact[] {
  const customers = affectedOf(signal);
  const ticket =
    signal.source === 'ticket'
      ? { tool: signal.tool, id: signal.sourceId, ...(signal.url ? { url: signal.url } : {}) }
      : undefined;
  const contacts = [...groupByContact(customers, contactId)].map(([id, members]) =>
    openContact(incident, { id, customers: members, ticket, affectedKnownAt }, policy),
  );
  if ((incident.impact.affectedCustomerCount ?? 0) > customers.length) {
    contacts.push(
      openContact(incident, { id: theOthersId, customers: [], ticket: undefined, affectedKnownAt }, policy),
    );
  }
  return contacts;
}

export function openContact(
  incident: Incident,
  begin: { id: string; customers: Customer[]; ticket: Contact['ticket']; affectedKnownAt: Date },
  policy: Policy,
): Contact {
  const slot = firstSlot(incident, begin.affectedKnownAt, policy);
  const name = begin.customers.find((each) => each.name)?.name;
  return {
    id: begin.id,
    incidentId: incident.id,
    isTheOthers: begin.id === theOthersId,
    customers: begin.customers,
    ...(name ? { name } : {}),
    ...(begin.ticket ? { ticket: begin.ticket } : {}),
    affectedKnownAt: begin.affectedKnownAt,
    nextUpdateDueAt: slot.dueAt,
    remindAt: slot.remindAt,
    dueReason: slot.reason,
    missedInARow: 0,
    stoppedAt: null,
  };
}
