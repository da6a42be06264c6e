/** `customers.csv` of a team's settings: its rows, and what is wrong with them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formsOf, type ListedCustomer } from '../../functions/find/customer-list.ts';
import { defined } from '../../functions/platform/defined.ts';
import { type Both, type Language, languages } from '../../functions/words/language.ts';
import { readTable, rowsOf, type TableRow } from '../read-table.ts';
import { inBothLanguages, words } from './allowed.ts';
import { sayWrong } from './check.ts';
import { mostListBytes } from './write-customers.ts';

export const customersFile = 'customers.csv';
export const customerColumns = ['id', 'name', 'aliases', 'language', 'contact'] as const;
/** As many rows as an outage may have affected customers. */
const mostCustomers = 20_000;
const mostIdCharacters = 128;
const mostSaid = 50;

export interface WrongCell {
  line: number;
  column: string;
  found: unknown;
  allowed: Both;
}

export interface CustomersRead {
  rows: ListedCustomer[];
  wrong: WrongCell[];
}

/** @returns undefined if the folder has no such file @throws Error if it is no table */
export function readCustomersFile(folder: string): CustomersRead | undefined {
  const path = join(folder, customersFile);
  if (!existsSync(path)) return undefined;
  try {
    return understandCustomers(readTable(readFileSync(path)).text);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** @returns the path */
export function writeCustomers(folder: string, rows: readonly ListedCustomer[]): string {
  const cell = (text = ''): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map(({ id, name, aliases, language, contactId }) =>
    [id, name, aliases.join(';'), language, contactId].map((each) => cell(each)).join(','),
  );
  const path = join(folder, customersFile);
  writeFileSync(path, `${[customerColumns.join(','), ...lines].join('\n')}\n`);
  return path;
}

/** @returns the rows of the folder's file, of which nothing is wrong @throws Error saying what is */
export function requireCustomers(folder: string, language: Language): ListedCustomer[] | undefined {
  const read = readCustomersFile(folder);
  if (read && read.wrong.length > 0) throw new Error(sayWrongCustomers(folder, read.wrong, language));
  return read?.rows;
}

export function sayWrongCustomers(folder: string, wrong: readonly WrongCell[], language: Language): string {
  const file = join(folder, customersFile);
  const said = wrong
    .slice(0, mostSaid)
    .map(({ line, column, ...of }) => sayWrong(`${file}:${line}`, [{ path: column, ...of }], language));
  const more = wrong.length - said.length;
  return [...said, ...(more > 0 ? [`… +${more}`] : [])].join('\n');
}

export function understandCustomers(csv: string): CustomersRead {
  const { columns, rows: table } = rowsOf(csv);
  const ofHeader = (found: unknown, what: string): WrongCell => ({
    line: 1,
    column: '',
    found,
    allowed: inBothLanguages(what),
  });
  const unknown = columns.filter((each) => !customerColumns.some((column) => column === each));
  const isWhole = columns.includes('id') && columns.includes('name');
  const wrongHeader = [
    ...unknown.map((each) => ofHeader(each, words.customerColumns)),
    ...(isWhole ? [] : [ofHeader(columns.join(','), words.customerHeader)]),
  ];
  if (wrongHeader.length > 0) return { rows: [], wrong: wrongHeader };
  const all = table.map((row) => ({ line: row.line, customer: customerOf(row.cells) }));
  const rows = all.map(({ customer }) => customer);
  const isTooMuch = rows.length > mostCustomers || Buffer.byteLength(JSON.stringify(rows)) > mostListBytes;
  const wrong = [...all.flatMap(wrongIn), ...sharedIn(all)].toSorted((one, other) => one.line - other.line);
  return { rows, wrong: isTooMuch ? [ofHeader(rows.length, words.customerRows), ...wrong] : wrong };
}

function customerOf(cells: TableRow['cells']): ListedCustomer {
  const cell = (column: (typeof customerColumns)[number]): string => cells[column]?.trim() ?? '';
  const aliases = cell('aliases').split(';');
  return {
    id: cell('id'),
    name: cell('name'),
    aliases: aliases.flatMap((each) => each.trim() || []),
    ...defined({
      language: (cell('language') || undefined) as Language | undefined,
      contactId: cell('contact') || undefined,
    }),
  };
}

interface Placed {
  line: number;
  customer: ListedCustomer;
}

function wrongIn({ line, customer: { id, name, aliases, language, contactId = '' } }: Placed): WrongCell[] {
  const isLine = (text: string, most: number): boolean => text.length <= most && !/\p{Cc}/u.test(text);
  const isName = (text: string): boolean => text !== '' && isLine(text, 200);
  const cells: [column: string, found: string, isRight: boolean, allowed: string][] = [
    // An address takes these for a folder.
    ['id', id, isLine(id, mostIdCharacters) && !['', '.', '..'].includes(id), words.customerId],
    ['name', name, isName(name), words.name],
    ...aliases.map((each): [string, string, boolean, string] => ['aliases', each, isName(each), words.name]),
    ['language', language ?? '', language === undefined || languages.includes(language), words.language],
    ['contact', contactId, isLine(contactId, mostIdCharacters), words.customerId],
  ];
  return cells.flatMap(([column, found, isRight, allowed]) =>
    isRight ? [] : [{ line, column, found, allowed: inBothLanguages(allowed) }],
  );
}

/** Ids, names and aliases that an earlier row has as well: nobody could tell which one is meant. */
function sharedIn(all: readonly Placed[]): WrongCell[] {
  const lines = new Map<string, number>();
  return all.flatMap(({ line, customer }) => {
    const { id, name, aliases } = customer;
    const cells = [['id', id], ['name', name], ...aliases.map((each) => ['aliases', each])] as [string, string][];
    const shared = cells.flatMap(([column, found]): WrongCell[] => {
      const earlier = formsOf({ id: found, name: '', aliases: [] }).flatMap((form) => lines.get(form) ?? [])[0];
      return earlier === undefined ? [] : [{ line, column, found, allowed: notIn(earlier) }];
    });
    for (const form of formsOf(customer)) if (!lines.has(form)) lines.set(form, line);
    return shared;
  });
}

const notIn = (line: number): Both => ({
  ja: `${line} 行目にないもの(全角・半角、大文字・小文字、記号は区別しません)`,
  en: `what line ${line} has not, in whatever width, case and punctuation`,
});
