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

async function findSameQuestions(signal: Signal, policy: Policy): Promise<QuestionFacts['sameQuestions']> {
  const { form, area, customer } = signal;
  if (!form || !area || !customer) return [];
  const since = new Date(signal.receivedAt.getTime() - milliseconds(policy.routing.sameQuestionWindow));
  const found = await firestore()
    .collection(collections.incidents)
    .where('kind', '==', 'question')
    .where('origin.form', '==', form)
    .where('origin.area', '==', area)
    .where('receivedAt', '>=', since)
    .orderBy('receivedAt', 'desc')
    .limit(20)
    .get();
  const questions = found.docs.map((document) => fromDocument<Incident>(document.data()));
  const others = new Map<string, string>();
  for (const question of questions) {
    const reporter = question.reporter?.id;
    if (reporter && reporter !== customer.id && !others.has(reporter)) others.set(reporter, question.id);
  }
  return [...others].map(([customerId, incidentId]) => ({ customerId, incidentId }));
}

async function findOpenAlert(signal: Signal, policy: Policy): Promise<string | undefined> {
  if (!signal.area) return undefined;
  const since = new Date(signal.receivedAt.getTime() - milliseconds(policy.routing.openAlertWindow));
  const found = await firestore()
    .collection(collections.incidents)
    .where('source', '==', 'alert')
    .where('alert.service', '==', signal.area.trim().toLowerCase())
    .where('filedAt', '>=', since)
    .orderBy('filedAt', 'desc')
    .limit(1)
    .get();
  return found.docs[0]?.id;
}
