/** Which customers are affected, what they are told, and that their business works again. Pure. */

import { milliseconds } from '../../policy.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { alsoNamed, countAffected, earliest, optional } from '../incident.ts';
import { scopeSlot } from '../rhythm/cadence.ts';
import { type Reducer, withName } from './given.ts';

export const customerUpdated: Reducer<'customer-updated'> = ({ statement, at }) => {
  // A statement without a channel is taken for a word on the customer's ticket.
  const { customers, message, channel = 'ticket', recovery } = statement;
  const sent = { whom: customers, sentAt: at, ...optional('message', message), channel };
  return { changes: {}, effects: [{ kind: 'updated', ...sent, isRecovery: recovery === true }] };
};

export const recovered: Reducer<'recovered'> = ({ statement: { customers = 'all' }, at }) => ({
  changes: {},
  effects: [{ kind: 'recovered', whom: customers, recoveredAt: at }],
});

/** Who is affected, how that was confirmed, and whether it could recur. */
export const scoped: Reducer<'scoped'> = ({ incident, statement, at }) => {
  const known = new Set(incident.affectedCustomers.map((each) => each.id));
  const newCustomers = (statement.affectedCustomers ?? [])
    .map(({ id, name, contactId }) => ({ id, ...optional('name', name), ...optional('contactId', contactId) }))
    .filter((each) => !known.has(each.id));
  // Customers that a linked incident's report names are affected by this one as well, even after the link ends.
  const again = incident.affectedCustomers.map((each) =>
    statement.affectedCustomers?.some(({ id }) => id === each.id) ? alsoNamed(each, incident.id, incident.id) : each,
  );
  const affectedCustomers = [...again, ...newCustomers];
  const stated = statement.affectedCustomerCount ?? incident.impact.affectedCustomerCount;
  const count = countAffected(stated, affectedCustomers.length);
  const impact = {
    ...incident.impact,
    ...optional('affectedCustomerCount', count),
    ...optional('scopeMethod', statement.method),
    ...optional('scopeEvidenceUrl', statement.evidenceUrl),
    ...optional('recurrenceRisk', statement.recurrenceRisk),
  };
  // Stated twice, the earlier time wins, in whichever order they are recorded; so for other times.
  const scopedAt = earliest(incident.scopedAt, at);
  const effect = { kind: 'affected' as const, customers: newCustomers, knownAt: at };
  return { changes: { scopedAt, affectedCustomers, impact }, effects: [effect] };
};

/**
 * Takes off a customer who was named by mistake. The deadline that was pending is neither met nor missed; those that
 * had passed stay counted. Who shares the contact keeps its clock. Where the others have all recovered, so has the
 * incident. The count goes down where all are named; a larger one, which somebody has stated, stays. The tool that
 * named the customer does not name them again; a person may.
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

/** Puts off asking who is affected, where no customer is known: a customer's own deadline is never put off. */
export const snoozed: Reducer<'snoozed'> = ({ incident, context }) => {
  const { now, policy } = context;
  const known = Math.max(incident.affectedCustomers.length, incident.impact.affectedCustomerCount ?? 0);
  if (!scopeSlot(incident, known, null, policy)) return { status: 409, refused: refuse('nothing-to-snooze') };
  const scopeSnoozedUntil = new Date(now.getTime() + milliseconds(policy.cadence.snoozeFor));
  return { changes: { scopeSnoozedUntil } };
};
