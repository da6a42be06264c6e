/** The trends: the last weeks as the newest bundle has them, and every week, month and year that is stored. */
import { html } from 'hono/html';
import { collections, firestore } from '../platform/firestore.ts';
import { firstPage, openBundle } from '../postmortems/open.ts';
import { type Period, type PeriodKind, periodKinds, periodsAsCsv, sumPeriods } from '../postmortems/periods.ts';
import { type Block, type Inline, link } from '../postmortems/render/blocks.ts';
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
  const slice = week ? await openBundle(week, { ...firstPage, limit: 0 }, view.policy, view.now) : undefined;
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
const address = (by: PeriodKind, within?: string): string =>
  `/console/trends?by=${by}${within ? `&in=${within}` : ''}#periods`;

const columns = ['period', 'weeks', 'incidents', 'tickets', 'alerts', 'questions', 'score', 'customers'];

/** A year leads to its months, a month to its weeks, and a week to its bundle, which has the incidents. */
async function periodsPart(view: View, query: URLSearchParams): Promise<Markup> {
  const { t } = view;
  const by = kindIn(query);
  const within = /^\d{4}(?:-\d{2})?$/.exec(query.get('in') ?? '')?.[0];
  const summaries = await readAllSummaries();
  const wholes = sumPeriods(summaries, within?.length === 4 ? 'year' : 'month', view.policy);
  const kept = within && new Set(wholes.find(({ period }) => period === within)?.weeks);
  const periods = sumPeriods(
    summaries.filter(({ week }) => !kept || kept.has(week)),
    by,
    view.policy,
  ).toReversed();
  const choices = periodKinds.map((each) => {
    const name = view.name('trends', `by.${each}`);
    return each === by ? html`<strong>${name}</strong> ` : html`<a href="${address(each)}">${name}</a> `;
  });
  const table: Block = {
    kind: 'table',
    head: columns.map((each) => view.name('trends', `column.${each}`)),
    numeric: [1, 2, 3, 4, 5, 6, 7],
    rows: periods.map((each) => rowOf(each, by, view)),
  };
  return html`<section aria-labelledby="periods"><h2 id="periods">${t('trends.periods')}${within ? ` ${within}` : ''}</h2>
<p>${choices}<a href="/console/trends.csv?by=${by}" download>${t('trends.csv')}</a></p>
${renderBlocks([table], plainFrame)}</section>`;
}

function rowOf(each: Period, by: PeriodKind, { t }: View): Inline[][] {
  const to = by === 'week' ? bundlePath(each.period) : address(by === 'year' ? 'month' : 'week', each.period);
  /** A sum of what is known says of how many it is. */
  const known = (sum: number, count: number, total: number): string =>
    count === 0 ? '–' : `${sum}${count < total ? ` (${t('trends.known', { n: count, total })})` : ''}`;
  const { score, customers, incidents } = each;
  return [
    [link(each.period, ownAddress(to))],
    [String(each.weeks.length)],
    [String(incidents)],
    [String(each.ticketIncidents)],
    [String(each.alertIncidents)],
    [String(each.doors.questions)],
    [known(score.sum, score.known, score.known + score.unknown)],
    [known(customers.sum, incidents - customers.unknown, incidents)],
  ];
}
