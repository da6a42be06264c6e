/** Merging many reports into one incident at once, and undoing that. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { mergeIncidents, undoMerge } from '../merge.ts';
import type { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { chooseLanguage } from '../words/language.ts';
import { incidentTexts } from '../words/texts/incident-page.ts';
import { addRoute } from './routes.ts';
import { closedSchema, incidentParam, json, problem } from './schemas.ts';
import { ifMatchHeader, statedBy } from './stated-by.ts';

const ids = z.array(z.string());
const mergeId = z.string().meta({ example: 'mrg_0123456789abcdef01234567' });
const pending = ids.describe('Of more than a few, those that follow within a minute or two.');

const mergeSchema = closedSchema('Merge', {
  mergeId: mergeId.describe('The same for the same reports of the same incident.'),
  merged: ids.describe('Reports that are merged, now or before.'),
  refused: z
    .array(z.object({ incident: z.string(), why: z.string() }))
    .describe('Reports that can’t be merged, as the request names them.'),
  pending: pending.optional(),
});

const unmergeSchema = closedSchema('Unmerge', {
  mergeId,
  unmerged: ids.describe('Reports that are on their own again.'),
  pending: pending.optional(),
});

const accepted = 'The same, with the reports that follow';

export function addMergeRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'POST /incidents/{id}/merge',
    summary: 'Merge many reports of the same trouble into this incident; sent again, it merges what is left',
    headers: ifMatchHeader,
    body: z.strictObject({
      incidents: z
        .array(z.string().trim().min(1).max(2_000))
        .min(1)
        .max(policy.merge.most)
        .describe('IDs, codes or addresses of incidents.'),
      basis: z.string().trim().min(1).max(2_000).optional().describe('How it is known to be the same trouble.'),
    }),
    responses: {
      200: json(mergeSchema, 'What was merged, and what was refused'),
      202: json(mergeSchema, accepted),
    },
    answer: async ({ params: { id }, body: { incidents, basis }, request }) => {
      const language = chooseLanguage(undefined, request.header('accept-language'), policy);
      const said = { incidents, basis: basis ?? incidentTexts['same.basis'][language] };
      const merge = await mergeIncidents(id, said, statedBy(request));
      const refused = merge.refused.map((each) => ({ incident: each.incident, why: whyOf(each.problem) }));
      return answered({ ...merge, refused });
    },
  });
  addRoute(app, {
    at: 'DELETE /incidents/{id}/merges/{mergeId}',
    summary: 'Undo a merge: every report that is still merged by it is on its own again',
    params: incidentParam.extend({ mergeId: z.string().regex(/^mrg_[\da-f]{24}$/) }),
    headers: ifMatchHeader,
    responses: {
      200: json(unmergeSchema, 'What was unmerged'),
      202: json(unmergeSchema, accepted),
      404: problem('Nothing has this ID'),
    },
    answer: async ({ params, request }) => answered(await undoMerge(params.id, params.mergeId, statedBy(request))),
  });
}

/** Why a report was not merged, in one sentence. If its name was wrong, the sentence is that of the field. */
const whyOf = ({ message, errors: [field] }: Problem): string => field?.message ?? message;

const answered = <T extends { pending: string[] }>({ pending, ...made }: T) =>
  pending.length > 0 ? { json: { ...made, pending }, status: 202 } : { json: made };
