/** The JSON API: behind Cloud IAM on Google Cloud, open on this machine. */
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { problemAnswer } from '../platform/door.ts';
import { honoDoor } from '../platform/hono-door.ts';
import { Problem } from '../platform/problem.ts';
import { depthIn } from '../platform/raw-body.ts';
import { addActionRoutes } from './actions.ts';
import { addChannelRoutes } from './channels.ts';
import { addCustomerRoutes } from './customers.ts';
import { addDrillRoutes } from './drills.ts';
import { addFindRoutes } from './find.ts';
import { addIncidentRoutes, addQuestionRoutes } from './incidents.ts';
import { addMergeRoutes } from './merges.ts';
import { describeApi } from './openapi.ts';
import { addPostmortemRoutes } from './postmortems.ts';
import { addQuarantineRoutes } from './quarantine.ts';
import { addRoute } from './routes.ts';
import { json } from './schemas.ts';
import { actorOf } from './stated-by.ts';
import { addTrendRoutes } from './trends.ts';
import { addUpdateRoutes } from './updates.ts';

const maxBodyBytes = 1024 * 1024;

const deepest = 64;
/** Refuses deeply nested bodies: walking them would overflow the stack. @throws Problem 422 */
const refuseDeep: MiddlewareHandler = async ({ req }, next) => {
  if (req.header('content-type')?.includes('json') && depthIn(await req.text()) > deepest)
    throw new Problem(422, `The body is nested more than ${deepest} deep.`);
  await next();
};

export function buildApi(): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      if (result.target === 'param') throw new Problem(404, 'Nothing has this ID.');
      const errors = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
      throw new Problem(422, 'The request is invalid; see its errors.', { errors });
    },
  }).basePath('/api');
  app.onError((error, context) => {
    const answer = problemAnswer('api', problemOf(error));
    return context.body(JSON.stringify(answer.body), answer.status as 500, answer.headers ?? {});
  });
  app.notFound((context) => {
    const { method, path } = context.req;
    const body = new Problem(404, `There is nothing at ${method} ${path}. See GET /api/openapi.json.`).body();
    return context.body(JSON.stringify(body), 404, { 'content-type': 'application/problem+json' });
  });
  // Runs before the body limit, so that its refusals carry these headers too.
  app.use(async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
    context.header('x-content-type-options', 'nosniff');
  });
  app.use(
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => {
        const headers = { connection: 'close' };
        throw new Problem(413, `The body is larger than ${maxBodyBytes} bytes. Send less.`, { headers });
      },
    }),
  );
  app.use(refuseDeep);
  // Reading needs an identity too.
  app.use(async (context, next) => {
    actorOf(context.req);
    await next();
  });
  addIncidentRoutes(app);
  addMergeRoutes(app);
  addFindRoutes(app);
  addTrendRoutes(app);
  addDrillRoutes(app);
  addUpdateRoutes(app);
  addCustomerRoutes(app);
  addChannelRoutes(app);
  addQuarantineRoutes(app);
  addQuestionRoutes(app);
  addPostmortemRoutes(app);
  addActionRoutes(app);
  addRoute(app, {
    at: 'GET /openapi.json',
    operationId: 'describe',
    tags: ['openapi'],
    summary: 'This description',
    responses: { 200: json(z.looseObject({}), 'OpenAPI 3.1') },
    answer: async () => ({ json: describeApi(app) }),
  });
  return app;
}

/** Hono's own refusals, as our problems. */
function problemOf(error: unknown): unknown {
  const { status } = error as { status?: number };
  if (error instanceof Problem) return error;
  if (error instanceof SyntaxError || status === 400) {
    return new Problem(400, 'The body is not JSON. Send one JSON object in UTF-8.');
  }
  if (status === 415) return new Problem(415, 'Unsupported Content-Type. Send application/json in UTF-8.');
  return error;
}

export const api = honoDoor('api', buildApi);
