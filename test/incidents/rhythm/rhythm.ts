/** Incidents and contacts to try the rhythm on. Times are told in the policy's zone, as in the tables. */

import { type Incident, openIncident } from '../../../functions/incidents/incident.ts';
import { type Contact, openContact } from '../../../functions/incidents/rhythm/contact.ts';
import type { Signal } from '../../../functions/incidents/signal/signal.ts';
import { policy } from '../../../functions/policy.ts';

/** `at('24 10:00')` is 10:00 on 24 November 2026 in Tokyo. */
export function at(text: string): Date {
  const match = /^(\d\d) (\d\d:\d\d(?::\d\d)?)$/.exec(text);
  if (!match) throw new Error(`Not a day and a time: ${text}`);
  return new Date(`2026-11-${match[1]}T${match[2]}${match[2]?.length === 5 ? ':00' : ''}+09:00`);
}

/** The other way round. */
export function told(date: Date | null | undefined): string {
  if (!date) return '–';
  const local = new Date(date.getTime() + 9 * 3_600_000).toISOString();
  return `${local.slice(8, 10)} ${local.slice(11, 16)}${local.slice(17, 19) === '00' ? '' : local.slice(16, 19)}`;
}

export const signalAt = (receivedAt: Date, signal: Partial<Signal> = {}): Signal => ({
  id: 'sig_1',
  source: 'ticket',
  tool: 'generic',
  sourceId: 'T-1001',
  kind: 'stated',
  receivedAt,
  title: '注文が通らない',
  tags: [],
  differsFromExpected: 'unknown',
  occurredAt: { at: new Date(receivedAt.getTime() - 10 * 60_000), isApproximate: false },
  ongoing: 'yes',
  customer: { id: 'store-12', name: '渋谷店' },
  isReporterAffected: true,
  affectedCustomers: [],
  isDrill: false,
  problems: [],
  ...signal,
});

export function incidentAt(filedAt: Date, facts: Partial<Incident> = {}, signal: Partial<Signal> = {}): Incident {
  const routing = { kind: 'incident' as const, rule: 'trouble' as const, why: '' };
  return {
    ...openIncident('inc_1', 0, signalAt(filedAt, signal), routing as unknown as Incident['routing'], policy, filedAt),
    ...facts,
  };
}

export function contactOf(incident: Incident, id = 'store-12', affectedKnownAt: Date = incident.filedAt): Contact {
  return openContact(
    incident,
    {
      id: `con_${id}`,
      customers: [{ id, name: id }],
      ticket: { tool: 'generic', id: 'T-1001' },
      affectedKnownAt,
    },
    policy,
  );
}
