/** `customers.csv`: what is wrong in it is said with its place, and what is right is found by all of its names. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { knownAs, type ListedCustomer, listOf } from '../../../functions/find/customer-list.ts';
import {
  readCustomersFile,
  requireCustomers,
  understandCustomers,
  writeCustomers,
} from '../../../infra/own-settings/customers-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'metronome-customers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'customers.csv');
const wrongIn = (csv: string): string[] => {
  writeFileSync(file, csv);
  try {
    requireCustomers(folder, 'en');
    return [];
  } catch (error) {
    return (error as Error).message.replaceAll(folder, '').split('\n');
  }
};

test('a row has an id and a name; aliases, a language and a contact are optional', () => {
  const csv =
    '\uFEFFid,name,aliases,language,contact\r\n12, Shibuya ,org-7; とり吉;,en,chain-1\r\n\r\n13,"Ueno, East"\r\n';
  writeFileSync(file, csv);
  expect(requireCustomers(folder, 'en')).toEqual([
    { id: '12', name: 'Shibuya', aliases: ['org-7', 'とり吉'], language: 'en', contactId: 'chain-1' },
    { id: '13', name: 'Ueno, East', aliases: [] },
  ]);
});

test('a spreadsheet in Japan writes Shift_JIS, and that is read', () => {
  // 渋谷店
  writeFileSync(file, Buffer.concat([Buffer.from('id,name\n1,'), Buffer.from([0x8f, 0x61, 0x92, 0x4a, 0x93, 0x58])]));
  expect(readCustomersFile(folder)?.rows).toEqual([{ id: '1', name: '渋谷店', aliases: [] }]);
});

describe('what is wrong is said with its file, line and column', () => {
  test.each<[string, string, RegExp[]]>([
    [
      'a column that is none',
      'id,name,alias\n1,A,B',
      [/^\/customers\.csv:1: there is "alias"; allowed is the columns id, name,/],
    ],
    [
      'no header',
      '1,Shibuya',
      [/there is "1"/, /there is "Shibuya"/, /allowed is a header that has the columns id and name/],
    ],
    ['nothing at all', '', [/allowed is a header/]],
    ['no id', 'id,name\n,A', [/:2: id: there is ""; allowed is one line of text of 1 to 128/]],
    ['a folder for an id', 'id,name\n..,A', [/:2: id: there is "\.\."/]],
    ['a long id', `id,name\n${'x'.repeat(129)},A`, [/:2: id: /]],
    ['no name', 'id,name\n1,', [/:2: name: there is ""/]],
    ['a name of two lines', 'id,name\n1,"A\nB"', [/:2: name: there is "A\\nB"/]],
    [
      'a language that nobody writes',
      'id,name,language\n1,A,fr',
      [/:2: language: there is "fr"; allowed is "ja" or "en"/],
    ],
    ['an id twice', 'id,name\n1,A\n\n1,B', [/:4: id: there is "1"; allowed is what line 2 has not/]],
    [
      'a name of two, in another width',
      'id,name\n1,ABC\n2,ＡＢＣ',
      [/:3: name: there is "ＡＢＣ"; allowed is what line 2 has not/],
    ],
    [
      'an alias of two',
      'id,name,aliases\n1,A,シブヤ\n2,B,C;ｼﾌﾞﾔ',
      [/:3: aliases: there is "ｼﾌﾞﾔ"; allowed is what line 2/],
    ],
    ['an alias that is another’s id', 'id,name,aliases\nstore-1,A,\n2,B,STORE-1', [/:3: aliases: there is "STORE-1"/]],
    ['a customer that repeats itself', 'id,name,aliases\n1,A,a;A', []],
  ])('%s', (_, csv, expected) => {
    const said = wrongIn(csv);
    expect(said).toHaveLength(expected.length);
    for (const [index, each] of expected.entries()) expect(said[index]).toMatch(each);
  });

  test('in Japanese, and no more than a screen of it', () => {
    writeFileSync(file, `id,name\n${Array.from({ length: 60 }, (_, at) => `1,A${at}`).join('\n')}`);
    expect(() => requireCustomers(folder, 'ja')).toThrow(
      /customers\.csv:3: id: 現在の値は "1"、指定できるのは 2 行目にないもの/,
    );
    expect(() => requireCustomers(folder, 'ja')).toThrow(/… \+9$/);
  });

  test('more than one outage may affect', () => {
    const rows = Array.from({ length: 20_001 }, (_, at) => `c${at},Store ${at}`);
    expect(understandCustomers(['id,name', ...rows].join('\n')).wrong).toMatchObject([{ found: 20_001 }]);
  });
});

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom('渋谷店', 'ｼﾌﾞﾔ', 'Store-1', 'store 1', '"A", B', '★', '..', ' ', '1'),
);
const drawn: fc.Arbitrary<ListedCustomer> = fc.record(
  {
    id: cell,
    name: cell,
    aliases: fc.array(cell, { maxLength: 3 }),
    language: fc.constantFrom('ja' as const, 'en' as const),
    contactId: cell,
  },
  { requiredKeys: ['id', 'name', 'aliases'] },
);

test('drawn lists are refused, or each customer is found by their id and by each of their names alone', () => {
  const accepted: number[] = [];
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 8 }), (customers) => {
      writeCustomers(folder, customers);
      const read = readCustomersFile(folder);
      if (!read || read.wrong.length > 0) return;
      accepted.push(read.rows.length);
      const list = listOf(read.rows);
      for (const { id, name, aliases } of read.rows) {
        for (const asked of [id, ...[name, ...aliases].filter((each) => /[\p{L}\p{N}]/u.test(each))]) {
          expect(knownAs({ id: asked }, list)).toMatchObject({ id, name });
        }
      }
      // Written again, it is the same file.
      const before = readFileSync(file, 'utf8');
      writeCustomers(folder, read.rows);
      expect(readCustomersFile(folder)).toEqual(read);
      expect(before.split('\n')[0]).toBe('id,name,aliases,language,contact');
    }),
  );
  expect(accepted.filter((rows) => rows > 0).length).toBeGreaterThan(10);
});
