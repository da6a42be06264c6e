/** Questions: those that wait for an answer, and the answer of a stated kind. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { answerKinds, type Incident } from '../incidents/incident.ts';
import { answerQuestion, stateTrouble } from '../incidents/statements/reclassify.ts';
import { presentIncident } from '../incidents/views/present.ts';
import { presentTagged } from './incidents.ts';
import { addList, addRoute } from './routes.ts';
import { incidentSchema, problem, tagged } from './schemas.ts';
import { changeHeaders, statedBy } from './stated-by.ts';

export function addQuestionRoutes(app: OpenAPIHono): void {
  addList(app, {
    path: '/questions',
    summary: 'Questions, newest first',
    item: incidentSchema,
    query: z.object({ status: z.enum(['open', 'answered']).optional() }),
    all: 'incidents',
    narrow: (all, { status }) => {
      const questions = all.where('kind', '==', 'question');
      return status ? questions.where('status', '==', status) : questions;
    },
    order: ['filedAt', 'desc'],
    present: (question: Incident) => presentIncident(question),
  });
  addRoute(app, {
    at: 'POST /questions/{id}/reclassify',
    summary: 'Turn a question into an incident, filed now',
    headers: changeHeaders,
    body: z.strictObject({ why: z.string().trim().min(1).max(2_000) }),
    responses: {
      201: tagged(incidentSchema, 'The resulting incident'),
      409: problem('Not a question, or no longer one'),
    },
    answer: async ({ params: { id }, body: { why }, request }) =>
      presentTagged((await stateTrouble(id, why, statedBy(request))).incident),
  });
  addRoute(app, {
    at: 'POST /questions/{id}/answer',
    summary: 'Answer a question; an answer that required a change makes it an incident',
    headers: changeHeaders,
    body: z.strictObject({ kind: z.enum(answerKinds), note: z.string().trim().min(1).max(20_000).optional() }),
    responses: {
      201: tagged(incidentSchema, 'The question, or the resulting incident'),
      409: problem('Already answered, or not a question'),
    },
    answer: async ({ params: { id }, body, request }) =>
      presentTagged((await answerQuestion(id, body, statedBy(request))).incident),
  });
}
