/** Questions: those that wait for an answer, and the answer of a stated kind. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { answerKinds, type Incident } from '../incidents/incident.ts';
import { presentIncident } from '../incidents/present.ts';
import { answerQuestion, stateTrouble } from '../incidents/reclassify.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { etagOfIncident } from './incidents.ts';
import { pageQuery, readPage } from './paging.ts';
import { hasChanged, idParam, incidentSchema, json, listOf, problem, tagged } from './schemas.ts';
import { changeHeaders, statedBy } from './stated-by.ts';

export function addQuestionRoutes(app: OpenAPIHono): void {
  const list = createRoute({
    method: 'get',
    path: '/questions',
    summary: 'Questions, newest first',
    request: { query: pageQuery.extend({ status: z.enum(['open', 'answered']).optional() }) },
    responses: { 200: json(listOf('questions', incidentSchema), 'One page') },
  });
  app.openapi(list, async (context) => {
    const { status, ...page } = context.req.valid('query');
    const all = firestore().collection(collections.incidents);
    let query = all.where('kind', '==', 'question');
    if (status) query = query.where('status', '==', status);
    const { documents, nextPageToken } = await readPage(
      all,
      query.orderBy('filedAt', 'desc').orderBy('__name__', 'desc'),
      page,
    );
    const questions = documents.map((each) => presentIncident(fromDocument<Incident>(each.data())));
    return context.json({ questions, ...(nextPageToken ? { nextPageToken } : {}) } as never, 200);
  });

  const answer = createRoute({
    method: 'post',
    path: '/questions/{id}/answer',
    summary: 'Answer a question; what had to be changed for the customer makes it an incident',
    request: {
      params: idParam,
      headers: changeHeaders,
      body: {
        required: true,
        content: {
          'application/json': {
            schema: z.strictObject({
              kind: z.enum(answerKinds),
              note: z.string().trim().min(1).max(20_000).optional(),
            }),
          },
        },
      },
    },
    responses: {
      201: tagged(incidentSchema, 'The question, or the incident that it has become'),
      404: problem('There is none of this id'),
      409: problem('It has been answered, or is no question'),
      ...hasChanged,
      422: problem('It cannot be understood'),
    },
  });
  const reclassified = createRoute({
    method: 'post',
    path: '/questions/{id}/reclassify',
    summary: 'Say that a question is trouble: it becomes an incident, filed now',
    request: {
      params: idParam,
      headers: changeHeaders,
      body: {
        required: true,
        content: { 'application/json': { schema: z.strictObject({ why: z.string().trim().min(1).max(2_000) }) } },
      },
    },
    responses: {
      201: tagged(incidentSchema, 'The incident that it has become'),
      404: problem('There is none of this id'),
      409: problem('It is not a question, or no longer one'),
      ...hasChanged,
      422: problem('It cannot be understood'),
    },
  });
  app.openapi(reclassified, async (context) => {
    const { why } = context.req.valid('json');
    const { incident } = await stateTrouble(context.req.valid('param').id, why, statedBy(context.req));
    return context.json(presentIncident(incident) as never, 201, etagOfIncident(incident));
  });

  app.openapi(answer, async (context) => {
    const { id } = context.req.valid('param');
    const { incident } = await answerQuestion(id, context.req.valid('json'), statedBy(context.req));
    return context.json(presentIncident(incident) as never, 201, etagOfIncident(incident));
  });
}
