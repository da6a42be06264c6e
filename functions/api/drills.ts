/** Drills: started from a real incident, and how they went beside it. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { leastSpeed, mostSpeed, mostTimes, startDrill } from '../drills/start-drill.ts';
import { type Drill, drillStops, shownDrill } from '../incidents/drills/drill.ts';
import { now } from '../platform/clock.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { policy } from '../policy.ts';
import { loadDrillReport } from '../postmortems/drill-report.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { actorOf } from './actor.ts';
import { pageQuery, readPage } from './paging.ts';
import { json, listOf, problem } from './schemas.ts';
import { idempotencyHeader } from './stated-by.ts';

const time = z.iso.datetime();
const drillSchema = z
  .object({
    id: z.string(),
    from: z.string(),
    speed: z.number(),
    times: z.number(),
    startedAt: time,
    startedBy: z.string(),
    total: z.number(),
    next: z.number().openapi({ description: 'How many of its signals it has filed.' }),
    state: z.enum(['running', 'done', 'stopped']),
    stoppedBecause: z
      .enum(drillStops)
      .nullable()
      .openapi({ description: 'Why it has filed less than it was to: what it replays is gone.' }),
  })
  .openapi('Drill');
const result = z.enum(['pass', 'fail', 'not-applicable', 'no-data']);
const judged = z.looseObject({ incidentId: z.string(), code: z.string(), checkpoints: z.array(z.looseObject({})) });
const reportSchema = z
  .object({
    drill: drillSchema,
    original: judged.nullable(),
    incidents: z.array(judged),
    comparison: z.array(z.object({ checkpoint: z.string(), original: result.nullable(), drill: z.array(result) })),
  })
  .openapi('DrillReport');

const requestSchema = z.strictObject({
  from: z.string().regex(/^inc_[\da-f]{24}$/, refuse('not-an-incident-id').text),
  speed: z.number().min(leastSpeed).max(mostSpeed).default(1),
  times: z.number().int().min(1).max(mostTimes).default(1),
});

export function addDrillRoutes(app: OpenAPIHono): void {
  const list = createRoute({
    method: 'get',
    path: '/drills',
    summary: 'Drills that were started from incidents, newest first',
    request: { query: pageQuery },
    responses: { 200: json(listOf('drills', drillSchema), 'One page') },
  });
  app.openapi(list, async (context) => {
    const all = firestore().collection(collections.drills);
    const query = all.orderBy('startedAt', 'desc').orderBy('__name__', 'desc');
    const { documents, nextPageToken } = await readPage(all, query, context.req.valid('query'));
    const drills = documents.map((each) => shownDrill(fromDocument<Drill>(each.data())));
    return context.json({ drills, ...(nextPageToken ? { nextPageToken } : {}) } as never, 200);
  });

  const start = createRoute({
    method: 'post',
    path: '/drills',
    summary: 'Replay what came in about a real incident, pseudonymised, as a drill',
    request: {
      headers: idempotencyHeader,
      body: { required: true, content: { 'application/json': { schema: requestSchema } } },
    },
    responses: {
      201: json(drillSchema, 'The drill: its signals are filed as their times come'),
      404: problem('There is no such incident'),
      409: problem('It is a drill itself, or no incident'),
      422: problem('Nothing of it can be replayed, or too much, or the Idempotency-Key was used for another request'),
    },
  });
  app.openapi(start, async (context) => {
    const drill = await startDrill(context.req.valid('json'), {
      actor: actorOf(context.req),
      now: now(),
      idempotencyKey: context.req.valid('header')['idempotency-key'],
    });
    return context.json(shownDrill(drill) as never, 201);
  });

  const one = createRoute({
    method: 'get',
    path: '/drills/{id}',
    summary: 'Its report: its checkpoints beside those of the incident that it replays',
    request: { params: z.object({ id: z.string().regex(/^drl_[\da-f]{24}$/) }) },
    responses: { 200: json(reportSchema, 'The report as it stands'), 404: problem('There is no such drill') },
  });
  app.openapi(one, async (context) => {
    const report = await loadDrillReport(context.req.valid('param').id, policy, now());
    return context.json({ ...report, drill: shownDrill(report.drill) } as never, 200);
  });
}
