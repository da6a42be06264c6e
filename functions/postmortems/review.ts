/** The review of an incident in the meeting: impact, count and cause are confirmed, and the score follows. Pure. */

import type { EventOf } from '../incidents/events.ts';
import { asReviewed, type SaidByMeeting } from '../incidents/fold/reduce.ts';
import { type Incident, optional } from '../incidents/incident.ts';
import { scoreImpact } from '../incidents/signal/score.ts';
import type { Policy } from '../policy.ts';
import type { Review } from './review-schema.ts';

export type ReviewStatement = Review & { actor: string };

const facts = [
  'businessImpact',
  'affectedCustomerCount',
  'scopeMethod',
  'scopeEvidenceUrl',
  'recurrenceRisk',
  'cause',
  'permanentFix',
  'prevention',
] as const;

/**
 * One `reviewed` event. The confirmed score is taken from what the meeting confirmed; the reference stays what was known
 * without it. Every old value is kept in the event. A second review replaces the first.
 */
export function decideReview(
  incident: Incident,
  { actor, note, evidenceUrl, ...values }: ReviewStatement,
  policy: Policy,
  now: Date,
): EventOf<'reviewed'> {
  const said: SaidByMeeting = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  const { impact, cause } = asReviewed(incident, said);
  const confirmed = scoreImpact(impact.businessImpact, impact.affectedCustomerCount, policy);
  return {
    type: 'reviewed',
    occurredAt: now,
    actor,
    detail: {
      stated: facts.filter((field) => said[field] !== undefined),
      said: { ...said },
      businessImpact: impact.businessImpact ?? null,
      affectedCustomerCount: impact.affectedCustomerCount ?? null,
      cause: cause ?? incident.cause ?? null,
      confirmed,
      ...optional('note', note),
      old: {
        impact: incident.impact,
        confirmed: incident.score.confirmed,
        cause: incident.cause ?? null,
        lighterWayTried: incident.mitigation?.lighterWayTried ?? null,
        permanentFix: incident.permanentFix ?? null,
        prevention: incident.prevention ?? null,
        reviewedAt: incident.reviewedAt ?? null,
      },
    },
    ...optional('evidenceUrl', evidenceUrl),
  };
}
