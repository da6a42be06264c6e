import { expect, test } from 'vitest';
import { statedLink, statedText } from '../../functions/platform/stated.ts';

test('half a character is read as the store keeps it, so that the same text sent again is the same', () => {
  expect(statedText(20).parse(' a\ud800b ')).toBe('a\ufffdb');
  expect(statedText(20).parse('渋谷\u{1f600}')).toBe('渋谷\u{1f600}');
  expect(statedLink.parse('https://t.example/\udc00')).toBe('https://t.example/\ufffd');
});
