/** One shape for everything that a person does in Slack: a press, a command, a submitted form. Pure. */
import * as z from 'zod';
import { stableId } from '../platform/ids.ts';
import { jsonIn } from '../platform/loose.ts';
import type { Language } from '../words/language.ts';

/** `key` is the same for the same act, however often it is sent; with `triggerId` a modal may be opened, within three seconds. */
export type Act = NonNullable<ReturnType<typeof readAct>>;
export type Press = Extract<Act, { kind: 'press' }>;
export type Command = Extract<Act, { kind: 'command' }>;
export type Submission = Extract<Act, { kind: 'submission' }>;

export interface To {
  user: string;
  channel?: string | undefined;
  responseUrl?: string | undefined;
}

export interface IdentifiedAct {
  act: Act;
  actor: string;
  language: Language;
  receivedAt: Date;
  /** Whether the modal is open yet. */
  opened: 'yes' | 'maybe' | 'no' | undefined;
  to: To;
}

const given = z.looseObject({
  value: z.string().nullish(),
  selected_option: z.looseObject({ value: z.string() }).nullish(),
  selected_options: z.array(z.looseObject({ value: z.string() })).nullish(),
  /** The picked member (docs.slack.dev, “Select menu element”). */
  selected_user: z.string().max(100).nullish(),
});
export type SlackValue = z.infer<typeof given>;

const who = {
  user: z.looseObject({ id: z.string().min(1).max(100), team_id: z.string().max(100).nullish() }),
  team: z.looseObject({ id: z.string().max(100) }).nullish(),
  trigger_id: z.string().max(1_000).nullish(),
  response_url: z.string().max(3_000).nullish(),
  channel: z.looseObject({ id: z.string().max(100) }).nullish(),
};

const text = z.string().nullish();

const action = z.looseObject({
  action_id: z.string().max(255),
  value: z.string().max(2_000).nullish(),
  selected_option: z.looseObject({ value: z.string().max(2_000) }).nullish(),
  action_ts: z.string().max(100).nullish(),
});

const interaction = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('block_actions'),
    ...who,
    container: z.looseObject({ message_ts: text, channel_id: text, view_id: text }).nullish(),
    actions: z.tuple([action], action),
  }),
  z.looseObject({
    type: z.literal('view_submission'),
    ...who,
    view: z.looseObject({
      id: z.string().max(255),
      callback_id: z.string().max(255),
      private_metadata: z.string().max(3_000).nullish(),
      state: z.looseObject({ values: z.record(z.string(), z.record(z.string(), given)) }),
    }),
  }),
  z.looseObject({
    type: z.enum(['shortcut', 'message_action']),
    ...who,
    callback_id: z.string().max(255),
    message: z.looseObject({ text: z.string().nullish() }).nullish(),
  }),
]);

/** @returns undefined if nobody acted: a closed form, an event that was not subscribed */
export function readAct(path: 'interactions' | 'commands', bytes: Buffer) {
  const form = new URLSearchParams(bytes.toString('utf8'));
  return path === 'commands' ? readCommand(form, bytes) : readInteraction(String(form.get('payload')));
}

function readCommand(form: URLSearchParams, bytes: Buffer) {
  const user = form.get('user_id') ?? '';
  if (user === '' || user.length > 100) return undefined;
  const triggerId = form.get('trigger_id');
  return {
    kind: 'command' as const,
    person: { user, teams: teamsOf(form.get('team_id')) },
    key: stableId('act', 'command', user, triggerId ?? bytes.toString('base64')),
    text: (form.get('text') ?? '').trim().slice(0, 500),
    ...present('channel', form.get('channel_id')),
    ...present('responseUrl', form.get('response_url')),
    ...present('triggerId', triggerId),
  };
}

function readInteraction(payload: string) {
  const read = interaction.safeParse(jsonIn(payload));
  if (!read.success) return undefined;
  const { data } = read;
  const acting = {
    person: { user: data.user.id, teams: teamsOf(data.user.team_id, data.team?.id) },
    ...present('channel', data.channel?.id),
    ...present('responseUrl', data.response_url),
    ...present('triggerId', data.trigger_id),
  };
  const { user } = acting.person;
  switch (data.type) {
    case 'block_actions': {
      const [{ action_id, value: pressed, selected_option, action_ts: at }] = data.actions;
      // Choosing from a menu counts as a press.
      const chosen = /^(\S+) (.*)/s.exec(selected_option?.value ?? '')?.slice(1) ?? [];
      const [action = action_id, value = pressed] = chosen;
      const place = data.container?.message_ts ?? data.container?.view_id ?? '';
      const key = stableId('act', 'press', user, acting.channel ?? '', place, action, value ?? '', at ?? '');
      return { kind: 'press' as const, ...acting, key, action, value: value ?? '' };
    }
    case 'view_submission': {
      const { id, callback_id: callback, private_metadata: metadata, state } = data.view;
      const key = stableId('act', 'submission', user, id, JSON.stringify(state.values));
      return { kind: 'submission' as const, ...acting, key, callback, metadata: metadata ?? '', values: state.values };
    }
    case 'shortcut':
    case 'message_action': {
      const key = stableId('act', 'shortcut', user, data.callback_id, data.trigger_id ?? '');
      return { kind: 'shortcut' as const, ...acting, key, text: data.message?.text?.slice(0, 3_000) ?? '' };
    }
  }
}

/** The IDs of the member's workspace and of the workspace in which they act, as far as Slack sends them. */
const teamsOf = (...teams: (string | null | undefined)[]): string[] => [
  ...new Set(teams.flatMap((each) => each || [])),
];

const present = <Name extends string>(name: Name, value: string | null | undefined) =>
  (value ? { [name]: value } : {}) as { [key in Name]?: string };
