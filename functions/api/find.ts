/** Finding incidents, and what may be the same trouble as one. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { findCandidates } from '../find/find-candidates.ts';
import { findIncidents } from '../find/find-incidents.ts';
import type { Incident } from '../incidents/incident.ts';
import { presentIncident } from '../incidents/present.ts';
import { fromDocument } from '../platform/firestore.ts';
import { policy } from '../policy.ts';
import { requireIncident } from './incidents.ts';
import { idParam, incidentSchema, json, problem } from './schemas.ts';

const foundSchema = z
  .object({
    incidents: z.array(incidentSchema),
    incomplete: z.literal(true).optional().openapi({ description: 'Not all that could be meant has been read.' }),
  })
  .openapi('Found');

const reasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('words'), words: z.array(z.string()) }),
  z.object({ kind: z.literal('area'), area: z.string() }),
  z.object({ kind: z.literal('form'), form: z.string() }),
]);

const candidatesSchema = z
  .object({ candidates: z.array(z.object({ incident: incidentSchema, reasons: z.array(reasonSchema) })) })
  .openapi('Candidates');

export function addFindRoutes(app: OpenAPIHono): void {
  const find = createRoute({
    method: 'get',
    path: '/find',
    summary: 'Incidents and questions by their code, a ticket, a customer, or words of the title; newest first',
    request: {
      query: z.object({
        q: z.string().openapi({
          description: 'Every word has to stand in it. Width, kana and long vowels make no difference.',
          example: 'M-7K2QXB',
        }),
      }),
    },
    responses: { 200: json(foundSchema, 'What was found'), 422: problem('There is nothing to search by') },
  });
  app.openapi(find, async (context) => {
    const { incidents, ...rest } = await findIncidents(context.req.valid('query').q, policy);
    return context.json({ incidents: incidents.map((each) => presentIncident(each)), ...rest } as never, 200);
  });

  const candidates = createRoute({
    method: 'get',
    path: '/incidents/{id}/candidates',
    summary: 'Incidents that may be the same trouble, and why; nothing is linked by this',
    request: { params: idParam },
    responses: { 200: json(candidatesSchema, 'The candidates'), 404: problem('There is none of this id') },
  });
  app.openapi(candidates, async (context) => {
    const incident = fromDocument<Incident>((await requireIncident(context.req.valid('param').id)).data());
    const found = await findCandidates(incident, policy);
    const shown = found.map((each) => ({ ...each, incident: presentIncident(each.incident) }));
    return context.json({ candidates: shown } as never, 200);
  });
}
