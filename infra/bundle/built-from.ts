/** Who built a bundle, and from which commit; the console shows it beside the rules' version. */
import { execFileSync } from 'node:child_process';
import { defined } from '../../functions/platform/defined.ts';

export interface BuiltFrom {
  /** An email address from Git's configuration; without one, as in Cloud Build, that of the commit's author. */
  by?: string;
  /** Ends with `-dirty` if there were uncommitted changes. */
  commit?: string;
}

/** @param repository a folder of it; nothing is known of one without Git */
export function builtFrom(repository: string): BuiltFrom {
  const git = (...args: string[]): string | undefined => {
    try {
      const stdio = ['ignore', 'pipe', 'ignore'] as const;
      return execFileSync('git', args, { cwd: repository, encoding: 'utf8', stdio: [...stdio] }).trim() || undefined;
    } catch {
      return undefined;
    }
  };
  const commit = git('describe', '--always', '--dirty', '--exclude=*');
  return defined({ by: git('config', 'user.email') ?? git('log', '-1', '--format=%ae'), commit });
}
