/** A customer named twice in one report counts once, and has one ID under all their names. Pure. */
import { type CustomerList, knownAs } from '../find/customer-list.ts';
import { readingForm } from '../incidents/search/reading-form.ts';
import type { Customer, Signal } from '../incidents/signals/signal.ts';

type Named = Pick<Signal, 'affectedCustomers'> & { customer?: Customer };

/** A form's list of stores holds names where the ticket's organisation holds an id: the same name is the same store. */
export function withSameCustomers<T extends Named>(signal: T, list: CustomerList): T {
  const customer = signal.customer && knownAs(signal.customer, list);
  const affected = signal.affectedCustomers.map((each) =>
    customer && isNameOf(each, customer) ? customer : knownAs(each, list),
  );
  const affectedCustomers = [...new Map(affected.map((each) => [each.id, each])).values()];
  return { ...signal, ...(customer ? { customer } : {}), affectedCustomers };
}

const isNameOf = (each: Customer, { id, name }: Customer): boolean =>
  each.name === undefined && [id, name ?? id].some((text) => readingForm(text) === readingForm(each.id));
