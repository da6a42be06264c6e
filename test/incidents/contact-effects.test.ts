/** What statements do to an incident's contacts: which contacts each touches, and what the rules record beside it. */
import { describe, expect, test } from 'vitest';
import {
  applyEffects,
  effectsOfCount,
  needsContacts,
  recoveryOfThose,
  recoveryOnceJoined,
  unknownCustomers,
} from '../../functions/incidents/contact-effects.ts';
import type { ContactEffect } from '../../functions/incidents/decision.ts';
import type { EventOf } from '../../functions/incidents/events.ts';
import { byId } from '../../functions/incidents/fold/state.ts';
import type { Incident } from '../../functions/incidents/incident.ts';
import { type Contact, contactIdOf } from '../../functions/incidents/rhythm/contact.ts';
import { policy } from '../../functions/policy.ts';
import { at, contactOf, incidentAt, told } from './rhythm/rhythm.ts';

const incident = incidentAt(at('24 10:00'), { affectedCustomers: [{ id: 'a' }, { id: 'b' }] });
const calm: Incident = { ...incident, ongoing: 'no', urgency: { ...incident.urgency, level: 'low' } };
const { ticket: _, ...b } = contactOf(incident, 'b');
const a: Contact = { ...contactOf(incident, 'a'), ticket: { tool: 'zendesk', id: '7' } };
const others: Contact = { ...b, id: 'con_others', customers: [], isTheOthers: true };

const apply = (
  effects: ContactEffect[],
  contacts: Contact[] = [a, b],
  { before = incident, after = before, now = '24 10:05' }: { before?: Incident; after?: Incident; now?: string } = {},
) => {
  const found = applyEffects(byId(contacts), before, after, effects, { now: at(now), policy });
  // Of all that it has, those that are new or have changed.
  return { ...found, contacts: [...found.contacts.values()].filter((each) => !contacts.includes(each)) };
};
const updated = (whom: 'all' | string[], more: Record<string, unknown> = {}) =>
  ({ kind: 'updated', whom, sentAt: at('24 10:05'), channel: 'phone', isRecovery: false, ...more }) as ContactEffect;
const recovered = (whom: 'all' | string[], time = '24 10:05'): ContactEffect => ({
  kind: 'recovered',
  whom,
  recoveredAt: at(time),
});
const affected = (customers: { id: string; contactId?: string }[], count?: number, more = {}): ContactEffect => ({
  kind: 'affected',
  customers,
  knownAt: at('24 10:04'),
  count,
  ...more,
});
const ids = (contacts: Contact[]): string[] => contacts.map((each) => each.id);

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

describe('an update touches', () => {
  test.each<[string, ContactEffect, string[]]>([
    ['those whom it names', updated(['b']), ['con_b']],
    ['everybody', updated('all'), ['con_a', 'con_b']],
    ['nobody whom no contact has', updated(['x']), []],
    ['whoever is answered on the ticket', updated([], { ticket: { tool: 'zendesk', id: '7' } }), ['con_a']],
    ['them and those whom it names', updated(['b'], { ticket: { tool: 'zendesk', id: '7' } }), ['con_a', 'con_b']],
    ['nobody on another ticket', updated([], { ticket: { tool: 'zendesk', id: '8' } }), []],
    ['nobody on another tool’s', updated([], { ticket: { tool: 'jira', id: '7' } }), []],
    ['nobody, in a channel that does not count', updated('all', { channel: 'note' }), []],
  ])('%s', (_, effect, touched) => {
    const { contacts, concluded } = apply([effect]);
    expect(ids(contacts)).toEqual(touched);
    expect(concluded.length).toBe(touched.length);
  });

  test('one of several who are told together', () => {
    const chain = { ...a, customers: [{ id: 'a' }, { id: 'c' }] };
    expect(ids(apply([updated(['c'])], [chain, b]).contacts)).toEqual(['con_a']);
  });

  test('and the slots that it closes stand on the timeline, and in the sums', () => {
    const { concluded, incident: after } = apply([updated('all')]);
    expect(concluded.map(({ type, actor, occurredAt }) => [type, actor, told(occurredAt)])).toEqual([
      ['slot-closed', 'rule', '24 10:05'],
      ['slot-closed', 'rule', '24 10:05'],
    ]);
    expect(concluded[0]?.detail).toMatchObject({ contactId: 'con_a', outcome: 'met', dueAt: at('24 10:15') });
    expect(after.slots).toEqual({ met: 2, late: 0, missed: 0, notReminded: 0 });
  });
});

describe('it has recovered', () => {
  const recovery = (found: ReturnType<typeof apply>) => {
    const event = found.concluded.find((each) => each.type === 'recovered');
    return event && [event.actor, told(event.occurredAt), event.detail];
  };
  const all = 'The business of every affected customer works again.';

  test('with the last of them, and says so', () => {
    expect(recovery(apply([recovered(['a'])]))).toBeUndefined();
    const found = apply([recovered(['a'], '24 10:03'), recovered(['b'], '24 10:02')]);
    expect(recovery(found)).toEqual([
      'rule',
      '24 10:02',
      { rule: 'all-recovered', why: all, recoveredAt: at('24 10:03') },
    ]);
    expect([found.incident.status, told(found.incident.recoveredAt)]).toEqual(['recovered', '24 10:03']);
    expect(ids(found.contacts)).toEqual(['con_a', 'con_b']);
  });
  test('with what they were told, where that told of it', () => {
    const found = apply([updated('all', { isRecovery: true })]);
    expect(recovery(found)?.[2]).toMatchObject({ why: all, recoveredAt: at('24 10:05') });
    expect(recovery(apply([updated('all')]))).toBeUndefined();
  });
  test('as it was stated, where no customer is known', () => {
    expect(recovery(apply([recovered('all')], []))?.[2]).toMatchObject({
      why: 'No customer is known; it was stated for all.',
    });
  });
  test('by no update that tells of nothing, where no customer is known', () => {
    expect(apply([updated('all')], []).concluded).toEqual([]);
  });
  test('and a corrected time is every contact’s who recovered then', () => {
    const { contacts } = apply([recovered(['a'], '24 10:02'), recovered(['b'], '24 10:05')]);
    const corrected = apply(
      [{ kind: 'recovery-corrected', from: at('24 10:05'), to: at('24 10:03') }],
      contacts,
    ).contacts;
    expect(corrected.map((each) => [each.id, told(each.recoveredAt)])).toEqual([['con_b', '24 10:03']]);
  });
  test('and open again, everybody waits anew', () => {
    const { contacts } = apply([updated('all', { isRecovery: true })]);
    const again = apply([{ kind: 'reopened', at: at('24 11:00') }], contacts).contacts;
    expect(again.map((each) => told(each.nextUpdateDueAt))).toEqual(['24 11:15', '24 11:15']);
  });
  test('found to go on, whoever was counted while it was over waits as well', () => {
    const counting = { ...incident, impact: { affectedCustomerCount: 3 } };
    const again = apply([{ kind: 'reopened', at: at('24 11:00') }], [a, b], { before: counting }).contacts;
    expect(again.map((each) => `${each.id} ${told(each.nextUpdateDueAt)}`)).toContain('con_others 24 11:15');
  });
  test('found not to occur, only whoever reported it waits', () => {
    const found = apply([{ kind: 'not-occurring' }], [{ ...a, customers: [{ id: 'store-12' }] }, b]);
    expect(found.contacts.map((each) => each.stoppedAt && told(each.stoppedAt))).toEqual([null, '24 10:05']);
  });
});

describe('who is affected', () => {
  test('has a contact from when they were known, on the ticket where they reported on it', () => {
    const ticket = { tool: 'zendesk', id: '9' };
    const { contacts } = apply([affected([{ id: 'c' }, { id: 'd' }], 4, { ticket, reporter: { id: 'd' } })]);
    expect(contacts.map((each) => [each.id, told(each.nextUpdateDueAt), each.ticket])).toEqual([
      [contactIdOf({ id: 'c' }), '24 10:19', undefined],
      [contactIdOf({ id: 'd' }), '24 10:19', ticket],
      ['con_others', '24 10:19', undefined],
    ]);
  });
  test('joins those who are told together, and waits as they do', () => {
    const chain = { ...a, id: contactIdOf({ id: 'a', contactId: 'chain' }) };
    const { contacts } = apply([affected([{ id: 'c', contactId: 'chain' }])], [chain, b]);
    expect(contacts).toEqual([{ ...chain, customers: [...chain.customers, { id: 'c', contactId: 'chain' }] }]);
  });
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
  const opened = (time: string) =>
    seen('10:05', { overBeforeLink: { at: at(`24 ${time}`), status: 'recovered', ongoing: 'unknown' } });
  test.each<[what: string, now: Partial<Incident>, contacts: Contact[], recoveredAt: string | undefined]>([
    ['with the last of them', {}, [early, late], '10:04'],
    ['not while one has not', {}, [early, b], undefined],
    ['not where nobody is left', {}, [], undefined],
    ['without those whom nobody counts', {}, [early, late, others], '10:04'],
    ['not without those who are counted', { impact: { affectedCustomerCount: 3 } }, [early, late, others], undefined],
    ['not where only such are left whom nobody counts', {}, [works(others, '10:04')], undefined],
    ['where it was last seen as the last of them recovered', seen('10:04'), [early, late], '10:04'],
    ['not where it was seen to go on after that', seen('10:05'), [early, late], undefined],
    ['where only a link has it go on since it was seen', opened('10:06'), [early, late], '10:04'],
    ['not where it was seen to go on since the link', opened('10:05'), [early, late], undefined],
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

test.each<[what: string, status: Incident['status'], hadContacts: boolean, moves: boolean]>([
  ['moves what is over to when the last of them has recovered', 'recovered', true, true],
  ['leaves what was over for nobody as it was stated', 'recovered', false, false],
  ['ends nothing that is open', 'open', true, false],
])('a link that brings who has recovered %s', (_, status, hadContacts, moves) => {
  const over = { ...incident, status, recoveredAt: at('24 10:03') } as Incident;
  const joined = [a, b].map((each) => ({ ...each, recoveredAt: at('24 10:04') }));
  const recovery = recoveryOnceJoined(joined, over, hadContacts, at('24 11:00'));
  expect(recovery?.changes.recoveredAt).toEqual(moves ? at('24 10:04') : undefined);
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

describe('those who are counted and not named', () => {
  const afterCount = (count: number | undefined, contacts: Contact[]) =>
    apply([affected([], count)], contacts).contacts;
  test('are a contact of their own while there are more than are named', () => {
    expect(afterCount(3, [a, b])).toMatchObject([
      { id: 'con_others', isTheOthers: true, customers: [], affectedKnownAt: at('24 10:04') },
    ]);
    expect(afterCount(3, [a, b, others])).toEqual([]);
    expect(afterCount(2, [a, b])).toEqual([]);
    expect(afterCount(undefined, [a, b])).toEqual([]);
  });
  test('are over once everybody has been named, and have recovered then', () => {
    const over = {
      id: 'con_others',
      stoppedAt: at('24 10:05'),
      nextUpdateDueAt: null,
      dueReason: 'everyone who is affected has been named',
    };
    expect(afterCount(2, [a, b, others])).toMatchObject([{ ...over, recoveredAt: at('24 10:05') }]);
    const earlier = { ...others, recoveredAt: at('24 10:02') };
    expect(afterCount(2, [a, b, earlier])).toMatchObject([{ ...over, recoveredAt: at('24 10:02') }]);
  });
  test('are over as it had recovered already: with the last of those who are left, by whatever link they came', () => {
    const over: Incident = { ...incident, status: 'recovered', recoveredAt: at('24 10:01') };
    const [first, joined] = [
      { ...a, recoveredAt: at('24 10:01') },
      { ...b, recoveredAt: at('24 10:03'), joinedFrom: 'inc_other' },
    ];
    const { incident: after, concluded } = apply([affected([], 2)], [first, joined, others], { before: over });
    expect([after.status, told(after.recoveredAt)]).toEqual(['recovered', '24 10:03']);
    expect(concluded).toMatchObject([{ type: 'recovered', detail: { recoveredAt: at('24 10:03') } }]);
    expect(apply([affected([], 2)], [first, { ...first, id: 'con_b' }, others], { before: over }).concluded).toEqual(
      [],
    );
  });
  test('are over once', () => {
    expect(afterCount(2, [a, b, { ...others, stoppedAt: at('24 10:01') }])).toEqual([]);
  });
});

test('as the rhythm becomes faster, whoever would wait longer is due sooner, and what has ended is closed', () => {
  const far = { ...a, nextUpdateDueAt: at('24 12:00'), remindAt: at('24 11:50') };
  const { contacts, concluded } = apply([], [far, { ...b, stoppedAt: at('24 10:02') }], {
    before: calm,
    after: incident,
  });
  expect(contacts.map((each) => [each.id, told(each.nextUpdateDueAt)])).toEqual([['con_a', '24 10:20']]);
  expect(concluded).toEqual([]);
  const late = apply([], [far], { before: calm, after: incident, now: '24 13:40' });
  expect(late.concluded.map(({ type }) => type)).toEqual(['slot-closed']);
  expect(late.incident.slots).toEqual({ met: 0, late: 0, missed: 0, notReminded: 1 });
  expect(apply([], [far], { before: incident, after: calm }).contacts).toEqual([]);
});
