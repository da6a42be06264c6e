/** Takes a statement back: loads the whole timeline, folds it without the statement, commits. What was said stays in the ledger. */
import type { Transaction } from '@google-cloud/firestore';
import { firestore } from '../../platform/firestore.ts';
import { type Context, problemOf, type Sender } from '../facts/decision.ts';
import { decideRetraction, decideTakenHome, type TakenHome } from '../fold/decide-retraction.ts';
import { readIncident } from '../record/change.ts';
import { commit, type Recorded } from '../record/commit.ts';
import { readHistory, readLinked, readPolicies } from '../record/history.ts';
import type { StatementOf } from './statement-schemas.ts';

/** @throws Problem 404 for no such incident, 409 for what cannot be retracted, 422 for no such event */
export async function recordRetraction(
  transaction: Transaction,
  id: string,
  statement: StatementOf<'retracted'>,
  by: Context,
): Promise<Recorded> {
  const linked = await readLinked(transaction, id);
  const decided = decideRetraction(linked, statement, by, await readPolicies(linked, by));
  if ('refused' in decided) throw problemOf(decided);
  const [recorded] = await commit(transaction, by.now, ...decided);
  return recorded;
}

/** An incident has taken home what a former primary knew of its customers, some of which counts no more there. */
export const sendTakenHome: Sender = async (sends, { incident, now, policy }) => {
  const taken = sends as TakenHome;
  const by: Context = { actor: taken.fact.actor, now, policy };
  await firestore().runTransaction(async (transaction) => {
    const linked = await readLinked(transaction, taken.member);
    const there = await readHistory(transaction, await readIncident(transaction, incident.id));
    const decided = decideTakenHome(linked, there, taken, by, await readPolicies([...linked, there], by));
    if (decided) await commit(transaction, now, ...decided);
  });
};
