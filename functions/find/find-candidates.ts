/** Searches for similar incidents: same area, or a title that shares the rarest word. */
import type { Query } from '@google-cloud/firestore';
import type { Incident } from '../incidents/incident.ts';
import { gramsOfWord } from '../incidents/search/grams.ts';
import { allOf, collections, firestore } from '../platform/firestore.ts';
import { milliseconds, type Policy } from '../policy.ts';
import {
  alsoCalled,
  besides,
  type Candidate,
  type CandidateReason,
  isOneEmergency,
  judgeCandidates,
  listHelped,
  tellingWords,
} from './candidates.ts';
import { selectRarest } from './find-incidents.ts';

/** Firestore takes 30 values in one `array-contains-any`. */
const mostValues = 30;

/**
 * @returns `policy.find.candidates.most` at most beside the reports of one emergency, the strongest first; where nothing is
 * alike, the open ones of the same minutes
 */
export async function findCandidates(incident: Incident, policy: Policy): Promise<Candidate<Incident>[]> {
  const { within, mostReads, most } = policy.find.candidates;
  const filedAt = incident.filedAt.getTime();
  const around = (all: Query, spanMs: number): Query =>
    all.where('filedAt', '>=', new Date(filedAt - spanMs)).where('filedAt', '<=', new Date(filedAt + spanMs));
  const all = firestore().collection(collections.incidents);
  const nearby = around(all, milliseconds(within));
  const ofOtherSource = all.where('source', '==', incident.source === 'alert' ? 'ticket' : 'alert');
  const ofMinutes = around(ofOtherSource, milliseconds(policy.find.candidates.alertWithin)).orderBy('filedAt', 'desc');
  const queries = [
    ...(await byWords(nearby, incident, policy)),
    ...byAnyWord(nearby, incident, policy),
    ...byArea(nearby, incident),
    ofMinutes,
  ];
  const alike = judgeCandidates(incident, await readOthers(queries, mostReads), policy);
  // An alert is near every ticket of the same minutes, so it does not show which of them are one outage.
  const isSaidBy = ({ kind }: CandidateReason): boolean => kind !== 'alert';
  const isFound = alike.some(({ incident: other, reasons }) => other.status === 'open' && reasons.some(isSaidBy));
  if (isFound) return alike.filter((each, place) => place < most || isOneEmergency(incident, each.incident));
  const minutes = around(
    all.where('kind', '==', 'incident').where('status', '==', 'open'),
    milliseconds(policy.find.candidates.besides),
  );
  const others = await readOthers([minutes.orderBy('filedAt', 'desc')], most);
  const near = besides(incident, others, policy).filter(
    (each) => !alike.some((one) => one.incident.id === each.incident.id),
  );
  return [...near, ...alike].slice(0, most);
}

/** Past incidents of the same area, or if it has none, incidents that share its rarest word. One query, since a page runs it. */
export async function findHelped(incident: Incident, policy: Policy) {
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

/** Two titles need not share the rarest gram, and a synonym is not in this title. */
function byAnyWord(within: Query, { title }: Incident, policy: Policy): Query[] {
  const words = tellingWords(title, policy);
  const named = [...words, ...words.flatMap((word) => alsoCalled(word, policy))];
  const grams = [...new Set(named.flatMap(gramsOfWord))].slice(0, mostValues);
  return grams.length > 0 ? [within.where('search', 'array-contains-any', grams).orderBy('filedAt', 'desc')] : [];
}

async function readOthers(queries: readonly Query[], mostReads: number): Promise<Incident[]> {
  const each = Math.floor(mostReads / Math.max(queries.length, 1));
  const found = await Promise.all(queries.map((query) => query.limit(each).get()));
  const others = found.flatMap((page) => allOf<Incident>(page));
  return [...new Map(others.map((other) => [other.id, other])).values()];
}
