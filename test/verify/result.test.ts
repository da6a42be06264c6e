/** What a step came to, and the command that repeats what failed. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resultOf } from './result.ts';
import { steps } from './steps.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'metronome-result-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string): string => join(process.cwd(), 'test', name);
const passed = { fullName: 'it holds', status: 'passed' };

function written(...testResults: { name: string; status: string; assertionResults: object[] }[]): string {
  const path = join(folder, `${Math.random()}.json`);
  const all = testResults.flatMap((each) => each.assertionResults as { status: string }[]);
  const numPassedTests = all.filter(({ status }) => status === 'passed').length;
  writeFileSync(path, JSON.stringify({ testResults, numPassedTests }));
  return path;
}

const tests = { command: 'npm test', project: 'main' };

describe('a step of tests', () => {
  test('names each test that failed with the command that repeats it', () => {
    const failed = { fullName: "a row (1 of 2) isn't lost", status: 'failed' };
    const path = written(
      { name: file('a.test.ts'), status: 'failed', assertionResults: [passed, failed] },
      { name: file('b.test.ts'), status: 'passed', assertionResults: [passed] },
    );
    expect(resultOf(path, 1, tests)).toEqual({
      passed: 2,
      failed: 1,
      failures: [
        String.raw`test/a.test.ts › a row (1 of 2) isn't lost: npx vitest run --project main test/a.test.ts -t 'a row \(1 of 2\) isn'\''t lost'`,
      ],
    });
  });

  test.each([
    ['a file that could not be loaded', [{ name: file('c.test.ts'), status: 'failed', assertionResults: [] }], 1],
    ['hooks that failed', [{ name: file('c.test.ts'), status: 'failed', assertionResults: [passed] }], 1],
    ['an end that was not a good one', [{ name: file('c.test.ts'), status: 'passed', assertionResults: [passed] }], 1],
    ['no test at all', [], 0],
  ])('has failed with %s', (_, results, code) => {
    const { failed, failures } = resultOf(written(...results), code, tests);
    expect([failed, failures.length]).toEqual([1, 1]);
    expect(failures[0]).toMatch(results.length > 0 && code === 1 ? /test\/c\.test\.ts$|npm test$/ : /npm test$/);
  });

  test('has failed without a result, however it ended', () => {
    expect(resultOf(join(folder, 'none'), 0, tests)).toMatchObject({ passed: 0, failed: 1 });
  });
});

test.each([
  [0, { passed: 1, failed: 0, failures: [] }],
  [3, { passed: 0, failed: 1, failures: ['exit code 3: npm run lint'] }],
])('a step without tests that ended with %d', (code, result) => {
  expect(resultOf('', code, { command: 'npm run lint' })).toEqual(result);
});

test('the shell reads the numbers on the first line', () => {
  const path = written({ name: file('a.test.ts'), status: 'passed', assertionResults: [passed] });
  const output = execFileSync(process.execPath, ['test/verify/result.ts', path, '0', 'main', 'npm cit']);
  expect(output.toString()).toBe('1 0\n');
});

test('what decides is proven as well', () => {
  expect(steps.filter(({ decides }) => decides).map(({ name }) => name)).toEqual(['tests', 'cloud', 'lint', 'samples']);
});
