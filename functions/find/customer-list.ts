/** The team's own list of its customers, found under any of their names. Pure. */
import { createHash } from 'node:crypto';
import { readingForm } from '../incidents/search/reading-form.ts';
import type { Customer } from '../incidents/signals/signal.ts';
import type { Language } from '../words/text.ts';

/** A row of `customers.csv`. */
export interface ListedCustomer {
  id: string;
  name: string;
  /** Other names: a ticket's organisation, an older name. */
  aliases: string[];
  /** The language of their messages, if it is not `sender.language`. */
  language?: Language;
  /** Customers with the same one are told together. */
  contactId?: string;
}

export interface CustomerList {
  rows: readonly ListedCustomer[];
  byId: ReadonlyMap<string, ListedCustomer>;
  /** By ID, name and alias, in the form in which texts are compared. */
  byForm: ReadonlyMap<string, ListedCustomer>;
}

/** No two of the rows share an id, a name or an alias. */
export function listOf(rows: readonly ListedCustomer[]): CustomerList {
  const forms = rows.flatMap((row) => formsOf(row).map((form) => [form, row] as const));
  return { rows, byId: new Map(rows.map((row) => [row.id, row])), byForm: new Map(forms) };
}

/** A text without letters and digits has no comparable form. */
export const formsOf = ({ id, name, aliases }: Pick<ListedCustomer, 'id' | 'name' | 'aliases'>): string[] => [
  ...new Set([id, name, ...aliases].map(readingForm).filter(Boolean)),
];

/**
 * Finds a listed customer by ID, name or alias. A customer with both an ID and a different name is found by ID only.
 */
export function knownAs(customer: Customer, { byId, byForm }: CustomerList): Customer {
  const asked = readingForm(customer.id);
  const known = byId.get(customer.id) ?? byForm.get(asked);
  if (!known) return customer;
  const { id, name, aliases, contactId } = known;
  const isNamedAlone = readingForm(name) === asked && ![id, ...aliases].some((each) => readingForm(each) === asked);
  const hasOwnId = customer.name !== undefined && customer.name !== customer.id;
  if (hasOwnId && isNamedAlone) return customer;
  return { ...(contactId ? { contactId } : {}), ...customer, id, name };
}

/** `cus_` and 12 hex digits: the same rows have the same. */
export const listVersion = (rows: readonly ListedCustomer[]): string =>
  `cus_${createHash('sha256').update(JSON.stringify(rows)).digest('hex').slice(0, 12)}`;
