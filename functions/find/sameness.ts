/** “Same trouble as M-…?”: asked once, as a report is announced, and answered with one tap. */
import type { DocumentReference, WriteBatch } from '@google-cloud/firestore';
import { isGoingOn } from '../incidents/emergency/emergency.ts';
import type { Context } from '../incidents/facts/decision.ts';
import { type Incident, mayHold } from '../incidents/incident.ts';
import { allOf, collections, dataOf, firestore } from '../platform/firestore.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { refuse } from '../words/refusals/refuse.ts';
import type { CandidateReason } from './candidates.ts';
import { findCandidates } from './find-candidates.ts';

export interface Sameness {
  /** The incident that is asked about. */
  id: string;
  /** The open incident that may be the same trouble. It was filed first, and survives a merge. */
  to: string;
  reasons: CandidateReason['kind'][];
  state: 'asked' | 'merged' | 'apart';
  askedAt: Date;
  answeredAt: Date | null;
  answeredBy: string | null;
}

const sameness = () => firestore().collection(collections.sameness);
const sameRef = (id: string): DocumentReference => sameness().doc(id);

/** @returns the question that waits for an answer; undefined if nothing is like the report, or somebody has answered */
export async function askSameness(incident: Incident, policy: Policy, now: Date) {
  // A question points to the emergency, never away from it.
  const isAsked = incident.kind === 'incident' && incident.status === 'open' && !isGoingOn(incident.emergency);
  if (!isAsked) return undefined;
  const known = await readSameness(incident);
  if (known) return known.state === 'asked' ? { same: known, isNew: false } : undefined;
  const { reads, grams } = policy.find.candidates.asked;
  const find = { ...policy.find, mostWeighed: grams, candidates: { ...policy.find.candidates, mostReads: reads } };
  const isBefore = (other: Incident): boolean => other.filedAt <= incident.filedAt;
  // Being filed at the same time alone is no reason to ask; people see such candidates when they look for duplicates.
  const found = (await findCandidates(incident, { ...policy, find })).filter(
    ({ incident: { status }, reasons }) => status === 'open' && reasons.some(({ kind }) => kind !== 'minutes'),
  );
  const isEmergency = (other: Incident): boolean => isGoingOn(other.emergency);
  const same = found.find((each) => isEmergency(each.incident)) ?? found.find((each) => isBefore(each.incident));
  if (!same) return undefined;
  // Reports that wait for the same answer are all asked about the first one.
  const theirs = isEmergency(same.incident) ? undefined : await readSameness(same.incident);
  const asked: Sameness = {
    id: incident.id,
    to: theirs?.state === 'asked' ? theirs.to : same.incident.id,
    reasons: same.reasons.map(({ kind }) => kind),
    state: 'asked',
    askedAt: now,
    answeredAt: null,
    answeredBy: null,
  };
  return { same: asked, isNew: true };
}

/** From now on, asks the reports that support an emergency about that emergency, and asks the emergency itself nothing. */
export async function pointToEmergency({ id, emergency }: Pick<Incident, 'id' | 'emergency'>): Promise<void> {
  const refs = (emergency?.incidents ?? [id]).map(sameRef);
  await firestore().runTransaction(async (transaction) => {
    const known = (await transaction.getAll(...refs)).flatMap((each) => dataOf<Sameness>(each) ?? []);
    for (const each of known.filter(({ state, to }) => state === 'asked' && to !== id)) {
      if (each.id === id) transaction.delete(sameRef(id));
      else transaction.update(sameRef(each.id), { to: id });
    }
  });
}

/** Written in the commit that marks the incident, so that neither exists without the other. */
export const keepSameness = (batch: WriteBatch, asked: Sameness): void => void batch.create(sameRef(asked.id), asked);

export const readSameness = async (incident: Pick<Incident, 'id' | 'beside'>): Promise<Sameness | undefined> =>
  mayHold('sameness', incident) ? dataOf<Sameness>(await sameRef(incident.id).get()) : undefined;

export const readAsked = async (most: number): Promise<Sameness[]> =>
  allOf(await sameness().where('state', '==', 'asked').orderBy('askedAt', 'desc').limit(most).get());

/** A link answers the question about either incident. Never throws: a question left open asks for what is recorded. */
export async function settleSameness(linked: readonly Incident[], { now, actor }: Context): Promise<void> {
  const ids = linked.map(({ id }) => id);
  const answer = { state: 'merged', answeredAt: now, answeredBy: actor };
  try {
    const asked = (await Promise.all(linked.map(readSameness))).filter((each) => each?.state === 'asked');
    const answered = asked.flatMap((each) => (each && ids.includes(each.to) ? [each.id] : []));
    await Promise.all(answered.map((id) => sameRef(id).update(answer)));
  } catch (error) {
    log('WARNING', 'a question could not be settled', { ids, ...errorFacts(error) });
  }
}

/**
 * @returns the incident that a report is asked about
 * @throws Problem 409 if the question was answered otherwise, or was never asked
 */
export async function requireAsked(id: string, answer: 'merged' | 'apart'): Promise<string> {
  const asked = dataOf<Sameness>(await sameRef(id).get());
  if (!asked || (asked.state !== 'asked' && asked.state !== answer)) throw new Problem(409, refuse('not-asked'));
  return asked.to;
}

/** @throws Problem as {@link requireAsked} does */
export async function tellApart(id: string, { now, actor }: Context): Promise<void> {
  await requireAsked(id, 'apart');
  await sameRef(id).update({ state: 'apart', answeredAt: now, answeredBy: actor });
}
