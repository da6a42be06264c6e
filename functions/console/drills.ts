/** Drills: when the next is due, how one went beside the incident that it replays, and ending them; also alerts that have waited for their scope too long. */
import { html } from 'hono/html';
import { endDrill, leastSpeed, startDrill } from '../drills/start-drill.ts';
import { type Drill, readNextDrill } from '../incidents/drills/drill.ts';
import { codeOf, type Incident } from '../incidents/incident.ts';
import type { Statement } from '../incidents/statements/statement-schemas.ts';
import { readConfig } from '../platform/config.ts';
import { collections, firestore, readAll } from '../platform/firestore.ts';
import { milliseconds } from '../policy.ts';
import { loadDrillReport } from '../postmortems/drill-report.ts';
import { recordFact } from '../record-fact.ts';
import type { TextKey } from '../words/speech.ts';
import { drillMark } from '../words/texts/notices.ts';
import { button, fieldsOf } from './fields.ts';
import { shortTitleOf } from './incident-head.ts';
import { contextIn, expectProblem, form, type Outcome, type Page, type Visit } from './page.ts';
import { ago, badge, incidentPath, type Markup, time, type View } from './view.ts';
import { type BoardRow, loadDrillRows, loadStaleAlerts } from './waiting.ts';

const mostShown = 50;

export async function showDrills({ view }: Visit): Promise<Page> {
  const [next, drills] = await Promise.all([
    readNextDrill(view.now, view.policy),
    readAll<Drill>(firestore().collection(collections.drills).orderBy('startedAt', 'desc').limit(mostShown)),
  ]);
  return {
    title: view.t('drills'),
    section: 'board',
    body: html`
<p>${next ? nextLine(view, next.dueAt) : view.t('drills.none')}</p>
<p class="muted">${view.t('drills.how')}</p>
${drills.length > 0 ? html`<ul class="plain">${drills.map((each) => html`<li>${time(view, each.startedAt)} <a href="/console/drills/${each.id}">${view.t('drills.of', { code: codeOf(each.from) })}</a> ${progress(view, each)}</li>`)}</ul>` : ''}`,
  };
}

/** On the board, too. */
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
    section: 'board',
    isWide: true,
    ...(drill.state === 'running' ? { refreshSeconds: 15 } : {}),
    body: html`
<p>${time(view, drill.startedAt)} ${progress(view, drill)}</p>
${incidents.length === 0 ? html`<p>${view.t('drills.nothingYet')}</p>` : ''}
<div class="scroll"><table class="compare"><thead><tr><th scope="col">${view.t('drills.checkpoint')}</th><th scope="col">${view.t('drills.original')} ${original ? link(original) : ''}</th>${incidents.map((each) => html`<th scope="col">${drillMark[view.language]}${link(each)}</th>`)}</tr></thead>
<tbody>${comparison.map((row) => html`<tr><th scope="row">${view.name('checkpoint', row.checkpoint)}</th><td>${result(row.original)}</td>${row.drill.map((each) => html`<td>${result(each)}</td>`)}</tr>`)}</tbody></table></div>`,
  };
}

/** Of a real incident: how fast, and how many times as many. */
export function drillForm(view: View, incident: Pick<Incident, 'id' | 'kind' | 'isDrill'>): Markup | '' {
  if (incident.kind !== 'incident' || incident.isDrill) return '';
  const fields = fieldsOf(view, 'drill');
  const number = (name: 'speed' | 'times', label: string, more: { least: number; step?: 'any' }): Markup =>
    fields.text(name, { type: 'number', label, was: '1', isRequired: true, ...more });
  return html`<section aria-labelledby="drill"><h2 id="drill">${view.t('drills')}</h2><details id="drill-form"><summary>${view.t('drills.replay')}</summary><p class="muted">${view.t('drills.hint')}</p>${form(view, `${incidentPath(incident.id)}/drill`)`${number('speed', view.t('drills.speed'), { least: leastSpeed, step: 'any' })}${number('times', view.t('drills.times'), { least: 1 })}<p>${button(view.t('drills.start'), 'plain')}</p>`}</details></section>`;
}

/** @throws Problem as the API answers it */
export async function beginDrill({ view, form: given }: Visit, id = ''): Promise<Outcome> {
  const [speed, times] = [Number(given.get('speed') || 1), Number(given.get('times') || 1)];
  const drill = await startDrill({ from: id, speed, times }, contextIn(view, given));
  return { to: `/console/drills/${drill.id}` };
}

/** The drills that are open, in a section of their own, each with the button that ends it. */
export function openDrills(view: View, drills: readonly BoardRow[]): Markup | '' {
  if (drills.length === 0) return '';
  return html`<section aria-labelledby="drills"><h2 id="drills">${view.t('drills')} <small>${view.t('board.drills', { n: drills.length })}</small></h2>${closeForm(view, drills, 'drills.end', '/console')}</section>`;
}

function isStale({ board, source, impact }: BoardRow, view: View): boolean {
  const late = view.now.getTime() - (board?.dueAt ?? view.now).getTime();
  const isUnknown = source === 'alert' && board?.next === null && impact.affectedCustomerCount === undefined;
  return isUnknown && late > milliseconds(view.policy.cadence.staleAlertAfter);
}

export const staleAlertsLink = (view: View, rows: readonly BoardRow[]): Markup | '' =>
  rows.some((each) => isStale(each, view)) ? html`<p><a href="/console/close">${view.t('close.link')}</a></p>` : '';

export async function showClose({ view }: Visit): Promise<Page> {
  const [drills, alerts] = await Promise.all([
    loadDrillRows(),
    loadStaleAlerts(new Date(view.now.getTime() - milliseconds(view.policy.cadence.staleAlertAfter))),
  ]);
  const stale = alerts.filter((each) => isStale(each, view));
  return {
    title: view.t('close.title'),
    section: 'board',
    body: html`<h2>${view.t('close.alerts')}</h2><p class="muted">${view.t('close.alertsHint')}</p>
${stale.length > 0 ? closeForm(view, stale, 'close.alert', '/console/close') : html`<p class="empty">${view.t('board.nonePast')}</p>`}
${openDrills(view, drills)}`,
  };
}

function closeForm(view: View, rows: readonly BoardRow[], label: TextKey, back: string): Markup {
  const isOne = rows.length === 1;
  return form(view, '/console/close')`<input type="hidden" name="back" value="${back}"><ul class="closable">${rows.map(
    (row) =>
      html`<li><label><input type="checkbox" name="id" value="${row.id}"${isOne ? html` checked` : ''}> <span class="code">${codeOf(row.id)}</span></label> <a href="${incidentPath(row.id)}">${shortTitleOf(view, row)}</a> <small>${ago(view, row.filedAt)}</small></li>`,
  )}</ul><p><button type="submit" class="plain">${view.t(label)}</button></p>`;
}

const mostClosed = 50;

/** Ends what was ticked. What has ended meanwhile, or been merged, is left as it is. */
export async function close({ view, form: sent }: Visit): Promise<Outcome> {
  const ids = sent.getAll('id').filter((each) => /^inc_[\da-f]{24}$/.test(each));
  const rows = new Map((await loadDrillRows()).map((each) => [each.id, each]));
  for (const id of ids.slice(0, mostClosed)) {
    const drill = rows.get(id)?.drill?.id;
    if (drill) await endDrill(drill);
    for (const statement of rows.has(id) ? endOfDrill(view, id) : [{ type: 'recovered' as const }]) {
      try {
        await recordFact(id, statement, contextIn(view));
      } catch (error) {
        expectProblem(error);
      }
    }
  }
  return { to: sent.get('back') === '/console/close' ? '/console/close' : '/console' };
}

/** A drill did not happen, and its customers are not real: it ends as “could not be confirmed”, with nobody to update. */
function endOfDrill(view: View, id: string): Statement[] {
  const evidenceUrl = `${readConfig().CONSOLE_URL ?? 'http://localhost'}${incidentPath(id)}`;
  const method = view.t('drills.ended');
  return [
    { type: 'verified', happened: 'no', method, evidenceUrl },
    { type: 'customer-updated', customers: 'all', message: method, channel: 'in-person' },
  ];
}
