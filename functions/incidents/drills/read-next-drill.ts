/** Reads when the next drill is due: from the last that was filed, else from the first incident. One query, or two. */
import type { Query } from '@google-cloud/firestore';
import { collections, firestore, readAll } from '../../platform/firestore.ts';
import type { Policy } from '../../policy.ts';
import type { Incident } from '../incident.ts';
import { type NextDrill, nextDrill } from './next-drill.ts';

/** @param before what was filed from then on is not looked at */
export async function readNextDrill(before: Date, policy: Policy): Promise<NextDrill | null> {
  const lastAt = await filedAtOf(filed(true, before).orderBy('filedAt', 'desc'));
  const firstAt = lastAt ? null : await filedAtOf(filed(false, before).orderBy('filedAt'));
  return nextDrill(lastAt, firstAt, policy);
}

function filed(isDrill: boolean, before: Date): Query {
  const incidents = firestore().collection(collections.incidents).where('isDrill', '==', isDrill);
  return incidents.where('kind', '==', 'incident').where('filedAt', '<', before);
}

async function filedAtOf(query: Query): Promise<Date | null> {
  const [found] = await readAll<Pick<Incident, 'filedAt'>>(query.limit(1).select('filedAt'));
  return found?.filedAt ?? null;
}
