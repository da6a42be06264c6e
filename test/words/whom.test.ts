/** One rule says how many customers are meant, wherever they are named: a card, a question before a recovery, a form. */
import { expect, test } from 'vitest';
import { policy } from '../../functions/policy.ts';
import { countCustomers, whomText } from '../../functions/words/whom.ts';

const named = (name: string, customers = 1) => ({
  id: `con_${name}`,
  isTheOthers: false,
  customers: Array.from({ length: customers }, (_, index) => ({ id: `${name}${index}` })),
  name,
});
const others = { id: 'con_others', isTheOthers: true, customers: [] };

test.each<[contacts: Parameters<typeof whomText>[0], unnamed: number, most: number, n: number, ja: string, en: string]>(
  [
    [[], 0, 1, 0, '', ''],
    [[named('甲')], 0, 1, 1, '甲', '甲'],
    [[named('甲'), named('乙')], 0, 1, 2, '甲 ほか1店舗', '甲 and 1 more'],
    [[named('甲'), named('乙')], 0, 2, 2, '甲、乙', '甲, 乙'],
    [[named('甲'), named('乙'), named('丙')], 0, 2, 3, '甲、乙 ほか1店舗', '甲, 乙 and 1 more'],
    [[named('甲', 3)], 0, 1, 3, '甲 ほか2店舗', '甲 and 2 more'],
    [[named('甲', 3), named('乙')], 0, 9, 4, '甲、乙 ほか2店舗', '甲, 乙 and 2 more'],
    [[named('甲'), others], 11, 1, 12, '甲 ほか11店舗', '甲 and 11 more'],
    [[named('甲'), others], 11, 9, 12, '甲、特定できていない11店舗', '甲, 11 unidentified customers'],
    [[others, named('甲')], 11, 1, 12, '特定できていない11店舗 ほか1店舗', '11 unidentified customers and 1 more'],
    [[others], 1, 1, 1, '特定できていない店舗', 'unidentified customers'],
    [[others], 0, 1, 1, '特定できていない店舗', 'unidentified customers'],
  ],
)('%#: %j, and %i without a name, %i named at most, are %i: %s', (contacts, unnamed, most, n, ja, en) => {
  expect(countCustomers(contacts, unnamed)).toBe(n);
  expect(whomText(contacts, unnamed, { language: 'ja', policy }, most)).toBe(ja);
  expect(whomText(contacts, unnamed, { language: 'en', policy }, most)).toBe(en);
});
