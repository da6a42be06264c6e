/** Which page answers which address. Pages are loaded when first asked for. */
import { Problem } from '../platform/problem.ts';
import { readAsset } from './assets.ts';
import { type Page, renderPage } from './page.ts';
import type { View } from './view.ts';

export interface PageAnswer {
  status: number;
  body?: string | Buffer;
  /** HTML unless said. */
  type?: string;
  location?: string;
  setCookies?: string[];
  headers?: Record<string, string>;
}

export interface Visit {
  method: string;
  path: string;
  query: URLSearchParams;
  /** Of a POST, which has been found to come from our own page. */
  form: URLSearchParams | undefined;
  view: View;
}

/** What a page makes of a visit: itself, an address to go on to, or bytes. */
export type Outcome = Page | { to: string } | PageAnswer;
type Handler = (visit: Visit, ...parts: string[]) => Outcome | Promise<Outcome>;

const id = '(inc_[\\da-f]{24})';
const week = '(\\d{4}-W\\d{2})';

const routes: readonly [method: 'GET' | 'POST', path: string, load: () => Promise<Handler>][] = [
  ['GET', '', async () => (await import('./board.ts')).showBoard],
  ['GET', `/incidents/${id}`, async () => (await import('./incident.ts')).showIncident],
  ['GET', `/incidents/${id}/series\\.svg`, async () => (await import('./evidence.ts')).showSeries],
  ['POST', `/incidents/${id}/events/([a-z-]+)`, async () => (await import('./incident.ts')).record],
  ['GET', '/signals/(sig_[\\da-f]{24})', async () => (await import('./signals.ts')).showSignal],
  ['GET', '/report', async () => (await import('./report.ts')).showReport],
  ['POST', '/report', async () => (await import('./report.ts')).report],
  ['GET', '/quarantine', async () => (await import('./quarantine.ts')).showQuarantine],
  ['GET', '/quarantine/(qua_[\\da-f]{24})', async () => (await import('./quarantine.ts')).showEntry],
  ['POST', '/quarantine/(qua_[\\da-f]{24})/(replay|dismiss)', async () => (await import('./quarantine.ts')).settle],
  ['POST', `/incidents/${id}/answer`, async () => (await import('./questions.ts')).answer],
  ['GET', '/questions', async () => (await import('./questions.ts')).showQuestions],
  ['GET', '/actions', async () => (await import('./actions.ts')).showActions],
  ['POST', '/actions', async () => (await import('./actions.ts')).addAction],
  ['POST', '/actions/(act_[\\da-f]{24})', async () => (await import('./actions.ts')).changeAction],
  ['GET', '/postmortems', async () => (await import('./postmortems.ts')).listBundles],
  ['GET', `/postmortems/${week}`, async () => (await import('./postmortems.ts')).showBundle],
  ['GET', `/postmortems/${week}/charts/([a-z]+)\\.svg`, async () => (await import('./postmortems.ts')).showChart],
  ['POST', `/postmortems/${week}/assemble`, async () => (await import('./postmortems.ts')).assembleBundle],
  ['POST', `/postmortems/${week}/hold`, async () => (await import('./postmortems.ts')).holdBundle],
  ['GET', `/postmortems/${week}/meeting`, async () => (await import('./meeting.ts')).showMeeting],
  ['POST', `/postmortems/${week}/meeting/${id}`, async () => (await import('./meeting.ts')).review],
  ['GET', '/trends', async () => (await import('./postmortems.ts')).showTrends],
  ['GET', '/connections', async () => (await import('./connections.ts')).showConnections],
  ['POST', '/connections/doors/([a-z]+)', async () => (await import('./connections.ts')).checkDoors],
  ['POST', '/connections/channels', async () => (await import('./connections.ts')).tryChannel],
  ['GET', '/policy', async () => (await import('./policy.ts')).showPolicy],
];

const table = routes.map(([method, path, load]) => ({ method, pattern: new RegExp(`^/console${path}$`), load }));

/** @throws Problem 404, 405, or what the page throws */
export async function answerPage(visit: Visit): Promise<PageAnswer> {
  const file = /^\/console\/assets\/([\w.-]+)$/.exec(visit.path);
  if (file) {
    const { bytes, type } = readAsset(file[1] ?? '');
    return { status: 200, body: bytes, type, headers: { 'cache-control': 'public, max-age=31536000, immutable' } };
  }
  const method = visit.method === 'HEAD' ? 'GET' : visit.method;
  const found = table.flatMap((route) => {
    const match = route.pattern.exec(visit.path);
    return match ? [{ ...route, parts: match.slice(1) }] : [];
  });
  const route = found.find((each) => each.method === method);
  if (!route) {
    if (found.length === 0) throw new Problem(404, 'There is no such page.');
    throw new Problem(405, 'This page does not take that.', {
      headers: { allow: found.map((each) => each.method).join(', ') },
    });
  }
  const outcome = await (await route.load())(visit, ...route.parts);
  if ('to' in outcome) return { status: 303, location: outcome.to };
  if ('title' in outcome) {
    return { status: outcome.status ?? 200, body: String(await renderPage(visit.view, outcome)) };
  }
  return outcome;
}
