import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { nextSlot } from '../../../functions/incidents/rhythm/cadence.ts';
import { type Contact, contactIdOf, moveContact, type Outcome } from '../../../functions/incidents/rhythm/contact.ts';
import {
  addOutcomes,
  changeRow,
  correctRecovery,
  endForNotOccurring,
  recordRecovery,
  reopenContact,
} from '../../../functions/incidents/rhythm/ends.ts';
import {
  endOverdue,
  nextReminder,
  passTime,
  recordUpdate,
  remind,
  stopClock,
  waitFor,
  withOverdue,
} from '../../../functions/incidents/rhythm/slots.ts';
import { policy } from '../../../functions/policy.ts';
import { at, contactOf, incidentAt, told } from './rhythm.ts';

const incident = incidentAt(at('24 10:00'));
const contact = contactOf(incident);
/** Each waiting customer's reminder is for the pending slot, or for the next. */
const remindedBy = (of: Incident, each: Contact, when: string, which: 'this' | 'next' = 'this') => {
  const dueAt = which === 'this' ? each.nextUpdateDueAt : nextSlot(each, of, policy)?.dueAt;
  return remind(each, dueAt as Date, of, at(when), policy);
};
const reminded = (each: Contact, when: string, which?: 'this' | 'next') => remindedBy(incident, each, when, which);
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

  it.each([
    ['24 15:04:47', ['24 14:59:47 met (was missed)'], '24 17:00'],
    ['24 15:04:48', ['24 15:00 met'], '24 17:00'],
  ])(
    'that a fixed time ends at once is met by an update up to five minutes after it was due, at %s',
    (sent, closed, due) => {
      const calm = incidentAt(at('24 13:59:47'), { ongoing: 'no', urgency: { ...incident.urgency, level: 'low' } });
      const waiting = remindedBy(calm, contactOf(calm), '24 14:54');
      const { contact: missed } = passTime(waiting, calm, at('24 15:01'), policy);
      expect(missed.pastSlots).toMatchObject([{ dueAt: at('24 14:59:47'), endAt: at('24 15:00'), outcome: 'missed' }]);
      const told = recordUpdate(missed, calm, at(sent), { channel: 'phone', isRecovery: false }, at(sent), policy);
      expect([outcomes(told.closed), told.contact.nextUpdateDueAt]).toEqual([closed, at(due)]);
      expect([told.contact.missedInARow, told.contact.overdueSince]).toEqual([0, undefined]);
    },
  );

  it('of which nobody was reminded is met in time as well, where a fixed time has ended it', () => {
    const calm = incidentAt(at('24 13:59:47'), { ongoing: 'no', urgency: { ...incident.urgency, level: 'low' } });
    const { contact: passed } = passTime(contactOf(calm), calm, at('24 15:01'), policy);
    const told = recordUpdate(
      passed,
      calm,
      at('24 15:02'),
      { channel: 'phone', isRecovery: false },
      at('24 15:02'),
      policy,
    );
    expect(outcomes(told.closed)).toEqual(['24 14:59:47 met (was not-reminded)']);
  });

  it('that has been met leaves the next one to whoever is told again at once', () => {
    const met = update(contact, '24 10:14').contact;
    const { contact: after, closed } = update(met, '24 10:17');
    expect([outcomes(closed), told(after.nextUpdateDueAt)]).toEqual([['24 10:44 met'], '24 10:47']);
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

  it('that comes after a link corrects what was counted elsewhere, and no sum of here', () => {
    const missed = pass(reminded(contact, '24 10:10'), '24 10:50').contact;
    const joined = moveContact(missed, 'inc_2');
    const own = { ...incident, id: 'inc_2' };
    const told = { channel: 'phone', isRecovery: false };
    const here = recordUpdate(joined, own, at('24 10:14'), told, at('24 11:00'), policy);
    expect([here.closed, here.contact.missedInARow]).toEqual([[], 0]);
    const back = recordUpdate(moveContact(joined, incident.id), incident, at('24 10:14'), told, at('24 11:00'), policy);
    expect(outcomes(back.closed)).toEqual(['24 10:15 met (was missed)']);
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

  it.each([
    ['24 09:40', 'missed'],
    ['24 09:45', 'missed'],
    ['24 09:46', 'met'],
  ])('at %s, before the customer was known, leaves the first slot %s, whenever it is recorded', (sent, outcome) => {
    const early = pass(reminded(update(contact, sent, '24 10:05').contact, '24 10:10'), '24 10:50');
    const late = update(pass(reminded(contact, '24 10:10'), '24 10:50').contact, sent, '24 10:50');
    expect([early, late].map((each) => each.contact.pastSlots?.[0]?.outcome)).toEqual([outcome, outcome]);
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
    expect(update(recovered, '24 10:12', '24 10:12', { isRecovery: true }).counts).toBe(true);
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

describe('a clock that began anew at 15:00', () => {
  const own = incidentAt(at('24 14:00'));
  const { contact: over } = recordUpdate(
    contactOf(own),
    own,
    at('24 14:10'),
    { channel: 'phone', isRecovery: true },
    at('24 14:10'),
    policy,
  );
  const again = reopenContact(over, own, at('24 15:00'), policy);
  const state = (each: Contact, sent: string, now: string) => {
    const told = recordUpdate(each, own, at(sent), { channel: 'phone', isRecovery: false }, at(now), policy);
    return { ...told, due: told.contact.nextUpdateDueAt };
  };

  it.each([
    ['14:40', '15:05', [], '24 15:15'],
    ['15:00', '15:05', ['24 15:15 met'], '24 15:30'],
    // As late as this it takes the place of the first message.
    ['14:50', '15:05', ['24 15:15 met'], '24 15:20'],
  ])('has its first slot, of which an update sent at %s and recorded at %s is', (sent, now, closed, due) => {
    const after = state(again, `24 ${sent}`, `24 ${now}`);
    expect([outcomes(after.closed), told(after.due)]).toEqual([closed, due]);
  });
  it.each([
    ['14:40', []],
    ['15:00', ['24 15:15 met (was missed)']],
  ])('has missed it, though an update sent at %s is recorded after that', (sent, closed) => {
    const { contact: missed } = passTime(remindedBy(own, again, '24 15:10'), own, at('24 15:50'), policy);
    expect(missed.pastSlots?.at(-1)).toMatchObject({ dueAt: at('24 15:15'), outcome: 'missed' });
    expect(outcomes(state(missed, `24 ${sent}`, '24 15:50').closed)).toEqual(closed);
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
  const expedited = (each: Contact, now: string) => changeRow(each, calm, incident, at(now), policy);

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
    // By the slow row it was open until 15:00: what was sent then is late, and no slot came before it.
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

const ms = (date: Date, more: number): Date => new Date(date.getTime() + more);
/** Each slot is announced, and nobody updates: 10:15, 10:45 and so on are missed. */
const missedUntil = (...ends: string[]): Contact => {
  let each = reminded(contact, '24 10:10');
  for (const end of ends) each = reminded(pass(each, end).contact, end);
  return each;
};

describe('what a closed slot says', () => {
  it.each<[string, Date, string | undefined, Outcome, string]>([
    ['before', at('24 10:14'), '24 10:10', 'met', 'updated by the time it was due'],
    ['as it is due', at('24 10:15'), '24 10:10', 'met', 'updated by the time it was due'],
    ['a moment after', at('24 10:15:01'), '24 10:10', 'met', 'updated 1 min after it was due'],
    ['five minutes after', at('24 10:20'), '24 10:10', 'met', 'updated 5 min after it was due'],
    ['five minutes after, told of or not', at('24 10:20'), undefined, 'met', 'updated 5 min after it was due'],
    ['a moment later', ms(at('24 10:20'), 1), '24 10:10', 'late', 'updated 6 min after it was due'],
    ['late, told of as it was due', at('24 10:40'), '24 10:15', 'late', 'updated 25 min after it was due'],
    [
      'late, told of too late',
      at('24 10:40'),
      '24 10:15:01',
      'not-reminded',
      'updated 25 min after it was due; nobody was reminded in time, since Metronome was away',
    ],
    [
      'late, and never told of',
      at('24 10:40'),
      undefined,
      'not-reminded',
      'updated 25 min after it was due; nobody was reminded in time, since Metronome was away',
    ],
  ])('updated %s', (_, sent, when, outcome, reason) => {
    const each = when ? reminded(contact, when) : contact;
    const { closed, contact: after } = recordUpdate(
      each,
      incident,
      sent,
      { channel: 'phone', isRecovery: false },
      sent,
      policy,
    );
    const remindedAt = when ? { remindedAt: at(when) } : {};
    const slot = { dueAt: at('24 10:15'), endAt: sent, outcome, ...remindedAt };
    expect(closed).toEqual([{ contactId: contact.id, ...slot, updatedAt: sent, missedInARow: 0, reason }]);
    expect(after.pastSlots).toEqual([slot]);
  });

  it.each<[string, string | undefined, Outcome, number, string]>([
    ['told of as it was due', '24 10:15', 'missed', 1, 'no update was recorded before the next slot was due'],
    [
      'told of too late',
      '24 10:15:01',
      'not-reminded',
      0,
      'nobody was reminded in time, since Metronome was away, and no update was recorded',
    ],
    [
      'never told of',
      undefined,
      'not-reminded',
      0,
      'nobody was reminded in time, since Metronome was away, and no update was recorded',
    ],
  ])('not updated, %s', (_, when, outcome, missedInARow, reason) => {
    const { closed, contact: after } = pass(when ? reminded(contact, when) : contact, '24 10:45');
    const remindedAt = when ? { remindedAt: at(when) } : {};
    const slot = { dueAt: at('24 10:15'), endAt: at('24 10:45'), outcome, ...remindedAt };
    expect(closed).toEqual([{ contactId: contact.id, ...slot, missedInARow, reason }]);
    expect(after.pastSlots).toEqual([slot]);
  });
});

describe('since when a customer should have heard from us', () => {
  const past = (dueAt: string, outcome: Outcome) => ({ dueAt: at(dueAt), endAt: at(dueAt), outcome });
  const [missed, notReminded] = [past('24 10:15', 'missed'), past('24 10:15', 'not-reminded')];
  it.each<[string, Partial<Contact>, string]>([
    ['nothing has passed', {}, '–'],
    ['one was missed', { pastSlots: [missed] }, '24 10:15'],
    ['nobody was reminded of one', { pastSlots: [notReminded] }, '24 10:15'],
    ['two were missed', { pastSlots: [missed, past('24 10:45', 'missed')] }, '24 10:15'],
    ['one was met', { pastSlots: [past('24 10:15', 'met')] }, '–'],
    ['one was late', { pastSlots: [past('24 10:15', 'late')] }, '–'],
    ['met between two', { pastSlots: [missed, past('24 10:45', 'met'), past('24 11:15', 'missed')] }, '24 11:15'],
    ['missed, with an update before it', { pastSlots: [missed], lastUpdateAt: at('24 10:14') }, '24 10:15'],
    ['missed, with an update as it was due', { pastSlots: [missed], lastUpdateAt: at('24 10:15') }, '–'],
    ['told no more', { pastSlots: [missed], stoppedAt: at('24 10:50') }, '–'],
    ['a row that began before what is remembered', { pastSlots: [missed], overdueSince: at('24 09:00') }, '24 09:00'],
    [
      'a row that began after what was met',
      { pastSlots: [past('24 09:30', 'met'), missed], overdueSince: at('24 09:00') },
      '24 10:15',
    ],
    ['a row that is longer than was known', { pastSlots: [missed], overdueSince: at('24 10:45') }, '24 10:15'],
    ['a row that is no more', { pastSlots: [past('24 10:15', 'met')], overdueSince: at('24 10:15') }, '–'],
  ])('%s', (_, facts, since) => {
    expect(told(withOverdue({ ...contact, ...facts }).overdueSince)).toBe(since);
  });

  it('stays the first slot of a row that is longer than the thirty that are remembered', () => {
    const { contact: after, closed } = pass(contact, '30 10:00');
    expect([closed.length > 30, after.pastSlots?.length, told(after.overdueSince)]).toEqual([true, 30, '24 10:15']);
    expect(after.pastSlots?.at(-1)?.endAt).toEqual(closed.at(-1)?.endAt);
  });
});

describe('a slot that the fast row would have ended', () => {
  const end = (each: Contact, now: Date, facts: Partial<Incident> = {}) =>
    endOverdue(each, { ...incident, ...facts }, now, policy);
  it('ends then, and not a moment before', () => {
    expect(end(contact, ms(at('24 10:45'), -1))).toBeUndefined();
    expect(end(contact, at('24 10:45'))?.outcome).toMatchObject({ dueAt: at('24 10:15'), endAt: at('24 10:45') });
    expect(end(contact, at('24 10:50'))?.outcome.endAt).toEqual(at('24 10:50'));
  });
  it.each<[string, Partial<Contact>, Partial<Incident>]>([
    ['of one who is told no more', { stoppedAt: at('24 10:05') }, {}],
    ['of one who waits for nothing', { nextUpdateDueAt: null }, {}],
    ['of a linked incident', {}, { status: 'linked' }],
  ])('is none %s', (_, of, facts) => {
    expect(end({ ...contact, ...of }, at('24 12:00'), facts)).toBeUndefined();
  });
});

describe('the responders are told next', () => {
  const next = (each: Contact, facts: Partial<Incident> = {}): string | null => {
    const reminder = nextReminder(each, { ...incident, ...facts }, policy);
    return reminder && `${told(reminder.remindAt)} of ${reminder.which}, due ${told(reminder.dueAt)}`;
  };
  const once = reminded(contact, '24 10:10');
  it.each<[string, Contact, Partial<Incident>, string | null]>([
    ['of the slot that waits', contact, {}, '24 10:10 of this, due 24 10:15'],
    [
      'of one that has no time of its own, as it is due',
      { ...contact, remindAt: null },
      {},
      '24 10:15 of this, due 24 10:15',
    ],
    ['then of the one after it', once, {}, '24 10:40 of next, due 24 10:45'],
    ['and then of nothing', reminded(once, '24 10:40', 'next'), {}, null],
    ['of nobody who is told no more', { ...contact, stoppedAt: at('24 10:05') }, {}, null],
    ['of nobody who waits for nothing', { ...contact, nextUpdateDueAt: null }, {}, null],
    ['of nobody whose incident is linked', contact, { status: 'linked' }, null],
    [
      'of the one after it, where it was told of before it was brought forward',
      { ...contact, remindedAt: at('24 10:10') },
      {},
      '24 10:40 of next, due 24 10:45',
    ],
    [
      'of what lies after the latest that they were told of',
      { ...once, lastTold: { dueAt: ms(at('24 10:45'), -1), at: at('24 10:10') } },
      {},
      '24 10:40 of next, due 24 10:45',
    ],
  ])('%s', (_, each, facts, expected) => {
    expect(next(each, facts)).toBe(expected);
  });

  it('and what they were told of stays with when they were', () => {
    expect(once).toMatchObject({ remindedAt: at('24 10:10'), lastTold: { dueAt: at('24 10:15'), at: at('24 10:10') } });
    expect(reminded(once, '24 10:40', 'next')).toMatchObject({
      remindedAt: at('24 10:10'),
      lastTold: { dueAt: at('24 10:45'), at: at('24 10:40') },
    });
  });
  it('who waits for nothing is marked as reminded of nothing', () => {
    for (const each of [
      { ...contact, nextUpdateDueAt: null },
      { ...contact, stoppedAt: at('24 10:05') },
    ]) {
      const after = remind(each, at('24 10:15'), incident, at('24 10:10'), policy);
      expect([after.remindedAt, after.remindAt, after.stoppedAt]).toEqual([undefined, null, each.stoppedAt]);
    }
  });

  const wait = (dueAt: Date, remindAt: string, each: Contact): (string | null)[] => {
    const after = waitFor(each, { dueAt, remindAt: at(remindAt), reason: 'so' }, incident, policy);
    return [told(after.nextUpdateDueAt), told(after.remindedAt), told(after.remindAt), after.dueReason];
  };
  it('anew of a slot that lies after what they were told of', () => {
    expect(wait(ms(at('24 10:15'), 1), '24 10:11', once)).toEqual(['24 10:15', '–', '24 10:11', 'so']);
    expect(wait(at('24 10:40'), '24 10:35', contact)).toEqual(['24 10:40', '–', '24 10:35', 'so']);
    const slot = { dueAt: at('24 10:40'), remindAt: at('24 10:35'), reason: 'so' };
    expect(waitFor(once, slot, incident, policy).lastTold).toEqual(once.lastTold);
  });
  it('not again of a slot that lies within it', () => {
    expect(wait(at('24 10:15'), '24 10:11', once)).toEqual(['24 10:15', '24 10:10', '24 10:40', 'so']);
  });
  it('not again of a slot that they would have been told of by then', () => {
    expect(wait(at('24 10:16'), '24 10:10', once)).toEqual(['24 10:16', '24 10:10', '24 10:41', 'so']);
  });
});

it('a clock that stands has nothing left of what it waited for', () => {
  const waited: Contact = {
    ...reminded(contact, '24 10:10'),
    escalatedAt: at('24 10:05'),
    endsWith: 'recovery',
    overdueSince: at('24 09:00'),
    missedInARow: 2,
    lastMessage: '調査中です',
  };
  expect(stopClock(waited, at('24 10:12'), 'over')).toEqual({
    ...contact,
    stoppedAt: at('24 10:12'),
    nextUpdateDueAt: null,
    remindAt: null,
    dueReason: 'over',
    lastMessage: '調査中です',
  });
});

describe('what an update leaves', () => {
  it('is why it counts, or does not', () => {
    expect(update(contact, '24 10:05').why).toBe('sent to the customer in a channel that counts');
    expect(update(contact, '24 10:05', '24 10:05', { channel: '' }).why).toBe(
      'an update by an unnamed channel is not counted as sent to the customer',
    );
  });
  it('is never later than now', () => {
    expect(told(update(contact, '24 10:30', '24 10:05').contact.lastUpdateAt)).toBe('24 10:05');
  });
  it('is the last message, also of two at the same time, and none where it had none', () => {
    const first = update(contact, '24 10:05', '24 10:05', { message: '調査中です' }).contact;
    expect(update(first, '24 10:05', '24 10:05', { message: '復旧中です' }).contact.lastMessage).toBe('復旧中です');
    const { message: _, ...silent } = { message: '', channel: 'phone', isRecovery: false };
    const after = recordUpdate(first, incident, at('24 10:06'), silent, at('24 10:06'), policy).contact;
    expect([told(after.lastUpdateAt), after.lastMessage]).toEqual(['24 10:06', '調査中です']);
  });
  it('is the recovery that was known before', () => {
    const recovered = recover(contact, '24 10:03');
    expect(told(update(recovered, '24 10:12', '24 10:12', { isRecovery: true }).contact.recoveredAt)).toBe('24 10:03');
  });
  it.each<[string, Partial<Contact>, Partial<Incident>]>([
    ['who is told no more', { stoppedAt: at('24 10:03') }, {}],
    ['who waits for nothing', { nextUpdateDueAt: null, remindAt: null }, {}],
    ['whose incident is linked', {}, { status: 'linked' }],
  ])('is no slot of one %s', (_, of, facts) => {
    const each = { ...contact, ...of };
    const {
      contact: after,
      closed,
      counts,
    } = recordUpdate(
      each,
      { ...incident, ...facts },
      at('24 10:05'),
      { channel: 'phone', isRecovery: false },
      at('24 10:05'),
      policy,
    );
    expect([after, closed, counts]).toEqual([{ ...each, lastUpdateAt: at('24 10:05') }, [], true]);
  });
  it('says what the customer was told, where it is over', () => {
    const over = (each: Contact, isRecovery: boolean) =>
      update(each, '24 10:12', '24 10:12', { isRecovery }).contact.dueReason;
    expect(over(contact, true)).toBe('the customer has been told of the recovery');
    expect(over({ ...contact, endsWith: 'not-occurring' }, false)).toBe('the customer has been told');
  });

  it.each([
    ['24 10:07:59', false],
    // People state times to the minute.
    ['24 10:08', true],
    ['24 10:08:40', true],
  ])('sent at %s, of what was looked into at 10:08:30, says what was found: %s', (sent, ends) => {
    const looked = { ...incident, lastSeenAt: at('24 10:08:30') };
    const asked: Contact = { ...contact, endsWith: 'not-occurring' };
    const words = { channel: 'phone', isRecovery: false };
    const after = recordUpdate(asked, looked, at(sent), words, at('24 10:09'), policy).contact;
    expect(after.stoppedAt !== null).toBe(ends);
  });
  it('takes a row of missed slots off, though the same fixed time stands ahead', () => {
    const afternoon = { ...contact, nextUpdateDueAt: at('25 15:00'), missedInARow: 2, escalatedAt: at('25 09:00') };
    const { contact: after } = update(afternoon, '25 10:30');
    expect([told(after.nextUpdateDueAt), after.missedInARow, after.escalatedAt]).toEqual(['25 15:00', 0, undefined]);
  });
});

describe('an update, whenever it is recorded,', () => {
  it('has the next due an interval later, also where the slot that waited lay further ahead', () => {
    const far = { ...contact, nextUpdateDueAt: at('24 16:00'), remindAt: at('24 15:50') };
    expect(told(update(far, '24 13:00').contact.nextUpdateDueAt)).toBe('24 14:00');
  });
  it('as a slot ends meets the next', () => {
    const { closed, contact: after } = update(pass(reminded(contact, '24 10:10'), '24 10:45').contact, '24 10:45');
    expect([outcomes(closed), told(after.nextUpdateDueAt)]).toEqual([['24 10:45 met'], '24 11:15']);
  });
  it('leaves what had ended before it', () => {
    const each = missedUntil('24 10:45', '24 11:15', '24 11:45');
    expect(outcomes(update(each, '24 10:50', '24 11:50').closed)).toEqual([
      '24 10:45 met (was missed)',
      '24 11:15 met (was missed)',
    ]);
  });
  it('leaves what a later one has met, and makes better what one had been late for', () => {
    const first = pass(reminded(contact, '24 10:10'), '24 10:45').contact;
    const second = update(reminded(first, '24 10:45'), '24 10:50').contact;
    expect(outcomes(update(second, '24 10:40', '24 10:55').closed)).toEqual(['24 10:15 late (was missed)']);
    const late = update(reminded(contact, '24 10:10'), '24 10:40').contact;
    expect(outcomes(update(late, '24 10:16', '24 10:41').closed)).toEqual(['24 10:15 met (was late)']);
  });
  it('makes no slot worse that was not due, though nobody had been reminded of it', () => {
    const first = update(pass(contact, '24 11:20').contact, '24 10:40', '24 11:20');
    expect(outcomes(first.closed)).toEqual([
      '24 10:15 not-reminded (was not-reminded)',
      '24 10:45 met (was not-reminded)',
    ]);
    expect(outcomes(update(first.contact, '24 10:55', '24 11:24').closed)).toEqual([]);
  });
  it('within the hour before a fixed time has that one not due, though it was closed as missed', () => {
    const pastSlots = [
      { dueAt: at('25 10:00'), endAt: at('25 15:00'), outcome: 'missed' as const, remindedAt: at('25 09:50') },
      { dueAt: at('25 15:00'), endAt: at('25 17:00'), outcome: 'missed' as const, remindedAt: at('25 14:50') },
    ];
    const each = { ...contact, nextUpdateDueAt: at('25 17:00'), pastSlots, missedInARow: 2 };
    expect(outcomes(update(each, '25 14:30', '25 17:30').closed)).toEqual([
      '25 10:00 late (was missed)',
      '25 15:00 met (was missed)',
    ]);
  });
  it('that is older than the last leaves the recovery message due when it is', () => {
    const last = update(reminded(contact, '24 10:10'), '24 10:14').contact;
    const recovered = recover({ ...last, nextUpdateDueAt: at('24 16:00') }, '24 10:16');
    expect(told(recovered.nextUpdateDueAt)).toBe('24 10:31');
    expect(told(update(recovered, '24 10:12', '24 10:20').contact.nextUpdateDueAt)).toBe('24 10:31');
  });
});

describe('an update from before', () => {
  it('the customer was known leaves when the first slot is told of, and why it is due', () => {
    const known = contactOf(incident, 'store-12', at('24 10:30'));
    const { contact: after } = update(known, '24 10:05', '24 10:31');
    expect([told(after.nextUpdateDueAt), told(after.remindAt), after.dueReason]).toEqual([
      '24 10:45',
      '24 10:40',
      known.dueReason,
    ]);
  });
  it('the customer was known has the next due later, where it is', () => {
    const known = contactOf(incident, 'store-12', at('24 10:30'));
    expect(told(update(known, '24 10:29', '24 10:31').contact.nextUpdateDueAt)).toBe('24 10:59');
  });
  it('several slots had ended, that told of the recovery, has none of them due', () => {
    const each = missedUntil('24 10:45', '24 11:15');
    const { contact: after, closed } = update(each, '24 10:12', '24 11:20', { isRecovery: true });
    expect(outcomes(closed)).toEqual(['24 10:15 met (was missed)', '24 10:45 met (was missed)']);
    expect(closed[1]).toEqual({
      contactId: contact.id,
      dueAt: at('24 10:45'),
      endAt: at('24 11:15'),
      outcome: 'met',
      corrects: 'missed',
      remindedAt: at('24 10:45'),
      updatedAt: at('24 10:12'),
      missedInARow: 0,
      reason: 'not yet due: an update recorded later had been sent before it',
    });
    expect(told(after.stoppedAt)).toBe('24 10:12');
  });
  it.each<[string, Partial<Contact>]>([
    ['who is told no more', { stoppedAt: at('24 11:20'), nextUpdateDueAt: null, remindAt: null }],
    ['who waits for nothing', { nextUpdateDueAt: null, remindAt: null }],
  ])('corrects the slots of one %s, and starts no clock', (_, of) => {
    const each = { ...missedUntil('24 10:45', '24 11:15'), missedInARow: 0, ...of };
    const { contact: after, closed, counts } = update(each, '24 10:12', '24 12:00');
    expect([outcomes(closed), counts]).toEqual([['24 10:15 met (was missed)'], true]);
    const pastSlots = each.pastSlots?.map((slot, index) => (index === 0 ? { ...slot, outcome: 'met' } : slot));
    expect(after).toEqual({ ...each, lastUpdateAt: at('24 10:12'), lastMessage: 'told 24 10:12', pastSlots });
    const told = update(each, '24 10:12', '24 12:00', { isRecovery: true });
    expect(outcomes(told.closed)).toEqual(['24 10:15 met (was missed)', '24 10:45 met (was missed)']);
    const pastOfQuestion = recordUpdate(
      each,
      { ...incident, kind: 'question' },
      at('24 10:12'),
      { channel: 'phone', isRecovery: false },
      at('24 12:00'),
      policy,
    );
    expect(pastOfQuestion.closed).toEqual([]);
  });
  it.each([
    ['two slots missed: they go on being escalated', '24 10:15', 2, true],
    ['one missed: that is no row', '24 10:45', 1, false],
  ])('leaves %s', (_, sent, missedInARow, isEscalated) => {
    const each = { ...missedUntil('24 10:45', '24 11:15', '24 11:45'), escalatedAt: at('24 11:15') };
    expect(each.missedInARow).toBe(3);
    const { contact: after } = update(each, sent, '24 11:50');
    expect([after.missedInARow, after.escalatedAt !== undefined]).toEqual([missedInARow, isEscalated]);
  });
  it('leaves a row as short as it was, whatever lies further back', () => {
    const pastSlots = ['24 22:00', '25 10:00'].map((due) => ({
      dueAt: at(due),
      endAt: at(due === '24 22:00' ? '25 10:00' : '25 15:00'),
      outcome: 'missed' as const,
      remindedAt: at(due),
    }));
    const each = {
      ...contact,
      nextUpdateDueAt: at('25 15:00'),
      pastSlots,
      lastUpdateAt: at('25 12:00'),
      missedInARow: 0,
    };
    expect(update(each, '24 22:30', '25 12:30').contact.missedInARow).toBe(0);
  });
  it('counts of a row only what was missed', () => {
    const outcomesInTurn = ['missed', 'not-reminded', 'missed'] as const;
    const pastSlots = outcomesInTurn.map((outcome, index) => ({
      dueAt: ms(at('24 10:15'), index * 1_800_000),
      endAt: ms(at('24 10:45'), index * 1_800_000),
      outcome,
      ...(outcome === 'missed' ? { remindedAt: at('24 10:10') } : {}),
    }));
    const each = { ...contact, nextUpdateDueAt: at('24 11:45'), pastSlots, missedInARow: 2 };
    expect(update(each, '24 10:15', '24 11:50').contact.missedInARow).toBe(1);
  });
});

describe('a slot that ends', () => {
  const met = { dueAt: at('24 10:15'), endAt: at('24 10:14'), outcome: 'met' as const };
  const ended = (lastUpdateAt: string | undefined, pastSlots = [met]) => {
    const last = lastUpdateAt ? { lastUpdateAt: at(lastUpdateAt) } : {};
    const each = { ...contact, nextUpdateDueAt: at('24 10:45'), remindedAt: at('24 10:40'), pastSlots, ...last };
    return pass(each, '24 11:15').contact.pastSlots?.at(-1);
  };

  it('knows the update by which it was due, where that had closed none', () => {
    expect(ended('24 10:20')).toMatchObject({ dueAt: at('24 10:45'), outcome: 'missed', heardAt: at('24 10:20') });
  });
  it.each<[string, string | undefined, (typeof met)[] | undefined]>([
    ['which closed the one before', '24 10:14', undefined],
    ['from before that', '24 10:10', undefined],
    ['by its own time', '24 10:45', undefined],
    ['after that', '24 10:46', undefined],
    ['that never was', undefined, undefined],
    ['before the first', '24 10:20', []],
  ])('knows none %s', (_, lastUpdateAt, pastSlots) => {
    expect(ended(lastUpdateAt, pastSlots)).not.toHaveProperty('heardAt');
  });
  it('and becomes late ends the row of those that were missed', () => {
    const missed = ['24 09:45', '24 10:15', '24 10:55'].map((due) => ({
      dueAt: at(due),
      endAt: ms(at(due), 1_800_000),
      outcome: 'missed' as const,
      remindedAt: ms(at(due), -300_000),
    }));
    const each = { ...contact, nextUpdateDueAt: at('24 11:25'), pastSlots: missed, missedInARow: 3 };
    expect(update(each, '24 10:25', '24 11:26').contact.missedInARow).toBe(1);
  });
});

describe('those without a name, of whom none is waited for since all have one', () => {
  const away = { ...contact, stoppedAt: at('24 10:05'), nextUpdateDueAt: null, namedAwayAt: at('24 10:05') };
  const tell = (each: Contact, isRecovery: boolean): Contact =>
    recordUpdate(each, incident, at('24 10:10'), { channel: 'phone', isRecovery }, at('24 10:10'), policy).contact;

  it('are still so as all are told something', () => {
    expect(tell(away, false)).toMatchObject({ namedAwayAt: at('24 10:05'), lastUpdateAt: at('24 10:10') });
  });
  it('are told with all that it is over', () => {
    expect(tell(away, true)).not.toHaveProperty('namedAwayAt');
  });
  it('are others than who never was', () => {
    const { namedAwayAt: _, ...told } = away;
    expect(tell(told, false)).not.toHaveProperty('namedAwayAt');
  });
});

it('who is told no more has no slots, whatever else stands there', () => {
  expect(pass({ ...contact, stoppedAt: at('24 10:05') }, '24 12:00').closed).toEqual([]);
});

describe('recorded for before a later update', () => {
  const past = (...slots: [due: string, end: string, outcome: Outcome][]) =>
    slots.map(([due, end, outcome]) => ({ dueAt: at(due), endAt: at(end), outcome, remindedAt: at(due) }));
  const ending = (each: Contact, sent: string, more: object, facts: Partial<Incident> = {}) => {
    const said = { channel: 'phone', isRecovery: false, ...more };
    return outcomes(recordUpdate(each, { ...incident, ...facts }, at(sent), said, at('24 12:00'), policy).closed);
  };
  const stopped = { emergency: { since: at('24 10:14'), endedAt: null } as never };
  const calm: Partial<Incident> = { ongoing: 'no', urgency: { ...incident.urgency, level: 'low' } };

  it.each<[string, string, string[]]>([
    ['before the one that met none, and by which it was due', '24 11:49', []],
    ['as that was, by which it was due', '24 11:50', []],
    ['after that', '24 11:51', ['24 12:20 met (was late)']],
  ])('%s: at %s', (_, sent, expected) => {
    const [met, late] = past(['24 10:15', '24 10:14', 'met'], ['24 12:20', '24 12:40', 'late']);
    const pastSlots = [met, { ...late, heardAt: at('24 11:50') }] as NonNullable<Contact['pastSlots']>;
    const each = { ...contact, nextUpdateDueAt: at('24 13:40'), lastUpdateAt: at('24 12:40'), pastSlots };
    const said = { channel: 'phone', isRecovery: false };
    expect(outcomes(recordUpdate(each, incident, at(sent), said, at('24 13:00'), policy).closed)).toEqual(expected);
  });
  it('leaves what followed a later update, also where it would have been due to nobody by the row since', () => {
    const pastSlots = past(['24 10:15', '24 10:25', 'late'], ['24 10:55', '24 11:25', 'missed']);
    const each = { ...contact, nextUpdateDueAt: at('24 15:00'), lastUpdateAt: at('24 10:25'), pastSlots };
    expect(ending(each, '24 10:12', {}, calm)).toEqual(['24 10:15 met (was late)']);
  });
  it.each(['met', 'late'] as const)('the same that had %s one leaves what followed it, by whichever row', (outcome) => {
    const pastSlots = past(['24 10:15', '24 10:25', outcome], ['24 10:55', '24 11:25', 'missed']);
    const each = { ...contact, nextUpdateDueAt: at('24 15:00'), lastUpdateAt: at('24 10:25'), pastSlots };
    expect(ending(each, '24 10:25', {}, calm)).toEqual([]);
  });
  it.each(['24 10:08', '24 10:10'])('or at its instant, at %s, leaves what follows that one, and its row', (sent) => {
    const each = { ...contact, nextUpdateDueAt: at('24 10:20'), lastUpdateAt: at('24 10:10'), missedInARow: 1 };
    const said = { channel: 'phone', isRecovery: false };
    const { closed, contact: after } = recordUpdate(each, incident, at(sent), said, at('24 10:12'), policy);
    expect([outcomes(closed), told(after.nextUpdateDueAt), after.missedInARow]).toEqual([[], '24 10:20', 1]);
  });
  it('and before an emergency meets no slot that the emergency has due within its first interval', () => {
    const each = { ...contact, nextUpdateDueAt: at('24 10:29'), remindAt: at('24 10:19') };
    const said = { channel: 'phone', isRecovery: false };
    const { closed, contact: after } = recordUpdate(
      each,
      { ...incident, ...stopped },
      at('24 10:07'),
      said,
      at('24 10:20'),
      policy,
    );
    expect([outcomes(closed), told(after.nextUpdateDueAt)]).toEqual([[], '24 10:29']);
  });
  it('and before an emergency leaves what was due after that update in it', () => {
    const pastSlots = past(['24 10:15', '24 10:25', 'late'], ['24 10:40', '24 10:55', 'missed']);
    const each = { ...contact, nextUpdateDueAt: at('24 12:30'), lastUpdateAt: at('24 10:25'), pastSlots };
    // From then on half an hour would have been long enough.
    expect(ending(each, '24 10:12', {}, stopped)).toEqual(['24 10:15 met (was late)']);
    const two = past(
      ['24 10:05', '24 10:15', 'missed'],
      ['24 10:15', '24 10:25', 'late'],
      ['24 10:40', '24 10:55', 'missed'],
    );
    expect(ending({ ...each, pastSlots: two }, '24 10:12', {}, stopped)).toEqual([
      '24 10:05 late (was missed)',
      '24 10:15 met (was late)',
    ]);
  });
  it('leaves none due where it told of the recovery', () => {
    const pastSlots = past(['24 10:15', '24 10:25', 'late'], ['24 10:55', '24 11:25', 'missed']);
    const each = { ...contact, nextUpdateDueAt: at('24 12:30'), lastUpdateAt: at('24 10:25'), pastSlots };
    expect(ending(each, '24 10:12', { isRecovery: true })).toEqual([
      '24 10:15 met (was late)',
      '24 10:55 met (was missed)',
    ]);
  });
});
