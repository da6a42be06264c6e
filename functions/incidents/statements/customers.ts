/** Which customers are affected, which updates they got, and when they can work again. Pure. */

import { milliseconds } from '../../policy.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import type { EventOf, FactOf } from '../facts/events.ts';
import { isFact } from '../facts/timeline.ts';
import { countAffected, earliest, optional } from '../incident.ts';
import { scopeSlot } from '../rhythm/cadence.ts';
import { type Reducer, withName } from './given.ts';

export const customerUpdated: Reducer<'customer-updated'> = ({ statement, at }) => {
  // A statement without a channel counts as sent on the customer's ticket.
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
  const affectedCustomers = [...incident.affectedCustomers, ...newCustomers];
  const stated = statement.affectedCustomerCount ?? incident.impact.affectedCustomerCount;
  const count = countAffected(stated, affectedCustomers.length);
  const impact = {
    ...incident.impact,
    ...optional('affectedCustomerCount', count),
    ...optional('scopeMethod', statement.method),
    ...optional('scopeEvidenceUrl', statement.evidenceUrl),
    ...optional('recurrenceRisk', statement.recurrenceRisk),
  };
  // If it is stated twice, the earlier time wins in either order; so it is for other times.
  const scopedAt = earliest(incident.scopedAt, at);
  const effect = { kind: 'affected' as const, customers: newCustomers, knownAt: at };
  return { changes: { scopedAt, affectedCustomers, impact }, effects: [effect] };
};

/**
 * Removes a customer who was named by mistake. Their pending deadline is neither met nor missed; past ones stay counted.
 * Customers who share the contact keep its clock. If all others have recovered, so has the incident. The count goes down if all
 * are named; a larger count that somebody stated stays. A tool does not add the customer again; a person may.
 */
export const customerRemoved: Reducer<'customer-removed'> = ({ incident, statement }) => {
  const { customer: id, why } = statement;
  const customer = incident.affectedCustomers.find((each) => each.id === id);
  const affectedCustomers = incident.affectedCustomers.filter((each) => each.id !== id);
  const takenOff = withName(incident.takenOff ?? [], id);
  // A customer that only members name is removed on the primary, and stays in the members.
  if (!customer && 'ofMembers' in statement)
    return { changes: { takenOff }, effects: [{ kind: 'removed', whom: [id] }] };
  if (!customer) {
    const errors = [wrongField('customer', 'not-affected', { id })];
    return { status: 422, refused: refuse('some-not-affected'), errors };
  }
  const { affectedCustomerCount: stated = 0, ...others } = incident.impact;
  const count = stated > incident.affectedCustomers.length ? stated : affectedCustomers.length;
  // With no customer left, the count is unknown.
  const impact = { ...others, ...optional('affectedCustomerCount', count || undefined) };
  return {
    changes: { affectedCustomers, takenOff, impact },
    effects: [{ kind: 'removed', whom: [id] }],
    detail: {
      customer: id,
      ...optional('name', customer.name),
      why,
      ...(customer.via && !customer.via.includes(incident.id) ? { ofMembers: true } : {}),
    },
  };
};

/** Removes the customers that only a ticket has named. It adds none from then on, so that no edit of it fills the record again. */
export const namesRemoved: Reducer<'names-removed'> = ({ incident, statement }) => {
  const { customers: whom = [] } = statement as Partial<FactOf<'names-removed'>['detail']>;
  if (whom.length === 0)
    return { status: 422, refused: refuse('named-nobody'), errors: [wrongField('ticket', 'named-nobody')] };
  const gone = new Set(whom);
  const affectedCustomers = incident.affectedCustomers.filter(({ id }) => !gone.has(id));
  const { affectedCustomerCount: counted = 0, ...others } = incident.impact;
  // What a person has counted stays; what the ticket counted beside its names goes with them.
  const isStated = 'impact.affectedCustomerCount' in (incident.stated ?? {});
  const isKept = isStated && counted > incident.affectedCustomers.length;
  const count = countAffected(isKept ? counted : undefined, affectedCustomers.length);
  return {
    changes: {
      affectedCustomers,
      namesNobody: true,
      impact: { ...others, ...optional('affectedCustomerCount', count) },
    },
    effects: [{ kind: 'removed', whom }],
  };
};

/**
 * The customers that a ticket has named, without its reporter and those that people have named as well.
 * @param events without what was retracted
 */
export function namedOn(events: readonly EventOf[], ticket: string): string[] {
  const [named, others] = [new Set<string>(), new Set<string>()];
  for (const event of events) {
    if (event.type === 'filed' && event.detail.report?.sourceId === ticket) {
      for (const { id } of event.detail.report.affectedCustomers) named.add(id);
      others.add(event.detail.report.customer?.id ?? '');
    } else if (event.type === 'corrected' && !isFact(event) && event.detail.ticket?.id === ticket) {
      for (const { id } of event.detail.customers ?? []) named.add(id);
    } else if (event.type === 'scoped') {
      for (const { id } of event.detail.affectedCustomers ?? []) others.add(id);
    }
  }
  return [...named].filter((each) => !others.has(each));
}

/** Snoozes the question who is affected while no customer is known; a customer's own deadline is never postponed. */
export const snoozed: Reducer<'snoozed'> = ({ incident, context }) => {
  const { now, policy } = context;
  const known = Math.max(incident.affectedCustomers.length, incident.impact.affectedCustomerCount ?? 0);
  if (!scopeSlot(incident, known, null, policy)) return { status: 409, refused: refuse('nothing-to-snooze') };
  const scopeSnoozedUntil = new Date(now.getTime() + milliseconds(policy.cadence.snoozeFor));
  return { changes: { scopeSnoozedUntil } };
};
