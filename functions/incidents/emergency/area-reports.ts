/** Whether several customers report that one area has stopped: what only the store knows of table K. */
import { collections, firestore, fromDocument } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import { changeIncident } from '../change.ts';
import type { Recorded } from '../commit.ts';
import type { Context, Decided } from '../decision.ts';
import type { Incident } from '../incident.ts';
import { beginEmergency, endByReports } from './decide-emergency.ts';
import { type Emergency, isGoingOn } from './emergency.ts';
import { areStillSeveral, isOneArea, isStoppedAndUrgent, judgeReports } from './judge-emergency.ts';

/** Enough to count three customers by, also where one of them reports again and again. */
const mostReports = 100;

/**
 * One query, and a second where they are several. What is found is judged once more on the incident as it is at the commit.
 * @returns whether an incident, this one or a newer one, has become an emergency
 */
export async function beginByReports(incident: Incident, context: Context): Promise<boolean> {
  const { now, policy } = context;
  const reports = await readReports(incident, policy);
  if (!judgeReports(incident, reports, policy)) return false;
  // One area has one running emergency, however long ago that was reported.
  const all = [...reports, ...(await readEmergencies(reports))];
  const isOfArea = (each: Incident): boolean => each.isDrill === incident.isDrill && isOneArea(each, incident);
  if (all.some((each) => isGoingOn(each.emergency) && isOfArea(each))) return false;
  const judged = judgeReports(incident, all, policy);
  if (!judged) return false;
  const { judgement } = judged;
  const recorded = await change(judged.incident.id, context, (current) =>
    isGoingOn(current.emergency) || !isStoppedAndUrgent(current)
      ? { facts: [] }
      : { facts: [beginEmergency(judgement, policy, now).concluded] },
  );
  const hasBegun = recorded.events.length > 0;
  if (hasBegun) log('NOTICE', 'an emergency, by several reports', { incidentId: recorded.incident.id });
  return hasBegun;
}

/**
 * Ends the emergencies by several reports of which this one was one, from their beginning or since, where those that are
 * left are too few. One query, and one more for each that it finds.
 * @returns whether it was one of them itself
 */
export async function endWithReport(incident: Incident, context: Context): Promise<boolean> {
  const { now, policy } = context;
  const { id } = incident;
  let isItself = false;
  for (const each of (await readReports(incident, policy)).filter(isOneOfSeveral)) {
    if (areStillSeveral(each, await readReports(each, policy), policy)) continue;
    const recorded = await change(each.id, context, (current) => ({
      facts: isOneOfSeveral(current) ? [endByReports(now)] : [],
    }));
    if (recorded.events.length === 0) continue;
    log('NOTICE', 'an emergency is over: its reports are too few', { incidentId: each.id });
    isItself ||= each.id === id;
  }
  return isItself;
}

const isOneOfSeveral = <Of extends Pick<Incident, 'emergency'>>(
  incident: Of,
): incident is Of & { emergency: Emergency } =>
  isGoingOn(incident.emergency) && incident.emergency.rule === 'several-reports-of-one-area';

const change = (id: string, context: Context, decide: (current: Incident) => Decided): Promise<Recorded> =>
  firestore().runTransaction((transaction) => changeIncident(transaction, id, context, decide));

/** The running emergencies, of which there are few, except those already known. */
async function readEmergencies(known: readonly Incident[]): Promise<Incident[]> {
  const found = await firestore()
    .collection(collections.incidents)
    .where('emergency.endedAt', '==', null)
    .limit(mostReports)
    .get();
  const ids = new Set(known.map((each) => each.id));
  return found.docs.filter(({ id }) => !ids.has(id)).map((document) => fromDocument<Incident>(document.data()));
}

/** Reports of its area, from as long before and after it as the window is. */
async function readReports(incident: Incident, policy: Policy): Promise<Incident[]> {
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
  return found.docs.map((document) => fromDocument<Incident>(document.data()));
}
