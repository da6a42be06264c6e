/** One contact's clock, a row a boundary. */
import { describe, expect, it, test } from 'vitest';
import type { ContactFact } from '../../../functions/incidents/clocks/facts.ts';
import { at } from '../rhythm/rhythm.ts';
import { deadlines, first, outcomes, recordedLate, recoveries, second, ten, third } from './rows-of-clock.ts';
import {
  counted,
  escalated,
  known,
  line,
  message,
  read,
  recovered,
  reminded,
  reopened,
  shown,
  update,
} from './story.ts';

it.each(deadlines)('a deadline is %s', (_, now, facts, expected, shared = []) => {
  expect(line(read(now, facts, shared))).toContain(expected);
});

describe('an update that is recorded late', () => {
  it.each(recordedLate)('%s', (_, now, facts, expected) => {
    expect(line(read(now, facts))).toBe(expected);
  });
  it.each([
    ['09:40', 'missed'],
    ['09:45', 'missed'],
    ['09:46', 'met'],
  ])('and sent at %s, before the customer was known, leaves the first deadline %s', (sent, outcome) => {
    for (const recorded of ['10:05', '10:50'])
      expect(read('10:50', [ten, first, update(sent, recorded)]).pastSlots[0]?.outcome).toBe(outcome);
  });
});

describe('recovery', () => {
  it.each(recoveries)('%s', (_, now, facts, expected, shared = []) => {
    expect(line(read(now, facts, shared))).toContain(expected);
  });
  it('of a customer who is named after it was open again is the one that came after that', () => {
    const late = [known('10:00', '12:00'), recovered('10:10', '12:00'), recovered('11:00', '12:00')];
    const again = [reopened('10:30')];
    expect(shown(read('12:01', late, again).recoveredAt)).toBe('11:00');
    expect(shown(read('12:01', late).recoveredAt)).toBe('10:10');
  });
  it('is the earliest that holds', () => {
    const facts = [ten, recovered('10:10'), recovered('10:02', '10:11'), message('10:12')];
    expect(shown(read('10:20', facts).recoveredAt)).toBe('10:02');
    // After a reopening, recoveries recorded before it no longer count.
    const again = [reopened('10:05', '10:15')];
    expect(shown(read('10:20', facts, again).recoveredAt)).toBe('–');
    expect(shown(read('10:20', [...facts, recovered('10:07', '10:16')], again).recoveredAt)).toBe('10:07');
  });
});

describe('what becomes of the incident', () => {
  it.each(outcomes)('%s', (_, now, facts, expected, shared = []) => {
    expect(line(read(now, facts, shared))).toContain(expected);
  });
  it('has those without a name wait while somebody is counted', () => {
    const facts = [counted(true, '10:00'), counted(false, '10:05'), counted(true, '10:20')];
    expect(['10:04', '10:10', '10:21'].map((now) => line(read(now, facts)))).toEqual([
      'due 10:15',
      'over 10:05',
      'due 10:35',
    ]);
  });
});

describe('the responders are reminded', () => {
  const next = (now: string, ...facts: ContactFact[]): string | null => {
    const { reminder, remindAt, nextUpdateDueAt } = read(now, [ten, ...facts]);
    const which = reminder?.dueAt.getTime() === nextUpdateDueAt?.getTime() ? 'this' : 'next';
    return reminder ? `${shown(remindAt)} of ${which}, due ${shown(reminder.dueAt)}` : null;
  };
  test.each<[string, ContactFact[], string | null]>([
    ['of the deadline that waits', [], '10:10 of this, due 10:15'],
    ['then of the one after it', [first], '10:40 of next, due 10:45'],
    ['and then of nothing', [first, second], null],
    ['of nobody who is over', [message('10:05')], null],
    ['not again of one within what they were told of', [reminded('10:02', '10:16')], '10:40 of next, due 10:45'],
  ])('%s', (_, facts, expected) => {
    expect(next('10:44', ...facts)).toBe(expected);
  });
});

describe('missed in a row', () => {
  const row = [ten, first, second, third];
  const state = (now: string, ...facts: ContactFact[]) => {
    const { missedInARow, overdueSince, escalatedAt } = read(now, [...row, ...facts]);
    return [missedInARow, shown(overdueSince), shown(escalatedAt)];
  };
  it.each<[string, ContactFact[], (number | string)[]]>([
    ['two', [escalated('11:15')], [2, '10:15', '11:15']],
    ['none after an update', [escalated('11:15'), update('11:16')], [0, '–', '–']],
    ['one after an update as the first was due', [update('10:15', '11:20')], [1, '10:45', '–']],
    ['none once it is over', [message('11:16')], [0, '–', '–']],
  ])('%s', (_, facts, expected) => {
    expect(state('11:20', ...facts)).toEqual(expected);
  });
  it('is only what somebody was reminded of', () => {
    const { missedInARow, overdueSince } = read('12:00', [ten]);
    expect([missedInARow, shown(overdueSince)]).toEqual([0, '10:15']);
  });
});

/** The instance that recorded that they are affected has a clock that is 13 s ahead of that of the other. */
test.each<[string, Partial<ContactFact>, string[], boolean]>([
  ['a recovery of all that was recorded after them', { type: 'recovered' }, ['00000006', '00000007'], true],
  ['an update to all that was recorded after them', { type: 'updated' }, ['00000006', '00000007'], true],
  ['no recovery of all that was recorded before them', { type: 'recovered' }, ['00000007', '00000006'], false],
  ['no update to all that was recorded before them', { type: 'updated' }, ['00000007', '00000006'], false],
  ['no update to all that was sent before', { type: 'updated', at: at('10:03') }, ['00000006', '00000007'], false],
])('by the order of the timeline, customers are reached by %s', (_, told, [named = '', said = ''], isReached) => {
  const facts = [
    { ...known('10:04:59'), id: named },
    { ...recovered('10:04:46'), id: said, ofAll: true, ...told } as ContactFact,
  ];
  const { recoveredAt, lastUpdateAt } = read('10:05', facts);
  expect(recoveredAt ?? lastUpdateAt).toEqual(isReached ? at('10:04:46') : undefined);
});

test('what is recorded after the time at which it is read does not count', () => {
  expect(line(read('10:10', [ten, update('10:05', '10:11')]))).toBe('due 10:15');
});
