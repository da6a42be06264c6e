/** Who is named twice in one report is one customer, and a customer has one id, whatever they are called. Pure. */
import { readingForm } from '../incidents/search/reading-form.ts';
import type { Customer, Signal } from '../incidents/signals/signal.ts';
import type { Policy } from '../policy.ts';

type Named = Pick<Signal, 'affectedCustomers'> & { customer?: Customer };

/** A form's list of stores holds names where the ticket's organisation holds an id: the same name is the same store. */
export function withSameCustomers<T extends Named>(signal: T, policy: Policy): T {
  const customer = signal.customer && knownAs(signal.customer, policy);
  const affected = signal.affectedCustomers.map((each) =>
    customer && isNameOf(each, customer) ? customer : knownAs(each, policy),
  );
  const affectedCustomers = [...new Map(affected.map((each) => [each.id, each])).values()];
  return { ...signal, ...(customer ? { customer } : {}), affectedCustomers };
}

/** By an id, a name or an alias of `policy.customers`. What has an id and a name of its own is called by the id alone. */
export function knownAs(customer: Customer, { customers }: Pick<Policy, 'customers'>): Customer {
  const asked = readingForm(customer.id);
  const known = customers.find(({ id, name, aliases }) =>
    [id, ...(customer.name === undefined ? [name, ...aliases] : aliases)].some((each) => readingForm(each) === asked),
  );
  return known ? { ...customer, id: known.id, name: known.name } : customer;
}

const isNameOf = (each: Customer, { id, name }: Customer): boolean =>
  each.name === undefined && [id, name ?? id].some((text) => readingForm(text) === readingForm(each.id));
