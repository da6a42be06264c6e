/** What a team's `policy.json` may say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTable, withOwn } from '../../../functions/policy/own.ts';
import { defaults, type OwnPolicy, policyVersion } from '../../../functions/policy.ts';
import { languages } from '../../../functions/words/language.ts';
import { sayWrong, wrongIn } from '../../../infra/own-settings/check.ts';
import { asTable, changesIn } from '../../../infra/own-settings/difference.ts';

const top = join(import.meta.dirname, '../../..');

const said = (own: unknown, language: (typeof languages)[number] = 'en'): string[] =>
  sayWrong('policy.json', wrongIn(own), language).split('\n');

describe('a value that cannot be', () => {
  test('the defaults have none', () => {
    expect(wrongIn(defaults)).toEqual([]);
    expect(wrongIn({})).toEqual([]);
  });

  test.each([
    [
      { zone: 'Mars/Olympus' },
      'zone: there is "Mars/Olympus"; allowed is a time zone such as Asia/Tokyo or Europe/Berlin',
    ],
    [{ zone: '+09:00' }, 'zone: there is "+09:00"; allowed is a time zone such as Asia/Tokyo or Europe/Berlin'],
    [
      { cadence: { calm: { first: '60 min' } } },
      'cadence.calm.first: there is "60 min"; allowed is a duration such as PT15M or P1D, longer than zero and at most P3650D',
    ],
    [
      { cadence: { urgent: { every: 'PT0S' } } },
      'cadence.urgent.every: there is "PT0S"; allowed is a duration such as PT15M or P1D, from PT1M to P3650D',
    ],
    [
      { cadence: { metUpTo: 'P9999999D' } },
      'cadence.metUpTo: there is "P9999999D"; allowed is a duration such as PT15M or P1D, longer than zero and at most P3650D',
    ],
    [
      { emergency: { customersFrom: 0 } },
      'emergency.customersFrom: there is 0; allowed is a whole number from 1 to 1000000000',
    ],
    [{ emergency: 3 }, 'emergency: there is 3; allowed is entries in { … }'],
    [{ underReporting: { usual: 95 } }, 'underReporting.usual: there is 95; allowed is a number above 0 and below 1'],
    [{ sender: { language: 'fr' } }, 'sender.language: there is "fr"; allowed is "ja" or "en"'],
    [
      { sender: { company: { en: 'A\nB' } } },
      'sender.company.en: there is "A\\nB"; allowed is one line of text of at most 200 characters',
    ],
    [
      { sender: { compny: {} } },
      'sender.compny: there is {}; allowed is company, records, telephone, functions, language, mentionsCause',
    ],
    [
      { areas: [{ area: 'pos' }, { area: 'app', ownr: 'us' }] },
      'areas.2.ownr: there is "us"; allowed is owner, area, runbook',
    ],
    [
      { areas: [{ area: 'pos', runbook: 'javascript:alert(1)' }] },
      'areas.1.runbook: there is "javascript:alert(1)"; allowed is an address that begins with https:// or http://',
    ],
    [
      { areas: [{ area: 'pos' }, { area: 'pos' }] },
      'areas: there is [{"area":"pos"},{"area":"pos"}]; allowed is names that are each there once',
    ],
    [
      { areas: [{ owner: 'us' }] },
      'areas.1.area: there is nothing; allowed is one line of text of 1 to 200 characters',
    ],
    [
      { drafts: { next: { en: 'Later.' } } },
      'drafts.next.en: there is "Later."; allowed is a text with {next}, not empty, without {{ and {%',
    ],
    [
      { cadence: { fixedTimes: ['17:00', '10:00'] } },
      'cadence.fixedTimes: there is ["17:00","10:00"]; allowed is times of day, each once, the earliest first, such as ["10:00", "17:00"]',
    ],
    [
      { cadence: { fixedTimesOn: { funday: [] } } },
      'cadence.fixedTimesOn.funday: there is []; allowed is sunday, monday, friday, tuesday, thursday, saturday, wednesday',
    ],
    [
      { cadence: { countedChannels: ['fax'] } },
      'cadence.countedChannels.1: there is "fax"; allowed is ticket, phone, mail, chat, in-person, status-page',
    ],
    [{ people: { names: { us: 'A' } } }, 'people.names.us: there is "A"; allowed is names by e-mail address'],
    [
      { score: { brackets: [{ from: 1, value: 1 }] } },
      'score.brackets: there is [{"from":1,"value":1}]; allowed is brackets with the largest "from" first, ending with from 0',
    ],
    [{ outgoing: { notes: { filed: 'yes' } } }, 'outgoing.notes.filed: there is "yes"; allowed is true or false'],
    [[], 'there is []; allowed is entries in { … }'],
    [null, 'there is null; allowed is entries in { … }'],
  ])('is refused with its place, what is there and what is allowed: %j', (own, why) => {
    expect(said(own)).toEqual([`policy.json: ${why}`]);
  });

  test('is said in Japanese too', () => {
    expect(said({ cadence: { calm: { first: '60 min' } }, sendr: 1 }, 'ja')).toEqual([
      'policy.json: cadence.calm.first: 現在の値は "60 min"、指定できるのは 0 より長く P3650D 以下の時間(例: PT15M、P1D)',
      expect.stringMatching(/^policy\.json: sendr: 現在の値は 1、指定できるのは sender, /),
    ]);
  });
});

describe('values that contradict each other', () => {
  test.each([
    [
      { cadence: { metUpTo: 'PT30M' } },
      ['cadence.metUpTo: there is "PT30M"; allowed is less than cadence.urgent.every (PT30M)'],
    ],
    // What the team has set is to change, on whichever side it is.
    [
      { emergency: { rhythm: { lasts: 'PT10M' } } },
      ['emergency.rhythm.lasts: there is "PT10M"; allowed is at least emergency.rhythm.every (PT15M)'],
    ],
    [
      { notices: { leaseFor: 'PT10S' } },
      [
        'notices.leaseFor: there is "PT10S"; allowed is more than notices.channelTimeout (PT10S)',
        'notices.leaseFor: there is "PT10S"; allowed is more than outgoing.toolTimeout (PT10S)',
      ],
    ],
    [
      { cadence: { urgent: { every: 'PT2H' } } },
      ['cadence.urgent.every: there is "PT2H"; allowed is at most cadence.urgent.laterEvery (PT60M)'],
    ],
    [
      { routing: { question: ['BUG'] } },
      ['routing.question: there is "BUG"; allowed is what routing.trouble does not list'],
    ],
    [
      { routing: { trouble: ['営業'] } },
      ['routing.trouble: there is "営業"; allowed is what routing.outside does not list'],
    ],
  ])('are refused, and the entry is named that the team has set: %j', (own, why) => {
    expect(said(own)).toEqual(why.map((each) => `policy.json: ${each}`));
  });
});

test.each(['docs/reference/settings.md', 'docs/how-to/set-up-your-team.md', 'docs/ja/set-up-your-team.md'])(
  'what %s has people write is right',
  (path) => {
    const blocks = [...readFileSync(join(top, path), 'utf8').matchAll(/```json\n(.*?)```/gs)];
    expect(blocks.length).toBeGreaterThan(0);
    for (const [, block = ''] of blocks) {
      const { $schema: _, ...own } = JSON.parse(block);
      expect(wrongIn(own)).toEqual([]);
    }
  },
);

const anything = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'PT0S',
    'PT1S',
    'PT15M',
    'P1D',
    'P99999D',
    '10:00',
    '25:00',
    'ja',
    'Europe/Berlin',
    '\u0000',
  ),
  fc.constantFrom(0, 1, -1, 0.5, 7, 1e12, true, null),
  fc.constantFrom([], [''], ['10:00'], ['a', 'a'], [{}], {}),
);
const paths = (value: unknown, path: string[] = []): string[][] =>
  isTable(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([name, of]) => paths(of, [...path, name]))
    : [path];

test('one value is refused at its own place, or is in force alone', () => {
  fc.assert(
    fc.property(fc.constantFrom(...paths(defaults)), anything, (path, value) => {
      const at = path.join('.');
      const own = asTable([{ path: at, before: undefined, after: value }]);
      const wrong = wrongIn(own);
      if (wrong.length > 0) {
        for (const each of wrong) {
          expect(`${each.path}.`).toContain(`${at}.`);
          for (const language of languages) expect(each.allowed[language]).not.toBe('');
        }
        return;
      }
      const changed = changesIn(defaults, withOwn(defaults, own as OwnPolicy));
      expect(changed.filter((each) => `${each.path}.` !== `${at}.` && !each.path.startsWith(`${at}.`))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test('a version follows from the values, in whatever order a file has them', () => {
  const [one, other] = [
    { zone: 'Europe/Berlin', urgency: { highUpTo: 'PT30M', clockErrorUpTo: 'PT1M' } },
    { urgency: { clockErrorUpTo: 'PT1M', highUpTo: 'PT30M' }, zone: 'Europe/Berlin' },
  ];
  expect(policyVersion(withOwn(defaults, one))).toBe(policyVersion(withOwn(defaults, other)));
  expect(policyVersion(withOwn(defaults, one))).not.toBe(policyVersion(defaults));
  expect(policyVersion(withOwn(defaults, {}))).toBe(policyVersion(defaults));
});

test('own values leave the defaults alone', () => {
  const before = JSON.stringify(defaults);
  const policy = withOwn(defaults, { people: { names: { 'a@b.example': 'A' } } });
  policy.routing.trouble.push('new');
  expect(JSON.stringify(defaults)).toBe(before);
});
