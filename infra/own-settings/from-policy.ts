/** Extracts a team's own changes to `functions/policy.ts` from two Git commits: the point where it left upstream, and its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { asTable, changesIn } from './difference.ts';

export interface Commits {
  /** With the edited policy: HEAD where nothing else is named. */
  ours?: string | undefined;
  /** The commit of upstream: the one being merged, otherwise `upstream/main`. */
  upstream?: string | undefined;
}

/** @param repository its top @throws Error if Git does not know the commits, or they have nothing in common */
export async function changedInPolicy(repository: string, commits: Commits): Promise<Record<string, unknown>> {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const commitOf = (name: string): string | undefined => {
    try {
      return git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`).trim();
    } catch {
      return undefined;
    }
  };
  const found = (names: string[], option: string): string => {
    const commit = names.map(commitOf).find(Boolean);
    if (!commit) throw new Error(`Git knows no commit ${names.join(' or ')}: name one by ${option}.`);
    return commit;
  };
  const ours = found([commits.ours ?? 'HEAD'], '--ours');
  const theirs = found(commits.upstream ? [commits.upstream] : ['MERGE_HEAD', 'upstream/main'], '--upstream');
  const base = git('merge-base', ours, theirs).trim();
  const [before, after] = [await policyAt(git, base), await policyAt(git, ours)];
  return asTable(changesIn(before, after));
}

async function policyAt(git: (...args: string[]) => string, commit: string): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'metronome-policy-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    const files = git('ls-tree', '-r', '--name-only', commit, 'functions/policy.ts', 'functions/policy/');
    for (const file of files.split('\n').filter(Boolean)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), git('show', `${commit}:${file}`));
    }
    const module = await import(pathToFileURL(join(folder, 'functions/policy.ts')).href);
    // Before there were settings, the policy was the defaults.
    return module.defaults ?? module.policy;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
