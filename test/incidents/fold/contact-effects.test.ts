/** What statements do to an incident's contacts: which contacts each touches, and what the rules record beside it. */
import { describe, expect, test } from 'vitest';
import type { ContactFact } from '../../../functions/incidents/clocks/facts.ts';
import type { ContactEffect } from '../../../functions/incidents/facts/decision.ts';
import type { EventOf } from '../../../functions/incidents/facts/events.ts';
import type { Concluded, Fact } from '../../../functions/incidents/facts/timeline.ts';
import {
  addFacts,
  effectsOfCount,
  knownFacts,
  needsContacts,
  unknownCustomers,
  withSchedule,
} from '../../../functions/incidents/fold/contact-effects.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { byId, type Contact } from '../../../functions/incidents/rhythm/contact.ts';
import { type Policy, policy } from '../../../functions/policy.ts';
import { at, contactOf, incidentAt, told } from '../rhythm/rhythm.ts';

const incident = incidentAt(at('24 10:00'), { affectedCustomers: [{ id: 'a' }, { id: 'b' }] });
const calm: Incident = { ...incident, ongoing: 'no', urgency: { ...incident.urgency, level: 'low' } };
const { ticket: _, ...b } = contactOf(incident, 'b');
const a: Contact = { ...contactOf(incident, 'a'), ticket: { tool: 'zendesk', id: '7' } };

const updated = (whom: 'all' | string[], more: Record<string, unknown> = {}) =>
  ({ kind: 'updated', whom, sentAt: at('24 10:05'), channel: 'phone', isRecovery: false, ...more }) as ContactEffect;
test.each<[string, Incident, Incident, ContactEffect[], boolean]>([
  ['not for what does nothing to them', incident, incident, [], false],
  ['for what does', incident, incident, [updated('all')], true],
  ['where the rhythm becomes faster', calm, incident, [], true],
  ['where it becomes slower', incident, calm, [], true],
  ['not where it stays slow', calm, calm, [], false],
])('the contacts are read: %s', (_, before, after, effects, isNeeded) => {
  expect(needsContacts(before, after, effects)).toBe(isNeeded);
});

test.each<[string, type: EventOf['type'], detail: object, string[]]>([
  ['of an update', 'customer-updated', { customers: ['a', 'x', 'y'], channel: 'phone' }, ['x', 'y']],
  ['of a recovery', 'recovered', { customers: ['z', 'b'] }, ['z']],
  ['not of what is said of all', 'customer-updated', { customers: 'all', channel: 'phone' }, []],
  ['not of a recovery that names nobody', 'recovered', {}, []],
  ['not where a tool speaks of its ticket', 'customer-updated', { customers: ['x'], ticket: a.ticket }, []],
  ['not of one named for the first time', 'scoped', { affectedCustomers: [{ id: 'x' }], customers: ['x'] }, []],
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

const times = { occurredAt: at('24 11:00'), recordedAt: at('24 11:01') };
const factOf = (type: string, detail: object = {}): Fact =>
  ({ id: '00000009', type, actor: 'sato', ...times, detail }) as unknown as Fact;

describe('what contacts wait by is recorded where an event has changed it, and only there', () => {
  const emergency = { since: at('24 10:30'), endedAt: null, acknowledged: null } as unknown as NonNullable<
    Incident['emergency']
  >;
  const ended = { ...emergency, endedAt: at('24 10:45') };
  const recordedOf = (of: Partial<Incident>, type = 'recorded'): Incident =>
    withSchedule({ ...incident, ...of }, [], factOf(type), policy);
  const inSeoul = { ...policy, zone: 'Asia/Seoul' as Policy['zone'] };
  const [begun, over] = ['24 10:30', '24 10:44'].map((since) => ({ type: 'emergency', at: since }));
  const { lastSeenAt: _, ...unseen } = incident;
  const rules = (changed: Policy): string =>
    JSON.stringify({ cadence: changed.cadence, rhythm: changed.emergency.rhythm, zone: changed.zone });
  const emptied = { ...incident, schedule: [] };
  const row = (isUrgent: boolean, isOngoing: boolean) => ({ type: 'row', isUrgent, isOngoing });
  const asFiled = [{ type: 'rules', rules: rules(policy) }, row(true, true)];
  const ofUs = recordedOf({ isAboutMetronome: true }, 'reclassified');
  const [notOccurring, foundNot] = [{ type: 'not-occurring' }, { kind: 'not-occurring' }];
  const reopened = { kind: 'reopened', at: at('24 10:20') };
  const areas = [{ area: 'c', owner: 'C' }];

  test.each<[string, before: Incident, after: Partial<Incident>, added: object[], effects?: object[], policy?: Policy]>(
    [
      ['nothing of what is as it was', incident, {}, []],
      ['all of a record that has none', emptied, {}, asFiled],
      ['nothing of a question', emptied, { kind: 'question' }, []],
      ['the row as it becomes the slow one', incident, { ongoing: 'no', urgency: calm.urgency }, [row(false, false)]],
      ['that it no longer occurs, though the row stays', incident, { ongoing: 'no' }, [row(true, false)]],
      ['nothing as it turns from unknown to ongoing', { ...incident, ongoing: 'unknown' }, { ongoing: 'yes' }, []],
      ['that it is about Metronome alone', incident, { isAboutMetronome: true }, [{ type: 'rhythm', isOn: false }]],
      ['that it no longer is', ofUs, { isAboutMetronome: false }, [{ type: 'rhythm', isOn: true }]],
      ['an emergency by when it began', incident, { emergency }, [{ ...begun, endedAt: null }]],
      ['nothing of an emergency that is as it was', recordedOf({ emergency }), {}, []],
      [
        'the end of an emergency',
        recordedOf({ emergency }),
        { emergency: ended },
        [{ ...begun, endedAt: at('24 10:45') }],
      ],
      [
        'another emergency',
        recordedOf({ emergency: ended }),
        { emergency: { ...ended, since: at('24 10:44') } },
        [{ ...over, endedAt: at('24 10:45') }],
      ],
      [
        'that it was found not to occur, by when that was looked at',
        incident,
        { lastSeenAt: at('24 10:50') },
        [{ ...notOccurring, at: '24 10:50' }],
        [foundNot],
      ],
      ['that it was found not to occur, now where nobody says when', unseen, {}, [notOccurring], [foundNot]],
      ['that it was reopened', incident, {}, [{ type: 'reopened', at: '24 10:20' }], [reopened]],
      ['rules with another interval', incident, {}, [{ type: 'rules', rules: rules(inSeoul) }], [], inSeoul],
      ['nothing of rules that clocks do not go by', incident, {}, [], [], { ...policy, areas }],
    ],
  )('%s', (_, before, after, added, effects = [], rulesInForce = policy) => {
    const known = before.schedule ?? [];
    const changed = { ...before, ...after };
    const { schedule = [] } = withSchedule(changed, effects as ContactEffect[], factOf('recorded'), rulesInForce);
    expect(schedule.slice(0, known.length)).toEqual(known);
    const seen = schedule.slice(known.length).map(({ at: when, ...each }) => ({ ...each, at: told(when) }));
    const stamp = { id: '00000009', at: '24 11:01', recordedAt: at('24 11:01') };
    expect(seen).toEqual(added.map((each) => ({ ...stamp, ...each })));
  });

  test('a record that nothing has changed is the same object', () => {
    expect(withSchedule(incident, [], factOf('recorded'), policy)).toBe(incident);
  });
});

describe('what an event says of the contacts', () => {
  const early = at('24 10:05');
  const late = at('24 10:40');
  const again = { ...incident, reopenedAt: at('24 10:30') };
  const ofTool = { ticket: { tool: incident.origin.tool, id: incident.origin.id } };
  const ofOther = { ticket: { tool: 'zendesk', id: 'other' } };
  const add = (decided: Incident, effects: object[], fact: Fact | Concluded = factOf('recorded')) =>
    addFacts({ contacts: byId([a, b]) }, decided, effects as ContactEffect[], fact, policy);

  test.each<[string, Incident, object, Date | undefined]>([
    ['an update is none', incident, updated('all'), undefined],
    ['one that tells of it is', incident, updated('all', { isRecovery: true }), early],
    ['one to a customer', incident, updated(['a'], { isRecovery: true }), early],
    ['one to nobody here', incident, updated(['x'], { isRecovery: true }), undefined],
    ['one on its ticket, whoever is on it', incident, updated(['x'], { isRecovery: true, ...ofTool }), early],
    ['one on the ticket of another', incident, updated(['x'], { isRecovery: true, ...ofOther }), undefined],
    ['one from before it was reopened', again, updated('all', { isRecovery: true }), undefined],
    ['one from after it was reopened', again, updated('all', { isRecovery: true, sentAt: late }), late],
    ['one as it was reopened', again, updated('all', { isRecovery: true, sentAt: at('24 10:30') }), at('24 10:30')],
    ['a recovery of all', incident, { kind: 'recovered', whom: 'all', recoveredAt: early }, early],
    ['a recovery of a customer', incident, { kind: 'recovered', whom: ['b'], recoveredAt: early }, early],
    ['a recovery of nobody here', incident, { kind: 'recovered', whom: ['x'], recoveredAt: early }, undefined],
    ['a recovery on a ticket', incident, { kind: 'recovered', whom: [], recoveredAt: early, ...ofTool }, early],
    ['a recovery from before it', again, { kind: 'recovered', whom: 'all', recoveredAt: early }, undefined],
    ['a recovery from after it was reopened', again, { kind: 'recovered', whom: 'all', recoveredAt: late }, late],
  ])('the whole may have recovered: %s', (_, decided, effect, recovery) => {
    expect(add(decided, [effect]).recovery).toEqual(recovery);
  });

  test('what is said of all is kept once, with the incident; what is said of some with each of them', () => {
    const ofAll = add(incident, [updated('all')]);
    expect(ofAll.incident.toAll).toEqual([
      { id: '00000009', at: early, recordedAt: at('24 11:01'), type: 'updated', ofAll: true },
    ]);
    expect([...ofAll.contacts.values()]).toEqual([a, b]);
    const ofOne = add(incident, [updated(['a'])]);
    expect(ofOne.incident).toBe(incident);
    expect(ofOne.contacts.get(b.id)).toBe(b);
    expect(ofOne.contacts.get(a.id)?.facts.slice(a.facts.length)).toEqual([
      { id: '00000009', at: early, recordedAt: at('24 11:01'), type: 'updated' },
    ]);
  });

  test('a message in a channel that does not count is none, unless it tells of a recovery', () => {
    const channel = 'pager' as never;
    expect(add(incident, [updated('all', { channel })]).incident).toBe(incident);
    const [fact] = add(incident, [updated('all', { channel, isRecovery: true })]).incident.toAll ?? [];
    expect(fact).toMatchObject({ type: 'recovered', ofAll: true });
  });

  const named = { kind: 'affected', customers: [{ id: 'a' }, { id: 'c' }], knownAt: at('24 10:10') };
  const added = ({ contacts }: ReturnType<typeof add>): ContactFact[] =>
    [...contacts.values()].flatMap((each) => each.facts).filter((each) => each.id === '00000009');

  test('a customer who is told already is named, another begins to wait', () => {
    const { contacts } = add(incident, [named], { ...factOf('scoped'), id: '00000008' });
    const more = [{ ...named, customers: [{ id: 'a' }, { id: 'd' }] }] as ContactEffect[];
    const again = addFacts({ contacts }, incident, more, factOf('scoped'), policy);
    expect(added(again).map(({ type }) => type)).toEqual(['named', 'known']);
  });
});

test('the reporter is told what was found, and so are those who are told with them', () => {
  const stamp = { id: '00000009', at: at('24 10:00'), recordedAt: at('24 10:00') };
  const ticket = { tool: 'zendesk', id: '7' };
  const types = (...ids: string[]) =>
    knownFacts({ reporter: { id: 'a' } }, stamp, { customers: ids.map((id) => ({ id, name: id })), ticket }).map(
      ({ type }) => type,
    );
  expect(types('a')).toEqual(['known', 'asked']);
  expect(types('b', 'a')).toEqual(['known', 'asked']);
  expect(types('b')).toEqual(['known']);
  expect(knownFacts({}, stamp, { customers: [{ id: 'a', name: 'a' }], ticket })).toEqual([
    { ...stamp, type: 'known', customers: [{ id: 'a', name: 'a' }], ticket },
  ]);
});
