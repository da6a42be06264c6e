/** The page of an incident, or of a question: what happened, what to do next, and everything that is known. */
import { html } from 'hono/html';
import { shownImpact } from '../incidents/emergency/emergency.ts';
import { contradictionsOf, sayBefore } from '../incidents/facts/missing.ts';
import { versionOf } from '../incidents/facts/version.ts';
import { codeOf, type Incident } from '../incidents/incident.ts';
import { knownFrom } from '../incidents/links/brought.ts';
import { scopeSlot } from '../incidents/rhythm/cadence.ts';
import type { AlertCounts } from '../incidents/signals/signal.ts';
import { waitsFrom } from '../incidents/views/board-place.ts';
import type { Problem } from '../platform/problem.ts';
import { bundleInReview, lacksOf } from '../postmortems/actions-rules.ts';
import { isSettledBy } from '../postmortems/entry.ts';
import { readWeek, weekOf } from '../postmortems/week.ts';
import { countText } from '../words/glance.ts';
import { areaFacts } from '../words/people.ts';
import { sayRefusal } from '../words/refusals/refuse.ts';
import type { TextKey } from '../words/speech.ts';
import { situationWords } from '../words/texts/situation.ts';
import { customersSection, questionedSection, sendingLine, updatesSection } from './customers.ts';
import { drillForm } from './drills.ts';
import { checkpointsSection, releasesSection, seriesSection, urgencySection } from './evidence.ts';
import { button } from './fields.ts';
import { mergeReceipt, samenessQuestion } from './find.ts';
import { flowSection, quickButtons } from './flow.ts';
import { linksSection, signalsSection, timelineSection } from './history.ts';
import {
  andOthers,
  contactName,
  fromMember,
  impactLine,
  incidentForm,
  lastTold,
  newsLines,
  shortTitleOf,
  titleOf,
  urgencyBadges,
} from './incident-head.ts';
import { type Loaded, loadIncident } from './incident-load.ts';
import { type Outcome, orComeBack, type Page, type Recording, refusalReader, sayProblem, type Visit } from './page.ts';
import { emergencyLine } from './situation.ts';
import {
  ago,
  badge,
  countdown,
  factList,
  hidden,
  incidentPath,
  lacksText,
  type Markup,
  outLink,
  time,
  timeText,
  type View,
  who,
} from './view.ts';

/** The type just recorded, or the merge just made. */
interface Done {
  recorded?: string | undefined;
  merge?: string | null;
}

export function incidentPage(view: View, loaded: Loaded, { recorded, merge = null }: Done = {}): Page {
  const { incident } = loaded;
  const isIncident = incident.kind === 'incident';
  return {
    title: titleOf(view, incident),
    tab: `${codeOf(incident.id)} ${shortTitleOf(view, incident)}`,
    section: incident.kind === 'question' ? 'questions' : 'board',
    isWide: true,
    body: html`
${newsNote(view, loaded)}
${recordedNote(view, recorded)}${mergeReceipt(view, loaded.incident, merge)}${sendingLine(view, loaded)}
${isIncident ? html`${emergencyLine(view, { emergency: incident.emergency ?? null })}<p class="glance">${impactLine(view, incident)}</p>${dueLine(view, loaded)}` : ''}
${(incident.failedUpdates ?? 0) > 0 ? html`<p class="due-line is-overdue"><span>${view.t('board.failedUpdates')}</span> <a href="#updates">${view.t('section.updates')}</a></p>` : ''}
${incident.unanswered ? html`<p class="due-line is-overdue"><span>${view.t('board.unanswered')}</span></p>` : ''}
${quickButtons(view, loaded)}
<p class="badges"><strong class="code">${codeOf(incident.id)}</strong> ${isIncident ? urgencyBadges(view, incident) : badge(view.name('kind', incident.kind))} ${badge(view.name('status', incident.status), incident.status === 'open' ? 'warn' : 'good')} ${badge(view.name('source', incident.source))}${incident.isAboutMetronome ? html` ${badge(view.t('aboutMetronome'))}` : ''}${isIncident ? html` <a href="${incidentPath(incident.id)}/situation">${situationWords.toSituation[view.language]}</a>` : ''}${isIncident && incident.status === 'open' ? html` <a href="${incidentPath(incident.id)}/candidates">${view.t('candidates.look')}</a>` : ''}</p>
${incident.status === 'linked' ? '' : samenessQuestion(view, loaded.same, 'incident')}
${isIncident ? questionedSection(view, loaded) : ''}
${incident.status === 'recovered' ? html`<p class="muted"><a href="#timeline">${view.t('recovered.undo')}</a></p>` : ''}
<div class="columns"><div>
${factsSection(view, loaded)}
${helpedSection(view, loaded)}
${flowSection(view, loaded)}
${isIncident ? updatesSection(view, loaded) : ''}
${isIncident ? customersSection(view, loaded) : ''}
</div><div>
${seriesSection(view, loaded)}
${timelineSection(view, loaded)}
${isIncident ? urgencySection(view, incident) : ''}
${checkpointsSection(view, loaded)}
${releasesSection(view, loaded)}
${actionsSection(view, loaded)}
${linksSection(view, loaded)}
${signalsSection(view, loaded)}
${drillForm(view, incident)}
</div></div>`,
  };
}

/** The page does not report a mere request as done. */
function recordedNote(view: View, recorded: string | undefined): Markup | '' {
  const what = recorded === undefined ? undefined : view.maybe(`event.${recorded}`);
  if (what === undefined) return '';
  const said = recorded === 'update-requested' ? view.t('update.asked') : view.t('recorded', { what });
  return html`<p id="recorded" class="recorded" role="status" tabindex="-1" data-first>${said}</p>`;
}

/** Hidden until a script finds that others have recorded something since. */
function newsNote(view: View, { incident, updates }: Loaded): Markup {
  const path = incidentPath(incident.id);
  const isFailing = updates.some(({ state, error }) => (state === 'sending' || state === 'unknown') && error);
  return html`<p class="news" role="status" hidden data-news="${path}/news/${versionOf(incident)}${isFailing ? '?failing' : ''}"><span></span> <a href="${path}">${view.t('news.reload')}</a></p>`;
}

/** An alert lags behind the reports: messages already state the earlier time, and one tap corrects the record. */
function laterThanReport(view: View, incident: Incident): Markup | '' {
  const { occurredAt, reportedAt, status } = incident;
  if (!occurredAt || occurredAt <= reportedAt || status === 'linked') return '';
  const at = timeText(view, reportedAt);
  const value = [
    ['field', 'occurredAt'],
    ['timeValue', reportedAt.toISOString().slice(0, 23)],
    ['zone', 'UTC'],
  ] as const;
  const correct = incidentForm(view, incident, 'events/corrected', html`class="tap"`);
  return html`<div class="missing"><p><strong>${view.t('contradiction')}</strong> ${view.t('contradiction.reported', { at, occurred: timeText(view, occurredAt) })}</p>${correct`${hidden(value)}${button(view.t('contradiction.correct', { at }), 'plain')}`}</div>`;
}

/** The most important line: which customers are due an update, and when. */
function dueLine(view: View, { contacts, incident }: Loaded): Markup | '' {
  const next = contacts.find((each) => each.nextUpdateDueAt !== null);
  const dueAt = next && waitsFrom(next);
  if (!next || !dueAt) {
    const scope = scopeSlot(incident, contacts.length, null, view.policy);
    return scope
      ? html`<p class="due-line${scope.dueAt < view.now ? ' is-overdue' : ''}">${countdown(view, scope.dueAt)} <span>${view.t('due.nobodyKnown')}</span> <a href="#scoped">${view.t('due.sayWho')}</a></p>`
      : '';
  }
  const isOver = dueAt < view.now;
  const affected = incident.impact.affectedCustomerCount ?? contacts.filter(waitsFrom).length;
  const whom = andOthers(view, contactName(view, next), affected);
  return html`<p class="due-line${isOver ? ' is-overdue' : ''}">${countdown(view, dueAt)} <span>${whom}</span>${isOver ? html` <small>${lastTold(view, next)}</small>` : ''}</p>`;
}

function factsSection(view: View, { incident }: Loaded): Markup {
  const { t } = view;
  const { cause, answer, assignee, responders, reporter, origin, firstResponseAt } = incident;
  const impact = shownImpact(incident);
  const { affectedCustomerCount: count } = impact;
  const area = areaFacts(origin.area, view.policy);
  const from = knownFrom(incident);
  const at = (date: Date | undefined): Markup =>
    date ? html`${time(view, date)} <small>${ago(view, date)}</small>` : html`${t('unknown')}`;
  const about = incident.occurredAt && incident.isOccurredAtApproximate ? ` ${t('approximately')}` : '';
  const business = impact.businessImpact ? view.name('impact', impact.businessImpact) : t('unknown');
  const people = view.row(responders.map((each) => who(view, each, incident.actorNames?.[each])));
  const urls = [...new Set([...incident.ticketUrls, ...(origin.url ? [origin.url] : [])])];
  const rows: [TextKey, Markup | string | undefined][] = [
    ['field.occurredAt', html`${at(incident.occurredAt)}${about}${fromMember(view, from.occurredAt)}`],
    ['field.reportedAt', html`${at(incident.reportedAt)}${fromMember(view, from.reportedAt)}`],
    ['field.firstResponseAt', firstResponseAt && html`${at(firstResponseAt)}${fromMember(view, from.firstResponseAt)}`],
    ['field.assignee', assignee ? who(view, assignee) : t('nobody')],
    ['field.responders', people || undefined],
    ['field.businessImpact', html`${business}${fromMember(view, from.businessImpact)}`],
    ['field.affectedCustomerCount', count === undefined ? t('unknown') : countText(count, view)],
    ['field.score', scoreText(view, incident.score)],
    ['field.reporter', reporter && (reporter.name ?? reporter.id)],
    ['field.routing', view.name('routing', incident.routing.rule)],
    ['field.cause', cause && named(view.name('cause', cause.category), cause.summary)],
    ['field.permanentFix', incident.permanentFix],
    ['field.prevention', incident.prevention],
    ['field.answer', answer && named(view.name('answer', answer.kind), answer.note)],
    ['field.alertCounts', incident.alert?.counts && alertCounts(view, incident.alert.counts)],
    ['field.areaOwner', area?.owner],
    ['field.runbook', area?.runbook ? outLink(area.runbook) : incident.alert?.runbook],
    ['nav.postmortems', bundleLinks(view, incident)],
    ['field.ticketUrls', urls.length > 0 ? html`${urls.map((url) => html`${outLink(url)} `)}` : undefined],
  ];
  const missing = incident.missing.map(({ field }) => view.name('field', field));
  return html`<section aria-labelledby="facts"><h2 id="facts">${t('section.facts')}</h2>
${incident.description ? html`<p class="words">${incident.description}</p>` : ''}
${factList(rows.map(([key, value]) => [t(key), value]))}
${laterThanReport(view, incident)}${contradictionsOf(incident).map(
  ({ field, at: stated, occurredAt }) =>
    html`<p class="missing"><strong>${t('contradiction')}</strong> ${view.name('field', field)}: ${sayRefusal(sayBefore(stated, occurredAt), refusalReader(view))} <a href="#corrected">${t('submit.correct')}</a></p>`,
)}
${missing.length > 0 ? html`<p class="missing"><strong>${t('facts.missing')}</strong> ${view.row(missing)}</p>` : ''}</section>`;
}

function alertCounts({ t }: View, { firing, resolved, truncated }: AlertCounts): string {
  return t(truncated > 0 ? 'facts.alertsCut' : 'facts.alerts', { firing, resolved, truncated });
}

/** The postmortem of its own week, and the one in review that still carries it; the current week has none yet. */
function bundleLinks(view: View, incident: Incident): Markup | undefined {
  const { policy, now } = view;
  const own = weekOf(incident.filedAt, policy.zone);
  if (incident.kind !== 'incident' || now < own.end) return undefined;
  const review = readWeek(bundleInReview(now, policy), policy.zone);
  const isCarried = review !== undefined && review.id > own.id && !isSettledBy(incident, review.end);
  return html`${[own.id, ...(isCarried ? [review.id] : [])].map(
    (id) => html`<a href="/console/postmortems/${id}?incident=${incident.id}">${id}</a> `,
  )}`;
}

/** Shown until a mitigation is recorded. */
function helpedSection(view: View, { helped }: Loaded): Markup | '' {
  if (helped.length === 0) return '';
  return html`<section aria-labelledby="helped"><h2 id="helped">${view.t('section.helped')}</h2><p class="muted">${view.t('helped.lightest')}</p><ol>${helped.map(
    ({ kind, count, examples }) =>
      html`<li><strong>${view.name('mitigation', kind)}</strong> (${view.t('helped.count', { n: count })})<ul class="plain">${examples.map(
        ({ incident }) =>
          html`<li><a href="${incidentPath(incident.id)}">${shortTitleOf(view, incident)}</a>${incident.mitigation?.summary ? html`: ${incident.mitigation.summary}` : ''} <small>${ago(view, incident.filedAt)}</small></li>`,
      )}</ul></li>`,
  )}</ol></section>`;
}

const named = (name: string, note: string | undefined): string => (note ? `${name}: ${note}` : name);

function scoreText(view: View, score: Loaded['incident']['score']): string {
  const value = (of: { value: number | null }): string => String(of.value ?? view.t('unknown'));
  const reference = value(score.reference);
  return score.confirmed
    ? view.t('score.both', { reference, confirmed: value(score.confirmed) })
    : view.t('score.reference', { reference });
}

function actionsSection(view: View, { actions }: Loaded): Markup | '' {
  if (actions.length === 0) return '';
  return html`<section aria-labelledby="next-actions"><h2 id="next-actions">${view.t('nav.actions')}</h2><ul class="plain">${actions.map(
    (action) =>
      html`<li>${action.description} ${badge(view.name('actionStatus', action.status))} ${action.owner ?? view.t('nobody')} ${time(view, action.dueAt)}${
        lacksOf(action).length > 0 ? html` <small>${lacksText(view, lacksOf(action))}</small>` : ''
      }</li>`,
  )}</ul></section>`;
}

/** A refused form comes back on the current page, which first shows what others have stated meanwhile. */
export function orIncidentPage(visit: Visit, id: string, type: string, record: Recording): Promise<Outcome> {
  const again = async ({ view, form }: Visit, problem: Problem): Promise<Page> => {
    const loaded = await loadIncident(view, id);
    const { title, details } = sayProblem(view, problem);
    const news = problem.status === 412 ? newsLines(view, loaded.events, form.get('seen') ?? '') : [];
    return { ...incidentPage(view, loaded), problem: { title, details: [...news, ...details] } };
  };
  return orComeBack(visit, type, again, record);
}
