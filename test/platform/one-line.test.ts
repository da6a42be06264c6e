/** What an id, a name or a title may contain: nothing that hides, turns the line round or breaks it, and no mark of a drill. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameLine, oneLine } from '../../functions/platform/one-line.ts';

test.each([
  ['{{ticket.requester.email}} が出ない', '{ {ticket.requester.email}} が出ない'],
  ['{% if x %}', '{ % if x %}'],
  ['{{{{', '{ { { {'],
  ['{a} {1: 2}', '{a} {1: 2}'],
])('a title is no placeholder of a ticket tool: %s', (title, read) => {
  expect(nameLine(title)).toBe(read);
});

describe('one line', () => {
  test.each([
    ['新宿店\n\n【重要】ご返金は https://evil.example', '新宿店 【重要】ご返金は https://evil.example'],
    ['a\r\nb\u2028c\u0085d\te', 'a b c d e'],
    ['a\vb\fc\u2029d\u2800e', 'a b c d e'],
    ['\u202Egnp.exe', 'gnp.exe'],
    ['a\u2066b\u2069\u200E\u061Cc', 'abc'],
    ['訓\u200B練\uFEFF\u2060', '訓練'],
    ['訓\u200D練 a\u200Cb', '訓練 ab'],
    ['a\0b\u001Bc\u009Bd', 'abcd'],
    ['a\u3164\u115F\u{E0041}b', 'ab'],
    ['  a \u3000 b  ', 'a b'],
    ['全角\u3000空白', '全角\u3000空白'],
    ['half \uD800 pair', 'half \uFFFD pair'],
    ['\u200B\u202E\n', ''],
  ])('%j is %j', (text, line) => {
    expect(oneLine(text)).toBe(line);
  });

  test.each([
    ['a family', '👨‍👩‍👧'],
    ['a skin tone', '👩🏽‍💻'],
    ['a heart on fire', '❤️‍🔥'],
    ['a half form', 'क्‍ष'],
    ['Persian', 'می‌خواهم'],
    ['the variant of a character in a name', '葛\u{E0100}城'],
    ['Hebrew and Arabic', 'חנות مطعم'],
  ])('%s stays: %s', (_, text) => {
    expect(oneLine(text)).toBe(text);
  });

  test('a joiner at the end of an emoji, and a second selector, hide something', () => {
    expect([oneLine('👨\u200D'), oneLine('a\uFE0F\uFE0F\uFE01b')]).toEqual(['👨', 'a\uFE0Fb']);
  });

  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .array(fc.constantFrom('【', '】', '[', ']', '訓練', 'drill', ' ', '\u200B', '\u200D', '\u202E', '\n', 'क', '👨'))
      .map((each) => each.join('')),
  );
  test('whatever comes is one line, and stays as it is', () => {
    fc.assert(
      fc.property(text, (given) => {
        for (const clean of [oneLine, nameLine]) {
          const line = clean(given);
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069\u200B]/u);
          expect(clean(line)).toBe(line);
        }
        expect(nameLine(given)).not.toMatch(/[【[](?:訓練|drill)[】\]]/);
      }),
    );
  });
});

describe('the mark of a drill', () => {
  test.each([
    ['【訓練】会計できない', '会計できない'],
    ['会計できない[DRILL]', '会計できない'],
    ['［ Ｄｒｉｌｌ ］ 会計', '会計'],
    ['【訓\u200B練】会計', '会計'],
    ['〖訓 練〗(訓練中)会計', '会計'],
    ['【【訓練】】会計', '会計'],
    ['[[drill]] 会計', '会計'],
    ['(本店[訓練])会計', '(本店 )会計'],
    ['【障害対応訓練】会計', '会計'],
    ['【訓練】', '訓練'],
    ['[This is a drill!] 会計', '会計'],
    ...[
      'これは訓練です',
      '障害訓練',
      '緊急訓練',
      '防災訓練',
      '避難訓練',
      '訓練用',
      '訓練実施中',
      '訓练',
      '训练',
      'くんれん',
      'クンレン',
    ].map((mark) => [`【${mark}】会計`, '会計'] as [string, string]),
    ...['fire drill', 'Drill.', 'drill:', 'drill#12', 'drill-3', 'drill。'].map(
      (mark) => [`[${mark}] 会計`, '会計'] as [string, string],
    ),
  ])('%s is %s', (title, line) => {
    expect(nameLine(title)).toBe(line);
  });

  test.each([
    '訓練モードのレジが動かない',
    '【重要】会計',
    '【職業訓練校】予約できない',
    'drill bits [drilling] sold out',
  ])('%s is no mark', (title) => {
    expect(nameLine(title)).toBe(title);
  });
});
