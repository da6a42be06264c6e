/** The reader of each source's bodies about releases, by the source that a message names. */
import type { Policy } from '../policy.ts';
import { isOwnBuild, readBuild } from './build.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { readChange } from './pagerduty-change.ts';
import type { ReleaseReading } from './release-source.ts';

export const releaseSources = { github, gitlab };

type Reader = (body: unknown, receivedAt: Date, policy: Policy) => ReleaseReading;

const readers: Readonly<Record<string, Reader>> = { github: github.read, gitlab: gitlab.read, pagerduty: readChange };

/** What names none is Cloud Build's own message. */
export const readerOf = (source: string | undefined): Reader =>
  source !== undefined && Object.hasOwn(readers, source) ? (readers[source] ?? readBuildMessage) : readBuildMessage;

function readBuildMessage(body: unknown, receivedAt: Date): ReleaseReading {
  const release = readBuild(body, receivedAt);
  return isOwnBuild(body) ? { ignored: 'a build of Metronome itself is no evidence' } : { release };
}
