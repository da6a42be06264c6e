/** One incident in the meeting: the facts to confirm, and the action item that a failed checkpoint asks for. */
import { randomUUID } from 'node:crypto';
import { html } from 'hono/html';
import { requireIncident } from '../find/read-incident.ts';
import { versionOf } from '../incidents/facts/version.ts';
import { causeCategories, heavyMitigations } from '../incidents/incident.ts';
import { businessImpacts } from '../incidents/signals/signal.ts';
import type { ActionKind } from '../postmortems/actions-rules.ts';
import type { CheckpointId } from '../postmortems/checkpoints.ts';
import type { Entry } from '../postmortems/entry.ts';
import { composeEntry } from '../postmortems/render/compose-entry.ts';
import { renderCard } from '../postmortems/render/html-blocks.ts';
import { pageOf } from '../postmortems/render/page.ts';
import { sayReason } from '../postmortems/render/sentences.ts';
import { newActionFields } from './actions.ts';
import { type Choice, choicesOf, fieldsOf } from './fields.ts';
import { meetingForm, progressOf, type Sitting, stepAfter } from './meeting-sitting.ts';
import { incidentAddress, plainFrame } from './postmortems.ts';
import { badge, incidentPath, type Markup, typedIn, type View } from './view.ts';

export async function incidentPart(view: View, sitting: Sitting, id: string): Promise<Markup> {
  const { t } = view;
  const { all } = sitting;
  const entry = all.find((each) => each.id === id);
  if (!entry) return html``;
  const by = { ...view, incidentUrl: incidentAddress };
  const card = composeEntry(entry, pageOf(by, sitting.slice.head.period));
  const progress = progressOf(sitting, entry);
  const version = versionOf(await requireIncident(id));
  return html`<p class="muted">${t('meeting.at', { n: all.indexOf(entry) + 1, total: all.length })} ${
    progress === 'open' ? '' : badge(view.name('progress', progress), progress === 'reviewed' ? 'good' : 'warn')
  } <a href="${incidentPath(id)}">${t('meeting.openIncident')}</a></p>
<p class="news" role="status" hidden data-news="${incidentPath(id)}/news/${version}"><span></span></p>
<div class="columns"><div>${renderCard(card, plainFrame, 2)}${madeFor(view, sitting, entry)}</div><div>
<section aria-labelledby="confirm"><h2 id="confirm" tabindex="-1">${t('meeting.confirm')}</h2>${
    sitting.isHeld ? html`<p>${t('meeting.isHeld')}</p>` : reviewForm(view, sitting, entry, version)
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

function reviewForm(view: View, sitting: Sitting, entry: Entry, version: string): Markup {
  const { t } = view;
  const fields = fieldsOf(view, 'review', typedIn(view, entry.id));
  const { impact, cause, mitigation } = entry;
  const unknown: Choice = ['unknown', t('unknown')];
  const isCountUnknown = fields.value('countUnknown') === 'yes';
  const inForm = meetingForm(view, sitting, entry.id, entry.id, fields.isTyped);
  return inForm`<input type="hidden" name="seen" value="${version}"><input type="hidden" name="to" value="${stepAfter(sitting, entry.id)}">
${fields.radios('businessImpact', [...choicesOf(view, 'impact', businessImpacts), unknown], { label: t('field.businessImpact'), was: impact.businessImpact })}
${fields.text('affectedCustomerCount', { type: 'number', label: t('field.affectedCustomerCount'), was: impact.affectedCustomerCount?.toString() })}
<p class="choices"><label><input type="checkbox" name="countUnknown" value="yes"${isCountUnknown ? html` checked` : ''}> <span>${t('meeting.countUnknown')}</span></label></p>
${fields.radios('category', choicesOf(view, 'cause', causeCategories), { was: cause?.category })}
${fields.text('summary', { rows: 2, label: t('field.cause'), was: cause?.summary })}
${fields.text('releaseId', { was: cause?.releaseId, hint: t('hint.release') })}
${heavyMitigations.includes(mitigation?.kind ?? '') ? fields.text('lighterWayTried', { rows: 2, was: mitigation?.lighterWayTried, hint: t('hint.lighterWayReview') }) : ''}
${fields.text('permanentFix', { rows: 2, was: entry.permanentFix })}
${fields.text('prevention', { rows: 2, was: entry.prevention })}
${fields.text('note', { rows: 2 })}
${actionFields(view, sitting, entry)}
<p class="taps"><button type="submit" name="do" value="confirm">${t('submit.confirmNext')}</button> <button type="submit" class="plain" name="do" value="action">${t('submit.action')}</button> <button type="submit" class="plain" name="do" value="later">${t('submit.later')}</button></p>`;
}

const kindsOf: Record<CheckpointId, ActionKind> = {
  'release-flow': 'prevent',
  'tests-run': 'prevent',
  'first-response': 'mitigate',
  'scope-confirmed': 'detect',
  'customers-updated': 'mitigate',
};

/** An action item for the next failed checkpoint: each new action of this incident is taken to settle one. */
export function proposalFor(view: View, sitting: Sitting, entry: Entry) {
  const made = sitting.slice.head.newActions.filter((each) => each.incidentId === entry.id);
  const failed = entry.checkpoints.filter((each) => each.result === 'fail')[made.length];
  if (!failed) return undefined;
  const what = view.name('checkpoint', failed.id);
  const description = view.t('meeting.proposal', { what, why: sayReason(failed, view) });
  return { description, kind: kindsOf[failed.id] };
}

function actionFields(view: View, sitting: Sitting, entry: Entry): Markup {
  const proposal = proposalFor(view, sitting, entry);
  const typed = typedIn(view, entry.id);
  // After an action item is created, the form is empty again and shows the next proposal.
  const isTyped = [...(typed?.keys() ?? [])].some((name) => name.startsWith('action.'));
  const fields = fieldsOf(view, 'action', isTyped ? typed : undefined);
  return html`<fieldset class="aside"><legend>${view.t('action.add')}</legend>${proposal ? html`<p class="muted">${view.t('meeting.proposed')}</p>` : ''}
<input type="hidden" name="proposed" value="${proposal?.description ?? ''}"><input type="hidden" name="actionKey" value="${randomUUID()}">
${newActionFields(view, fields, { prefix: 'action.', ...proposal })}</fieldset>`;
}
