/** Ordinary tests, run on functions with a planted bug. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrdinaryTest } from './planted-bugs.ts';

const top = join(import.meta.dirname, '../..');

interface Result {
  testResults: { message: string; assertionResults: { fullName: string; status: string }[] }[];
}

/**
 * @returns the titles of those that fail, among the test and those that it builds on
 * @throws Error where none was run
 */
export async function testsThatFail(
  bug: string,
  { file, title, after = [], times = 1 }: OrdinaryTest,
): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'metronome-planted-'));
  const outputFile = join(directory, 'result.json');
  try {
    const titles = [...after, title].join('|');
    const said = await run(['--config', 'test/simulation/planted.config.ts', file, '-t', titles], {
      PLANTED_BUG: bug,
      ...(times > 1 ? { FUZZ_TIMES: String(times) } : {}),
      TEST_RESULT_FILE: outputFile,
    });
    const { testResults }: Result = JSON.parse(await readFile(outputFile, 'utf8').catch(() => '{"testResults": []}'));
    const tests = testResults.flatMap((each) => each.assertionResults);
    if (!tests.some(({ status }) => status === 'passed' || status === 'failed')) {
      throw new Error(`No test of ${file} was run with ${bug}:\n${said.slice(-4_000)}`);
    }
    return tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** @returns all that it has said, however it ended */
function run(args: readonly string[], environment: Record<string, string>): Promise<string> {
  const env = { ...process.env, ...environment };
  // The tests that run this are vitest's own: what they run is not to take itself for one of their workers.
  for (const name of Object.keys(env)) if (/^(?:VITEST|TEST$)/.test(name)) delete env[name];
  return new Promise((resolve) => {
    execFile('vitest', ['run', ...args], { cwd: top, env, maxBuffer: 64 * 2 ** 20 }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
}
