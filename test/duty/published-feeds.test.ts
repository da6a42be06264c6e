/** Whole feeds in the shapes that PagerDuty, GoAlert and Google Calendar publish: who is on duty at which instant. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFeed } from '../../functions/duty/read-feed.ts';
import { onDutyFor } from '../../functions/duty/shift.ts';

const within = { from: new Date('2026-10-01T00:00:00Z'), until: new Date('2026-12-15T00:00:00Z'), zone: 'Asia/Tokyo' };

/** As it is kept, with line ends as they travel. */
const feed = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../fixtures/calendars/${name}.ics`), 'utf8').replace(/\r?\n/g, '\r\n');

function onDutyAt(text: string, at: string): string {
  const { shifts, leftOut } = readFeed(text, within);
  expect(leftOut).toBe(0);
  const calendar = { area: '*', shifts, readAt: new Date(at), failing: null };
  const people = onDutyFor(undefined, [calendar], new Date(at))?.people ?? [];
  return people.map(({ name, email }) => (email ? `${name} <${email}>` : name)).join(', ');
}

describe.each<[string, [at: string, who: string][]]>([
  [
    'pagerduty',
    [
      ['2026-11-20T21:59:59Z', 'Ada Lovelace <ada@example.com>'],
      // The end of one shift is the next one's beginning.
      ['2026-11-20T22:00:00Z', '山田花子 <hanako@example.jp>'],
      // In the feed, an override replaces what it overrides.
      ['2026-11-24T00:30:00Z', 'Grace Brewster Murray Hopper <grace.hopper+on-call@example.com>'],
      ['2026-11-24T01:00:00Z', '山田花子 <hanako@example.jp>'],
      ['2026-12-05T00:00:00Z', ''],
    ],
  ],
  [
    'goalert',
    [
      ['2026-11-20T07:59:00Z', ''],
      ['2026-11-20T08:00:00Z', 'Ada L'],
      // Two rotations of one schedule.
      ['2026-11-25T00:00:00Z', "Ada L, Conan O'Brien"],
      ['2026-11-28T00:00:00Z', "Conan O'Brien"],
    ],
  ],
  [
    'google',
    [
      // Every second week at nine in Berlin, which is an hour later in UTC once winter time begins.
      ['2026-10-05T06:59:00Z', '佐藤次郎 <jiro@example.jp>'],
      ['2026-10-05T07:00:00Z', 'Ada L <ada@example.com>'],
      ['2026-11-16T07:59:00Z', '佐藤次郎 <jiro@example.jp>'],
      ['2026-11-16T08:00:00Z', 'Ada L <ada@example.com>'],
      // One occurrence was left out, one was moved and given to somebody else, one was cancelled.
      ['2026-11-03T12:00:00Z', ''],
      ['2026-10-19T12:00:00Z', ''],
      ['2026-10-21T12:00:00Z', 'eve@example.com <eve@example.com>'],
      ['2026-12-01T12:00:00Z', ''],
      // A whole day, in the zone of the policy.
      ['2026-11-22T14:59:00Z', 'Ada L <ada@example.com>'],
      ['2026-11-22T15:00:00Z', 'Ada L <ada@example.com>, 祝日の当番'],
      ['2026-11-23T07:59:00Z', 'Ada L <ada@example.com>, 祝日の当番'],
    ],
  ],
])('%s', (name, cases) => {
  it.each(cases)('at %s: %s', (at, who) => {
    expect(onDutyAt(feed(name), at)).toBe(who);
  });

  it('is the same with lines that end in a line feed alone, behind a mark of its encoding, and folded anywhere', () => {
    const text = feed(name);
    const folded = text.replace(/^((?:SUMMARY|ATTENDEE).{12})(?=.)/gm, '$1\r\n ');
    expect(folded).not.toBe(text);
    for (const other of [text.replaceAll('\r\n', '\n'), `\uFEFF${text}`, folded]) {
      expect(readFeed(other, within)).toEqual(readFeed(text, within));
    }
  });
});
