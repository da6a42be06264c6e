/** The review of an incident in the meeting: impact, count and cause are confirmed, and the score follows. Pure. */

import { withMissing } from '../incidents/decision.ts';
import type { Changes, DecidedEvent } from '../incidents/events.ts';
import {
  type CauseCategory,
  countAffected,
  type Impact,
  type Incident,
  optional,
  type recurrenceRisks,
} from '../incidents/incident.ts';
import { scoreImpact } from '../incidents/signal/score.ts';
import type { BusinessImpact } from '../incidents/signal/signal.ts';
import type { Policy } from '../policy.ts';

/** What is left out is confirmed as it is recorded. */
export interface ReviewStatement {
  actor: string;
  businessImpact?: BusinessImpact | undefined;
  affectedCustomerCount?: number | undefined;
  scopeMethod?: string | undefined;
  scopeEvidenceUrl?: string | undefined;
  recurrenceRisk?: (typeof recurrenceRisks)[number] | undefined;
  /** Before a revert or a fix release. */
  lighterWayTried?: string | undefined;
  cause?: { category: CauseCategory; summary?: string | undefined; releaseId?: string | undefined } | undefined;
  permanentFix?: string | undefined;
  prevention?: string | undefined;
  note?: string | undefined;
  evidenceUrl?: string | undefined;
}

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
 * without it. Every old value is kept in the event. A second review confirms anew: the last one counts.
 */
export function decideReview(
  incident: Incident,
  statement: ReviewStatement,
  policy: Policy,
  now: Date,
): DecidedEvent[] {
  const { affectedCustomerCount } = statement;
  const count =
    affectedCustomerCount === undefined
      ? undefined
      : countAffected(affectedCustomerCount, incident.affectedCustomers.length);
  const impact: Impact = {
    ...incident.impact,
    ...optional('businessImpact', statement.businessImpact),
    ...optional('affectedCustomerCount', count),
    ...optional('scopeMethod', statement.scopeMethod),
    ...optional('scopeEvidenceUrl', statement.scopeEvidenceUrl),
    ...optional('recurrenceRisk', statement.recurrenceRisk),
  };
  const confirmed = scoreImpact(impact.businessImpact, impact.affectedCustomerCount, policy);
  const stated = statement.cause;
  const cause = stated
    ? {
        category: stated.category,
        ...optional('summary', stated.summary ?? incident.cause?.summary),
        ...optional('releaseId', stated.releaseId ?? incident.cause?.releaseId),
      }
    : undefined;
  const { mitigation } = incident;
  const changes: Changes = {
    reviewedAt: now,
    impact,
    // To say how many is to say whom it reaches, as `scoped` does.
    ...(count === undefined ? {} : { scopedAt: incident.scopedAt ?? now }),
    score: { ...incident.score, confirmed },
    ...(mitigation && statement.lighterWayTried
      ? { mitigation: { ...mitigation, lighterWayTried: statement.lighterWayTried } }
      : {}),
    ...optional('cause', cause),
    ...optional('permanentFix', statement.permanentFix),
    ...optional('prevention', statement.prevention),
  };
  const event: DecidedEvent = {
    type: 'reviewed',
    occurredAt: now,
    actor: statement.actor,
    detail: {
      stated: facts.filter((field) => statement[field] !== undefined),
      businessImpact: impact.businessImpact ?? null,
      affectedCustomerCount: impact.affectedCustomerCount ?? null,
      cause: cause ?? incident.cause ?? null,
      confirmed,
      ...optional('note', statement.note),
      old: {
        impact: incident.impact,
        confirmed: incident.score.confirmed,
        cause: incident.cause ?? null,
        lighterWayTried: mitigation?.lighterWayTried ?? null,
        permanentFix: incident.permanentFix ?? null,
        prevention: incident.prevention ?? null,
        reviewedAt: incident.reviewedAt ?? null,
      },
    },
    ...optional('evidenceUrl', statement.evidenceUrl),
    changes,
  };
  return withMissing(incident, [event]);
}
