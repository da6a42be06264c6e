/** Looks for incidents like one: of its area, and whose titles share its rarest word. */
import type { Query } from '@google-cloud/firestore';
import type { Incident } from '../incidents/incident.ts';
import { gramsOfWord } from '../incidents/search/grams.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { type Candidate, judgeCandidates, tellingWords } from './candidates.ts';
import { type Helped, listHelped } from './helped.ts';
import { selectRarest } from './rarest.ts';

/** @returns `policy.find.candidates.most` at most, the strongest first */
export async function findCandidates(incident: Incident, policy: Policy): Promise<Candidate<Incident>[]> {
  const { within, mostReads, most } = policy.find.candidates;
  const filedAt = incident.filedAt.getTime();
  const near = firestore()
    .collection(collections.incidents)
    .where('filedAt', '>=', new Date(filedAt - milliseconds(within)))
    .where('filedAt', '<=', new Date(filedAt + milliseconds(within)));
  const queries = [...(await byWords(near, incident, policy)), ...byArea(near, incident)];
  return judgeCandidates(incident, await readOthers(queries, mostReads), policy).slice(0, most);
}

/** Of the past: those of its area, or where it has none those that share its rarest word. One query, as a page asks it. */
export async function findHelped(incident: Incident, policy: Policy): Promise<Helped<Incident>[]> {
  const { within, mostReads } = policy.find.helped;
  const before = firestore()
    .collection(collections.incidents)
    .where('filedAt', '>=', new Date(incident.filedAt.getTime() - milliseconds(within)))
    .where('filedAt', '<', incident.filedAt);
  const queries = incident.origin.area ? byArea(before, incident) : await byWords(before, incident, policy);
  return listHelped(incident, await readOthers(queries, mostReads), policy);
}

const byArea = (within: Query, { origin }: Incident): Query[] =>
  origin.area ? [within.where('origin.area', '==', origin.area).orderBy('filedAt', 'desc')] : [];

async function byWords(within: Query, { title }: Incident, policy: Policy): Promise<Query[]> {
  const worded = await selectRarest(within, tellingWords(title, policy).flatMap(gramsOfWord), policy);
  return worded && worded.count > 0 ? [worded.query] : [];
}

async function readOthers(queries: readonly Query[], mostReads: number): Promise<Incident[]> {
  const each = Math.floor(mostReads / Math.max(queries.length, 1));
  const found = await Promise.all(queries.map((query) => query.limit(each).get()));
  const others = found.flatMap((page) => page.docs.map((document) => fromDocument<Incident>(document.data())));
  return [...new Map(others.map((other) => [other.id, other])).values()];
}
