/** The steps of the flow, of the review, and what else may be recorded: a title, what is recorded of it, and its form. */
import { html } from 'hono/html';
import { draftMessage } from '../customer-updates/draft.ts';
import { causeCategories, type Incident, mitigationKinds, recurrenceRisks } from '../incidents/incident.ts';
import { yesNoUnknown } from '../incidents/signals/signal.ts';
import { correctableFields, correctionChoices } from '../incidents/statements/corrections.ts';
import { countText } from '../words/glance.ts';
import { choicesOf, impactChoices } from './fields.ts';
import { kinds } from './history.ts';
import type { Loaded } from './incident-load.ts';
import { draftsOf, messageFields, type Step, updateSteps, whomFields } from './update-steps.ts';
import { incidentPath, type Markup, time, type View, who } from './view.ts';

export function flowSteps(view: View, loaded: Loaded): Step[] {
  const { incident, contacts } = loaded;
  const { t } = view;
  const { impact, mitigation } = incident;
  const named = incident.affectedCustomers.length;
  const waiting = contacts.filter((each) => !each.stoppedAt);
  const isWorking = (each: (typeof contacts)[number]): boolean => each.recoveredAt !== undefined;
  const affected = contacts.every(isWorking) ? contacts : contacts.filter((each) => !isWorking(each));
  const [draft, ...more] = draftsOf(view, loaded);
  // What was said on the telephone was said to one group of customers: of several drafts none is it.
  const said = draft && more.length === 0 ? draftMessage(incident, draft, view) : '';
  return [
    {
      type: 'verified',
      done: incident.verifiedAt
        ? html`${time(view, incident.verifiedAt)} ${view.name('ongoing', incident.ongoing)}`
        : undefined,
      body: (fields) => html`
${fields.radios('happened', choicesOf(view, 'happened', ['yes', 'no', 'unconfirmed']))}
${fields.radios('ongoing', choicesOf(view, 'ongoing', yesNoUnknown), { was: incident.ongoing === 'unknown' ? '' : incident.ongoing })}
${fields.text('method', { hint: t('hint.notOccurring') })}
${fields.link('evidenceUrl')}
${fields.text('reportDiffers')}`,
    },
    {
      type: 'corrected-impact',
      title: t('field.businessImpact'),
      done: impact.businessImpact ? view.name('impact', impact.businessImpact) : undefined,
      body: (fields) =>
        html`<input type="hidden" name="field" value="businessImpact">${fields.radios('value', impactChoices(view), { isRequired: true, label: t('field.businessImpact'), was: impact.businessImpact })}`,
    },
    {
      type: 'mitigated',
      done: mitigation ? view.name('mitigation', mitigation.kind) : undefined,
      body: (fields) => html`<p class="muted">${t('hint.lightest')}</p>
${fields.radios('kind', choicesOf(view, 'mitigation', mitigationKinds), { label: t('field.mitigation'), isRequired: true, was: mitigation?.kind })}
${fields.text('note', { rows: 2 })}
${fields.text('lighterWayTried', { hint: t('hint.lighterWay') })}`,
    },
    {
      type: 'scoped',
      done: incident.scopedAt
        ? impact.affectedCustomerCount === undefined
          ? t('scoped.unknown')
          : countText(impact.affectedCustomerCount, view)
        : undefined,
      body: (fields) => html`
${fields.text('affectedCustomerCount', { type: 'number', least: named, hint: named > 0 ? t('scoped.least', { n: named }) : undefined, label: t('field.affectedCustomerCount'), was: impact.affectedCustomerCount?.toString() })}
<p><a class="button plain" href="${incidentPath(incident.id)}/customers">${t('pick.title')}</a></p>
${fields.text('method', { label: t('field.scopeMethod'), was: impact.scopeMethod })}
${fields.link('evidenceUrl', { was: impact.scopeEvidenceUrl })}
${fields.radios('recurrenceRisk', choicesOf(view, 'risk', recurrenceRisks), { label: t('field.recurrenceRisk'), was: impact.recurrenceRisk })}`,
    },
    ...updateSteps(view, loaded),
    {
      type: 'recovered',
      done: incident.recoveredAt ? time(view, incident.recoveredAt) : undefined,
      submit: t('submit.recovered'),
      body: (fields) =>
        html`<p class="muted">${t('hint.recovered')}</p><input type="hidden" name="whom" value="all">${whomFields(view, 'recovered', { to: affected, choices: affected }, fields)}`,
    },
    {
      type: 'customer-updated',
      done: null,
      submit: t('submit.told'),
      body: (fields) => html`<p class="muted">${t('hint.told')}</p>
${fields.select('channel', choicesOf(view, 'channel', view.policy.cadence.countedChannels), { was: 'phone' })}
${whomFields(view, 'customer-updated', { to: waiting, choices: contacts }, fields)}${messageFields(view, 'customer-updated', { message: said, isRecovery: said !== '' && draft?.kind === 'recovery' }, fields)}`,
    },
  ];
}

/** The values of every field that has a few, under the field's name; the script shows those of the chosen field. */
function choiceField(view: View, chosen: string): Markup {
  const groups = Object.entries(correctionChoices).map(([field, values]) => {
    const inner = field.split('.').at(-1) ?? field;
    const choices = choicesOf(view, kinds[inner] ?? inner, values);
    return html`<optgroup label="${view.name('field', field)}" data-field="${field}">${choices.map(
      ([value, label]) =>
        html`<option value="${field}=${value}"${chosen === `${field}=${value}` ? html` selected` : ''}>${label}</option>`,
    )}</optgroup>`;
  });
  return html`<p class="field"><label for="corrected-choiceValue">${view.t('field.value')}</label><select id="corrected-choiceValue" name="choiceValue"><option value=""></option>${groups}</select></p>`;
}

export function reviewSteps(view: View, incident: Incident): Step[] {
  const { t } = view;
  const { cause } = incident;
  return [
    {
      type: 'caused',
      done: cause ? view.name('cause', cause.category) : undefined,
      body: (
        fields,
      ) => html`${fields.radios('category', choicesOf(view, 'cause', causeCategories), { isRequired: true, was: cause?.category })}
${fields.text('summary', { rows: 3, was: cause?.summary })}
${fields.text('releaseId', { was: cause?.releaseId, hint: t('hint.release') })}`,
    },
    {
      type: 'fixed',
      done: incident.permanentFix ? t('recordedShort') : undefined,
      body: (fields) => fields.text('permanentFix', { rows: 3, isRequired: true, was: incident.permanentFix }),
    },
    {
      type: 'prevention',
      done: incident.prevention ? t('recordedShort') : undefined,
      body: (fields) =>
        fields.text('text', { rows: 3, isRequired: true, label: t('field.prevention'), was: incident.prevention }),
    },
  ];
}

export function otherSteps(view: View, incident: Incident): Step[] {
  const { t } = view;
  return [
    {
      type: 'commented',
      done: null,
      submit: t('submit.comment'),
      body: (fields) => fields.text('text', { rows: 3, isRequired: true }),
    },
    {
      type: 'assigned',
      done: incident.assignee ? who(view, incident.assignee) : null,
      body: (fields) => fields.text('assignee', { isRequired: true, was: incident.assignee }),
    },
    {
      type: 'corrected',
      done: null,
      submit: t('submit.correct'),
      body: (fields) => html`<p class="muted">${t('hint.corrected')}</p>
${fields.select('field', choicesOf(view, 'field', correctableFields), { was: 'occurredAt' })}
<div data-for-field="time">${fields.time('timeValue')}</div>
<div data-for-field="choice">${choiceField(view, fields.value('choiceValue'))}</div>
<div data-for-field="text">${fields.text('value', { rows: 2, hint: t('hint.value') })}</div>
${fields.link('evidenceUrl')}`,
    },
    {
      type: 'linked',
      done: null,
      submit: t('submit.link'),
      body: (fields) =>
        html`<p><a class="button plain" href="${incidentPath(incident.id)}/candidates">${t('candidates.look')}</a></p><p class="muted">${t('hint.linked')}</p>${fields.text('to', { isRequired: true, placeholder: 'M-7K2QXB' })}${fields.text('basis', { isRequired: true })}`,
    },
  ];
}
