/** The release evidence beside an incident. */
import type { Incident } from '../incidents/incident.ts';
import { allOf, collections, firestore } from '../platform/firestore.ts';
import { milliseconds, type Policy } from '../policy.ts';
import type { Release } from './build.ts';
import type { ReleaseRecord } from './releases.ts';

/** More than these in a day say nothing about an incident. */
const mostReleases = 100;

/** The builds that began in the policy's hours before an incident, newest first; one that ran on into it is among them. */
export async function releasesBefore(incident: Incident, by: Policy) {
  const until = incident.occurredAt ?? incident.reportedAt;
  const from = new Date(until.getTime() - milliseconds(by.review.releaseLookback));
  const all = firestore().collection(collections.releases);
  const within = all.where('startedAt', '>=', from).where('startedAt', '<=', until);
  const found = await within.orderBy('startedAt', 'desc').limit(mostReleases).get();
  const releases = allOf<ReleaseRecord>(found).map((record): Release => {
    const { expireAt: _, recordedAt: __, ...release } = record;
    return release;
  });
  return { from, until, releases };
}
