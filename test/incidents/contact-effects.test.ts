/** What statements do to an incident's contacts: which contacts each touches, and what the rules record beside it. */
import { describe, expect, test } from 'vitest';
import {
  effectsOfCount,
  needsContacts,
  recoveryOfThose,
  unknownCustomers,
} from '../../functions/incidents/contact-effects.ts';
import type { ContactEffect } from '../../functions/incidents/decision.ts';
import type { EventOf } from '../../functions/incidents/events.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import type { Contact } from '../../functions/incidents/rhythm/contact.ts';
import { at, contactOf, incidentAt } from './rhythm/rhythm.ts';

const incident = incidentAt(at('24 10:00'), { affectedCustomers: [{ id: 'a' }, { id: 'b' }] });
const calm: Incident = { ...incident, ongoing: 'no', urgency: { ...incident.urgency, level: 'low' } };
const { ticket: _, ...b } = contactOf(incident, 'b');
const a: Contact = { ...contactOf(incident, 'a'), ticket: { tool: 'zendesk', id: '7' } };
const others: Contact = { ...b, id: 'con_others', customers: [], isTheOthers: true };

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
])('customers whom no contact has are named: %s', (_, type, detail, unknown) => {
  const fact = { type, detail, actor: 'sato', occurredAt: at('24 10:05') } as EventOf;
  expect(unknownCustomers([a, b], fact)).toEqual(unknown);
});

describe('whoever a link brings or its end leaves has recovered', () => {
  const works = (contact: Contact, time: string): Contact => ({ ...contact, recoveredAt: at(`24 ${time}`) });
  const [early, late] = [works(a, '10:03'), works(b, '10:04')];
  const over: Partial<Incident> = { status: 'recovered', recoveredAt: at('24 10:03') };
  const seen = (time: string, more: Partial<Incident> = {}): Partial<Incident> => ({
    ongoing: 'yes',
    lastSeenAt: at(`24 ${time}`),
    ...more,
  });
  test.each<[what: string, now: Partial<Incident>, contacts: Contact[], recoveredAt: string | undefined]>([
    ['with the last of them', {}, [early, late], '10:04'],
    ['not while one has not', {}, [early, b], undefined],
    ['not where nobody is left', {}, [], undefined],
    ['without those whom nobody counts', {}, [early, late, others], '10:04'],
    ['not without those who are counted', { impact: { affectedCustomerCount: 3 } }, [early, late, others], undefined],
    ['not where only such are left whom nobody counts', {}, [works(others, '10:04')], undefined],
    ['where it was last seen as the last of them recovered', seen('10:04'), [early, late], '10:04'],
    ['not where it was seen to go on after that', seen('10:05'), [early, late], undefined],
    ['where it was seen not to', seen('10:05', { ongoing: 'no' }), [early, late], '10:04'],
    ['later than it had, where it was over', over, [early, late], '10:04'],
    ['also where it had been seen to go on', { ...over, ...seen('10:05') }, [early, late], '10:04'],
    ['earlier than it had', { ...over, recoveredAt: at('24 10:04') }, [early], '10:03'],
    ['no other time than it had', over, [early], undefined],
    ['not what never occurred', { status: 'not-occurring' }, [early, late], undefined],
    ['not what is linked itself', { status: 'linked' }, [early, late], undefined],
  ])('%s', (_, now, contacts, recoveredAt) => {
    const recovery = recoveryOfThose(contacts, { ...incident, ...now } as Incident, at('24 11:00'));
    const detail = { rule: 'all-recovered', recoveredAt: recoveredAt && at(`24 ${recoveredAt}`) };
    const common = { type: 'recovered', actor: 'rule', occurredAt: at('24 11:00'), detail };
    const changes = { status: 'recovered', recoveredAt: detail.recoveredAt };
    if (recoveredAt) expect(recovery).toMatchObject({ event: common, changes });
    else expect(recovery).toBeUndefined();
  });
});

test.each<[string, Incident['status'], number | undefined, boolean]>([
  ['more while it goes on', 'open', 3, true],
  ['those who are named while it goes on', 'open', 2, true],
  ['more of what is over', 'recovered', 3, false],
  ['those who are named of what is over', 'recovered', 2, true],
  ['nobody of what is over', 'recovered', undefined, true],
])('a meeting that counts %s is told to who waits where that changes who does', (_, status, count, isTold) => {
  const counted = { ...incident, status, impact: { affectedCustomerCount: count } } as Incident;
  const effect = { kind: 'affected', customers: [], knownAt: at('24 11:00'), count };
  expect(effectsOfCount(counted, at('24 11:00'))).toEqual(isTold ? [effect] : []);
});
