/** The documents that people read first: the Japanese one has the commands of the English one, and terms have one word. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import values from '../../functions/words/values.json' with { type: 'json' };

const top = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(top, path), 'utf8');
const [english, japanese, glossary] = ['README.md', 'README.ja.md', 'docs/glossary.md'].map(read) as [
  string,
  string,
  string,
];

/** What is to be pasted: without the words behind it. */
const blocks = (text: string): string[] =>
  [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block.replace(/\s+#.*$/gm, '').trim());
const commands = (text: string): string[] =>
  [...new Set([...text.matchAll(/`([^`\n]*\bnpm [^`\n]*)`/g)].map(([, command = '']) => command))].toSorted();

describe('README.ja.md', () => {
  test('has every block to paste, word for word', () => {
    expect(blocks(english).length).toBeGreaterThan(3);
    expect(blocks(japanese)).toEqual(blocks(english));
  });

  test('names every command that README.md names', () => {
    const wanted = commands(english);
    expect(wanted.length).toBeGreaterThan(15);
    expect(wanted.filter((each) => !commands(japanese).includes(each))).toEqual([]);
  });

  test('names no script that there is not', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...japanese.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

test.each(['README.ja.md', 'docs/glossary.md'])('what %s links to is there', (path) => {
  const links = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(join(top, dirname(path), link)))).toEqual([]);
});

describe('the glossary', () => {
  const rows = glossary.split('\n').flatMap((line) => {
    const [, term, word, meaning] = line.split('|').map((cell) => cell.trim());
    return term && word && meaning && !/^(?:English|---)/.test(term) ? [{ term, word }] : [];
  });

  test('has some thirty terms, each once and in Japanese', () => {
    expect(rows.length).toBeGreaterThan(29);
    expect(new Set(rows.map(({ term }) => term)).size).toBe(rows.length);
    expect(rows.filter(({ word }) => !/[\u3040-\u30ff\u4e00-\u9fff]/.test(word))).toEqual([]);
  });

  test('calls a value what the product calls it', () => {
    const called: [term: string, key: keyof typeof values][] = [
      ['incident', 'kind.incident'],
      ['question', 'kind.question'],
      ['outside', 'kind.outside'],
      ['ongoing', 'ongoing.yes'],
      ['could not be confirmed', 'status.not-occurring'],
      ['recovery', 'event.recovered'],
      ['first response', 'event.responded'],
      ['verified', 'event.verified'],
      ['mitigation', 'event.mitigated'],
      ['permanent fix', 'event.fixed'],
      ['linked', 'event.linked'],
      ['review', 'event.reviewed'],
      ['escalation', 'event.escalated'],
      ['assignee', 'field.assignee'],
      ['responder', 'field.responders'],
      ['business impact', 'field.businessImpact'],
      ['score', 'field.score'],
    ];
    for (const [term, key] of called) {
      expect([term, rows.find((row) => row.term === term)?.word]).toEqual([term, values[key][0]]);
    }
    for (const kind of ['impact.stopped', 'impact.degraded', 'slot.missed', 'result.fail', 'result.no-data'] as const) {
      expect(glossary).toContain(values[kind][0]);
    }
  });
});
