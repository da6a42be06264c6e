/** Takes off a customer who was named by mistake. Pure. */
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { optional } from '../incident.ts';
import { type Reducer, withName } from './given.ts';

/**
 * The customer’s clock ends here: the deadline that was pending counts neither as met nor as missed, and none follows.
 * Deadlines that had passed before stay counted. Who shares the contact keeps its clock. Where the others have all recovered, so has the incident.
 *
 * How many are affected goes down where all of them are named; a larger count, which somebody has stated, stays. The
 * tool that named the customer does not name them again; a person may.
 */
export const customerRemoved: Reducer<'customer-removed'> = ({ incident, statement }) => {
  const { customer: id, why } = statement;
  const customer = incident.affectedCustomers.find((each) => each.id === id);
  const affectedCustomers = incident.affectedCustomers.filter((each) => each.id !== id);
  if (!customer) {
    const errors = [wrongField('customer', 'not-affected', { id })];
    return { status: 422, refused: refuse('some-not-affected'), errors };
  }
  const { affectedCustomerCount: stated = 0, ...others } = incident.impact;
  const count = stated > incident.affectedCustomers.length ? stated : affectedCustomers.length;
  // Where nobody is left, it is not known how many are affected.
  const impact = { ...others, ...optional('affectedCustomerCount', count || undefined) };
  return {
    changes: { affectedCustomers, takenOff: withName(incident.takenOff ?? [], id), impact },
    effects: [{ kind: 'removed', customerId: id }],
    detail: { customer: id, ...optional('name', customer.name), why },
  };
};
