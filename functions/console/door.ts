/** The console's door: identifies the viewer, checks access, and finds the page. Every answer has the same strict headers. */
import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { honoDoor } from '../platform/hono-door.ts';
import { errorFacts, log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { readAsset } from './assets.ts';
import { type ConsoleEnv, foreignForm, guardForms, guardPages } from './guard.ts';
import { type FileAnswer, type Outcome, type Page, problemPage, renderPage, type Visit } from './page.ts';

/** Gets the variable parts of the address, in their order. */
type Handler = (visit: Visit, ...parts: string[]) => Outcome | Promise<Outcome>;

const incidentId = ':id{inc_[\\da-f]{24}}';
/** An incident's code, as people type it into the address. */
const code = ':code{[Mm]-?[\\dA-Za-z]{6}}';
const actionId = ':id{act_[\\da-f]{24}}';
const incident = `/incidents/${incidentId}`;
const entry = '/quarantine/:id{qua_[\\da-f]{24}}';
const week = '/postmortems/:week{\\d{4}-W\\d{2}}';

/** Which page answers which address. A page is loaded when it is first asked for. */
const routes: readonly [method: 'GET' | 'POST', path: string, load: () => Promise<Handler>][] = [
  ['GET', '/', async () => (await import('./board.ts')).showBoard],
  ['GET', `/incidents/${code}`, async () => (await import('./incident.ts')).goToIncident],
  ['GET', incident, async () => (await import('./incident.ts')).showIncident],
  ['GET', `${incident}/news/:seen{\\d{8}}`, async () => (await import('./incident.ts')).showNews],
  ['GET', `${incident}/situation`, async () => (await import('./situation.ts')).showSituation],
  ['POST', `${incident}/same`, async () => (await import('./find.ts')).answerSame],
  ['POST', `${incident}/merge`, async () => (await import('./find.ts')).merge],
  ['POST', `${incident}/unmerge`, async () => (await import('./find.ts')).unmerge],
  ['GET', `${incident}/candidates`, async () => (await import('./find.ts')).showCandidates],
  ['POST', `${incident}/drill`, async () => (await import('./drills.ts')).beginDrill],
  ['GET', '/close', async () => (await import('./close.ts')).showClose],
  ['POST', '/close', async () => (await import('./close.ts')).close],
  ['GET', '/drills', async () => (await import('./drills.ts')).showDrills],
  ['GET', '/drills/:id{drl_[\\da-f]{24}}', async () => (await import('./drills.ts')).showDrill],
  ['GET', '/customers', async () => (await import('./pick-customers.ts')).showCustomers],
  ['GET', '/customers/:id{.+}', async () => (await import('./customer.ts')).showCustomer],
  ['POST', '/customers/page/:verb{make|revoke}', async () => (await import('./customer.ts')).changePage],
  ['GET', '/find', async () => (await import('./find.ts')).showFound],
  ['GET', `${incident}/series.svg`, async () => (await import('./evidence.ts')).showSeries],
  ['POST', `${incident}/events/:type{[a-z-]+}`, async () => (await import('./incident.ts')).record],
  ['GET', `${incident}/customers`, async () => (await import('./pick-customers.ts')).showPicker],
  ['GET', `${incident}/drafts`, async () => (await import('./updates.ts')).showDrafts],
  ['POST', `${incident}/drafts`, async () => (await import('./updates.ts')).describe],
  ['POST', `${incident}/updates/confirm`, async () => (await import('./updates.ts')).confirmUpdates],
  ['POST', `${incident}/updates`, async () => (await import('./updates.ts')).sendUpdates],
  ['POST', `${incident}/trouble`, async () => (await import('./questions.ts')).isTrouble],
  ['POST', `${incident}/answer`, async () => (await import('./questions.ts')).answer],
  ['GET', '/signals/:id{sig_[\\da-f]{24}}', async () => (await import('./signals.ts')).showSignal],
  ['GET', '/report', async () => (await import('./report.ts')).showReport],
  ['POST', '/report', async () => (await import('./report.ts')).report],
  ['GET', '/quarantine', async () => (await import('./quarantine.ts')).showQuarantine],
  ['GET', entry, async () => (await import('./quarantine.ts')).showEntry],
  ['POST', `${entry}/:verb{replay|mend|dismiss}`, async () => (await import('./quarantine.ts')).settle],
  ['GET', '/questions', async () => (await import('./questions.ts')).showQuestions],
  ['GET', '/actions', async () => (await import('./actions.ts')).showActions],
  ['POST', '/actions', async () => (await import('./actions.ts')).addAction],
  ['POST', `/actions/${actionId}`, async () => (await import('./actions.ts')).changeAction],
  ['POST', `/actions/${actionId}/ticket`, async () => (await import('./actions.ts')).makeTicket],
  ['GET', '/postmortems', async () => (await import('./postmortems.ts')).listBundles],
  ['GET', week, async () => (await import('./postmortems.ts')).showBundle],
  ['GET', `${week}/charts/:name{[a-zA-Z]+\\.svg}`, async () => (await import('./postmortems.ts')).showChart],
  ['POST', `${week}/assemble`, async () => (await import('./postmortems.ts')).assembleBundle],
  ['GET', `${week}/print`, async () => (await import('./postmortems.ts')).printBundle],
  ['GET', `${week}/markdown`, async () => (await import('./postmortems.ts')).downloadMarkdown],
  ['GET', `${week}/meeting`, async () => (await import('./meeting.ts')).showMeeting],
  ['GET', `${week}/meeting/said`, async () => (await import('./meeting.ts')).showSaid],
  ['POST', `${week}/meeting/go`, async () => (await import('./meeting-record.ts')).go],
  ['POST', `${week}/meeting/answers`, async () => (await import('./meeting-record.ts')).answer],
  ['POST', `${week}/meeting/questions/${incidentId}`, async () => (await import('./meeting-record.ts')).isTrouble],
  ['POST', `${week}/meeting/actions/${actionId}`, async () => (await import('./meeting-record.ts')).settleAction],
  ['POST', `${week}/meeting/end`, async () => (await import('./meeting-record.ts')).end],
  ['POST', `${week}/meeting/${incidentId}`, async () => (await import('./meeting-record.ts')).review],
  ['GET', '/trends', async () => (await import('./postmortems.ts')).showTrends],
  ['GET', '/trends.csv', async () => (await import('./postmortems.ts')).downloadTrends],
  ['GET', '/connections', async () => (await import('./connections.ts')).showConnections],
  ['POST', '/connections/doors/:door{[a-z]+}', async () => (await import('./connections.ts')).checkDoors],
  ['POST', '/connections/channels', async () => (await import('./channels.ts')).tryChannel],
  [
    'POST',
    '/connections/channels/:name{[\\w-]{1,40}}/retry',
    async () => (await import('./channels.ts')).tryChannelNow,
  ],
  ['POST', '/connections/tools/:tool{[a-z]+}', async () => (await import('./ticket-connections.ts')).tryTicketTool],
  ['GET', '/deliveries', async () => (await import('./deliveries.ts')).showDeliveries],
  ['GET', '/settings', async () => (await import('./policy.ts')).showSettings],
  // The former address, which links in notices and records still have.
  ['GET', '/policy', async () => (await import('./policy.ts')).goToSettings],
];

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
  const pages = app.basePath('/console');
  pages.get('/assets/:name{[\\w.-]+}', (context) => {
    const { bytes, type } = readAsset(context.req.param('name'));
    const headers = { 'cache-control': 'public, max-age=31536000, immutable' };
    return answer(context, { status: 200, body: bytes, type, headers });
  });
  for (const [method, path, load] of routes) {
    // The parameters in the order of the path: the order of `param()` depends on the router that Hono chooses.
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
    pages.on(method, path, async (context) => {
      const show = await load();
      const visit = {
        query: context.get('query'),
        form: context.get('form') ?? new URLSearchParams(),
        view: context.get('view'),
        seen: seenIn(context.req.header('if-none-match')),
      };
      const outcome = await show(visit, ...names.map((name) => context.req.param(name) ?? ''));
      if ('to' in outcome) return context.redirect(outcome.to, 303);
      if (!('title' in outcome)) return answer(context, outcome);
      return answerPage(context, outcome, outcome.stamp ? { etag: `"${outcome.stamp}"` } : {});
    });
  }
  return app;
}

/** The tag in `If-None-Match` that one of our pages sent; compression makes it a weak tag. */
const seenIn = (header: string | undefined): string | undefined => /^(?:W\/)?"([^"]*)"$/.exec(header ?? '')?.[1];

async function answerPage(context: Context<ConsoleEnv>, page: Page, headers: Record<string, string>) {
  const body = String(await renderPage(context.get('view'), page));
  return answer(context, { status: page.status ?? 200, body, type: 'text/html; charset=utf-8', headers });
}

function answer(context: Context<ConsoleEnv>, { status, body, type, headers }: FileAnswer): Response {
  if (status === 304) return context.body(null, 304, { 'cache-control': 'no-store' });
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  return context.body(new Uint8Array(bytes), status as 200, {
    'content-type': type,
    'content-length': String(bytes.length),
    'cache-control': 'no-store',
    ...headers,
  });
}

async function answerProblem(error: Error, context: Context<ConsoleEnv>): Promise<Response> {
  const problem = problemOf(error);
  if (problem.status === 403) log('WARNING', 'console: refused', { detail: problem.message });
  return answerPage(context, problemPage(context.get('view'), problem), problem.headers);
}

/** Hono's own refusals, in our words. */
function problemOf(error: Error): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException && error.status === 403) return foreignForm();
  log('ERROR', 'console: failed', errorFacts(error));
  return new Problem(500, refuse('failed-here'));
}

/** Forms are checked against the host header as sent. An address that is not valid leads to the “not found” page. */
export const console = honoDoor('console', build, (path) => path.replaceAll('\\', '%5C').replace(/\/$/, ''));
