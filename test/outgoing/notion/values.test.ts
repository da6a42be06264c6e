/** What a record says reaches Notion whole, or is cut where Notion's limits lie: never refused, never broken in a character. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportKinds, exportSpecs } from '../../../functions/incidents/exported.ts';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { guardedFetch } from '../../../functions/outgoing/guarded-fetch.ts';
import { blocksOf, markOf, piecesOf, propertiesOf, valuesOf } from '../../../functions/outgoing/notion/values.ts';
import { policy } from '../../../functions/policy.ts';
import { exportIncident } from '../../../functions/postmortems/export/export-incident.ts';
import { at, incident } from '../../postmortems/facts.ts';

const exported = (more: Partial<Incident>) => {
  const made = exportIncident(
    incident({ id: 'inc_1', filedAt: at('2026-11-24T01:00:00Z'), ...more }),
    policy,
    'https://console.example.jp',
  );
  if (!made) throw new Error('It is none that leaves.');
  return made;
};
const joined = (text: string): string =>
  piecesOf(text)
    .map((each) => each.text.content)
    .join('');

describe('a text', () => {
  test('of any characters comes in pieces that Notion takes, and is whole up to 20,000', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '店', '𠮷', '👩‍🍳', '\n'), minLength: 0, maxLength: 9_000 });
    fc.assert(
      fc.property(text, (given) => {
        const pieces = piecesOf(given);
        expect(pieces.length).toBeLessThanOrEqual(10);
        for (const {
          text: { content },
        } of pieces) {
          expect(content.length).toBeLessThanOrEqual(2_000);
          expect(content.isWellFormed()).toBe(true);
        }
        if (given.length <= 15_000) expect(joined(given)).toBe(given);
      }),
      { numRuns: 40 },
    );
  });

  test('that is longer ends in an ellipsis, also where a character of two units lies at the cut', () => {
    for (const shift of ['', 'a']) {
      const cut = joined(shift + '𠮷'.repeat(20_000));
      expect([cut.isWellFormed(), cut.endsWith('…'), cut.length <= 20_000]).toEqual([true, true, true]);
      expect((shift + '𠮷'.repeat(20_000)).startsWith(cut.slice(0, -1))).toBe(true);
    }
  });
});

test('every property has a name of its own, and every field of a record has its property', () => {
  for (const kind of exportKinds) {
    const specs = propertiesOf(kind);
    const names = specs.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(specs.map(({ key }) => key)).toEqual(expect.arrayContaining(Object.keys(exportSpecs[kind].fields)));
  }
});

test('what an importer of the practice’s format looks for is there', () => {
  const names = propertiesOf('incidents').map(({ name }) => name);
  const format = [
    '業務影響度',
    '影響店舗数',
    '原因カテゴリ',
    '参考値',
    '確定値',
    '原因',
    '一次対応',
    '恒久対応',
    '再発防止',
    '対応チケット',
  ];
  expect(names).toEqual(expect.arrayContaining(format));
});

test('an address that is none, or too long, is left out; a choice holds no comma', () => {
  const urls = ['javascript:alert(1)', `https://a.jp/${'x'.repeat(2_000)}`, 'https://a.jp/1', 'https://a.jp/2'];
  const values = valuesOf(exported({ ticketUrls: urls }), 'inc_1', {});
  expect(values.tickets).toEqual({
    rich_text: [
      { text: { content: 'https://a.jp/1\n', link: { url: 'https://a.jp/1' } } },
      { text: { content: 'https://a.jp/2', link: { url: 'https://a.jp/2' } } },
    ],
  });
  const record = exported({});
  const odd = { ...record, fields: { ...record.fields, cause: 'a, b' } };
  expect(valuesOf(odd, 'inc_1', {}).cause).toEqual({ select: { name: 'a、 b' } });
});

test('blocks of the same words and type have one mark, others have others', () => {
  const [text, same, item] = blocksOf([
    { is: 'text', text: 'x' },
    { is: 'text', text: 'x' },
    { is: 'item', text: 'x' },
  ]).map(markOf);
  expect(text).toBe(same);
  expect(item).not.toBe(text);
});

test.each(['http://notion.example.com', 'https://127.0.0.1', 'https://[::1]', 'https://169.254.169.254'])(
  'on Google Cloud nothing is asked of %s',
  async (address) => {
    const asked = guardedFetch({ allowPrivate: false, timeoutMs: 1_000 })(`${address}/v1/users/me?secret`);
    const error = await asked.catch((reason: unknown) => reason);
    expect(String(error)).toBe('NoAnswer: Its address is not https, or is private.');
  },
);
