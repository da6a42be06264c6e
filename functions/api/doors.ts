/** The public intake doors, for the API's description. They are functions of their own and answer by themselves. */
import { OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import { businessImpacts, categories, yesNoUnknown } from '../incidents/signals/signal.ts';
import { closedSchema, incidentSchema, json, problem } from './schemas.ts';

const time = z.iso.datetime({ offset: true });
const customer = z.looseObject({
  id: z.string(),
  name: z.string().optional(),
  contactId: z.string().optional().describe('Shared contact for several customers, such as a chain.'),
});

const ticketSchema = z
  .looseObject({
    id: z
      .union([z.string(), z.number().int()])
      .describe('The ticket’s ID. Reports with the same ID belong to the same incident.'),
    subject: z.string(),
    description: z.string().optional(),
    url: z.string().optional(),
    category: z.enum(categories).optional(),
    differsFromExpected: z.enum(yesNoUnknown).optional(),
    form: z.string().optional(),
    channel: z.string().optional(),
    area: z.string().optional(),
    occurredAt: time.optional(),
    reportedAt: time.optional(),
    ongoing: z.enum(yesNoUnknown).optional(),
    customer: customer.optional(),
    reporterAffected: z.boolean().optional(),
    affectedCustomers: z.array(customer).optional(),
    affectedCustomerCount: z.number().int().min(0).optional(),
    businessImpact: z.enum(businessImpacts).optional(),
    relatedIncidentId: z.string().optional(),
    joinKey: z
      .string()
      .optional()
      .describe('The related incident’s `joinKey`. Without it, the relation is only a suggestion.'),
    drill: z.boolean().optional(),
  })
  .openapi('Ticket', {
    description: 'Metronome asks for missing fields later, and drops and reports invalid optional fields.',
  });

const alertSchema = z
  .looseObject({ incident: z.looseObject({ incident_id: z.string(), state: z.string() }) })
  .openapi('Alert', { description: 'A Cloud Monitoring webhook body.' });

const filed = (record: z.ZodType) => ({
  created: z.boolean(),
  incident: record.optional(),
  question: record.optional(),
  outside: record.optional(),
});
const filedSchema = closedSchema('Filed', filed(incidentSchema));
const namedSchema = closedSchema('FiledBriefly', filed(z.strictObject({ id: z.string(), code: z.string() })));
const ignoredSchema = closedSchema('Ignored', { ignored: z.string() });
const acceptedSchema = closedSchema('Accepted', { accepted: z.literal(true), quarantined: z.literal(true).optional() });

const responses = {
  200: json(z.union([namedSchema, ignoredSchema]), 'A duplicate, or nothing to file'),
  201: json(namedSchema, 'Filed and stored'),
  202: json(
    acceptedSchema,
    'Stored, and filed as soon as possible; or kept in quarantine, where the sender cannot correct it',
  ),
  400: problem('The body is not JSON'),
  401: problem('The sender could not be verified'),
  413: problem('The body is too large'),
  415: problem('Unsupported content type'),
  408: problem('The request timed out'),
  429: problem('Too many requests; Retry-After says when to retry'),
  500: problem('Internal error; it is logged'),
  503: problem('The report could not be stored; Retry-After says when to retry'),
};

/** Control fields beside a body that contains customers’ text. The headers `Metronome-Event` and `Metronome-Ticket` work as well. */
const besideQuery = z.object({
  event: z
    .string()
    .optional()
    .meta({ description: 'The event, for tools whose admin writes the body.', example: 'agent-replied' }),
  ticket: z.string().optional().describe('The ticket’s ID. Overrides the ID in the body.'),
});

const takes = (schema: z.ZodType) => ({ required: true, content: { 'application/json': { schema } } });

type About = Pick<RouteConfig, 'summary' | 'security' | 'request'> & { responses?: RouteConfig['responses'] };
const door = (path: string, operationId: string, about: About): RouteConfig => ({
  method: 'post',
  path,
  operationId,
  tags: [path.split('/')[1] ?? ''],
  ...about,
  responses: { ...responses, ...about.responses },
});

const doors = [
  door('/tickets', 'fileTicket', {
    summary: 'File a ticket; only ID and subject are required',
    security: [{ ticketsToken: [] }, { standardWebhooks: [] }],
    request: { query: besideQuery.pick({ ticket: true }), body: takes(ticketSchema) },
    responses: {
      200: json(z.union([filedSchema, namedSchema]), 'A duplicate; a signed request reads only which record it is'),
      201: json(filedSchema, 'Filed and stored'),
      422: problem('Not a valid ticket: it is kept in quarantine, and the errors name the fields'),
    },
  }),
  door('/tickets/{tool}', 'fileToolTicket', {
    summary: 'Receive a ticket tool’s webhook; see docs/how-to/connect for setup',
    security: [{ zendeskSignature: [] }, { hubSignature: [] }, { basicToken: [] }, { queryToken: [] }],
    request: {
      params: z.object({ tool: z.enum(['zendesk', 'intercom', 'freshdesk', 'jira']) }),
      query: besideQuery,
      body: takes(z.looseObject({})),
    },
    responses: { 404: problem('No such endpoint') },
  }),
  door('/alerts', 'fileAlert', {
    summary: 'Receive a Cloud Monitoring alert',
    security: [{ basicToken: [] }, { queryToken: [] }],
    request: { body: takes(alertSchema) },
  }),
];

export function describeDoors(info: { title: string; version: string }) {
  const app = new OpenAPIHono();
  for (const each of doors) app.openAPIRegistry.registerPath(each);
  return app.getOpenAPI31Document({ openapi: '3.1.0', info });
}
