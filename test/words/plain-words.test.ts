/**
 * Habits that make a sentence be read twice: none in the interface, in the API's description, in what commands, metrics and
 * alert policies say, in the documents, in comments, and in the titles of tests.
 */
import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { objectives } from '../../infra/provision/objectives.ts';
import { watches } from '../../infra/provision/watch.ts';
import { gauges } from '../../infra/topology.ts';
import { read, readApiTexts, readCatalogues, readDocumentLines, top } from './read-texts.ts';

const habits =
  /\bwhoever\b|\bwhom(?:ever)?\b|\banew\b|\b(?:lies|lie|lay) (?:in|at|on|there|ahead|behind|beside|outside|between|before|after|over)\b|\b(?:stands?|stood)\b(?!-in)|\b(?:go(?:es)?|went|going) on\b|\btold of\b|\b(?:what|which|who) is so\b|\bat all events\b/gi;
const habitsIn = (text: string): string[] => text.match(habits) ?? [];
const found = (texts: readonly (readonly [where: string, text: string])[]): string[] =>
  texts.flatMap(([where, text]) => habitsIn(text).map((habit) => `${where}: ${habit}`));

/** Comments by file, each as one line. */
function commentsIn(source: string): string[] {
  const comments = source.match(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/ [^\n]*(?:\n\s*\/\/ [^\n]*)*/g) ?? [];
  return comments.map((each) => each.replace(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' '));
}

/** Titles of tests and of groups of them, also where they follow a table. */
function titlesIn(source: string): string[] {
  const titles = /(?:\b(?:test|it|describe)(?:\.concurrent)?|\))\(\s*(?:'((?:[^'\\\n]|\\.)+)'|`([^`]+)`)\s*,/g;
  return [...source.matchAll(titles)].map(([, plain, filled]) => plain ?? filled ?? '');
}

test('the habits are found, and what only looks like one is not', () => {
  expect(habitsIn('Whoever looks lies in wait anew; it went on.')).toHaveLength(4);
  expect(habitsIn('A stand-in understands whose turn it is.')).toEqual([]);
  expect(titlesIn("test('a b', () => {});\ntest.each([[1]])('c %s',\n")).toEqual(['a b', 'c %s']);
  expect(commentsIn('/** a\n * b */\nx(); // c\n// d\nhttp://e f')).toEqual(['/** a b */', '// c d']);
});

test('none is in the interface', async () => {
  const texts = (await readCatalogues()).map(
    ({ file, key, text }) => [`${file}: ${key}`, text.en.replace(/\{[^}]*\}/g, '')] as const,
  );
  expect(texts.length).toBeGreaterThan(1_500);
  expect(found(texts)).toEqual([]);
});

test('none is in what the API, commands, metrics and alert policies say', () => {
  const usages = globSync('infra/*.ts', { cwd: top }).flatMap((path) => {
    const usage = /const usage = `(.*?)`;/s.exec(read(path))?.[1];
    return usage ? [[path, usage] as const] : [];
  });
  expect(usages.length).toBeGreaterThan(6);
  const runbooks = [...watches, ...objectives].map(({ key, ...rest }) => [key, JSON.stringify(rest)] as const);
  const metrics = gauges.map(({ name, description }) => [name, description] as const);
  expect(found([...readApiTexts(), ...usages, ...runbooks, ...metrics])).toEqual([]);
});

test('none is in the documents', () => {
  expect(found(readDocumentLines())).toEqual([]);
});

test('none is in comments', () => {
  const comments = globSync('{functions,infra,test}/**/*.{ts,mjs,js}', { cwd: top }).flatMap((path) =>
    commentsIn(read(path)).map((comment) => [path, comment] as const),
  );
  expect(comments.length).toBeGreaterThan(5_000);
  expect(found(comments)).toEqual([]);
});

test('none is in the titles of tests', () => {
  const titles = globSync('{test,infra/cloud/test}/**/*.test.ts', { cwd: top }).flatMap((path) =>
    titlesIn(read(path)).map((title) => [path, title] as const),
  );
  expect(titles.length).toBeGreaterThan(4_000);
  expect(found(titles)).toEqual([]);
});
