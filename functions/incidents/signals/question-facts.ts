/** Facts about a question from other records: the same question by others, and alerts of its service. */

import type { Transaction } from '@google-cloud/firestore';
import { allOf, collections, firestore } from '../../platform/firestore.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import { type Incident, optional } from '../incident.ts';
import type { SignalRecord } from '../record/records.ts';
import type { QuestionFacts } from './routing.ts';
import type { Signal } from './signal.ts';

/** One query for each of the two triggers, and none for a trigger that cannot match. */
export async function gatherQuestionFacts(
  transaction: Transaction,
  signal: Signal,
  policy: Policy,
): Promise<QuestionFacts> {
  const [sameQuestions, openAlertIncidentId] = await Promise.all([
    findSameQuestions(transaction, signal, policy),
    findOpenAlert(transaction, signal, policy),
  ]);
  return { sameQuestions, ...optional('openAlertIncidentId', openAlertIncidentId) };
}

/** Others' reports of the same form and area in the window, also those that are incidents by now, or came later. */
async function findSameQuestions(
  transaction: Transaction,
  signal: Signal,
  policy: Policy,
): Promise<QuestionFacts['sameQuestions']> {
  const { form, area, customer, receivedAt } = signal;
  if (!form || !area || !customer) return [];
  const windowMs = milliseconds(policy.routing.sameQuestionWindow);
  const found = await transaction.get(
    firestore()
      .collection(collections.incidents)
      .where('origin.form', '==', form)
      .where('origin.area', '==', area)
      .where('reportedAt', '>=', new Date(receivedAt.getTime() - windowMs))
      .where('reportedAt', '<=', new Date(receivedAt.getTime() + windowMs))
      .orderBy('reportedAt', 'desc')
      .limit(20),
  );
  const others = new Map<string, QuestionFacts['sameQuestions'][number]>();
  for (const report of inOneWindow(allOf<Incident>(found), receivedAt, windowMs)) {
    const reporter = report.reporter?.id;
    // A drill and a real report never become one incident.
    if (report.isDrill !== signal.isDrill) continue;
    if (!reporter || reporter === customer.id || others.has(reporter) || report.kind === 'outside') continue;
    // A linked question belongs to an incident, although it was never one itself.
    const isIncident = report.kind === 'incident' || report.linkedTo !== undefined;
    others.set(reporter, { customerId: reporter, incidentId: report.linkedTo ?? report.id, isIncident });
  }
  return [...others.values()];
}

/** Of all time windows that contain this report, the reports in the fullest one. */
function inOneWindow(reports: Incident[], receivedAt: Date, windowMs: number): Incident[] {
  const starts = [receivedAt, ...reports.map((each) => each.reportedAt)].filter((start) => start <= receivedAt);
  const isWithin = ({ reportedAt: at }: Incident, start: Date): boolean => at >= start && +at <= +start + windowMs;
  const windows = starts.map((start) => reports.filter((each) => isWithin(each, start)));
  return windows.reduce((most, each) => (each.length > most.length ? each : most), []);
}

/** Enough that a drill's alerts hide no real one. */
const mostAlerts = 10;

/** An alert opened: its signal tells, since its incident may be that of an older alert group. */
async function findOpenAlert(transaction: Transaction, signal: Signal, policy: Policy): Promise<string | undefined> {
  if (!signal.area) return undefined;
  const since = new Date(signal.receivedAt.getTime() - milliseconds(policy.routing.openAlertWindow));
  const found = await transaction.get(
    firestore()
      .collection(collections.signals)
      .where('kind', '==', 'alert-opened')
      .where('alert.service', '==', signal.area.trim().toLowerCase())
      .where('receivedAt', '>=', since)
      .where('receivedAt', '<=', signal.receivedAt)
      .orderBy('receivedAt', 'desc')
      .limit(mostAlerts)
      .select('incidentId', 'isDrill'),
  );
  const alerts = allOf<Pick<SignalRecord, 'incidentId' | 'isDrill'>>(found);
  return alerts.find(({ isDrill }) => isDrill === signal.isDrill)?.incidentId;
}
