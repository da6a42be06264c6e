/** The steps of the flow, the review, and other statements: a title, the recorded facts, and a form for each. */
import { html } from 'hono/html';
import { allDraftGroups, type DraftGroup, draftMessage, isToldLately, needsOf } from '../customer-updates/draft.ts';
import { causeCategories, type Incident, mitigationKinds, recurrenceRisks } from '../incidents/incident.ts';
import { type Contact, customerIdsOf } from '../incidents/rhythm/contact.ts';
import { yesNoUnknown } from '../incidents/signals/signal.ts';
import { correctableFields, correctionChoices } from '../incidents/statements/corrections.ts';
import { countText } from '../words/glance.ts';
import { choicesOf, type Fields, impactChoices } from './fields.ts';
import { kinds } from './history.ts';
import { contactName } from './incident-head.ts';
import type { Loaded } from './incident-load.ts';
import { hidden, incidentPath, type Markup, time, typedIn, type View, who } from './view.ts';

export function flowSteps(view: View, loaded: Loaded): Step[] {
  const { incident, contacts, sources } = loaded;
  const { t } = view;
  const { impact, mitigation } = incident;
  const named = incident.affectedCustomers.length;
  const waiting = contacts.filter((each) => !each.stoppedAt);
  const isWorking = (each: (typeof contacts)[number]): boolean => each.recoveredAt !== undefined;
  const affected = contacts.every(isWorking) ? contacts : contacts.filter((each) => !isWorking(each));
  const [draft, ...more] = draftsOf(view, loaded);
  // A telephone call reached one group of customers, so no draft is prefilled if there are several.
  const said = draft && more.length === 0 ? draftMessage(incident, draft, { ...view, ...sources }) : '';
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
${fields.text('note', { rows: 2, hint: t('hint.mitigationNote') })}
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
        html`<p class="muted">${t('hint.recovered')}</p><input type="hidden" name="whom" value="all">${whomFields(view, fields, affected, affected)}`,
    },
    {
      type: 'customer-updated',
      done: null,
      submit: t('submit.told'),
      body: (fields) => html`<p class="muted">${t('hint.told')}</p>
${fields.select('channel', choicesOf(view, 'channel', view.policy.cadence.countedChannels), { was: 'phone' })}
${whomFields(view, fields, waiting, contacts)}${messageFields(view, fields, said, said !== '' && draft?.kind === 'recovery')}`,
    },
  ];
}

/** The options of every field that has a fixed list, by field; the script shows those of the chosen field. */
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
        html`<p><a class="button plain" href="${incidentPath(incident.id)}/candidates">${t('candidates.look')}</a></p><p class="muted">${t('hint.linked')}</p>${fields.text('to', { isRequired: true, placeholder: 'M-7K2QXB' })}${fields.text('basis', { was: t('same.basis') })}`,
    },
  ];
}

/** Drafts beyond this many wait until the first ones have been sent. */
const mostForms = 8;
/** More checkboxes than this are too many to read. */
const mostChoices = 60;
const mostNames = 8;

export interface Step {
  type: string;
  /** The path below the incident's address, if the form records no event by itself. */
  path?: string;
  /** Its name, if that differs from its type. */
  title?: string;
  /** What has been recorded; undefined if nothing has, null if nothing is expected. */
  done: Markup | string | undefined | null;
  body: (fields: Fields) => Markup;
  /** The label of its button, if that is not the usual one. */
  submit?: string;
}

/** A draft and its recipients; a text of your own has none yet. */
interface UpdateForm {
  to: readonly Contact[];
  message: string;
  isRecovery: boolean;
  /** The form that describes the trouble, shown before the drafts. */
  describeAt?: string | undefined;
}

export const draftsOf = (view: View, { incident, contacts, events, sources }: Loaded): DraftGroup[] =>
  allDraftGroups(incident, contacts, events, { ...view, ...sources });

/**
 * One form for each draft (refused ones first, recently updated customers left out), and one for a text of your own.
 */
export function updateSteps(view: View, loaded: Loaded): Step[] {
  const { contacts, incident, sources } = loaded;
  const writing = { ...view, ...sources };
  const refused = typedIn(view, 'update');
  const groups = draftsOf(view, loaded).filter((group) => !isToldLately(incident, group, writing));
  const drafted = groups.map((group): UpdateForm => {
    const describeAt = needsOf(incident, group, writing).length > 0 ? `${incidentPath(incident.id)}/drafts` : undefined;
    const message = draftMessage(incident, group, writing);
    return { to: group.told.map(({ contact }) => contact), message, isRecovery: group.kind === 'recovery', describeAt };
  });
  const own: UpdateForm = { to: [], message: '', isRecovery: false };
  const isNamed = (each: Contact) => customerIdsOf(each).some((id) => refused?.getAll('of').includes(id));
  const again = refused && { ...own, to: contacts.filter(isNamed) };
  const others = drafted.filter(({ to }) => !again || !isSame(to, again.to));
  const forms = [...(again ? [again] : []), ...others].slice(0, mostForms);
  const steps = forms.map((form, index) => {
    const names = forms.length > 1 && form.to.length > 0 ? `: ${namesOf(view, form.to)}` : '';
    const type = index === 0 ? 'update' : `update-${index + 1}`;
    return stepOf(view, type, `${view.t('step.update')}${names}`, form, contacts);
  });
  if (steps.length > 0 && contacts.length < 2) return steps;
  if (steps.length === 0) return [stepOf(view, 'update', view.t('step.update'), own, contacts)];
  return [...steps, { ...stepOf(view, 'update-own', view.t('step.updateOwn'), own, contacts), done: null }];
}

function stepOf(view: View, type: string, title: string, form: UpdateForm, contacts: readonly Contact[]): Step {
  const of = form.to.length > 0 ? form.to : contacts;
  const told = of.flatMap((each) => each.lastUpdateAt ?? []).sort((a, b) => b.getTime() - a.getTime())[0];
  return {
    type,
    path: 'updates/confirm',
    title,
    done: told ? html`${view.t('told.last')} ${time(view, told)}` : undefined,
    submit: view.t('submit.update'),
    body: (fields) => html`<p class="muted">${view.t('hint.update')}</p>
${form.describeAt ? html`<p class="missing">${view.t('update.describeHint')} <a href="${form.describeAt}">${view.t('update.describe')}</a></p>` : ''}
${whomFields(view, fields, form.to, of)}${messageFields(view, fields, form.message, form.isRecovery)}`,
  };
}

/** One customer is enough to mean all of a contact. */
const idsOf = (contact: Contact): string[] => customerIdsOf(contact).slice(0, 1);

/** With nothing ticked, the form is for every customer it names; otherwise for the ticked ones. */
function whomFields(view: View, fields: Fields, to: readonly Contact[], choices: readonly Contact[]): Markup {
  const { t } = view;
  const [only, ...more] = choices;
  const of = hidden(to.flatMap(idsOf).map((id) => ['of', id]));
  if (!only) return html`<input type="hidden" name="whom" value="all"><p class="muted">${t('whom.nobody')}</p>`;
  if (more.length === 0 && to.length === 1) {
    return html`${of}<p class="muted">${t('whom.for', { name: contactName(view, only) })}</p>`;
  }
  const called = (each: Contact) => `${contactName(view, each)}${each.stoppedAt ? ` (${t('contact.over')})` : ''}`;
  const shown = choices.slice(0, mostChoices).flatMap((each) => idsOf(each).map((id) => [id, called(each)] as const));
  const label = to.length > 0 ? t('whom.narrow', { n: to.length }) : t('whom.which');
  return html`${of}${fields.checkboxes('customer', shown, { label })}`;
}

function messageFields(view: View, fields: Fields, message: string, isRecovery: boolean): Markup {
  return html`${fields.text('message', { rows: 8, was: message })}
<p><button type="button" class="plain" data-copy="${fields.idOf('message')}" hidden>${view.t('copy')}</button></p>
${fields.checkboxes('recovery', [['yes', view.t('field.recovery')]], { label: view.t('field.recoveryMessage'), ticked: isRecovery ? ['yes'] : [] })}`;
}

const isSame = (some: readonly Contact[], others: readonly Contact[]): boolean =>
  some.length === others.length && some.every((each) => others.includes(each));

function namesOf(view: View, contacts: readonly Contact[]): string {
  const names = contacts.slice(0, mostNames).map((each) => contactName(view, each));
  const rest = contacts.length - names.length;
  return view.row([...names, ...(rest > 0 ? [view.t('customers.rest', { n: rest })] : [])]);
}
