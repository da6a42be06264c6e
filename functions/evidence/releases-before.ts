/** The release evidence beside an incident. */
import type { DocumentData } from '@google-cloud/firestore';
import type { Incident } from '../incidents/incident.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { milliseconds, type Policy } from '../policy.ts';
import type { Release } from './build.ts';
import type { ReleaseRecord } from './releases.ts';

export interface ReleasesBefore {
  from: Date;
  until: Date;
  /** Newest first. */
  releases: Release[];
}

/** More than these in a day say nothing about an incident. */
const mostReleases = 100;

/** The builds that began in the policy's hours before an incident; one that ran on into it is among them. */
export async function releasesBefore(incident: Incident, by: Policy): Promise<ReleasesBefore> {
  const until = incident.occurredAt ?? incident.reportedAt;
  const from = new Date(until.getTime() - milliseconds(by.review.releaseLookback));
  const found = await firestore()
    .collection(collections.releases)
    .where('startedAt', '>=', from)
    .where('startedAt', '<=', until)
    .orderBy('startedAt', 'desc')
    .limit(mostReleases)
    .get();
  return { from, until, releases: found.docs.map((document) => present(document.data())) };
}

function present(data: DocumentData): Release {
  const { expireAt: _, recordedAt: __, ...release } = fromDocument<ReleaseRecord>(data);
  return release;
}
