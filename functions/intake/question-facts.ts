/** What only the store knows about a question: the same question of others, and alerts of its service. */

import type { Incident } from '../incidents/incident.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { milliseconds, type Policy } from '../policy.ts';
import type { QuestionFacts } from './routing.ts';
import type { Signal } from './signal.ts';

/** One query for each of the two triggers, and none for a trigger that cannot match. */
export async function gatherQuestionFacts(signal: Signal, policy: Policy): Promise<QuestionFacts> {
  const [sameQuestions, openAlertIncidentId] = await Promise.all([
    findSameQuestions(signal, policy),
    findOpenAlert(signal, policy),
  ]);
  return { sameQuestions, ...(openAlertIncidentId ? { openAlertIncidentId } : {}) };
}

/** All reports of others with the same form and area in the window: also those that became incidents meanwhile. */
async function findSameQuestions(signal: Signal, policy: Policy): Promise<QuestionFacts['sameQuestions']> {
  const { form, area, customer } = signal;
  if (!form || !area || !customer) return [];
  const since = new Date(signal.receivedAt.getTime() - milliseconds(policy.routing.sameQuestionWindow));
  const found = await firestore()
    .collection(collections.incidents)
    .where('origin.form', '==', form)
    .where('origin.area', '==', area)
    .where('reportedAt', '>=', since)
    .where('reportedAt', '<=', signal.receivedAt)
    .orderBy('reportedAt', 'desc')
    .limit(20)
    .get();
  const reports = found.docs.map((document) => fromDocument<Incident>(document.data()));
  const others = new Map<string, QuestionFacts['sameQuestions'][number]>();
  for (const report of reports) {
    const reporter = report.reporter?.id;
    if (!reporter || reporter === customer.id || others.has(reporter) || report.kind === 'outside') continue;
    const isIncident = report.kind === 'incident';
    others.set(reporter, { customerId: reporter, incidentId: report.linkedTo ?? report.id, isIncident });
  }
  return [...others.values()];
}

/** An alert opened: its signal tells, since its incident may be that of an older storm. */
async function findOpenAlert(signal: Signal, policy: Policy): Promise<string | undefined> {
  if (!signal.area) return undefined;
  const since = new Date(signal.receivedAt.getTime() - milliseconds(policy.routing.openAlertWindow));
  const found = await firestore()
    .collection(collections.signals)
    .where('kind', '==', 'alert-opened')
    .where('alert.service', '==', signal.area.trim().toLowerCase())
    .where('receivedAt', '>=', since)
    .where('receivedAt', '<=', signal.receivedAt)
    .orderBy('receivedAt', 'desc')
    .limit(1)
    .select('incidentId')
    .get();
  const incidentId: unknown = found.docs[0]?.get('incidentId');
  return typeof incidentId === 'string' ? incidentId : undefined;
}
