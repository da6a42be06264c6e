/** Modals of any form: opened as a skeleton before anything is read, filled with fields, and read once submitted. Pure. */
import { cutTo, limits, plain } from '../outgoing/slack/blocks.ts';
import { stableId } from '../platform/ids.ts';
import { jsonIn, objectAt } from '../platform/loose.ts';
import type { Language } from '../words/language.ts';
import { modalWords } from '../words/texts/slack.ts';
import type { SlackValue, Submission } from './act.ts';

/** What a modal remembers until it is submitted. */
export interface Remembered {
  incidentId?: string;
  channel?: string;
  responseUrl?: string;
  /** The version of the record that its fields were filled with. */
  seen?: string;
  /** What its fields were filled with, by their ids, as {@link shownOf}. */
  shown?: Record<string, string>;
}

export type Modal = ReturnType<typeof frame> & { submit?: object; blocks: object[] };

export interface Frame {
  callback: string;
  /** An ID of our own, so that the modal can be filled without Slack's answer to its opening. */
  externalId: string;
  remembered: Remembered;
}

export type Choice = readonly [value: string, name: string];

export interface Field {
  id: string;
  label: string;
  /** Typed: a line, a text, a number, a code, or customers, one a line. Chosen: one, some, a tick, or a person of the workspace. */
  kind: 'line' | 'text' | 'number' | 'code' | 'customers' | 'one' | 'some' | 'tick' | 'person';
  choices?: readonly Choice[];
  initial?: string | readonly string[] | undefined;
  hint?: string;
  isOptional?: boolean;
}

/** A paragraph of text, or a field. */
export type Content = string | Field;

/** The longest typed text. */
const lengths: Partial<Record<Field['kind'], number>> = {
  line: 500,
  text: 3_000,
  number: 9,
  code: 500,
  customers: 3_000,
};
/** Slack's own: options of radio buttons and checkboxes, of a select; characters of an option's value, a title or a button. */
const most = { buttons: 10, options: 100, value: 150, title: 24, metadata: 3_000 };

function frame({ callback, externalId, remembered }: Frame, title: string, close: string) {
  const metadata = JSON.stringify(remembered);
  const isLong = metadata.length > most.metadata;
  return {
    type: 'modal',
    callback_id: callback,
    external_id: externalId,
    // An address that does not fit is left out, and who submits is answered in the channel.
    private_metadata: isLong ? JSON.stringify({ ...remembered, responseUrl: undefined }) : metadata,
    title: plain(title, most.title),
    close: plain(close, most.title),
  };
}

const paragraph = (text: string) => ({ type: 'section', text: plain(text) });

/** What the door opens, which knows neither the incident nor who reads it. */
export const skeleton = (of: Frame): Modal => explanation(of, modalWords.loading.en, 'en');

/** The modal without a form, which says why there is none, or that it is loading. */
export function explanation(of: Frame, why: string, language: Language): Modal {
  const { skeletonTitle, close } = modalWords;
  return { ...frame(of, skeletonTitle[language], close[language]), blocks: [paragraph(why)] };
}

export const modalOf = (
  of: Frame,
  { title, submit, contents }: { title: string; submit: string; contents: readonly Content[] },
  language: Language,
): Modal => ({
  ...frame(of, title, modalWords.close[language]),
  submit: plain(submit, most.title),
  blocks: contents.flatMap((each) => (typeof each === 'string' ? [paragraph(each)] : inputOf(each))),
});

/** Short enough to be remembered, and the same for the same value. */
export const shownOf = (value: unknown): string => stableId('was', String(value)).slice(0, 16);

/** The fields' initial values, by ID. */
export function shownIn(contents: readonly Content[]): Record<string, string> {
  const fields = contents.filter((each) => typeof each !== 'string');
  const shown = fields.flatMap(({ id, kind, initial }) =>
    typeof initial === 'string' && initial !== '' ? [[id, shownOf(writtenIn(kind, initial))]] : [],
  );
  return Object.fromEntries(shown);
}

/** Cut to fit; single-line fields get one line. */
const writtenIn = (kind: Field['kind'], text: string): string =>
  cutTo(kind === 'line' ? text.replace(/\s+/g, ' ').trim() : text, lengths[kind] ?? text.length);

/** As many options as Slack takes. A cut value would be another one. */
export const choosable = (choices: readonly Choice[]): Choice[] =>
  choices.filter(([value]) => value !== '' && value.length <= most.value).slice(0, most.options);

/** A field without options is left out. */
function inputOf(field: Field): object[] {
  const { id, label, hint, isOptional } = field;
  const element = elementOf(field);
  if (!element) return [];
  const more = { ...(hint ? { hint: plain(hint, 2_000) } : {}), ...(isOptional ? { optional: true } : {}) };
  return [{ type: 'input', block_id: id, label: plain(label, 2_000), element: { ...element, action_id: id }, ...more }];
}

function elementOf({ kind, choices = [], initial = [] }: Field): object | undefined {
  if (kind === 'person') return { type: 'users_select' };
  const length = lengths[kind];
  if (length) {
    const written = typeof initial === 'string' && initial !== '' ? { initial_value: writtenIn(kind, initial) } : {};
    const multiline = kind === 'text' || kind === 'customers';
    return { type: 'plain_text_input', multiline, max_length: length, ...written };
  }
  const options = choosable(choices).map(([value, name]) => ({ text: plain(name, limits.button), value }));
  if (options.length === 0) return undefined;
  const chosen = options.filter(({ value }) => [initial].flat().includes(value));
  const isLong = options.length > most.buttons;
  const type =
    kind === 'one' ? (isLong ? 'static_select' : 'radio_buttons') : isLong ? 'multi_static_select' : 'checkboxes';
  const before = kind === 'one' ? { initial_option: chosen[0] } : { initial_options: chosen };
  return { type, options, ...(chosen.length > 0 ? before : {}) };
}

/** The value that was entered in a field; a modal has each field once. */
const givenIn = ({ values }: Submission, id: string): SlackValue | undefined => {
  const block = Object.hasOwn(values, id) ? values[id] : undefined;
  return block && (Object.hasOwn(block, id) ? block[id] : undefined);
};

export const textIn = (submission: Submission, id: string): string | undefined =>
  givenIn(submission, id)?.value?.replaceAll('\r\n', '\n').replaceAll('\0', '').toWellFormed().trim() || undefined;

/** The chosen values, including a person's ID. */
export function chosenIn(submission: Submission, id: string): string[] {
  const { selected_option: one, selected_options: some, selected_user: person } = givenIn(submission, id) ?? {};
  return [...(one ? [one.value] : []), ...(some ?? []).map(({ value }) => value), ...(person ? [person] : [])];
}

export const readRemembered = (metadata: string): Remembered => objectAt(jsonIn(metadata));

/** Slack accepts blank texts, so they are checked here. */
const needed: Readonly<Record<string, string>> = { report: 'subject', update: 'message', undo: 'why', note: 'text' };
const numbers = { occurred: /^\d{1,5}$/, affectedCustomerCount: /^\d{1,9}$/ };

/** What is wrong with a form, by its field: said at once, while it is still open. Both languages: who reads is not known yet. */
export function refuseForm(submission: Submission): Record<string, string> | undefined {
  const needs = Object.hasOwn(needed, submission.callback) ? needed[submission.callback] : undefined;
  const blank = needs !== undefined && textIn(submission, needs) === undefined ? { [needs]: modalWords.blank.en } : {};
  const numberIn = (id: string): string => textIn(submission, id)?.normalize('NFKC') ?? '0';
  const wrong = Object.entries(numbers).filter(([id, form]) => !form.test(numberIn(id)));
  const errors = { ...blank, ...Object.fromEntries(wrong.map(([id]) => [id, modalWords.noNumber.en])) };
  return Object.keys(errors).length > 0 ? errors : undefined;
}
