/** Merges many reports of one trouble in one act, and undoes that act. Each link is a commit of its own, and made once. */
import * as z from 'zod';
import { requireIncident, resolveIncident } from './find/read-incident.ts';
import { settleSameness } from './find/sameness.ts';
import { isGoingOn } from './incidents/emergency/emergency.ts';
import type { Context, Sender } from './incidents/facts/decision.ts';
import { refuseUnseen, versionOf } from './incidents/facts/version.ts';
import type { Incident } from './incidents/incident.ts';
import { recordLink, recordUnlink } from './incidents/links/link.ts';
import { changeIncident } from './incidents/record/change.ts';
import { survivorOf } from './incidents/record/history.ts';
import type { Timer } from './incidents/record/records.ts';
import { once } from './incidents/statements/record-event.ts';
import { collections, dataOf, firestore, incidentRef, timerRef } from './platform/firestore.ts';
import { stableId } from './platform/ids.ts';
import { log } from './platform/log.ts';
import { Problem } from './platform/problem.ts';
import { followUp } from './record-fact.ts';
import { refuse } from './words/refusals/refuse.ts';

export interface Merge {
  /** The same ID for the same reports of the same incident. */
  mergeId: string;
  /** Linked now, or before. */
  merged: string[];
  refused: { incident: string; problem: Problem }[];
  /** Linked by the next look at the primary. */
  pending: string[];
}

/** The rest of a merge, or of its end, as the primary's outbox holds it. */
const rest = z.object({
  mergeId: z.string(),
  incidents: z.array(z.string()),
  basis: z.string(),
  actor: z.string(),
  isEnd: z.boolean(),
});
type Rest = z.infer<typeof rest>;

/**
 * Links reports to an incident, or to its primary. Called again, it links what is left and answers the same.
 * @param said.incidents ids, codes or addresses
 * @throws Problem 404 or 412 about the incident itself; what is wrong with a report is in the answer
 */
export async function mergeIncidents(
  id: string,
  said: { incidents: readonly string[]; basis: string },
  by: Context,
): Promise<Merge> {
  const named = await requireIncident(id);
  if (by.seen) refuseUnseen(by.seen, versionOf(named));
  const target = await survivorOf(named);
  const refused: Merge['refused'] = [];
  const saidAs = new Map<string, string>();
  for (const incident of new Set(said.incidents)) {
    const problem = await problemWith(async () => void saidAs.set(await resolveIncident(incident), incident));
    if (problem) refused.push({ incident, problem });
  }
  const ids = [...saidAs.keys()];
  const mergeId = stableId('mrg', target.id, ...ids.toSorted());
  const [now, pending] = split(ids, by);
  const work = { mergeId, basis: said.basis, actor: by.actor, isEnd: false };
  await keepRest(target.id, { ...work, incidents: pending }, by);
  const merged: string[] = [];
  for (const each of now) {
    const problem = await act(each, target.id, work, by);
    if (problem) refused.push({ incident: saidAs.get(each) ?? each, problem });
    else merged.push(each);
  }
  await followAll(target.id, merged, by);
  return { mergeId, merged, refused, pending };
}

/**
 * Merges reports of one trouble into the emergency among them, else into the one that was reported first.
 * @param ids or codes
 * @throws Problem what is wrong with the first of them, where none is merged
 */
export async function mergeReports(
  ids: readonly string[],
  basis: string,
  by: Context,
): Promise<Merge & { to: string }> {
  const named = (id: string) => resolveIncident(id).then(requireIncident).then(survivorOf);
  const found = await Promise.all([...new Set(ids)].map(named));
  const place = ({ emergency }: Incident): number => (isGoingOn(emergency) ? 0 : 1);
  const [target, ...others] = [...new Map(found.map((each) => [each.id, each])).values()].toSorted(
    (one, other) =>
      place(one) - place(other) ||
      one.reportedAt.getTime() - other.reportedAt.getTime() ||
      one.filedAt.getTime() - other.filedAt.getTime(),
  );
  const to = target?.id ?? '';
  const incidents = others.map(({ id }) => id);
  const merge = await mergeIncidents(to, { incidents, basis }, { ...by, seen: undefined });
  const [refused] = merge.refused;
  if (refused && merge.merged.length + merge.pending.length === 0) throw refused.problem;
  return { ...merge, to };
}

/**
 * Ends every link that a merge made and nobody has ended since.
 * @throws Problem 404 if the incident never had such a merge
 */
export async function undoMerge(id: string, mergeId: string, by: Context) {
  const named = await requireIncident(id);
  if (by.seen) refuseUnseen(by.seen, versionOf(named));
  const target = await mergedInto(named, mergeId);
  const linked = linksOf(target, mergeId);
  const [now, pending] = split(linked, by);
  const work = { mergeId, basis: '', actor: by.actor, isEnd: true };
  await keepRest(target.id, { ...work, incidents: pending }, by);
  for (const each of now) await act(each, target.id, work, by);
  await followAll(target.id, now, by);
  return { mergeId, unmerged: now, pending };
}

/** Completes a merge, or its end, unless the opposite has been asked for since. */
export const continueMerge: Sender = async (sends, { incident: { id }, now, policy }) => {
  const { incidents, ...work } = rest.parse(sends);
  const by: Context = { actor: work.actor, now, policy };
  for (const each of incidents) {
    if (!(await isAskedFor(id, work))) return;
    const problem = await act(each, id, work, by);
    if (problem) log('WARNING', 'a report was not merged', { incidentId: each, to: id, why: problem.message });
  }
  await followAll(id, incidents, by);
};

type Work = Omit<Rest, 'incidents'>;

const split = (ids: string[], { policy: { merge } }: Context): [now: string[], later: string[]] => [
  ids.slice(0, merge.atOnce),
  ids.slice(merge.atOnce),
];

/** The version is checked once for all links. Links need no key: a linked report is not linked again. */
const alone = (by: Context): Context => ({ ...by, idempotencyKey: undefined, seen: undefined });

/** Links a report, or ends its link. @returns why it is refused; undefined where it is already as it shall be */
async function act(id: string, to: string, { mergeId, basis, isEnd }: Work, by: Context): Promise<Problem | undefined> {
  const linked = { type: 'linked' as const, to, basis, merge: mergeId };
  const unlinked = { type: 'unlinked' as const };
  const problem = await problemWith(() =>
    once(id, isEnd ? unlinked : linked, alone(by), (transaction) =>
      isEnd ? recordUnlink(transaction, id, unlinked, alone(by)) : recordLink(transaction, id, linked, alone(by)),
    ),
  );
  return problem?.status === 409 && (await isMember(id, to)) !== isEnd ? undefined : problem;
}

async function isMember(id: string, of: string): Promise<boolean> {
  const incident = await requireIncident(id);
  return id !== of && (await survivorOf(incident)).id === of;
}

async function problemWith(work: () => Promise<unknown>): Promise<Problem | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return error;
    throw error;
  }
}

/** The reports linked by a merge and not unlinked since. */
export const linksOf = ({ links = [] }: Incident, mergeId: string): string[] =>
  links.filter((each) => each.merge === mergeId).map(({ incidentId }) => incidentId);

/** The incident that has or had the merge's links: this one, or its later primary. */
async function mergedInto(incident: Incident, mergeId: string): Promise<Incident> {
  if (linksOf(incident, mergeId).length > 0) return incident;
  // Ended links are only on the timeline, whose details have no index.
  const links = await incidentRef(incident.id).collection(collections.timeline).where('type', '==', 'linked').get();
  if (links.docs.some((each) => each.get('detail.merge') === mergeId && each.get('detail.from'))) return incident;
  const { linkedTo, status } = incident;
  if (status !== 'linked' || !linkedTo) throw new Problem(404, refuse('no-merge', { id: mergeId.slice(0, 100) }));
  return mergedInto(await requireIncident(linkedTo), mergeId);
}

const kind = 'merge';

/** Replaces what remained of this merge or of its undoing. */
async function keepRest(id: string, work: Rest, by: Context): Promise<void> {
  await firestore().runTransaction(async (transaction) => {
    const ref = timerRef(id);
    const timer = dataOf<Timer>(await transaction.get(ref));
    const isLeft = timer?.pending.some((each) => each.kind === kind && each.key === work.mergeId);
    if (work.incidents.length > 0) {
      const outbox = [{ kind, key: work.mergeId, since: by.now, sends: work }];
      await changeIncident(transaction, id, alone(by), () => ({ facts: [], outbox }));
    } else if (isLeft) {
      const pending = timer?.pending.filter((each) => each.kind !== kind || each.key !== work.mergeId);
      transaction.update(ref, { pending });
    }
  });
}

async function isAskedFor(id: string, { mergeId, isEnd }: Work): Promise<boolean> {
  const timer = dataOf<Timer>(await timerRef(id).get());
  const left = timer?.pending.find((each) => each.kind === kind && each.key === mergeId);
  return left !== undefined && 'sends' in left && rest.parse(left.sends).isEnd === isEnd;
}

/** Updates questions, drafts and cards after the recording. */
async function followAll(target: string, ids: readonly string[], by: Context): Promise<void> {
  const incidents = await Promise.all([target, ...ids].map(requireIncident));
  await settleSameness(incidents, by);
  for (const each of incidents) await followUp(each, by);
}
