/** By what of a text a tool's word is known to be our own comment, however the tool tells it. */
import { describe, expect, test } from 'vitest';
import { essence, essenceOfHtml, textKeyOf } from '../../functions/incidents/outbox/sending.ts';

describe('the key of a text', () => {
  test('is the same however a tool tells it', () => {
    const told = ['復旧 しました & <ok>', '<p>復旧&nbsp;しました &amp; &lt;ok&gt;</p>', '復旧しました\\&\n<ok>'];
    expect(new Set(told.map(textKeyOf)).size).toBe(1);
  });
  test('is another for another text, and short', () => {
    expect(textKeyOf('a')).not.toBe(textKeyOf('b'));
    expect(textKeyOf('a')).toMatch(/^[\da-f]{16}$/);
  });
  test.each([
    ['<b>a</b> b', 'ab'],
    ['a &amp;&lt;&gt;&quot;&apos; b', 'a&<>"\'b'],
    ['&#65;&#x42;&#x3042;', 'ABあ'],
    ['&AMP;', '&'],
    ['&#X4F;', 'O'],
    ['&#xFf;', 'ÿ'],
    ['&#x00004A;', 'J'],
    ['&#0000065;', 'A'],
    ['&abcdefgh;', '&abcdefgh;'],
    [`<b ${'x'.repeat(498)}>a`, 'a'],
    [`<b ${'x'.repeat(499)}>a`, `<b${'x'.repeat(499)}>a`],
    ['1<2 <b>a', '1<2a'],
    ['&unknown;', '&unknown;'],
    ['&#9999999;', '&#9999999;'],
    ['&#x10ffff;', '\u{10ffff}'],
  ])('reads %s as %s', (html, plain) => {
    expect(essenceOfHtml(html)).toBe(plain);
  });
  test('knows no blanks, escapes and widths', () => {
    expect(essence(' a\\_b\n\tＡ ')).toBe('a_bA');
  });
});
