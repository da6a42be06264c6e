/** A contact: one customer, or several that are told together, and where their rhythm stands. Pure. */

import { stableId } from '../../platform/ids.ts';
import type { Policy } from '../../policy.ts';
import { affectedOf, type Incident, optional } from '../incident.ts';
import type { Customer, Signal } from '../signal/signal.ts';
import { firstSlot, hasRhythm } from './cadence.ts';

export interface Contact {
  id: string;
  incidentId: string;
  /** It waits in a drill, and is in no gauge. */
  isDrill?: true;
  /** Counted customers whom nobody has named. */
  isTheOthers: boolean;
  /** The linked incident that it came from. */
  joinedFrom?: string;
  customers: Customer[];
  name?: string;
  /** The ticket to answer on. */
  ticket?: { tool: string; id: string; url?: string };
  affectedKnownAt: Date;
  /** When its clock began anew: the trouble was back, a link or a statement was undone, or it goes by the other row since. */
  waitsSince?: Date;
  /** The slot that waits for an update, also after it was due, until it is closed; null without a running clock. */
  nextUpdateDueAt: Date | null;
  /** When the responders are told next: of that slot, or, once they have been, of the one after it. */
  remindAt: Date | null;
  dueReason: string;
  /** When the responders were told of that slot. */
  remindedAt?: Date;
  /** The latest slot that they have been told of, and when: it may already be the one after. No slot is told twice. */
  lastTold?: { dueAt: Date; at: Date };
  lastUpdateAt?: Date;
  lastMessage?: string;
  /** The first of the slots that have passed since anybody told them; absent while none has. */
  overdueSince?: Date;
  missedInARow: number;
  /** Of the row of missed slots that still goes on. */
  escalatedAt?: Date;
  recoveredAt?: Date;
  /** What the message that stops the clock has to say, where only that message is left. */
  endsWith?: 'recovery' | 'not-occurring';
  stoppedAt: Date | null;
  /** When everyone who is counted had a name, so that nobody without one is waited for. */
  namedAwayAt?: Date;
  /** A link stopped it; undone, it goes on. */
  isStoppedByLink?: boolean;
  /** Since when a link has it wait again, and as it was before: over. */
  overBeforeLink?: { at: Date; stoppedAt: Date | null } & Pick<Contact, 'recoveredAt' | 'endsWith'>;
  /** The last slots, newest last: an update recorded for the past may still change what became of them. */
  pastSlots?: PastSlot[];
}

export type Outcome = 'met' | 'late' | 'missed' | 'not-reminded';

/** It ended, and no update had come. */
export const isUnmet = ({ outcome }: Pick<PastSlot, 'outcome'>): boolean =>
  outcome === 'missed' || outcome === 'not-reminded';

export interface PastSlot {
  dueAt: Date;
  /** The update that closed it, or the moment at which the next slot was due. */
  endAt: Date;
  outcome: Outcome;
  remindedAt?: Date;
  /** The last update before it was due, where that had closed no slot, long before a fixed time: it was due by that one. */
  heardAt?: Date;
  /** The incident whose sums have it, where a link has brought the contact here since. */
  countedIn?: string;
}

export const theOthersId = 'con_others';

/** As statements, events and notices name them: by the ids of the source. Those whom nobody has named are `others`. */
export const customerIdsOf = ({ isTheOthers, customers }: Pick<Contact, 'isTheOthers' | 'customers'>): string[] =>
  isTheOthers ? ['others'] : customers.map((each) => each.id);

/** Tools' own ids hold slashes and worse, so a contact's is a hash of its customer's, or of that which some share. */
export function contactIdOf({ contactId, id }: Customer): string {
  return stableId('con', contactId ? `shared:${contactId}` : `customer:${id}`);
}

/** Groups customers into contacts by their shared contact id. */
export function groupByContact(customers: Customer[]): Map<string, Customer[]> {
  const groups = new Map<string, Customer[]>();
  for (const customer of customers) {
    const id = contactIdOf(customer);
    groups.set(id, [...(groups.get(id) ?? []), customer]);
  }
  return groups;
}

/** The contacts of a new report: one for each who is told by themselves, one for those who are only counted. */
export function openContacts(incident: Incident, signal: Signal, affectedKnownAt: Date, policy: Policy): Contact[] {
  const customers = affectedOf(signal);
  const ticket = ticketOf(signal);
  const contacts = [...groupByContact(customers)].map(([id, members]) =>
    openContact(
      incident,
      { id, customers: members, ticket: ticketOn(members, signal.customer, ticket), affectedKnownAt },
      policy,
    ),
  );
  if ((incident.impact.affectedCustomerCount ?? 0) > customers.length) {
    contacts.push(
      openContact(incident, { id: theOthersId, customers: [], ticket: undefined, affectedKnownAt }, policy),
    );
  }
  return contacts;
}

export const ticketOf = ({ source, tool, sourceId, url }: Signal): Contact['ticket'] =>
  source === 'ticket' ? { tool, id: sourceId, ...(url ? { url } : {}) } : undefined;

/** A ticket is answered to whoever reported on it; others who are named there do not read it. */
export function ticketOn(
  customers: readonly Customer[],
  reporter: Customer | undefined,
  ticket: Contact['ticket'],
): Contact['ticket'] {
  return customers.some((each) => each.id === reporter?.id) ? ticket : undefined;
}

export function openContact(
  incident: Incident,
  begin: { id: string; customers: Customer[]; ticket: Contact['ticket']; affectedKnownAt: Date },
  policy: Policy,
): Contact {
  const slot = hasRhythm(incident) ? firstSlot(incident, begin.affectedKnownAt, policy) : undefined;
  const name = nameOf(begin.customers);
  return {
    id: begin.id,
    incidentId: incident.id,
    ...(incident.isDrill ? { isDrill: true as const } : {}),
    isTheOthers: begin.id === theOthersId,
    customers: begin.customers,
    ...(name ? { name } : {}),
    ...(begin.ticket ? { ticket: begin.ticket } : {}),
    affectedKnownAt: begin.affectedKnownAt,
    nextUpdateDueAt: slot?.dueAt ?? null,
    remindAt: slot?.remindAt ?? null,
    dueReason: slot?.reason ?? noRhythm,
    missedInARow: 0,
    stoppedAt: null,
  };
}

/** What they are called, where anybody has said it. */
export const nameOf = (customers: readonly Customer[]): string | undefined => customers.find((each) => each.name)?.name;

const noRhythm = 'no rhythm: it is about Metronome itself';

/** A contact of an incident without a rhythm: it waits for nothing. */
export function withoutClock(contact: Contact): Contact {
  return { ...contact, nextUpdateDueAt: null, remindAt: null, dueReason: noRhythm };
}

/** A contact goes over to another incident; its past slots stay counted where they ended. */
export function moveContact(contact: Contact, incidentId: string): Contact {
  const pastSlots = contact.pastSlots?.map((slot) => ({ ...slot, countedIn: slot.countedIn ?? contact.incidentId }));
  return { ...contact, incidentId, ...optional('pastSlots', pastSlots) };
}
