/** Incidents and contacts to try the rhythm on. Times are told in the policy's zone, as in the tables. */

import type { ContactFact } from '../../../functions/incidents/clocks/facts.ts';
import type { Fact } from '../../../functions/incidents/facts/timeline.ts';
import { openIncident } from '../../../functions/incidents/fold/beginning.ts';
import { withSchedule } from '../../../functions/incidents/fold/contact-effects.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { type Contact, openContact, readClocks } from '../../../functions/incidents/rhythm/contact.ts';
import type { Signal } from '../../../functions/incidents/signals/signal.ts';
import { policy } from '../../../functions/policy.ts';
import { signalWith } from '../signals.ts';

/** `at('24 10:00')` is 10:00 on 24 November 2026 in Tokyo, and so is `at('10:00')`. */
export function at(text: string): Date {
  const match = /^(?:(\d\d) )?(\d\d:\d\d(?::\d\d)?)$/.exec(text);
  if (!match) throw new Error(`Not a day and a time: ${text}`);
  return new Date(`2026-11-${match[1] ?? '24'}T${match[2]}${match[2]?.length === 5 ? ':00' : ''}+09:00`);
}

/** The other way round. */
export function told(date: Date | null | undefined): string {
  if (!date) return '–';
  const local = new Date(date.getTime() + 9 * 3_600_000).toISOString();
  return `${local.slice(8, 10)} ${local.slice(11, 16)}${local.slice(17, 19) === '00' ? '' : local.slice(16, 19)}`;
}

export const signalAt = (receivedAt: Date, signal: Partial<Signal> = {}): Signal =>
  signalWith({
    receivedAt,
    title: '注文が通らない',
    occurredAt: { at: new Date(receivedAt.getTime() - 10 * 60_000), isApproximate: false },
    ongoing: 'yes',
    customer: { id: 'store-12', name: '渋谷店' },
    ...signal,
  });

export function incidentAt(filedAt: Date, facts: Partial<Incident> = {}, signal: Partial<Signal> = {}): Incident {
  const routing = { kind: 'incident' as const, rule: 'trouble' as const, why: '' };
  return scheduled({
    ...openIncident('inc_1', 0, signalAt(filedAt, signal), routing as unknown as Incident['routing'], policy, filedAt),
    ...facts,
  });
}

/** With what its contacts wait by, known since it was filed. */
export function scheduled(incident: Incident): Incident {
  const { schedule: _, ...unscheduled } = incident;
  return withSchedule(unscheduled, [], eventAt('filed', incident.filedAt), policy);
}

const eventAt = (type: string, recordedAt: Date): Fact =>
  ({ id: '00000001', type, occurredAt: recordedAt, recordedAt, actor: 'rule', detail: {} }) as unknown as Fact;

export function contactOf(
  incident: Incident,
  id = 'store-12',
  affectedKnownAt: Date = incident.filedAt,
  customers = [{ id, name: id }] as Contact['customers'],
): Contact {
  const stamp = { id: '00000001', at: affectedKnownAt, recordedAt: incident.filedAt };
  const named = { customers, ticket: { tool: 'generic', id: 'T-1001' } };
  return withFacts({ ...openContact(incident, `con_${id}`), facts: [{ ...stamp, type: 'known', ...named }] }, incident);
}

let ids = 100;
const stamp = (when: string) => ({ id: `${++ids}`, at: at(when), recordedAt: at(when) });

/** A reminder of the waiting slot, and of the next one where that is due soon. */
export const remind = (contact: Contact, incident: Incident, when: string): Contact =>
  withFacts(contact, incident, { ...stamp(when), type: 'reminded', dueAt: contact.nextUpdateDueAt ?? at(when) });

export const update = (
  contact: Contact,
  incident: Incident,
  when: string,
  isRecovery = false,
  message?: string,
): Contact =>
  withFacts(contact, incident, { ...stamp(when), type: 'updated', isRecovery, ...(message ? { message } : {}) });

/** Of as many slots as are named the responders were told, and nobody updated anybody. */
export const miss = (contact: Contact, incident: Incident, ...reminded: string[]): Contact =>
  reminded.reduce((each, when) => remind(each, incident, when), contact);

/** With further facts, and its clock as it is once they are recorded. */
export function withFacts(contact: Contact, incident: Incident, ...facts: ContactFact[]): Contact {
  const all = [...contact.facts, ...facts];
  const now = new Date(Math.max(...all.map((each) => each.recordedAt.getTime())));
  const read = readClocks([{ ...contact, facts: all }], incident, now, policy).get(contact.id);
  if (!read) throw new Error(contact.id);
  return read;
}
