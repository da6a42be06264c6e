/**
 * Which code a release is of, in labels of its revisions: a viewer's rights are enough to read them. An image that was built elsewhere
 * says nothing of its code, unless it has been deployed here before.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../../functions/platform/environment.ts';
import { runTool } from '../provision/gcloud.ts';

export interface Origin {
  version: string;
  /** The commit, and `-modified` where files differed from it. */
  commit: string;
}

export const unknownOrigin: Origin = { version: 'unknown', commit: 'unknown' };
const top = join(import.meta.dirname, '../..');

/** What is in this folder. Cloud Build names its commit by COMMIT_SHA; elsewhere Git knows it. */
export async function originOfCheckout(): Promise<Origin> {
  const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };
  return { version, commit: environment().COMMIT_SHA || (await commitHere()) };
}

async function commitHere(): Promise<string> {
  const git = (...args: string[]) => runTool('git', args, undefined, {}, top);
  try {
    const commit = (await git('rev-parse', 'HEAD')).trim();
    return (await git('status', '--porcelain')).trim() ? `${commit}-modified` : commit;
  } catch {
    // A folder without Git, such as an archive.
    return unknownOrigin.commit;
  }
}

/** The value of a label has small letters, digits, `-` and `_` only. */
export const originLabels = ({ version, commit }: Origin): string =>
  `version=${version
    .toLowerCase()
    .replaceAll('.', '_')
    .replaceAll(/[^\w-]/g, '-')},commit=${commit}`;
