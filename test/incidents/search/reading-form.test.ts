import { expect, test } from 'vitest';
import { readingForm } from '../../../functions/incidents/search/reading-form.ts';

test.each([
  ['width', 'ｻｰﾊﾞｰ', 'サーバー'],
  ['width of letters and digits', 'ＰＯＳレジ２号機', 'POSレジ2号機'],
  ['kana', 'ぷりんたー', 'プリンター'],
  ['long vowels', 'プリンタ', 'プリンター'],
  ['case', 'IPAD', 'iPad'],
  ['accents', 'Café', 'cafe'],
  ['dashes in an id', 'store-12', 'STORE_12'],
  ['a blank beside Japanese', 'レジ 端末', 'レジ端末'],
  ['a blank beside a character of two units', '𠮷 POS', '𠮷POS'],
  ['a wide blank', '新宿　本店', '新宿本店'],
  ['voiced marks written apart', 'か\u3099', 'が'],
  ['punctuation in Japanese', '注文が、通らない!', '注文が通らない'],
  ['several blanks', 'receipt   printer', 'receipt printer'],
  ['the first and the last of the kana', 'ぁゖ', 'ァヶ'],
  ['the first and the last accent', 'e\u0300a\u036f', 'ea'],
  ['the accents that come first', 'Àé', 'ae'],
  ...Array.from('々〆ヶヺ一\u9fff㐀').map((each): [string, string, string] => [
    `a blank beside ${each}`,
    `${each} 1`,
    `${each}1`,
  ]),
  ...Array.from(`-‐‑‒–—―−_.'’·・/#`).map((each): [string, string, string] => [`${each} in an id`, `a${each}1`, 'a1']),
])('%s: %s and %s read alike', (_, one, other) => {
  expect(readingForm(one)).toBe(readingForm(other));
});

test.each([
  ['words of letters stay apart', 'this topic', 'thistopic'],
  ['voiced and unvoiced are two sounds', 'カギ', 'ガギ'],
  ['digits', 'レジ1', 'レジ2'],
])('%s: %s and %s do not', (_, one, other) => {
  expect(readingForm(one)).not.toBe(readingForm(other));
});

test('what holds nothing to read is empty', () => {
  expect(readingForm('  — !? ')).toBe('');
});
