/** What is left of a value when one customer is erased from it. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Erasure, eraseText, eraseValue } from '../../../functions/incidents/record/erase-value.ts';

const by: Erasure = {
  customerId: 'ab-1',
  pseudonym: 'gone-1',
  names: ['渋谷本店', '渋谷'],
  ownIncidents: new Set(['inc_own']),
  ownSignals: new Set(['sig_own']),
};

describe('in a text', () => {
  test.each([
    ['ab-1', 'gone-1'],
    ['of ab-1, twice: ab-1.', 'of gone-1, twice: gone-1.'],
    // Part of another id it is another.
    ['xab-1 ab-12 ab-1-2 _ab-1', 'xab-1 ab-12 ab-1-2 _ab-1'],
    ['渋谷本店と渋谷', '[erased]と[erased]'],
    // Escaped as in JSON, in any width and case, with marks and with what is not seen.
    ['\\u6e0b\\u8C37 \\U6E0B\\u8c37', '[erased] [erased]'],
    ['渋\u200b谷 渋\u200d谷 渋\u2060谷 渋\ufeff谷 渋 谷', '[erased] [erased] [erased] [erased] [erased]'],
    ['ａｂ－1 AB-1 Ab\u200c-1', 'gone-1 gone-1 gone-1'],
    // As addresses, HTML and JSON within JSON write it; a mark that is escaped by itself belongs to its sign.
    [encodeURIComponent('x?n=渋谷&i=ab-1'), 'x%3Fn%3D[erased]%26i%3Dgone-1'],
    ['%e6%b8%8b%E8%B0%B7 %7ab-1 %61b%2d1 x%2Dab-1', '[erased] %7ab-1 gone-1 x%2Dab-1'],
    ['&#28171;&#x8C37; &#9999999; &lt;&#97;b-1&gt;', '[erased] &#9999999; &lt;gone-1&gt;'],
    ['\\\\u6e0b\\\\u8C37', '[erased]'],
    ['渋+谷 a+b-1', '[erased] a+b-1'],
    ['nothing, 100 % & more: %e6, %zz, &; &#;', 'nothing, 100 % & more: %e6, %zz, &; &#;'],
  ])('%s is %s', (text, rest) => {
    expect(eraseText(text, by)).toBe(rest);
  });

  test('a mark that was escaped by itself belongs to its sign', () => {
    const shop = { ...by, names: ['ガーデン'] };
    const escaped = encodeURIComponent('ガーデン'.normalize('NFD'));
    expect([escaped.includes('%E3%82%99'), eraseText(escaped, shop)]).toEqual([true, '[erased]']);
    expect(eraseText('A&amp;B', { ...by, names: ['A&B'] })).toBe('[erased]');
  });

  test('an id of fewer than four characters is found as a whole value only, and a name of fewer than two never', () => {
    const short = { ...by, customerId: 'a-1', names: ['店'] };
    expect([eraseText('a-1', short), eraseText('of a-1, 店', short)]).toEqual(['gone-1', 'of a-1, 店']);
    expect(eraseText('a.b+ axb+', { ...by, customerId: 'a.b+' })).toBe('gone-1 axb+');
    expect(eraseText('本店', { ...by, names: ['本店'] })).toBe('[erased]');
  });
});

describe('in a record', () => {
  test('the customer is a pseudonym and nothing else, wherever it occurs', () => {
    const before = {
      customers: [
        { id: 'ab-1', name: '渋谷', contactId: 'k' },
        { id: 'other', name: '新宿' },
      ],
      byCustomer: { 'ab-1': 3 },
      reporter: { id: 'ab-1', more: 1 },
      at: new Date(0),
      count: 3,
    };
    expect(eraseValue(before, by)).toEqual({
      customers: [{ id: 'gone-1' }, { id: 'other', name: '新宿' }],
      byCustomer: { 'gone-1': 3 },
      reporter: { id: 'gone-1', more: 1 },
      at: new Date(0),
      count: 3,
    });
    expect(eraseValue({ id: 'gone-1', name: '渋谷' }, by)).toEqual({ id: 'gone-1' });
  });

  test('what has nothing of them is the same', () => {
    for (const value of [
      { a: [1, { b: 'x' }] },
      { id: 'gone-1' },
      Buffer.from('{"a":"x"}'),
      Buffer.from('x'),
      null,
      7,
    ]) {
      expect(eraseValue(value, by)).toBe(value);
    }
  });

  test.each([
    ['its own incident', { id: 'inc_own' }, true],
    ['its own signal', { id: 'sig_own' }, true],
    ['what tells of its signal', { signalId: 'sig_own' }, true],
    ['what shows its incident', { incidentId: 'inc_own' }, true],
    ['another’s', { id: 'inc_other', incidentId: 'inc_other', signalId: 'sig_other' }, false],
  ])('of %s the words are theirs', (_, of, areTheirs) => {
    const before = { ...of, title: '題', description: '', message: 'm', kind: 'k', raw: Buffer.from('x') };
    expect(eraseValue(before, by)).toEqual(
      areTheirs ? { ...before, title: '[erased]', message: '[erased]', raw: Buffer.alloc(0) } : before,
    );
  });

  test('words of what names its incident without showing it are not', () => {
    expect(eraseValue({ incidentId: 'inc_own', message: 'm' }, by)).toEqual({ incidentId: 'inc_own', message: 'm' });
  });
});

describe('in bytes', () => {
  const text = (value: unknown): string => String(value);
  test('JSON stays JSON, other text is text, and what was zipped is zipped', () => {
    expect(text(eraseValue(Buffer.from('{"a":{"id":"ab-1","name":"x"}}'), by))).toBe('{"a":{"id":"gone-1"}}');
    expect(text(eraseValue(Buffer.from('of ab-1 {'), by))).toBe('of gone-1 {');
    const zipped = eraseValue(gzipSync('["渋谷"]'), by) as Buffer;
    expect(text(gunzipSync(zipped))).toBe('["[erased]"]');
    const other = gzipSync('["新宿"]');
    expect(eraseValue(other, by)).toBe(other);
    const escaped = { ...by, names: ['"渋谷"'] };
    expect(text(eraseValue(Buffer.from('{"a":"\\"渋谷\\""}'), escaped))).toBe('{"a":"[erased]"}');
  });

  test.each([
    ['incident', { id: 'inc_own', title: '題' }, { id: 'inc_own', title: '[erased]' }],
    ['signal', { id: 'sig_own', description: '文' }, { id: 'sig_own', description: '[erased]' }],
    ['event', { signalId: 'sig_own', message: '文' }, { signalId: 'sig_own', message: '[erased]' }],
    ['entry', { incidentId: 'inc_own', title: '題' }, { incidentId: 'inc_own', title: '[erased]' }],
    ['pseudonym', { id: 'ab-1', name: 'x' }, { id: 'gone-1' }],
  ])('a page that holds nothing else of them than their %s is found, zipped or not', (_, before, after) => {
    const page = (of: object): Buffer => Buffer.from(JSON.stringify([of, { id: 'inc_other', title: '題' }]));
    expect(text(eraseValue(page(before), by))).toBe(text(page(after)));
    expect(text(gunzipSync(eraseValue(gzipSync(page(before)), by) as Buffer))).toBe(text(page(after)));
  });
});
