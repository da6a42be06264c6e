import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { type Contact, contactIdOf } from '../../../functions/incidents/rhythm/contact.ts';
import {
  addOutcomes,
  correctRecovery,
  endForNotOccurring,
  expedite,
  recordRecovery,
  reopenContact,
} from '../../../functions/incidents/rhythm/ends.ts';
import { markReminded, passTime, recordUpdate } from '../../../functions/incidents/rhythm/slots.ts';
import { policy } from '../../../functions/policy.ts';
import { at, contactOf, incidentAt, told } from './rhythm.ts';

const incident = incidentAt(at('24 10:00'));
const contact = contactOf(incident);
const reminded = (each: Contact, when: string, which: 'this' | 'next' = 'this') =>
  markReminded(each, which, incident, at(when), policy);
const update = (each: Contact, sent: string, now = sent, facts: Partial<Parameters<typeof recordUpdate>[3]> = {}) =>
  recordUpdate(
    each,
    incident,
    at(sent),
    { channel: 'phone', isRecovery: false, message: `told ${sent}`, ...facts },
    at(now),
    policy,
  );
const recover = (each: Contact, recovered: string, now = recovered) =>
  recordRecovery(each, incident, at(recovered), at(now), policy);
const pass = (each: Contact, now: string) => passTime(each, incident, at(now), policy);
const outcomes = (closed: { dueAt: Date; outcome: string; corrects?: string }[]) =>
  closed.map((each) => `${told(each.dueAt)} ${each.outcome}${each.corrects ? ` (was ${each.corrects})` : ''}`);

describe('a slot', () => {
  it.each([
    ['24 10:02', 'met', '24 10:32'],
    ['24 10:15', 'met', '24 10:45'],
    ['24 10:20', 'met', '24 10:50'],
    ['24 10:20:01', 'late', '24 10:50:01'],
    ['24 10:44', 'late', '24 11:14'],
  ])('that was reminded and updated at %s is %s, and the next is %s', (sent, outcome, next) => {
    const { contact: after, closed, counts } = update(reminded(contact, '24 10:10'), sent);
    expect([counts, outcomes(closed), told(after.nextUpdateDueAt)]).toEqual([true, [`24 10:15 ${outcome}`], next]);
    expect(told(after.lastUpdateAt)).toBe(sent);
    expect(after.lastMessage).toBe(`told ${sent}`);
    expect(after.remindedAt).toBeUndefined();
  });

  it('stands open until the next is due, then is missed, once', () => {
    const waiting = reminded(contact, '24 10:10');
    expect(pass(waiting, '24 10:44').closed).toEqual([]);
    const { contact: after, closed } = pass(waiting, '24 10:45');
    expect(outcomes(closed)).toEqual(['24 10:15 missed']);
    expect([told(after.nextUpdateDueAt), after.missedInARow]).toEqual(['24 10:45', 1]);
    expect(pass(after, '24 10:45').closed).toEqual([]);
  });

  it('that stands open as an emergency begins ends with its first interval, unless that is over by then', () => {
    const night = { ...contact, nextUpdateDueAt: at('25 10:00'), remindAt: null, remindedAt: at('25 09:50') };
    const passed = (now: string, endedAt: Date | null) => {
      const emergency = { since: at('25 10:13'), endedAt } as NonNullable<Incident['emergency']>;
      return passTime(night, { ...incident, emergency }, at(now), policy);
    };
    expect(passed('25 10:27', null).closed).toEqual([]);
    const { contact: after, closed } = passed('25 10:28', null);
    expect(outcomes(closed)).toEqual(['25 10:00 missed']);
    expect([told(after.nextUpdateDueAt), told(after.remindAt)]).toEqual(['25 10:28', '25 10:23']);
    expect(passed('25 14:59', at('25 10:20')).closed).toEqual([]);
  });

  it('of which nobody was told in time is not-reminded, whether an update came too late or not at all', () => {
    expect(outcomes(pass(contact, '24 12:30').closed)).toEqual([
      '24 10:15 not-reminded',
      '24 10:45 not-reminded',
      '24 11:15 not-reminded',
      '24 11:45 not-reminded',
    ]);
    expect(pass(contact, '24 12:30').contact.missedInARow).toBe(0);
    const late = update(contact, '24 10:40');
    expect(outcomes(late.closed)).toEqual(['24 10:15 not-reminded']);
    expect(told(late.closed[0]?.updatedAt)).toBe('24 10:40');
    expect(outcomes(update(contact, '24 10:17').closed)).toEqual(['24 10:15 met']);
  });

  it('is reminded of once, and the one after it while it still stands open', () => {
    const once = reminded(contact, '24 10:10');
    expect(told(once.remindAt)).toBe('24 10:40');
    const twice = reminded(once, '24 10:40', 'next');
    expect(twice.remindAt).toBeNull();
    const { contact: after } = pass(twice, '24 10:46');
    expect([told(after.remindedAt), told(after.remindAt)]).toEqual(['24 10:40', '24 11:10']);
    expect(outcomes(pass(after, '24 11:15').closed)).toEqual(['24 10:45 missed']);
    expect(pass(after, '24 11:15').contact.missedInARow).toBe(2);
  });

  it('at a fixed time goes on standing when the customer was told more than an hour before', () => {
    const morning = { ...contact, nextUpdateDueAt: at('25 15:00'), lastUpdateAt: at('25 10:00') };
    const early = update(morning, '25 10:30');
    expect([early.closed, told(early.contact.nextUpdateDueAt)]).toEqual([[], '25 15:00']);
    const close = update(morning, '25 14:30');
    expect([outcomes(close.closed), told(close.contact.nextUpdateDueAt)]).toEqual([['25 15:00 met'], '25 17:00']);
  });
});

describe('an update', () => {
  it('in a channel that does not count changes nothing', () => {
    const { contact: after, closed, counts, why } = update(contact, '24 10:05', '24 10:05', { channel: 'note' });
    expect([after, closed, counts]).toEqual([contact, [], false]);
    expect(why).toContain('note');
  });

  it('closes what ended before it, and what has ended since', () => {
    const waiting = reminded(contact, '24 10:10');
    const { closed, contact: after } = update(waiting, '24 10:50', '24 11:55');
    expect(outcomes(closed)).toEqual(['24 10:15 missed', '24 10:45 met', '24 11:20 not-reminded']);
    expect(told(after.nextUpdateDueAt)).toBe('24 11:50');
  });

  it('ends a row of missed slots and its escalation', () => {
    const row = { ...reminded(contact, '24 10:10'), missedInARow: 3, escalatedAt: at('24 09:00') };
    const { contact: after } = update(row, '24 10:14');
    expect([after.missedInARow, after.escalatedAt]).toEqual([0, undefined]);
  });

  it('recorded for the past corrects the slot that it met', () => {
    let each = reminded(contact, '24 10:10');
    each = reminded(each, '24 10:40', 'next');
    each = pass(each, '24 10:50').contact;
    const met = update(each, '24 10:12', '24 10:50');
    expect(outcomes(met.closed)).toEqual(['24 10:15 met (was missed)']);
    expect([told(met.contact.nextUpdateDueAt), met.contact.missedInARow]).toEqual(['24 10:45', 0]);
    const late = update(each, '24 10:40', '24 10:50');
    expect(outcomes(late.closed)).toEqual(['24 10:15 late (was missed)']);
    expect(told(late.contact.nextUpdateDueAt)).toBe('24 11:10');
  });

  it('recorded for the past takes back a slot that was not yet due', () => {
    let each = pass(reminded(contact, '24 10:10'), '24 10:46').contact;
    each = pass(reminded(each, '24 10:46'), '24 11:16').contact;
    const { closed, contact: after } = update(each, '24 10:40', '24 11:20');
    expect(outcomes(closed)).toEqual(['24 10:15 late (was missed)', '24 10:45 met (was not-reminded)']);
    expect(told(after.nextUpdateDueAt)).toBe('24 11:15');
  });

  it('that is older than the last one changes no clock', () => {
    const first = update(contact, '24 10:14').contact;
    const { contact: after, closed } = update(first, '24 10:05', '24 10:20');
    expect([closed, told(after.nextUpdateDueAt), told(after.lastUpdateAt)]).toEqual([[], '24 10:44', '24 10:14']);
    expect(after.lastMessage).toBe('told 24 10:14');
  });

  it('from long before the customer was known leaves the first slot', () => {
    const { contact: after, closed } = update(contact, '23 10:00', '24 10:01');
    expect([closed, told(after.nextUpdateDueAt)]).toEqual([[], '24 10:15']);
  });

  it('from before the customer was known meets none of the slots that were late or missed since', () => {
    const first = update(reminded(contact, '24 10:10'), '24 10:14');
    const late = update(reminded(first.contact, '24 10:39'), '24 11:00');
    const { contact: after, closed } = update(late.contact, '24 09:40', '24 11:10');
    expect(outcomes(closed)).toEqual([]);
    expect(after.pastSlots?.map((each) => each.outcome)).toEqual(['met', 'late']);
    expect(told(after.nextUpdateDueAt)).toBe('24 11:30');
  });

  it('adds to the sums, and takes off what it corrects', () => {
    const sums = { met: 1, late: 0, missed: 1, notReminded: 0 };
    const closed = [{ outcome: 'met', corrects: 'missed' }, { outcome: 'not-reminded' }];
    expect(addOutcomes(sums, closed as unknown as Parameters<typeof addOutcomes>[1])).toEqual({
      met: 2,
      late: 0,
      missed: 0,
      notReminded: 1,
    });
  });
});

describe('recovery', () => {
  it.each([
    ['before the first slot', '24 10:05', '24 10:15'],
    ['ten minutes after filing', '24 10:10', '24 10:15'],
    ['at once', '24 09:55', '24 10:10'],
  ])('%s', (_, recovered, due) => {
    const after = recover(contact, recovered);
    expect([told(after.nextUpdateDueAt), after.stoppedAt, after.endsWith]).toEqual([due, null, 'recovery']);
  });

  it('brings a distant slot forward to the first interval', () => {
    const morning = { ...contact, nextUpdateDueAt: at('25 12:00'), remindAt: at('25 11:50') };
    const after = recover(morning, '25 09:00');
    expect([told(after.nextUpdateDueAt), told(after.remindAt)]).toEqual(['25 09:15', '25 09:10']);
    expect(recover(after, '25 09:00')).toEqual(after);
  });

  it('that is recorded when its message would have been due long since leaves no slots in the past', () => {
    const morning = { ...contact, nextUpdateDueAt: at('25 12:00'), remindAt: at('25 11:50') };
    const after = recover(morning, '25 08:10', '25 09:30');
    expect([told(after.recoveredAt), told(after.nextUpdateDueAt), told(after.remindAt)]).toEqual([
      '25 08:10',
      '25 09:45',
      '25 09:40',
    ]);
    expect(pass(reminded(after, '25 09:40'), '25 09:45').closed).toEqual([]);
    expect(told(recover(morning, '25 09:16', '25 09:30').nextUpdateDueAt)).toBe('25 09:31');
    expect(told(recover(morning, '25 09:15:01', '25 09:30').nextUpdateDueAt)).toBe('25 09:45');
  });

  it('that is corrected leaves a message that is overdue where it is', () => {
    const waiting = reminded(recover(contact, '24 10:02'), '24 10:10');
    const after = correctRecovery(
      waiting,
      incident,
      { from: at('24 10:02'), to: at('24 10:30') },
      at('24 10:35'),
      policy,
    );
    expect([told(after.recoveredAt), told(after.nextUpdateDueAt)]).toEqual(['24 10:30', '24 10:15']);
    expect(outcomes(pass(after, '24 10:45').closed)).toEqual(['24 10:15 missed']);
  });

  it('that is corrected to long ago leaves the message due when it was', () => {
    const waiting = recover({ ...contact, nextUpdateDueAt: at('25 12:00'), remindAt: at('25 11:50') }, '25 09:00');
    const after = correctRecovery(
      waiting,
      incident,
      { from: at('25 09:00'), to: at('25 08:00') },
      at('25 09:05'),
      policy,
    );
    expect([told(after.recoveredAt), told(after.nextUpdateDueAt)]).toEqual(['25 08:00', '25 09:15']);
  });

  it('stops the clock with its message alone', () => {
    const recovered = recover(contact, '24 10:10');
    const other = update(recovered, '24 10:12').contact;
    expect([other.stoppedAt, told(other.nextUpdateDueAt)]).toEqual([null, '24 10:42']);
    const note = update(recovered, '24 10:12', '24 10:12', { isRecovery: true, channel: 'note' }).contact;
    expect(note.stoppedAt).toBeNull();
    const { contact: after, closed } = update(recovered, '24 10:12', '24 10:12', { isRecovery: true });
    expect([told(after.stoppedAt), after.nextUpdateDueAt, after.remindAt]).toEqual(['24 10:12', null, null]);
    expect(outcomes(closed)).toEqual(['24 10:15 met']);
    expect(pass(after, '27 10:00').closed).toEqual([]);
  });

  it('is recorded by an update that tells of it', () => {
    const { contact: after } = update(contact, '24 10:12', '24 10:12', { isRecovery: true });
    expect([told(after.recoveredAt), told(after.stoppedAt)]).toEqual(['24 10:12', '24 10:12']);
  });

  it('that is questioned and confirmed starts the clock anew', () => {
    const { contact: over } = update(contact, '24 10:12', '24 10:12', { isRecovery: true });
    const after = reopenContact(over, incident, at('24 15:00'), policy);
    expect([told(after.nextUpdateDueAt), after.stoppedAt, after.recoveredAt]).toEqual(['24 15:15', null, undefined]);
  });
});

describe('not occurring', () => {
  it('leaves one message to whoever reported it', () => {
    const other = contactOf(incident, 'store-13');
    const [reporter, rest] = endForNotOccurring([contact, other], incident, at('24 10:05'), policy);
    expect([told(reporter?.nextUpdateDueAt), reporter?.endsWith]).toEqual(['24 10:15', 'not-occurring']);
    expect([told(rest?.stoppedAt), rest?.nextUpdateDueAt]).toEqual(['24 10:05', null]);
    const { contact: after } = update(reporter as Contact, '24 10:12');
    expect(told(after.stoppedAt)).toBe('24 10:12');
  });

  it('reaches a reporter who was not affected themselves', () => {
    const other = contactOf(incident, 'store-13');
    const changed = endForNotOccurring([other], incident, at('24 12:00'), policy);
    expect(changed.map((each) => [each.id, told(each.nextUpdateDueAt)])).toEqual([
      ['con_store-13', '–'],
      [contactIdOf({ id: 'store-12' }), '24 12:15'],
    ]);
  });
});

describe('a faster row', () => {
  const calm = incidentAt(at('24 10:00'), { ongoing: 'no', urgency: { ...incident.urgency, level: 'low' } });
  const expedited = (each: Contact, now: string) => expedite(each, calm, incident, at(now), policy);

  it.each([
    ['was told of', '24 11:50', 'missed', 1],
    ['nobody was told of', '24 12:01', 'not-reminded', 0],
  ])('ends a slot that %s and that it would have ended, and has none in between', (_, when, outcome, missedInARow) => {
    const noon = { ...contact, nextUpdateDueAt: at('24 12:00'), remindedAt: at(when) };
    const { contact: after, closed } = expedited(noon, '24 13:40');
    expect(outcomes(closed)).toEqual([`24 12:00 ${outcome}`]);
    expect([told(closed[0]?.endAt), told(after.nextUpdateDueAt), told(after.remindAt), after.missedInARow]).toEqual([
      '24 13:40',
      '24 13:55',
      '24 13:50',
      missedInARow,
    ]);
    expect(pass(after, '24 13:55').closed).toEqual([]);
    // By the slow row it stood open until 15:00: what was sent then is late, and no slot came before it.
    expect(outcomes(update(after, '24 13:20', '24 13:45').closed)).toEqual([
      outcome === 'missed' ? '24 12:00 late (was missed)' : '24 12:00 not-reminded (was not-reminded)',
    ]);
  });

  it('leaves a slot that it would not have ended yet', () => {
    const noon = { ...contact, nextUpdateDueAt: at('24 12:00'), remindedAt: at('24 11:50') };
    expect(expedited(noon, '24 12:20')).toEqual({ contact: noon, closed: [] });
  });

  it('first ends what the slow row has ended, however long nobody has looked', () => {
    const morning = { ...contact, nextUpdateDueAt: at('24 12:00'), remindedAt: at('24 11:50') };
    expect(outcomes(expedited(morning, '24 17:00').closed)).toEqual(['24 12:00 missed', '24 15:00 not-reminded']);
  });

  it('brings the slot forward, and never beyond its own', () => {
    const far = { ...contact, nextUpdateDueAt: at('24 16:00'), lastUpdateAt: at('24 12:00') };
    expect(told(expedited(far, '24 13:30').contact.nextUpdateDueAt)).toBe('24 13:45');
    expect(told(expedited(far, '24 12:10').contact.nextUpdateDueAt)).toBe('24 13:00');
    expect(told(expedited(contact, '24 10:14').contact.nextUpdateDueAt)).toBe('24 10:15');
  });
});

describe('an incident without a rhythm', () => {
  it('closes nothing and waits for nothing', () => {
    const own = incidentAt(at('24 10:00'), { isAboutMetronome: true });
    expect(contactOf(own).nextUpdateDueAt).toBeNull();
    expect(passTime(contact, own, at('27 10:00'), policy).closed).toEqual([]);
  });

  it('waits for nothing either once it is open again', () => {
    const own = incidentAt(at('24 10:00'), { isAboutMetronome: true });
    const recovered = recordRecovery(contactOf(own), own, at('24 11:00'), at('24 11:00'), policy);
    const { nextUpdateDueAt, remindAt, recoveredAt } = reopenContact(recovered, own, at('24 12:00'), policy);
    expect([nextUpdateDueAt, remindAt, recoveredAt]).toEqual([null, null, undefined]);
  });
});
