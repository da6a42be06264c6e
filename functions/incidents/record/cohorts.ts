/** Contacts with the same facts share a document, a cohort: an update to 20,000 is then some tens of writes. Pure. */
import { given } from '../../platform/defined.ts';
import { optional } from '../incident.ts';
import { type Contact, factTree, nameOf } from '../rhythm/contact.ts';
import type { Customer } from '../signals/signal.ts';

/** A contact or, with `members`, the common part of many contacts. */
export interface StoredContact extends Contact {
  members?: Pick<Contact, 'id' | 'customers'>[];
}

/** Up to this many contacts have documents of their own. */
export const leastShared = 100;
/** A member has some 130 bytes, and a document 1 MiB. */
const mostShared = 2_000;

/** The document that holds a contact without a document of its own. */
const foundIn = new WeakMap<Contact, string>();

/** @returns those of all documents, by their ids */
export const contactsInAll = (stored: readonly StoredContact[]): Contact[] => stored.flatMap(contactsIn).sort(byId);

const byId = (one: Contact, other: Contact): number => (one.id < other.id ? -1 : 1);

function contactsIn(stored: StoredContact): Contact[] {
  const { members, ...shared } = stored;
  if (!members) return [stored];
  return members.map(({ id, customers }) => {
    const contact = { ...withCustomers(shared, id, customers), ...optional('name', nameOf(customers)) };
    foundIn.set(contact, shared.id);
    return contact;
  });
}

const withCustomers = (contact: Contact, id: string, customers: Customer[]): Contact => ({
  ...contact,
  id,
  customers,
  facts: contact.facts.map((each) => (each.type === 'known' ? { ...each, customers } : each)),
});

/** The differences between the stored documents of contacts and the new ones. */
export function changedDocuments(
  before: readonly Contact[],
  after: readonly Contact[],
): { written: StoredContact[]; gone: string[] } {
  const known = Map.groupBy(before, (each) => foundIn.get(each) ?? each.id);
  const all = documentsOf(after);
  const isAsKnown = ([id, contacts]: [string, Contact[]]): boolean => {
    const was = known.get(id);
    return was?.length === contacts.length && new Set([...was, ...contacts]).size === was.length;
  };
  return {
    written: [...all].filter((each) => !isAsKnown(each)).map(([id, contacts]) => storedAs(id, contacts)),
    gone: [...known.keys()].filter((id) => !all.has(id)),
  };
}

/** By document ID. A cohort has the ID of its first member and keeps it if other members leave. */
function documentsOf(contacts: readonly Contact[]): Map<string, Contact[]> {
  const alone = contacts.filter((each) => !mayShare(each));
  const cohorts = Map.groupBy(contacts.filter(mayShare), factTree());
  const shared = new Map<string, Contact[]>();
  for (const cohort of cohorts.values()) {
    if (cohort.length < leastShared) alone.push(...cohort);
    else {
      cohort.sort(byId);
      for (let at = 0; at < cohort.length; at += mostShared) {
        const chunk = cohort.slice(at, at + mostShared);
        shared.set(`all_${chunk[0]?.id}`, chunk);
      }
    }
  }
  return new Map([...alone.map((each): [string, Contact[]] => [each.id, [each]]), ...shared]);
}

/** Named by one fact, without a ticket: all else that it has is in its facts. */
function mayShare({ facts, isTheOthers, ticket }: Contact): boolean {
  const names = facts.filter((each) => 'customers' in each);
  return !isTheOthers && !ticket && names.length === 1 && facts.some(({ type }) => type === 'known');
}

function storedAs(id: string, contacts: Contact[]): StoredContact {
  const [first] = contacts;
  if (!first || first.id === id) return first as Contact;
  const { name: _, ...shared } = first;
  return { ...withCustomers(shared, id, []), members: contacts.map((each) => given(each, ['id', 'customers'])) };
}
