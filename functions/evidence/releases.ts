/** Release evidence: what Cloud Build says of each build is kept, and found again by the time of an incident. */
import { quarantineMessage } from '../incidents/signals/quarantine.ts';
import { now } from '../platform/clock.ts';
import { collections, firestore } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { messageDoor } from '../platform/message.ts';
import { Problem } from '../platform/problem.ts';
import { parseJson } from '../platform/raw-body.ts';
import { milliseconds, policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { isFinished, isOwnBuild, NotABuild, type Release, readBuild } from './build.ts';

export interface ReleaseRecord extends Release {
  recordedAt: Date;
  expireAt: Date;
}

export const releases = messageDoor(async (message) => {
  const receivedAt = message.publishedAt ?? now();
  let release: Release;
  try {
    const body = parseJson(message.bytes);
    release = readBuild(body, receivedAt);
    if (isOwnBuild(body)) return log('DEBUG', 'a build of Metronome itself is no evidence', { releaseId: release.id });
  } catch (error) {
    if (!(error instanceof NotABuild) && !(error instanceof Problem)) throw error;
    return quarantineMessage('cloud-build', message, topics.cloudBuilds, error.message);
  }
  const at = now();
  const ref = firestore().collection(collections.releases).doc(release.id);
  const isKept = await firestore().runTransaction(async (transaction) => {
    const before = (await transaction.get(ref)).get('status') as unknown;
    // Messages overtake each other: a build that has ended does not begin again.
    if (typeof before === 'string' && isFinished(before) && !isFinished(release.status)) return false;
    const expireAt = new Date(at.getTime() + milliseconds(policy.evidence.releasesKeptFor));
    transaction.set(ref, { ...release, recordedAt: at, expireAt } satisfies ReleaseRecord);
    return true;
  });
  if (isKept) log('INFO', 'release evidence', { releaseId: release.id, status: release.status });
});
