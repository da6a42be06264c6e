/** The metric evidence that was kept with an incident. Reading it needs no client of Cloud Monitoring. */
import type { DocumentReference } from '@google-cloud/firestore';
import { collections, dataOf, incidentRef } from '../platform/firestore.ts';
import type { KeptSeries } from './points.ts';

export interface SeriesEvidence {
  fetchedAt: Date;
  from: Date;
  until: Date;
  condition?: string;
  /** Present where the condition compares with one. */
  threshold?: number;
  comparison?: string;
  filter?: string;
  /** Empty where `whyNot` says why. */
  series: KeptSeries[];
  whyNot?: string;
}

export const seriesRef = (incidentId: string): DocumentReference =>
  incidentRef(incidentId).collection(collections.evidence).doc('series');

/** What is kept, or undefined while nobody has looked. */
export const readSeriesEvidence = async (incidentId: string): Promise<SeriesEvidence | undefined> =>
  dataOf<SeriesEvidence>(await seriesRef(incidentId).get());
