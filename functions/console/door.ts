/** The door of the console: who, whether it may, which page. Every answer carries the same strict headers. */
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { honoDoor } from '../platform/hono-door.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { type ConsoleEnv, foreignForm, guardForms, guardPages } from './guard.ts';
import { problemPage, renderPage } from './page.ts';
import { addRoutes, answer } from './routes.ts';

function build() {
  const app = new Hono<ConsoleEnv>();
  app.onError(answerProblem);
  app.notFound((context) => answerProblem(new Problem(404, refuse('no-page')), context));
  app.use(...guardPages);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (_context, methods) => {
        throw new Problem(405, refuse('no-such-method'), { headers: { allow: methods.join(', ') } });
      },
    }),
  );
  app.use(...guardForms);
  addRoutes(app.basePath('/console'));
  return app;
}

async function answerProblem(error: Error, context: Context<ConsoleEnv>): Promise<Response> {
  const problem = problemOf(error);
  if (problem.status === 403) log('WARNING', 'console: refused', { detail: problem.message });
  const view = context.get('view');
  const body = String(await renderPage(view, problemPage(view, problem)));
  const { status, headers } = problem;
  return answer(context, { status, body, type: 'text/html; charset=utf-8', headers });
}

/** What Hono itself refuses, in our words. */
function problemOf(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException && error.status === 403) return foreignForm();
  log('ERROR', 'console: failed', errorFacts(error));
  return new Problem(500, refuse('failed-here'));
}

/** Forms are judged by the host’s header as it came; what is no address leads to the page for what does not exist. */
export const console = honoDoor('console', build, (path) => path.replaceAll('\\', '%5C').replace(/\/$/, ''));
