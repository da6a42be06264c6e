/** Puts off asking who is affected, where no customer is known: a customer's own deadline is never put off. Pure. */
import { milliseconds } from '../../policy.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import { scopeSlot } from '../rhythm/cadence.ts';
import type { Reducer } from './given.ts';

export const snoozed: Reducer<'snoozed'> = ({ incident, context }) => {
  const { now, policy } = context;
  const known = Math.max(incident.affectedCustomers.length, incident.impact.affectedCustomerCount ?? 0);
  if (!scopeSlot(incident, known, null, policy)) return { status: 409, refused: refuse('nothing-to-snooze') };
  const scopeSnoozedUntil = new Date(now.getTime() + milliseconds(policy.cadence.snoozeFor));
  return { changes: { scopeSnoozedUntil } };
};
