/** Reads records: by ticket, with their primaries, and with their whole history for another fold. */
import type { Transaction } from '@google-cloud/firestore';
import { readKeptPolicy } from '../../kept-policies.ts';
import { allOf, collections, dataOf, fromDocument, incidentRef } from '../../platform/firestore.ts';
import { Problem } from '../../platform/problem.ts';
import { milliseconds, type Policy, policyVersion } from '../../policy.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import type { Context } from '../facts/decision.ts';
import { readEvent } from '../facts/events.ts';
import type { History, PolicyOf } from '../fold/fold.ts';
import type { Incident } from '../incident.ts';
import { byId, type Contact, type State } from '../rhythm/contact.ts';
import { contactsInAll, type StoredContact } from './cohorts.ts';
import { incidentIdOf } from './records.ts';

/** The whole timeline of the incident, without linked incidents. */
export async function readHistory(transaction: Transaction, incident: Incident): Promise<History> {
  const [state, found] = await Promise.all([
    stateOf(transaction, incident),
    transaction.get(incidentRef(incident.id).collection(collections.timeline)),
  ]);
  return { ...state, events: found.docs.map((each) => readEvent(fromDocument(each.data()))) };
}

export const stateOf = async (transaction: Transaction, incident: Incident): Promise<State> => ({
  incident,
  contacts: byId(await readContacts(transaction, incident.id)),
});

/** The incident, and those that it is linked to, up to the primary. */
export async function readLinked(transaction: Transaction, id: string): Promise<[State, ...State[]]> {
  const { incident, passed } = await followLinks(transaction, id);
  const all = await Promise.all([...passed, incident].map((each) => stateOf(transaction, each)));
  return all as [State, ...State[]];
}

/** The primary of a linked incident. */
export async function primaryOf(transaction: Transaction, incident: Incident): Promise<State | undefined> {
  if (incident.status !== 'linked' || !incident.linkedTo) return undefined;
  const primary = await followLinks(transaction, incident.linkedTo);
  return stateOf(transaction, primary.incident);
}

/** Former policy versions, which are few; an entry missing in an old one is taken from the current one. */
export async function readPolicies(history: History, { policy }: Context): Promise<PolicyOf> {
  const named = new Set(history.events.map((each) => each.policyVersion));
  const earlier = [...named].filter((each) => each !== undefined && each !== policyVersion(policy)) as string[];
  const kept = await Promise.all(
    earlier.map(async (version) => [version, completed(await readKeptPolicy(version), policy)] as const),
  );
  const policies = new Map<string | undefined, Policy>(kept);
  return (version) => policies.get(version) ?? policy;
}

/** An entry that a section gained since is the present one's: without it, a limit would be `undefined` and let nothing pass. */
function completed(kept: object | undefined, policy: Policy): Policy {
  const isTable = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const sections = Object.entries(kept ?? {}).map(([name, section]) => {
    const now: unknown = policy[name as keyof Policy];
    return [name, isTable(now) && isTable(section) ? { ...now, ...section } : section];
  });
  return { ...policy, ...Object.fromEntries(sections) };
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

/** Whether it or its primary recovered so long ago that a new report begins a new incident. */
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

export async function readContacts(transaction: Transaction, incidentId: string): Promise<Contact[]> {
  const found = await transaction.get(incidentRef(incidentId).collection(collections.contacts));
  return contactsInAll(allOf<StoredContact>(found));
}

/** @throws Problem 404 */
export async function readIncident(transaction: Transaction, id: string): Promise<Incident> {
  const incident = dataOf<Incident>(await transaction.get(incidentRef(id)));
  if (!incident) throw new Problem(404, refuse('no-incident', { id: id.slice(0, 100) }));
  return incident;
}
