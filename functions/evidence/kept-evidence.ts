/** The evidence that was kept of an incident: the series behind its alert, and the releases before it. */
import type { DocumentReference } from '@google-cloud/firestore';
import { eachOnce } from '../incidents/facts/release-facts.ts';
import type { Incident } from '../incidents/incident.ts';
import { allOf, collections, dataOf, firestore, incidentRef } from '../platform/firestore.ts';
import { milliseconds, type Policy } from '../policy.ts';
import type { ReleaseRecord } from './keep-release.ts';
import type { KeptSeries } from './points.ts';
import type { Release } from './release-source.ts';

export interface SeriesEvidence {
  fetchedAt: Date;
  from: Date;
  until: Date;
  condition?: string;
  /** Only if the condition compares with a threshold. */
  threshold?: number;
  comparison?: string;
  filter?: string;
  /** Empty where `whyNot` says why. */
  series: KeptSeries[];
  whyNot?: string;
}

export const seriesRef = (incidentId: string): DocumentReference =>
  incidentRef(incidentId).collection(collections.evidence).doc('series');

/** The stored evidence; undefined if it was never read. */
export const readSeriesEvidence = async (incidentId: string): Promise<SeriesEvidence | undefined> =>
  dataOf<SeriesEvidence>(await seriesRef(incidentId).get());

/** More than these in a day say nothing about an incident. */
const mostReleases = 100;

/** The releases that began in the policy's hours before an incident, newest first; one that ran on into it is among them. */
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
  return { from, until, releases: eachOnce(releases, milliseconds(by.evidence.sameReleaseWithin)) };
}
