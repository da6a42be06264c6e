/** The trends: the last weeks as the newest bundle has them, and every week, month and year that is stored. */
import { html } from 'hono/html';
import { collections, firestore } from '../platform/firestore.ts';
import { firstPage, openBundle } from '../postmortems/open.ts';
import { type Period, type PeriodKind, periodKinds, periodsAsCsv, sumPeriods } from '../postmortems/periods.ts';
import { type Block, link, number, tableOf } from '../postmortems/render/blocks.ts';
import { renderBlocks } from '../postmortems/render/html-blocks.ts';
import { readAllSummaries } from '../postmortems/store.ts';
import { readWeek } from '../postmortems/week.ts';
import type { Outcome, Page, Visit } from './page.ts';
import { bundlePath, chartPath, compose, consoleFrame, ownAddress, plainFrame, sectionOf } from './postmortems.ts';
import type { Markup, View } from './view.ts';

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
${renderBlocks(shown, consoleFrame(chartPath(week.id, view)))}${await periodsPart(view, query)}`,
  };
}

/** Every period that is stored, as a table. */
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
  /** A sum of what is known says of how many it is. */
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
