/** Looks for the incidents that may be the same trouble as one: those of its area, and those whose titles share its rarest word. */
import type { Query } from '@google-cloud/firestore';
import type { Incident } from '../incidents/incident.ts';
import { gramsOfWord } from '../incidents/search/grams.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { type Candidate, judgeCandidates, tellingWords } from './candidates.ts';
import { selectRarest } from './rarest.ts';

/** @returns `policy.find.candidates.most` at most, the strongest first */
export async function findCandidates(incident: Incident, policy: Policy): Promise<Candidate<Incident>[]> {
  const { within, mostReads, most } = policy.find.candidates;
  const filedAt = incident.filedAt.getTime();
  const near = firestore()
    .collection(collections.incidents)
    .where('filedAt', '>=', new Date(filedAt - milliseconds(within)))
    .where('filedAt', '<=', new Date(filedAt + milliseconds(within)));
  const grams = tellingWords(incident.title, policy).flatMap(gramsOfWord);
  const worded = await selectRarest(near, grams, policy);
  const queries: Query[] = [
    ...(worded && worded.count > 0 ? [worded.query] : []),
    ...(incident.origin.area ? [near.where('origin.area', '==', incident.origin.area).orderBy('filedAt', 'desc')] : []),
  ];
  const each = Math.floor(mostReads / Math.max(queries.length, 1));
  const found = await Promise.all(queries.map((query) => query.limit(each).get()));
  const others = new Map(
    found.flatMap((page) => page.docs.map((document) => [document.id, fromDocument<Incident>(document.data())])),
  );
  return judgeCandidates(incident, [...others.values()], policy).slice(0, most);
}
