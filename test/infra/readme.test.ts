/** The documents that people read first: the Japanese one has the commands of the English one, and terms have one word. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { valueTexts } from '../../functions/words/texts/values.ts';
import { firstTicket } from '../../infra/local/first-ticket.ts';
import { readCatalogues } from '../words/read-texts.ts';

const top = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(top, path), 'utf8');
const [english, japanese, glossary] = ['README.md', 'README.ja.md', 'docs/reference/glossary.md'].map(read) as [
  string,
  string,
  string,
];

/** What is to be pasted: without the words behind it. */
const blocks = (text: string): string[] =>
  [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block.replace(/\s+#.*$/gm, '').trim());
const commands = (text: string): string[] =>
  [...new Set([...text.matchAll(/`([^`\n]*\bnpm [^`\n]*)`/g)].map(([, command = '']) => command))].toSorted();

test.each([
  ['en', english],
  ['ja', japanese],
] as const)('the first ticket of the README (%s) is the one that npm start prints', (language, text) => {
  expect(text).toContain(`\n${firstTicket('http://127.0.0.1:8080', 'local', language)}\n`);
});

test('every script is explained, and no other', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const explained = [...read('CONTRIBUTING.md').matchAll(/^\| `[^`]*?npm (?:run )?([\w:]+)/gm)].map(([, name]) => name);
  expect([...new Set(explained)].toSorted()).toEqual(Object.keys(scripts).toSorted());
});

/** Set by Cloud Run, by the build, by a shell or by npm start for its functions: nobody sets them by hand. */
const setByOthers =
  /^(?:K_\w+|FUNCTION_TARGET|METADATA_SERVER_DETECTION|METRONOME_LOCAL|METRONOME_OWN_POLICY|FIRESTORE_ENABLE_TRACING|LC_\w+|LANG|COMMIT_SHA)$/;

test('every variable that is read is explained', () => {
  const sources = globSync(['functions/**/*.ts', 'infra/**/*.ts'], { cwd: top, exclude: ['infra/cloud/test/**'] });
  const reads =
    /\b(?:process\.env|environment(?:\(\))?)\.([A-Z][A-Z_]+)|\b(?:whole|readPort)\('([A-Z_]+)'|\{([^{}]*)\} = environment\(\)/g;
  const named = sources.flatMap((path) =>
    [...read(path).matchAll(reads)].flatMap(([, one, other, several = '']) =>
      [one, other, ...(several.match(/\b[A-Z][A-Z_]+\b/g) ?? [])].filter((name) => name !== undefined),
    ),
  );
  const configured = [...read('functions/platform/config.ts').matchAll(/^ {4}([A-Z][A-Z_]+):/gm)].map(
    ([, name = '']) => name,
  );
  const all = [...new Set([...named, ...configured])].filter((name) => !setByOthers.test(name));
  expect(all.length).toBeGreaterThan(60);
  const configuration = read('docs/reference/configuration.md');
  expect(all.filter((name) => !configuration.includes(`\`${name}\``))).toEqual([]);
});

describe('README.ja.md', () => {
  test('has every block to paste, word for word but for what the ticket says', () => {
    expect(blocks(english).length).toBeGreaterThan(3);
    expect(blocks(japanese.replace('注文が通らない', 'Orders fail'))).toEqual(blocks(english));
  });

  test('names every command that README.md names', () => {
    const wanted = commands(english);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((each) => !commands(japanese).includes(each))).toEqual([]);
  });

  test('names no script that there is not', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...japanese.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

test.each(['README.md', 'README.ja.md'])('%s is read in one go: 120 lines at most', (path) => {
  expect(read(path).trimEnd().split('\n').length).toBeLessThanOrEqual(120);
});

test('the version is one: of the package, its lock file, the changelog and what people read first', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const newest = /^## \[(\d+\.\d+\.\d+)\]/m.exec(read('CHANGELOG.md'))?.[1];
  expect([JSON.parse(read('package-lock.json')).version, newest]).toEqual([version, version]);
  for (const text of [english, japanese])
    expect(text).toMatch(new RegExp(`(?:Version|バージョン) ${version.replaceAll('.', '\\.')}`));
});

/** Guides of Google Cloud, whose labels are another's, and what only looks like a label. */
const foreign = ['docs/how-to/deploy.md', 'docs/how-to/operate.md'];
const noLabels = ['「修正」', '「以前」'];

/** A label that a guide quotes is one that the console has, whole. */
test.each(
  globSync(['docs/how-to/*.md', 'docs/tutorial.md', 'docs/ja/*.md'], { cwd: top }).filter(
    (path) => !foreign.includes(path),
  ),
)('what %s has people press is in the console', async (path) => {
  const language = path.startsWith('docs/ja/') ? 'ja' : 'en';
  const straight = (text: string) => text.replace(/[‘’]/g, "'");
  // What is filled in is short; a text that is filled in whole says nothing.
  const words = (await readCatalogues())
    .map(({ text }) => straight(text[language]).split(/\{[^}]*\}/))
    .filter((pieces) => pieces.join('').length > 1)
    .map((pieces) => pieces.map(RegExp.escape).join('.{1,12}'));
  const isWord = (word: string) => words.some((each) => new RegExp(`^${each}$`).test(word));
  expect([isWord('Press nothing'), isWord('Assign to')]).toEqual([false, false]);
  // Neither code, headings nor the first words of a step.
  const text = straight(read(path)).replace(/```.*?```|^#.*?$|^\d+\. \*\*[^*]*\*\*/gms, '');
  const pressed = language === 'en' ? /(?<!\*)\*{1,2}([A-Z][^*.\n]*)\*{1,2}(?!\*)/g : /「([^」…]+)」/g;
  const named = [...text.matchAll(pressed)].filter(([whole]) => !noLabels.includes(whole));
  expect(named.flatMap(([, word = '']) => (isWord(word) ? [] : [word]))).toEqual([]);
});

/** What GitHub makes of a heading: https://docs.github.com/en/get-started/writing-on-github, “section links”. */
const anchors = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

test.each(globSync(['*.md', '.github/**/*.md', 'docs/**/*.md'], { cwd: top }))('what %s links to is there', (path) => {
  const links = [...read(path).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
  const lost = links.filter(([, link = '', anchor]) => {
    const to = link === '' ? path : join(dirname(path), link);
    return !existsSync(join(top, to)) || (anchor !== undefined && !anchors(to).includes(anchor));
  });
  expect(lost.map(([whole]) => whole)).toEqual([]);
});

describe('what is typed', () => {
  const scripts = globSync('infra/*.ts', { cwd: top }).filter((path) => /const usage = /.test(read(path)));
  /** What a command takes besides its own. */
  const shared: readonly [pattern: RegExp, names: readonly string[]][] = [
    [/commandOf\(|sharedOptions/, ['project', 'settings']],
    [/recordsOptions/, ['database']],
  ];
  const flagsIn = (text: string): string[] =>
    [...text.matchAll(/(?<=[\s[`])--([a-z][a-z-]*)/g)].map(([, name = '']) => name);
  const optionsOf = (path: string): string[] =>
    [
      ...[...read(path).matchAll(/[ {]'?([a-z-]+)'?: \{ type: '(?:string|boolean)'/g)].map(([, name = '']) => name),
      ...shared.flatMap(([pattern, names]) => (pattern.test(read(path)) ? names : [])),
    ].filter((name) => name !== 'help');

  test.each(scripts)('%s says in its first lines each option that it takes, and no other', (path) => {
    const usage = /const usage = `(.*?)\n\n(.*?)\n`;/s.exec(read(path));
    expect(new Set(flagsIn(usage?.[1] ?? ''))).toEqual(new Set(optionsOf(path)));
    // Each one described below is one that it takes.
    const told = [...(usage?.[2] ?? '').matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name = '']) => name);
    expect(told.filter((name) => !optionsOf(path).includes(name))).toEqual([]);
  });

  test('in the documents has only options that the command takes', () => {
    expect(scripts.length).toBeGreaterThan(6);
    for (const document of ['README.md', ...globSync('docs/**/*.md', { cwd: top })]) {
      // A continued line is one.
      const text = read(document).replaceAll(/\\\n/g, ' ');
      for (const [line, name = ''] of text.matchAll(/npm run (\w+) -- [^`\n]*/g)) {
        const script = `infra/${name}.ts`;
        if (!scripts.includes(script)) continue;
        expect([document, line, flagsIn(line).filter((each) => !optionsOf(script).includes(each))]).toEqual([
          document,
          line,
          [],
        ]);
      }
    }
  });
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
    const called: [term: string, key: keyof typeof valueTexts][] = [
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
      expect([term, rows.find((row) => row.term === term)?.word]).toEqual([term, valueTexts[key].ja]);
    }
    for (const kind of ['impact.stopped', 'impact.degraded', 'slot.missed', 'result.fail', 'result.no-data'] as const) {
      expect(glossary).toContain(valueTexts[kind].ja);
    }
  });
});
