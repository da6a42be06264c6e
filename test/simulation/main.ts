/** `npm run simulate`: one seed, or many, with a progress bar, and what to do about a promise that was broken. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildInstance, nextVersion } from './build.ts';
import { type Held, readDump } from './dump.ts';
import { sortRecords } from './oracle/records.ts';
import { judgeRecords } from './oracle.ts';
import { plantedBugs } from './planted-bugs.ts';
import { readRemote, remoteNames } from './remote/services.ts';
import { type Run, runSeed } from './run-seed.ts';
import type { Outcome } from './simulation.ts';
import { faultKinds, readFaults } from './strikes.ts';

const usage = `npm run simulate -- [--seed N] [--days D] [--faults all|none|KIND,…] [--seeds K]

  --seed N      the seed, or the first of many; drawn where it is not given
  --days D      how long the simulated world lasts (7)
  --faults F    all of them (the default), none, or some by name:
${Object.entries(faultKinds)
  .map(([kind, what]) => `                  ${kind.padEnd(15)} ${what}`)
  .join('\n')}
  --seeds K     so many seeds from the first one on
  --bug NAME    with a planted bug: ${plantedBugs.map((each) => each.name).join(', ')}
  --remote R    services outside that there are, and that fail as well: all, or some of ${remoteNames.join(', ')}
  --tools       all of them
  --trace FILE  writes every step of the run, and to FILE.documents what Firestore held at its end, and the notices
  --judge FILE  plays nothing, and judges such a FILE.documents once more, by what it says for itself

Ends with 1 where a promise was broken. docs/explanation/simulation.md says how to read a failure.
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    days: { type: 'string', default: '7' },
    faults: { type: 'string' },
    seeds: { type: 'string', default: '1' },
    bug: { type: 'string' },
    remote: { type: 'string' },
    tools: { type: 'boolean', default: false },
    trace: { type: 'string' },
    judge: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

const fail = (why: string): never => {
  process.stderr.write(`${why}\n\n${usage}`);
  process.exit(2);
};
const whole = (name: string, text: string, least: number): number => {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= least
    ? value
    : fail(`--${name} has to be a whole number from ${least} on, and is “${text}”.`);
};
const first = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : whole('seed', values.seed, 0);
const days = whole('days', values.days, 1);
const count = whole('seeds', values.seeds, 1);
const lasting = days === 1 ? '1 day' : `${days} days`;
const bug = plantedBugs.find((each) => each.name === values.bug);
const faults = values.faults ?? bug?.faults ?? 'all';
if (values.bug !== undefined && !bug) fail(`There is no planted bug “${values.bug}”.`);
const remoteText = values.remote ?? (values.tools ? 'all' : (bug?.remote?.join(',') ?? 'none'));
let remote: ReturnType<typeof readRemote> = [];
try {
  readFaults(faults);
  remote = readRemote(remoteText);
} catch (error) {
  fail((error as Error).message);
}

if (values.judge !== undefined) process.exit(judge(values.judge));

const startedAt = performance.now();
const directory = await mkdtemp(join(tmpdir(), 'metronome-simulation-'));
/** @returns the exit code */
async function simulate(): Promise<number> {
  const planted = bug ? [bug] : [];
  const bundles = await Promise.all([
    buildInstance(join(directory, 'current'), planted),
    buildInstance(join(directory, 'next'), [...planted, nextVersion]),
  ]);
  const runOf = (seed: number): Run => ({ seed, days, faults, remote, bundles, traceFile: values.trace });
  const shares = new Map<number, number>();
  let next = 0;
  let done = 0;
  let hash = '';
  const broken: number[] = [];
  const total: Totals = { steps: 0, counts: {}, struck: {} };
  const work = async (): Promise<void> => {
    while (next < count) {
      const seed = first + next;
      next += 1;
      const outcome = await runSeed(runOf(seed), (share) => {
        shares.set(seed, share);
        showProgress((done + sum(shares)) / count, count === 1 ? `seed ${seed}` : `${done} of ${count} seeds`);
      });
      shares.delete(seed);
      done += 1;
      hash = outcome.hash;
      add(total, outcome);
      if (outcome.violations.length === 0) continue;
      broken.push(seed);
      clearProgress();
      process.stdout.write(failureOf(seed, outcome));
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, availableParallelism()) }, work));
  clearProgress();
  process.stdout.write(summaryOf(total, done, hash));
  const played = count === 1 ? `Seed ${first}` : `Seeds ${first} to ${first + count - 1}`;
  const verdict = broken.length === 0 ? 'No promise was broken.' : `Promises were broken by ${broken.join(', ')}.`;
  process.stdout.write(`${verdict} ${played}, ${lasting}, faults: ${faults}.\n`);
  return broken.length === 0 ? 0 : 1;
}

/** @returns the exit code */
function judge(file: string): number {
  let held: Held | undefined;
  try {
    held = readDump(readFileSync(file, 'utf8'));
  } catch (error) {
    process.stderr.write(`${file} cannot be judged: ${(error as Error).message}. “--trace FILE” writes one.\n`);
    return 2;
  }
  const found = judgeRecords(sortRecords(held.documents()), held);
  process.stdout.write(found.map((each) => `  - ${each}\n`).join(''));
  process.stdout.write(found.length === 0 ? 'No promise was broken, by the records.\n' : '');
  return found.length === 0 ? 0 : 1;
}

interface Totals {
  steps: number;
  counts: Record<string, number>;
  struck: Record<string, number>;
}

const sum = (shares: Map<number, number>): number => [...shares.values()].reduce((all, each) => all + each, 0);

function add(total: Totals, { steps, counts, struck }: Outcome): void {
  total.steps += steps;
  for (const [into, from] of [
    [total.counts, counts],
    [total.struck, struck],
  ] as const) {
    for (const [name, times] of Object.entries(from)) into[name] = (into[name] ?? 0) + times;
  }
}

function summaryOf({ steps, counts, struck }: Totals, seeds: number, hash: string): string {
  const list = (of: Record<string, number>): string =>
    Object.entries(of)
      .map(([name, times]) => `${name} ${times}`)
      .join(', ') || 'none';
  const trace = seeds === 1 ? `\n  trace     ${hash}` : '';
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  return `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}, ${steps} steps in ${seconds} s\n  happened  ${list(counts)}\n  faults    ${list(struck)}${trace}\n`;
}

function failureOf(seed: number, { violations, last }: Outcome): string {
  const again = ['npm run simulate --', `--seed ${seed}`, `--days ${days}`, `--faults ${faults}`];
  if (remote.length > 0) again.push(`--remote ${remoteText}`);
  if (bug) again.push(`--bug ${bug.name}`);
  return [
    `\nBROKEN ${violations.length === 1 ? 'once' : `${violations.length} times`} (seed ${seed}, ${lasting}, faults: ${faults}):`,
    ...violations.map(({ what, step, at }) => `  - ${what} [seen at step ${step}, ${new Date(at).toISOString()}]`),
    `\nThe steps before the first was seen:`,
    ...last.map((each) => `  ${each.length > 200 ? `${each.slice(0, 199)}…` : each}`),
    `\nTo see it again:\n  ${again.join(' ')}\n`,
    '',
  ].join('\n');
}

function showProgress(share: number, what: string): void {
  if (!process.stdout.isTTY) return;
  const width = 40;
  const filled = Math.round(Math.min(1, share) * width);
  process.stdout.write(
    `\r\x1b[K[${'█'.repeat(filled)}${' '.repeat(width - filled)}] ${Math.floor(Math.min(1, share) * 100)} %  ${what}`,
  );
}

function clearProgress(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}

try {
  process.exitCode = await simulate();
} finally {
  await rm(directory, { recursive: true, force: true });
}
