import { expect, test } from 'vitest';
import { textKeyOf } from '../../../functions/incidents/outbox/sending.ts';
import { htmlToText, plainText } from '../../../functions/intake/sources/html-text.ts';
import { htmlOf } from '../../../functions/outgoing/tickets/comment-text.ts';

test.each([
  '&nbsp;&lt;b&gt; は &amp;lt; です',
  '<注文> & 会計の件\n  二つの空白',
  'a < b, c > d と <b>太字</b>',
  '&#38;#60; ㍿ ｶﾞ 🍣',
])('our own comment is known by its text, told as text or as HTML, read as either: %s', (text) => {
  for (const told of [text, htmlOf(text)]) {
    for (const read of [told, plainText(told), htmlToText(told)]) expect(textKeyOf(read)).toBe(textKeyOf(text));
  }
});

test('other words are another comment', () => {
  expect(textKeyOf('復旧しました。')).not.toBe(textKeyOf('復旧していません。'));
});
