/** Calendars as the tools publish them, and as people bend them: whose shift it is, and when. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFeed } from '../../functions/duty/read-feed.ts';
import { runs } from '../fuzz/runs.ts';

const within = { from: new Date('2026-11-01T00:00:00Z'), until: new Date('2026-12-01T00:00:00Z'), zone: 'Asia/Tokyo' };

const calendar = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]): string[] => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
/** @param from in UTC */
const lasting = (uid: number, name: string, from: string, duration: string, ...more: string[]): string[] =>
  event(`UID:${uid}`, `DTSTART:${from}Z`, `DURATION:${duration}`, ...more, `SUMMARY:${name}`);
/** `Ada 11-02T09:00–11-03T09:00`, in UTC. */
const shown = (text: string, range = within): string[] =>
  readFeed(text, range).shifts.map(({ name, from, until }) => `${name} ${short(from)}–${short(until)}`);
const short = (at: Date): string => at.toISOString().slice(5, 16);

const berlin = [
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:DAYLIGHT',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'TZNAME:CEST',
  'DTSTART:19700329T020000',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU',
  'END:DAYLIGHT',
  'BEGIN:STANDARD',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'TZNAME:CET',
  'DTSTART:19701025T030000',
  'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU',
  'END:STANDARD',
  'END:VTIMEZONE',
];

describe('whose shift it is', () => {
  const at = ['DTSTART:20261102T000000Z', 'DTEND:20261103T000000Z'];
  it.each([
    ['PagerDuty', ['SUMMARY:On Call - Ada Lovelace - 1', 'ATTENDEE:ada@example.jp'], 'Ada Lovelace', 'ada@example.jp'],
    ['PagerDuty, a hyphen in the name', ['SUMMARY:On Call - Ada-Mae L - Primary'], 'Ada-Mae L', undefined],
    ['GoAlert', ['SUMMARY:Ada L On-Call (GoAlert: Primary)'], 'Ada L', undefined],
    ['GoAlert, cut off', ['SUMMARY:Ada O&#39;L On-Call (GoAlert: A &amp; B) Begins*'], "Ada O'L", undefined],
    [
      'Google',
      ['SUMMARY:当番', 'ATTENDEE;CN=山田花子;PARTSTAT=ACCEPTED:mailto:hanako@example.jp'],
      '山田花子',
      'hanako@example.jp',
    ],
    [
      'Google, a name that is the mailbox',
      ['SUMMARY:当番', 'ATTENDEE;CN=ada@example.jp:mailto:ada@example.jp'],
      'ada@example.jp',
      'ada@example.jp',
    ],
    ['a title and nobody invited', ['SUMMARY:当番 山田'], '当番 山田', undefined],
    ['words before PagerDuty’s', ['SUMMARY:No On Call - Ada - Primary'], 'No On Call - Ada - Primary', undefined],
    ['PagerDuty without a level', ['SUMMARY:On Call - Ada'], 'On Call - Ada', undefined],
    ['words after GoAlert’s', ['SUMMARY:Ada On-Call (X) Ends'], 'Ada On-Call (X) Ends', undefined],
    ['GoAlert’s words twice', ['SUMMARY:Ada On-Call (X) On-Call (Y)'], 'Ada', undefined],
    ['an address in words', ['SUMMARY:x', 'ATTENDEE;CN=Ada:ask ada@example.jp'], 'Ada', undefined],
    ['an address before words', ['SUMMARY:x', 'ATTENDEE;CN=Ada:ada@example.jp or so'], 'Ada', undefined],
    ['an address between blanks', ['SUMMARY:x', 'ATTENDEE: ada@example.jp '], 'ada@example.jp', 'ada@example.jp'],
    ['no room', ['SUMMARY:x', 'ATTENDEE;CUTYPE=X-ROOM;CN=Ada:mailto:ada@example.jp'], 'Ada', 'ada@example.jp'],
    ['what begins like a room', ['SUMMARY:x', 'ATTENDEE;CUTYPE=ROOMMATE;CN=Ada:mailto:a@b.jp'], 'Ada', 'a@b.jp'],
  ])('%s', (_, lines, name, email) => {
    const [shift] = readFeed(calendar(...event('UID:1', ...at, ...lines)), within).shifts;
    expect([shift?.name, shift?.email]).toEqual([name, email]);
  });

  it('is nobody’s who declined, nor a room’s; several share it', () => {
    const invited = [
      'ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ada@example.jp',
      'ATTENDEE;CN=Bob;PARTSTAT=DECLINED:mailto:bob@example.jp',
      'ATTENDEE;CUTYPE=RESOURCE;CN=Room 1:mailto:room@example.jp',
      'ATTENDEE;CN=Eve:mailto:eve@example.jp',
    ];
    const { shifts } = readFeed(calendar(...event('UID:1', ...at, 'SUMMARY:x', ...invited)), within);
    expect(shifts.map(({ name }) => name)).toEqual(['Ada', 'Eve']);
  });

  it('is each of several by their own name, where the title names one of them', () => {
    const invited = ['ATTENDEE:mailto:ada@example.jp', 'ATTENDEE;CN=eve@example.jp:mailto:eve@example.jp'];
    const shared = event('UID:1', ...at, 'SUMMARY:On Call - Ada L - Primary', ...invited);
    const both = ['ada@example.jp', 'eve@example.jp'].map((name) => ({ name, email: name }));
    expect(readFeed(calendar(...shared), within).shifts).toMatchObject(both);
  });
});

describe('when it is', () => {
  it('recurs in its zone, over a change of clocks, without what is left out, and as moved', () => {
    const weekly = event(
      'UID:week',
      'DTSTART;TZID=Europe/Berlin:20261005T090000',
      'DTEND;TZID=Europe/Berlin:20261012T090000',
      'RRULE:FREQ=WEEKLY;INTERVAL=2',
      'EXDATE;TZID=Europe/Berlin:20261102T090000',
      'SUMMARY:Ada',
    );
    const moved = event(
      'UID:week',
      'RECURRENCE-ID;TZID=Europe/Berlin:20261116T090000',
      'DTSTART;TZID=Europe/Berlin:20261117T090000',
      'DTEND;TZID=Europe/Berlin:20261120T090000',
      'SUMMARY:Bob',
    );
    const text = calendar(...berlin, ...weekly, ...moved);
    // 19 October in summer time would have been 07:00Z; from 25 October on it is 08:00Z.
    expect(shown(text)).toEqual(['Bob 11-17T08:00–11-20T08:00', 'Ada 11-30T08:00–12-07T08:00']);
    const [from, until] = [new Date('2026-10-01T00:00:00Z'), new Date('2026-10-20T00:00:00Z')];
    const inOctober = shown(text, { ...within, from, until });
    expect(inOctober).toEqual(['Ada 10-05T07:00–10-12T07:00', 'Ada 10-19T07:00–10-26T08:00']);
  });

  it.each([
    [
      'a zone by its name alone',
      ['DTSTART;TZID=America/New_York:20261102T090000', 'DTEND;TZID=America/New_York:20261102T210000'],
      'X 11-02T14:00–11-03T02:00',
    ],
    [
      'a beginning and an end of two zones',
      ['DTSTART;TZID=Asia/Tokyo:20261102T090000', 'DTEND;TZID=America/New_York:20261102T090000'],
      'X 11-02T00:00–11-02T14:00',
    ],
    ['zoned', ['DTSTART;TZID=America/New_York:20261102T090000', 'DURATION:PT1H'], 'X 11-02T14:00–11-02T15:00'],
    ['a whole day, of a zone', ['DTSTART;VALUE=DATE;TZID=America/New_York:20261102'], 'X 11-01T15:00–11-02T15:00'],
    [
      'a zone that nobody knows',
      ['DTSTART;TZID=Mars/One:20261102T090000', 'DTEND;TZID=Mars/One:20261102T210000'],
      'X 11-02T00:00–11-02T12:00',
    ],
    ['no zone', ['DTSTART:20261102T090000', 'DTEND:20261102T210000'], 'X 11-02T00:00–11-02T12:00'],
    ['days, but the last', ['DTSTART;VALUE=DATE:20261102', 'DTEND;VALUE=DATE:20261104'], 'X 11-01T15:00–11-03T15:00'],
    ['one whole day', ['DTSTART;VALUE=DATE:20261102'], 'X 11-01T15:00–11-02T15:00'],
    ['a duration', ['DTSTART:20261102T000000Z', 'DURATION:PT12H'], 'X 11-02T00:00–11-02T12:00'],
  ])('%s', (_, lines, expected) => {
    expect(shown(calendar(...event('UID:1', ...lines, 'SUMMARY:X')))).toEqual([expected]);
  });

  it('is not what was cancelled, ends before it begins, or lies elsewhere', () => {
    const at = (day: string): string[] => [`DTSTART:202611${day}T000000Z`, `DTEND:202611${day}T120000Z`];
    const cancelled = event('UID:1', ...at('02'), 'SUMMARY:X', 'STATUS:CANCELLED');
    const backwards = event('UID:2', 'DTSTART:20261103T000000Z', 'DTEND:20261102T000000Z', 'SUMMARY:X');
    const elsewhere = event('UID:3', 'DTSTART:20250102T000000Z', 'DTEND:20250103T000000Z', 'SUMMARY:X');
    const small = event('UID:5', ...at('02'), 'SUMMARY:X', 'STATUS:cancelled');
    expect(shown(calendar(...cancelled, ...backwards, ...elsewhere, ...small))).toEqual([]);
    const sure = event('UID:6', ...at('02'), 'SUMMARY:X', 'STATUS:CONFIRMED');
    expect(shown(calendar(...sure))).toEqual(['X 11-02T00:00–11-02T12:00']);
    const daily = event('UID:4', ...at('27'), 'RRULE:FREQ=DAILY;COUNT=3', 'SUMMARY:X');
    const skipped = event('UID:4', 'RECURRENCE-ID:20261128T000000Z', ...at('28'), 'SUMMARY:X', 'STATUS:CANCELLED');
    expect(shown(calendar(...daily, ...skipped))).toEqual(['X 11-27T00:00–11-27T12:00', 'X 11-29T00:00–11-29T12:00']);
  });

  it('is of every event that can be read, whatever is beside it', () => {
    const broken = event('UID:1', 'DTSTART:nonsense', 'SUMMARY:Broken');
    const endless = lasting(2, 'Endless', '19700101T000000', 'PT1S', 'RRULE:FREQ=SECONDLY');
    const good = event('UID:3', 'DTSTART:20261102T000000Z', 'DTEND:20261103T000000Z', 'SUMMARY:Good');
    const read = readFeed(calendar(...broken, ...endless, ...good), within);
    expect(read.shifts.map(({ name }) => name)).toEqual(['Good']);
    expect(read.leftOut).toBe(2);
  });
});

it.each([
  ['a mark of its encoding', '\uFEFF', ''],
  ['blank lines', '\r\n  ', '\r\n'],
  ['both', '\uFEFF\r\n', ''],
  ['something else beside it', '', ['BEGIN:X', ...lasting(2, 'Y', '20261103T000000', 'PT1H'), 'END:X'].join('\r\n')],
])('a calendar is read with %s', (_, before, after) => {
  const one = calendar(...lasting(1, 'X', '20261102T000000', 'PT1H'));
  for (const text of [one, one.replace('BEGIN:VCALENDAR', 'begin:vcalendar')])
    expect(shown(before + text + after)).toEqual(['X 11-02T00:00–11-02T01:00']);
});

const amongWords = 'see BEGIN:VCALENDAR\nEND:VCALENDAR';
const broken = ['BEGIN:VCARD\nEND:VCARD', 'BEGIN:VCALENDAR\nBEGIN:VEVENT'];
it.each(['', 'hello', amongWords, '<html>', ...broken])('%j is no calendar', (text) => {
  expect(() => readFeed(text, within)).toThrow(/calendar/);
});

it('damaged anywhere, a calendar is read or refused, and never hangs', () => {
  const at = ['DTSTART;TZID=Europe/Berlin:20261102T090000', 'DURATION:PT8H'];
  const text = calendar(...berlin, ...event('UID:1', ...at, 'RRULE:FREQ=WEEKLY', 'SUMMARY:Ada'));
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 10 }), (at, cut, put) => {
      const damaged = text.slice(0, at) + put + text.slice(at + cut);
      try {
        for (const { from, until } of readFeed(damaged, within).shifts)
          expect(until.getTime()).toBeGreaterThan(from.getTime());
      } catch (error) {
        expect(String(error)).toMatch(/calendar/);
      }
    }),
    runs(100),
  );
});

describe('one occurrence of a series', () => {
  const tokyo = [
    'BEGIN:VTIMEZONE',
    'TZID:Asia/Tokyo',
    'BEGIN:STANDARD',
    'TZOFFSETFROM:+0900',
    'TZOFFSETTO:+0900',
    'DTSTART:19700101T000000',
    'END:STANDARD',
    'END:VTIMEZONE',
  ];
  const starts: [written: string, series: string][] = [
    ['in UTC', ':20261102T000000Z'],
    ['in a zone', ';TZID=Asia/Tokyo:20261102T090000'],
    ['in no zone', ':20261102T090000'],
  ];
  const names: [written: string, id: string][] = [
    ['in UTC', ':20261103T000000Z'],
    ['in a zone', ';TZID=Asia/Tokyo:20261103T090000'],
    ['in another zone', ';TZID=Europe/Berlin:20261103T010000'],
  ];
  const rows = starts.flatMap(([of, series]) =>
    names.flatMap(([as, id]) => ['with', 'without'].map((zones) => [of, as, zones, series, id] as const)),
  );
  it.each(rows)(
    'of a series %s is replaced and left out as it is named %s, %s its zones',
    (_, __, zones, series, id) => {
      const daily = (...more: string[]) =>
        event('UID:1', `DTSTART${series}`, 'DURATION:PT8H', 'RRULE:FREQ=DAILY;COUNT=3', ...more, 'SUMMARY:Ada');
      const swapped = event('UID:1', `RECURRENCE-ID${id}`, 'DTSTART:20261103T000000Z', 'DURATION:PT8H', 'SUMMARY:Bob');
      const known = zones === 'with' ? [...tokyo, ...berlin] : [];
      const day = (n: number): string => `11-0${n}T00:00–11-0${n}T08:00`;
      const all = [`Ada ${day(2)}`, `Bob ${day(3)}`, `Ada ${day(4)}`];
      expect(shown(calendar(...known, ...daily(), ...swapped))).toEqual(all);
      expect(shown(calendar(...known, ...daily(`EXDATE${id}`)))).toEqual([`Ada ${day(2)}`, `Ada ${day(4)}`]);
    },
  );
});

describe('a feed at its bounds', () => {
  const at = (day: string): string[] => [`DTSTART:202611${day}T000000Z`, `DTEND:202611${day}T120000Z`];

  it('is read whole, in order of time and then of name', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => {
      const minutes = String(index % 60).padStart(2, '0');
      const hours = String(Math.floor(index / 60)).padStart(2, '0');
      return event(`UID:${index}`, `DTSTART:20261102T${hours}${minutes}00Z`, 'DURATION:PT1M', `SUMMARY:S${index}`);
    });
    const { shifts, leftOut } = readFeed(calendar(...many.toReversed().flat()), within);
    expect([shifts.length, shifts[0]?.name, shifts.at(-1)?.name, leftOut]).toEqual([1_001, 'S0', 'S1000', 0]);
    const both = ['b', 'a'].flatMap((name) => event(`UID:${name}`, ...at('02'), `SUMMARY:${name}`));
    expect(readFeed(calendar(...both), within).shifts.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('looks at 30,000 occurrences of an event, and gives up one that has more before its end', () => {
    const often = lasting(1, 'X', '20220101T000000', 'PT1M', 'RRULE:FREQ=HOURLY;COUNT=30001');
    expect(readFeed(calendar(...often), within).leftOut).toBe(1);
    const less = often.map((line) => line.replace('30001', '30000'));
    expect(readFeed(calendar(...less), within).leftOut).toBe(0);
    const by = (freq: string) =>
      readFeed(calendar(...event('UID:1', ...at('02'), `RRULE:FREQ=${freq};COUNT=2`, 'SUMMARY:X')), within).leftOut;
    expect([by('SECONDLY'), by('MINUTELY'), by('HOURLY')]).toEqual([1, 1, 0]);
  });

  it('keeps what touches the time that is asked for, and nothing that only ends or begins at its edge', () => {
    const of = (start: string, end: string) =>
      shown(calendar(...event('UID:1', `DTSTART:${start}Z`, `DTEND:${end}Z`, 'SUMMARY:X'))).length;
    expect(of('20261031T000000', '20261101T000000')).toBe(0);
    expect(of('20261031T000000', '20261101T000001')).toBe(1);
    expect(of('20261130T235959', '20261202T000000')).toBe(1);
    expect(of('20261201T000000', '20261202T000000')).toBe(0);
    expect(of('20261102T000000', '20261102T000000')).toBe(0);
  });

  it('tells an occurrence that was moved into the time from beyond it, and one whose series it does not hold', () => {
    const beyond = 'RECURRENCE-ID:20261214T000000Z';
    const weekly = lasting(1, 'X', '20261109T000000', 'PT1H', 'RRULE:FREQ=WEEKLY;COUNT=6');
    const moved = lasting(1, 'Y', '20261110T000000', 'PT2H', beyond);
    const alone = lasting(2, 'Z', '20261103T000000', 'PT1H', beyond);
    expect(shown(calendar(...weekly, ...moved, ...alone))).toEqual([
      'Z 11-03T00:00–11-03T01:00',
      'X 11-09T00:00–11-09T01:00',
      'Y 11-10T00:00–11-10T02:00',
      'X 11-16T00:00–11-16T01:00',
      'X 11-23T00:00–11-23T01:00',
      'X 11-30T00:00–11-30T01:00',
    ]);
  });

  it('reads several calendars of one file, and a zone that does not change by the year by its name', () => {
    const odd = berlin.map((line) => line.replace('FREQ=YEARLY', 'FREQ=MONTHLY'));
    const local = event('UID:1', 'DTSTART;TZID=Europe/Berlin:20261102T090000', 'DURATION:PT1H', 'SUMMARY:X');
    const two = calendar(...event('UID:2', ...at('03'), 'SUMMARY:Y')) + calendar(...odd, ...local);
    expect(shown(two)).toEqual(['X 11-02T08:00–11-02T09:00', 'Y 11-03T00:00–11-03T12:00']);
  });

  it('names people by what they are called: by name, by mailbox, by title, and no room', () => {
    const people = (...lines: string[]) =>
      readFeed(calendar(...event('UID:1', ...at('02'), ...lines)), within).shifts.map(({ name, email }) => [
        name,
        email,
      ]);
    expect(
      people('SUMMARY:x', 'ATTENDEE;CUTYPE=ROOM;CN=Room:mailto:room@example.jp', 'ATTENDEE;CN=Ada:invalid'),
    ).toEqual([['Ada', undefined]]);
    expect(people('SUMMARY:On Call - Ada L - Primary', 'ATTENDEE:mailto:ada@example.jp')).toEqual([
      ['Ada L', 'ada@example.jp'],
    ]);
    expect(people('SUMMARY:x', 'ATTENDEE:invalid')).toEqual([['x', undefined]]);
    expect(people('ATTENDEE;PARTSTAT=declined;CN=Ada:mailto:ada@example.jp')).toEqual([]);
    expect(people(`SUMMARY:${'長'.repeat(201)}`)[0]?.[0]).toHaveLength(200);
    expect(people('SUMMARY:a &lt;b&gt;  &#34;c&#34; &nbsp;')).toEqual([['a <b> "c" &nbsp;', undefined]]);
  });
});

describe('what would take more memory than there is', () => {
  const own = event('UID:1', 'DTSTART:20261102T000000Z', 'DTEND:20261103T000000Z', 'SUMMARY:Ada');
  const many = (count: number, line: string): string[] => Array.from({ length: count }, () => line);

  it.each([
    ['lines', event('UID:2', many(300_000, 'A:1').join('\r\n'))],
    ['dates in a list', event('UID:2', `EXDATE:${many(150_000, '20261124T000000Z').join(',')}`)],
    ['parameters', event('UID:2', `X;${many(150_000, 'A=1').join(';')}:1`)],
  ])('is not read: %s', (_, lines) => {
    expect(() => readFeed(calendar(...lines), within)).toThrow(/too many/);
  });

  it('is no calendar of two thousand shifts, each with all that a calendar says', () => {
    const shift = (index: number) => [
      ...own.slice(0, 1),
      `UID:${index}`,
      ...own.slice(2, -1),
      'ATTENDEE;CN=Ada;ROLE=CHAIR:mailto:a@x',
      'END:VEVENT',
    ];
    const lines = Array.from({ length: 2_000 }, (_, index) => shift(index)).flat();
    expect(readFeed(calendar(lines.join('\r\n')), within).shifts).toHaveLength(2_000);
  });
});
