import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SignalKind } from '../../../functions/incidents/signals/signal.ts';
import { kindOfWord } from '../../../functions/intake/sources/control.ts';
import { htmlToText, plainText } from '../../../functions/intake/sources/html-text.ts';
import { parseLenient } from '../../../functions/intake/sources/lenient-json.ts';
import { Unreadable } from '../../../functions/intake/sources/source.ts';
import { readToolTime } from '../../../functions/intake/sources/stated-fields.ts';
import { policy } from '../../../functions/policy.ts';
import { ownMs } from '../../own-time.ts';
import { receivedAt } from './reading.ts';

describe('HTML as text', () => {
  test.each([
    ['<div>一行目<br>二行目</div>', '一行目\n二行目'],
    ['<p>one</p><p>two</p>', 'one\n\ntwo'],
    ['<ul><li>a</li><li>b <b>c</b></li></ul>', '- a\n- b c'],
    ['a &amp; b &lt;c&gt; &#12354;&#x3044; &nbsp;d &unknown;', 'a & b <c> あい d &unknown;'],
    ['  many \n  blanks\t here ', 'many blanks here'],
    ['<a href="https://x.example/a?b=1&amp;c=2">here</a>', 'here (https://x.example/a?b=1&c=2)'],
    ['<a href="https://x.example/">https://x.example/</a>', 'https://x.example/'],
    ['<a href="javascript:alert(1)">here</a>', 'here'],
    ['<style>p { color: red }</style>x<script>var a = "<p>";</script>y', 'xy'],
    ['<style>never closed', 'never closed'],
    ['5 < 6 and 7 > 6', '5 < 6 and 7 > 6'],
    ['<!-- hidden <b> -->shown', 'shown'],
    ['<table><tr><th>a</th><td>1</td></tr><tr><td>b</td></tr></table>', 'a 1\nb'],
    ['<pre>a\n  b</pre>', 'a\n  b'],
    ['<img src="data:image/png;base64,AAAA>" alt="画面">', '[画面]'],
    ['<p title="a > b">x</p>', 'x'],
    ['<b>unclosed', 'unclosed'],
    ['a&#0;&#99999999;&#xD800;b', 'ab'],
    ['<b>x</b> <sato@shop.example> y', 'x <sato@shop.example> y'],
    ['<p>x</p>y <a href="z', 'x\n\ny <a href="z'],
    ['<style>a</style><STYLE>b</STYLE >c<style>d', 'cd'],
    ['', ''],
    // By itself, and at the beginning of a line.
    ['a<h2>b</h2>c', 'a\n\nb\n\nc'],
    ['a<div>b</div>c', 'a\nb\nc'],
    ['a<hr>b', 'a\nb'],
    ['<p>a</p><p></p><p>b</p>', 'a\n\nb'],
    ['a<br><br><br><br>b', 'a\n\nb'],
    ['a<br><br><br>b<br><br><br><br>c', 'a\n\nb\n\nc'],
    ['<ol><li>a<ul><li>b</li></ul></li></ol>', '- a\n\n- b'],
    ['<span>a</span><o:p></o:p><x-own>b</x-own>', 'ab'],
    ['a<z9-9z:z>b<h1z>c', 'abc'],
    ['a<a-z:0-9>b', 'ab'],
    ['<script>a</script/>b', 'b'],
    ['<noscript>a</noscript>b<template>c</template>d', 'bd'],
    // Blanks.
    ['a <b> b</b> c', 'a b c'],
    ['a<br> b', 'a\nb'],
    ['<pre>a\r\n  b</pre> c  d', 'a\n  b\n\nc d'],
    ['a&shy;b&zwnj;c&zwj;d', 'abcd'],
    // What nobody reads.
    ['<head><title>x</title></head>a', 'a'],
    ['<script>x</div><b></script>a', 'a'],
    ['<svg/>a<svg>b</svg>c', 'ac'],
    ['<style>a</style>b</style>c', 'bc'],
    ['<svg><title>x</title>y</svg>z', 'z'],
    ['a<abcdefghijklmnop>b', 'ab'],
    ['a<abcdefghijklmnopq>b', 'a<abcdefghijklmnopq>b'],
    // Links: address and text, once where they say the same.
    ['<a href="https://x.example/"></a>', 'https://x.example/'],
    ['<a href="mailto:a@x.example"><img src="y"></a>', 'a@x.example'],
    ['<a href="mailto:a@x.example">a@x.example</a>', 'a@x.example'],
    ['<a href="mailto:a@x.example">Ann</a>', 'Ann (mailto:a@x.example)'],
    ['<a href="MAILTO:a@x.example">a@x.example</a>', 'a@x.example'],
    ['<a href="http://x.example/">here</a>', 'here (http://x.example/)'],
    ['<a href="https://x.example/a">see https://x.example/a now</a>', 'see https://x.example/a now'],
    ['<a href="https://x.example/"><div>one</div><div>two</div></a>', 'one\ntwo\n (https://x.example/)'],
    ['<a href=" HTTPS://x.example/ ">here</a>', 'here (HTTPS://x.example/)'],
    ['<a href="https://x.example/1" href="https://x.example/2">here</a>', 'here (https://x.example/1)'],
    ['<a href="https://x.example/a b">here</a>', 'here'],
    ['<a>here</a> <a href="https://x.example/">there</a> </a>', 'here there (https://x.example/)'],
    ['<a href="https://x.example/">here</a><br>and</a>', 'here (https://x.example/)\nand'],
    [`<a href="https://x.example/${'y'.repeat(1_982)}">z</a>`, `z (https://x.example/${'y'.repeat(1_982)})`],
    [`<a href="https://x.example/${'y'.repeat(1_983)}">z</a>`, 'z'],
    // Pictures by what they show.
    ['a<img alt="">b<img>c<img alt="1 &lt; 2">', 'abc[1 < 2]'],
  ])('%s', (html, text) => {
    expect(htmlToText(html)).toBe(text);
  });

  test.each([
    'a < b',
    'x <- y',
    '売上 < 予算 & 在庫',
    '<3',
    `x <${'a'.repeat(17)} >`,
    `x <hr${' '.repeat(10)}>`,
    `<b${' '.repeat(10)}x=1> y`,
    `<b x${'y'.repeat(41)}=1> y`,
    `<b x${' '.repeat(10)}=1> y`,
    '&#00000065;',
    '&#x0000041;',
    'mail <sato@shop.example>',
    'amount <b and c> d',
    'a <x> b',
    '1\n2',
    '&copy; & &nbsp',
    'a <b\u3000c> d',
  ])('%s is plain text', (text) => {
    expect(plainText(text)).toBe(text);
  });

  test.each([
    ['<p>x', 'x'],
    ['a<br/>b', 'a\nb'],
    ['<a\nhref="https://x.example/">x.example</a>', 'x.example'],
    ['x&nbsp;y', 'x y'],
    ['<!doctype html>', ''],
    ['</div>', ''],
    ['a <!-- b --> c', 'a c'],
    ['A<BR>b', 'A\nb'],
    ['a <b title = "x"> d', 'a d'],
    ['a <style >b</style> c', 'a c'],
    ['a<w:p>b', 'ab'],
    ['<abcdefghi:klmnop>b', 'b'],
    ['a <h2>b', 'a\n\nb'],
    ['a <z:z>b', 'a b'],
    [`<hr${' '.repeat(9)}>a`, 'a'],
    [`<b${' '.repeat(9)}x=1>a`, 'a'],
    ['<b data-x9_y.z = "1">a', 'a'],
    ['<b _x=1>a', 'a'],
    ['<b x_=1>a', 'a'],
    [`<b x${'y'.repeat(40)}=1>a`, 'a'],
    [`<b x${' '.repeat(9)}=1>a`, 'a'],
    ['<HR>a', 'a'],
    ['<!DOCTYPE html>a', 'a'],
    ['<style/>a</style >b', 'ab'],
  ])('%s is HTML', (html, text) => {
    expect(plainText(html)).toBe(text);
  });

  test('an entity does not make HTML of lines: they stay, and so does what is in pointed brackets', () => {
    expect(plainText('AT&amp;T\n  amount <b and c> d\r\nend &lt;&#12354;&gt;')).toBe(
      'AT&T\n  amount <b and c> d\nend <あ>',
    );
  });

  test.each([
    ['a&nbsp;b', 'a b'],
    ['&quot;x&quot;', '"x"'],
    ['&gt;', '>'],
    ['&lt;', '<'],
    ['&amp;', '&'],
    ['&#0000065;', 'A'],
    ['&#9;x', 'x'],
    ['&#x00004f;', 'O'],
    ['&#xa9;', '©'],
    ['&#xff;', 'ÿ'],
    ['&#65;\n\n\n&#x41;', 'A\n\nA'],
    ['&LT;b&GT;', '<b>'],
    ['a&amp;b \r\n  c', 'a&b\n  c'],
  ])('%s is no HTML, and says %j', (text, said) => {
    expect(plainText(text)).toBe(said);
  });

  test('letters that grow in small letters shift nothing', () => {
    expect(htmlToText(`${'İ'.repeat(10)}<style>x</style><p>Hello`)).toBe(`${'İ'.repeat(10)}\n\nHello`);
  });

  test('never throws, and loses no letter of plain text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(htmlToText(text)).toBeTypeOf('string');
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), (word) => {
        expect(htmlToText(`<div><p>${word}</p></div>`)).toBe(word);
      }),
    );
  });

  test.each([
    '<b><i>',
    '<a>',
    '</b>',
    '<',
    '<!--',
    '<br>x',
    '<a x="<a x="y=',
    '<a ="',
    `<a ='"`,
    '&',
    ' ',
    '<p>',
    '<a href="http://x">',
    '<pre>\n',
    '<style',
    '<style>',
    '\n',
    '<li>',
    '<div></b>',
    '<ul><li></x>',
    '</style',
    '<![CDATA[',
    '&amp',
    '<b ',
  ])('takes linear time on much of %s', (piece) => {
    const long = piece.repeat(Math.ceil(768_000 / piece.length));
    expect(ownMs(() => htmlToText(long))).toBeLessThan(3_000);
  });
});

const parse = (text: string) => parseLenient(Buffer.from(text));

describe('nearly JSON', () => {
  test.each([
    ['{"a":1,}', { a: 1 }],
    ['{"a":[1,2,],\n}', { a: [1, 2] }],
    ['{"a":"x\ny\tz"}', { a: 'x\ny\tz' }],
    ['{"a":"say "hi" now","b":2}', { a: 'say "hi" now', b: 2 }],
    ['{"a":"<div class="x">y</div>","b":"c"}', { a: '<div class="x">y</div>', b: 'c' }],
    ['{"a":"he said "yes", then left","b":1}', { a: 'he said "yes", then left', b: 1 }],
    ['{"a":"C:\\Users\\x"}', { a: 'C:\\Users\\x' }],
    ['\ufeff{"a":1}', { a: 1 }],
    ['{"a":"\\u3042\\n"}', { a: 'あ\n' }],
    ['["a "b" c","d",]', ['a "b" c', 'd']],
    ['{"a":"C:\\x\\/\\b\\f\\n\\r\\t\\u00aF\\uFfAa\\u00g0",}', { a: 'C:\\x/\b\f\n\r\t\u00af\uffaa\\u00g0' }],
    ['{"a":"x",   "b" : 1,}', { a: 'x', b: 1 }],
    ['{"a":["x" ,"y"],"b":"z" ,}', { a: ['x', 'y'], b: 'z' }],
    ['{"a":"say "b", "c\nd": e"}', { a: 'say "b", "c\nd": e' }],
    ['{"a":["b "c" d", [1,],"e",],}', { a: ['b "c" d', [1], 'e'] }],
    [`{"a":"b",${' '.repeat(100)}"c${'c'.repeat(99)}"${' '.repeat(9)}:1,}`, { a: 'b', [`c${'c'.repeat(99)}`]: 1 }],
    [`["a",${' '.repeat(100)}"b",]`, ['a', 'b']],
    ['{"a":["x "y" z",1,"w"],"b":{"c":"p "q" r"}}', { a: ['x "y" z', 1, 'w'], b: { c: 'p "q" r' } }],
    ['{"a "b" c":1}', { 'a "b" c': 1 }],
    ['{"a":"x","b":{"c":1},"d":"e "f""}', { a: 'x', b: { c: 1 }, d: 'e "f"' }],
  ])('%s', (text, value) => {
    expect(parse(text)).toEqual(value);
  });

  test.each(['', 'x', '{', '{"a"', 'a=1&b=2', '<xml/>', '{"a":}'])('%s is not', (text) => {
    expect(() => parse(text)).toThrow(Unreadable);
  });

  test('what is JSON is read as JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  const complaintOf = (text: string): unknown => {
    try {
      parse(text);
      return undefined;
    } catch (error) {
      return error instanceof Unreadable ? undefined : error;
    }
  };

  test('a broken body throws nothing but Unreadable', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 3 }), (text, at, put) => {
        const cut = at % (text.length + 1);
        expect(complaintOf(text.slice(0, cut) + put + text.slice(cut + 1))).toBeUndefined();
      }),
    );
  });

  test.each(['"', '",', '{"a":"', '\\', ' ', ',', '{', '["', '":'])('much of %s takes linear time', (piece) => {
    const long = `${piece.repeat(768_000 / piece.length)}!`;
    expect(ownMs(() => expect(complaintOf(long)).toBeUndefined())).toBeLessThan(4_000);
  });
});

describe('times', () => {
  const read = (stated: unknown) => readToolTime(stated, policy.zone, receivedAt)?.at.toISOString();
  test.each([
    ['2026-11-24T09:50:00+0900', '2026-11-24T00:50:00.000Z'],
    ['2026-11-24T00:50:00.123456789Z', '2026-11-24T00:50:00.123Z'],
    ['February 3, 2026', '2026-02-03T14:59:59.999Z'],
    ['Feb 3, 2026 9:05 PM', '2026-02-03T12:05:00.000Z'],
    ['3 Feb 2026, 12:30 am', '2026-02-02T15:30:00.000Z'],
    ['2026年2月3日', '2026-02-03T14:59:59.999Z'],
    ['2026年2月3日(火) 9時5分', '2026-02-03T00:05:00.000Z'],
    ['２０２６年２月３日　９：０５', '2026-02-03T00:05:00.000Z'],
    ['2026年2月3日 午後9時', '2026-02-03T12:00:00.000Z'],
    ['2026/2/3 9:05', '2026-02-03T00:05:00.000Z'],
    [1_795_481_910, '2026-11-24T00:58:30.000Z'],
    ['1795481910', '2026-11-24T00:58:30.000Z'],
    [1_795_481_910_250, '2026-11-24T00:58:30.250Z'],
    ['1795481910.25', '2026-11-24T00:58:30.250Z'],
    ['1795481910.250000', '2026-11-24T00:58:30.250Z'],
    ['1795481910250', '2026-11-24T00:58:30.250Z'],
    ['Feb. 3 2026 at 9:05:59', '2026-02-03T00:05:00.000Z'],
    ['3 February 2026 12:30pm', '2026-02-03T03:30:00.000Z'],
    ['2026年2月3日 午前12時', '2026-02-02T15:00:00.000Z'],
    ['2026年2月3日午後12時5分', '2026-02-03T03:05:00.000Z'],
    ['2026年2月3日 午前9:05', '2026-02-03T00:05:00.000Z'],
  ])('%s', (stated, at) => {
    expect(read(stated)).toBe(at);
  });

  const months = 'January February March April May June July August September October November December'.split(' ');
  test.each(months.map((name, index) => [name, String(index + 1).padStart(2, '0')] as const))(
    '%s is month %s, whole and by its beginning',
    (name, month) => {
      const at = `2025-${month}-03T00:05:00.000Z`;
      const spellings = [`${name} 3, 2025 9:05`, `3 ${name.slice(0, 3).toUpperCase()} 2025 9:05`];
      expect(spellings.map(read)).toEqual([at, at]);
    },
  );

  test.each([
    'yesterday',
    'Foo 3, 2026',
    'February 30, 2026',
    '2026年13月1日',
    '1795481910.2500000',
    0,
    -1,
    Number.NaN,
    1e18,
    null,
    {},
    'x'.repeat(1_000),
  ])('%s is none', (stated) => {
    expect(read(stated)).toBeUndefined();
  });
});

test.each<[SignalKind | undefined, string[]]>([
  ['stated', ['created', 'updated', 'stated', 'Ticket Created', 'ticket.updated', 'TICKET_CREATED']],
  ['agent-replied', ['agent-replied', 'replied', 'Agent replied', 'ticket-replied', 'agent_replied']],
  ['customer-wrote', ['customer-wrote', 'customer-replied', 'Customer replied', 'customer.wrote']],
  ['noted', ['noted', 'commented']],
  ['solved', ['solved', 'resolved', 'closed', 'deleted', 'Ticket closed']],
  ['reopened', ['reopened']],
  [undefined, ['', 'assigned', 'ticket', 'toString', 'ticket ticket created']],
])('an event that tells %s is written as an admin likes it', (kind, words) => {
  for (const word of words) expect([word, kindOfWord(word)]).toEqual([word, kind]);
  expect(kindOfWord(undefined)).toBeUndefined();
});
