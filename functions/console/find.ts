/** What was searched for, what may be the same trouble as an incident, and the question whether two reports are. */
import { html } from 'hono/html';
import { type CandidateReason, isOneEmergency } from '../find/candidates.ts';
import { findCandidates } from '../find/find-candidates.ts';
import { findIncidents } from '../find/find-incidents.ts';
import { requireIncident } from '../find/read-incident.ts';
import { requireAsked, type Sameness, tellApart } from '../find/sameness.ts';
import { codeOf, type Incident } from '../incidents/incident.ts';
import { linksOf, mergeReports, undoMerge } from '../merge.ts';
import { followOnCards } from '../outgoing/slack/edit-cards.ts';
import { milliseconds } from '../policy.ts';
import { lengthText } from '../words/spans.ts';
import { button, fieldsOf } from './fields.ts';
import { incidentForm, shortTitleOf, titleOf, urgencyBadges } from './incident-head.ts';
import { contextIn, form, type Outcome, orComeBack, type Page, type Visit } from './page.ts';
import { blank, textOf } from './statements.ts';
import { ago, badge, hidden, incidentPath, type Markup, time, typedIn, type View } from './view.ts';

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

export const showCandidates = async ({ view }: Visit, id = ''): Promise<Page> =>
  candidatesPage(view, await requireIncident(id));

async function candidatesPage(view: View, incident: Incident): Promise<Page> {
  const { t } = view;
  const { id } = incident;
  const candidates = await findCandidates(incident, view.policy);
  const open = candidates.filter(({ incident: other }) => other.status === 'open');
  const emergency = open.filter(({ incident: other }) => isOneEmergency(incident, other));
  const ticked = typedIn(view, mergeForm)?.getAll('incident') ?? emergency.map(({ incident: other }) => other.id);
  const past = candidates.filter((each) => !open.includes(each));
  const item = ({ incident: other, reasons }: (typeof candidates)[number], tick: Markup | '' = ''): Markup =>
    html`<li>${tick}${head(view, other)}<ul class="plain">${reasons.map((each) => html`<li>${sayReason(view, each)}</li>`)}</ul></li>`;
  const tickOf = (other: Incident): Markup =>
    html`<p class="choices">${tick(other.id, ticked.includes(other.id), html`<span class="visually-hidden">${codeOf(other.id)} ${shortTitleOf(view, other)}</span>`)}</p>`;
  const fields = fieldsOf(view, mergeForm);
  const inForm = incidentForm(view, incident, 'merge');
  return {
    title: t('candidates.title', { code: codeOf(id) }),
    section: 'board',
    body: html`<p><a href="${incidentPath(id)}">${t('candidates.back')}: ${titleOf(view, incident)}</a></p>
<p class="lead">${candidates.length === 0 ? t('candidates.none', { span: lengthText(milliseconds(view.policy.find.candidates.within), view.language) }) : t('candidates.lead')}</p>
${
  open.length > 0
    ? inForm`<ul class="cards">${open.map((each) => item(each, tickOf(each.incident)))}</ul>${fields.text('basis', { label: t('candidates.basis') })}<p>${button(t('candidates.link'))}</p>`
    : ''
}
<ul class="cards">${past.map((each) => item(each))}</ul>`,
  };
}

const tick = (id: string, isTicked: boolean, label: Markup): Markup =>
  html`<label><input type="checkbox" name="incident" value="${id}"${isTicked ? html` checked` : ''}> ${label}</label>`;

/** The other open reports of an emergency, ticked: one tap on the wall merges them. */
export async function reportsToMerge(view: View, incident: Incident, ids: readonly string[]): Promise<Markup | ''> {
  const all = await Promise.all(ids.slice(0, mostMerged).map(requireIncident));
  const open = all.filter(({ status }) => status === 'open');
  if (open.length === 0) return '';
  const items = open.map(
    (each) =>
      html`<li>${tick(each.id, true, html`${customersText(view, each)} <small>${shortTitleOf(view, each)}</small>`)} <a href="${incidentPath(each.id)}">${codeOf(each.id)}</a></li>`,
  );
  const inForm = incidentForm(view, incident, 'merge');
  return inForm`${hidden([['back', 'situation']])}<ul class="plain choices">${items}</ul><p>${button(view.t('candidates.link'), 'plain')}</p>`;
}

const mergeForm = 'merge';
/** A page shows no more candidates than these. */
const mostMerged = 30;

/** Merges the ticked reports into the emergency among them, otherwise into the first report. */
export const merge = (visit: Visit, id = ''): Promise<Outcome> => {
  const again = async ({ view }: Visit): Promise<Page> => candidatesPage(view, await requireIncident(id));
  return orComeBack(visit, mergeForm, again, async ({ view, form: given }) => {
    const ids = [...new Set(given.getAll('incident'))].filter((each) => each !== id).slice(0, mostMerged);
    if (ids.length === 0) throw blank('incident');
    const basis = textOf(given, 'basis')?.slice(0, 2_000) ?? view.t('same.basis');
    const { to, mergeId } = await mergeReports([id, ...ids], basis, contextIn(view, given));
    const page = given.get('back') === 'situation' ? '/situation' : '';
    return { to: `${incidentPath(to)}${page}?merge=${mergeId}#recorded` };
  });
};

/** The reports linked by the merge of a moment ago, and the button that undoes it. */
export function mergeReceipt(view: View, incident: Incident, mergeId: string | null): Markup | '' {
  const merged = mergeId ? linksOf(incident, mergeId) : [];
  if (!mergeId || merged.length === 0) return '';
  const said = view.t('candidates.merged', { code: codeOf(incident.id), codes: view.row(merged.map(codeOf)) });
  const inForm = form(view, `${incidentPath(incident.id)}/unmerge`, html`class="tap"`);
  return html`<div id="recorded" class="recorded" role="status" tabindex="-1" data-first><p>${said}</p>${inForm`${hidden([['merge', mergeId]])}${button(view.t('candidates.undo'), 'plain')}`}</div>`;
}

export const unmerge = async ({ view, form: given }: Visit, id = ''): Promise<Outcome> => {
  await undoMerge(id, given.get('merge') ?? '', { ...contextIn(view, given), seen: undefined });
  return { to: '/console' };
};

function customersText(view: View, { affectedCustomers }: Incident): string {
  const customers = affectedCustomers.map((each) => each.name ?? each.id);
  return view.row(customers.length > 3 ? [...customers.slice(0, 3), '…'] : customers);
}

function head(view: View, incident: Incident): Markup {
  const customers = customersText(view, incident);
  return html`<h2><a href="${incidentPath(incident.id)}">${shortTitleOf(view, incident)}</a></h2>
<p class="badges"><span class="code">${codeOf(incident.id)}</span> ${incident.kind === 'incident' ? urgencyBadges(view, incident) : badge(view.name('kind', incident.kind))} ${badge(view.name('status', incident.status), incident.status === 'open' ? 'warn' : 'good')}</p>
<p class="facts"><span>${view.name('event', 'filed')} ${time(view, incident.filedAt)} <small>${ago(view, incident.filedAt)}</small></span>${customers ? html` <span>${customers}</span>` : ''}</p>`;
}

function sayReason(view: View, reason: CandidateReason): string {
  if (reason.kind === 'words') return view.t('reason.words', { words: view.row(reason.words) });
  if (reason.kind === 'area') return view.t('reason.area', { area: reason.area });
  if (reason.kind === 'alert') return view.name('sameWhy', 'alert');
  if (reason.kind === 'minutes') return view.t('reason.minutes', { minutes: reason.minutes });
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
  const isOnBoard = given.get('back') === 'board';
  const by = { ...contextIn(view, given), seen: undefined };
  if (given.get('answer') === 'merged') {
    const { to, mergeId } = await mergeReports([id, await requireAsked(id, 'merged')], view.t('same.basis'), by);
    const page = isOnBoard ? `/console?into=${to}&` : `${incidentPath(to)}?`;
    return { to: `${page}merge=${mergeId}#recorded` };
  }
  await tellApart(id, by);
  await followOnCards(await requireIncident(id));
  return { to: isOnBoard ? '/console' : incidentPath(id) };
}
