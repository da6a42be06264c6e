/**
 * What a step of `.ci/run` or `npm run verify` came to. As a command, for the shell: `result.ts FILE CODE PROJECT COMMAND`
 * prints `passed failed` on the first line, then a line for each failed test with the command that repeats it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

interface TestFile {
  name: string;
  status: string;
  assertionResults: { fullName: string; status: string }[];
}

export interface Result {
  passed: number;
  failed: number;
  /** One line for each failed test: what it is, and the command that repeats it. */
  failures: string[];
}

/** How the step is run again, and for a step of tests the Vitest project that its files belong to. */
export interface Rerun {
  command: string;
  project?: string | undefined;
}

/**
 * @param file the result that Vitest wrote (`TEST_RESULT_FILE`); a step of tests that wrote none has failed
 * @param code the step's exit code: a step that did not end well has failed, whatever its numbers say
 */
export function resultOf(file: string, code: number, { command, project }: Rerun): Result {
  const whole = (why: string): Result => ({ passed: 0, failed: 1, failures: [`${why}: ${command}`] });
  if (!project) return code === 0 ? { passed: 1, failed: 0, failures: [] } : whole(`exit code ${code}`);
  if (!existsSync(file)) return whole('the tests left no result');
  const { testResults, numPassedTests } = JSON.parse(readFileSync(file, 'utf8')) as {
    testResults: TestFile[];
    numPassedTests: number;
  };
  const failures = testResults.flatMap((each) => failuresIn(each, project));
  if (failures.length === 0 && (code !== 0 || numPassedTests === 0))
    return { ...whole(`exit code ${code}, ${numPassedTests} tests passed`), passed: numPassedTests };
  return { passed: numPassedTests, failed: failures.length, failures };
}

function failuresIn({ name, status, assertionResults }: TestFile, project: string): string[] {
  const path = relative(process.cwd(), name);
  const again = `npx vitest run --project ${project} ${path}`;
  const failed = assertionResults.filter((each) => each.status === 'failed');
  // A file that could not be loaded, or whose hooks failed, has no failed test of its own.
  if (failed.length === 0) return status === 'failed' ? [`${path}: ${again}`] : [];
  return failed.map(({ fullName }) => `${path} › ${fullName}: ${again} -t ${quoted(escaped(fullName))}`);
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

if (import.meta.main) {
  const [file = '', code = '1', project = '', command = ''] = process.argv.slice(2);
  const { passed, failed, failures } = resultOf(file, Number(code), { command, project });
  process.stdout.write(`${[`${passed} ${failed}`, ...failures].join('\n')}\n`);
}
