/** Signals to try what is decided on. */
import type { Signal } from '../../functions/incidents/signals/signal.ts';

/** A report of a ticket that says nothing but what is given here. */
export const signalWith = (given: Partial<Signal> & Pick<Signal, 'receivedAt'>): Signal => ({
  id: 'sig_1',
  source: 'ticket',
  tool: 'generic',
  sourceId: 'T-1001',
  kind: 'stated',
  tags: [],
  differsFromExpected: 'unknown',
  ongoing: 'unknown',
  isReporterAffected: true,
  affectedCustomers: [],
  isDrill: false,
  problems: [],
  ...given,
});
