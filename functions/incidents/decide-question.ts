/** How a question ends: with an answer of a stated kind, or as the incident that it was. Pure. */

import type { Policy } from '../policy.ts';
import { type Context, withMissing } from './decision.ts';
import type { DecidedEvent } from './events.ts';
import { type AnswerKind, type Incident, optional } from './incident.ts';
import { scoreImpact } from './signal/score.ts';
import { judgeUrgency } from './signal/urgency.ts';
import { applyChanges } from './timeline.ts';

/** Answers by which it was no question: something had to be changed for the customer. */
const troubleAnswers: ReadonlySet<AnswerKind> = new Set(['setting-changed', 'data-repaired', 'code-ticket']);

export type ReclassifyRule =
  | 'stated-to-be-trouble'
  | 'answered-as-trouble'
  | 'unanswered'
  | 'third-customer'
  | 'said-otherwise-later';

export function decideAnswer(
  question: Incident,
  answer: { kind: AnswerKind; note?: string | undefined },
  by: Context,
): DecidedEvent[] {
  const { actor, now, policy } = by;
  const kept = { kind: answer.kind, ...optional('note', answer.note), at: now };
  const answered: DecidedEvent = {
    type: 'answered',
    actor,
    occurredAt: now,
    detail: { kind: answer.kind, ...optional('note', answer.note) },
    changes: {
      answer: kept,
      status: 'answered',
      firstResponseAt: question.firstResponseAt ?? now,
      responders: question.responders.includes(actor) ? question.responders : [...question.responders, actor],
    },
  };
  if (!troubleAnswers.has(answer.kind)) return withMissing(question, [answered]);
  const after = applyChanges(question, answered.changes);
  const why = `It was answered as ${answer.kind}: something had to be changed for the customer.`;
  return withMissing(question, [answered, reclassified(after, 'answered-as-trouble', why, policy, now)]);
}

/** It becomes an incident filed now; the first report's time is kept, and is what response is measured from. */
export function decideReclassified(
  question: Incident,
  rule: ReclassifyRule,
  why: string,
  policy: Policy,
  now: Date,
  actor = 'rule',
): DecidedEvent[] {
  return withMissing(question, [{ ...reclassified(question, rule, why, policy, now), actor }]);
}

function reclassified(question: Incident, rule: ReclassifyRule, why: string, policy: Policy, now: Date): DecidedEvent {
  const { businessImpact, affectedCustomerCount } = question.impact;
  return {
    type: 'reclassified',
    actor: 'rule',
    occurredAt: now,
    detail: { rule, why, from: question.kind, to: 'incident' },
    changes: {
      kind: 'incident',
      status: 'open',
      filedAt: now,
      receivedAt: now,
      reclassifiedAt: now,
      urgency: judgeUrgency(question.occurredAt, now, policy, now),
      score: { ...question.score, reference: scoreImpact(businessImpact, affectedCustomerCount, policy) },
    },
  };
}
