/** The schemas of the API's answers, for its OpenAPI document. */
import { z } from '@hono/zod-openapi';
import { emergencyRoles, emergencyRules } from '../incidents/emergency/emergency.ts';
import { yesNoUnknown } from '../incidents/signals/signal.ts';
import { refuse } from '../words/refusals/refuse.ts';

/** An answer by its name in the description; programs have to expect more fields in it. */
export const openSchema = <T extends z.ZodRawShape>(name: string, shape: T) => z.looseObject(shape).openapi(name);

/** The same, for an answer that has no other fields. */
export const closedSchema = <T extends z.ZodRawShape>(name: string, shape: T) => z.object(shape).openapi(name);

/** A path's ID. Anything else is answered 404, before it becomes part of another path. */
export const idParam = z.object({
  id: z
    .string()
    .regex(/^(?:inc|sig|qua|act)_[\da-f]{24}$/)
    .openapi({ param: { name: 'id', in: 'path' } }),
});

/** An incident's ID, or its code as people type it: routes resolve it before anything else. */
const incidentName = /^(?:inc_[\da-f]{24}|[Mm]-?[\dA-Za-z]{6})$/;
export const incidentParam = z.object({
  id: z
    .string()
    .regex(incidentName)
    .meta({ description: 'The incident’s ID or code.', example: 'M-7K2QXB' })
    .openapi({ param: { name: 'id', in: 'path' } }),
});

export const incidentIdSchema = z
  .string()
  .regex(incidentName, refuse('not-an-incident-id').text)
  .meta({ description: 'An incident’s ID or code.', example: 'M-7K2QXB' });

export const weekParam = z.object({
  week: z.string().openapi({ param: { name: 'week', in: 'path' }, example: '2026-W47' }),
});

export const time = z.iso.datetime();
const shownTime = time.meta({ example: '2026-11-24T00:50:00.000Z' });

export const problemSchema = closedSchema('Problem', {
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string().optional().describe('Identifies the problem to programs.'),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

const scoreSchema = z.looseObject({
  value: z.number().nullable(),
  rule: z.string(),
  inputs: z.looseObject({ businessImpact: z.string().nullable(), affectedCustomerCount: z.number().nullable() }),
});

export const emergencySchema = z
  .looseObject({
    since: shownTime,
    rule: z.enum(emergencyRules),
    inputs: z.looseObject({}),
    endedAt: shownTime.nullable(),
    incidents: z.array(z.string()).optional().describe('The reports that support it, its own incident among them.'),
    customers: z.number().optional().describe('Customers of all these reports, wherever they are merged.'),
  })
  .nullable()
  .describe(
    'Decided by rule, with the reason. Null if it has never been an emergency. The answer to a new report does not know yet whether ' +
      'several reports make its area an emergency: read the incident again a moment later.',
  );

export const incidentSchema = openSchema('Incident', {
  id: z.string(),
  code: z.string().meta({ description: 'Short code for people.', example: 'M-7K2QXB' }),
  kind: z.enum(['incident', 'question', 'outside']),
  title: z.string(),
  description: z.string().optional(),
  source: z.enum(['ticket', 'alert']),
  origin: z.looseObject({ tool: z.string(), id: z.string(), url: z.string().optional() }),
  status: z.enum(['open', 'recovered', 'not-occurring', 'linked', 'answered', 'kept']),
  ongoing: z.enum(yesNoUnknown),
  isDrill: z.boolean(),
  occurredAt: shownTime.optional(),
  reportedAt: shownTime,
  filedAt: shownTime,
  recoveredAt: shownTime.optional(),
  urgency: z.looseObject({
    level: z.enum(['high', 'low']),
    rule: z.string(),
    policyVersion: z.string(),
    evaluatedAt: shownTime,
    inputs: z.looseObject({
      occurredAt: shownTime.nullable(),
      receivedAt: shownTime,
      ageMinutes: z.number().nullable(),
    }),
    considered: z.array(z.object({ rule: z.string(), held: z.boolean(), why: z.string() })),
  }),
  emergency: emergencySchema,
  roles: z
    .partialRecord(z.enum(emergencyRoles), z.object({ who: z.string(), at: shownTime }))
    .optional()
    .describe('Roles in an emergency.'),
  impact: z.looseObject({ businessImpact: z.string().optional(), affectedCustomerCount: z.number().optional() }),
  score: z.object({ reference: scoreSchema, confirmed: scoreSchema.nullable() }),
  missing: z.array(z.object({ field: z.string(), why: z.string() })),
  knownFrom: z
    .record(z.string(), z.object({ incidentId: z.string(), code: z.string() }))
    .optional()
    .openapi({
      description:
        'Only for one that others are linked to: by field (`reportedAt`, `firstResponseAt`, `occurredAt`, ' +
        '`businessImpact`), the linked incident whose earlier or worse value it shows.',
    }),
  namedCustomerCount: z.number().describe('Named customers; `affectedCustomers` has the first 200.'),
  reportCount: z.number().optional(),
  joinKey: z
    .string()
    .optional()
    .describe('Only for a single incident. A ticket sends it with `relatedIncidentId` to join this incident.'),
});

export const eventSchema = openSchema('TimelineEvent', {
  id: z.string(),
  type: z.string(),
  isFact: z.boolean().describe('Whether it was said or done, or concluded by rule from what was.'),
  occurredAt: shownTime,
  recordedAt: shownTime,
  actor: z.string(),
  detail: z.looseObject({}),
  evidenceUrl: z.string().optional(),
});

export const contactSchema = openSchema('Contact', {
  id: z.string(),
  name: z.string().optional(),
  customers: z.array(z.looseObject({ id: z.string(), name: z.string().optional() })),
  customerCount: z
    .number()
    .optional()
    .describe('Of hundreds of customers who wait alike: `customers` has the first 200 of them.'),
  affectedKnownAt: shownTime,
  nextUpdateDueAt: shownTime.nullable(),
  dueReason: z.string(),
  lastUpdateAt: shownTime.optional(),
  missedInARow: z.number(),
  stoppedAt: shownTime.nullable(),
});

export const signalSchema = openSchema('Signal', {
  id: z.string(),
  incidentId: z.string().describe('The incident that it was filed on, also while that one is linked to another.'),
  tool: z.string(),
  sourceId: z.string(),
  kind: z.string(),
  receivedAt: shownTime,
});

export const quarantineSchema = openSchema('QuarantineEntry', {
  id: z.string(),
  source: z.string(),
  state: z.enum(['open', 'replayed', 'dismissed']),
  reason: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
  contentType: z.string(),
  receivedAt: shownTime,
});

export const listOf = <T extends z.ZodType>(name: string, item: T): z.ZodType =>
  z.object({ [name]: z.array(item), nextPageToken: z.string().optional() });

export const json = (schema: z.ZodType, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

const etagHeader = z.object({
  etag: z
    .string()
    .meta({ description: 'The newest event that is not by `rule`. Send it as `If-Match`.', example: '"00000004"' }),
});

export const tagged = (schema: z.ZodType, description: string) => ({
  ...json(schema, description),
  headers: etagHeader,
});

export const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problemSchema } },
});

export const hasChanged = { 412: problem('Something has been recorded since the ETag in If-Match') };
