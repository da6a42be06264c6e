/** What statements do to an incident's contacts: which contacts each touches, and what the rules record beside it. */
import { describe, expect, test } from 'vitest';
import { effectsOfCount, needsContacts, unknownCustomers } from '../../functions/incidents/contact-effects.ts';
import type { ContactEffect } from '../../functions/incidents/decision.ts';
import type { EventOf } from '../../functions/incidents/events.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { at, contactOf, incidentAt } from './rhythm/rhythm.ts';

const incident = incidentAt(at('24 10:00'), { affectedCustomers: [{ id: 'a' }, { id: 'b' }] });
const calm: Incident = { ...incident, ongoing: 'no', urgency: { ...incident.urgency, level: 'low' } };
const { ticket: _, ...b } = contactOf(incident, 'b');
const a: Contact = { ...contactOf(incident, 'a'), ticket: { tool: 'zendesk', id: '7' } };

const updated = (whom: 'all' | string[], more: Record<string, unknown> = {}) =>
  ({ kind: 'updated', whom, sentAt: at('24 10:05'), channel: 'phone', isRecovery: false, ...more }) as ContactEffect;
describe('the contacts are read', () => {
  test.each<[string, Incident, Incident, ContactEffect[], boolean]>([
    ['not for what does nothing to them', incident, incident, [], false],
    ['for what does', incident, incident, [updated('all')], true],
    ['where the rhythm becomes faster', calm, incident, [], true],
    ['where it becomes slower', incident, calm, [], true],
    ['not where it stays slow', calm, calm, [], false],
  ])('%s', (_, before, after, effects, isNeeded) => {
    expect(needsContacts(before, after, effects)).toBe(isNeeded);
  });
});

test.each<[string, type: EventOf['type'], detail: object, string[]]>([
  ['of an update', 'customer-updated', { customers: ['a', 'x', 'y'], channel: 'phone' }, ['x', 'y']],
  ['of a recovery', 'recovered', { customers: ['z', 'b'] }, ['z']],
  ['not of what is said of all', 'customer-updated', { customers: 'all', channel: 'phone' }, []],
  ['not of a recovery that names nobody', 'recovered', {}, []],
  [
    'not where a tool speaks of its ticket',
    'customer-updated',
    { customers: ['x'], ticket: { tool: 'zendesk', id: '7' } },
    [],
  ],
  [
    'not of whom a statement names for the first time',
    'scoped',
    { affectedCustomers: [{ id: 'x' }], customers: ['x'] },
    [],
  ],
])('customers that no contact has are named: %s', (_, type, detail, unknown) => {
  const fact = { type, detail, actor: 'sato', occurredAt: at('24 10:05') } as EventOf;
  expect(unknownCustomers([a, b], fact)).toEqual(unknown);
});

test.each<[string, Incident['status'], number | undefined, boolean]>([
  ['more while it goes on', 'open', 3, true],
  ['those who are named while it goes on', 'open', 2, true],
  ['more of what is over', 'recovered', 3, false],
  ['those who are named of what is over', 'recovered', 2, true],
  ['nobody of what is over', 'recovered', undefined, true],
])('a meeting that counts %s is told to who waits where that changes who does', (_, status, count, isTold) => {
  const counted = { ...incident, status, impact: { affectedCustomerCount: count } } as Incident;
  const effect = { kind: 'affected', customers: [], knownAt: at('24 11:00') };
  expect(effectsOfCount(counted, at('24 11:00'))).toEqual(isTold ? [effect] : []);
});
