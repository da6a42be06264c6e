/**
 * Mutation testing of the files that decide: `npm run test:mutants` takes all of them, `-- --since main` those that
 * changed since a commit, `-- cadence slots` those with that in their path. A file whose score is below its floor fails
 * the run. `--minutes` bounds it: files that it has no time for are named, in the file `NOT_RUN_FILE` as well, and not judged.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Deciding, deciding } from './deciding.ts';

const cache = 'node_modules/.cache/stryker';

interface Report {
  files: Record<string, { mutants: { status: string }[] }>;
}

interface Score {
  noticed: number;
  all: number;
}

const { values, positionals } = parseArgs({
  options: { since: { type: 'string' }, minutes: { type: 'string' } },
  allowPositionals: true,
});

function chosen(): Deciding[] {
  if (positionals.length > 0) return deciding.filter(({ file }) => positionals.some((part) => file.includes(part)));
  if (values.since === undefined) return [...deciding];
  const changed = changedSince(values.since);
  return deciding.filter(({ file, tests }) => [file, ...tests].some((each) => changed.has(each)));
}

/** A shallow clone may not have what a change is based on: then nothing is known to have changed. */
function changedSince(commit: string): Set<string> {
  const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    return new Set(git('diff', '--name-only', git('merge-base', commit, 'HEAD')).split('\n'));
  } catch {
    console.log(`There is no ${commit} here to compare with.`);
    return new Set();
  }
}

/** @returns undefined where it did not come to an end */
function measure({ file, tests }: Deciding, mostMs: number): Score | undefined {
  const name = basename(file, '.ts');
  const sandbox = mkdtempSync(join(tmpdir(), 'metronome-mutants-'));
  const settings = { incrementalFile: `${cache}/${name}.incremental.json`, tempDirName: sandbox };
  const options = Object.entries(settings).flatMap(([option, value]) => [`--${option}`, value]);
  try {
    const { status } = spawnSync('stryker', ['run', 'test/mutants/stryker.config.json', '--mutate', file, ...options], {
      stdio: 'inherit',
      env: { ...process.env, MUTANT_TESTS: tests.join(',') },
      timeout: mostMs,
    });
    if (status !== 0) return undefined;
  } finally {
    rmSync(sandbox, { recursive: true, force: true });
  }
  const report = JSON.parse(readFileSync(`${cache}/mutants.json`, 'utf8')) as Report;
  const statuses = (report.files[file]?.mutants ?? []).map((each) => each.status);
  const count = (...wanted: string[]): number => statuses.filter((each) => wanted.includes(each)).length;
  const noticed = count('Killed', 'Timeout');
  return { noticed, all: noticed + count('Survived', 'NoCoverage') };
}

const percent = ({ noticed, all }: Score): number => (all === 0 ? 100 : (100 * noticed) / all);

const total: Score = { noticed: 0, all: 0 };
const lines: string[] = [];
const unjudged: string[] = [];
const until = Date.now() + Number(values.minutes ?? 24 * 60) * 60_000;
for (const each of chosen()) {
  const leftMs = until - Date.now();
  const score = leftMs > 0 ? measure(each, leftMs) : undefined;
  if (!score) {
    lines.push(`     ?            ${each.file}: ${Date.now() >= until ? 'no time was left' : 'it did not run'}`);
    if (Date.now() < until) process.exitCode = 1;
    else unjudged.push(each.file);
    continue;
  }
  total.noticed += score.noticed;
  total.all += score.all;
  const isLow = percent(score) < each.floor;
  if (isLow) process.exitCode = 1;
  lines.push(
    `${percent(score).toFixed(1).padStart(6)} % of ${String(score.all).padStart(4)}  ${each.file}${isLow ? `: its floor is ${each.floor} %` : ''}`,
  );
}
console.log(lines.join('\n') || 'No file that decides has changed.');
if (total.all > 0) console.log(`${percent(total).toFixed(1).padStart(6)} % of ${total.all} mutants were noticed.`);
if (process.env.NOT_RUN_FILE && unjudged.length > 0)
  writeFileSync(process.env.NOT_RUN_FILE, `no time was left for ${unjudged.join(', ')}`);
