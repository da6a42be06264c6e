/** Whether several customers report that one area has stopped: what only the store knows of table K. */
import { collections, firestore, fromDocument } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { milliseconds } from '../../policy.ts';
import { changeIncident } from '../change.ts';
import type { Context, Decided } from '../decision.ts';
import { afterEvents } from '../decision.ts';
import type { Incident } from '../incident.ts';
import { beginEmergency } from './decide-emergency.ts';
import { isGoingOn } from './emergency.ts';
import { isStoppedAndUrgent, judgeReports } from './judge-emergency.ts';

/** Enough to count three customers by, also where one of them reports again and again. */
const mostReports = 100;

/**
 * One query. What it finds is judged once more on the incident as it is at the commit.
 * @returns whether an incident, this one or a newer one, has become an emergency
 */
export async function beginByReports(incident: Incident, context: Context): Promise<boolean> {
  const { now, policy } = context;
  const windowMs = milliseconds(policy.emergency.sameArea.within);
  const at = incident.reportedAt.getTime();
  const found = await firestore()
    .collection(collections.incidents)
    .where('isDrill', '==', incident.isDrill)
    .where('origin.area', '==', incident.origin.area)
    .where('impact.businessImpact', '==', 'stopped')
    .where('reportedAt', '>=', new Date(at - windowMs))
    .where('reportedAt', '<=', new Date(at + windowMs))
    .orderBy('reportedAt', 'desc')
    .limit(mostReports)
    .get();
  const reports = found.docs.map((document) => fromDocument<Incident>(document.data()));
  const judged = judgeReports(incident, reports, policy);
  if (!judged) return false;
  const { judgement } = judged;
  return firestore().runTransaction(async (transaction) => {
    const recorded = await changeIncident(transaction, judged.incident.id, context, (current): Decided => {
      const isNone = isGoingOn(current.emergency) || !isStoppedAndUrgent(current);
      const { events, outbox } = isNone ? { events: [], outbox: [] } : beginEmergency(judgement, policy, now);
      return { incident: afterEvents(current, events), events, effects: [], outbox };
    });
    const hasBegun = recorded.events.length > 0;
    if (hasBegun) log('NOTICE', 'an emergency, by several reports', { incidentId: recorded.incident.id });
    return hasBegun;
  });
}
