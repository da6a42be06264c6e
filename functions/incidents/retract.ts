/** Takes a statement back: loads the whole timeline, folds it without the statement, commits. What was said stays in the ledger. */
import type { Transaction } from '@google-cloud/firestore';
import { readIncident } from './change.ts';
import { commit, type Recorded } from './commit.ts';
import { type Context, problemOf } from './decision.ts';
import { decideRetraction } from './fold/decide-retraction.ts';
import { readHistory, readPolicies } from './history.ts';
import type { StatementOf } from './statements/statement-schemas.ts';

/** @throws Problem 404 for no such incident, 409 for what cannot be taken back, 422 for no such event */
export async function recordRetraction(
  transaction: Transaction,
  id: string,
  statement: StatementOf<'retracted'>,
  by: Context,
): Promise<Recorded> {
  const history = await readHistory(transaction, await readIncident(transaction, id));
  const decided = decideRetraction(history, statement, by, await readPolicies([history], by));
  if ('refused' in decided) throw problemOf(decided);
  const [recorded] = await commit(transaction, by.now, decided);
  return recorded;
}
