/** Lengths of time, and counts: as the server writes them, and as the page writes them anew in the browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import catalogue from '../../functions/console/catalogue.json' with { type: 'json' };
import { glanceText } from '../../functions/words/glance.ts';
import { fillIn, type Language, languages } from '../../functions/words/language.ts';
import { leftText, overdueText } from '../../functions/words/spans.ts';

const script = readFileSync(join(import.meta.dirname, '../../functions/console/assets/console.js'), 'utf8');
const templates = (language: Language) => {
  const at = languages.indexOf(language);
  return { left: catalogue['due.left'][at] as string, over: catalogue['due.over'][at] as string };
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

test('one is counted as one, in English', () => {
  expect([0, 1, 2].map((n) => fillIn('{n} {n|drill|drills} of {unknown}', { n }))).toEqual([
    '0 drills of {unknown}',
    '1 drill of {unknown}',
    '2 drills of {unknown}',
  ]);
  const now = new Date('2026-11-24T01:00:00Z');
  const glance = (n: number) => glanceText({ affectedCustomerCount: n, businessImpact: 'stopped' }, 'en', 'store', now);
  expect([glance(1), glance(2)]).toEqual(['stopped · 1 store', 'stopped · 2 stores']);
});
