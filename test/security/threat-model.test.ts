/** The page of threats: each has a file that stops it and a test that shows it, and both are there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const top = join(import.meta.dirname, '../..');
const page = readFileSync(join(top, 'docs/explanation/threat-model.md'), 'utf8');
const filesIn = (text: string): string[] =>
  [...text.matchAll(/`((?:functions|infra|test)\/[\w./-]+\.(?:ts|json)|firestore\.rules|package-lock\.json)`/g)].map(
    ([, file]) => file ?? '',
  );
test('every threat names what stops it and what shows it', () => {
  const table = page.slice(page.indexOf('## Anyone on the internet'));
  const lines = table.split('\n').filter((line) => /^\| (?!---|Tries|What happens)/.test(line));
  expect(lines.length).toBeGreaterThan(35);
  for (const line of lines) {
    const [, tries = '', stopped = '', shown = ''] = line.split('|');
    expect([tries, filesIn(stopped).length > 0 || /`npm audit/.test(stopped)]).toEqual([tries, true]);
    const tests = filesIn(shown);
    expect([tries, tests.length > 0 && tests.every((file) => /^test\/.*\.test\.ts$/.test(file))]).toEqual([
      tries,
      true,
    ]);
  }
});

test('every file that it names is there', () => {
  const named = filesIn(page);
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter((file) => !existsSync(join(top, file)))).toEqual([]);
});
