/** Ends several drills at once, or several alerts whose scope has been unknown for more than a day. */
import { html } from 'hono/html';
import { endDrill } from '../drills/start-drill.ts';
import { codeOf } from '../incidents/incident.ts';
import type { Statement } from '../incidents/statements/statement-schemas.ts';
import { readConfig } from '../platform/config.ts';
import { milliseconds } from '../policy.ts';
import { recordFact } from '../record-fact.ts';
import { lengthText } from '../words/spans.ts';
import type { TextKey } from '../words/speech.ts';
import { shortTitleOf } from './incident-head.ts';
import { contextIn, expectProblem, form, type Outcome, type Page, type Visit } from './page.ts';
import { ago, incidentPath, type Markup, type View } from './view.ts';
import { type BoardRow, loadDrillRows, loadStaleAlerts, mostClosable } from './waiting.ts';

export function openDrills(view: View, drills: readonly BoardRow[]): Markup | '' {
  if (drills.length === 0) return '';
  return html`<section aria-labelledby="drills"><h2 id="drills">${view.t('nav.drills')} <small>${view.t('board.drills', { n: drills.length })}</small></h2>${closeForm(view, drills, 'drills.end', '/console')}</section>`;
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
    body: html`<h2>${view.t('close.alerts')}</h2><p class="muted">${view.t('close.alertsHint', { span: lengthText(milliseconds(view.policy.cadence.staleAlertAfter), view.language) })}</p>
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

/** Ends the ticked incidents, except those that have ended or been merged meanwhile. */
export async function close({ view, form: sent }: Visit): Promise<Outcome> {
  const ids = sent.getAll('id').filter((each) => /^inc_[\da-f]{24}$/.test(each));
  const rows = new Map((await loadDrillRows()).map((each) => [each.id, each]));
  for (const id of ids.slice(0, mostClosable)) {
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
