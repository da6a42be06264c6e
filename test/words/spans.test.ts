/** Lengths of time, and counts: as the server writes them, and as the page rewrites them in the browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Language, languages } from '../../functions/words/language.ts';
import { leftText, lengthText, minutesText, overdueText, spanText, yearOf } from '../../functions/words/spans.ts';
import { incidentTexts } from '../../functions/words/texts/incident-page.ts';

const script = readFileSync(join(import.meta.dirname, '../../functions/console/assets/console.js'), 'utf8');
const templates = (language: Language) => {
  return { left: incidentTexts['due.left'][language], over: incidentTexts['due.over'][language] };
};

/** The page's own script over a page that holds nothing but countdowns, at a standing clock. */
function countdowns(language: Language, dueMs: readonly number[]): string[] {
  const now = Date.parse('2026-11-24T01:00:00Z');
  const times = dueMs.map((ms) => ({
    dateTime: new Date(now + ms).toISOString(),
    textContent: '',
    classList: { toggle: () => {} },
    closest: () => null,
  }));
  const body = { dataset: { now: new Date(now).toISOString(), ...templates(language) } };
  const document = {
    documentElement: { lang: language },
    body,
    querySelectorAll: (selector: string) => (selector === 'time[data-due]' ? times : []),
    querySelector: () => null,
    addEventListener: () => {},
  };
  class StandingDate extends Date {
    static override now = () => now;
  }
  const page = {
    document,
    Date: StandingDate,
    Intl,
    navigator: {},
    location: { hash: '', href: 'http://localhost/console' },
    URL,
    setInterval: () => 0,
    addEventListener: () => {},
  };
  runInContext(script, createContext(page));
  return times.map((time) => time.textContent);
}

const seconds = (from: number, to: number) => fc.integer({ min: from, max: to }).map((each) => each * 1_000);

test.each(languages)('a countdown reads the same from the server and from the page’s script: %s', (language) => {
  const { left, over } = templates(language);
  const edges = [0, 59, 60, 61, 599, 3_599, 3_600, 3_661, 86_399, 86_400, 90_000, 172_800].map((each) => each * 1_000);
  fc.assert(
    fc.property(
      fc.array(fc.oneof(seconds(0, 7_300), seconds(0, 400_000)), { minLength: 1, maxLength: 20 }),
      (drawn) => {
        const lengths = [...edges, ...drawn];
        expect(countdowns(language, lengths)).toEqual(
          lengths.map((ms) => left.replace('{left}', leftText(ms, language))),
        );
        const past = lengths.filter((ms) => ms > 0);
        expect(
          countdowns(
            language,
            past.map((ms) => -ms),
          ),
        ).toEqual(past.map((ms) => over.replace('{left}', overdueText(ms, language))));
      },
    ),
    { numRuns: 30 },
  );
});

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
test.each<[string, typeof spanText, [ms: number, ja: string, en: string][]]>([
  [
    'how long something took is said in seconds below ten minutes, else in two units',
    spanText,
    [
      [-1_000, '0分', '0 min'],
      [0, '0分', '0 min'],
      [499, '0分', '0 min'],
      [500, '1秒', '1 s'],
      [59_499, '59秒', '59 s'],
      [minute, '1分', '1 min'],
      [2 * minute + 42_000, '2分42秒', '2 min 42 s'],
      [10 * minute - 501, '9分59秒', '9 min 59 s'],
      [10 * minute - 500, '10分', '10 min'],
      [10 * minute + 29_999, '10分', '10 min'],
      [10 * minute + 30_000, '11分', '11 min'],
      [hour, '1時間', '1 h'],
      [hour + minute, '1時間1分', '1 h 1 min'],
      [day - minute, '23時間59分', '23 h 59 min'],
      [day, '1日', '1 d'],
      [day + 59 * minute, '1日', '1 d'],
      [day + hour + minute, '1日1時間', '1 d 1 h'],
      [2 * day + 3 * hour, '2日3時間', '2 d 3 h'],
    ],
  ],
  [
    'a length of a rule is said exactly',
    lengthText,
    [
      [0, '0秒', '0 s'],
      [2_500, '2.5秒', '2.5 s'],
      [59_999, '59.999秒', '59.999 s'],
      [minute, '1分', '1 min'],
      [minute + 500, '1分0.5秒', '1 min 0.5 s'],
      [90_000, '1分30秒', '1 min 30 s'],
      [2 * hour, '2時間', '2 h'],
    ],
  ],
  [
    'how long ago something was is said in whole minutes, rounded down',
    minutesText,
    [
      [-minute, '0分', '0 min'],
      [minute - 1, '0分', '0 min'],
      [2 * minute - 1, '1分', '1 min'],
      [hour - 1, '59分', '59 min'],
      [hour, '1時間', '1 h'],
    ],
  ],
  [
    'how long is left is said in seconds within the last hour',
    leftText,
    [
      [-1_000, '0秒', '0 s'],
      [999, '0秒', '0 s'],
      [minute - 1, '59秒', '59 s'],
      [minute, '1分0秒', '1 min 0 s'],
      [hour - 1, '59分59秒', '59 min 59 s'],
      [hour, '1時間', '1 h'],
      [hour + 2 * minute - 1, '1時間1分', '1 h 1 min'],
    ],
  ],
  [
    'how long something is overdue is said in seconds below a minute',
    overdueText,
    [
      [1_000, '1秒', '1 s'],
      [minute - 1, '59秒', '59 s'],
      [minute, '1分', '1 min'],
      [2 * minute - 1, '1分', '1 min'],
    ],
  ],
])('%s', (_, say, rows) => {
  expect(rows.map(([ms]) => [ms, say(ms, 'ja'), say(ms, 'en')])).toEqual(rows);
});

test('the year is that of the place, each time that it is asked', () => {
  const newYear = new Date('2026-12-31T15:00:00Z');
  const zones = ['Asia/Tokyo', 'UTC', 'Asia/Tokyo', 'UTC'];
  expect(zones.map((zone) => yearOf(newYear, zone))).toEqual(['2027', '2026', '2027', '2026']);
});
