/** Takes a statement back: loads the whole timeline, folds it without the statement, commits. What was said stays in the ledger. */
import type { Transaction } from '@google-cloud/firestore';
import { readKeptPolicy } from '../kept-policies.ts';
import { collections, fromDocument, incidentRef } from '../platform/firestore.ts';
import { type Policy, policyVersion } from '../policy.ts';
import { readContacts, readIncident } from './change.ts';
import { commit, type Recorded } from './commit.ts';
import { type Context, problemOf } from './decision.ts';
import { readEvent, type TimelineEvent } from './events.ts';
import { decideRetraction } from './fold/decide-retraction.ts';
import { byId } from './fold/state.ts';
import type { StatementOf } from './statements/statement-schemas.ts';

/** @throws Problem 404 for no such incident, 409 for what cannot be taken back, 422 for no such event */
export async function recordRetraction(
  transaction: Transaction,
  id: string,
  statement: StatementOf<'retracted'>,
  by: Context,
): Promise<Recorded> {
  const incident = await readIncident(transaction, id);
  const contacts = byId(await readContacts(transaction, id));
  const found = await transaction.get(incidentRef(id).collection(collections.timeline));
  const timeline = found.docs.map((each) => readEvent(fromDocument(each.data())));
  const decided = decideRetraction({ incident, contacts }, timeline, statement, by, await readPolicies(timeline, by));
  if ('refused' in decided) throw problemOf(decided);
  const [recorded] = await commit(transaction, by.now, decided);
  return recorded;
}

/** Those that are not in force any more, which are few; what an older one does not say goes by the present one. */
async function readPolicies(
  timeline: readonly TimelineEvent[],
  { policy }: Context,
): Promise<(version: string | undefined) => Policy> {
  const named = new Set(timeline.map((each) => each.policyVersion));
  const earlier = [...named].filter((each) => each !== undefined && each !== policyVersion(policy)) as string[];
  const kept = await Promise.all(
    earlier.map(async (version) => [version, { ...policy, ...(await readKeptPolicy(version)) }] as const),
  );
  const policies = new Map<string | undefined, Policy>(kept);
  return (version) => policies.get(version) ?? policy;
}
