/** The evidence beside an incident: the releases of the hours before it, and the series behind its alert. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { readSeriesEvidence } from '../evidence/kept-series.ts';
import { releasesBefore } from '../evidence/releases-before.ts';
import { requireIncident } from '../find/read-incident.ts';
import { policy } from '../policy.ts';
import { addRoute } from './routes.ts';
import { json } from './schemas.ts';

const releasesSchema = z
  .object({ from: z.iso.datetime(), until: z.iso.datetime(), releases: z.array(z.looseObject({ id: z.string() })) })
  .openapi('ReleasesBefore');

const seriesSchema = z
  .looseObject({
    series: z.array(
      z.object({
        metric: z.string(),
        labels: z.record(z.string(), z.string()),
        points: z.array(z.object({ at: z.iso.datetime(), value: z.number() })),
      }),
    ),
    whyNot: z.string().optional(),
  })
  .openapi('SeriesEvidence');

export function addEvidenceRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'GET /incidents/{id}/releases',
    summary: 'Builds that started in the hours before the incident, newest first',
    responses: { 200: json(releasesSchema, 'The builds') },
    answer: async ({ params: { id } }) => ({ json: await releasesBefore(await requireIncident(id), policy) }),
  });
  addRoute(app, {
    at: 'GET /incidents/{id}/series',
    summary: 'The time series behind its alert, or why there is none',
    responses: { 200: json(seriesSchema, 'The series') },
    answer: async ({ params }) => {
      const { id, source } = await requireIncident(params.id);
      const whyNot = source === 'alert' ? 'Nobody has looked yet.' : 'It was not filed by an alert.';
      return { json: (await readSeriesEvidence(id)) ?? { series: [], whyNot } };
    },
  });
}
