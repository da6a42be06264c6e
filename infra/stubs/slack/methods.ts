/** The methods of Slack's Web API that Metronome calls: what each answers and refuses. Answers and errors are Slack's. */
import { createHash } from 'node:crypto';
import { optional } from '../values.ts';
import { type Block, readView, refuseBlocks } from './blocks.ts';
import { botUser, type Message, type OpenView, ownTeam, type SlackStore, type User } from './store.ts';

/** Arguments as they came in the form; objects are JSON. */
export type Arguments = Readonly<Record<string, string>>;
export type MethodAnswer = { ok: boolean; error?: string } & Record<string, unknown>;

export interface Method {
  answer(given: Arguments, store: SlackStore, now: number): MethodAnswer;
  /** The number of calls a window; `of` says what the window counts by. */
  limit: { most: number; perMs: number; of: 'channel' | 'method' };
}

const refuse = (error: string, more: Record<string, unknown> = {}): MethodAnswer => ({ ok: false, error, ...more });
const tier = (most: number): Method['limit'] => ({ most, perMs: 60_000, of: 'method' });

const longestText = 40_000;
const longestEdit = 4_000;
const isChannel = (id: string | undefined): id is string => id !== undefined && /^[CG][A-Z0-9]{0,20}$/.test(id);

type Content = Pick<Message, 'text'> & { blocks?: Block[]; metadata?: unknown };

/** A message's content, or Slack's refusal of it. */
export function contentOf(given: Arguments): Content | MethodAnswer {
  const { text = '' } = given;
  const blocks = parse(given.blocks);
  const metadata = parse(given.metadata);
  if (given.blocks !== undefined && !Array.isArray(blocks)) return refuse('invalid_blocks_format');
  if (text === '' && blocks === undefined) return refuse('no_text');
  const refused = blocks === undefined ? undefined : refuseBlocks(blocks);
  if (refused) return refuse(refused.error, refused);
  if (given.metadata !== undefined && !isMetadata(metadata)) return refuse('invalid_metadata_format');
  return {
    text: text.slice(0, longestText),
    ...optional('blocks', blocks as Block[] | undefined),
    ...optional('metadata', metadata),
  };
}

function isMetadata(value: unknown): boolean {
  const { event_type, event_payload } = (value ?? {}) as Record<string, unknown>;
  return typeof event_type === 'string' && typeof event_payload === 'object' && event_payload !== null;
}

const isRefusal = (value: object): value is MethodAnswer => 'ok' in value;

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A message in Slack's form. */
export function presentMessage(message: Message, withMetadata = false): Record<string, unknown> {
  const { ts, threadTs, text, blocks, metadata, isBroadcast, isEdited } = message;
  return {
    type: 'message',
    ...(isBroadcast ? { subtype: 'thread_broadcast' } : {}),
    user: botUser,
    bot_id: 'B1',
    app_id: 'A1',
    team: ownTeam,
    ts,
    text,
    ...optional('thread_ts', threadTs),
    ...optional('blocks', blocks),
    ...(isEdited ? { edited: { user: 'B1', ts } } : {}),
    ...(withMetadata && metadata !== undefined ? { metadata } : {}),
  };
}

function presentUser(user: User): Record<string, unknown> {
  const { email, ...rest } = user;
  return {
    ...rest,
    real_name: user.name,
    profile: { real_name: user.name, team: user.team_id, ...optional('email', email) },
  };
}

/** A modal in Slack's form. */
export function presentView({ id, hash, view }: OpenView): Record<string, unknown> {
  return {
    private_metadata: '',
    callback_id: '',
    external_id: '',
    ...view,
    id,
    hash,
    team_id: ownTeam,
    app_id: 'A1',
    bot_id: 'B1',
    root_view_id: id,
    previous_view_id: null,
    state: { values: {} },
  };
}

function page(messages: Message[], given: Arguments): MethodAnswer {
  const limit = Math.min(Math.max(Number(given.limit ?? 100) || 100, 1), 999);
  const from = Number(given.cursor ? Buffer.from(given.cursor, 'base64').toString() : 0) || 0;
  const withMetadata = given.include_all_metadata === 'true';
  const more = from + limit < messages.length;
  return {
    ok: true,
    messages: messages.slice(from, from + limit).map((each) => presentMessage(each, withMetadata)),
    has_more: more,
    ...(more ? { response_metadata: { next_cursor: Buffer.from(String(from + limit)).toString('base64') } } : {}),
  };
}

const within =
  ({ oldest = '0', latest, inclusive }: Arguments) =>
  ({ ts }: Message): boolean =>
    (Number(ts) > Number(oldest) || (inclusive === 'true' && ts === oldest)) &&
    (latest === undefined || Number(ts) < Number(latest) || (inclusive === 'true' && ts === latest));

/** A modal in another state, under a hash of its own. */
function changed(store: SlackStore, opened: Omit<OpenView, 'hash'>): OpenView {
  const hash = createHash('sha256')
    .update(`${opened.id} ${store.next('view-hash')}`)
    .digest('hex')
    .slice(0, 20);
  const next = { ...opened, hash };
  store.putView(next);
  return next;
}

/** A person's ID as a channel means the conversation between the app and that person. */
function tellDirectly(person: User | undefined, given: Arguments, store: SlackStore, now: number): MethodAnswer {
  if (person?.team_id !== ownTeam) return refuse('channel_not_found');
  if (person.is_bot) return refuse('cannot_dm_bot');
  const content = contentOf(given);
  if (isRefusal(content)) return content;
  const { id: user } = person;
  const channel = `D${user.slice(1)}`;
  store.whisper({ channel, user, text: content.text, ...optional('blocks', content.blocks), at: now });
  return { ok: true, channel, ts: `${Math.floor(now / 1_000)}.000000` };
}

export const methods: Readonly<Record<string, Method>> = {
  'auth.test': {
    limit: tier(1_000),
    answer: () => ({
      ok: true,
      url: 'https://metronome-local.slack.com/',
      team: 'Metronome',
      user: 'metronome',
      team_id: ownTeam,
      user_id: botUser,
      bot_id: 'B1',
      is_enterprise_install: false,
    }),
  },

  'chat.postMessage': {
    limit: { most: 1, perMs: 1_000, of: 'channel' },
    answer(given, store, now) {
      const { channel, thread_ts: threadTs } = given;
      if (!isChannel(channel)) return tellDirectly(store.user(channel ?? ''), given, store, now);
      const content = contentOf(given);
      if (isRefusal(content)) return content;
      if (threadTs !== undefined && !store.message(channel, threadTs)) return refuse('thread_not_found');
      const isBroadcast = threadTs !== undefined && given.reply_broadcast === 'true';
      const posted = store.post(
        { channel, ...content, ...optional('threadTs', threadTs), ...(isBroadcast ? { isBroadcast } : {}) },
        now,
      );
      return { ok: true, channel, ts: posted.ts, message: presentMessage(posted) };
    },
  },

  'chat.update': {
    limit: tier(50),
    answer(given, store) {
      const { channel, ts = '' } = given;
      if (!isChannel(channel)) return refuse('channel_not_found');
      const known = store.message(channel, ts);
      if (!known) return refuse('message_not_found');
      const content = contentOf(given);
      if (isRefusal(content)) return content;
      if (content.text.length > longestEdit) return refuse('msg_too_long');
      store.edit({ ...known, ...content, isEdited: true });
      return { ok: true, channel, ts, text: content.text };
    },
  },

  'chat.postEphemeral': {
    limit: tier(100),
    answer(given, store, now) {
      const { channel, user = '' } = given;
      if (!isChannel(channel)) return refuse('channel_not_found');
      if (!store.user(user)) return refuse('user_not_in_channel');
      const content = contentOf(given);
      if (isRefusal(content)) return content;
      store.whisper({ channel, user, text: content.text, ...optional('blocks', content.blocks), at: now });
      return { ok: true, message_ts: `${Math.floor(now / 1_000)}.000000` };
    },
  },

  'conversations.history': {
    limit: tier(50),
    answer(given, store) {
      const { channel } = given;
      if (!isChannel(channel)) return refuse('channel_not_found');
      const shown = store
        .messages()
        .filter((each) => each.channel === channel && (each.threadTs === undefined || each.isBroadcast));
      return page(shown.filter(within(given)).reverse(), given);
    },
  },

  'conversations.replies': {
    limit: tier(50),
    answer(given, store) {
      const { channel, ts = '' } = given;
      if (!isChannel(channel)) return refuse('channel_not_found');
      if (!store.message(channel, ts)) return refuse('thread_not_found');
      const thread = store
        .messages()
        .filter((each) => each.channel === channel && (each.ts === ts || each.threadTs === ts));
      return page(
        thread.filter((each) => each.ts === ts || within(given)(each)),
        given,
      );
    },
  },

  'users.info': {
    limit: tier(100),
    answer(given, store) {
      const user = store.user(given.user ?? '');
      return user ? { ok: true, user: presentUser(user) } : refuse('user_not_found');
    },
  },

  'users.lookupByEmail': {
    limit: tier(50),
    answer({ email = '' }, store) {
      const name = /^(\w+)@example\.jp$/i.exec(email)?.[1];
      const user = name ? store.user(name.toUpperCase()) : undefined;
      return user?.email === email.toLowerCase() ? { ok: true, user: presentUser(user) } : refuse('users_not_found');
    },
  },

  'views.open': {
    limit: tier(100),
    answer(given, store, now) {
      const view = readView(parse(given.view));
      if ('error' in view) return refuse(view.error, view);
      const { external_id: externalId } = view;
      if (externalId && store.views().some((each) => each.view.external_id === externalId)) {
        return refuse('duplicate_external_id');
      }
      const taken = store.takeTrigger(given.trigger_id ?? '', now);
      if (typeof taken === 'string') return refuse(taken);
      const id = `V${String(store.next('view')).padStart(6, '0')}`;
      const opened = changed(store, { id, user: taken.user, view, isOpen: true });
      return { ok: true, view: presentView(opened) };
    },
  },

  'views.update': {
    limit: tier(100),
    answer(given, store) {
      const { view_id: id, external_id: externalId, hash } = given;
      const known = store
        .views()
        .find((each) => (id ? each.id === id : externalId !== undefined && each.view.external_id === externalId));
      if (!known?.isOpen) return refuse('not_found');
      const view = readView(parse(given.view));
      if ('error' in view) return refuse(view.error, view);
      if (hash && hash !== known.hash) return refuse('hash_conflict');
      return { ok: true, view: presentView(changed(store, { ...known, view })) };
    },
  },
};
