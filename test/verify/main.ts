/**
 * `npm run verify`: proves what `.ci/run` leaves out. A step that passed on this very commit is not repeated, so it can be run in
 * pieces: `-- --only planted,long`. `-- --list` names the steps and what each took last. Ends with 0 only where every step has
 * passed on this commit. Where nothing of a step was left out, `.local/verify.json` then names the commit as verified, and the mutants
 * of later ones are compared with it. `-- --minutes N` bounds the mutants (30): those of further files are named, and not judged.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  comparedWith,
  currentCommit,
  hasPassed,
  isCommit,
  isWhole,
  keepRecord,
  openRecord,
  type StepResult,
} from './record.ts';
import { resultOf } from './result.ts';
import { type Step, steps } from './steps.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    since: { type: 'string' },
    minutes: { type: 'string', default: '30' },
  },
});
const wanted = values.only?.split(',') ?? steps.map(({ name }) => name);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(`There is no step ${unknown.join(', ')}. There is ${steps.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const commit = currentCommit();
const record = openRecord(commit);
const since = values.since ?? comparedWith(record);
if (values.list) {
  for (const step of steps) console.log(lineOf(step));
  process.exit(0);
}

const results = mkdtempSync(join(tmpdir(), 'metronome-verify-'));
const failures: string[] = [];
try {
  for (const step of steps.filter(({ name }) => wanted.includes(name))) {
    const before = record.steps.find(({ name }) => name === step.name);
    if (isCommit(commit) && isWhole(before)) {
      console.log(`\n== ${step.name}: passed on this commit already`);
      continue;
    }
    const result = run(step);
    record.steps = [...record.steps.filter(({ name }) => name !== step.name), result];
    if (result.notRun === undefined) record.lastSeconds[step.name] = result.seconds;
    keepRecord(record);
    console.log(`== ${lineOf(step)}`);
  }
} finally {
  rmSync(results, { recursive: true, force: true });
}

const isVerified = steps.every(({ name }) => isWhole(record.steps.find((each) => each.name === name)));
if (isVerified && isCommit(commit)) {
  record.verified = commit;
  keepRecord(record);
}
if (failures.length > 0)
  console.log(`\nFailed, and how to repeat it:\n${failures.map((each) => `  ${each}`).join('\n')}`);
const open = steps.filter(({ name }) => !isWhole(record.steps.find((each) => each.name === name)));
if (open.length > 0) console.log(`\nNot proven on this commit:\n${open.map((step) => `  ${lineOf(step)}`).join('\n')}`);
const total = (of: 'passed' | 'failed'): number => record.steps.reduce((sum, each) => sum + each[of], 0);
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
// In pieces, those that were asked for decide.
const asked = values.only === undefined ? steps : steps.filter(({ name }) => wanted.includes(name));
process.exitCode = asked.every(({ name }) => hasPassed(record.steps.find((each) => each.name === name))) ? 0 : 1;

function run(step: Step): StepResult {
  const { name, script, project } = step;
  const machine = step.needs?.() ?? { path: [] };
  if ('lacks' in machine) return { name, passed: 0, failed: 0, seconds: 0, notRun: machine.lacks };
  const options = name === 'mutants' ? ['--since', since, '--minutes', values.minutes] : (step.options ?? []);
  const command = ['run', script, ...(options.length > 0 ? ['--', ...options] : [])];
  console.log(`\n== ${name}: npm ${command.join(' ')}`);
  const file = join(results, `${name}.json`);
  const notRunFile = join(results, `${name}.not-run`);
  const began = performance.now();
  const { status } = spawnSync('npm', command, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      PATH: [...machine.path, process.env.PATH].join(':'),
      NOT_RUN_FILE: notRunFile,
      ...(project && { TEST_RESULT_FILE: file }),
    },
  });
  const seconds = Math.round((performance.now() - began) / 1_000);
  const result = resultOf(file, status ?? 1, { command: `npm ${command.join(' ')}`, project });
  failures.push(...result.failures);
  const notRun = existsSync(notRunFile) ? { notRun: readFileSync(notRunFile, 'utf8') } : {};
  return { name, passed: result.passed, failed: result.failed, seconds, ...notRun };
}

function lineOf({ name }: Step): string {
  const of = record.steps.find((each) => each.name === name);
  const last = record.lastSeconds[name];
  const took = last === undefined ? 'never run here' : `${last} s`;
  if (!of) return `${name}: not run on this commit (${took})`;
  const numbers = `${name}: ${of.passed} passed, ${of.failed} failed (${took})`;
  return of.notRun ? `${numbers}; ${of.notRun}` : numbers;
}
