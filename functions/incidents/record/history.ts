/** How records are read: by their ticket, with what took them over, and with their whole history, to be folded again. */
import type { Transaction } from '@google-cloud/firestore';
import { readKeptPolicy } from '../../kept-policies.ts';
import { collections, dataOf, fromDocument, incidentRef } from '../../platform/firestore.ts';
import { milliseconds, type Policy, policyVersion } from '../../policy.ts';
import type { Context } from '../facts/decision.ts';
import type { History, PolicyOf } from '../fold/fold.ts';
import type { Incident } from '../incident.ts';
import { byId } from '../rhythm/contact.ts';
import { readContacts, readIncident } from './change.ts';
import { foldableEvent, incidentIdOf } from './records.ts';

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

/** The incidents that a ticket has made, from the first one on. */
export async function* incidentsOf(tool: string, sourceId: string): AsyncGenerator<Incident> {
  for (let generation = 0; ; generation += 1) {
    const incident = dataOf<Incident>(await incidentRef(incidentIdOf(tool, sourceId, generation)).get());
    if (!incident) return;
    yield incident;
  }
}

/** The incident that took a linked one over, or the incident itself. Chains of links are short, and never a circle. */
export async function survivorOf(incident: Incident): Promise<Incident> {
  const { status, linkedTo } = incident;
  const next = status === 'linked' && linkedTo ? dataOf<Incident>(await incidentRef(linkedTo).get()) : undefined;
  return next ? survivorOf(next) : incident;
}

/** Whether it, or its primary, recovered so long ago that a further report is a new incident and no ticket joins it. */
export async function isLongOver(
  known: Incident,
  { policy, now }: Pick<Context, 'policy' | 'now'>,
  mostMs = milliseconds(policy.routing.newGenerationAfter),
): Promise<boolean> {
  const { status, recoveredAt } = await survivorOf(known);
  if (status !== 'recovered' || !recoveredAt) return false;
  return now.getTime() - recoveredAt.getTime() > mostMs;
}

/** The incident that survives, and the linked ones on the way, as the transaction sees them: no link escapes it. */
export async function followLinks(
  transaction: Transaction,
  id: string,
): Promise<{ incident: Incident; passed: Incident[] }> {
  const passed: Incident[] = [];
  let incident = await readIncident(transaction, id);
  while (incident.status === 'linked' && incident.linkedTo) {
    passed.push(incident);
    incident = await readIncident(transaction, incident.linkedTo);
  }
  return { incident, passed };
}
