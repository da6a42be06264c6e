/** The load among those on duty: whose shifts a week was made of, what was reported in them, and nights apart. */
import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../functions/duty/shift.ts';
import { policy } from '../../functions/policy.ts';
import { measureDuty } from '../../functions/postmortems/duty-load.ts';
import { readWeek, type Week } from '../../functions/postmortems/week.ts';

const week = readWeek('2026-W48', 'Asia/Tokyo') as Week;
/** In the policy's zone: `24 21:30`. */
const at = (text: string): Date => new Date(`2026-11-${text.replace(' ', 'T')}:00+09:00`);
const shift = (name: string, from: string, until: string) => ({ name, from: at(from), until: at(until) });
const calendar = (area: string, ...shifts: Calendar['shifts']): Calendar => ({
  area,
  shifts,
  readAt: week.end,
  failing: null,
});
const reported = (text: string, area?: string) => ({ reportedAt: at(text).toISOString(), ...(area ? { area } : {}) });
const measure = (calendars: Calendar[], ...entries: ReturnType<typeof reported>[]) =>
  measureDuty(calendars, entries, week, policy);
const people = (calendars: Calendar[], ...entries: ReturnType<typeof reported>[]): string[] | undefined =>
  measure(calendars, ...entries)?.people.map(
    ({ name, hours, nights, incidents, atNight }) => `${name} ${hours} h, ${nights} nights, ${incidents} (${atNight})`,
  );

it('is not told where no calendar is, or none says anything of the week', () => {
  expect(measure([])).toBeUndefined();
  expect(measure([calendar('*', shift('Ada', '16 00:00', '17 00:00'))])).toBeUndefined();
});

describe('nights are apart', () => {
  it.each<[string, string, number]>([
    ['24 07:00', '24 22:00', 0],
    ['24 06:59', '24 07:00', 1],
    ['24 22:00', '25 07:00', 1],
    // After midnight it is still the night that began before.
    ['25 00:00', '25 06:00', 1],
    ['24 21:00', '26 08:00', 2],
    ['23 00:00', '30 00:00', 8],
  ])('a shift from %s to %s has %i', (from, until, nights) => {
    expect(measure([calendar('*', shift('Ada', from, until))])?.people[0]?.nights).toBe(nights);
  });

  it.each<[string, number]>([
    ['24 21:59', 0],
    ['24 22:00', 1],
    ['25 03:00', 1],
    ['25 06:59', 1],
    ['25 07:00', 0],
  ])('what is reported at %s is %i of the night', (when, atNight) => {
    expect(measure([calendar('*', shift('Ada', '23 00:00', '30 00:00'))], reported(when))).toMatchObject({
      incidents: 1,
      atNight,
      people: [{ incidents: 1, atNight }],
    });
  });
});

it('counts what was reported for the person who was on duty for its area, and what was for nobody', () => {
  const calendars = [
    calendar('order', shift('Ada', '24 09:00', '24 18:00')),
    calendar('*', shift('Bob', '24 00:00', '25 00:00')),
  ];
  const entries = [
    reported('24 10:00', 'Order'),
    reported('24 20:00', 'order'),
    reported('24 10:00'),
    reported('26 10:00'),
  ];
  expect(measure(calendars, ...entries)).toMatchObject({ incidents: 2, atNight: 0, uncovered: 2 });
  expect(people(calendars, ...entries)).toEqual(['Bob 24 h, 2 nights, 1 (0)', 'Ada 9 h, 0 nights, 1 (0)']);
});

it('tells a shift’s part in the week alone, and once of a person who is on two calendars', () => {
  const both = [
    calendar('order', shift('Ada', '22 12:00', '23 12:00')),
    calendar('*', shift('Ada', '23 06:00', '23 18:00'), shift('Ada', '29 18:00', '30 18:00')),
  ];
  expect(people(both, reported('23 08:00', 'order'))).toEqual(['Ada 24 h, 2 nights, 1 (0)']);
});

it.each<[string, Calendar['shifts'], string[] | undefined]>([
  ['ends as the week begins', [shift('Ada', '22 00:00', '23 00:00')], undefined],
  ['begins as the week ends', [shift('Ada', '30 00:00', '30 09:00')], undefined],
  [
    'that begins as the week ends adds no night to it',
    [shift('Ada', '24 09:00', '24 18:00'), shift('Ada', '30 00:00', '30 06:00')],
    ['Ada 9 h, 0 nights, 0 (0)'],
  ],
  [
    'that takes no time is nobody’s',
    [shift('Ada', '24 09:00', '24 18:00'), shift('Bob', '24 23:30', '24 23:30')],
    ['Ada 9 h, 0 nights, 0 (0)'],
  ],
  [
    'within another is counted with it',
    [shift('Ada', '24 09:00', '24 18:00'), shift('Ada', '24 10:00', '24 12:00')],
    ['Ada 9 h, 0 nights, 0 (0)'],
  ],
  [
    'that overlaps an earlier one which is named after it is counted once',
    [shift('Ada', '24 12:00', '24 18:00'), shift('Ada', '24 09:00', '24 13:00')],
    ['Ada 9 h, 0 nights, 0 (0)'],
  ],
  [
    'of the same address is the same person’s, whatever the name and however it is written',
    [
      { ...shift('Ada', '24 09:00', '24 13:00'), email: 'ada@a.jp' },
      { ...shift('A. Lovelace', '24 12:00', '24 18:00'), email: 'Ada@A.jp' },
    ],
    ['Ada 9 h, 0 nights, 0 (0)'],
  ],
])('a shift %s', (_, shifts, expected) => {
  expect(people([calendar('*', ...shifts)])).toEqual(expected);
});

it('counts apart what was reported for nobody, at night too', () => {
  const calendars = [calendar('order', shift('Ada', '22 09:00', '22 18:00'), shift('Ada', '24 09:00', '25 09:00'))];
  const night = ['24 23:00', '25 23:00'].map((when) => reported(when, 'order'));
  // No calendar is for payment; and whose shift was before the week has no part in it.
  const others = [reported('24 23:00', 'payment'), reported('24 10:00'), reported('22 10:00', 'order')];
  expect(measure(calendars, ...night, ...others)).toEqual({
    incidents: 2,
    atNight: 1,
    uncovered: 3,
    people: [{ name: 'Ada', hours: 24, nights: 1, incidents: 2, atNight: 1 }],
  });
  const before = [calendar('order', shift('Bob', '22 09:00', '22 18:00'), shift('Ada', '24 09:00', '24 18:00'))];
  expect(people(before, reported('22 10:00', 'order'))).toEqual(['Ada 9 h, 0 nights, 0 (0)']);
});

describe('a bundle that is assembled late', () => {
  const known = (from: string, until = '30 00:00'): Calendar => ({
    ...calendar('*', shift('Ada', '23 00:00', '30 00:00')),
    covers: { from: at(from), until: at(until) },
  });
  it('has the whole week where the calendar covers it', () => {
    const load = measure([known('23 00:00')]);
    expect(load).toMatchObject({ people: [{ name: 'Ada', hours: 168 }] });
    expect(load).not.toHaveProperty('unknownHours');
  });
  it.each<[string, Calendar[], number]>([
    ['before it', [known('25 09:00')], 57],
    ['after it', [known('23 00:00', '29 00:00')], 24],
    ['of any calendar', [known('23 00:00'), known('24 00:00', '29 12:00')], 36],
    ['of all of it', [known('23 00:00'), known('30 00:00', '30 00:00')], 168],
  ])('says how much of it is not known: %s', (_, calendars, unknownHours) => {
    expect(measure(calendars)).toMatchObject({ unknownHours });
  });
  it('counts what was reported then for nobody that it does not know', () => {
    const calendars = [
      { ...calendar('*', shift('Ada', '26 00:00', '30 00:00')), covers: known('25 09:00').covers as never },
    ];
    const entries = [reported('24 10:00'), reported('25 10:00'), reported('26 10:00')];
    expect(measure(calendars, ...entries)).toMatchObject({ incidents: 1, uncovered: 1, unknown: 1 });
  });
});

describe('who had more to bear comes first', () => {
  it.each<[string, Calendar['shifts'], string[]]>([
    ['by incidents', [shift('Ada', '23 00:00', '24 09:00'), shift('Bob', '24 09:00', '24 18:00')], ['Bob', 'Ada']],
    ['then by nights', [shift('Ada', '25 08:00', '25 20:00'), shift('Bob', '26 22:00', '27 04:00')], ['Bob', 'Ada']],
    ['then by hours', [shift('Ada', '25 08:00', '25 12:00'), shift('Bob', '26 08:00', '26 13:00')], ['Bob', 'Ada']],
    ['then by name', [shift('Bob', '25 08:00', '25 12:00'), shift('Ada', '26 08:00', '26 12:00')], ['Ada', 'Bob']],
  ])('%s', (_, shifts, expected) => {
    const found = measure([calendar('*', ...shifts)], reported('24 10:00'));
    expect(found?.people.map(({ name }) => name)).toEqual(expected);
  });

  it('and of more than twenty the first twenty', () => {
    const names = Array.from({ length: 21 }, (_, index) => String.fromCharCode(65 + index));
    const shifts = names.map((name) => shift(name, '24 09:00', '24 18:00')).reverse();
    expect(measure([calendar('*', ...shifts)])?.people.map(({ name }) => name)).toEqual(names.slice(0, 20));
  });
});
