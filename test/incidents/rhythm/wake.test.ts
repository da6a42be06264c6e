/** When an incident is looked at next, and why: a row a reason, and exactly when. */
import { describe, expect, it, test } from 'vitest';
import type { Incident } from '../../../functions/incidents/incident.ts';
import type { Contact } from '../../../functions/incidents/rhythm/contact.ts';
import {
  closingAt,
  nextEscalation,
  type TimerDecision,
  type TimerFacts,
  timerAfter,
  wakeAt,
} from '../../../functions/incidents/rhythm/wake.ts';
import { policy } from '../../../functions/policy.ts';
import { at, contactOf, incidentAt, remind, told, update } from './rhythm.ts';

const said = (wake: TimerDecision | null): string | null =>
  wake === null || typeof wake === 'string' ? wake : `${told(wake.at)} ${wake.why}`;

/** High and ongoing, filed at 10:00 and answered at 10:02, so that nobody is paged. */
const answered = incidentAt(at('24 10:00'), { firstResponseAt: at('24 10:02') });
const unanswered = incidentAt(at('24 10:00'));
const paged = (state: 'triggered' | 'acknowledged', why = 'unanswered') => ({
  paging: { state, sequence: 1, episode: 1, at: at('24 10:03'), why: [why] },
});
const level = (is: 'high' | 'low') => ({ urgency: { ...answered.urgency, level: is } });
const about = { isAboutMetronome: true };
const joined = { ...about, links: [{ incidentId: 'inc_2', unnamedCount: 0, at: at('24 10:04') }] };
const question = { kind: 'question' as const };

test('a contact that a link brings, with all its reminders given, is looked at as its slot ends', () => {
  const over = { ...answered, status: 'recovered' as const, recoveredAt: at('24 10:04') };
  const joining = remind(remind(contactOf(answered), answered, '24 10:10'), answered, '24 10:40');
  expect(joining.remindAt).toBeNull();
  expect(said(timerAfter(over, over, [joining], false, at('24 10:41'), policy))).toBe('24 10:45 a slot ends');
});

describe('at 10:05 something is stated', () => {
  const announcement = '24 10:05 something is to be announced';
  const reopened = '24 10:05 it is open again: its scope may have to be asked for';
  const otherRow = '24 10:05 it goes by the other row of the table now';
  const rows: [what: string, before: Partial<Incident>, after: Partial<Incident>, timer: string][] = [
    ['that changes nothing', {}, {}, 'keep'],
    ['recovered', {}, { status: 'recovered' }, 'keep'],
    ['recovered, once more', { status: 'recovered' }, { status: 'recovered' }, 'keep'],
    ['recovered, and open again', { status: 'recovered' }, {}, reopened],
    ['not occurring, and open again', { status: 'not-occurring' }, {}, reopened],
    ['linked: the other one is looked at', {}, { status: 'linked' }, 'delete'],
    ['a word on a linked one', { status: 'linked' }, { status: 'linked' }, 'keep'],
    [
      'linked while somebody is paged',
      paged('triggered'),
      { ...paged('triggered'), status: 'linked' },
      '24 10:05 its page is to be ended',
    ],
    ['no longer linked', { status: 'linked' }, {}, reopened],
    ['a word on a question', question, question, 'keep'],
    ['a question’s answer', question, { ...question, status: 'answered' }, 'delete'],
    ['another answer', { ...question, status: 'answered' }, { ...question, status: 'answered' }, 'keep'],
    [
      'a question is open again: it has its three days from the first report',
      { ...question, status: 'answered' },
      question,
      '27 10:00 it should have been answered within P3D',
    ],
    [
      'a question has become an incident',
      question,
      { filedAt: at('24 10:04') },
      '24 10:04 it has become an incident and is to be announced',
    ],
    ['of something else', { kind: 'outside', status: 'kept' }, { kind: 'outside', status: 'kept' }, 'keep'],
    ['it has become high: the first row', { ...level('low'), ongoing: 'no' }, { ongoing: 'no' }, otherRow],
    ['it goes on after all', { ...level('low'), ongoing: 'no' }, level('low'), otherRow],
    ['it is low, and over: the second row', level('low'), { ...level('low'), ongoing: 'no' }, otherRow],
    ['low, but it goes on: the same row', {}, level('low'), 'keep'],
    [
      'about Metronome itself, the other row: neither is its',
      about,
      { ...about, ...level('low'), ongoing: 'no' },
      'keep',
    ],
    ['a customer’s report is linked to one about Metronome itself', about, joined, '24 10:05 it has a rhythm now'],
    ['and no longer is', joined, about, 'keep'],
  ];
  test.each(rows)('%s', (_, before, after, timer) => {
    const [one, other] = [before, after].map((facts) => ({ ...answered, ...facts }));
    expect(said(timerAfter(one as Incident, other as Incident, [], false, at('24 10:05'), policy))).toBe(timer);
  });

  test.each([
    ['of an incident', {}, announcement],
    ['of a linked one, which the other tells of', { status: 'linked' as const }, 'keep'],
    ['of a question', question, 'keep'],
  ])('that is to be announced, %s', (_, facts, timer) => {
    const incident = { ...answered, ...facts };
    expect(said(timerAfter(incident, incident, [], true, at('24 10:05'), policy))).toBe(timer);
  });
});

describe('the person it pages changes', () => {
  const responseGone = (now: string, touched: Contact[] = []) =>
    said(timerAfter(answered, unanswered, touched, false, at(now), policy));
  test('as the only response is taken back: by the limit of the first response', () => {
    expect(responseGone('24 10:04')).toBe('24 10:05 whom it pages changes');
  });
  test('or at once, when that has passed', () => {
    expect(responseGone('24 10:06')).toBe('24 10:06 whom it pages changes');
  });
  test('unless something is to be announced before', () => {
    const contact = { ...contactOf(answered), remindAt: at('24 10:04'), dueReason: 'soon' };
    expect(responseGone('24 10:03', [contact])).toBe('24 10:04 soon');
    expect(responseGone('24 10:06', [{ ...contact, remindAt: at('24 10:10') }])).toBe('24 10:06 whom it pages changes');
  });
  test.each([
    ['a page is answered', { ...unanswered, ...paged('triggered') }, { ...answered, ...paged('triggered') }],
    ['what was answered has recovered', answered, { ...answered, status: 'recovered' as const }],
  ])('%s', (_, before, after) => {
    const [one, other] = [before, after].map((each) => ({ ...each, ...paged('triggered') }));
    expect(said(timerAfter(one as Incident, other as Incident, [], false, at('24 10:05'), policy))).toBe(
      '24 10:05 whom it pages changes',
    );
  });
  test.each([
    ['sooner, as what is linked was reported before it', '24 09:58', '24 10:03 whom it pages changes'],
    ['at once, where that limit has passed', '24 09:50', '24 10:01 whom it pages changes'],
  ])('%s', (_, reportedAt, timer) => {
    const primary = { ...unanswered, reportedAt: at(reportedAt) };
    expect(said(timerAfter(unanswered, primary, [], false, at('24 10:01'), policy))).toBe(timer);
  });
  test('and nothing that leaves it as it was wakes anybody', () => {
    expect(said(timerAfter(unanswered, unanswered, [], false, at('24 10:01'), policy))).toBe('keep');
  });
});

describe('a contact that has changed', () => {
  const touched = (...reminders: (string | null)[]) =>
    reminders.map((each, index) => ({
      ...contactOf(answered, `s${index}`),
      remindAt: each ? at(each) : null,
      ...(each ? {} : { nextUpdateDueAt: null, next: null }),
      dueReason: `reason ${index}`,
    }));
  const timerOf = (contacts: Contact[]) =>
    said(timerAfter(answered, answered, contacts, false, at('24 10:05'), policy));
  test('is looked at by when it is announced', () => {
    expect(timerOf(touched('24 10:20'))).toBe('24 10:20 reason 0');
  });
  test('of several, the first', () => {
    expect(timerOf(touched('24 10:20', '24 10:10', '24 10:30'))).toBe('24 10:10 reason 1');
  });
  test('and one that waits for nothing changes nothing', () => {
    expect(timerOf(touched(null))).toBe('keep');
    expect(timerOf(touched(null, '24 10:20'))).toBe('24 10:20 reason 1');
  });
});

describe('the next look', () => {
  const wake = (incident: Incident, contacts: Contact[] = [], timer: Partial<TimerFacts> = {}) =>
    said(wakeAt(incident, contacts, { pending: [], ...timer }, policy));
  const contact = contactOf(answered);
  const reminded = remind(contact, answered, '24 10:10');
  const remindedTwice = remind(reminded, answered, '24 10:40');

  test('is for what is to be announced, the first of it', () => {
    const pending = [
      { kind: 'role-due', key: '2', since: at('24 10:09') },
      { kind: 'incident-filed', key: 'filed', since: at('24 10:01') },
      { kind: 'reopened', key: 'sig_1', since: at('24 10:01') },
    ];
    expect(wake(answered, [contact], { pending })).toBe('24 10:01 incident-filed is to be announced');
  });
  test('is for the scope while no customer is known: ahead of the first slot, and of the one after that', () => {
    const why = 'no affected customer is known 15 min after the report';
    expect(wake(answered)).toBe(`24 10:10 the scope is asked for: ${why}`);
    expect(wake(answered, [], { scopeDueAt: at('24 10:15') })).toMatch(
      /^24 10:40 the scope is asked for: 30 min after/,
    );
  });
  test('is by the limit of the first response while nobody has responded', () => {
    expect(wake(unanswered, [contact])).toBe('24 10:05 whom it pages changes');
  });
  test('is for a contact’s reminder', () => {
    expect(wake(answered, [contact])).toBe('24 10:10 an update is due 2026-11-24T01:15:00.000Z');
  });
  test('once they have been reminded, for the slot after it', () => {
    expect(wake(answered, [reminded])).toBe('24 10:40 an update is due 2026-11-24T01:45:00.000Z');
  });
  test('once they have been reminded of that too, for the slot’s end', () => {
    expect(wake(answered, [remindedTwice])).toBe('24 10:45 a slot ends');
    expect(wake(answered, [{ ...contact, remindAt: null }])).toBe('24 10:45 a slot ends');
  });
  test('is for the first of several contacts', () => {
    const later = contactOf(answered, 'b', at('24 10:20'));
    expect(wake(answered, [later, contact])).toBe('24 10:10 an update is due 2026-11-24T01:15:00.000Z');
    expect(wake(answered, [later, remindedTwice])).toBe('24 10:30 an update is due 2026-11-24T01:35:00.000Z');
  });
  test('is as a second slot in a row is missed', () => {
    const pastSlots = [{ dueAt: at('24 09:30'), endAt: at('24 10:01'), outcome: 'missed' as const }];
    expect(wake(answered, [{ ...contact, missedInARow: 2, pastSlots }])).toBe('24 10:01 slots were missed in a row');
  });
  test.each([
    ['stopped', answered, update(contact, answered, '24 10:08', true)],
    ['without a slot', answered, { ...contact, nextUpdateDueAt: null, next: null, remindAt: null }],
    ['of a linked incident', { ...answered, status: 'linked' as const }, contact],
  ])('is for nothing where the only contact is %s', (_, incident, waiting) => {
    expect(wake(incident, [waiting])).toBeNull();
  });
});

describe('a slot is closed', () => {
  test('as it ends', () => {
    expect(closingAt(at('24 10:45'), 'inc_1', policy)).toEqual(at('24 10:45'));
  });
  test('spread over ten minutes where that is a fixed time, the same minutes for an incident always', () => {
    const minutes = Array.from({ length: 200 }, (_, n) => told(closingAt(at('24 15:00'), `inc_${n}`, policy)));
    expect([...new Set(minutes)].sort()).toEqual(Array.from({ length: 10 }, (_, n) => `24 15:0${n}`));
    expect(closingAt(at('25 15:00'), 'inc_7', policy).getTime() - at('25 15:00').getTime()).toBe(
      closingAt(at('24 15:00'), 'inc_7', policy).getTime() - at('24 15:00').getTime(),
    );
  });
});

describe('missed slots are escalated', () => {
  const missed = (missedInARow: number, endAt: string, more: Partial<Contact> = {}): Contact => ({
    ...contactOf(answered),
    missedInARow,
    pastSlots: [
      { dueAt: at('24 08:00'), endAt: at('24 08:30'), outcome: 'missed' },
      { dueAt: at('24 08:30'), endAt: at(endAt), outcome: 'missed' },
    ],
    ...more,
  });
  const escalation = (...contacts: Contact[]) => told(nextEscalation(contacts, policy));
  it.each([
    ['not after the first', [missed(1, '24 11:15')], '–'],
    ['as the second in a row is closed', [missed(2, '24 11:15')], '24 11:15'],
    [
      'for the first of several customers',
      [missed(2, '24 11:45'), missed(2, '24 11:15'), missed(1, '24 10:45')],
      '24 11:15',
    ],
    ['not for one who is told no more', [missed(2, '24 11:15', { stoppedAt: at('24 11:20') })], '–'],
    [
      'a day after the last time, to the minute',
      [missed(3, '24 11:45', { escalatedAt: at('24 11:15:42') })],
      '25 11:15',
    ],
    [
      'a day after the last time for any customer',
      [
        missed(4, '24 11:45', { escalatedAt: at('25 11:15') }),
        missed(4, '24 11:45', { escalatedAt: at('24 11:15') }),
        missed(2, '25 14:00'),
      ],
      '26 11:15',
    ],
  ])('%s', (_, contacts, expected) => {
    expect(escalation(...contacts)).toBe(expected);
  });
  it('at once where the row is known and its slots are not', () => {
    const next = nextEscalation([missed(2, '24 11:15', { pastSlots: [] })], policy);
    expect(next?.getTime()).toBeLessThanOrEqual(answered.filedAt.getTime());
  });
});
