/** Fields of forms: a label for each, standard elements, and what was typed kept when a form comes back. */
import { html } from 'hono/html';
import { businessImpacts } from '../incidents/signals/signal.ts';
import { type Markup, typedIn, type View } from './view.ts';

export type Choice = readonly [value: string, label: string];

/** A field has the record's name for it, unless it has a label of its own. */
interface FieldOptions {
  label?: string;
  hint?: string | undefined;
  isRequired?: boolean;
  /** The initial value. */
  was?: string | undefined;
}

interface TextOptions extends FieldOptions {
  type?: 'text' | 'url' | 'number' | 'email' | 'date';
  rows?: number;
  placeholder?: string;
  /** Suggestions while somebody types. */
  options?: readonly string[];
  /** The least number allowed. Default: 0. */
  least?: number;
  /** For numbers that may have decimals. */
  step?: 'any';
}

interface TickOptions extends Omit<FieldOptions, 'was'> {
  ticked?: readonly string[];
}

export type Fields = ReturnType<typeof fieldsOf>;

/**
 * The fields of one form.
 * @param form its own prefix: ids are unique on a page
 * @param values what it was sent with, where it comes back
 */
export function fieldsOf(view: View, form: string, values = typedIn(view, form)) {
  const idOf = (name: string): string => `${form}-${name}`;
  const typed = (name: string, was = ''): string => (values ? (values.get(name) ?? '') : was);
  const partsOf = (name: string, { label = view.name('field', name), hint, isRequired, was }: FieldOptions) => ({
    id: idOf(name),
    label,
    value: typed(name, was),
    required: isRequired ? html` required` : '',
    note: hint ? html`<small id="${idOf(name)}-hint">${hint}</small>` : '',
    reference: hint ? html` aria-describedby="${idOf(name)}-hint"` : '',
  });
  const text = (name: string, more: TextOptions = {}): Markup => {
    const { id, label, value, required, note, reference } = partsOf(name, more);
    const { type = 'text', rows, placeholder, options, least = 0, step = 1 } = more;
    const attributes = html` id="${id}" name="${name}"${required}${reference}${placeholder ? html` placeholder="${placeholder}"` : ''}${options ? html` list="${id}-list"` : ''}`;
    const number =
      type === 'number'
        ? html` min="${least}" step="${step}" inputmode="${step === 'any' ? 'decimal' : 'numeric'}"`
        : '';
    // A newline right after the tag is dropped by browsers, so one is given away for it.
    const field = rows
      ? html`<textarea rows="${rows}"${attributes}>${'\n'}${value}</textarea>`
      : html`<input type="${type}" value="${value}"${number}${attributes} autocomplete="off">`;
    const list =
      options && html`<datalist id="${id}-list">${options.map((each) => html`<option value="${each}">`)}</datalist>`;
    return html`<p class="field"><label for="${id}">${label}</label>${field}${list ?? ''}${note}</p>`;
  };
  const choiceSet = (
    type: 'radio' | 'checkbox',
    name: string,
    choices: readonly Choice[],
    more: TickOptions,
  ): Markup => {
    const { label, required, note, reference } = partsOf(name, more);
    return html`<fieldset class="choices"${reference}><legend>${label}</legend>${choices.map(
      ([value, called]) =>
        html`<label><input type="${type}" name="${name}" value="${value}"${more.ticked?.includes(value) ? html` checked` : ''}${required}> <span>${called}</span></label>`,
    )}${note}</fieldset>`;
  };
  return {
    idOf,
    value: typed,
    isTyped: values !== undefined,
    text,
    link: (name: string, more: TextOptions = {}) => text(name, { type: 'url', placeholder: 'https://', ...more }),
    date: (name: string) => text(name, { type: 'date' }),
    radios: (name: string, choices: readonly Choice[], { was, ...more }: FieldOptions = {}) =>
      choiceSet('radio', name, choices, { ...more, ticked: [typed(name, was)] }),
    checkboxes: (name: string, choices: readonly Choice[], { ticked = [], ...more }: TickOptions = {}) =>
      choiceSet('checkbox', name, choices, { ...more, ticked: values?.getAll(name) ?? ticked }),
    select(name: string, choices: readonly Choice[], more: FieldOptions = {}): Markup {
      const { id, label, value: chosen, note, reference } = partsOf(name, more);
      return html`<p class="field"><label for="${id}">${label}</label><select id="${id}" name="${name}"${reference}>${choices.map(
        ([value, called]) =>
          html`<option value="${value}"${value === chosen ? html` selected` : ''}>${called}</option>`,
      )}</select>${note}</p>`;
    },
    /** Times are read in the zone shown beside the field: the policy's, or the viewer's if the script runs. */
    time(name: string, more: FieldOptions = {}): Markup {
      const { id, label, value, required } = partsOf(name, more);
      const zone = values?.get('zone') ?? view.policy.zone;
      return html`<p class="field"><label for="${id}">${label}</label><span class="with-zone"><input type="datetime-local" id="${id}" name="${name}" value="${value}"${required}><input type="hidden" name="zone" value="${zone}" data-zone-field><small data-zone>${zone}</small></span>${more.hint ? html`<small>${more.hint}</small>` : ''}</p>`;
    },
  };
}

export const button = (label: string, kind: 'primary' | 'plain' = 'primary'): Markup =>
  html`<button type="submit" class="${kind}">${label}</button>`;

export const impactChoices = ({ t }: View): Choice[] => businessImpacts.map((each) => [each, t(`impactWhy.${each}`)]);

export const choicesOf = (view: View, kind: string, values: readonly string[]): Choice[] =>
  values.map((value) => [value, view.name(kind, value)]);
