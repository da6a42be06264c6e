/** Who is affected, how that was confirmed, and whether it could recur. Pure. */
import { alsoNamed, countAffected, earliest, optional } from '../incident.ts';
import type { Reducer } from './given.ts';

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
