/** “Update them”: one form for each draft and the customers it is for, and one for a text of your own. */
import { html } from 'hono/html';
import { allDraftGroups, type DraftGroup, draftMessage } from '../customer-updates/draft.ts';
import { type Contact, customerIdsOf } from '../incidents/rhythm/contact.ts';
import { checkboxes, type Fields } from './fields.ts';
import type { Loaded } from './incident-load.ts';
import { hidden, joined, type Markup, time, typedIn, type View } from './view.ts';
import { contactName } from './waiting.ts';

/** What is not due yet waits until the first have been sent. */
const mostForms = 8;
/** More boxes nobody looks through. */
const mostChoices = 60;
const mostNames = 8;

export interface Step {
  type: string;
  /** Below the incident's address, where it records no event by itself. */
  path?: string;
  /** Where it is not called by its type. */
  title?: string;
  /** What has been recorded of it; undefined while nothing has, null where nothing is waited for. */
  done: Markup | string | undefined | null;
  body: (fields: Fields) => Markup;
  /** What its button says, where that is not that it records. */
  submit?: string;
}

/** A draft and its recipients; a text of your own has none yet. */
interface UpdateForm {
  to: readonly Contact[];
  message: string;
  isRecovery: boolean;
}

export const draftsOf = (view: View, { incident, contacts, events }: Loaded): DraftGroup[] =>
  allDraftGroups(incident, contacts, events, view);

/** A form that was refused comes first, with its own recipients. */
export function updateSteps(view: View, loaded: Loaded): Step[] {
  const { contacts } = loaded;
  const refused = typedIn(view, 'update');
  const drafted = draftsOf(view, loaded).map((group): UpdateForm => {
    const message = draftMessage(loaded.incident, group, view);
    return { to: group.told.map(({ contact }) => contact), message, isRecovery: group.kind === 'recovery' };
  });
  const again = refused && {
    to: contacts.filter((each) => customerIdsOf(each).some((id) => refused.getAll('of').includes(id))),
    message: '',
    isRecovery: false,
  };
  const others = drafted.filter(({ to }) => !again || !isSame(to, again.to));
  const forms = [...(again ? [again] : []), ...others].slice(0, mostForms);
  const steps = forms.map((form, index) => {
    const names = forms.length > 1 && form.to.length > 0 ? `: ${namesOf(view, form.to)}` : '';
    const type = index === 0 ? 'update' : `update-${index + 1}`;
    return stepOf(view, type, `${view.t('step.update')}${names}`, form, contacts);
  });
  if (steps.length > 0 && contacts.length < 2) return steps;
  const own: UpdateForm = { to: [], message: '', isRecovery: false };
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
${whomFields(view, type, { to: form.to, choices: of }, fields)}${messageFields(view, type, form, fields)}`,
  };
}

/** One customer is enough to mean all of a contact. */
const idsOf = (contact: Contact): string[] => customerIdsOf(contact).slice(0, 1);

type Recipients = { to: readonly Contact[]; choices: readonly Contact[] };

/** Without a tick it is for all that the form names; with one, for the ticked alone. */
export function whomFields(view: View, form: string, { to, choices }: Recipients, fields: Fields): Markup {
  const { t } = view;
  const [only, ...more] = choices;
  const of = hidden(to.flatMap(idsOf).map((id) => ['of', id]));
  if (!only) return html`<input type="hidden" name="whom" value="all"><p class="muted">${t('whom.nobody')}</p>`;
  if (more.length === 0 && to.length === 1) {
    return html`${of}<p class="muted">${t('whom.for', { name: contactName(view, only) })}</p>`;
  }
  const called = (each: Contact) => `${contactName(view, each)}${each.stoppedAt ? ` (${t('contact.over')})` : ''}`;
  return html`${of}${checkboxes({
    form,
    name: 'customer',
    label: to.length > 0 ? t('whom.narrow', { n: to.length }) : t('whom.which'),
    values: fields.values('customer'),
    choices: choices.slice(0, mostChoices).flatMap((each) => idsOf(each).map((id) => [id, called(each)] as const)),
  })}`;
}

export function messageFields(view: View, form: string, of: Omit<UpdateForm, 'to'>, fields: Fields): Markup {
  const { message, isRecovery } = of;
  return html`${fields.text('message', { rows: 8, was: message })}
<p><button type="button" class="plain" data-copy="${form}-message" hidden>${view.t('copy')}</button></p>
${checkboxes({ form, name: 'recovery', label: view.t('field.recoveryMessage'), values: fields.values('recovery', isRecovery ? ['yes'] : []), choices: [['yes', view.t('field.recovery')]] })}`;
}

const isSame = (some: readonly Contact[], others: readonly Contact[]): boolean =>
  some.length === others.length && some.every((each) => others.includes(each));

function namesOf(view: View, contacts: readonly Contact[]): string {
  const names = contacts.slice(0, mostNames).map((each) => contactName(view, each));
  const rest = contacts.length - names.length;
  return joined(view, [...names, ...(rest > 0 ? [view.t('customers.rest', { n: rest })] : [])]);
}
