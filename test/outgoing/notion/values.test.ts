/** What a record says reaches Notion whole, or is cut where Notion's limits lie: never refused, never broken in a character. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../../functions/incidents/incident.ts';
import { exportKinds, exportSpecs } from '../../../functions/incidents/views/exported.ts';
import { guardedFetch } from '../../../functions/outgoing/guarded-fetch.ts';
import {
  blockMark,
  blocksOf,
  markOf,
  piecesOf,
  propertiesOf,
  valuesOf,
} from '../../../functions/outgoing/notion/values.ts';
import { policy } from '../../../functions/policy.ts';
import { exportIncident } from '../../../functions/postmortems/export/exported-pages.ts';
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

  test('that is longer ends in an ellipsis, also where a character of two units is at the cut', () => {
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

// A property that is called otherwise, or holds something else, is another one in a Notion that is there already.
test('all properties are as companies have them (else: vitest -u, and look at what has changed)', async () => {
  const lines = exportKinds.flatMap((kind) => [
    exportSpecs[kind].title,
    ...propertiesOf(kind).map(({ name, type, to }) => `  ${name}: ${type}${to ? ` ${to.kind}, ${to.backwards}` : ''}`),
  ]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('as-agreed/properties.txt');
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
  const choice = (cause: string) => {
    const odd = { ...record, fields: { ...record.fields, cause } };
    return valuesOf(odd, 'inc_1', {}).cause;
  };
  expect(choice('a, b,c')).toEqual({ select: { name: 'a、 b、c' } });
  expect(choice('x'.repeat(101))).toEqual({ select: { name: 'x'.repeat(100) } });
});

describe('each kind of value', () => {
  const record = exported({});
  const written = (fields: object, related = {}, id = 'inc_1') =>
    valuesOf({ ...record, fields: { ...record.fields, ...fields } }, id, related);
  const text = (content: string, url?: string) => ({ text: { content, link: url === undefined ? null : { url } } });
  const from = at('2026-11-24T01:00:00Z');

  test.each<[what: string, fields: object, key: string, value: object]>([
    ['a number', { customers: 0 }, 'customers', { number: 0 }],
    ['no number', { customers: null }, 'customers', { number: null }],
    ['a choice', { status: '対応中' }, 'status', { select: { name: '対応中' } }],
    ['an empty choice', { status: '' }, 'status', { select: null }],
    ['no choice', { status: null }, 'status', { select: null }],
    ['a choice of a hundred', { status: 'x'.repeat(100) }, 'status', { select: { name: 'x'.repeat(100) } }],
    ['a choice of more', { status: 'x'.repeat(101) }, 'status', { select: { name: 'x'.repeat(100) } }],
    ['an instant', { occurredAt: from }, 'occurredAt', { date: { start: '2026-11-24T01:00:00.000Z', end: null } }],
    [
      'a time from and to',
      { occurredAt: { from, to: at('2026-11-30T01:00:00Z') } },
      'occurredAt',
      { date: { start: '2026-11-24T01:00:00.000Z', end: '2026-11-30T01:00:00.000Z' } },
    ],
    ['no time', { occurredAt: null }, 'occurredAt', { date: null }],
    ['an address', { link: 'https://a.jp/1' }, 'link', { url: 'https://a.jp/1' }],
    ['one in capitals', { link: 'HTTP://A.JP/1' }, 'link', { url: 'HTTP://A.JP/1' }],
    ['no address', { link: null }, 'link', { url: null }],
    ['what is no address', { link: 'see https://a.jp/1' }, 'link', { url: null }],
    ['a text', { area: '会計' }, 'area', { rich_text: [text('会計')] }],
    ['no text', { area: null }, 'area', { rich_text: [] }],
    ['no addresses', { tickets: null }, 'tickets', { rich_text: [] }],
  ])('%s', (_, fields, key, value) => {
    expect(written(fields)[key]).toEqual(value);
  });

  test('an address of 2,000 characters is there and stays alone in its piece; one of 2,001 is not', () => {
    const longest = `https://a.jp/${'x'.repeat(2_000 - 13)}`;
    expect(written({ link: longest }).link).toEqual({ url: longest });
    expect(written({ link: `${longest}x` }).link).toEqual({ url: null });
    const tickets = [longest, `${longest}x`, 'https://a.jp/2'];
    expect(written({ tickets }).tickets).toEqual({
      rich_text: [text(longest, longest), text('https://a.jp/2', 'https://a.jp/2')],
    });
  });

  test('of many addresses the first ten', () => {
    const tickets = Array.from({ length: 12 }, (_, index) => `https://a.jp/${index}`);
    const { tickets: found } = written({ tickets }) as unknown as {
      tickets: { rich_text: { text: { content: string } }[] };
    };
    expect(found.rich_text.map((each) => each.text.content).join('')).toBe(tickets.slice(0, 10).join('\n'));
  });

  test('its page is found by the id that it has there, is called as it is on one line, and belongs to what is said', () => {
    const values = valuesOf({ ...record, title: ' 一行\n 二行 ' }, '2026-W47#2', { week: ['p1', 'p2'], incident: [] });
    expect(values).toMatchObject({
      title: { title: [text('一行 二行')] },
      id: { rich_text: [text('2026-W47#2')] },
      week: { relation: [{ id: 'p1' }, { id: 'p2' }] },
      incident: { relation: [] },
    });
    expect(valuesOf({ ...record, title: ' \n' }, 'x', {}).title).toEqual({ title: [text(record.id)] });
  });

  test.each([
    [2_000, [2_000]],
    [2_001, [2_000, 1]],
    [20_000, Array(10).fill(2_000)],
  ])('a text of %i characters is whole', (length, lengths) => {
    const pieces = piecesOf('x'.repeat(length)).map((each) => each.text.content);
    expect(pieces.map((each) => each.length)).toEqual(lengths);
    expect(pieces.join('')).toBe('x'.repeat(length));
  });

  test('a text of one more is cut, and says so', () => {
    expect(joined('x'.repeat(20_001))).toBe(`${'x'.repeat(19_999)}…`);
  });

  test('of lines the first hundred, each as what it is', () => {
    const lines = Array.from({ length: 101 }, (_, index) => ({ is: 'text' as const, text: String(index) }));
    expect(blocksOf(lines).map(markOf)).toEqual(
      lines.slice(0, 100).map(({ text: said }) => blockMark('paragraph', said)),
    );
    const kinds = ['heading', 'item', 'text'] as const;
    expect(blocksOf(kinds.map((is) => ({ is, text: is }))).map(({ type }) => type)).toEqual([
      'heading_2',
      'bulleted_list_item',
      'paragraph',
    ]);
  });
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
    expect(String(error)).toMatch(/^NoAnswer: Its address is (?:not https|private)\.$/);
  },
);
