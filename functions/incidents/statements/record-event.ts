/** Records what a person states: load, decide, commit. Two who state at once never overwrite each other. */

import { hash } from 'node:crypto';
import type { DocumentReference, Transaction } from '@google-cloud/firestore';
import { collections, dataOf, firestore, fromDocument, hasGrpcCode } from '../../platform/firestore.ts';
import { stableId } from '../../platform/ids.ts';
import { log } from '../../platform/log.ts';
import { Problem } from '../../platform/problem.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import { type Context, problemOf, type Sender } from '../facts/decision.ts';
import { readEvent } from '../facts/events.ts';
import { withoutTakenBack } from '../facts/timeline.ts';
import { refuseUnseen, versionOf } from '../facts/version.ts';
import { decideRetraction, decideWithdrawn, type ToWithdraw } from '../fold/decide-retraction.ts';
import { recordLink, recordUnlink } from '../links/link.ts';
import { changeIncident } from '../record/change.ts';
import { commit, type Recorded } from '../record/commit.ts';
import { primaryOf, readHistory, readIncident, readPolicies } from '../record/history.ts';
import { timelineRef } from '../record/records.ts';
import { namedOn } from './customers.ts';
import { decideStatement } from './decide-statement.ts';
import type { Statement, StatementOf } from './statement-schemas.ts';

interface KeptAnswer {
  requestHash: string;
  incidentId: string;
  eventIds: string[];
  expireAt: Date;
}

const keptForMs = 86_400_000;

/** @throws Problem 404, 409 or 422 as the contract has them */
export const recordStatement = (id: string, statement: Statement, by: Context): Promise<Recorded> =>
  once(id, statement, by, (transaction) => {
    if (statement.type === 'linked') return recordLink(transaction, id, statement, by);
    if (statement.type === 'unlinked') return recordUnlink(transaction, id, statement, by);
    if (statement.type === 'retracted') return recordRetraction(transaction, id, statement, by);
    if (statement.type === 'names-removed') return recordNamesRemoved(transaction, id, statement, by);
    return changeIncident(transaction, id, by, (incident) => decideStatement(incident, statement, by));
  });

/** Honours the `Idempotency-Key` and what the caller has seen, in the same transaction as what they guard. */
export async function once(
  incidentId: string,
  statement: { type: string },
  by: Context,
  work: (transaction: Transaction) => Promise<Recorded>,
): Promise<Recorded> {
  const requestHash = hash('sha256', JSON.stringify([incidentId, statement]));
  const recorded = await storing(async (transaction) => {
    const ref = by.idempotencyKey ? keyRef(by.actor, by.idempotencyKey) : undefined;
    const kept = ref && dataOf<KeptAnswer>(await transaction.get(ref));
    if (kept) return answerKept(transaction, kept, requestHash);
    if (by.seen) refuseUnseen(by.seen, versionOf(await readIncident(transaction, incidentId)));
    const result = await work(transaction);
    if (ref) {
      const eventIds = result.events.map((each) => each.id);
      const expireAt = new Date(by.now.getTime() + keptForMs);
      transaction.create(ref, { requestHash, incidentId, eventIds, expireAt } satisfies KeptAnswer);
    }
    return result;
  });
  log('INFO', `recorded: ${statement.type}`, { incidentId, actor: by.actor });
  return recorded;
}

/** @throws Problem 422 for what is longer than a document can be: 500 customers with long names, or many links */
async function storing(work: (transaction: Transaction) => Promise<Recorded>): Promise<Recorded> {
  try {
    return await firestore().runTransaction(work);
  } catch (error) {
    const isTooLong = hasGrpcCode(error, 'INVALID_ARGUMENT') && /exceeds the maximum|too big/i.test(String(error));
    throw isTooLong ? new Problem(422, refuse('too-much-for-a-record')) : error;
  }
}

/** Whether something was recorded under this key already, whatever has been recorded since. */
export const isRecorded = async (actor: string, idempotencyKey: string): Promise<boolean> =>
  (await keyRef(actor, idempotencyKey).get()).exists;

const keyRef = (actor: string, key: string): DocumentReference =>
  firestore()
    .collection(collections.idempotency)
    .doc(stableId('idk', actor, key));

async function answerKept(transaction: Transaction, kept: KeptAnswer, requestHash: string): Promise<Recorded> {
  if (kept.requestHash !== requestHash) throw new Problem(422, refuse('key-used'));
  const incident = await readIncident(transaction, kept.incidentId);
  const documents = await transaction.getAll(...kept.eventIds.map((id) => timelineRef(kept.incidentId, id)));
  return { incident, events: documents.map((each) => readEvent(fromDocument(each.data()))) };
}

async function recordNamesRemoved(
  transaction: Transaction,
  id: string,
  statement: StatementOf<'names-removed'>,
  by: Context,
): Promise<Recorded> {
  const { incident, events } = await readHistory(transaction, await readIncident(transaction, id));
  const named = { ...statement, customers: namedOn(withoutTakenBack(events), statement.ticket) };
  return changeIncident(transaction, incident, by, (known) => decideStatement(known, named, by));
}

/** @throws Problem 404 for no such incident, 409 for what cannot be retracted, 422 for no such event */
export async function recordRetraction(
  transaction: Transaction,
  id: string,
  statement: StatementOf<'retracted'>,
  by: Context,
): Promise<Recorded> {
  const history = await readHistory(transaction, await readIncident(transaction, id));
  const primary = await primaryOf(transaction, history.incident);
  const decided = decideRetraction(history, primary, statement, by, await readPolicies(history, by));
  if ('refused' in decided) throw problemOf(decided);
  const [recorded] = await commit(transaction, by.now, ...decided);
  return recorded;
}

/** Asks a former member to drop a statement that was retracted on its former primary. */
export const sendWithdrawn: Sender = async (sends, { now, policy }) => {
  const withdrawn = sends as ToWithdraw;
  const by: Context = { actor: withdrawn.actor, now, policy };
  await firestore().runTransaction(async (transaction) => {
    const history = await readHistory(transaction, await readIncident(transaction, withdrawn.member));
    const primary = await primaryOf(transaction, history.incident);
    const decided = decideWithdrawn(history, primary, withdrawn, by, await readPolicies(history, by));
    if (decided) await commit(transaction, now, ...decided);
  });
};
