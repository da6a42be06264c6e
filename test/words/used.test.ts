/** Every text is read: by its key in what reads its catalogue, or by a kind and a value that both are in the code. */
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { mitigationKinds } from '../../functions/incidents/incident.ts';
import { receiverReasons } from '../../functions/outgoing/channels/receivers.ts';
import { noticeKinds } from '../../functions/platform/notice-schemas.ts';
import { policy } from '../../functions/policy.ts';
import { read, readCatalogues, top } from './read-texts.ts';

const withoutComments = (source: string): string => source.replace(/\/\*[\s\S]*?\*\/|(?<=\s)\/\/ .*/g, '');
const sources = new Map(
  globSync('functions/**/*.{ts,js}', { cwd: top }).flatMap((path) =>
    path.startsWith('functions/words/texts/') ? [] : [[path, withoutComments(read(path))] as const],
  ),
);
const whole = [...sources.values()].join('\n');

/** `board.${name}.any` and the like, as patterns of the keys that they make. */
const templates = [...whole.matchAll(/`([\w.-]*\$\{[^`\n]*?)`/g)].flatMap(([, text = '']) => {
  const parts = text.split(/\$\{[^}]*\}/);
  if (parts.join('').length < 2 || !parts.every((part) => /^[\w.-]*$/.test(part))) return [];
  return [new RegExp(`^${parts.map((part) => part.replaceAll('.', '\\.')).join('(.+)')}$`)];
});

const importersOf = Map.groupBy(
  [...sources].flatMap(([path, source]) =>
    [...source.matchAll(/ from '(\.[^']+)'/g)].map(([, to = '']) => ({ path, to: join(dirname(path), to) })),
  ),
  ({ to }) => to,
);

/** What reads a catalogue, as one text: the files that import it, and those that reach it through two others. */
const readersOf = new Map<string, string>();
function readers(file: string): string {
  let paths = new Set([`functions/words/texts/${file}`]);
  if (file === 'fields.ts') paths.add('functions/words/texts/values.ts');
  for (let step = 0; step < 3; step += 1)
    paths = new Set([...paths, ...[...paths].flatMap((path) => importersOf.get(path)?.map((each) => each.path) ?? [])]);
  const known = readersOf.get(file) ?? [...paths].map((path) => sources.get(path) ?? '').join('\n');
  readersOf.set(file, known);
  return known;
}

/** A word of the code: in quotes, as a property, or as a name in braces. */
const isWord = (text: string, word: string): boolean =>
  text.includes(`'${word}'`) || new RegExp(`(?:\\.|[{,]\\s*)${RegExp.escape(word)}(?![\\w-])`).test(text);

/** These have texts in `drafts.ts` and `notices.ts`, which are read by such a value. */
const values = new Set<string>([...mitigationKinds, ...noticeKinds, ...receiverReasons]);

/** The page of the policy names what it finds there. */
const isIn = (of: unknown, [name, ...rest]: string[]): boolean =>
  name === undefined ? of !== undefined : isIn((of as Record<string, unknown> | undefined)?.[name], rest);

function isRead(file: string, key: string): boolean {
  const [kind = '', ...value] = key.split('.');
  if (whole.includes(`'${key}'`) && key.includes('.')) return true;
  const filled = templates.flatMap((template) => [template.exec(key)?.slice(1) ?? []]);
  if (filled.some((words) => words.length > 0 && words.every((each) => isWord(whole, each)))) return true;
  if (kind === 'policy') return isIn(policy, value);
  if (value.length === 0) return isWord(readers(file), key) || values.has(key);
  return whole.includes(`'${kind}'`) && (kind === 'build' || isWord(whole, value.join('.')));
}

/** Reasons are found by the sentence that is recorded: some words of it in a row are written somewhere. What Zod says is its own. */
function isSaid(sentence: string): boolean {
  if (/^(?:Too (?:big|small)|Invalid|Unrecognized)\b/.test(sentence)) return true;
  const parts = sentence.split(/\{\w+\}/).map((part) => part.trim());
  const runs = parts.flatMap((part) => {
    const words = part.split(' ');
    return words.length < 3 ? [part] : words.slice(2).map((_, at) => words.slice(at, at + 3).join(' '));
  });
  const [begins = ''] = /\S+ \S+/.exec(parts.find((part) => part.includes(' ')) ?? sentence) ?? [];
  return whole.includes(begins) && runs.some((run) => run.length > 5 && whole.includes(run));
}

test('no text is left that nothing reads', async () => {
  const texts = await readCatalogues();
  expect(isRead('slack.ts', 'loading')).toBe(true);
  expect(isRead('slack.ts', 'loadingNoMore')).toBe(false);
  expect(whole).toContain('{ access_token, expires_in }');
  expect(isRead('situation.ts', 'expires_in')).toBe(false);
  const unread = texts.filter(({ file, key }) => {
    const name = key.split('.').slice(1).join('.');
    return name.startsWith('said.') ? !isSaid(name.slice('said.'.length)) : !isRead(file, name);
  });
  expect(unread.map(({ file, key }) => `${file}: ${key}`)).toEqual([]);
});
