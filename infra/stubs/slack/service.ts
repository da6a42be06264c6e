/**
 * Slack on this machine: its Web API below `/_local/tools/slack/api/`, the addresses by which an app answers who pressed,
 * and the hands of a person, who presses, types commands and fills modals in.
 */
import { createHmac, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type { LocalClock } from '../../cloud/src/clock.ts';
import type { Fault, Faults } from '../../cloud/src/faults.ts';
import { meetFault } from '../meet-fault.ts';
import { type Environment, secretOf } from '../tool.ts';
import { isRecord } from '../values.ts';
import { refuseBlocks } from './blocks.ts';
import { type Arguments, contentOf, type Method, methods, presentMessage, presentView } from './methods.ts';
import { openSlack, ownTeam, type SlackStore } from './store.ts';

export interface SlackOptions {
  db: DatabaseSync;
  clock: Pick<LocalClock, 'now'>;
  faults: Faults;
  fetch?: typeof fetch;
  /** The environment. */
  environment(): Environment;
  /** The address of the house: `http://127.0.0.1:8080`. */
  doors(): string;
}

/** The answer of the app's door to a person's act. */
export interface Heard {
  status: number;
  body: unknown;
}

export interface Slack {
  store: SlackStore;
  /** Answers a call of the Web API, or of a `response_url`. @param path below `/_local/tools/slack/` */
  answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** A person presses a button of a message. */
  press(press: { user: string; channel: string; ts: string; actionId: string; value?: string }): Promise<Heard>;
  /** A person types a command in a channel. */
  command(typed: { user: string; channel: string; text: string }): Promise<Heard>;
  /** A person submits a modal. @param values by block and action, as Slack has them */
  submit(submitted: { user: string; viewId: string; values: Record<string, Record<string, unknown>> }): Promise<Heard>;
  /** A person closes a modal. */
  close(viewId: string): void;
}

export const slackApiOf = (house: string): string => `${house}/_local/tools/slack/api/`;

const longestBodyBytes = 1024 * 1024;

export function createSlack(options: SlackOptions): Slack {
  const { db, clock, faults, fetch = globalThis.fetch, environment, doors } = options;
  const store = openSlack(db);
  const windows = new Map<string, { until: number; count: number }>();

  /** @returns seconds to wait where the limit is reached; a call that is refused is not counted */
  function exceeded(name: string, { limit }: Pick<Method, 'limit'>, given: Arguments): number | undefined {
    const now = clock.now();
    const key = limit.of === 'channel' ? `${name} ${given.channel}` : name;
    const window = windows.get(key);
    if (!window || window.until <= now) windows.set(key, { until: now + limit.perMs, count: 1 });
    else if (window.count >= limit.most) return Math.max(1, Math.ceil((window.until - now) / 1_000));
    else window.count += 1;
    return undefined;
  }

  async function answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readText(request);
    const reply = await replyTo(path, request, text);
    if (!reply || response.destroyed) return;
    const { status = 200, headers = {}, body } = reply;
    const [type, said] = typeof body === 'string' ? ['text/html', body] : ['application/json', JSON.stringify(body)];
    response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, ...headers }).end(said);
  }

  async function replyTo(path: string, request: IncomingMessage, text: string): Promise<Reply | undefined> {
    const [, kind = '', rest = ''] = /^([a-z]+)\/(.*)$/s.exec(path) ?? [];
    if (kind === 'api') return call(rest, request, text);
    if (kind === 'services') return met(faults.take('tools.slack.webhook', rest), () => takeFromWebhook(rest, text));
    const [, user] = /^[^/]+\/([^/]+)\//.exec(rest) ?? [];
    return met(faults.take('tools.slack.response', user), () => respond(path, text));
  }

  /**
   * An incoming webhook, whose channel is the last part of its path. It says `ok`, or with 400 Slack's name of what is
   * wrong and no more (sourcegraph issue 49979, bugsink issue 317); the blocks that it refuses are those of `chat.postMessage`.
   */
  function takeFromWebhook(path: string, text: string): Reply {
    const channel = path.split('/').at(-1) ?? '';
    const body = parseJson(text);
    if (!isRecord(body)) return { status: 400, body: 'invalid_payload' };
    const wait = exceeded('webhook', { limit: { most: 1, perMs: 1_000, of: 'channel' } }, { channel });
    if (wait !== undefined) return { ...tooFast(wait), body: 'rate_limited' };
    const content = contentOf({
      ...(typeof body.text === 'string' ? { text: body.text } : {}),
      ...(body.blocks === undefined ? {} : { blocks: JSON.stringify(body.blocks) }),
    });
    if ('ok' in content) return { status: 400, body: String(content.error) };
    store.post({ channel, ...content }, clock.now());
    return { body: 'ok' };
  }

  /** @returns undefined if no answer is given: the caller waits until its own timeout */
  async function call(name: string, { headers }: IncomingMessage, text: string): Promise<Reply | undefined> {
    const proof = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
    if (!proof) return { body: { ok: false, error: 'not_authed' } };
    if (proof !== secretOf(environment(), 'SLACK_BOT_TOKEN')) return { body: { ok: false, error: 'invalid_auth' } };
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (!method) return { body: { ok: false, error: 'unknown_method', req_method: name } };
    const given = argumentsOf(headers['content-type'] ?? '', text);
    if (!given) return { body: { ok: false, error: 'invalid_form_data' } };
    const wait = exceeded(name, method, given);
    if (wait !== undefined) return tooFast(wait);
    const subject = given.channel ?? given.user;
    // By the full name or its last part.
    const fault =
      faults.take(`tools.slack.${name}`, subject) ?? faults.take(`tools.slack.${name.split('.').at(-1)}`, subject);
    return met(fault, () => ({ body: method.answer(given, store, clock.now()) }));
  }

  /** What an app posts to a `response_url`: to the person who pressed alone, or to the channel. */
  function respond(path: string, text: string): Reply {
    const [, channel, user] = /^responses\/([^/]+)\/([^/]+)\//.exec(path) ?? [];
    const body = parseJson(text);
    if (!channel || !user || !isRecord(body))
      return { status: 404, body: { ok: false, error: 'no_such_response_url' } };
    const refused = body.blocks === undefined ? undefined : refuseBlocks(body.blocks);
    if (refused) return { status: 400, body: { ok: false, ...refused } };
    if (typeof body.text !== 'string' && body.blocks === undefined)
      return { status: 400, body: { ok: false, error: 'no_text' } };
    const said = {
      text: typeof body.text === 'string' ? body.text : '',
      ...(body.blocks ? { blocks: body.blocks as never } : {}),
    };
    if (body.response_type === 'in_channel') store.post({ channel, ...said }, clock.now());
    else store.whisper({ channel, user, ...said, at: clock.now() });
    return { body: { ok: true } };
  }

  const responseUrl = (channel: string, user: string): string =>
    `${doors()}/_local/tools/slack/responses/${channel}/${user}/${randomUUID()}`;

  function trigger(user: string): string {
    const id = `${store.next('trigger')}.${clock.now()}.${randomUUID().replaceAll('-', '')}`;
    store.issueTrigger(id, user, clock.now());
    return id;
  }

  /** Signs and posts as Slack does. @throws Error if no secret is set to sign by */
  async function tell(door: string, form: Record<string, string>): Promise<Heard> {
    const body = new URLSearchParams(form).toString();
    const secret = secretOf(environment(), 'SLACK_SIGNING_SECRET');
    if (!secret) throw new Error('SLACK_SIGNING_SECRET is not set, so nothing could prove who presses.');
    const at = String(Math.floor(clock.now() / 1_000));
    const signature = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
    const response = await fetch(`${doors()}/slack/${door}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': at,
        'x-slack-signature': `v0=${signature}`,
      },
      body,
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (parseJson(text) ?? text) };
  }

  const interaction = (user: string, more: Record<string, unknown>) => ({
    team: { id: ownTeam, domain: 'metronome-local' },
    user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: store.user(user)?.team_id },
    api_app_id: 'A1',
    token: 'legacy',
    enterprise: null,
    is_enterprise_install: false,
    ...more,
  });

  return {
    store,
    answer,
    press({ user, channel, ts, actionId, value }) {
      const message = store.message(channel, ts);
      const found = findAction(message?.blocks, actionId);
      const action = pressed(found, actionId, value);
      const payload = interaction(user, {
        type: 'block_actions',
        container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: message === undefined },
        trigger_id: trigger(user),
        channel: { id: channel, name: channel.toLowerCase() },
        ...(message ? { message: presentMessage(message) } : {}),
        state: { values: {} },
        response_url: responseUrl(channel, user),
        actions: [{ ...action, action_ts: String(clock.now() / 1_000) }],
      });
      return tell('interactions', { payload: JSON.stringify(payload) });
    },
    command({ user, channel, text }) {
      return tell('commands', {
        token: 'legacy',
        team_id: store.user(user)?.team_id ?? ownTeam,
        team_domain: 'metronome-local',
        channel_id: channel,
        channel_name: channel.toLowerCase(),
        user_id: user,
        user_name: user.toLowerCase(),
        command: '/metronome',
        text,
        api_app_id: 'A1',
        is_enterprise_install: 'false',
        response_url: responseUrl(channel, user),
        trigger_id: trigger(user),
      });
    },
    close(viewId) {
      const opened = store.views().find((each) => each.id === viewId);
      if (opened) store.putView({ ...opened, isOpen: false });
    },
    async submit({ user, viewId, values }) {
      const opened = store.views().find((each) => each.id === viewId && each.isOpen);
      if (!opened) throw new Error(`There is no open modal ${viewId}.`);
      const payload = interaction(user, {
        type: 'view_submission',
        trigger_id: trigger(user),
        view: { ...presentView(opened), state: { values } },
        response_urls: [],
      });
      const heard = await tell('interactions', { payload: JSON.stringify(payload) });
      const kept = isRecord(heard.body) && heard.body.response_action === 'errors';
      if (heard.status === 200 && !kept) store.putView({ ...opened, isOpen: false });
      return heard;
    },
  };
}

interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

const tooFast = (seconds: number | string): Reply => ({
  status: 429,
  headers: { 'retry-after': String(seconds) },
  body: { ok: false, error: 'ratelimited' },
});

const met = async (fault: Fault | undefined, work: () => Reply): Promise<Reply | undefined> =>
  fault ? meetFault(fault, () => failure(fault), work) : work();

/** A fault's `code` is an HTTP status, or one of Slack's errors by its name; 503 if it names none. */
function failure({ code, retryAfter = '30' }: Fault): Reply {
  if (code !== undefined && Number.isNaN(Number(code))) return { body: { ok: false, error: code } };
  const status = Number(code ?? 503);
  return status === 429 ? tooFast(retryAfter) : { status, body: { ok: false, error: 'service_unavailable' } };
}

/** A form, or JSON whose objects replace a form's strings. */
function argumentsOf(type: string, text: string): Arguments | undefined {
  if (/^application\/json/i.test(type)) {
    const body = parseJson(text);
    if (!isRecord(body)) return undefined;
    return Object.fromEntries(
      Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
  }
  return Object.fromEntries(new URLSearchParams(text));
}

/** A button says its value, a menu which of its options was chosen (docs.slack.dev, “block_actions payload”). */
function pressed(found: Record<string, unknown>, action_id: string, value?: string): Record<string, unknown> {
  const { options = [], ...rest } = found as { options?: { value: string }[] } & typeof found;
  if (found.type === 'overflow') return { ...rest, selected_option: options.find((each) => each.value === value) };
  return { ...found, ...(value === undefined ? {} : { value }), action_id, type: 'button' };
}

function findAction(blocks: unknown, actionId: string): Record<string, unknown> {
  const all = (Array.isArray(blocks) ? blocks : []) as { block_id?: string; elements?: Record<string, unknown>[] }[];
  for (const { block_id: blockId, elements = [] } of all) {
    const found = elements.find((each) => each.action_id === actionId);
    if (found) return { ...found, ...(blockId ? { block_id: blockId } : {}) };
  }
  return {};
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= longestBodyBytes) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
