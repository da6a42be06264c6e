/** Questions that were incidents: answered as trouble, left unanswered, or asked by a third customer. */
import type { Transaction } from '@google-cloud/firestore';
import { groupByContact, openContact, theOthersId } from '../customer-updates/contact.ts';
import { firestore, timerRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { type Recorded, type Recording, readIncident, write } from './commit-decision.ts';
import { decideAnswer, decideReclassified, type ReclassifyRule } from './decide-question.ts';
import type { AnswerKind, Incident } from './incident.ts';
import { contactIdOf, contactRef, firstTimer } from './records.ts';

/** @throws Problem 404 for no such question, 409 for one that is settled */
export function answerQuestion(
  id: string,
  answer: { kind: AnswerKind; note?: string | undefined },
  by: Recording,
): Promise<Recorded> {
  return firestore().runTransaction(async (transaction) => {
    const question = await readIncident(transaction, id);
    if (question.kind !== 'question') throw new Problem(409, 'It is no question, or no longer one.');
    if (question.status === 'answered') throw new Problem(409, 'It has been answered.');
    if (question.status === 'linked') throw new Problem(409, `It is linked to ${question.linkedTo}. Unlink it first.`);
    const recorded = write(transaction, question, decideAnswer(question, answer, by), by.now);
    if (recorded.incident.kind === 'incident') begin(transaction, recorded.incident, by.policy);
    else transaction.delete(timerRef(id));
    return recorded;
  });
}

/** @returns the incident; as it was when it is one already, or was answered meanwhile */
export function reclassify(
  id: string,
  rule: ReclassifyRule,
  why: string,
  policy: Policy,
  now: Date,
): Promise<Incident> {
  return firestore().runTransaction(async (transaction) => {
    const question = await readIncident(transaction, id);
    const isSettled = question.kind === 'incident' || (question.status === 'answered' && rule === 'unanswered');
    if (isSettled) return question;
    const { incident } = write(transaction, question, decideReclassified(question, rule, why, policy, now), now);
    begin(transaction, incident, policy);
    log('NOTICE', 'reclassified: it is an incident', { incidentId: id, rule });
    return incident;
  });
}

/** A question that nobody answered in time is treated as trouble; called when its timer is due. */
export function reclassifyUnanswered(id: string, policy: Policy, now: Date): Promise<Incident> {
  const why = `Nobody answered it within ${policy.routing.unansweredQuestionAfter}.`;
  return reclassify(id, 'unanswered', why, policy, now);
}

/** From here on it is announced, and its customers have a rhythm, like any incident that was filed now. */
function begin(transaction: Transaction, incident: Incident, policy: Policy): void {
  const ticket = {
    tool: incident.origin.tool,
    id: incident.origin.id,
    ...(incident.origin.url ? { url: incident.origin.url } : {}),
  };
  const affectedKnownAt = incident.filedAt;
  for (const [id, customers] of groupByContact(incident.affectedCustomers, contactIdOf)) {
    transaction.set(
      contactRef(incident.id, id),
      openContact(incident, { id, customers, ticket, affectedKnownAt }, policy),
    );
  }
  if ((incident.impact.affectedCustomerCount ?? 0) > incident.affectedCustomers.length) {
    const others = openContact(
      incident,
      { id: theOthersId, customers: [], ticket: undefined, affectedKnownAt },
      policy,
    );
    transaction.set(contactRef(incident.id, theOthersId), others);
  }
  const timer = firstTimer(incident, policy);
  if (timer) transaction.set(timerRef(incident.id), timer);
}
