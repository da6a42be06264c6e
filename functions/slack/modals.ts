/** The modals: opened as a skeleton before anything is read, and filled with what the record holds. Pure. */

import { cutTo } from '../outgoing/slack/blocks.ts';
import type { Policy } from '../policy.ts';
import { type Both, type Language, nameOf, say } from '../words/language.ts';
import { modalWords } from '../words/texts/slack.ts';
import type { Given, Submission } from './act.ts';

/** What a modal remembers until it is submitted. */
export interface Remembered {
  incidentId?: string;
  channel?: string;
  responseUrl?: string;
}

export const callbacks = ['update', 'report'] as const;
export type Callback = (typeof callbacks)[number];

const longestInput = 3_000;
const longestOption = 75;
const mostOptions = 100;

const plain = (text: string, most: number) => ({ type: 'plain_text', text: cutTo(text, most) || '–', emoji: false });
const section = (text: string) => ({ type: 'section', text: { type: 'plain_text', text: cutTo(text, 3_000) || '–' } });

export interface Modal {
  type: 'modal';
  callback_id: string;
  external_id: string;
  private_metadata: string;
  title: object;
  close: object;
  submit?: object;
  blocks: object[];
}

interface Frame {
  callback: Callback;
  /** Of our own, so that who fills it needs no answer of who opened it. */
  externalId: string;
  remembered: Remembered;
}

function frame({ callback, externalId, remembered }: Frame, title: string, close: string): Omit<Modal, 'blocks'> {
  const metadata = JSON.stringify(remembered);
  return {
    type: 'modal',
    callback_id: callback,
    external_id: externalId,
    // An address that does not fit is left out, and who submits is answered in the channel.
    private_metadata: metadata.length <= 3_000 ? metadata : JSON.stringify({ ...remembered, responseUrl: undefined }),
    title: plain(title, 24),
    close: plain(close, 24),
  };
}

/** What the door opens, which knows neither the incident nor who reads it. */
export function skeleton(of: Frame): Modal {
  const { skeletonTitle, loading, close } = modalWords;
  return { ...frame(of, skeletonTitle.en, close.en), blocks: [section(loading.en)] };
}

/** In place of a form: why there is none. */
export function explanation(of: Frame, why: string, language: Language): Modal {
  return { ...frame(of, modalWords.skeletonTitle[language], modalWords.close[language]), blocks: [section(why)] };
}

interface By {
  language: Language;
  policy: Policy;
}

const input = (id: string, label: string, element: object, more: object = {}) => ({
  type: 'input',
  block_id: id,
  label: plain(label, 2_000),
  element: { ...element, action_id: id },
  ...more,
});
const option = (value: string, text: string) => ({ text: plain(text, longestOption), value });

export interface UpdateForm {
  /** The recipients of the message; where nobody waits, all customers who may be chosen. */
  customers: { id: string; name: string }[];
  /** The message is for all of them, until somebody chooses fewer. */
  isForAll: boolean;
  /** The incident has more than one customer, so that a text may name one to another. */
  hasOthers: boolean;
  message: string;
  isRecovery: boolean;
  /** What would be sent how, as lines. */
  ways: string[];
  /** What is drafted for other customers, who are told by themselves afterwards. */
  others: { names: string[]; message: string }[];
}

const mostOthers = 10;

export function updateModal(of: Frame, form: UpdateForm, by: By): Modal {
  const { customers, isForAll, hasOthers, message, isRecovery, ways, others } = form;
  const yes = (words: Both) => option('yes', say(by, words));
  // Ids that are longer than Slack takes are told from the console.
  const options = customers
    .filter(({ id }) => id.length <= 150)
    .slice(0, mostOptions)
    .map(({ id, name }) => option(id, name));
  if (options.length === 0) return explanation(of, say(by, modalWords.inConsole), by.language);
  const join = (names: readonly string[]): string => cutTo(names.join(by.language === 'ja' ? '、' : ', '), 300);
  const whom = {
    type: 'multi_static_select',
    options,
    placeholder: plain(say(by, modalWords.whomChoose), 150),
    ...(isForAll ? { initial_options: options } : {}),
  };
  const hint = options.length < customers.length ? { n: options.length, of: customers.length } : undefined;
  return {
    ...frame(of, say(by, modalWords.updateTitle), modalWords.close[by.language]),
    submit: plain(say(by, modalWords.updateSubmit), 24),
    blocks: [
      ...ways.slice(0, 20).map(section),
      input(
        'whom',
        say(by, modalWords.whom),
        whom,
        hint ? { hint: plain(say(by, modalWords.whomFirst, hint), 2_000) } : {},
      ),
      input('message', say(by, modalWords.message), {
        type: 'plain_text_input',
        multiline: true,
        max_length: longestInput,
        ...(message ? { initial_value: cutTo(message, longestInput) } : {}),
      }),
      input(
        'recovery',
        say(by, modalWords.recovery),
        {
          type: 'checkboxes',
          options: [yes(modalWords.recoveryYes)],
          ...(isRecovery ? { initial_options: [yes(modalWords.recoveryYes)] } : {}),
        },
        { optional: true },
      ),
      ...(hasOthers
        ? [
            input(
              'names',
              say(by, modalWords.names),
              { type: 'checkboxes', options: [yes(modalWords.namesYes)] },
              { optional: true, hint: plain(say(by, modalWords.namesHint), 2_000) },
            ),
          ]
        : []),
      ...others
        .slice(0, mostOthers)
        .map((each) => section(`${say(by, modalWords.next, { names: join(each.names) })}\n${each.message}`)),
    ],
  };
}

export function reportModal(of: Frame, text: string, by: By): Modal {
  const name = (kind: string, value: string): string =>
    nameOf(kind, value, by.language, by.policy.customerLabel[by.language]);
  const choices = (kind: string, values: readonly string[]) => values.map((each) => option(each, name(kind, each)));
  const ongoing = choices('ongoing', ['yes', 'no', 'unknown']);
  return {
    ...frame(of, say(by, modalWords.reportTitle), modalWords.close[by.language]),
    submit: plain(say(by, modalWords.reportSubmit), 24),
    blocks: [
      input('subject', say(by, modalWords.subject), { type: 'plain_text_input', max_length: 500 }),
      input('ongoing', say(by, modalWords.ongoing), {
        type: 'radio_buttons',
        options: ongoing,
        initial_option: ongoing[2],
      }),
      input('occurred', say(by, modalWords.occurred), { type: 'plain_text_input', max_length: 5 }, { optional: true }),
      input(
        'impact',
        say(by, modalWords.impact),
        { type: 'radio_buttons', options: choices('impact', ['stopped', 'degraded', 'inconvenient', 'none']) },
        { optional: true },
      ),
      input(
        'customer',
        say(by, modalWords.customer),
        { type: 'plain_text_input', max_length: 500 },
        { optional: true, hint: plain(say(by, modalWords.customerHint), 2_000) },
      ),
      input(
        'description',
        say(by, modalWords.description),
        {
          type: 'plain_text_input',
          multiline: true,
          max_length: longestInput,
          ...(text ? { initial_value: cutTo(text, longestInput) } : {}),
        },
        { optional: true },
      ),
      input(
        'drill',
        say(by, modalWords.drill),
        { type: 'checkboxes', options: [option('yes', say(by, modalWords.drillYes))] },
        { optional: true },
      ),
    ],
  };
}

/** What somebody has put into a field; a modal has each once. */
export const givenIn = ({ values }: Submission, id: string): Given | undefined => {
  const block = Object.hasOwn(values, id) ? values[id] : undefined;
  return block && (Object.hasOwn(block, id) ? block[id] : undefined);
};
export const textIn = (submission: Submission, id: string): string | undefined =>
  givenIn(submission, id)?.value?.replaceAll('\r\n', '\n').replaceAll('\0', '').toWellFormed().trim() || undefined;
export const chosenIn = (submission: Submission, id: string): string[] => {
  const field = givenIn(submission, id);
  return [
    ...(field?.selected_option ? [field.selected_option.value] : []),
    ...(field?.selected_options ?? []).map((each) => each.value),
  ];
};

export function readRemembered(metadata: string): Remembered {
  try {
    const read: unknown = JSON.parse(metadata);
    return typeof read === 'object' && read !== null ? (read as Remembered) : {};
  } catch {
    return {};
  }
}

/** What is wrong with a form, by its field: said at once, while it is still open. Both languages: who reads is not known yet. */
export function refuseForm(submission: Submission): Record<string, string> | undefined {
  const errors: Record<string, string> = {};
  const needs = submission.callback === 'report' ? 'subject' : 'message';
  if (textIn(submission, needs) === undefined) errors[needs] = '入力してください。/ It may not be blank.';
  const minutes = textIn(submission, 'occurred');
  if (minutes !== undefined && !/^\d{1,5}$/.test(minutes.normalize('NFKC'))) {
    errors.occurred = '数字で入力してください。/ It has to be a whole number.';
  }
  return Object.keys(errors).length > 0 ? errors : undefined;
}
