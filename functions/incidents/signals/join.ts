/** Joins a filed report with the incident that it names and questions of its kind; a retry finds what is left to do. */

import { given } from '../../platform/defined.ts';
import { collections, dataOf, firestore, incidentRef, readAll } from '../../platform/firestore.ts';
import { errorFacts, log } from '../../platform/log.ts';
import { Problem } from '../../platform/problem.ts';
import type { Context, Pending, Sender } from '../facts/decision.ts';
import type { Incident } from '../incident.ts';
import { incidentsOf, isLongOver, survivorOf } from '../record/history.ts';
import type { SignalRecord } from '../record/records.ts';
import { reclassify } from '../statements/reclassify.ts';
import { recordStatement } from '../statements/record-event.ts';
import { type Author, authorOf, type Signal, type Tool } from './signal.ts';

export async function joinRelated(incident: Incident, signal: Naming, context: Context): Promise<Incident> {
  const { routing } = context.policy;
  if (!isOwn(incident, signal)) return incident;
  for (const id of questionsLeft(incident)) {
    const why = `${routing.sameQuestionCustomers} customers asked the same within ${routing.sameQuestionWindow}.`;
    await reclassify(id, 'third-customer', why, context);
    await link(id, incident.id, why, { ...context, actor: 'rule' });
  }
  const { joins } = incident.routing;
  return joinNamed(incident, joins ? { relatedIncidentId: joins, ...signal } : signal, context);
}

/** Committed with the report: the next look joins where the door did not. @param incident as the report leaves it */
export function toJoin(incident: Incident, signal: Signal, now: Date): Pending[] {
  const { relatedIncidentId, relatedSourceId } = signal;
  const isNaming = relatedIncidentId ?? relatedSourceId ?? incident.routing.joins ?? questionsLeft(incident)[0];
  // A replayed report names the original's incident, so it joins nothing.
  if (!isNaming || signal.drill || !isOwn(incident, signal)) return [];
  const sends: Joining = { ...given(signal, naming), author: authorOf(signal) };
  return [{ kind: 'related', key: signal.id, since: now, sends }];
}

type Joining = Naming & { author: Author };

export const joinAsked: Sender = async (sends, { incident, ...context }) => {
  const { author, ...named } = sends as Joining;
  await joinRelated(incident, named, { ...context, ...author });
};

/** A person who undid a link overrides a rule, or a ticket that is delivered again. */
function questionsLeft({ routing, unlinkedFrom = [], links = [] }: Incident): string[] {
  const known = new Set([...unlinkedFrom, ...links.map((each) => each.incidentId)]);
  return (routing.sameQuestions ?? []).filter((id) => !known.has(id));
}

/** A ticket speaks only for its own incident, not for the one that this was linked to. */
const isOwn = ({ origin, kind, status }: Incident, { tool, sourceId }: Naming): boolean =>
  origin.tool === tool && origin.id === sourceId && kind === 'incident' && status === 'open';

const naming = ['tool', 'sourceId', 'relatedIncidentId', 'relatedSourceId'] as const;
type Naming = Pick<Signal, (typeof naming)[number]>;

async function joinNamed(incident: Incident, signal: Naming, context: Context): Promise<Incident> {
  if (!isOwn(incident, signal)) return incident;
  const apart = new Set(incident.unlinkedFrom);
  const to = await relatedOf(signal, context);
  if (!to || to === incident.id || apart.has(to)) return incident;
  const named = apart.size > 0 ? dataOf<Incident>(await incidentRef(to).get()) : undefined;
  if (named && apart.has((await survivorOf(named)).id)) return incident;
  return (await link(incident.id, to, 'The ticket names it.', context)) ?? incident;
}

/** Tools whose tickets can name another ticket of the same tool. */
const namingTools: readonly Tool[] = ['zendesk'];

/**
 * Finds reports that named this one before it came. Costs one query.
 * @returns whether any was linked to it
 */
export async function joinThoseNaming(incident: Incident, context: Context): Promise<boolean> {
  const { tool, id: sourceId } = incident.origin;
  if (!namingTools.includes(tool) || incident.kind !== 'incident' || incident.status === 'linked') return false;
  const signals = firestore().collection(collections.signals).where('relatedSourceId', '==', sourceId);
  const shown = ['tool', 'sourceId', 'incidentId'] as const;
  const named = await readAll<Pick<SignalRecord, (typeof shown)[number]>>(signals.select(...shown));
  let hasJoined = false;
  for (const [id, signal] of new Map(named.map((each) => [each.incidentId, each]))) {
    const other = dataOf<Incident>(await incidentRef(id).get());
    if (signal.tool !== tool || id === incident.id || !other) continue;
    const names = { ...signal, relatedIncidentId: incident.id };
    const joined = await joinNamed(other, names, { ...context, actor: tool });
    hasJoined ||= joined.status === 'linked';
  }
  return hasJoined;
}

/**
 * The incident that a ticket names: by the incident's id, or by another ticket of the same tool, whose newest incident is
 * meant. If that one ended weeks ago, the ticket is a new incident, as it is when the named ticket itself returns.
 */
async function relatedOf(
  { tool, relatedIncidentId, relatedSourceId }: Naming,
  context: Context,
): Promise<string | undefined> {
  if (relatedIncidentId || !relatedSourceId) return relatedIncidentId;
  let latest: Incident | undefined;
  for await (latest of incidentsOf(tool, relatedSourceId));
  return latest && !(await isLongOver(latest, context)) ? latest.id : undefined;
}

/** A refused link (no such incident, or already linked) changes nothing. */
async function link(id: string, to: string, basis: string, by: Context): Promise<Incident | undefined> {
  try {
    return (await recordStatement(id, { type: 'linked', to, basis }, by)).incident;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log('NOTICE', 'not linked', { incidentId: id, to, ...errorFacts(error) });
    return undefined;
  }
}
