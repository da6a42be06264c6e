/** Keeps a release in the one form that all sources share. */
import { isFinished } from '../incidents/facts/release-facts.ts';
import { now } from '../platform/clock.ts';
import { collections, dataOf, firestore } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { milliseconds, policy } from '../policy.ts';
import type { Release } from './release-source.ts';

export interface ReleaseRecord extends Release {
  recordedAt: Date;
  expireAt: Date;
}

/** Messages may come out of order: an ended release does not start again, and an older message replaces no newer one. */
export async function keepRelease(release: Release): Promise<void> {
  const at = now();
  const ref = firestore().collection(collections.releases).doc(release.id);
  const isKept = await firestore().runTransaction(async (transaction) => {
    const before = dataOf<ReleaseRecord>(await transaction.get(ref));
    if (before && isFinished(before.status) && !isFinished(release.status)) return false;
    if (before?.toldAt && release.toldAt && release.toldAt < before.toldAt) return false;
    const expireAt = new Date(at.getTime() + milliseconds(policy.evidence.releasesKeptFor));
    // A source that reports only changes has reported the beginning before.
    const startedAt =
      before && release.toldAt && before.startedAt < release.startedAt ? before.startedAt : release.startedAt;
    transaction.set(ref, { ...release, startedAt, recordedAt: at, expireAt } satisfies ReleaseRecord);
    return true;
  });
  if (isKept) log('INFO', 'release evidence', { releaseId: release.id, status: release.status });
}
