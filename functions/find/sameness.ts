/** “Same trouble as M-…?”: asked once, as a report is announced, and answered with one tap. */
import type { DocumentReference, WriteBatch } from '@google-cloud/firestore';
import type { Context } from '../incidents/facts/decision.ts';
import { type Incident, mayHold } from '../incidents/incident.ts';
import { recordStatement } from '../incidents/statements/record-event.ts';
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
  /** The open incident that may be the same trouble: it was there first, and stays where the two are merged. */
  to: string;
  reasons: CandidateReason['kind'][];
  state: 'asked' | 'merged' | 'apart';
  askedAt: Date;
  answeredAt: Date | null;
  answeredBy: string | null;
}

const sameness = () => firestore().collection(collections.sameness);
const sameRef = (id: string): DocumentReference => sameness().doc(id);

/** @returns the question that waits for an answer; undefined where nothing is like the report, or somebody has answered */
export async function askSameness(incident: Incident, policy: Policy, now: Date) {
  if (incident.kind !== 'incident' || incident.status !== 'open') return undefined;
  const known = await readSameness(incident);
  if (known) return known.state === 'asked' ? { same: known, isNew: false } : undefined;
  const { reads, grams } = policy.find.candidates.asked;
  const find = { ...policy.find, mostWeighed: grams, candidates: { ...policy.find.candidates, mostReads: reads } };
  const isBefore = (other: Incident): boolean => other.status === 'open' && other.filedAt <= incident.filedAt;
  const same = (await findCandidates(incident, { ...policy, find })).find((each) => isBefore(each.incident));
  if (!same) return undefined;
  const asked: Sameness = {
    id: incident.id,
    to: same.incident.id,
    reasons: same.reasons.map(({ kind }) => kind),
    state: 'asked',
    askedAt: now,
    answeredAt: null,
    answeredBy: null,
  };
  return { same: asked, isNew: true };
}

/** In the commit that marks the incident: neither is there without the other. */
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

/** @throws Problem 409 where the question was answered otherwise, or was never asked */
export async function answerSameness(id: string, answer: 'merged' | 'apart', basis: string, by: Context) {
  const asked = dataOf<Sameness>(await sameRef(id).get());
  if (!asked || (asked.state !== 'asked' && asked.state !== answer)) throw new Problem(409, refuse('not-asked'));
  const link = { type: 'linked' as const, to: asked.to, basis };
  const recorded = answer === 'merged' ? await recordStatement(id, link, by) : undefined;
  await sameRef(id).update({ state: answer, answeredAt: by.now, answeredBy: by.actor });
  return recorded?.incident;
}
