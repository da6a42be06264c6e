/** Updates of an incident that are being sent or were just sent, including those of incidents linked to it since. */
import type { Query, QuerySnapshot } from '@google-cloud/firestore';
import type { Incident } from '../../incidents/incident.ts';
import { allOf, collections, firestore } from '../../platform/firestore.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import { isOnItsWay, type UpdateRecord } from './update.ts';

/** Longer than an update is retried. */
const askedWithinMs = ({ outgoing }: Policy): number => 2 * milliseconds(outgoing.giveUpAfter);
/** A query compares a field with 30 values, and these are compared with two states each. */
const mostCompared = 15;

const ask = (query: Query): Promise<QuerySnapshot> => query.get();

/** Those of which nobody knows whether they arrived. @param get in a transaction, its own */
export async function undecidedUpdates(incident: Incident, at: Date, policy: Policy, get = ask) {
  if (!mayHaveUndecided(incident, at, policy)) return [];
  return allOf<UpdateRecord>(await get(undecidedOf(withLinked(incident))));
}

/** Also those sent so recently that the same words would come from a second tap. */
export async function recentUpdates(incident: Incident, at: Date, policy: Policy, get = ask): Promise<UpdateRecord[]> {
  if (!mayHaveUndecided(incident, at, policy)) return [];
  const since = new Date(at.getTime() - milliseconds(policy.outgoing.sameTextWithin));
  const [undecided, latest] = await Promise.all([
    undecidedUpdates(incident, at, policy, get),
    get(updatesOf(withLinked(incident)).where('requestedAt', '>', since)),
  ]);
  return [...undecided, ...allOf<UpdateRecord>(latest).filter(({ state }) => state === 'sent')];
}

function mayHaveUndecided({ updatesAskedAt, failedUpdates, links = [] }: Incident, at: Date, policy: Policy): boolean {
  const since = at.getTime() - askedWithinMs(policy);
  const isLate = [updatesAskedAt, ...links.map((each) => each.at)].some((each) => Number(each) > since);
  return isLate || (failedUpdates ?? 0) > 0;
}

/** An update reaches its ticket within seconds; a slower one has met a problem. */
const leavesWithinMs = 60_000;

type Asked = Pick<Incident, 'id' | 'updatesAskedAt'>;

/** The incidents with an update that has been waiting for longer than that. */
export async function heldUpOf(incidents: readonly Asked[], at: Date, policy: Policy): Promise<ReadonlySet<string>> {
  const since = at.getTime() - askedWithinMs(policy);
  const ids = incidents.filter(({ updatesAskedAt }) => Number(updatesAskedAt) > since).map(({ id }) => id);
  const found: UpdateRecord[] = [];
  for (let from = 0; from < ids.length; from += mostCompared) {
    const some = undecidedOf(ids.slice(from, from + mostCompared));
    found.push(...allOf<UpdateRecord>(await some.select('incidentId', 'requestedAt', 'state', 'delivery').get()));
  }
  const isLate = (each: UpdateRecord): boolean =>
    isOnItsWay(each) && at.getTime() - each.requestedAt.getTime() > leavesWithinMs;
  return new Set(found.filter(isLate).map(({ incidentId }) => incidentId));
}

/** With the incidents linked most recently. */
const withLinked = ({ id, links = [] }: Incident): string[] => [
  id,
  ...links.map(({ incidentId }) => incidentId).slice(1 - mostCompared),
];

const updatesOf = (incidentIds: string[]): Query =>
  firestore().collection(collections.updates).where('incidentId', 'in', incidentIds);

const undecidedOf = (incidentIds: string[]): Query =>
  updatesOf(incidentIds).where('state', 'in', ['sending', 'unknown']);
