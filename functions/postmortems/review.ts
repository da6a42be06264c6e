/** The review of an incident in the meeting: impact, count and cause are confirmed, and the score follows. Pure. */
import * as z from 'zod';
import type { EventOf } from '../incidents/facts/events.ts';
import { asReviewed, type MeetingFindings } from '../incidents/fold/reduce.ts';
import { causeCategories, type Incident, optional, recurrenceRisks } from '../incidents/incident.ts';
import { scoreImpact } from '../incidents/signals/score.ts';
import { businessImpacts } from '../incidents/signals/signal.ts';
import { defined } from '../platform/defined.ts';
import { statedLink, statedText } from '../platform/stated.ts';
import type { Policy } from '../policy.ts';

/** What a meeting states of an incident. A field that is left out confirms the recorded value. */
export const reviewSchema = z.strictObject({
  businessImpact: z.enum(businessImpacts).optional(),
  affectedCustomerCount: z.number().int().min(0).max(100_000_000).optional(),
  scopeMethod: statedText(2_000).optional(),
  scopeEvidenceUrl: statedLink.optional(),
  recurrenceRisk: z.enum(recurrenceRisks).optional(),
  /** Which lighter way was tried before a revert or a fix release. */
  lighterWayTried: statedText(2_000).optional(),
  cause: z
    .strictObject({
      category: z.enum(causeCategories),
      summary: statedText(10_000).optional(),
      releaseId: statedText(500).optional(),
    })
    .optional(),
  permanentFix: statedText(10_000).optional(),
  prevention: statedText(10_000).optional(),
  note: statedText(10_000).optional(),
  evidenceUrl: statedLink.optional(),
});

export type Review = z.infer<typeof reviewSchema>;
export type ReviewStatement = Review & { actor: string };

const facts = reviewSchema.omit({ lighterWayTried: true }).keyof().options;

/**
 * One `reviewed` event, which keeps all old values; a later one replaces it. The confirmed score counts what the meeting
 * confirmed; the reference score stays what was known without it.
 */
export function decideReview(
  incident: Incident,
  stated: ReviewStatement,
  policy: Policy,
  now: Date,
): EventOf<'reviewed'> {
  const { actor, note, evidenceUrl, ...values } = stated;
  const said = defined(values) as MeetingFindings;
  const { impact, cause } = asReviewed(incident, said);
  const confirmed = scoreImpact(impact, policy);
  return {
    type: 'reviewed',
    occurredAt: now,
    actor,
    detail: {
      stated: facts.filter((field) => field in said),
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
