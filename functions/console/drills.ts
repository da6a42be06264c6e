/** Drills: when the next is due, those that were started, and how one went beside the incident that it replays. */
import { html } from 'hono/html';
import { leastSpeed, startDrill } from '../drills/start-drill.ts';
import { type Drill, readNextDrill } from '../incidents/drills/drill.ts';
import { codeOf, type Incident } from '../incidents/incident.ts';
import { collections, firestore, readAll } from '../platform/firestore.ts';
import { loadDrillReport } from '../postmortems/drill-report.ts';
import { drillMark } from '../words/texts/notices.ts';
import { button, fieldsOf } from './fields.ts';
import { contextIn, form, type Outcome, type Page, type Visit } from './page.ts';
import { textOf } from './statements.ts';
import { badge, incidentPath, type Markup, time, type View } from './view.ts';

const mostShown = 50;

export async function showDrills({ view }: Visit): Promise<Page> {
  const [next, drills] = await Promise.all([
    readNextDrill(view.now, view.policy),
    readAll<Drill>(firestore().collection(collections.drills).orderBy('startedAt', 'desc').limit(mostShown)),
  ]);
  return {
    title: view.t('nav.drills'),
    section: 'drills',
    body: html`
<p>${next ? nextLine(view, next.dueAt) : view.t('drills.none')}</p>
<p class="muted">${view.t('drills.how')}</p>
${drills.length > 0 ? html`<ul class="plain">${drills.map((each) => html`<li>${time(view, each.startedAt)} <a href="/console/drills/${each.id}">${view.t('drills.of', { code: codeOf(each.from) })}</a> ${progress(view, each)}</li>`)}</ul>` : ''}`,
  };
}

export function nextLine(view: View, dueAt: Date): Markup {
  const isOver = dueAt < view.now;
  return html`<span class="${isOver ? 'overdue' : ''}">${view.t(isOver ? 'drills.overdue' : 'drills.next')} ${time(view, dueAt)}</span>`;
}

function progress(view: View, { state, next, total, speed, times, stoppedBecause: why }: Drill): Markup {
  const looks = { running: 'warn', done: 'good', stopped: 'bad' } as const;
  const counts = view.t('drills.progress', { n: next, total, speed, times });
  return html`${badge(view.name('drillState', state), looks[state])} ${counts}${why ? ` ${view.name('drillStop', why)}` : ''}`;
}

export async function showDrill({ view }: Visit, id = ''): Promise<Page> {
  const { drill, original, incidents, comparison } = await loadDrillReport(id, view.policy, view.now);
  const result = (of: string | null): Markup =>
    of === null ? html`–` : badge(view.name('result', of), of === 'pass' ? 'good' : of === 'fail' ? 'bad' : 'plain');
  const link = (of: { incidentId: string; code: string }): Markup =>
    html`<a href="${incidentPath(of.incidentId)}">${of.code}</a>`;
  return {
    title: view.t('drills.report'),
    tab: `${view.t('drills.report')}: ${original?.code ?? ''}`,
    section: 'drills',
    isWide: true,
    ...(drill.state === 'running' ? { refreshSeconds: 15 } : {}),
    body: html`
<p>${time(view, drill.startedAt)} ${progress(view, drill)}</p>
${incidents.length === 0 ? html`<p>${view.t('drills.nothingYet')}</p>` : ''}
<div class="scroll"><table class="compare"><thead><tr><th scope="col">${view.t('drills.checkpoint')}</th><th scope="col">${view.t('drills.original')} ${original ? link(original) : ''}</th>${incidents.map((each) => html`<th scope="col">${drillMark[view.language]}${link(each)}</th>`)}</tr></thead>
<tbody>${comparison.map((row) => html`<tr><th scope="row">${view.name('checkpoint', row.checkpoint)}</th><td>${result(row.original)}</td>${row.drill.map((each) => html`<td>${result(each)}</td>`)}</tr>`)}</tbody></table></div>`,
  };
}

export function drillForm(view: View, incident: Pick<Incident, 'id' | 'kind' | 'isDrill'>): Markup | '' {
  if (incident.kind !== 'incident' || incident.isDrill) return '';
  const fields = fieldsOf(view, 'drill');
  const number = (name: 'speed' | 'times', label: string, more: { least: number; step?: 'any' }): Markup =>
    fields.text(name, { type: 'number', label, was: '1', isRequired: true, ...more });
  return html`<section aria-labelledby="drill"><h2 id="drill">${view.t('nav.drills')}</h2><details id="drill-form"><summary>${view.t('drills.replay')}</summary><p class="muted">${view.t('drills.hint')}</p>${form(view, `${incidentPath(incident.id)}/drill`)`${number('speed', view.t('drills.speed'), { least: leastSpeed, step: 'any' })}${number('times', view.t('drills.times'), { least: 1 })}${fields.text('strike', { label: view.t('drills.strike'), rows: 3 })}<p>${button(view.t('drills.start'), 'plain')}</p>`}</details></section>`;
}

/** @throws Problem as the API answers it */
export async function beginDrill({ view, form: given }: Visit, id = ''): Promise<Outcome> {
  const [speed, times] = [Number(given.get('speed') || 1), Number(given.get('times') || 1)];
  const strike = (textOf(given, 'strike') ?? '').split('\n');
  const drill = await startDrill({ from: id, speed, times, strike }, contextIn(view, given));
  return { to: `/console/drills/${drill.id}` };
}
