/** Finding incidents, and what may be the same trouble as one. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Candidate } from '../find/candidates.ts';
import { findCandidates, findHelped } from '../find/find-candidates.ts';
import { findCustomers } from '../find/find-customers.ts';
import { findIncidents } from '../find/find-incidents.ts';
import { requireIncident } from '../find/read-incident.ts';
import { type Incident, mitigationKinds } from '../incidents/incident.ts';
import { presentIncident } from '../incidents/views/present.ts';
import { policy } from '../policy.ts';
import { languages } from '../words/text.ts';
import { addRoute } from './routes.ts';
import { closedSchema, incidentSchema, json, problem } from './schemas.ts';

const foundSchema = closedSchema('Found', {
  incidents: z.array(incidentSchema),
  incomplete: z.literal(true).optional().describe('The search was cut short: there may be more results.'),
});

const reasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('words'), words: z.array(z.string()) }),
  z.object({ kind: z.literal('area'), area: z.string() }),
  z.object({ kind: z.literal('form'), form: z.string() }),
  z.object({ kind: z.literal('alert') }),
  z.object({ kind: z.literal('minutes'), minutes: z.int().describe('Nothing else is alike.') }),
]);

const candidatesSchema = closedSchema('Candidates', {
  candidates: z.array(z.object({ incident: incidentSchema, reasons: z.array(reasonSchema) })),
});

const helpedSchema = closedSchema('Helped', {
  helped: z.array(
    z.object({ kind: z.enum(mitigationKinds), count: z.number().int(), examples: candidatesSchema.shape.candidates }),
  ),
});

const customersSchema = closedSchema('Customers', {
  customers: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullable(),
      aliases: z.array(z.string()),
      language: z.enum(languages).optional().describe('Of their messages, where it is not `sender.language`.'),
      contactId: z.string().optional().describe('Customers with the same one are told together.'),
    }),
  ),
});

export function addFindRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'GET /customers',
    summary: 'Find customers by ID, name or alias, in the team’s list and in incidents',
    query: z.object({ q: z.string().max(200).optional() }),
    responses: { 200: json(customersSchema, 'Those that were found; without q, those of the newest incidents first') },
    answer: async ({ query: { q = '' } }) => ({ json: { customers: await findCustomers(q, policy) } }),
  });
  addRoute(app, {
    at: 'GET /find',
    summary:
      'Find incidents and questions by code, ticket, customer, or words in the title, details or comments; newest first',
    query: z.object({
      q: z.string().meta({
        description: 'Results contain every word. Width, kana type and long vowels are ignored.',
        example: 'M-7K2QXB',
      }),
    }),
    responses: { 200: json(foundSchema, 'What was found'), 422: problem('There is nothing to search by') },
    answer: async ({ query: { q } }) => {
      const { incidents, ...rest } = await findIncidents(q, policy);
      return { json: { incidents: incidents.map((each) => presentIncident(each)), ...rest } };
    },
  });
  addRoute(app, {
    at: 'GET /incidents/{id}/candidates',
    summary: 'Possible duplicates, with reasons; nothing is merged',
    responses: { 200: json(candidatesSchema, 'The candidates') },
    answer: async ({ params: { id } }) => {
      const found = await findCandidates(await requireIncident(id), policy);
      return { json: { candidates: found.map(present) } };
    },
  });
  addRoute(app, {
    at: 'GET /incidents/{id}/helped',
    summary: 'Mitigations that helped in similar incidents, lightest first',
    responses: { 200: json(helpedSchema, 'What helped') },
    answer: async ({ params: { id } }) => {
      const found = await findHelped(await requireIncident(id), policy);
      return { json: { helped: found.map((each) => ({ ...each, examples: each.examples.map(present) })) } };
    },
  });
}

const present = (each: Candidate<Incident>) => ({ ...each, incident: presentIncident(each.incident) });
