/** The steps of the flow, of the review, and what else may be recorded: a title, what is recorded of it, and its form. */
import { html } from 'hono/html';
import { draftMessage } from '../customer-updates/draft.ts';
import { causeCategories, type Incident, mitigationKinds, recurrenceRisks } from '../incidents/incident.ts';
import { correctableFields, correctionChoices } from '../incidents/statements/corrections.ts';
import { choicesOf, type Failed, radios, select, textField, timeField } from './fields.ts';
import type { Loaded } from './incident-load.ts';
import { draftsOf, messageFields, type Step, updateSteps, whomFields } from './update-steps.ts';
import { incidentPath, type Markup, time, type View, who } from './view.ts';

export function evidenceField(view: View, form_: string, value: (name: string) => string): Markup {
  return textField({
    form: form_,
    name: 'evidenceUrl',
    type: 'url',
    label: view.t('field.evidenceUrl'),
    value: value('evidenceUrl'),
    placeholder: 'https://',
  });
}

export function flowSteps(view: View, loaded: Loaded, failed: Failed | undefined): Step[] {
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
      title: t('step.verified'),
      done: incident.verifiedAt
        ? html`${time(view, incident.verifiedAt)} ${view.name('ongoing', incident.ongoing)}`
        : undefined,
      submit: t('submit.record'),
      body: (value) => html`
${radios({ form: 'verified', name: 'happened', label: t('field.happened'), value: value('happened'), choices: choicesOf(view, 'happened', ['yes', 'no', 'unconfirmed']) })}
${radios({ form: 'verified', name: 'ongoing', label: t('field.ongoing'), value: value('ongoing', incident.ongoing === 'unknown' ? '' : incident.ongoing), choices: choicesOf(view, 'ongoing', ['yes', 'no', 'unknown']) })}
${textField({ form: 'verified', name: 'method', label: t('field.method'), value: value('method'), hint: t('hint.notOccurring') })}
${evidenceField(view, 'verified', value)}
${textField({ form: 'verified', name: 'reportDiffers', label: t('field.reportDiffers'), value: value('reportDiffers') })}`,
    },
    {
      type: 'corrected-impact',
      title: t('step.impact'),
      done: impact.businessImpact ? view.name('impact', impact.businessImpact) : undefined,
      submit: t('submit.record'),
      body: (value) =>
        html`<input type="hidden" name="field" value="businessImpact">${radios({ form: 'impact', name: 'value', isRequired: true, label: t('field.impact.businessImpact'), value: value('value', impact.businessImpact), choices: (['stopped', 'degraded', 'inconvenient', 'none'] as const).map((each) => [each, t(`impactWhy.${each}`)]) })}`,
    },
    {
      type: 'mitigated',
      title: t('step.mitigated'),
      done: mitigation ? view.name('mitigation', mitigation.kind) : undefined,
      submit: t('submit.record'),
      body: (value) => html`<p class="muted">${t('hint.lightest')}</p>
${radios({ form: 'mitigated', name: 'kind', label: t('field.mitigation'), isRequired: true, value: value('kind', mitigation?.kind), choices: choicesOf(view, 'mitigation', mitigationKinds) })}
${textField({ form: 'mitigated', name: 'note', rows: 2, label: t('field.note'), value: value('note') })}
${textField({ form: 'mitigated', name: 'lighterWayTried', label: t('field.lighterWayTried'), value: value('lighterWayTried'), hint: t('hint.lighterWay') })}`,
    },
    {
      type: 'scoped',
      title: t('step.scoped'),
      done: incident.scopedAt
        ? impact.affectedCustomerCount === undefined
          ? t('scoped.unknown')
          : t('scoped.done', { n: impact.affectedCustomerCount })
        : undefined,
      submit: t('submit.record'),
      body: (value) => html`
${textField({ form: 'scoped', name: 'affectedCustomerCount', type: 'number', least: named, hint: named > 0 ? t('scoped.least', { n: named }) : undefined, label: t('field.impact.affectedCustomerCount'), value: value('affectedCustomerCount', impact.affectedCustomerCount?.toString()) })}
<p><a class="button plain" href="${incidentPath(incident.id)}/customers">${t('pick.title')}</a></p>
${textField({ form: 'scoped', name: 'method', label: t('field.impact.scopeMethod'), value: value('method', impact.scopeMethod) })}
${evidenceField(view, 'scoped', (name) => value(name, impact.scopeEvidenceUrl))}
${radios({ form: 'scoped', name: 'recurrenceRisk', label: t('field.impact.recurrenceRisk'), value: value('recurrenceRisk', impact.recurrenceRisk), choices: choicesOf(view, 'risk', recurrenceRisks) })}`,
    },
    ...updateSteps(view, loaded, failed),
    {
      type: 'recovered',
      title: t('step.recovered'),
      done: incident.recoveredAt ? time(view, incident.recoveredAt) : undefined,
      submit: t('submit.recovered'),
      body: (_value, values) =>
        html`<p class="muted">${t('hint.recovered')}</p><input type="hidden" name="whom" value="all">${whomFields(
          view,
          'recovered',
          { to: affected, choices: affected },
          values,
        )}`,
    },
    {
      type: 'customer-updated',
      title: t('step.customer-updated'),
      done: null,
      submit: t('submit.told'),
      body: (value, values) => html`<p class="muted">${t('hint.told')}</p>
${select({ form: 'customer-updated', name: 'channel', label: t('field.channel'), value: value('channel', 'phone'), choices: choicesOf(view, 'channel', view.policy.cadence.countedChannels) })}
${whomFields(view, 'customer-updated', { to: waiting, choices: contacts }, values)}${messageFields(view, 'customer-updated', { message: said, isRecovery: said !== '' && draft?.kind === 'recovery' }, value, values)}`,
    },
  ];
}

/** What the values of a field are called. */
const namesOf: Record<string, string> = {
  businessImpact: 'impact',
  recurrenceRisk: 'risk',
  category: 'cause',
  kind: 'mitigation',
};

/** The values of every field that has a few, under the field's name; the script shows those of the chosen field. */
function choiceField(view: View, chosen: string): Markup {
  const groups = Object.entries(correctionChoices).map(([field, values]) => {
    const inner = field.split('.').at(-1) ?? field;
    return html`<optgroup label="${view.name('field', field)}" data-field="${field}">${choicesOf(
      view,
      namesOf[inner] ?? inner,
      values,
    ).map(
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
      title: t('step.caused'),
      done: cause ? view.name('cause', cause.category) : undefined,
      submit: t('submit.record'),
      body: (
        value,
      ) => html`${radios({ form: 'caused', name: 'category', label: t('field.category'), isRequired: true, value: value('category', cause?.category), choices: choicesOf(view, 'cause', causeCategories) })}
${textField({ form: 'caused', name: 'summary', rows: 3, label: t('field.summary'), value: value('summary', cause?.summary) })}
${textField({ form: 'caused', name: 'releaseId', label: t('field.releaseId'), value: value('releaseId', cause?.releaseId), hint: t('hint.release') })}`,
    },
    {
      type: 'fixed',
      title: t('step.fixed'),
      done: incident.permanentFix ? t('recordedShort') : undefined,
      submit: t('submit.record'),
      body: (value) =>
        textField({
          form: 'fixed',
          name: 'permanentFix',
          rows: 3,
          isRequired: true,
          label: t('field.permanentFix'),
          value: value('permanentFix', incident.permanentFix),
        }),
    },
    {
      type: 'prevention',
      title: t('step.prevention'),
      done: incident.prevention ? t('recordedShort') : undefined,
      submit: t('submit.record'),
      body: (value) =>
        textField({
          form: 'prevention',
          name: 'text',
          rows: 3,
          isRequired: true,
          label: t('field.prevention'),
          value: value('text', incident.prevention),
        }),
    },
  ];
}

export function otherSteps(view: View, incident: Incident): Step[] {
  const { t } = view;
  return [
    {
      type: 'commented',
      title: t('step.commented'),
      done: null,
      submit: t('submit.comment'),
      body: (value) =>
        textField({
          form: 'commented',
          name: 'text',
          rows: 3,
          isRequired: true,
          label: t('field.text'),
          value: value('text'),
        }),
    },
    {
      type: 'assigned',
      title: t('step.assigned'),
      done: incident.assignee ? who(view, incident.assignee) : null,
      submit: t('submit.record'),
      body: (value) =>
        textField({
          form: 'assigned',
          name: 'assignee',
          isRequired: true,
          label: t('field.assignee'),
          value: value('assignee', incident.assignee),
        }),
    },
    {
      type: 'corrected',
      title: t('step.corrected'),
      done: null,
      submit: t('submit.correct'),
      body: (value, values) => html`<p class="muted">${t('hint.corrected')}</p>
${select({ form: 'corrected', name: 'field', label: t('field.field'), value: value('field', 'occurredAt'), choices: correctableFields.map((each) => [each, view.name('field', each)] as const) })}
<div data-for-field="time">${timeField(view, { form: 'corrected', name: 'timeValue', label: t('field.timeValue'), value: value('timeValue'), zone: values?.get('zone') ?? undefined })}</div>
<div data-for-field="choice">${choiceField(view, value('choiceValue'))}</div>
<div data-for-field="text">${textField({ form: 'corrected', name: 'value', rows: 2, label: t('field.value'), value: value('value'), hint: t('hint.value') })}</div>
${textField({ form: 'corrected', name: 'evidenceUrl', type: 'url', label: t('field.evidenceUrl'), value: value('evidenceUrl'), placeholder: 'https://' })}`,
    },
    {
      type: 'linked',
      title: t('step.linked'),
      done: null,
      submit: t('submit.link'),
      body: (value) =>
        html`<p><a class="button plain" href="${incidentPath(incident.id)}/candidates">${t('candidates.look')}</a></p><p class="muted">${t('hint.linked')}</p>${textField({ form: 'linked', name: 'to', isRequired: true, label: t('field.to'), value: value('to'), placeholder: 'M-7K2QXB' })}${textField({ form: 'linked', name: 'basis', isRequired: true, label: t('field.basis'), value: value('basis') })}`,
    },
  ];
}
