/** Who is on duty at an instant, for which area, and how certain that is. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Calendar, nearest, onDuty, onDutyFor, type Shift } from '../../functions/duty/shift.ts';
import { at, told } from '../incidents/rhythm/rhythm.ts';

const shift = (name: string, from = '24 09:00', until = '24 18:00', email?: string): Shift => ({
  name,
  from: at(from),
  until: at(until),
  ...(email ? { email } : {}),
});
const calendar = (area: string, shifts: Shift[], failingSince?: string): Calendar => ({
  area,
  shifts,
  readAt: null,
  failing: failingSince ? { since: at(failingSince), why: 'away' } : null,
});
const ms = (date: Date, more: number): Date => new Date(date.getTime() + more);
const now = at('24 10:00');

test('calendars of one area are one, however they write its name, in the order of configuration', () => {
  const all = [calendar('Order', [shift('sato')]), calendar('*', [shift('ito')]), calendar('order', [shift('mori')])];
  const found = onDuty(all, now).map(({ area, people }) => [area, people.map((each) => each.name).toSorted()]);
  expect(found).toEqual([
    ['Order', ['mori', 'sato']],
    ['*', ['ito']],
  ]);
});

describe('on duty for an area', () => {
  const all = [calendar('*', [shift('ito')]), calendar('Order', [shift('sato')]), calendar('stock', [])];
  test.each<[string, string | undefined, string[]]>([
    ['are those of its own calendar', 'Order', ['sato']],
    ['however its name is written', 'oRDER', ['sato']],
    ['is nobody where its own calendar has nobody', 'stock', []],
    ['are those of every other area', 'payment', ['ito']],
    ['where none is known, too', undefined, ['ito']],
  ])('%s', (_, area, names) => {
    const found = onDutyFor(area, all, now);
    expect([found?.area, found?.people.map((each) => each.name)]).toEqual([area ?? '*', names]);
  });
  test('nobody can say, where no calendar is for it', () => {
    expect(onDutyFor('order', [calendar('stock', [shift('ito')])], now)).toBeUndefined();
    expect(onDutyFor(undefined, [calendar('stock', [shift('ito')])], now)).toBeUndefined();
  });
});

describe('a shift', () => {
  const names = (time: Date) => onDuty([calendar('*', [shift('ito', '24 10:00', '24 18:00')])], time)[0]?.people;
  test('begins at its first instant, and is over at its last', () => {
    expect(names(ms(at('24 10:00'), -1))).toEqual([]);
    expect(names(at('24 10:00'))).toEqual([{ name: 'ito', until: at('24 18:00') }]);
    expect(names(ms(at('24 18:00'), -1))).toHaveLength(1);
    expect(names(at('24 18:00'))).toEqual([]);
  });
  test.each<[string, Shift[], string[]]>([
    [
      'of the same person ends with the last of them',
      [shift('ito'), shift('ito', '24 09:30', '24 20:00'), shift('ito', '24 08:00', '24 12:00')],
      ['ito 24 20:00'],
    ],
    [
      'is the same person’s by their e-mail, however it is written',
      [shift('Ito', '24 09:00', '24 18:00', 'ITO@example.jp'), shift('伊藤', '24 09:00', '24 20:00', 'ito@example.jp')],
      ['伊藤 24 20:00'],
    ],
    ['or by their name', [shift('Ito'), shift('ito')], ['Ito 24 18:00']],
    [
      'of two people with one name is each’s own',
      [shift('ito', '24 09:00', '24 18:00', 'a@example.jp'), shift('ito', '24 09:00', '24 19:00', 'b@example.jp')],
      ['ito 24 18:00', 'ito 24 19:00'],
    ],
  ])('%s', (_, shifts, people) => {
    const found = onDuty([calendar('*', shifts)], now)[0]?.people ?? [];
    expect(found.map((each) => `${each.name} ${told(each.until)}`).sort()).toEqual(people);
  });
  test('tells the e-mail where there is one', () => {
    expect(onDuty([calendar('*', [shift('ito', '24 09:00', '24 18:00', 'ito@example.jp')])], now)[0]?.people).toEqual([
      { name: 'ito', email: 'ito@example.jp', until: at('24 18:00') },
    ]);
  });
});

describe('where not everything could be read', () => {
  const read = (more: Partial<Calendar>, shifts: Shift[] = []): Calendar => ({
    ...calendar('*', shifts),
    readAt: now,
    ...more,
  });
  const covers = { from: at('24 08:00'), until: at('24 10:00') };
  test.each<[string, Calendar[], boolean]>([
    ['all is known', [read({})], false],
    ['its time is covered', [read({ covers: { ...covers, until: at('24 12:00') } })], false],
    ['its time is not covered', [read({ covers })], true],
    ['its time is the first that is covered', [read({ covers: { from: now, until: at('24 12:00') } })], false],
    ['its time is before what is covered', [read({ covers: { from: ms(now, 1), until: at('24 12:00') } })], true],
    ['an event could not be read', [read({ leftOut: 1 })], true],
    ['it was never read', [calendar('*', [])], true],
    ['another calendar is known', [read({}), read({ leftOut: 1 })], true],
    ['somebody is on duty all the same', [read({ leftOut: 1 }, [shift('ito')])], false],
  ])('nobody is told as certain only where it is: %s', (_, calendars, isUncertain) => {
    expect(onDuty(calendars, now)[0]?.isUncertain ?? false).toBe(isUncertain);
  });

  describe('as many shifts are kept as fit', () => {
    const [P1, P2, P3] = [
      shift('P1', '24 06:00', '24 07:00'),
      shift('P2', '24 07:00', '24 08:00'),
      shift('P3', '24 08:00', '24 09:30'),
    ];
    const ON = shift('ON', '24 09:30', '24 10:30');
    const [F1, F2, F3] = [
      shift('F1', '24 10:31', '24 11:00'),
      shift('F2', '24 11:00', '24 12:00'),
      shift('F3', '24 12:00', '24 13:00'),
    ];
    const one = JSON.stringify(ON).length;
    const keep = (all: Shift[], mostBytes: number): string => {
      const kept = nearest(all, { from: at('24 00:00'), until: at('25 00:00') }, now, mostBytes);
      return `${kept.shifts.map(({ name }) => name).join(' ')} ${told(kept.covers.from)} ${told(kept.covers.until)}`;
    };
    test.each<[fit: number, expected: string]>([
      [7, 'P1 P2 P3 ON F1 F2 F3 24 00:00 25 00:00'],
      [6, 'P2 P3 ON F1 F2 F3 24 07:00 25 00:00'],
      [5, 'P2 P3 ON F1 F2 24 07:00 24 12:00'],
      [4, 'P3 ON F1 F2 24 08:00 24 12:00'],
      [3, 'P3 ON F1 24 08:00 24 11:00'],
      [2, 'P3 ON 24 08:00 24 10:31'],
      [1, 'ON 24 09:30 24 10:31'],
      [0, ' 24 09:30 24 09:30'],
    ])('of seven %i', (fit, expected) => {
      const all = [P1, P2, P3, ON, F1, F2, F3];
      expect(keep(all, fit * one)).toBe(expected);
      if (fit > 0) expect(keep(all, fit * one - 1)).not.toBe(expected);
    });
    test('those that are over at this instant are of the time before it', () => {
      expect(keep([shift('P0', '24 09:00', '24 10:00')], 0)).toBe(' 24 10:00 25 00:00');
    });
    test('and none that is longer is followed by a shorter one that is farther', () => {
      expect(keep([shift('a long name', '24 09:30', '24 10:30'), F1], one)).toBe(' 24 00:00 24 09:30');
    });
  });

  test('what is kept is what is nearest, and what it covers has no gap', () => {
    const shifts = fc.array(
      fc.record({
        name: fc.constantFrom('a', 'b', 'c'),
        start: fc.integer({ min: -50, max: 50 }),
        hours: fc.integer({ min: 1, max: 12 }),
      }),
      { maxLength: 60 },
    );
    const hour = (n: number): Date => ms(now, n * 3_600_000);
    fc.assert(
      fc.property(
        shifts,
        fc.integer({ min: 0, max: 3_000 }),
        fc.integer({ min: -60, max: 60 }),
        (drawn, mostBytes, when) => {
          const all = drawn.map(({ name, start, hours }) => ({ name, from: hour(start), until: hour(start + hours) }));
          const kept = nearest(all, { from: hour(-60), until: hour(60) }, now, mostBytes);
          expect(JSON.stringify(kept.shifts).length).toBeLessThanOrEqual(mostBytes + all.length + 2);
          const found = (of: Pick<Calendar, 'shifts' | 'covers'>) => onDuty([read(of)], hour(when))[0];
          const [whole, part] = [found({ shifts: all }), found(kept)];
          // Who is known is on duty; and nobody is said only where nobody is.
          if (!part?.isUncertain && part?.people.length === 0) expect(whole?.people).toEqual([]);
          const names = whole?.people.map(({ name }) => name);
          for (const { name } of part?.people ?? []) expect(names).toContain(name);
        },
      ),
    );
  });
});

describe('all calendars', () => {
  test('are in the order of configuration, one an area, people by name', () => {
    const all = [
      calendar('order', [shift('sato')]),
      calendar('*', [shift('ito')]),
      calendar('order', [shift('abe'), shift('ueda')]),
    ];
    expect(onDuty(all, now).map(({ area, people }) => [area, people.map((each) => each.name)])).toEqual([
      ['order', ['abe', 'sato', 'ueda']],
      ['*', ['ito']],
    ]);
  });
  test('say since when nobody could look: by the one that has been away for longest', () => {
    const since = (...failing: (string | undefined)[]) =>
      onDuty(
        failing.map((each) => calendar('*', [], each)),
        now,
      )[0]?.unknownSince;
    expect(since(undefined)).toBeNull();
    expect(since('24 09:30', undefined, '24 09:10')).toEqual(at('24 09:10'));
  });
});
