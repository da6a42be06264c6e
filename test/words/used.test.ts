/** Every text is read by something: a key of the catalogues that no source names, whole or by its kind, has to go. */
import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { read, readCatalogues, top } from './read-texts.ts';

const sources = globSync('functions/**/*.{ts,js}', { cwd: top })
  .filter((path) => !path.startsWith('functions/words/texts/'))
  .map(read);
const whole = sources.join('\n');

/** `board.${name}.any` and the like, as patterns of the keys that they make. */
const templates = [...whole.matchAll(/`([\w.-]*\$\{[^`\n]*?)`/g)].flatMap(([, text = '']) => {
  const parts = text.split(/\$\{[^}]*\}/);
  if (parts.join('').length < 2 || !parts.every((part) => /^[\w.-]*$/.test(part))) return [];
  return [new RegExp(`^${parts.map((part) => part.replaceAll('.', '\\.')).join('.+')}$`)];
});

const readersOf = new Map<string, string>();
/** What reads a catalogue, as one text. */
function readers(file: string): string {
  const known = readersOf.get(file) ?? sources.filter((source) => source.includes(`texts/${file}'`)).join('\n');
  readersOf.set(file, known);
  return known;
}

function isRead(file: string, key: string): boolean {
  const [kind = ''] = key.split('.');
  return (
    whole.includes(`'${key}'`) ||
    templates.some((template) => template.test(key)) ||
    (key.includes('.') ? whole.includes(`'${kind}'`) : new RegExp(`\\b${key}\\b`).test(readers(file)))
  );
}

const code = whole.replace(/\/\*[\s\S]*?\*\/|(?<=\s)\/\/ .*/g, '');
/** Reasons are found by the sentence that is recorded: some words of it in a row are written somewhere. What Zod says is its own. */
function isSaid(sentence: string): boolean {
  if (/^(?:Too (?:big|small)|Invalid|Unrecognized)\b/.test(sentence)) return true;
  const runs = sentence.split(/\{\w+\}/).flatMap((part) => {
    const words = part.trim().split(' ');
    return words.length < 3 ? [part.trim()] : words.slice(2).map((_, at) => words.slice(at, at + 3).join(' '));
  });
  return runs.some((run) => run.length > 5 && code.includes(run));
}

test('no text is left that nothing reads', async () => {
  const texts = await readCatalogues();
  expect(isRead('slack.ts', 'loading')).toBe(true);
  expect(isRead('slack.ts', 'loadingNoMore')).toBe(false);
  const unread = texts.filter(({ file, key }) => {
    const name = key.split('.').slice(1).join('.');
    return name.startsWith('said.') ? !isSaid(name.slice('said.'.length)) : !isRead(file, name);
  });
  expect(unread.map(({ file, key }) => `${file}: ${key}`)).toEqual([]);
});
