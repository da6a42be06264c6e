/** Questions that were incidents: answered as trouble, left unanswered, or asked by a third customer. */

import { firestore, fromDocument, incidentRef, timerRef, unlessRefused } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import type { Reason } from '../../platform/problem.ts';
import { policy } from '../../policy.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import type { Context, Decided, Refusal } from '../facts/decision.ts';
import type { AnswerKind, Incident } from '../incident.ts';
import { changeIncident } from '../record/change.ts';
import type { Recorded } from '../record/commit.ts';
import { readIncident } from '../record/history.ts';
import { claim, type DueTimer, free } from '../record/timers.ts';
import { questionWake } from '../rhythm/wake.ts';
import { decideAnswer, type ReclassifyRule, reclassified } from './decide-question.ts';
import { once } from './record-event.ts';

/** @throws Problem 404 for no such question, 409 for one that is settled, 422 for a key that was used for another answer */
export function answerQuestion(
  id: string,
  answer: { kind: AnswerKind; note?: string | undefined },
  by: Context,
): Promise<Recorded> {
  return once(id, { ...answer, type: 'answered' }, by, (transaction) =>
    changeIncident(transaction, id, by, (question): Decided | Refusal => {
      const refused = question.status === 'answered' ? refuse('answered') : whyNoQuestion(question);
      return refused ? { status: 409, refused } : { facts: decideAnswer(question.kind, answer, by) };
    }),
  );
}

/** Somebody has found that the question is trouble. @throws Problem 404, 409 if it is none, or has been answered */
export function stateTrouble(id: string, why: string, by: Context): Promise<Recorded> {
  return once(id, { why, type: 'reclassified' } as { type: string }, by, (transaction) =>
    changeIncident(transaction, id, by, (question): Decided | Refusal => {
      const refused = whyNoQuestion(question);
      if (refused) return { status: 409, refused };
      return { facts: [reclassified(question.kind, 'stated-to-be-trouble', why, by.now, by.actor)] };
    }),
  );
}

function whyNoQuestion({ kind, status, linkedTo = '' }: Incident): Reason | undefined {
  if (kind !== 'question') return refuse('no-question');
  return status === 'linked' ? refuse('linked-unlink-first', { id: linkedTo }) : undefined;
}

/** @returns the incident; as it was when it is one already, or was answered or linked meanwhile */
export function reclassify(id: string, rule: ReclassifyRule, why: string, context: Context): Promise<Incident> {
  return firestore().runTransaction(async (transaction) => {
    const question = await readIncident(transaction, id);
    const isAnswered = question.status === 'answered' && rule === 'unanswered';
    // A linked incident is announced with its primary.
    const isSettled = question.kind === 'incident' || question.status === 'linked' || isAnswered;
    if (isSettled) return question;
    const { incident } = await changeIncident(transaction, question, context, ({ kind }) => ({
      facts: [reclassified(kind, rule, why, context.now)],
    }));
    log('NOTICE', 'reclassified: it is an incident', { incidentId: id, rule });
    return incident;
  });
}

/** A question that nobody answered in time is treated as trouble; the incident's timer takes the question's place. */
export async function lookAtQuestion(due: DueTimer, now: Date): Promise<void> {
  const version = await claim(due, now);
  if (!version) return;
  const { id, subjectId } = due.timer;
  const question = fromDocument<Incident>((await incidentRef(subjectId).get()).data());
  const dueAt = questionWake(question, policy).at;
  if (question.kind === 'question' && question.status === 'open' && dueAt > now) {
    await unlessRewritten(timerRef(id).update({ wakeAt: dueAt, ...free }, { lastUpdateTime: version }));
    return;
  }
  const why = `Nobody answered it within ${policy.routing.unansweredQuestionAfter}.`;
  const incident = await reclassify(subjectId, 'unanswered', why, { actor: 'rule', now, policy });
  if (incident.kind === 'question') await unlessRewritten(timerRef(id).delete({ lastUpdateTime: version }));
}

/** A writer of the timer since the claim (linked, unlinked, reclassified) has set the newer wake time. */
const unlessRewritten = (write: Promise<unknown>) => unlessRefused(write, 'FAILED_PRECONDITION', 'NOT_FOUND');
