/** What `npm run verify` keeps, in `.local/verify.json`: what each step came to on one commit. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface StepResult {
  name: string;
  passed: number;
  failed: number;
  seconds: number;
  /** Why the step could not run, or what of it there was no time for: then the next one is compared with an earlier commit. */
  notRun?: string;
}

export interface VerifyRecord {
  commit: string;
  at: string;
  /** The version of Node. */
  node: string;
  steps: StepResult[];
  /** The last commit on which every step passed. */
  verified?: string;
  /** How long each step took last, on whichever commit. */
  lastSeconds: Record<string, number>;
}

const top = join(import.meta.dirname, '../..');
const path = join(top, '.local/verify.json');

const git = (...args: string[]): string => execFileSync('git', args, { cwd: top, encoding: 'utf8' }).trim();

/** The commit that is checked out, and a mark if the working tree differs from it: such a state is never taken for another. */
export function currentCommit(): string {
  const head = git('rev-parse', 'HEAD');
  return git('status', '--porcelain') === '' ? head : `${head} and what was not committed`;
}

export const isCommit = (name: string): boolean => !name.includes(' ');

/** The commit that changes are compared with: the last one that was verified, else the last release, else the one before. */
export function comparedWith({ verified }: VerifyRecord): string {
  const candidates = [verified, lastRelease(), 'HEAD~1'].filter((each) => each !== undefined);
  return candidates.find(isAncestor) ?? 'HEAD';
}

function isAncestor(commit: string): boolean {
  try {
    git('merge-base', '--is-ancestor', commit, 'HEAD');
    return true;
  } catch {
    return false;
  }
}

function lastRelease(): string | undefined {
  try {
    return execFileSync('git', ['describe', '--tags', '--abbrev=0'], {
      cwd: top,
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return undefined;
  }
}

/** What is known of this commit: of another, only how long its steps took and whether it was verified. */
export function openRecord(commit: string): VerifyRecord {
  const fresh = { commit, at: new Date().toISOString(), node: process.version, steps: [], lastSeconds: {} };
  let kept: VerifyRecord;
  try {
    kept = JSON.parse(readFileSync(path, 'utf8')) as VerifyRecord;
  } catch {
    return fresh;
  }
  const { lastSeconds, verified } = kept;
  return kept.commit === commit ? kept : { ...fresh, lastSeconds, ...(verified && { verified }) };
}

export function keepRecord(record: VerifyRecord): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...record, at: new Date().toISOString() }, null, 2)}\n`);
}

export const hasPassed = (of: StepResult | undefined): boolean => of !== undefined && of.failed === 0 && of.passed > 0;

export const isWhole = (of: StepResult | undefined): boolean => hasPassed(of) && of?.notRun === undefined;
