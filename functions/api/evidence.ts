/** The evidence beside an incident: the releases of the hours before it, and the series behind its alert. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { readSeriesEvidence } from '../evidence/kept-series.ts';
import { releasesBefore } from '../evidence/releases-before.ts';

import type { Incident } from '../incidents/incident.ts';
import { fromDocument } from '../platform/firestore.ts';
import { policy } from '../policy.ts';
import { requireIncident } from './incidents.ts';
import { idParam, json, problem } from './schemas.ts';

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
  const releases = createRoute({
    method: 'get',
    path: '/incidents/{id}/releases',
    summary: 'The builds that began in the hours before it, newest first',
    request: { params: idParam },
    responses: { 200: json(releasesSchema, 'The builds'), 404: problem('There is none of this id') },
  });
  app.openapi(releases, async (context) => {
    const document = await requireIncident(context.req.valid('param').id);
    return context.json((await releasesBefore(fromDocument<Incident>(document.data()), policy)) as never, 200);
  });

  const series = createRoute({
    method: 'get',
    path: '/incidents/{id}/series',
    summary: 'The series behind its alert, or why there is none',
    request: { params: idParam },
    responses: { 200: json(seriesSchema, 'The series'), 404: problem('There is none of this id') },
  });
  app.openapi(series, async (context) => {
    const document = await requireIncident(context.req.valid('param').id);
    const incident = fromDocument<Incident>(document.data());
    const kept = await readSeriesEvidence(incident.id);
    const whyNot = incident.source === 'alert' ? 'Nobody has looked yet.' : 'It was not filed by an alert.';
    return context.json((kept ?? { series: [], whyNot }) as never, 200);
  });
}
