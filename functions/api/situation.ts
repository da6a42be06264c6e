/** The situation of an incident: for programs, and in Markdown for people. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { emergencyRoles } from '../incidents/emergency/emergency.ts';
import { now } from '../platform/clock.ts';
import { policy } from '../policy.ts';
import { checklistItems } from '../situation/compose-situation.ts';
import { loadSituation } from '../situation/load-situation.ts';
import { situationMarkdown } from '../situation/situation-markdown.ts';
import { chooseLanguage } from '../words/language.ts';
import { addRoute } from './routes.ts';
import { emergencySchema, json, time } from './schemas.ts';

const customer = z.looseObject({ id: z.string(), name: z.string().nullable(), nextUpdateDueAt: time.nullable() });
const situationSchema = z
  .looseObject({
    incidentId: z.string(),
    code: z.string(),
    title: z.string(),
    isDrill: z.boolean(),
    asOf: time,
    emergency: emergencySchema,
    known: z.looseObject({ businessImpact: z.string().nullable(), affectedCustomerCount: z.number().nullable() }),
    customers: z.array(customer).openapi({ description: 'At most 200: of more, those who are due an update first.' }),
    moreCustomers: z.number().openapi({ description: 'Customers beyond those.' }),
    tried: z.array(z.looseObject({ at: time, kind: z.string() })),
    roles: z.array(z.object({ role: z.enum(emergencyRoles), who: z.string().nullable(), at: time.nullable() })),
    nextUpdate: z.object({ dueAt: time, isOverdue: z.boolean(), customers: z.array(customer) }).nullable(),
    checklist: z.array(z.object({ item: z.enum(checklistItems), isDone: z.boolean(), at: time.nullable() })),
    latest: z.array(z.looseObject({ at: time, type: z.string(), who: z.string() })),
  })
  .openapi('Situation');

export function addSituationRoutes(app: OpenAPIHono): void {
  addRoute(app, {
    at: 'GET /incidents/{id}/situation',
    summary: 'The situation: known facts, affected customers, mitigations tried, roles, next update, checklist',
    responses: { 200: json(situationSchema, 'The current situation') },
    answer: async ({ params: { id } }) => ({ json: (await loadSituation(id, now())).situation }),
  });
  addRoute(app, {
    at: 'GET /incidents/{id}/situation.md',
    summary: 'The situation as Markdown (lang=ja or en)',
    query: z.object({ lang: z.enum(['ja', 'en']).optional() }),
    responses: { 200: { description: 'The current situation', content: { 'text/markdown': { schema: z.string() } } } },
    answer: async ({ params: { id }, query: { lang }, request }) => {
      const { situation } = await loadSituation(id, now());
      const language = chooseLanguage(lang, request.header('accept-language'));
      const text = situationMarkdown(situation, language, policy);
      return { text, headers: { 'content-type': 'text/markdown; charset=utf-8' } };
    },
  });
}
