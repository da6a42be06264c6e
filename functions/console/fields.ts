/** Fields of forms: a label for each, standard elements, and what was typed kept when a form comes back. */
import { html } from 'hono/html';
import { businessImpacts } from '../incidents/signals/signal.ts';
import { type Markup, typedIn, type View } from './view.ts';

export interface FieldOptions {
  /** The form's own prefix: ids are unique on a page. */
  form: string;
  name: string;
  label: string;
  value?: string | undefined;
  hint?: string | undefined;
  isRequired?: boolean;
}

interface TextOptions extends FieldOptions {
  type?: 'text' | 'url' | 'number' | 'email' | 'date';
  rows?: number;
  placeholder?: string;
  /** What is offered while one types. */
  options?: readonly string[];
  /** Of a number; 0 where it is left out. */
  least?: number;
  /** Of a number that need not be whole. */
  step?: 'any';
}

const idOf = ({ form, name }: Pick<FieldOptions, 'form' | 'name'>): string => `${form}-${name}`;

function hintOf(options: FieldOptions): { text: Markup | ''; reference: Markup | '' } {
  if (!options.hint) return { text: '', reference: '' };
  const id = `${idOf(options)}-hint`;
  return { text: html`<small id="${id}">${options.hint}</small>`, reference: html` aria-describedby="${id}"` };
}

export function textField(options: TextOptions): Markup {
  const id = idOf(options);
  const { text, reference } = hintOf(options);
  const required = options.isRequired ? html` required` : '';
  const value = options.value ?? '';
  const attributes = html` id="${id}" name="${options.name}"${required}${reference}${options.placeholder ? html` placeholder="${options.placeholder}"` : ''}${options.options ? html` list="${id}-list"` : ''}`;
  const number =
    options.type === 'number'
      ? html` min="${options.least ?? 0}" step="${options.step ?? 1}" inputmode="${options.step === 'any' ? 'decimal' : 'numeric'}"`
      : '';
  // A newline right after the tag is dropped by browsers, so one is given away for it.
  const field = options.rows
    ? html`<textarea rows="${options.rows}"${attributes}>${'\n'}${value}</textarea>`
    : html`<input type="${options.type ?? 'text'}" value="${value}"${number}${attributes} autocomplete="off">`;
  const list =
    options.options &&
    html`<datalist id="${id}-list">${options.options.map((each) => html`<option value="${each}">`)}</datalist>`;
  return html`<p class="field"><label for="${id}">${options.label}</label>${field}${list ?? ''}${text}</p>`;
}

export type Choice = readonly [value: string, label: string];

interface ChoiceOptions extends Omit<FieldOptions, 'value'> {
  choices: readonly Choice[];
}

export const radios = (options: ChoiceOptions & { value?: string | undefined }): Markup =>
  choiceSet('radio', options, options.value === undefined ? [] : [options.value]);

export const checkboxes = (options: ChoiceOptions & { values: readonly string[] }): Markup =>
  choiceSet('checkbox', options, options.values);

function choiceSet(type: 'radio' | 'checkbox', options: ChoiceOptions, ticked: readonly string[]): Markup {
  const { text, reference } = hintOf(options);
  const required = options.isRequired ? html` required` : '';
  return html`<fieldset class="choices"${reference}><legend>${options.label}</legend>${options.choices.map(
    ([value, label]) =>
      html`<label><input type="${type}" name="${options.name}" value="${value}"${ticked.includes(value) ? html` checked` : ''}${required}> <span>${label}</span></label>`,
  )}${text}</fieldset>`;
}

export function select(options: FieldOptions & { choices: readonly Choice[] }): Markup {
  const id = idOf(options);
  const { text, reference } = hintOf(options);
  return html`<p class="field"><label for="${id}">${options.label}</label><select id="${id}" name="${options.name}"${reference}>${options.choices.map(
    ([value, label]) =>
      html`<option value="${value}"${value === options.value ? html` selected` : ''}>${label}</option>`,
  )}</select>${text}</p>`;
}

/** Read in the zone that is shown beside it: the policy's, or the viewer's where the script runs. */
export function timeField(view: View, options: FieldOptions & { zone?: string | undefined }): Markup {
  const id = idOf(options);
  const zone = options.zone ?? view.policy.zone;
  return html`<p class="field"><label for="${id}">${options.label}</label><span class="with-zone"><input type="datetime-local" id="${id}" name="${options.name}" value="${options.value ?? ''}"${options.isRequired ? html` required` : ''}><input type="hidden" name="zone" value="${zone}" data-zone-field><small data-zone>${zone}</small></span>${options.hint ? html`<small>${options.hint}</small>` : ''}</p>`;
}

export const button = (label: string, kind: 'primary' | 'plain' | 'quiet' = 'primary'): Markup =>
  html`<button type="submit" class="${kind}">${label}</button>`;

/** A field of {@link fieldsOf}: it is called as the record calls it, and holds what it was until somebody types. */
type Named<T> = Omit<T, 'form' | 'name' | 'label' | 'value'> & { label?: string; was?: string | undefined };

/** The fields of one form. @param values what it was sent with, where it comes back */
export function fieldsOf(view: View, form: string, values = typedIn(view, form)) {
  const value = (name: string, was = ''): string => (values ? (values.get(name) ?? '') : was);
  const of = (name: string, { label = view.name('field', name), was }: Named<object>) => ({
    form,
    name,
    label,
    value: value(name, was),
  });
  const text = (name: string, more: Named<TextOptions> = {}) => textField({ ...more, ...of(name, more) });
  return {
    value,
    /** What is ticked of several. */
    values: (name: string, was: readonly string[] = []): readonly string[] => values?.getAll(name) ?? was,
    isTyped: values !== undefined,
    text,
    link: (name: string, more: Named<TextOptions> = {}) =>
      text(name, { type: 'url', placeholder: 'https://', ...more }),
    date: (name: string) => text(name, { type: 'date' }),
    time: (name: string, more: Named<FieldOptions> = {}) =>
      timeField(view, { zone: values?.get('zone') ?? undefined, ...more, ...of(name, more) }),
    radios: (name: string, choices: readonly Choice[], more: Named<FieldOptions> = {}) =>
      radios({ ...more, ...of(name, more), choices }),
    select: (name: string, choices: readonly Choice[], more: Named<FieldOptions> = {}) =>
      select({ ...more, ...of(name, more), choices }),
  };
}
export type Fields = ReturnType<typeof fieldsOf>;

/** How bad it is, each with what that means. */
export const impactChoices = ({ t }: View): Choice[] => businessImpacts.map((each) => [each, t(`impactWhy.${each}`)]);

/** The choices of a set of values, by their names. */
export const choicesOf = (view: View, kind: string, values: readonly string[]): Choice[] =>
  values.map((value) => [value, view.name(kind, value)]);
