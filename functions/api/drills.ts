/** Drills: started from a real incident, and how they went beside it. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { leastSpeed, mostSpeed, mostTimes, shortestStrike, startDrill } from '../drills/start-drill.ts';
import { drillStops, shownDrill } from '../incidents/drills/drill.ts';
import { now } from '../platform/clock.ts';
import { policy } from '../policy.ts';
import { loadDrillReport } from '../postmortems/drill-report.ts';
import { addList, addRoute } from './routes.ts';
import { closedSchema, incidentIdSchema, json, problem, time } from './schemas.ts';
import { idempotencyHeader, statedBy } from './stated-by.ts';

const drillSchema = closedSchema('Drill', {
  id: z.string(),
  from: z.string(),
  speed: z.number(),
  times: z.number(),
  startedAt: time,
  startedBy: z.string(),
  total: z.number(),
  next: z.number().describe('Number of signals filed so far.'),
  state: z.enum(['running', 'done', 'stopped']),
  stoppedBecause: z
    .enum(drillStops)
    .nullable()
    .describe('Why it filed fewer signals than planned: the originals are gone.'),
});
const result = z.enum(['pass', 'fail', 'not-applicable', 'no-data']);
const judged = z.looseObject({ incidentId: z.string(), code: z.string(), checkpoints: z.array(z.looseObject({})) });
const reportSchema = closedSchema('DrillReport', {
  drill: drillSchema,
  original: judged.nullable(),
  incidents: z.array(judged),
  comparison: z.array(z.object({ checkpoint: z.string(), original: result.nullable(), drill: z.array(result) })),
});

const requestSchema = z.strictObject({
  from: incidentIdSchema,
  speed: z.number().min(leastSpeed).max(mostSpeed).default(1),
  times: z.number().int().min(1).max(mostTimes).default(1),
  strike: z
    .array(z.string().min(shortestStrike).max(200))
    .max(100)
    .default([])
    .describe(
      'Words to hide from the texts, such as a person’s name or a PIN: only customers, addresses and telephone numbers are found without.',
    ),
});

export function addDrillRoutes(app: OpenAPIHono): void {
  addList(app, {
    path: '/drills',
    summary: 'Drills that replay incidents, newest first',
    item: drillSchema,
    all: 'drills',
    order: ['startedAt', 'desc'],
    present: shownDrill,
  });
  addRoute(app, {
    at: 'POST /drills',
    summary: 'Replay a real incident’s signals, pseudonymized, as a drill',
    headers: idempotencyHeader,
    body: requestSchema,
    responses: {
      201: json(drillSchema, 'The drill; its signals are filed on schedule'),
      404: problem('No incident has this ID or code'),
      409: problem('Only a real incident can be replayed, or two incidents have this code'),
      422: problem(
        'It has nothing to replay, or too many reports, or the Idempotency-Key was used for another request',
      ),
    },
    answer: async ({ body, request }) => ({ json: shownDrill(await startDrill(body, statedBy(request))) }),
  });
  addRoute(app, {
    at: 'GET /drills/{id}',
    summary: 'A drill’s report: its checkpoints beside those of the original incident',
    params: z.object({ id: z.string().regex(/^drl_[\da-f]{24}$/) }),
    responses: { 200: json(reportSchema, 'The report so far') },
    answer: async ({ params: { id } }) => {
      const report = await loadDrillReport(id, policy, now());
      return { json: { ...report, drill: shownDrill(report.drill) } };
    },
  });
}
