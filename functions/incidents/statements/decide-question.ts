/** How a question ends: with an answer of a stated kind, or as the incident that it was. Pure. */

import type { Context } from '../facts/decision.ts';
import type { FactOf } from '../facts/events.ts';
import { type AnswerKind, type IncidentKind, optional } from '../incident.ts';

/** Answers that show it was trouble: something had to be changed. */
const troubleAnswers: ReadonlySet<AnswerKind> = new Set(['setting-changed', 'data-repaired', 'code-ticket']);

export type ReclassifyRule =
  | 'stated-to-be-trouble'
  | 'answered-as-trouble'
  | 'unanswered'
  | 'third-customer'
  | 'said-otherwise-later';

export function decideAnswer(
  from: IncidentKind,
  { kind, note }: { kind: AnswerKind; note?: string | undefined },
  { actor, now }: Pick<Context, 'actor' | 'now'>,
): FactOf[] {
  const answered: FactOf = { type: 'answered', actor, occurredAt: now, detail: { kind, ...optional('note', note) } };
  if (!troubleAnswers.has(kind)) return [answered];
  const why = `It was answered as ${kind}: something had to be changed for the customer.`;
  return [answered, reclassified(from, 'answered-as-trouble', why, now)];
}

/** It becomes an incident filed now; the first report's time is kept, and is what response is measured from. */
export const reclassified = (
  from: IncidentKind,
  rule: ReclassifyRule,
  why: string,
  occurredAt: Date,
  actor = 'rule',
): FactOf<'reclassified'> => ({
  type: 'reclassified',
  actor,
  occurredAt,
  detail: { rule, why, from, to: 'incident' },
});
