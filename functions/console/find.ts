/** What was searched for, what may be the same trouble as an incident, and the question whether two reports are. */

import { html } from 'hono/html';
import type { CandidateReason } from '../find/candidates.ts';
import { findCandidates } from '../find/find-candidates.ts';
import { findIncidents } from '../find/find-incidents.ts';
import { requireIncident } from '../find/read-incident.ts';
import { answerSameness, type Sameness } from '../find/sameness.ts';
import { codeOf, type Incident } from '../incidents/incident.ts';
import { followOnCards } from '../outgoing/slack/edit-cards.ts';
import { incidentForm, shortTitleOf, titleOf, urgencyBadges } from './incident-head.ts';
import { contextIn, form, type Outcome, orComeBack, type Page, type Visit } from './page.ts';
import { ago, badge, incidentPath, type Markup, time, type View } from './view.ts';

export async function showFound(visit: Visit): Promise<Outcome> {
  const { view, query } = visit;
  const { t } = view;
  const asked = query.get('q') ?? '';
  const page = { title: t('find.title', { asked }), asked };
  if (asked.trim() === '') return { ...page, title: t('find.label'), body: html`<p class="lead">${t('find.how')}</p>` };
  const again = () => ({ ...page, body: html`` });
  return orComeBack(visit, 'find', again, async () => {
    const { incidents, incomplete } = await findIncidents(asked, view.policy);
    return {
      ...page,
      body: html`<p class="lead" role="status">${incidents.length === 0 ? t('find.none') : t('find.count', { n: incidents.length })}${incomplete ? html` <strong>${t('find.incomplete')}</strong>` : ''}</p>
<ul class="cards">${incidents.map((each) => html`<li>${head(view, each)}</li>`)}</ul>`,
    };
  });
}

export async function showCandidates({ view }: Visit, id = ''): Promise<Page> {
  const { t } = view;
  const incident = await requireIncident(id);
  const candidates = await findCandidates(incident, view.policy);
  return {
    title: t('candidates.title', { code: codeOf(id) }),
    section: 'board',
    body: html`<p><a href="${incidentPath(id)}">${t('candidates.back')}: ${titleOf(view, incident)}</a></p>
<p class="lead">${candidates.length === 0 ? t('candidates.none') : t('candidates.lead')}</p>
<ul class="cards">${candidates.map(({ incident: other, reasons }) => {
      const said = reasons.map((each) => sayReason(view, each));
      return html`<li>${head(view, other)}<ul class="plain">${said.map((each) => html`<li>${each}</li>`)}</ul>${linkForm(view, incident, other, said)}</li>`;
    })}</ul>`,
  };
}

function head(view: View, incident: Incident): Markup {
  const customers = incident.affectedCustomers.map((each) => each.name ?? each.id);
  const shown = customers.length > 3 ? [...customers.slice(0, 3), '…'] : customers;
  return html`<h2><a href="${incidentPath(incident.id)}">${shortTitleOf(view, incident)}</a></h2>
<p class="badges"><span class="code">${codeOf(incident.id)}</span> ${incident.kind === 'incident' ? urgencyBadges(view, incident) : badge(view.name('kind', incident.kind))} ${badge(view.name('status', incident.status), incident.status === 'open' ? 'warn' : 'good')}</p>
<p class="facts"><span>${view.name('event', 'filed')} ${time(view, incident.filedAt)} <small>${ago(view, incident.filedAt)}</small></span>${shown.length > 0 ? html` <span>${view.row(shown)}</span>` : ''}</p>`;
}

/** One tap: what they have in common is the basis. */
function linkForm(view: View, incident: Incident, other: Incident, reasons: string[]): Markup {
  const basis = reasons.join(' / ').slice(0, 1_000);
  const inForm = incidentForm(view, incident, 'events/linked');
  return inForm`<input type="hidden" name="to" value="${other.id}"><input type="hidden" name="basis" value="${basis}"><button type="submit">${view.t('candidates.link')}</button>`;
}

function sayReason(view: View, reason: CandidateReason): string {
  if (reason.kind === 'words') return view.t('reason.words', { words: view.row(reason.words) });
  if (reason.kind === 'area') return view.t('reason.area', { area: reason.area });
  if (reason.kind === 'alert') return view.name('sameWhy', 'alert');
  return view.t('reason.form', { form: reason.form });
}

export function samenessQuestion(view: View, asked: Sameness | undefined, back: 'board' | 'incident'): Markup | '' {
  if (asked?.state !== 'asked') return '';
  const code = html`<a href="${incidentPath(asked.to)}">${codeOf(asked.to)}</a>`;
  const [before = '', after = ''] = view.t('same.ask').split('{code}');
  const why = view.row(asked.reasons.map((each) => view.name('sameWhy', each)));
  const tap = (answer: string, label: string, kind: string): Markup =>
    html`<button type="submit" name="answer" value="${answer}" class="${kind}">${label}</button> `;
  const inForm = form(view, `${incidentPath(asked.id)}/same`, html`class="same"`);
  return inForm`<input type="hidden" name="back" value="${back}"><p><strong>${before}${code}${after}</strong> <small>${why}</small></p><p class="taps">${tap('merged', view.t('same.yes'), 'primary')}${tap('apart', view.t('same.no'), 'plain')}</p>`;
}

export async function answerSame({ view, form: given }: Visit, id = ''): Promise<Outcome> {
  const answer = given.get('answer') === 'merged' ? 'merged' : 'apart';
  given.delete('seen');
  await answerSameness(id, answer, view.t('same.basis'), contextIn(view, given));
  await followOnCards(await requireIncident(id));
  return { to: given.get('back') === 'board' ? '/console' : incidentPath(id) };
}
