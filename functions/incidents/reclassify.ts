/** Questions that were incidents: answered as trouble, left unanswered, or asked by a third customer. */
import { firestore, timerRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import type { Policy } from '../policy.ts';
import { beginIncident, type Recorded, type Recording, readIncident, write } from './commit-decision.ts';
import { decideAnswer, decideReclassified, type ReclassifyRule } from './decide-question.ts';
import type { AnswerKind, Incident } from './incident.ts';
import { once } from './record-event.ts';

/** @throws Problem 404 for no such question, 409 for one that is settled, 422 for a key that was used for another answer */
export function answerQuestion(
  id: string,
  answer: { kind: AnswerKind; note?: string | undefined },
  by: Recording,
): Promise<Recorded> {
  return once(id, { ...answer, type: 'answered' }, by, async (transaction) => {
    const question = await readIncident(transaction, id);
    if (question.kind !== 'question') throw new Problem(409, 'It is no question, or no longer one.');
    if (question.status === 'answered') throw new Problem(409, 'It has been answered.');
    if (question.status === 'linked') throw new Problem(409, `It is linked to ${question.linkedTo}. Unlink it first.`);
    const recorded = write(transaction, question, decideAnswer(question, answer, by), by.now);
    if (recorded.incident.kind === 'incident') beginIncident(transaction, recorded.incident, by.policy);
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
    beginIncident(transaction, incident, policy);
    log('NOTICE', 'reclassified: it is an incident', { incidentId: id, rule });
    return incident;
  });
}

/** A question that nobody answered in time is treated as trouble; called when its timer is due. */
export function reclassifyUnanswered(id: string, policy: Policy, now: Date): Promise<Incident> {
  const why = `Nobody answered it within ${policy.routing.unansweredQuestionAfter}.`;
  return reclassify(id, 'unanswered', why, policy, now);
}
