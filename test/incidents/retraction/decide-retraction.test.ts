/** Table J: what a retraction leaves of slots and clocks, and what cannot be taken back. */
import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '../../../functions/incidents/events.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { whyNotRetracted } from '../../../functions/incidents/retraction/decide-retraction.ts';
import { type Contact, contactIdOf } from '../../../functions/incidents/rhythm/contact.ts';
import { hasten } from '../../../functions/incidents/rhythm/ends.ts';
import type { OwnStatement } from '../../../functions/incidents/statements/given.ts';
import { policy } from '../../../functions/policy.ts';
import { at, incidentAt, told } from '../rhythm/rhythm.ts';
import { filedAt, Ledger } from './ledger.ts';

const update = (more: object = {}) =>
  ({ type: 'customer-updated', customers: 'all', channel: 'phone', ...more }) as OwnStatement;
const recovered = { type: 'recovered', customers: 'all' } as OwnStatement;
const shown = { method: 'logs', evidenceUrl: 'https://logs.example/1' };

/** States things at their times, and looks where there is nothing to state. @returns the events of what was stated */
function say(ledger: Ledger, ...says: [time: string, statement?: OwnStatement][]): string[] {
  return says.flatMap(([time, statement]) => {
    if (!statement) {
      ledger.look(at(`24 ${time}`));
      return [];
    }
    const id = ledger.state(statement, 'sato', at(`24 ${time}`));
    if (!id) throw new Error(`It was refused: ${JSON.stringify(statement)}`);
    return [id];
  });
}
const of = (ledger: Ledger, id = 'a') => ledger.contacts.get(contactIdOf({ id }));
const seen = (ledger: Ledger, id = 'a'): string => {
  const contact = of(ledger, id);
  if (!contact) return 'gone';
  return contact.stoppedAt ? `over ${told(contact.stoppedAt)}` : told(contact.nextUpdateDueAt);
};
const sums = ({ incident }: Ledger): string =>
  Object.entries(incident.slots)
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

describe('an update that is taken back', () => {
  test('met no slot: the next is due an interval from now, and the slot is no data', () => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:05', update({ message: '確認中です' })]);
    expect([seen(ledger), sums(ledger)]).toEqual(['24 10:35', '1 met']);
    const [event] = ledger.retract(id, at('24 10:10')).events;
    expect([seen(ledger), sums(ledger)]).toEqual(['24 10:40', '']);
    const slot = { dueAt: at('24 10:15'), outcome: 'retracted', endAt: at('24 10:10') };
    expect(of(ledger)).toMatchObject({ pastSlots: [slot] });
    expect(of(ledger)?.dueReason).toMatch(/^30 min after the retraction/);
    expect(of(ledger)).not.toHaveProperty('lastUpdateAt');
    expect(of(ledger)).not.toHaveProperty('lastMessage');
    expect(event).toMatchObject({ type: 'retracted', occurredAt: at('24 10:10'), actor: 'chair' });
    expect(event?.detail).toEqual({
      eventId: id,
      why: '間違い',
      type: 'customer-updated',
      slots: [
        {
          ...slot,
          contactId: contactIdOf({ id: 'a' }),
          corrects: 'met',
          missedInARow: 0,
          reason: 'its update was retracted',
        },
      ],
    });
  });
  test('leaves a slot as it had been closed before it was recorded', () => {
    const ledger = new Ledger();
    const [id = ''] = say(
      ledger,
      ['10:10'],
      ['10:45'],
      ['10:50', update({ occurredAt: at('24 10:12').toISOString() })],
    );
    expect(sums(ledger)).toBe('1 met');
    ledger.retract(id, at('24 10:55'));
    expect([seen(ledger), sums(ledger)]).toEqual(['24 11:25', '1 missed']);
    expect(of(ledger)?.pastSlots).toMatchObject([{ outcome: 'missed', endAt: at('24 10:45') }]);
  });
  test('leaves what another at the same time has met', () => {
    const ledger = new Ledger();
    const [, id = ''] = say(ledger, ['10:05', update()], ['10:05', update({ message: '調査中です' })]);
    const before = [seen(ledger), sums(ledger)];
    ledger.retract(id, at('24 10:10'));
    expect([seen(ledger), sums(ledger)]).toEqual(before);
  });
  test('leaves of two at the same time the slot that the other has met, and not the next, which it ended itself', () => {
    const ledger = new Ledger();
    const early = { occurredAt: at('24 10:05').toISOString() };
    const [, id = ''] = say(ledger, ['10:05', update()], ['10:20', update({ recovery: true, ...early })]);
    ledger.retract(id, at('24 10:25'));
    const slots = of(ledger)?.pastSlots?.map((each) => `${told(each.dueAt)} ${each.outcome}`);
    expect([slots, sums(ledger)]).toEqual([['24 10:15 met', '24 10:35 retracted'], '1 met']);
  });
  test('leaves of two at the same time all that the other has met, also what had not been due by it', () => {
    const ledger = new Ledger();
    const early = { occurredAt: at('24 10:20').toISOString() };
    const [, id = ''] = say(ledger, ['10:10'], ['11:16'], ['11:20', update(early)], ['11:22', update(early)]);
    const slots = (): string[] | undefined =>
      of(ledger)?.pastSlots?.map((each) => `${told(each.dueAt)} ${each.outcome}`);
    const before = slots();
    expect(before).toEqual(['24 10:15 met', '24 10:45 met']);
    ledger.retract(id, at('24 11:30'));
    expect(slots()).toEqual(before);
  });
  test('leaves of two the first slot of whoever was named as both were sent', () => {
    const ledger = new Ledger();
    const named = { type: 'scoped', affectedCustomers: [{ id: 'b' }], method: 'logs' } as OwnStatement;
    const [, , id = ''] = say(ledger, ['10:05', named], ['10:05', update()], ['10:05', update()]);
    ledger.retract(id, at('24 10:12'));
    expect(of(ledger, 'b')?.pastSlots?.map((each) => each.outcome)).toEqual(['met']);
  });
  test('of the message that it does not occur: what was sent before that was found does not meet it', () => {
    const ledger = new Ledger({ ongoing: 'no', urgency: { ...incidentAt(filedAt).urgency, level: 'low' } });
    const [, , , id = ''] = say(
      ledger,
      ['10:30', update()],
      ['11:00', update()],
      ['11:30', { type: 'verified', happened: 'no', ...shown } as OwnStatement],
      ['11:40', update()],
    );
    ledger.retract(id, at('24 11:50'));
    const slots = of(ledger)?.pastSlots?.map((each) => `${told(each.dueAt)} ${each.outcome}`);
    expect([slots, sums(ledger)]).toEqual([['24 11:00 met', '24 12:30 retracted'], '1 met']);
  });
  test('leaves what another has met, and the older as the last', () => {
    const ledger = new Ledger();
    const [, id = ''] = say(ledger, ['10:05', update()], ['10:20', update()]);
    const [event] = ledger.retract(id, at('24 10:25')).events;
    expect([seen(ledger), sums(ledger), told(of(ledger)?.lastUpdateAt)]).toEqual(['24 10:55', '1 met', '24 10:05']);
    expect(of(ledger)?.pastSlots?.map((each) => each.outcome)).toEqual(['met', 'retracted']);
    expect(event?.detail).toMatchObject({ slots: [{ dueAt: at('24 10:35') }] });
  });
  test('leaves what had been missed before, also where it is taken back at once', () => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:10'], ['10:46'], ['10:50', update()]);
    expect(sums(ledger)).toBe('1 met, 1 missed');
    ledger.retract(id, at('24 10:50'));
    expect(sums(ledger)).toBe('1 missed');
  });
  test('leaves what one that was sent before it, and written down after it, has met as well', () => {
    const ledger = new Ledger();
    const older = update({ occurredAt: at('24 10:02').toISOString() });
    const [id = ''] = say(ledger, ['10:05', update()], ['10:12', older]);
    const [event] = ledger.retract(id, at('24 10:25')).events;
    expect([sums(ledger), told(of(ledger)?.lastUpdateAt)]).toEqual(['1 met', '24 10:02']);
    expect(event?.detail.slots).toBeUndefined();
  });
  test.each([
    ['to whom it was sent before they were known', '10:30', '10:25', 'retracted'],
    ['as they were known', '10:30', '10:30', 'met'],
  ])('of one %s: their first slot is met by it where it could be', (_, known, sent, outcome) => {
    const ledger = new Ledger();
    const scoped = { type: 'scoped', affectedCustomers: [{ id: 'b' }], method: 'logs' } as OwnStatement;
    const [, id = ''] = say(
      ledger,
      [known, scoped],
      ['10:40', update()],
      ['10:50', update({ occurredAt: at(`24 ${sent}`).toISOString() })],
    );
    ledger.retract(id, at('24 10:55'));
    expect(of(ledger, 'b')?.pastSlots?.map((each) => each.outcome)[0]).toBe(outcome);
  });
  test('of who waits again leaves nothing of what was sent before they did', () => {
    const ledger = new Ledger();
    const older = update({ occurredAt: at('24 10:25').toISOString() });
    const [, , id = ''] = say(
      ledger,
      ['10:05', update({ recovery: true })],
      ['10:30', { type: 'verified', ongoing: 'yes' }],
      ['10:40', update()],
      ['10:42', older],
    );
    expect(of(ledger)?.pastSlots?.at(-1)).toMatchObject({ dueAt: at('24 10:45'), outcome: 'met' });
    ledger.retract(id, at('24 10:50'));
    expect(of(ledger)?.pastSlots?.at(-1)).toMatchObject({ dueAt: at('24 10:45'), outcome: 'retracted' });
  });
  test('leaves nothing to one customer of what was sent to another alone', () => {
    const ledger = new Ledger();
    const scoped = { type: 'scoped', affectedCustomers: [{ id: 'b' }], method: 'logs' } as OwnStatement;
    const toB = update({ customers: ['b'], occurredAt: at('24 10:02').toISOString() });
    const [, id = ''] = say(ledger, ['10:01', scoped], ['10:05', update()], ['10:12', toB]);
    ledger.retract(id, at('24 10:25'));
    const slots = ['a', 'b'].map((each) => of(ledger, each)?.pastSlots?.map(({ outcome }) => outcome));
    expect(slots).toEqual([['retracted'], ['met']]);
  });
  test('of an emergency: what was sent in the slot before it is of that one alone', () => {
    const emergency = { since: at('24 10:40'), endedAt: null } as NonNullable<Incident['emergency']>;
    const ledger = new Ledger({ emergency });
    const [, , , id = ''] = say(
      ledger,
      ['10:12', update()],
      ['10:38', update()],
      ['10:50', update()],
      ['11:00', update()],
    );
    expect(of(ledger)?.pastSlots?.at(-1)).toMatchObject({ dueAt: at('24 11:05'), outcome: 'met' });
    ledger.retract(id, at('24 11:02'));
    expect(of(ledger)?.pastSlots?.at(-1)).toMatchObject({ dueAt: at('24 11:05'), outcome: 'retracted' });
  });
  test('of two the later of which alone met it, by a fixed time: the slot is no data', () => {
    const ledger = new Ledger({ ongoing: 'no', urgency: { ...incidentAt(filedAt).urgency, level: 'low' } });
    const [, , id = ''] = say(ledger, ['10:30', update()], ['12:30', update()], ['14:30', update()]);
    expect([seen(ledger), sums(ledger)]).toEqual(['24 17:00', '2 met']);
    ledger.retract(id, at('24 14:40'));
    expect([sums(ledger), told(of(ledger)?.lastUpdateAt)]).toEqual(['1 met', '24 12:30']);
  });
  test('leaves a slot that a later one had followed: what was sent after that meets neither', () => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:10'], ['10:25', update()], ['10:53'], ['11:15', update()]);
    expect(sums(ledger)).toBe('2 late');
    ledger.retract(id, at('24 11:40'));
    say(ledger, ['11:50', update({ occurredAt: at('24 11:30').toISOString() })]);
    const slots = of(ledger)?.pastSlots?.map(({ dueAt, outcome }) => `${told(dueAt)} ${outcome}`);
    expect(slots).toEqual(['24 10:15 retracted', '24 10:55 late']);
    expect([seen(ledger), sums(ledger)]).toEqual(['24 12:10', '1 late']);
  });
  test.each([
    ['before they were known', '09:58', 'missed'],
    ['in its time', '10:12', 'retracted'],
    ['as late as still meets it', '10:20', 'retracted'],
    ['later than that', '10:20:01', 'missed'],
  ])('of a slot that had been missed before, where another was sent %s, at %s: it is %s', (_, sent, outcome) => {
    const ledger = new Ledger();
    const late = (time: string): OwnStatement => update({ occurredAt: at(`24 ${time}`).toISOString() });
    const says: [string, OwnStatement?][] = [['10:10'], ['10:45'], ['10:50', late('10:05')], ['10:55', late(sent)]];
    const [id = ''] = say(ledger, ...says);
    expect(of(ledger)?.pastSlots?.[0]).toMatchObject({ dueAt: at('24 10:15'), outcome: 'met' });
    ledger.retract(id, at('24 11:00'));
    expect(of(ledger)?.pastSlots?.[0]).toMatchObject({ dueAt: at('24 10:15'), outcome });
  });
  test('and then the other that has met it as well: the slot is no data', () => {
    const ledger = new Ledger();
    const older = update({ occurredAt: at('24 10:02').toISOString() });
    const [first = '', second = ''] = say(ledger, ['10:05', update()], ['10:12', older]);
    ledger.retract(first, at('24 10:25'));
    expect(sums(ledger)).toBe('1 met');
    ledger.retract(second, at('24 10:26'));
    expect([sums(ledger), of(ledger)?.pastSlots?.map((each) => each.outcome)]).toEqual(['', ['retracted']]);
  });
  test('of the message of a recovery: what was sent before the recovery, and has met the slot before, meets none of that', () => {
    const ledger = new Ledger();
    const [, , , id = ''] = say(
      ledger,
      ['10:05', update()],
      ['10:10', update()],
      ['10:15', recovered],
      ['10:16', update({ recovery: true })],
    );
    ledger.retract(id, at('24 10:20'));
    expect(of(ledger)?.pastSlots?.map((each) => `${told(each.dueAt)} ${each.outcome}`)).toEqual([
      '24 10:15 met',
      '24 10:35 met',
      '24 10:30 retracted',
    ]);
  });
  test('of the message of a recovery: what was sent before it, an hour or more before a fixed time, does not meet it', () => {
    const ledger = new Ledger({ ongoing: 'no', urgency: { ...incidentAt(filedAt).urgency, level: 'low' } });
    const [, , , id = ''] = say(
      ledger,
      ['10:30', update()],
      ['11:00', update()],
      ['11:30', recovered],
      ['11:40', update({ recovery: true })],
    );
    ledger.retract(id, at('24 11:50'));
    const slots = of(ledger)?.pastSlots?.map((each) => `${told(each.dueAt)} ${each.outcome}`);
    expect([slots, sums(ledger)]).toEqual([['24 11:00 met', '24 12:30 retracted'], '1 met']);
  });
  test('of what was sent in an emergency: what was sent before it does not meet its first slot', () => {
    const emergency = { since: at('24 11:10'), endedAt: null } as NonNullable<Incident['emergency']>;
    const calm = { ongoing: 'no' as const, urgency: { ...incidentAt(filedAt).urgency, level: 'low' as const } };
    const ledger = new Ledger(calm);
    say(ledger, ['10:30', update()], ['11:00', update()]);
    const contact = of(ledger) as Contact;
    const incident = { ...ledger.incident, emergency };
    ledger.incident = incident;
    ledger.contacts.set(contact.id, hasten(contact, incident, emergency.since, at('24 11:10'), policy));
    const [id = ''] = say(ledger, ['11:20', update()]);
    expect(seen(ledger)).toBe('24 11:35');
    ledger.retract(id, at('24 11:22'));
    const slots = of(ledger)?.pastSlots?.map((each) => `${told(each.dueAt)} ${each.outcome}`);
    expect([slots, sums(ledger)]).toEqual([['24 11:00 met', '24 11:25 retracted'], '1 met']);
  });
  test('of one customer leaves the other’s of the same time', () => {
    const ledger = new Ledger();
    const [, , id = ''] = say(
      ledger,
      ['10:02', { type: 'scoped', affectedCustomers: [{ id: 'b' }] }],
      ['10:05', update({ customers: ['a'] })],
      ['10:05', update({ customers: ['b'] })],
    );
    ledger.retract(id, at('24 10:10'));
    expect([seen(ledger), seen(ledger, 'b'), sums(ledger)]).toEqual(['24 10:35', '24 10:40', '1 met']);
  });
  test('is told of by when the responders are told next, though they had been told', () => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:05', update()], ['10:30']);
    expect(told(of(ledger)?.remindedAt)).toBe('24 10:30');
    ledger.retract(id, at('24 10:32'));
    expect([seen(ledger), told(of(ledger)?.remindAt), of(ledger)?.remindedAt]).toEqual([
      '24 11:02',
      '24 10:57',
      undefined,
    ]);
  });
  test('in a channel that does not count moves no clock, as it had moved none', () => {
    const ledger = new Ledger();
    const [, id = ''] = say(ledger, ['10:05', update()], ['10:10', update({ channel: 'rumour' })]);
    ledger.retract(id, at('24 10:20'));
    expect([seen(ledger), sums(ledger)]).toEqual(['24 10:35', '1 met']);
  });
  test('was sent by the time at which it was recorded, whatever its clock said: the slot is no data', () => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:05', update({ occurredAt: at('24 10:08').toISOString() })]);
    expect(sums(ledger)).toBe('1 met');
    ledger.retract(id, at('24 10:20'));
    expect(sums(ledger)).toBe('');
  });
  test('starts no clock where there is no rhythm', () => {
    const ledger = new Ledger({ isAboutMetronome: true });
    const [id = ''] = say(ledger, ['10:05', update()]);
    ledger.retract(id, at('24 10:10'));
    expect(of(ledger)).toMatchObject({ nextUpdateDueAt: null, stoppedAt: null });
  });
});

describe('a recovery that is taken back', () => {
  const rows: [what: string, says: [string, OwnStatement][], at: string, due: string][] = [
    ['leaves the slot in turn', [['10:05', recovered]], '10:07', '24 10:15'],
    ['or, where that is past, an interval from now', [['10:05', recovered]], '10:20', '24 10:50'],
    ['at just that time, too', [['10:05', recovered]], '10:15', '24 10:45'],
    ['has whoever was told of it wait again', [['10:05', update({ recovery: true })]], '10:20', '24 10:50'],
  ];
  test.each(rows)('%s', (_, says, time, due) => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ...says);
    ledger.retract(id, at(`24 ${time}`));
    expect([ledger.incident.status, seen(ledger), of(ledger)?.endsWith]).toEqual(['open', due, undefined]);
  });
  test('by its message alone has the message due within the first interval', () => {
    const ledger = new Ledger();
    const [, id = ''] = say(ledger, ['10:03', recovered], ['10:05', update({ recovery: true })]);
    expect(seen(ledger)).toBe('over 24 10:05');
    ledger.retract(id, at('24 10:20'));
    expect([ledger.incident.status, seen(ledger), of(ledger)?.endsWith]).toEqual(['recovered', '24 10:35', 'recovery']);
  });
});

describe('a finding that is taken back', () => {
  /** Not urgent: whether it goes on decides its row. */
  const calm = (ongoing: Incident['ongoing'] = 'unknown'): Ledger =>
    new Ledger({ ongoing, urgency: { level: 'low', rule: 'trouble', why: '' } as unknown as Incident['urgency'] });

  test('that it goes on after all leaves it over, as it was', () => {
    const ledger = new Ledger();
    const verified = { type: 'verified', ongoing: 'yes' } as OwnStatement;
    const [, id = ''] = say(ledger, ['10:05', update({ recovery: true })], ['10:20', verified]);
    expect([seen(ledger), ledger.incident.recoveredAt]).toEqual(['24 10:35', undefined]);
    ledger.retract(id, at('24 10:25'));
    const { status, recoveredAt } = ledger.incident;
    expect([status, recoveredAt, seen(ledger), of(ledger)?.dueReason]).toEqual([
      'recovered',
      at('24 10:05'),
      'over 24 10:05',
      'the customer has been told of the recovery',
    ]);
  });
  test('that it goes on no more: a slot that the fast row would have ended by now ends now, and is of no other', () => {
    const ledger = calm();
    const [, id = ''] = say(
      ledger,
      ['10:05', update()],
      ['10:06', { type: 'verified', happened: 'yes', ongoing: 'no', ...shown }],
      ['10:30'],
      ['11:05'],
    );
    expect([seen(ledger), sums(ledger)]).toEqual(['24 10:35', '1 met']);
    const { events } = ledger.retract(id, at('24 11:07'));
    expect([seen(ledger), sums(ledger)]).toEqual(['24 11:22', '1 met, 1 missed']);
    const slot = { dueAt: at('24 10:35'), endAt: at('24 11:07'), outcome: 'missed' };
    expect(of(ledger)?.pastSlots?.at(-1)).toMatchObject(slot);
    expect(events.map((each) => each.type)).toEqual(['retracted', 'slot-closed']);
    expect(events[1]).toMatchObject({ actor: 'rule', occurredAt: at('24 11:07'), detail: slot });
    expect(events[0]?.detail).not.toHaveProperty('slots');
  });
  test('that it goes on no more: a slot that is far away is brought to where the fast row has it', () => {
    const ledger = calm();
    const [id = ''] = say(
      ledger,
      ['10:06', { type: 'verified', happened: 'yes', ongoing: 'no', ...shown }],
      ['10:10', update()],
    );
    expect(seen(ledger)).toBe('24 15:00');
    ledger.retract(id, at('24 10:20'));
    expect([seen(ledger), sums(ledger)]).toEqual(['24 10:40', '1 met']);
  });
  test('that it goes on leaves a slot that stands open as it is', () => {
    const ledger = calm('no');
    const [id = ''] = say(ledger, ['10:05', { type: 'verified', happened: 'yes', ongoing: 'yes', ...shown }]);
    expect(seen(ledger)).toBe('24 10:20');
    const [event, ...others] = ledger.retract(id, at('24 10:10')).events;
    expect([seen(ledger), sums(ledger), event?.type, others]).toEqual(['24 10:20', '', 'retracted', []]);
  });
  test('that it does not occur has everybody wait again', () => {
    const ledger = new Ledger();
    const none = { type: 'verified', happened: 'no', ...shown } as OwnStatement;
    const [, id = ''] = say(ledger, ['10:02', { type: 'scoped', affectedCustomers: [{ id: 'b' }] }], ['10:05', none]);
    expect(seen(ledger, 'b')).toBe('over 24 10:05');
    ledger.retract(id, at('24 10:12'));
    expect([ledger.incident.status, seen(ledger, 'b')]).toEqual(['open', '24 10:42']);
  });
  test('of who is affected leaves no contact of theirs, and their slots are no data', () => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:02', { type: 'scoped', affectedCustomers: [{ id: 'b' }] }], ['10:05', update()]);
    expect([ledger.incident.impact.affectedCustomerCount, sums(ledger)]).toEqual([2, '2 met']);
    const { gone } = ledger.retract(id, at('24 10:10'));
    expect([gone, seen(ledger, 'b'), seen(ledger)]).toEqual([[contactIdOf({ id: 'b' })], 'gone', '24 10:35']);
    expect([ledger.incident.impact.affectedCustomerCount, sums(ledger)]).toEqual([1, '1 met']);
  });
  test('of who is affected leaves those who are told together with them', () => {
    const ledger = new Ledger();
    const ofArea = (id: string): OwnStatement => ({ type: 'scoped', affectedCustomers: [{ id, contactId: 'k' }] });
    const [, id = ''] = say(ledger, ['10:02', ofArea('c')], ['10:03', ofArea('d')]);
    const told = () => ledger.contacts.get(contactIdOf({ id: 'c', contactId: 'k' }))?.customers.map((each) => each.id);
    expect(told()).toEqual(['c', 'd']);
    ledger.retract(id, at('24 10:10'));
    expect(told()).toEqual(['c']);
  });
  test('of who is affected, after what was sent to them, has their slot taken off once', () => {
    const ledger = new Ledger();
    const [scoped = '', sent = ''] = say(
      ledger,
      ['10:02', { type: 'scoped', affectedCustomers: [{ id: 'b' }] }],
      ['10:05', update({ customers: ['b'] })],
    );
    ledger.retract(sent, at('24 10:10'));
    const [event] = ledger.retract(scoped, at('24 10:11')).events;
    expect([seen(ledger, 'b'), sums(ledger)]).toEqual(['gone', '']);
    expect(event?.detail).not.toHaveProperty('slots');
  });
  test('that says nothing of a recovery leaves its message due when it is', () => {
    const ledger = new Ledger();
    const comment = { type: 'commented', text: 'x' } as OwnStatement;
    const [, , id = ''] = say(ledger, ['12:16', update()], ['12:20', recovered], ['12:21', comment]);
    expect(seen(ledger)).toBe('24 12:35');
    ledger.retract(id, at('24 12:22'));
    expect(seen(ledger)).toBe('24 12:35');
  });
  test('that touches no customer changes none, and says no slots', () => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:05', { type: 'corrected', field: 'title', value: '会計できない' }]);
    const { events, contacts, gone, incident } = ledger.retract(id, at('24 10:10'));
    expect([contacts, gone, ledger.incident.title]).toEqual([[], [], '注文が通らない']);
    expect({ ...incident, lastSequence: 0, statedSequence: 0 }).toEqual({
      ...ledger.incident,
      lastSequence: 0,
      statedSequence: 0,
    });
    expect(events[0]?.detail).toEqual({ eventId: id, why: '間違い', type: 'corrected' });
    expect(Object.keys(events[0]?.changes ?? {}).sort()).toEqual(['missing', 'title']);
  });
  test('is taken back when it is said to have been, with what shows it', () => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:05', { type: 'fixed', permanentFix: 'x' }]);
    const decided = ledger.decide(id, at('24 10:10'), {
      occurredAt: at('24 10:08').toISOString(),
      evidenceUrl: shown.evidenceUrl,
    });
    expect(decided).toMatchObject({ events: [{ occurredAt: at('24 10:08'), evidenceUrl: shown.evidenceUrl }] });
    expect('events' in decided && decided.events[0]?.changes).toMatchObject({ permanentFix: null });
  });
});

describe('what cannot be taken back', () => {
  const refusal = (ledger: Ledger, id: string): unknown[] => {
    const decided = ledger.decide(id, at('24 10:10'));
    if (!('refused' in decided)) return [];
    return [
      decided.status,
      decided.refused.code,
      ...(decided.errors ?? []).map(({ path, said }) => `${path} ${said?.code}`),
    ];
  };
  test('is what is not there', () => {
    expect(refusal(new Ledger(), '00000099')).toEqual([422, 'no-such-event', 'eventId not-an-event-id']);
  });
  test('is what has been taken back, and a retraction', () => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:05', { type: 'responded' }]);
    ledger.retract(id, at('24 10:06'));
    expect(refusal(ledger, id)).toEqual([409, 'retracted-already']);
    expect(refusal(ledger, ledger.timeline.at(-1)?.id ?? '')).toEqual([409, 'state-again']);
  });
  test('is what has been taken back before something else was', () => {
    const ledger = new Ledger();
    const [first = '', second = ''] = say(ledger, ['10:05', { type: 'responded' }], ['10:06', recovered]);
    ledger.retract(first, at('24 10:07'));
    ledger.retract(second, at('24 10:08'));
    expect([first, second].map((id) => refusal(ledger, id))).toEqual([
      [409, 'retracted-already'],
      [409, 'retracted-already'],
    ]);
  });
  test('is what was filed, and what rules made of a statement', () => {
    const ledger = new Ledger();
    say(ledger, ['10:05', recovered]);
    const [filed, , byRule] = ledger.timeline;
    expect(refusal(ledger, filed?.id ?? '')).toEqual([409, 'not-stated-by-people']);
    expect([byRule?.actor, ...refusal(ledger, byRule?.id ?? '')]).toEqual(['rule', 409, 'not-stated-by-people']);
  });
  test.each([
    ['linked', 'unlink-instead'],
    ['unlinked', 'state-again'],
  ] as const)('is what was %s', (type, code) => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:05', { type: 'responded' }]);
    const event = ledger.timeline.find((each) => each.id === id);
    Object.assign(event ?? {}, { type });
    expect(refusal(ledger, id)).toEqual([409, code]);
  });
  test('is anything of what is linked, which is said where it is linked to', () => {
    const ledger = new Ledger();
    const [id = ''] = say(ledger, ['10:05', { type: 'responded' }]);
    const facts: Partial<Incident> = { status: 'linked', linkedTo: 'inc_2' };
    ledger.incident = { ...ledger.incident, ...facts };
    expect(refusal(ledger, id)).toEqual([409, 'linked-record-there']);
    const decided = ledger.decide(id, at('24 10:10'));
    expect('refused' in decided && decided.refused.text).toContain('inc_2');
  });
});

test('what has gone out to a customer is not taken back', () => {
  const update = { id: '00000002', type: 'customer-updated', actor: 'sato', recordedAt: filedAt, occurredAt: filedAt };
  const detail = { customers: ['a'] };
  const event = (more: object): TimelineEvent => ({ ...update, detail: { ...detail, ...more } }) as TimelineEvent;
  expect(whyNotRetracted(event({}))).toBeUndefined();
  expect(whyNotRetracted(event({ sentAs: { tool: 'zendesk', id: '1' } }))?.text).toMatch(/ticket tool/);
  expect(whyNotRetracted(event({ signalId: 'sig_1' }))?.text).toMatch(/ticket tool/);
});
