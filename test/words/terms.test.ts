/** Each thing has one word: the last columns of the glossary hold what no text, and what no text of the interface, calls it. */
import { expect, test } from 'vitest';
import { read, readApiTexts, readCatalogues, readDocumentLines } from './read-texts.ts';

const wordsIn = (cell = ''): string[] =>
  cell
    .replace(/[`–]/g, '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
const rows = read('docs/reference/glossary.md')
  .split('\n')
  .flatMap((line) => {
    const [, term = '', japanese = '', , never, notInInterface] = line.split('|').map((cell) => cell.trim());
    if (term === '' || /^(?:English|---)/.test(term)) return [];
    return [{ term, japanese, never: wordsIn(never), notInInterface: wordsIn(notInInterface) }];
  });
/** The right words hide what they contain: ネクストアクション is not アクション. */
const rightWords = rows.map(({ japanese }) => japanese).toSorted((a, b) => b.length - a.length);
const withoutRightWords = (text: string): string =>
  rightWords.reduce((rest, word) => (word === '' ? rest : rest.replaceAll(word, ' ')), text);

const isJapanese = (word: string): boolean => /[\u3040-\u30ff\u4e00-\u9fff]/.test(word);
function wrongWords(text: string, words: readonly string[]): string[] {
  const rest = withoutRightWords(text);
  return words.filter((word) =>
    isJapanese(word) ? rest.includes(word) : new RegExp(`\\b${word}s?\\b`, 'i').test(rest),
  );
}
const never = rows.flatMap((row) => row.never);
const notInInterface = [...never, ...rows.flatMap((row) => row.notInInterface)];

/** What customers read: in their words, not in the responders'. */
const toCustomers = new Set(['drafts.ts', 'customer-page.ts']);

test('the glossary says what to write and what not', () => {
  expect(rows.length).toBeGreaterThan(45);
  expect(never.length).toBeGreaterThan(10);
  expect(notInInterface.length).toBeGreaterThan(30);
  expect(wrongWords('ネクストアクション', ['アクション'])).toEqual([]);
  expect(wrongWords('アクションの期限', ['アクション'])).toEqual(['アクション']);
  expect(wrongWords('Next actions', ['next action'])).toEqual(['next action']);
});

test('the interface calls nothing by a wrong word', async () => {
  const texts = (await readCatalogues()).filter(({ file }) => !toCustomers.has(file));
  const found = texts.flatMap(({ file, key, text }) =>
    [text.ja, text.en].flatMap((each) =>
      wrongWords(each.replace(/\{[^}]*\}/g, ''), notInInterface).map((word) => `${file}: ${key}: ${word}`),
    ),
  );
  expect(found).toEqual([]);
});

test('neither do the API’s description and messages to customers', async () => {
  const drafts = (await readCatalogues()).filter(({ file }) => toCustomers.has(file));
  const texts = [
    ...readApiTexts(),
    ...drafts.flatMap(({ key, text }) => [text.ja, text.en].map((each): [string, string] => [key, each])),
  ];
  expect(texts.length).toBeGreaterThan(300);
  expect(texts.flatMap(([where, text]) => wrongWords(text, never).map((word) => `${where}: ${word}`))).toEqual([]);
});

test('nor do the documents', () => {
  expect(
    readDocumentLines().flatMap(([where, line]) => wrongWords(line, never).map((word) => `${where}: ${word}`)),
  ).toEqual([]);
});
