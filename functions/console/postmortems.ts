/** The bundles: the list, one week's page with its charts, assembling; and the trends, of the last weeks and of every period that is stored. */
import { html } from 'hono/html';
import { collections, firestore, readAll } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { assemble } from '../postmortems/assemble.ts';
import { firstPage, openBundle, pageAfter, readToken, wholeBundle, writeToken } from '../postmortems/open.ts';
import { type Period, type PeriodKind, periodKinds, periodsAsCsv, sumPeriods } from '../postmortems/periods.ts';
import { type Block, chartNames, link, number, tableOf } from '../postmortems/render/blocks.ts';
import { composePage } from '../postmortems/render/compose.ts';
import { type Frame, renderBlocks } from '../postmortems/render/html-blocks.ts';
import {
  type BundleDocument,
  type BundlePage,
  type BundleSlice,
  bundleRef,
  readAllSummaries,
  readBundle,
} from '../postmortems/store.ts';
import { readWeek, type Week, weekAfter, weekOf } from '../postmortems/week.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { button } from './fields.ts';
import { form, type Outcome, type Page, type Visit } from './page.ts';
import { badge, cards, incidentPath, type Markup, outLink, time, type View } from './view.ts';

export const bundlePath = (week: string): string => `/console/postmortems/${week}`;

/** @throws Problem 404 */
export function requireWeek(view: View, id: string): Week {
  const week = readWeek(id, view.policy.zone);
  if (!week) throw new Problem(404, refuse('no-page'));
  return week;
}

/** @throws Problem 404 if that week has no bundle */
export async function requireBundle(view: View, week: Week, page: BundlePage = firstPage): Promise<BundleSlice> {
  const slice = await openBundle(week, page, view);
  if (!slice) throw new Problem(404, refuse('no-bundle'));
  return slice;
}

export const compose = (view: View, slice: BundleSlice) =>
  composePage(slice, { ...view, incidentUrl: incidentAddress });

export async function listBundles({ view }: Visit): Promise<Page> {
  const newest = firestore().collection(collections.postmortems).orderBy('period.start', 'desc').limit(60);
  const shown = newest.select('id', 'state', 'period', 'heldAt', 'carriedCount', 'alarms', 'summary', 'number');
  const bundles = await readAll<BundleDocument>(shown);
  const current = weekOf(view.now, view.policy.zone);
  const known = new Set(bundles.map(({ id }) => id));
  const offered = [current, weekAfter(current, -1, view.policy.zone)].filter(({ id }) => !known.has(id));
  return {
    title: view.t('nav.postmortems'),
    section: 'postmortems',
    body: html`<p class="lead">${view.t('bundles.lead')}</p>
${cards(view, bundles, bundleCard, 'bundles.none')}
${offered.map(({ id }) => form(view, `${bundlePath(id)}/assemble`)`<p>${button(view.t('submit.assemble', { week: id }), 'plain')}</p>`)}`,
  };
}

function bundleCard(view: View, bundle: BundleDocument): Markup {
  const { t } = view;
  return html`<li><h2><a href="${bundlePath(bundle.id)}">${bundle.id}</a>${bundle.number ? html` <small>${t('bundles.number', { n: bundle.number })}</small>` : ''}</h2><p>${badge(view.name('bundle', bundle.state), bundle.state === 'held' ? 'good' : 'warn')} ${t('bundles.counts', { n: bundle.summary.incidents, carried: bundle.carriedCount })}${
    bundle.alarms.length > 0 ? html` ${badge(t('bundles.alarms', { n: bundle.alarms.length }), 'bad')}` : ''
  }${bundle.heldAt ? html` <small>${t('bundles.held')} ${time(view, bundle.heldAt)}</small>` : ''}</p></li>`;
}

export async function showBundle({ view, query }: Visit, id = ''): Promise<Outcome> {
  const { t } = view;
  const week = requireWeek(view, id);
  const sought = query.get('incident');
  if (sought) return { to: await addressWithin(view, week, sought) };
  const page = { ...firstPage, ...readToken(query.get('page') ?? undefined) };
  const [slice, weeks] = await Promise.all([requireBundle(view, week, page), weekLinks(view, week)]);
  const next = pageAfter(slice);
  const composed = compose(view, slice);
  const headings = composed.blocks.flatMap((block) => (block.kind === 'heading' && block.level === 2 ? [block] : []));
  const badges = composed.subtitle.map((each) =>
    typeof each === 'string' ? each : 'badge' in each ? badge(each.badge, each.tone) : '',
  );
  return {
    title: composed.title,
    section: 'postmortems',
    body: html`<p class="muted">${badges}</p>
<p class="taps no-print"><a class="button" href="${bundlePath(id)}/meeting">${t('bundle.meeting')}</a> <a class="tab" href="${bundlePath(id)}/print">${t('bundle.print')}</a> <a class="tab" href="${bundlePath(id)}/markdown">${t('bundle.markdown')}</a>${weeks}</p>
<details class="no-print"><summary>${t('bundle.contents')}</summary><nav class="contents" aria-label="${t('bundle.contents')}">${headings.map((each) => html`<a class="tab" href="#${each.id}">${each.text}</a> `)}</nav></details>
${renderBlocks(composed.blocks, frameOf(id, view.language))}
${next ? html`<p class="taps no-print"><a class="button" rel="next" href="${bundlePath(id)}?page=${writeToken(next)}">${t('bundle.more')}</a></p>` : ''}
<p class="muted">${composed.footer}</p>`,
  };
}

/** Links to the nearest weeks before and after that have a bundle. */
async function weekLinks(view: View, week: Week): Promise<Markup[]> {
  const beside = ([-1, 1] as const).map((by) => weekAfter(week, by, view.policy.zone).id);
  const found = await firestore().getAll(...beside.map(bundleRef), { fieldMask: [] });
  return found.flatMap(({ exists, id }, index) =>
    exists
      ? [html` <a class="tab" href="${bundlePath(id)}">${view.t(index === 0 ? 'bundle.before' : 'bundle.after')}</a>`]
      : [],
  );
}

/** The page of a long bundle that shows an incident. */
async function addressWithin(view: View, week: Week, incidentId: string): Promise<string> {
  const { entries, carriedIncidents } = await requireBundle(view, week, wholeBundle);
  const place = (of: readonly { id: string }[]): number => of.findIndex((each) => each.id === incidentId);
  const at = Math.floor(Math.max(0, place(entries), place(carriedIncidents)) / firstPage.limit) * firstPage.limit;
  const page = at === 0 ? '' : `?page=${writeToken({ ...firstPage, from: at, carriedFrom: at })}`;
  return `${bundlePath(week.id)}${page}#${encodeURIComponent(incidentId)}`;
}

/** The whole of it in one file: to be printed and handed round. */
export const printBundle = (visit: Visit, id = ''): Promise<Outcome> => fileOf(visit, id, 'html');

/** The whole of it as text, for a wiki. */
export const downloadMarkdown = (visit: Visit, id = ''): Promise<Outcome> => fileOf(visit, id, 'md');

async function fileOf({ view }: Visit, id: string, form: 'html' | 'md'): Promise<Outcome> {
  const slice = await requireBundle(view, requireWeek(view, id), wholeBundle);
  const { render } = await import('../postmortems/render/render.ts');
  const { body, headers } = await render(slice, form, view.language, view.policy);
  return { status: 200, body, type: headers['content-type'], headers };
}

export async function showChart({ view }: Visit, id = '', name = ''): Promise<Outcome> {
  const chart = chartNames.find((each) => `${each}.svg` === name);
  if (!chart || !readWeek(id, view.policy.zone)) throw new Problem(404, refuse('no-page'));
  const slice = await readBundle(id, { ...firstPage, limit: 0 });
  if (!slice) throw new Problem(404, refuse('no-bundle'));
  const { drawChart } = await import('../postmortems/render/charts.ts');
  const { asFile, pictureHeaders } = await import('../platform/draw.ts');
  const svg = drawChart(chart, slice.head, view);
  return { status: 200, body: asFile(svg), type: 'image/svg+xml', headers: pictureHeaders };
}

export async function assembleBundle({ view }: Visit, id = ''): Promise<Outcome> {
  await assemble(requireWeek(view, id), { ...view, isAnnounced: true });
  return { to: bundlePath(id) };
}

/** A placeholder for our own origin in absolute addresses; it never leaves this machine. */
const ownOrigin = 'https://console.invalid';

/** Tells a page made of blocks where its incidents are. */
const ownAddress = (path: string): string => `${ownOrigin}${path}`;
export const incidentAddress = (id: string): string => ownAddress(incidentPath(id));

/** Shows the charts of `week` with their words in `language`. */
const frameOf = (week: string, language: string): Frame => ({
  folds: true,
  chart: ({ chart, title }) =>
    html`<img src="${bundlePath(week)}/charts/${chart}.svg?language=${language}" alt="${title}" width="360" height="250">`,
  link: (address, text) =>
    address.startsWith(ownOrigin)
      ? html`<a href="${address.slice(ownOrigin.length)}">${text}</a>`
      : outLink(address, text),
});

/** For blocks without a chart. */
export const plainFrame = frameOf('', '');

/** The part of a page that begins with one heading and ends before the next. */
export function sectionOf(blocks: readonly Block[], id: string): Block[] {
  const isTop = (block: Block): boolean => block.kind === 'heading' && block.level === 2;
  const from = blocks.findIndex((block) => isTop(block) && 'id' in block && block.id === id);
  const to = blocks.findIndex((block, at) => at > from && isTop(block));
  return from < 0 ? [] : blocks.slice(from, to < 0 ? undefined : to);
}

export async function showTrends({ view, query }: Visit): Promise<Page> {
  const { t } = view;
  const newest = firestore().collection(collections.postmortems).orderBy('period.start', 'desc').limit(1);
  const id = (await newest.select('id', 'period.start').get()).docs[0]?.id;
  const week = id === undefined ? undefined : readWeek(id, view.policy.zone);
  const slice = week ? await openBundle(week, { ...firstPage, limit: 0 }, view) : undefined;
  if (!slice || !week) {
    return { title: t('nav.trends'), section: 'trends', body: html`<p class="empty">${t('trends.none')}</p>` };
  }
  const { blocks } = compose(view, slice);
  const shown = ['alarms', 'trends', 'questions', 'audit'].flatMap((section) => sectionOf(blocks, section));
  return {
    title: t('nav.trends'),
    section: 'trends',
    body: html`<p class="lead">${t('trends.lead')} <a href="${bundlePath(week.id)}">${week.id}</a></p>
${renderBlocks(shown, frameOf(week.id, view.language))}${await periodsPart(view, query)}`,
  };
}

export async function downloadTrends({ view, query }: Visit): Promise<Outcome> {
  const by = kindIn(query);
  const body = periodsAsCsv(sumPeriods(await readAllSummaries(), by, view.policy));
  const headers = { 'content-disposition': `attachment; filename="trends-${by}.csv"` };
  return { status: 200, body, type: 'text/csv; charset=utf-8', headers };
}

const kindIn = (query: URLSearchParams): PeriodKind => periodKinds.find((each) => each === query.get('by')) ?? 'month';
const address = (by: PeriodKind, within?: string) => `/console/trends?by=${by}${within ? `&in=${within}` : ''}#periods`;

/** A year leads to its months, a month to its weeks, and a week to its bundle, which has the incidents. */
async function periodsPart(view: View, query: URLSearchParams): Promise<Markup> {
  const by = kindIn(query);
  const within = /^\d{4}(?:-\d{2})?$/.exec(query.get('in') ?? '')?.[0];
  const summaries = await readAllSummaries();
  const wholes = sumPeriods(summaries, within?.length === 4 ? 'year' : 'month', view.policy);
  const kept = within && new Set(wholes.find(({ period }) => period === within)?.weeks);
  const own = summaries.filter(({ week }) => !kept || kept.has(week));
  const periods = sumPeriods(own, by, view.policy).toReversed();
  const choices = periodKinds.map((each) => {
    const name = view.name('trends', `by.${each}`);
    return each === by ? html`<strong>${name}</strong> ` : html`<a href="${address(each)}">${name}</a> `;
  });
  return html`<section aria-labelledby="periods"><h2 id="periods">${view.t('trends.periods')}${within ? ` ${within}` : ''}</h2>
<p>${choices}<a href="/console/trends.csv?by=${by}" download>${view.t('trends.csv')}</a></p>
${renderBlocks([tableOfPeriods(periods, by, view)], plainFrame)}</section>`;
}

function tableOfPeriods(periods: readonly Period[], by: PeriodKind, { t, name }: View): Block {
  const to = (period: string) =>
    by === 'week' ? bundlePath(period) : address(by === 'year' ? 'month' : 'week', period);
  /** A sum over incidents with a known value says how many there are. */
  const known = (sum: number, count: number, total: number): string =>
    count === 0 ? '–' : `${sum}${count < total ? ` (${t('trends.known', { n: count, total })})` : ''}`;
  const column = (key: string, of: (period: Period) => string | number) => number(name('trends', `column.${key}`), of);
  return tableOf(periods, [
    [t('trends.column.period'), ({ period }) => [link(period, ownAddress(to(period)))]],
    column('weeks', ({ weeks }) => weeks.length),
    column('incidents', ({ incidents }) => incidents),
    column('tickets', ({ ticketIncidents }) => ticketIncidents),
    column('alerts', ({ alertIncidents }) => alertIncidents),
    column('questions', ({ doors }) => doors.questions),
    column('score', ({ score }) => known(score.sum, score.known, score.known + score.unknown)),
    column('customers', ({ customers: of, incidents: n }) => known(of.sum, n - of.unknown, n)),
  ]);
}
