/** One incident in the meeting: what is confirmed of it, and the next action that a failed checkpoint asks for. */
import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import { causeCategories, heavyMitigations } from '../incidents/incident.ts';
import { versionOf } from '../incidents/version.ts';
import { type ActionKind, actionKinds } from '../postmortems/actions-rules.ts';
import type { CheckpointId } from '../postmortems/checkpoints.ts';
import type { Entry } from '../postmortems/entry.ts';
import { composeEntry } from '../postmortems/render/compose-entry.ts';
import { renderCard } from '../postmortems/render/html-blocks.ts';
import { pageOf } from '../postmortems/render/page.ts';
import { sayReason } from '../postmortems/render/sentences.ts';
import { speak } from '../postmortems/render/words.ts';
import { incidentAddress, plainFrame } from './blocks.ts';
import { type Choice, choicesOf, type Failed, radios, select, textField } from './fields.ts';
import { loadIncidentDocument } from './incident-load.ts';
import { draft } from './meeting-form.ts';
import { meetingPath, progressOf, type Sitting, stepAfter } from './meeting-sitting.ts';
import { form } from './page.ts';
import { badge, incidentPath, type Markup, type View } from './view.ts';

/** @param shown.note shown where an action was added and the rest of the form stayed as it was typed */
export async function incidentPart(
  view: View,
  sitting: Sitting,
  id: string,
  shown: { failed?: Failed | undefined },
): Promise<Markup> {
  const { t } = view;
  const list = [...sitting.own, ...sitting.carried];
  const entry = list.find((each) => each.id === id);
  if (!entry) return html``;
  const by = { locale: view.language, policy: view.policy, incidentUrl: incidentAddress };
  const card = composeEntry(entry, pageOf(by, sitting.slice.head.period));
  const progress = progressOf(sitting, entry);
  const version = versionOf(await loadIncidentDocument(id));
  return html`<p class="muted">${t('meeting.at', { n: list.indexOf(entry) + 1, total: list.length })} ${
    progress === 'open' ? '' : badge(view.name('progress', progress), progress === 'reviewed' ? 'good' : 'warn')
  } <a href="${incidentPath(id)}">${t('meeting.openIncident')}</a></p>
<p class="news" role="status" hidden data-news="${incidentPath(id)}/news/${version}"><span></span></p>
<div class="columns"><div>${renderCard(card, plainFrame, 2)}${madeFor(view, sitting, entry)}</div><div>
<section aria-labelledby="confirm"><h2 id="confirm" tabindex="-1">${t('meeting.confirm')}</h2>${
    sitting.isHeld
      ? html`<p>${t('meeting.isHeld')}</p>`
      : reviewForm(view, sitting, entry, version, shown.failed?.values)
  }</section></div></div>`;
}

function madeFor(view: View, { slice }: Sitting, { id }: Entry): Markup | '' {
  const made = [...slice.head.newActions, ...slice.head.carriedActions].filter((each) => each.incidentId === id);
  if (made.length === 0) return '';
  return html`<section aria-labelledby="made"><h3 id="made">${view.t('nav.actions')}</h3><ul class="plain">${made.map(
    (each) =>
      html`<li>${each.description} ${badge(view.name('actionStatus', each.status))} ${each.owner ?? view.t('nobody')}</li>`,
  )}</ul></section>`;
}

function reviewForm(
  view: View,
  sitting: Sitting,
  entry: Entry,
  version: string,
  typed: URLSearchParams | undefined,
): Markup {
  const { t } = view;
  const value = (name: string, otherwise: string | undefined): string =>
    typed ? (typed.get(name) ?? '') : (otherwise ?? '');
  const { impact, cause, mitigation } = entry;
  const unknown: Choice = ['unknown', t('unknown')];
  const isCountUnknown = typed?.get('countUnknown') === 'yes';
  const text = (name: string, label: string, otherwise: string | undefined, hint?: string): Markup =>
    textField({ form: 'review', name, rows: 2, label, value: value(name, otherwise), ...(hint ? { hint } : {}) });
  return form(
    view,
    `${meetingPath(sitting.week.id)}/${entry.id}`,
    html`<input type="hidden" name="seen" value="${version}"><input type="hidden" name="to" value="${stepAfter(sitting, entry.id)}">
${radios({ form: 'review', name: 'businessImpact', label: t('field.impact.businessImpact'), value: value('businessImpact', impact.businessImpact), choices: [...choicesOf(view, 'impact', ['stopped', 'degraded', 'inconvenient', 'none']), unknown] })}
${textField({ form: 'review', name: 'affectedCustomerCount', type: 'number', label: t('field.impact.affectedCustomerCount'), value: value('affectedCustomerCount', impact.affectedCustomerCount?.toString()) })}
<p class="choices"><label><input type="checkbox" name="countUnknown" value="yes"${isCountUnknown ? html` checked` : ''}> <span>${t('meeting.countUnknown')}</span></label></p>
${radios({ form: 'review', name: 'category', label: t('field.category'), value: value('category', cause?.category), choices: choicesOf(view, 'cause', causeCategories) })}
${text('summary', t('field.cause'), cause?.summary)}
${textField({ form: 'review', name: 'releaseId', label: t('field.releaseId'), value: value('releaseId', cause?.releaseId), hint: t('hint.release') })}
${
  heavyMitigations.includes(mitigation?.kind ?? '')
    ? text('lighterWayTried', t('field.lighterWayTried'), mitigation?.lighterWayTried, t('hint.lighterWayReview'))
    : ''
}
${text('permanentFix', t('field.permanentFix'), entry.permanentFix)}
${text('prevention', t('field.prevention'), entry.prevention)}
${text('note', t('field.note'), '')}
${actionFields(view, sitting, entry, typed)}
<p class="taps"><button type="submit" name="do" value="confirm">${t('submit.confirmNext')}</button> <button type="submit" class="plain" name="do" value="action">${t('submit.addAction')}</button> <button type="submit" class="plain" name="do" value="later">${t('submit.later')}</button></p>`,
    { attributes: html`${draft(sitting, entry.id, typed !== undefined)} data-begin` },
  );
}

const kindsOf: Record<CheckpointId, ActionKind> = {
  'release-flow': 'prevent',
  'tests-run': 'prevent',
  'first-response': 'mitigate',
  'scope-confirmed': 'detect',
  'customers-updated': 'mitigate',
};

/** What the first failed checkpoint asks for that no action of this incident was made for. */
export function proposalFor(
  view: View,
  sitting: Sitting,
  entry: Entry,
): { description: string; kind: ActionKind } | undefined {
  const speech = speak(view.language, view.policy.customerLabel[view.language]);
  const made = sitting.slice.head.newActions.filter((each) => each.incidentId === entry.id);
  const failed = entry.checkpoints.filter((each) => each.result === 'fail')[made.length];
  if (!failed) return undefined;
  const what = speech.value('checkpoint', failed.id);
  const description = view.t('meeting.proposal', { what, why: sayReason(failed, speech) });
  return { description, kind: kindsOf[failed.id] };
}

function actionFields(view: View, sitting: Sitting, entry: Entry, typed: URLSearchParams | undefined): Markup {
  const { t } = view;
  const proposal = proposalFor(view, sitting, entry);
  const value = (name: string, otherwise = ''): string => (typed?.has(name) ? (typed.get(name) ?? '') : otherwise);
  const field = (name: string, label: string, otherwise = '') => ({
    form: 'action',
    name,
    label,
    value: value(name, otherwise),
  });
  return html`<fieldset class="aside"><legend>${t('action.add')}</legend>${proposal ? html`<p class="muted">${t('meeting.proposed')}</p>` : ''}
<input type="hidden" name="proposed" value="${proposal?.description ?? ''}"><input type="hidden" name="actionKey" value="${randomUUID()}">
${textField({ ...field('action.description', t('action.description'), proposal?.description), rows: 2 })}
${select({ ...field('action.kind', t('field.kind'), proposal?.kind ?? 'prevent'), choices: choicesOf(view, 'actionKind', actionKinds) })}
${textField({ ...field('action.owner', t('field.assignee')) })}
${textField({ ...field('action.ticketUrl', t('ticket')), type: 'url', placeholder: 'https://' })}
${textField({ ...field('action.doneWhen', t('field.doneWhen')), hint: t('action.wholeHint') })}</fieldset>`;
}
