/** Whether several customers report that one area has stopped: what only the store knows of table K. */
import type { Transaction } from '@google-cloud/firestore';
import { allOf, collections, firestore } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import type { Context } from '../facts/decision.ts';
import type { Incident } from '../incident.ts';
import { changeIncident, readIncident } from '../record/change.ts';
import { areStillSeveral, beginEmergency, endByReports, isOneArea, judgeReports } from './decide-emergency.ts';
import { isGoingOn } from './emergency.ts';

/** Enough to count three customers by, also where one of them reports again and again. */
const mostReports = 100;

/**
 * One query; where they are several, one transaction decides. It locks what its queries find and what they would find, so
 * that of two decisions about one area the later one sees the emergency that the earlier one began.
 * @returns whether an incident, this one or a newer one, has become an emergency
 */
export async function beginByReports(incident: Incident, context: Context): Promise<boolean> {
  const { now, policy } = context;
  if (!judgeReports(incident, await readReports(incident, policy), policy)) return false;
  const recorded = await firestore().runTransaction(async (transaction) => {
    const current = await readIncident(transaction, incident.id);
    const reports = await readReports(current, policy, transaction);
    // One area has one running emergency, however long ago that was reported.
    const all = [...reports, ...(await readEmergencies(transaction, reports))];
    const isOfArea = (each: Incident): boolean => each.isDrill === current.isDrill && isOneArea(each, current);
    if (all.some((each) => isGoingOn(each.emergency) && isOfArea(each))) return undefined;
    const judged = judgeReports(current, all, policy);
    if (!judged) return undefined;
    const { concluded } = beginEmergency(judged.judgement, policy, now);
    return changeIncident(transaction, judged.incident.id, context, () => ({ facts: [concluded] }));
  });
  if (recorded) log('NOTICE', 'an emergency, by several reports', { incidentId: recorded.incident.id });
  return recorded !== undefined;
}

/**
 * Ends the emergencies by several reports of which this one was one, from their beginning or since, where those that are
 * left are too few. One query, and one transaction for each that it finds.
 * @returns whether it was one of them itself
 */
export async function endWithReport(incident: Incident, context: Context): Promise<boolean> {
  const { now, policy } = context;
  let isItself = false;
  for (const { id } of (await readReports(incident, policy)).filter(isOneOfSeveral)) {
    const hasEnded = await firestore().runTransaction(async (transaction) => {
      const each = await readIncident(transaction, id);
      if (!isOneOfSeveral(each)) return false;
      if (areStillSeveral(each, await readReports(each, policy, transaction), policy)) return false;
      await changeIncident(transaction, each, context, () => ({ facts: [endByReports(now)] }));
      return true;
    });
    if (!hasEnded) continue;
    log('NOTICE', 'an emergency is over: its reports are too few', { incidentId: id });
    isItself ||= id === incident.id;
  }
  return isItself;
}

const isOneOfSeveral = ({ emergency }: Incident): boolean =>
  isGoingOn(emergency) && emergency.rule === 'several-reports-of-one-area';

/** The running emergencies, of which there are few, except those already known. */
async function readEmergencies(transaction: Transaction, known: readonly Incident[]): Promise<Incident[]> {
  const running = firestore().collection(collections.incidents).where('emergency.endedAt', '==', null);
  const found = await transaction.get(running.limit(mostReports));
  const ids = new Set(known.map((each) => each.id));
  return allOf<Incident>(found).filter(({ id }) => !ids.has(id));
}

/** Reports of its area, from as long before and after it as the window is. */
async function readReports(incident: Incident, policy: Policy, transaction?: Transaction): Promise<Incident[]> {
  const windowMs = milliseconds(policy.emergency.sameArea.within);
  const at = incident.detectedAt.getTime();
  const reports = firestore()
    .collection(collections.incidents)
    .where('isDrill', '==', incident.isDrill)
    .where('origin.area', '==', incident.origin.area)
    .where('impact.businessImpact', '==', 'stopped')
    .where('detectedAt', '>=', new Date(at - windowMs))
    .where('detectedAt', '<=', new Date(at + windowMs))
    .orderBy('detectedAt', 'desc')
    .limit(mostReports);
  return allOf(await (transaction ? transaction.get(reports) : reports.get()));
}
