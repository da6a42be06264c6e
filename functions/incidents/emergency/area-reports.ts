/** Checks whether several customers report that one area has stopped: the part of table K that needs other records. */
import type { Transaction } from '@google-cloud/firestore';
import { allOf, collections, dataOf, firestore, incidentRef } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import type { Context } from '../facts/decision.ts';
import type { Incident } from '../incident.ts';
import { changeIncident } from '../record/change.ts';
import type { Recorded } from '../record/commit.ts';
import { readIncident } from '../record/history.ts';
import { areStillSeveral, isEmergencyOf, judgeReports, leaveArea, reachArea, supportedBy } from './decide-emergency.ts';
import { type Emergency, isGoingOn } from './emergency.ts';

/** Enough reports to find three customers even if one of them reports repeatedly. */
const mostReports = 100;

/**
 * Begins an emergency, or adds the report to the one that its area has. One transaction decides: it locks what its queries
 * find and what they would find, so that of two decisions about one area the later one sees what the earlier one did.
 * @returns the emergency, where this has begun it or has changed which reports support it
 */
export async function beginByReports(incident: Incident, context: Context): Promise<Incident | undefined> {
  const { now, policy } = context;
  const near = await readReports(incident, policy);
  const known = await runningOf(incident, near);
  const isToDo = known ? !known.emergency?.incidents?.includes(incident.id) : judgeReports(incident, near, policy);
  if (!isToDo) return undefined;
  const recorded = await firestore().runTransaction(async (transaction) => {
    const current = await readIncident(transaction, incident.id);
    const reports = await readReports(current, policy, transaction);
    // One area has one running emergency, however long ago that was reported.
    const running = await runningOf(current, reports, transaction);
    if (running) return support(transaction, running, [current, ...reports], context);
    const judged = judgeReports(current, reports, policy);
    if (!judged) return undefined;
    const reached = reachArea(judged.judgement, policy, now);
    return changeIncident(transaction, judged.incident.id, context, () => ({ facts: [reached] }));
  });
  if (recorded) log('NOTICE', 'an emergency, by several reports', { incidentId: recorded.incident.id });
  const after = recorded && (recorded.primary ?? recorded.incident);
  return after?.emergency?.incidents?.includes(incident.id) ? after : undefined;
}

/** Records which reports support a running emergency, if they have changed. */
async function support(
  transaction: Transaction,
  running: Incident,
  found: readonly Incident[],
  context: Context,
): Promise<Recorded | undefined> {
  const { emergency } = running;
  if (!emergency) return undefined;
  const known = new Map((await readNamed(transaction, emergency)).map((each) => [each.id, each]));
  for (const each of found) known.set(each.id, each);
  const inputs = supportedBy(running, [...known.values()]);
  if (!inputs) return undefined;
  const reached = reachArea({ ...emergency, inputs }, context.policy, context.now);
  return changeIncident(transaction, holderOf(running), context, () => ({ facts: [reached] }));
}

/** The incident that a fact is about. */
const holderOf = ({ id, emergency }: Incident): string => emergency?.from ?? id;

/**
 * Ends each emergency that counted this report, if the remaining reports are too few. One query, and one transaction for each.
 * @returns whether this incident's own emergency ended
 */
export async function endWithReport(incident: Incident, context: Context): Promise<boolean> {
  const { now, policy } = context;
  let isItself = false;
  for (const { id } of (await readRunning()).filter((each) => isEmergencyOf(each, incident))) {
    const hasEnded = await firestore().runTransaction(async (transaction) => {
      const each = await readIncident(transaction, id);
      if (!isOneOfSeveral(each)) return false;
      const { emergency } = each;
      const isTakenOver = emergency.from !== undefined;
      const reports = isTakenOver
        ? await readNamed(transaction, emergency)
        : await readReports(each, policy, transaction);
      const isOfSeveral = (report: Incident): boolean => areStillSeveral(report, reports, policy);
      if (isTakenOver ? reports.some(isOfSeveral) : isOfSeveral(each)) {
        await support(transaction, each, reports, context);
        return false;
      }
      await changeIncident(transaction, holderOf(each), context, () => ({ facts: [leaveArea(now)] }));
      return true;
    });
    if (!hasEnded) continue;
    log('NOTICE', 'an emergency is over: its reports are too few', { incidentId: id });
    isItself ||= id === incident.id;
  }
  return isItself;
}

const isOneOfSeveral = (each: Incident): each is Incident & { emergency: Emergency } =>
  isGoingOn(each.emergency) && each.emergency.rule === 'several-reports-of-one-area';

/** The emergency of a report's area. */
async function runningOf(report: Incident, near: readonly Incident[], transaction?: Transaction) {
  const isOfArea = (each: Incident): boolean => isEmergencyOf(each, report);
  return near.find(isOfArea) ?? (await readRunning(transaction)).find(isOfArea);
}

/** Few emergencies run at once, so this reads them all. */
async function readRunning(transaction?: Transaction): Promise<Incident[]> {
  const all = firestore().collection(collections.incidents).where('emergency.endedAt', '==', null).limit(mostReports);
  return allOf(await (transaction ? transaction.get(all) : all.get()));
}

/** The current state of the reports that an emergency names. */
async function readNamed(transaction: Transaction, { inputs: { reports = [] } }: Emergency): Promise<Incident[]> {
  const refs = reports.map(({ incidentId }) => incidentRef(incidentId));
  const documents = refs.length > 0 ? await transaction.getAll(...refs) : [];
  return documents.flatMap((each) => dataOf<Incident>(each) ?? []);
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
