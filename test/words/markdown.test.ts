/** Text from outside means nothing in Markdown, wherever it is. */
import { expect, test } from 'vitest';
import { escapeStart, escapeText } from '../../functions/words/markdown.ts';

test.each([
  ['**b** _i_ `c` [x](y) ![i](z) |', '\\*\\*b\\*\\* \\_i\\_ \\`c\\` \\[x\\](y) !\\[i\\](z) \\|'],
  ['<b>&lt;&#60; a & b', '\\<b\\>\\&lt;\\&#60; a & b'],
  ['two\nlines\r\n# three', 'two lines # three'],
  ['ask @team, mail a@b.example', 'ask @\u2060team, mail a@b.example'],
  ['@team', '@\u2060team'],
  ['a/@b a.@b @@b @ b', 'a/@b a.@b @@b @ b'],
  ['a\\b', 'a\\\\b'],
  ['~~gone~~ for $5', '\\~\\~gone\\~\\~ for \\$5'],
])('%j is read as it was written', (written, escaped) => {
  expect(escapeText(written)).toBe(escaped);
});

test.each([
  ['# one', '\\# one'],
  ['- one', '\\- one'],
  ['+ one', '\\+ one'],
  ['== one', '\\== one'],
  ['12) one', '12\\) one'],
  ['12. one', '12\\. one'],
  ['one # - 12)', 'one # - 12)'],
])('a line of “%s” begins no heading, list or rule', (written, escaped) => {
  expect(escapeStart(written)).toBe(escaped);
});
