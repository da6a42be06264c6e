/** Every regular expression of what is deployed, attacked: its time grows with the text, not with its square. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const top = join(import.meta.dirname, '../..');
const files = globSync('functions/**/*.ts', { cwd: top }).toSorted();

/** The literals of a source: a slash where no division can be, up to its unescaped end outside a class. */
function literalsOf(source: string): RegExp[] {
  const code = source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const literal = /(?<=[(,=:[!&|?{;>\n]\s*)\/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+)\/([dgimsuvy]*)/g;
  return [...code.matchAll(literal)].flatMap(([, body = '', flags = '']) => {
    try {
      return [new RegExp(body, flags.replace(/[gy]/g, ''))];
    } catch {
      // A slash that began no expression.
      return [];
    }
  });
}

/** What an attacker repeats: each letter and short run that the expression itself names, and what its classes take. */
function piecesOf({ source }: RegExp): string[] {
  const named = source.replace(/\(\?(?:<?[=!:]|<\w+>)|\\[a-zA-Z]|[\\()[\]{}?*+|^$]/g, ' ').split(/\s+/);
  const runs = named.filter((each) => each !== '').flatMap((each) => [each.slice(0, 12), each[0] ?? '']);
  return [
    ...new Set([
      ...runs,
      ' ',
      '\n',
      'a',
      '0',
      '_',
      '-',
      '.',
      '/',
      ':',
      ',',
      '<',
      '"',
      "'",
      '{',
      '=',
      '&',
      '\\',
      'あ',
      ' a',
      'a ',
      '; ',
      '<a ',
      '"a"',
    ]),
  ];
}

/** Long texts are for `regular-expressions.long.test.ts`; what is squared shows in these as well. */
type Lengths = readonly [tiny: number, short: number, long: number];
const usual: Lengths = process.env.LONG_TEXTS ? [20, 4_500, 40_500] : [20, 3_000, 27_000];
/** So many of the pieces a text begins with in turn, and with nothing. */
const beginnings = process.env.LONG_TEXTS ? 3 : 1;
/** Nine times the text takes nine times as long, and 81 times where it is squared; this is between. */
const mostGrowth = 27;
/** Less than this cannot be told from noise, and is nothing to be attacked with. */
const noiseMs = 3;

/** This thread's own work, by a clock of whole milliseconds: what else the machine does is not counted. */
function timeOf(pattern: RegExp, text: string): number {
  const usedBefore = process.threadCpuUsage();
  const startedAt = performance.now();
  pattern.test(text);
  const elapsedMs = performance.now() - startedAt;
  if (elapsedMs < noiseMs) return elapsedMs;
  const { user, system } = process.threadCpuUsage(usedBefore);
  return Math.min(elapsedMs, (user + system) / 1_000);
}

/** As long as this no other work takes in which ours is not counted: once tells enough. */
const certainMs = 50;

/** The least of three, so that a busy machine counts less. */
function leastOf(pattern: RegExp, text: string, first = timeOf(pattern, text)): number {
  let least = first;
  for (let more = 2; more > 0 && least < certainMs; more -= 1) least = Math.min(least, timeOf(pattern, text));
  return least;
}

function isSlow(pattern: RegExp, text: (length: number) => string, [tiny, short, long]: Lengths): boolean {
  // One that doubles with each letter would not come back from a long text.
  if (timeOf(pattern, text(tiny)) > noiseMs && leastOf(pattern, text(tiny)) > noiseMs) return true;
  const firstMs = timeOf(pattern, text(long));
  if (firstMs < noiseMs) return false;
  const longMs = leastOf(pattern, text(long), firstMs);
  return longMs >= noiseMs && longMs / Math.max(leastOf(pattern, text(short)), noiseMs / 1_000) > mostGrowth;
}

/** @returns what makes it slow, or undefined */
function attackOn(pattern: RegExp, lengths = usual): string | undefined {
  const pieces = piecesOf(pattern);
  for (const piece of pieces) {
    for (const begin of ['', ...pieces.slice(0, beginnings)]) {
      for (const end of ['\u0001', ')\u0001']) {
        const text = (length: number): string => begin + piece.repeat(Math.ceil(length / piece.length)) + end;
        // A busy machine may stop us anywhere: only what is slow each time is slow.
        if ([1, 2, 3].every(() => isSlow(pattern, text, lengths))) return piece;
      }
    }
  }
  return undefined;
}

const found = files.flatMap((file) =>
  literalsOf(readFileSync(join(top, file), 'utf8')).map((pattern) => ({ file, pattern })),
);

describe('the regular expressions', () => {
  test('are found', () => {
    expect(found.length).toBeGreaterThan(100);
    expect(literalsOf('const a = /^[/]x\\/$/i; b = c / d / e; f(/y+/g)\n// g = /z/')).toEqual([/^[/]x\/$/i, /y+/]);
  });

  // What is slow enough is noticed in shorter texts, and costs less.
  const enough: Lengths = [20, 1_000, 9_000];
  test.each<[pattern: RegExp, lengths: Lengths]>([
    [/\s+$/, enough],
    [/,\s*,?\s*x/, enough],
    [/<style[\s\S]*?<\/style>/, usual],
    [/^(?:a|a?)+$/, enough],
  ])('%s would be noticed', (pattern, lengths) => {
    // A search is content with what may be chance; this asks whether it can find it at all.
    expect([1, 2, 3].some(() => attackOn(pattern, lengths) !== undefined)).toBe(true);
  });

  test('take time in proportion to the text', () => {
    const slow = found.flatMap(({ file, pattern }) => {
      const piece = attackOn(pattern);
      return piece === undefined ? [] : [`${file}: ${pattern} by much of “${piece}”`];
    });
    expect(slow).toEqual([]);
  });
});
