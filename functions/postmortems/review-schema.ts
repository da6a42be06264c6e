/** What a meeting states of an incident. Pure. */
import * as z from 'zod';
import { causeCategories, recurrenceRisks } from '../incidents/incident.ts';
import { businessImpacts } from '../incidents/signal/signal.ts';
import { statedLink, statedText } from '../platform/stated.ts';

/** A field that is left out confirms the recorded value. */
export const reviewSchema = z.strictObject({
  businessImpact: z.enum(businessImpacts).optional(),
  affectedCustomerCount: z.number().int().min(0).max(100_000_000).optional(),
  scopeMethod: statedText(2_000).optional(),
  scopeEvidenceUrl: statedLink.optional(),
  recurrenceRisk: z.enum(recurrenceRisks).optional(),
  /** Before a revert or a fix release. */
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
