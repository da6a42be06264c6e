/**
 * What a new report belongs together with: the incident that its ticket names, and the questions that made it the third
 * of its kind. Done after it was filed, and safe to do again: a retry finds what is left to do.
 */
import type { Signal } from '../intake/signal.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import type { Incident } from './incident.ts';
import { reclassify } from './reclassify.ts';
import { recordStatement } from './record-event.ts';

export async function joinRelated(incident: Incident, signal: Signal, policy: Policy, now: Date): Promise<Incident> {
  for (const id of incident.routing.sameQuestions ?? []) {
    const why = `${policy.routing.sameQuestionCustomers} customers asked the same within ${policy.routing.sameQuestionWindow}.`;
    await reclassify(id, 'third-customer', why, policy, now);
    await link(id, incident.id, why, 'rule', policy, now);
  }
  const { relatedIncidentId } = signal;
  const isNew = incident.kind === 'incident' && incident.status === 'open' && incident.lastSequence === 1;
  if (!relatedIncidentId || relatedIncidentId === incident.id || !isNew) return incident;
  return (await link(incident.id, relatedIncidentId, 'The ticket names it.', signal.tool, policy, now)) ?? incident;
}

/** A link that is refused (there is no such incident, it is linked already) leaves things as they are. */
async function link(
  id: string,
  to: string,
  basis: string,
  actor: string,
  policy: Policy,
  now: Date,
): Promise<Incident | undefined> {
  try {
    return (await recordStatement(id, { type: 'linked', to, basis }, { actor, now, policy })).incident;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log('NOTICE', 'not linked', { incidentId: id, to, ...errorFacts(error) });
    return undefined;
  }
}
