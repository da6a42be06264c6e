/** An incident with its whole history, as a transaction reads it, to be folded again. */
import type { Transaction } from '@google-cloud/firestore';
import { readKeptPolicy } from '../../kept-policies.ts';
import { collections, fromDocument, incidentRef } from '../../platform/firestore.ts';
import { type Policy, policyVersion } from '../../policy.ts';
import type { Context } from '../facts/decision.ts';
import type { History, PolicyOf } from '../fold/fold.ts';
import type { Incident } from '../incident.ts';
import { followLinks } from '../links/survivor.ts';
import { byId } from '../rhythm/contact.ts';
import { readContacts } from './change.ts';
import { foldableEvent } from './records.ts';

export async function readHistory(transaction: Transaction, incident: Incident): Promise<History> {
  const contacts = byId(await readContacts(transaction, incident.id));
  const found = await transaction.get(incidentRef(incident.id).collection(collections.timeline));
  return { incident, contacts, events: found.docs.map((each) => foldableEvent(fromDocument(each.data()))) };
}

/** The incident, and those that it is linked to, up to the primary. */
export async function readLinked(transaction: Transaction, id: string): Promise<[History, ...History[]]> {
  const { incident, passed } = await followLinks(transaction, id);
  const all = await Promise.all([...passed, incident].map((each) => readHistory(transaction, each)));
  return all as [History, ...History[]];
}

/** Those that are not in force any more, which are few; what an older one does not say goes by the present one. */
export async function readPolicies(histories: readonly History[], { policy }: Context): Promise<PolicyOf> {
  const named = new Set(histories.flatMap(({ events }) => events.map((each) => each.policyVersion)));
  const earlier = [...named].filter((each) => each !== undefined && each !== policyVersion(policy)) as string[];
  const kept = await Promise.all(
    earlier.map(async (version) => [version, { ...policy, ...(await readKeptPolicy(version)) }] as const),
  );
  const policies = new Map<string | undefined, Policy>(kept);
  return (version) => policies.get(version) ?? policy;
}
