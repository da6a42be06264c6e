/** How a contact's rhythm ends, begins again, or becomes faster: a row a boundary. */
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { type Contact, contactIdOf, type Outcome } from '../../../functions/incidents/rhythm/contact.ts';
import {
  changeRow,
  correctRecovery,
  countAgain,
  endForNotOccurring,
  hasten,
  moveRow,
  recordRecovery,
  reopenContact,
  slotInTurn,
  waitAgain,
} from '../../../functions/incidents/rhythm/ends.ts';
import { policy } from '../../../functions/policy.ts';
import { at, contactOf, incidentAt, told } from './rhythm.ts';

/** High and ongoing, since 10:00: the first update is due 10:15. */
const incident = incidentAt(at('24 10:00'));
const contact = contactOf(incident);
const waiting = (due: string, more: Partial<Contact> = {}): Contact => ({
  ...contact,
  nextUpdateDueAt: at(due),
  remindAt: at(due),
  dueReason: 'as it was',
  ...more,
});
const stopped: Contact = { ...contact, nextUpdateDueAt: null, remindAt: null, stoppedAt: at('24 10:04') };
/** About Metronome itself, so that nobody waits for anything. */
const clockless: Contact = { ...contact, nextUpdateDueAt: null, remindAt: null };
const dueOf = ({ nextUpdateDueAt, dueReason }: Contact): string => `${told(nextUpdateDueAt)} ${dueReason}`;
const ms = (date: Date, more: number): Date => new Date(date.getTime() + more);
const message = 'the recovery message, at most 15 min after the recovery';

describe('a recovery that is recorded', () => {
  const recover = (each: Contact, recovered: string, now = recovered): Contact =>
    recordRecovery(each, incident, at(recovered), at(now), policy);

  it('has its message due a first interval later, and says so', () => {
    expect(dueOf(recover(waiting('24 16:00'), '24 13:00'))).toBe(`24 13:15 ${message}`);
  });
  it.each([['24 13:15'], ['24 13:14']])('leaves a slot at %s, which is no later, and says what it is for', (due) => {
    expect(dueOf(recover(waiting(due), '24 13:00'))).toBe(`${due} as it was; ${message}`);
  });
  it('is told of within the first interval from now, where it was long ago, and says so', () => {
    expect(dueOf(recover(waiting('24 16:00'), '24 12:00', '24 13:00'))).toBe(
      `24 13:15 ${message}; it was recorded later than that`,
    );
  });
  it.each([
    ['24 13:13', `24 13:20 ${message}; it was recorded later than that`],
    ['24 13:12', `24 13:13 ${message}`],
  ])('has its message due in no slot that has ended, such as the one of %s', (ended, due) => {
    const pastSlots = ['24 12:45', ended].map((time) => ({
      dueAt: at(time),
      endAt: at('24 13:04'),
      outcome: 'met' as const,
    }));
    expect(dueOf(recover(waiting('24 16:00', { pastSlots }), '24 12:58', '24 13:05'))).toBe(due);
  });
  it('leaves a slot told of that was told of before', () => {
    const after = recover(waiting('24 12:00', { remindedAt: at('24 11:50') }), '24 11:40', '24 11:52');
    expect([told(after.nextUpdateDueAt), told(after.remindedAt), after.remindAt]).toEqual([
      '24 11:55',
      '24 11:50',
      null,
    ]);
  });
  it('is the earlier of two', () => {
    const first = recover(waiting('24 16:00'), '24 13:00');
    expect(recover(first, '24 13:05')).toBe(first);
    expect(recover(first, '24 13:00')).toBe(first);
    const earlier = recover(first, '24 12:58', '24 13:05');
    expect([told(earlier.recoveredAt), told(earlier.nextUpdateDueAt)]).toEqual(['24 12:58', '24 13:13']);
  });
  it('that was known without its message being waited for is waited for from then on', () => {
    expect(recover(waiting('24 16:00', { recoveredAt: at('24 13:00') }), '24 13:00').endsWith).toBe('recovery');
  });
  it('starts no clock that stands', () => {
    for (const each of [stopped, clockless])
      expect(recover(each, '24 10:05')).toEqual({ ...each, recoveredAt: at('24 10:05') });
  });
  it('before anybody knew of the customer has its message due from when they were known', () => {
    const known = { affectedKnownAt: at('24 13:00') };
    const due = (recovered: Date) =>
      told(recordRecovery(waiting('24 16:00', known), incident, recovered, at('24 13:00'), policy).nextUpdateDueAt);
    expect(due(at('24 12:00'))).toBe('24 13:15');
    expect(due(at('24 12:45'))).toBe('24 13:15');
    expect(due(at('24 12:50'))).toBe('24 13:05');
    expect(dueOf(recordRecovery(waiting('24 16:00', known), incident, at('24 12:00'), at('24 13:00'), policy))).toBe(
      `24 13:15 ${message}`,
    );
  });
});

describe('a recovery that is corrected', () => {
  const correct = (each: Contact, from: string, to: string, now: Date | string): Contact =>
    correctRecovery(each, incident, { from: at(from), to: at(to) }, typeof now === 'string' ? at(now) : now, policy);
  /** Told at 11:50, so that 12:20 would be next; it recovered at 12:00. */
  const recovered = waiting('24 12:15', {
    lastUpdateAt: at('24 11:50'),
    recoveredAt: at('24 12:00'),
    endsWith: 'recovery',
  });

  it.each([
    ['of who recovered last', '24 12:00', '24 12:03', '24 12:03', '24 12:18'],
    ['to earlier', '24 12:00', '24 11:57', '24 11:57', '24 12:12'],
    ['never beyond the slot in turn', '24 12:00', '24 12:09', '24 12:09', '24 12:20'],
    ['of who recovered before the last, and then would have after it', '24 12:08', '24 11:58', '24 11:58', '24 12:13'],
  ])('%s', (_, from, to, recovery, due) => {
    const after = correct(recovered, from, to, '24 12:10');
    expect([told(after.recoveredAt), told(after.nextUpdateDueAt)]).toEqual([recovery, due]);
  });
  it.each([
    ['who recovered before the last', recovered, '24 12:08', '24 12:05'],
    ['who recovered before the last, then at the same time', recovered, '24 12:08', '24 12:00'],
    ['who has not recovered', waiting('24 12:15'), '24 12:00', '24 12:03'],
  ])('does not concern %s', (_, each, from, to) => {
    expect(correct(each, from, to, '24 12:10')).toBe(each);
  });
  it.each([
    ['whose clock stands', { ...stopped, recoveredAt: at('24 12:00') }],
    ['whose clock stands, with the message not sent', { ...stopped, ...recovered, stoppedAt: at('24 12:05') }],
    ['who have no rhythm', { ...clockless, recoveredAt: at('24 12:00'), endsWith: 'recovery' as const }],
    ['who do not wait for its message', waiting('24 12:20', { recoveredAt: at('24 12:00') })],
    [
      'who wait for another message',
      waiting('24 12:20', { recoveredAt: at('24 12:00'), endsWith: 'not-occurring' as const }),
    ],
  ])('moves no slot of those %s', (_, each) => {
    expect(correct(each, '24 12:00', '24 11:57', '24 12:10')).toEqual({ ...each, recoveredAt: at('24 11:57') });
  });
  it.each([
    ['24 12:18', '24 12:15'],
    ['24 12:17', '24 12:18'],
  ])('moves none into a slot that has ended, such as the one of %s', (ended, due) => {
    const pastSlots = [{ dueAt: at(ended), endAt: at('24 12:04'), outcome: 'met' as const }];
    const after = correct({ ...recovered, pastSlots }, '24 12:00', '24 12:03', '24 12:10');
    expect([told(after.recoveredAt), told(after.nextUpdateDueAt)]).toEqual(['24 12:03', due]);
  });
  it('moves no slot that is due by now', () => {
    expect(told(correct(recovered, '24 12:00', '24 12:03', '24 12:15').nextUpdateDueAt)).toBe('24 12:15');
    expect(told(correct(recovered, '24 12:00', '24 12:03', ms(at('24 12:15'), -1)).nextUpdateDueAt)).toBe('24 12:18');
  });
  it('moves no slot to where it would be due by now', () => {
    expect(told(correct(recovered, '24 12:00', '24 11:57', '24 12:12').nextUpdateDueAt)).toBe('24 12:15');
    expect(told(correct(recovered, '24 12:00', '24 11:57', ms(at('24 12:12'), -1)).nextUpdateDueAt)).toBe('24 12:12');
  });
});

describe('the slot in turn', () => {
  const past = (dueAt: string, endAt: string, outcome: Outcome) => ({
    pastSlots: [
      { dueAt: at('24 09:00'), endAt: at('24 09:30'), outcome: 'met' as const },
      { dueAt: at(dueAt), endAt: at(endAt), outcome },
    ],
  });
  it.each<[string, Partial<Contact>, string]>([
    ['is the first, before anything', {}, '24 10:15 first update, 15 min after the customer was known to be affected'],
    ['follows the last update', { lastUpdateAt: at('24 10:05') }, '24 10:35 30 min after the last update'],
    ['follows a missed slot', past('24 10:15', '24 10:45', 'missed'), '24 10:45 30 min after the last slot'],
    [
      'follows a slot that nobody was reminded of',
      past('24 10:15', '24 10:45', 'not-reminded'),
      '24 10:45 30 min after the last slot',
    ],
    [
      'follows a missed slot, though there was an update before it',
      { lastUpdateAt: at('24 10:14'), ...past('24 10:15', '24 10:45', 'missed') },
      '24 10:45 30 min after the last slot',
    ],
    [
      'follows the update that was sent as the missed slot was due',
      { lastUpdateAt: at('24 10:15'), ...past('24 10:15', '24 10:45', 'missed') },
      '24 10:45 30 min after the last update',
    ],
    [
      'follows the update that was sent since',
      { lastUpdateAt: at('24 10:50'), ...past('24 10:15', '24 10:45', 'missed') },
      '24 11:20 30 min after the last update',
    ],
    [
      'follows the update that met a slot, not the slot',
      { lastUpdateAt: at('24 10:05'), ...past('24 10:15', '24 10:05', 'met') },
      '24 10:35 30 min after the last update',
    ],
  ])('%s', (_, facts, expected) => {
    const { dueAt, reason } = slotInTurn({ ...contact, ...facts }, incident, policy);
    expect(`${told(dueAt)} ${reason.split(', which')[0]}`).toBe(expected);
  });
});

describe('found not to occur', () => {
  const end = (contacts: Contact[], facts: Partial<Incident> = {}, now = '24 13:00') =>
    endForNotOccurring(contacts, { ...incident, ...facts }, at(now), policy);
  const others: Contact = { ...waiting('24 16:00'), id: 'con_others', isTheOthers: true, customers: [] };
  const toldNoMore = '– it was found not to occur; whoever reported it is told';
  const why = 'the message that it was found not to occur, at most 15 min after that';

  it('is told to whoever reported it, be they one of several who are told together', () => {
    const chain = waiting('24 16:00', { customers: [{ id: 'store-1' }, { id: 'store-12' }] });
    expect(end([others, chain]).map(dueOf)).toEqual([toldNoMore, `24 13:15 ${why}`]);
  });
  it('is told on the ticket where it is nobody’s who is known', () => {
    const onTicket = waiting('24 16:00');
    const { ticket: _, ...offTicket } = contactOf(incident, 'store-13');
    const { reporter: __, ...unknown } = incident;
    const changed = endForNotOccurring([offTicket, onTicket, others], unknown, at('24 13:00'), policy);
    expect(changed.map(dueOf)).toEqual([toldNoMore, `24 13:15 ${why}`, toldNoMore]);
    const alert = endForNotOccurring([onTicket], { ...unknown, source: 'alert' }, at('24 13:00'), policy);
    expect(alert.map(dueOf)).toEqual([toldNoMore]);
  });
  it('changes nobody who is told no more, and starts no clock of theirs', () => {
    expect(end([stopped])).toEqual([]);
    expect(end([stopped, { ...stopped, customers: [{ id: 'b' }] }])).toEqual([]);
  });
  it('is told to a reporter who was not affected, on their ticket', () => {
    const [, reporter] = end([others], { origin: { ...incident.origin, url: 'https://tickets.example/1' } });
    expect(reporter).toMatchObject({
      id: contactIdOf({ id: 'store-12' }),
      customers: [{ id: 'store-12', name: '渋谷店' }],
      ticket: { tool: 'generic', id: 'T-1001', url: 'https://tickets.example/1' },
      nextUpdateDueAt: at('24 13:15'),
      dueReason: why,
      endsWith: 'not-occurring',
    });
    expect(end([])[0]?.ticket).toEqual({ tool: 'generic', id: 'T-1001' });
  });
  it.each([
    ['an alert', { source: 'alert' as const }],
    ['a ticket about Metronome itself', { isAboutMetronome: true }],
  ])('is told to nobody new of %s', (_, facts) => {
    expect(end([others], facts).map((each) => each.id)).toEqual(['con_others']);
  });
});

describe('open again', () => {
  const reopen = (each: Contact, facts: Partial<Incident> = {}) =>
    reopenContact(each, { ...incident, ...facts }, at('24 15:00'), policy);
  const again = '24 15:15 first update, 15 min after the customer was known to be affected again';

  it('has whoever was told to the end wait anew', () => {
    const after = reopen({ ...stopped, recoveredAt: at('24 10:02'), missedInARow: 1 });
    expect(dueOf(after)).toBe(again);
    expect(after).toMatchObject({ stoppedAt: null, missedInARow: 0, remindAt: at('24 15:10') });
    expect(after.recoveredAt).toBeUndefined();
  });
  it('has whoever waits go on waiting for the same slot', () => {
    const after = reopen(waiting('24 15:05', { recoveredAt: at('24 14:50'), endsWith: 'recovery' }));
    expect(after).toEqual(waiting('24 15:05'));
  });
  it('has whoever had no clock begin one, now that there is a rhythm', () => {
    expect(dueOf(reopen(clockless))).toBe(again);
  });
  it('starts no clock where there is no rhythm', () => {
    expect(reopen(stopped, { isAboutMetronome: true })).toMatchObject({
      id: contact.id,
      stoppedAt: null,
      nextUpdateDueAt: null,
      dueReason: 'no rhythm: it is about Metronome itself',
    });
  });
});

describe('found not to occur, and opened again by a link', () => {
  const linked = (each: Contact): Contact => waitAgain(each, incident, at('24 15:00'), policy);
  const denied = waiting('24 15:05', { endsWith: 'not-occurring' });

  it('has whoever was told of that wait anew, and knows that they were', () => {
    const after = linked(stopped);
    expect(dueOf(after)).toBe('24 15:15 first update, 15 min after the customer was known to be affected again');
    expect(after.overBeforeLink).toEqual({ at: at('24 15:00'), stoppedAt: at('24 10:04') });
  });
  it('has whoever was still to be told of it go on waiting for the same slot, and knows what for', () => {
    const overBeforeLink = { at: at('24 15:00'), stoppedAt: null, endsWith: 'not-occurring' };
    expect(linked(denied)).toEqual({ ...waiting('24 15:05'), overBeforeLink });
  });
  it.each([
    ['who waits', waiting('24 15:05')],
    ['who has recovered, and was told', { ...stopped, recoveredAt: at('24 10:02') }],
    [
      'who has recovered, and is to be told',
      waiting('24 15:05', { recoveredAt: at('24 10:02'), endsWith: 'recovery' }),
    ],
  ])('leaves %s as they are', (_, each) => {
    expect(linked(each)).toBe(each);
  });
});

describe('those without a name, once some who have one leave with a link', () => {
  const others: Contact = { ...stopped, id: 'con_others', isTheOthers: true, customers: [] };
  const away = { namedAwayAt: at('24 10:04'), recoveredAt: at('24 10:04') };
  const said = { namedAwayAt: at('24 10:04'), recoveredAt: at('24 10:03') };
  const again = (facts: Partial<Contact>, more: Partial<Incident> = {}): Contact =>
    countAgain({ ...others, ...facts }, { ...incident, ...more }, at('24 10:30'), policy);
  const over = { status: 'recovered' as const, recoveredAt: at('24 10:25') };
  const linked = { status: 'linked' as const };
  const wentOn = { reopenedAt: at('24 10:05') };

  it.each<[string, Partial<Contact>, Partial<Incident>, string, string | undefined]>([
    ['wait again', away, {}, '24 10:45', undefined],
    ['wait for the message of a recovery that was stated before they were named', said, {}, '24 10:18', '24 10:03'],
    ['wait for that of what has recovered since', away, over, '24 10:40', '24 10:25'],
    ['and of their own, where theirs was stated before', said, over, '24 10:18', '24 10:03'],
    ['wait where it was found to go on after that', said, { reopenedAt: at('24 10:03') }, '24 10:45', undefined],
    ['wait where they were told, and it went on since', {}, { reopenedAt: at('24 10:04') }, '24 10:45', undefined],
    ['wait for the message where that is over since', { recoveredAt: at('24 10:06') }, wentOn, '24 10:21', '24 10:06'],
    ['wait again of what is open', away, { recoveredAt: at('24 10:25') }, '24 10:45', undefined],
  ])('%s', (_, facts, more, due, recovered) => {
    const contact = again(facts, more);
    const [, expected] = [contact, recovered && at(recovered)];
    expect([contact.recoveredAt, contact.endsWith]).toEqual([expected, recovered && 'recovery']);
    // What would have been due by now is due a first interval from now.
    const isPast = at(due) < at('24 10:30');
    expect(told(contact.nextUpdateDueAt)).toBe(isPast ? '24 10:45' : due);
    expect(contact).not.toHaveProperty('namedAwayAt');
  });
  it.each<[string, Partial<Contact>, Partial<Incident>]>([
    ['who still wait', { ...away, stoppedAt: null, nextUpdateDueAt: at('24 11:00') }, {}],
    ['who were told before', { recoveredAt: at('24 10:04') }, {}],
    ['who were told, and it went on before that', {}, { reopenedAt: ms(at('24 10:04'), -1) }],
    ['of what was not found to occur', away, { status: 'not-occurring' }],
    ['of what was not, as it was linked', away, { ...linked, statusBeforeLink: 'not-occurring' }],
  ])('are left as they are: %s', (_, facts, more) => {
    expect(again(facts, more)).toEqual({ ...others, ...facts });
  });
  it.each<[string, Partial<Contact>, Partial<Incident>, string | undefined]>([
    ['', away, linked, undefined],
    [', with what was stated of them', said, linked, '24 10:03'],
    [
      ' with the message of what had recovered',
      away,
      { ...over, ...linked, statusBeforeLink: 'recovered' },
      '24 10:25',
    ],
  ])('wait once the link ends by which it is linked itself%s', (_, facts, more, recovered) => {
    const { namedAwayAt: __, recoveredAt: ___, ...rest } = { ...others, ...facts };
    const expected = { ...rest, ...(recovered ? { recoveredAt: at(recovered) } : {}), isStoppedByLink: true };
    expect(again(facts, more)).toEqual(expected);
  });
});

describe('whoever comes from another record', () => {
  const moved = (each: Contact, now: string, to: Partial<Incident> = {}) =>
    moveRow(each, incident, { ...incident, ...to }, at(now), policy);
  const emergency = { since: at('24 10:58'), endedAt: null } as NonNullable<Incident['emergency']>;

  it.each<[string, Partial<Contact>, Partial<Incident>, string]>([
    ['is due by the rhythm of this one', { lastUpdateAt: at('24 10:50') }, {}, '24 11:20'],
    ['and no sooner than its first interval', { lastUpdateAt: at('24 10:30') }, {}, '24 11:15'],
    ['within that in an emergency', { lastUpdateAt: at('24 10:55') }, { emergency }, '24 11:15'],
    ['but not of what is over', { lastUpdateAt: at('24 10:55'), endsWith: 'recovery' }, { emergency }, '24 11:25'],
  ])('%s', (_, facts, to, due) => {
    expect(told(moved(waiting('24 15:00', facts), '24 11:00', to).contact.nextUpdateDueAt)).toBe(due);
  });
  it('is owed what stood open there, where this one has ended it', () => {
    const { contact: after, closed } = moved(waiting('24 10:20', { remindedAt: at('24 10:15') }), '24 11:00');
    expect([told(after.nextUpdateDueAt), closed.map(({ outcome }) => outcome)]).toEqual(['24 10:50', ['missed']]);
  });
});

describe('a slower row', () => {
  const calm = incidentAt(at('24 10:00'), { ongoing: 'no', urgency: { ...incident.urgency, level: 'low' } });
  const calmed = (each: Contact, now: string) => changeRow(each, incident, calm, at(now), policy);
  const reminded = { remindedAt: at('24 14:10') };

  it('ends what stands open where one of its fixed times has passed, and has the next an hour from then', () => {
    const { contact: after, closed } = calmed(waiting('24 14:15', reminded), '24 15:10');
    expect(closed.map(({ dueAt, endAt, outcome }) => [told(dueAt), told(endAt), outcome])).toEqual([
      ['24 14:15', '24 15:10', 'missed'],
    ]);
    expect(dueOf(after)).toBe('24 16:10 60 min after it was judged to go by the slow row');
    expect(after.overdueSince).toEqual(at('24 14:15'));
  });
  it('leaves what stands open until the first of its fixed times', () => {
    const open = waiting('24 14:15', reminded);
    expect(calmed(open, '24 14:59')).toEqual({ contact: open, closed: [] });
  });
  it('still ends with the message that ends it', () => {
    for (const endsWith of ['recovery', 'not-occurring'] as const) {
      const { contact: after, closed } = calmed(waiting('24 14:15', { ...reminded, endsWith }), '24 15:10');
      expect([told(after.nextUpdateDueAt), after.endsWith, closed.length]).toEqual(['24 16:10', endsWith, 1]);
    }
  });
});

it('leaves a slot that has passed to the beat where the row is the same', () => {
  const open = waiting('24 10:15', { remindedAt: at('24 10:10') });
  const again = { ...incident, urgency: { ...incident.urgency, evaluatedAt: at('24 12:00') } };
  expect(changeRow(open, incident, again, at('24 13:00'), policy)).toEqual({ contact: open, closed: [] });
});

describe('a faster row', () => {
  const calm = incidentAt(at('24 10:00'), { ongoing: 'no', urgency: { ...incident.urgency, level: 'low' } });
  const expedited = (each: Contact, now: string) => changeRow(each, calm, incident, at(now), policy).contact;
  const since = 'it goes by the fast row since it was judged so';

  it.each<[string, Partial<Contact>, string, string]>([
    ['from the last update', { lastUpdateAt: at('24 12:00') }, '24 12:10', '24 13:00 60 min after the last update'],
    ['from when they were known', {}, '24 10:00', '24 10:15 first update, 15 min after the customer was known'],
    [
      'within the first interval from now',
      { lastUpdateAt: at('24 12:00') },
      '24 13:30',
      '24 13:45 60 min after the last',
    ],
  ])('has a far slot due by its own times, %s, and says so', (_, facts, now, expected) => {
    const after = dueOf(expedited(waiting('24 16:00', facts), now));
    expect([after.slice(0, expected.length), after.split('; ').at(-1)]).toEqual([expected, since]);
  });
  it('says that an ended slot is followed an interval after it was judged so', () => {
    const noon = waiting('24 12:00', { remindedAt: at('24 11:50') });
    expect(dueOf(expedited(noon, '24 13:40'))).toBe('24 13:55 15 min after it was judged to go by the fast row');
  });
  it('has who is due an interval from then on wait since then, and nobody else', () => {
    const told = { lastUpdateAt: at('24 12:00') };
    const since = at('24 13:30');
    expect(expedited(waiting('24 16:00', told), '24 13:30').waitsSince).toEqual(since);
    expect(expedited(waiting('24 12:00', { remindedAt: at('24 11:50') }), '24 13:30').waitsSince).toEqual(since);
    for (const [due, now] of [
      ['24 16:00', '24 12:10'],
      ['24 13:40', '24 13:30'],
    ] as const)
      expect(expedited(waiting(due, told), now)).not.toHaveProperty('waitsSince');
  });
  it('starts no clock that stands', () => {
    for (const each of [stopped, clockless]) expect(expedited(each, '24 13:00')).toEqual(each);
    const odd = waiting('24 16:00', { stoppedAt: at('24 12:00') });
    expect(expedited(odd, '24 13:00')).toEqual(odd);
  });
});

describe('an emergency since 12:20', () => {
  const since = at('24 12:20');
  const emergency = { since, endedAt: null } as NonNullable<Incident['emergency']>;
  const hastened = (each: Contact) => hasten(each, { ...incident, emergency }, since, policy);

  it('has whoever waits for later hear within its first interval', () => {
    const after = hastened(waiting('24 12:46'));
    expect([dueOf(after), told(after.remindAt)]).toEqual(['24 12:35 15 min after it became an emergency', '24 12:30']);
  });
  it.each<[string, Contact]>([
    ['due sooner', waiting('24 12:34')],
    ['due just then', waiting('24 12:35')],
    ['told no more', stopped],
    ['told no more, whatever else stands there', waiting('24 12:46', { stoppedAt: at('24 12:00') })],
    ['without a rhythm', clockless],
    ['waiting for the recovery message', waiting('24 12:46', { endsWith: 'recovery' })],
    ['known since then', waiting('24 12:36', { affectedKnownAt: at('24 12:21') })],
    ['updated since then', waiting('24 12:36', { lastUpdateAt: at('24 12:21') })],
    ['waiting again since then', waiting('24 12:36', { waitsSince: at('24 12:21') })],
  ])('leaves a customer as they are who is %s', (_, each) => {
    expect(hastened(each)).toBe(each);
  });
});
