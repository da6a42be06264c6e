/** What is written of times, lengths, people and counts, word for word; and every message to customers, whole. */
import { describe, expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { clock, cut, shortClock } from '../../functions/words/clock.ts';
import { type DraftFacts, draftKinds, isUnfilled, writeDraftLines } from '../../functions/words/drafts.ts';
import { glanceText, overText } from '../../functions/words/glance.ts';
import { fillIn, languages, nameFor } from '../../functions/words/language.ts';
import { dutyText } from '../../functions/words/people.ts';
import { draftTexts } from '../../functions/words/texts/drafts.ts';
import { isOwnWording } from '../../infra/own-settings/own-wording.ts';
import { saidOnce } from '../said-once.ts';

const at = (text: string): Date => new Date(text);

describe('a message to customers', () => {
  const japanese: DraftFacts = {
    customerName: '渋谷店',
    company: '株式会社例',
    telephone: '03-0000-0000',
    records: '注文・会計',
    functionName: '会計機能',
    title: '会計画面が開かない',
    now: '11月24日(火) 11:05',
    occurredAt: '11月24日(火) 09:50',
    isConfirmed: true,
    isTaken: true,
    isCauseSought: true,
    isStopped: false,
    impact: 'degraded',
    workaround: '伝票に手書きで控える',
    progress: ['seen', 'scoped', 'workaroundFound'],
    wasTold: true,
    isToldOver: true,
    recoveredAt: '11月24日(火) 10:50',
    recoveredUntil: '10:50',
    nextUpdateAt: '11月24日(火) 11:20',
  };
  const english: DraftFacts = {
    ...japanese,
    customerName: 'Shibuya',
    company: 'Example Inc.',
    records: 'order or payment',
    functionName: 'checkout',
    title: 'The checkout screen does not open',
    now: 'Tue, Nov 24, 11:05 (Asia/Tokyo)',
    occurredAt: 'Tue, Nov 24, 09:50 (Asia/Tokyo)',
    workaround: 'write orders down by hand',
    recoveredAt: 'Tue, Nov 24, 10:50 (Asia/Tokyo)',
    nextUpdateAt: 'Tue, Nov 24, 11:20 (Asia/Tokyo)',
  };
  const unknown = {
    isConfirmed: false,
    isTaken: false,
    isCauseSought: false,
    isStopped: false,
    progress: [],
    wasTold: false,
    isToldOver: false,
  };
  const variants: [of: string, facts: (all: DraftFacts) => DraftFacts][] = [
    ['Everything is known, and they have heard from us before', (all) => all],
    ['They have not heard from us before', (all) => ({ ...all, wasTold: false, isToldOver: false })],
    [
      'Nobody has confirmed it, and there is no news',
      (all) => ({ ...all, isConfirmed: false, progress: [], impact: undefined }),
    ],
    ['What does not work has no public name', (all) => ({ ...all, functionName: undefined, workaround: undefined })],
    ['They did not report it', (all) => ({ ...all, title: undefined, impact: 'stopped' })],
    ['Only the time is known', ({ now, nextUpdateAt }) => ({ ...unknown, now, nextUpdateAt })],
  ];

  test.each(languages)('says what is known and nothing else, of every kind, in %s', async (language) => {
    const all = language === 'ja' ? japanese : english;
    const texts = draftKinds.flatMap((kind) => {
      const textOf = (facts: (typeof variants)[number][1]) =>
        writeDraftLines(kind, facts(all), language, {}).join('\n');
      const variantsOf = Map.groupBy(variants, ([, facts]) => textOf(facts));
      return [...variantsOf].map(([text, same]) => `=== ${kind}: ${same.map(([of]) => of).join('; ')}\n${text}`);
    });
    await expect(`${saidOnce(texts.join('\n'))}\n`).toMatchFileSnapshot(`drafts.${language}.txt`);
  });

  test('a team words a part of its own, where its places are those of ours', () => {
    const own = {
      regards: { ja: '何卒よろしくお願い申し上げます。' },
      next: { ja: '{next}に改めてご連絡いたします。' },
    };
    const lines = writeDraftLines('first', japanese, 'ja', own);
    expect(lines).toContain('何卒よろしくお願い申し上げます。');
    expect(lines).toContain('11月24日(火) 11:20に改めてご連絡いたします。');
    expect(writeDraftLines('first', english, 'en', own)).toContain('Kind regards,');
  });

  test.each([
    ['next', 'ja', '{next}に改めてご連絡いたします。', true],
    ['next', 'ja', '後ほどご連絡いたします。', false],
    ['regards', 'en', 'Yours, {boss}', false],
    ['regards', 'en', ' ', false],
    ['regards', 'ja', '{{ticket.id}}', false],
    ['regards', 'ja', 'では。{% if a %}', false],
  ] as const)(
    'a team’s own wording has the places of ours, and no others: %s.%s “%s”',
    (part, language, text, isRight) => {
      expect(isOwnWording(part, language, text)).toBe(isRight);
    },
  );

  test('what the draft leaves to its sender is seen until it has been filled in', () => {
    for (const language of languages) {
      expect(isUnfilled(draftTexts.fillIn[language])).toBe(true);
      const drafted = writeDraftLines(
        'first',
        { ...japanese, title: undefined, functionName: undefined },
        language,
        {},
      );
      expect(isUnfilled(drafted.join('\n'))).toBe(true);
    }
    expect(isUnfilled('会計画面が開かない')).toBe(false);
  });
});

describe('a time', () => {
  const now = at('2026-12-31T14:59:00Z');
  test.each<[string, string, string, string, string]>([
    ['of the same day', '2026-12-31T00:05:00Z', '12月31日(木) 09:05', 'Thu, Dec 31, 09:05 (Asia/Tokyo)', '09:05'],
    [
      'of the day before',
      '2026-12-30T14:59:00Z',
      '12月30日(水) 23:59',
      'Wed, Dec 30, 23:59 (Asia/Tokyo)',
      '12月30日(水) 23:59',
    ],
    ['at midnight', '2026-12-30T15:00:00Z', '12月31日(木) 00:00', 'Thu, Dec 31, 00:00 (Asia/Tokyo)', '00:00'],
    [
      'of the year after, in Japan',
      '2026-12-31T15:00:00Z',
      '2027年1月1日(金) 00:00',
      'Fri, Jan 1, 2027, 00:00 (Asia/Tokyo)',
      '2027年1月1日(金) 00:00',
    ],
  ])('%s', (_, text, ja, en, short) => {
    expect([clock(at(text), 'ja', policy, now), clock(at(text), 'en', policy, now)]).toEqual([ja, en]);
    expect(shortClock(at(text), now, 'ja', policy)).toBe(short);
  });
});

test('what somebody wrote is a line of two hundred letters at most', () => {
  expect(cut(' 一\n二\t 三 ')).toBe('一 二 三');
  expect(cut('x'.repeat(200))).toBe('x'.repeat(200));
  expect(cut('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`);
});

test('who is on duty, until when, and since when nobody could look', () => {
  const hour = (time: Date): string => `${time.getUTCHours()}時`;
  const people = [
    { name: '山田', until: at('2026-01-01T09:00:00Z') },
    { name: '佐藤', until: at('2026-01-01T21:00:00Z') },
  ];
  expect(dutyText({ people, unknownSince: null }, 'ja', hour)).toBe('当番: 山田(9時まで)、佐藤(21時まで)');
  expect(dutyText({ people: [], unknownSince: at('2026-01-01T05:00:00Z') }, 'ja', hour)).toBe(
    '当番: 該当者なし · カレンダーを確認できません(5時から)',
  );
  // Who was known before the calendar went away stays so.
  expect(dutyText({ people: people.slice(0, 1), unknownSince: at('2026-01-01T05:00:00Z') }, 'ja', hour)).toBe(
    '当番: 山田(9時まで) · カレンダーを確認できません(5時から)',
  );
  expect(dutyText({ people, unknownSince: null }, 'en', hour)).toBe('On call: 山田 (until 9時), 佐藤 (until 21時)');
});

test('an incident at a glance: how bad, for how many; and how long overdue', () => {
  const now = at('2026-11-24T01:00:00Z');
  const glance = (facts: Parameters<typeof glanceText>[0], language: 'ja' | 'en' = 'ja') =>
    glanceText(facts, { language, policy: { customerLabel: { ja: '店舗', en: 'store' } } });
  expect(glance({ businessImpact: 'stopped', affectedCustomerCount: 6 })).toBe('業務停止・6店舗');
  expect(glance({ businessImpact: 'stopped', affectedCustomerCount: 1 }, 'en')).toBe('stopped · 1 store');
  expect(glance({})).toBe('影響度不明・影響店舗数不明');
  expect(glance({ affectedCustomerCount: 0 }, 'en')).toBe('impact unknown · 0 stores');
  expect([overText(now, 'ja', now), overText(at('2026-11-24T00:59:59.999Z'), 'ja', now)]).toEqual([
    undefined,
    '0秒超過',
  ]);
});

test('places are filled in, one is one, and what has no name is called itself', () => {
  expect(fillIn('{n} of {total}, {other}', { n: 0, total: 2 })).toBe('0 of 2, {other}');
  expect([0, 1, 2].map((n) => fillIn('{n} {n|drill|drills}', { n }))).toEqual(['0 drills', '1 drill', '2 drills']);
  const ja = { language: 'ja', policy } as const;
  expect(nameFor(ja, 'impact', 'stopped')).toBe('業務停止');
  expect(nameFor(ja, 'field', 'affectedCustomers.0')).toBe(nameFor(ja, 'field', 'affectedCustomers'));
  expect(nameFor(ja, 'impact', 'toString')).toBe('toString');
});
