/** Signals stay with the incident on which they were filed; a primary also reads the signals of linked incidents, by their IDs. */
import type { Query } from '@google-cloud/firestore';
import { allOf, collections, firestore } from '../../platform/firestore.ts';
import type { Incident } from '../incident.ts';
import type { SignalRecord } from '../record/records.ts';

/** The most values with which one Firestore query can compare a field. */
const mostIds = 30;

/** A query for each thirty incidents. */
export function signalQueries({ id, links = [] }: Pick<Incident, 'id' | 'links'>): Query[] {
  const ids = [id, ...links.map(({ incidentId }) => incidentId)];
  const starts = Array.from({ length: Math.ceil(ids.length / mostIds) }, (_, index) => index * mostIds);
  const signals = firestore().collection(collections.signals);
  return starts.map((start) => signals.where('incidentId', 'in', ids.slice(start, start + mostIds)));
}

/**
 * As many as are shown, oldest first. Of more incidents than that, those that were linked first are read: each has a report.
 * @param fields that are read; all by default
 */
export async function readSignals<K extends keyof SignalRecord>(
  incident: Pick<Incident, 'id' | 'links'>,
  most: number,
  ...fields: K[]
): Promise<Pick<SignalRecord, K>[]> {
  const firstQueries = signalQueries(incident).slice(0, Math.ceil(most / mostIds));
  const found = await Promise.all(
    firstQueries.map((each) => {
      const oldest = each.orderBy('receivedAt').limit(most);
      return (fields.length > 0 ? oldest.select(...fields) : oldest).get();
    }),
  );
  const signals = found.flatMap((each) => allOf<SignalRecord>(each));
  return signals.sort((one, other) => one.receivedAt.getTime() - other.receivedAt.getTime()).slice(0, most);
}
