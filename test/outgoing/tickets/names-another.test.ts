/** A text names a customer who does not receive it: in every way in which people write a name, and in no other word. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Contact } from '../../../functions/incidents/rhythm/contact.ts';
import { namesAnother } from '../../../functions/outgoing/tickets/names-another.ts';

/** @param own who reads it together */
const named = (text: string, own: Contact[], others: Contact[]): string[] =>
  namesAnother(text, [own], [...own, ...others]);
const contact = (...customers: Contact['customers']): Contact => ({ customers }) as unknown as Contact;
const called = (name: string): Contact => contact({ id: '900000000001', name });

test.each<[string, string, boolean]>([
  ['渋谷店', '渋谷店 ご担当者様\nお世話になっております。', true],
  ['渋谷店', '渋谷の店舗で確認しております。', false],
  ['スズキ商店', '先ほど、すずき商店様からご連絡がありました。', true],
  ['スズキ商店', 'ｽｽﾞｷ商店の件', true],
  ['サーバー堂', 'サーバ堂の件', true],
  ['渋谷 店', '渋谷店の件', true],
  ['Ｃａｆé Ａｃｍｅ', 'Dear cafe acme,', true],
  ['Acme', 'Acme’s orders', true],
  ['Acme', 'Acmeの件', true],
  ['Acme', 'Acmeba is another', false],
  ['Acme', 'the pacme', false],
  ['店12', '店120の件', false],
  ['店12', '店12の件', true],
  // One or two characters are also parts of other words.
  ['森', '森様', true],
  ['森', '森 ご担当者様', true],
  ...['様', 'さま', 'サマ', 'さん', '御中', '殿', 'ご担当'].map((each): [string, string, boolean] => [
    '森',
    `森${each}へ`,
    true,
  ]),
  ['AB', 'And dear AB,', true],
  ['AB', 'Endear AB', false],
  ['森', '森林の件', false],
  ['森', '大森様', false],
  ['東京', '東京のデータセンター', false],
  ['東京', '東京 御中', true],
  ['東京', 'とうきょうさん', false],
  ['AB', 'Dear AB,', true],
  ['AB', 'See section ab.', false],
  ['it', 'It is being looked at.', false],
  ['・', '・確認しております。', false],
])('%s in “%s”: %s', (name, text, isNamed) => {
  expect(named(text, [called('池袋店')], [called(name)])).toEqual(isNamed ? [name] : []);
  expect(named(text, [called(name)], [called('池袋店')])).toEqual([]);
});

test('of names within one another the longest is what is written', () => {
  const [long, short] = [called('新渋谷店'), called('渋谷店')];
  expect(named('新渋谷店 ご担当者様', [long], [short])).toEqual([]);
  expect(named('新渋谷店 ご担当者様', [short], [long])).toEqual(['新渋谷店']);
  expect(named('新渋谷店と渋谷店', [], [short, long])).toEqual(['新渋谷店', '渋谷店']);
});

test('a name that a recipient has as well is the recipient’s', () => {
  expect(named('渋谷店 ご担当者様', [called('渋谷店')], [called('渋谷店')])).toEqual([]);
});

test('a customer without a name is called by the id, which is no bare number', () => {
  expect(named('store-12 へ', [], [contact({ id: 'store-12' })])).toEqual(['store-12']);
  expect(named('store-120 へ', [], [contact({ id: 'store-12' })])).toEqual([]);
  expect(named('4400222 へ', [], [contact({ id: '4400222' })])).toEqual([]);
  expect(named('store-12 へ', [], [contact({ id: 'store-12', name: '渋谷店' })])).toEqual([]);
  expect(named('a と b', [], [contact({ id: 'a' }, { id: 'b', name: 'b商会' })])).toEqual([]);
  expect(named('x', [], [contact()])).toEqual([]);
});

test('wherever it is in a text, a name of three characters or more is found, once', () => {
  const words = fc.array(fc.constantFrom('確認中', 'です。', '\n', ' ', 'ok, ', '<', '、'), { maxLength: 6 });
  fc.assert(
    fc.property(words, words, fc.integer({ min: 1, max: 3 }), (before, after, times) => {
      const text = [...before, ...Array.from({ length: times }, () => '品川港南店'), ...after].join('');
      expect(named(text, [called('池袋店')], [called('品川港南店'), called('目黒店')])).toEqual(['品川港南店']);
    }),
  );
});

test('of several who read it by themselves, none may read the name of another', () => {
  const [one, other] = [called('渋谷店'), called('池袋店')];
  expect(namesAnother('渋谷店 ご担当者様', [[one], [other]], [one, other])).toEqual(['渋谷店']);
  expect(namesAnother('渋谷店 ご担当者様', [[one, other]], [one, other])).toEqual([]);
  expect(namesAnother('皆様', [[one], [other]], [one, other])).toEqual([]);
});
