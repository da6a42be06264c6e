/** How Slack is called: once for what is asked, in turn, and with a look for what a lost answer may have left there. */
import type { ConversationsHistoryResponse, WebClient } from '@slack/web-api';
import { NoAnswer } from '../../platform/call.ts';
import { now, waitUntil } from '../../platform/clock.ts';
import { isDeployed, readConfig } from '../../platform/config.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { TemporaryFailure } from '../../platform/failures.ts';
import { milliseconds, policy } from '../../policy.ts';
import { guardedFetch } from '../guarded-fetch.ts';

export const slackApi = 'https://slack.com/api/';

/** Slack did not do what it was asked, or did not say so. */
export class SlackFailure extends Error {
  /** Slack's own name of it, `http-503`, or `no-answer`. */
  readonly reason!: string;
  /** Another try may succeed. */
  readonly isTemporary!: boolean;
  /** It may have been done for all that. */
  readonly mayBeDone!: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(reason: string, facts: { isTemporary: boolean; mayBeDone: boolean; retryAfterMs?: number }) {
    super(`Slack answered ${reason}`);
    Object.assign(this, { name: 'SlackFailure', reason, ...facts });
  }
}

/**
 * Asks Slack once; nothing is tried again here, since a second try may do it a second time.
 * @param timeoutMs what a caller waits at most; the policy's where it is left out
 * @throws SlackFailure
 */
export async function askSlack<T>(ask: (client: WebClient) => Promise<T>, timeoutMs?: number): Promise<T> {
  const slack = await import('@slack/web-api');
  const { SLACK_BOT_TOKEN: token, SLACK_API_URL: slackApiUrl = slackApi } = readConfig();
  if (!token)
    throw new SlackFailure('not_authed: SLACK_BOT_TOKEN is not set', { isTemporary: false, mayBeDone: false });
  const guard = { allowPrivate: !isDeployed(), timeoutMs: timeoutMs ?? milliseconds(policy.outgoing.toolTimeout) };
  const client = new slack.WebClient(token, {
    slackApiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent as never,
    fetch: guardedFetch(guard) as never,
  });
  try {
    return await ask(client);
  } catch (error) {
    throw failureOf(error, slack);
  }
}

/** What the client logs holds addresses and bodies: who asks says what is to be said. */
const calls = ['debug', 'info', 'warn', 'error', 'setLevel', 'setName', 'getLevel'];
const silent = Object.fromEntries(calls.map((name) => [name, (): void => undefined]));

/** Slack's troubles of its own, in which nobody knows what was done. */
const ownTroubles = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);
const tooFast = new Set(['ratelimited', 'rate_limited']);

function failureOf(error: unknown, slack: typeof import('@slack/web-api')): unknown {
  if (error instanceof slack.WebAPIRateLimitedError) {
    const retryAfterMs = error.retryAfter * 1_000;
    return new SlackFailure('ratelimited', { isTemporary: true, mayBeDone: false, retryAfterMs });
  }
  if (error instanceof slack.WebAPIPlatformError) return refusalOf(error.data.error);
  if (error instanceof slack.WebAPIHTTPError) {
    const isTemporary = error.statusCode >= 500 || error.statusCode === 408;
    return new SlackFailure(`http-${error.statusCode}`, { isTemporary, mayBeDone: isTemporary });
  }
  if (error instanceof slack.WebAPIRequestError) {
    const mayBeDone = !(error.original instanceof NoAnswer && error.original.isUnreached);
    return new SlackFailure('no-answer', { isTemporary: true, mayBeDone });
  }
  return error;
}

/** An answer 200 that says `ok: false`. @param error Slack's own name of why */
export function refusalOf(error: unknown): SlackFailure {
  const reason = String(error).slice(0, 100);
  const isOwn = ownTroubles.has(reason);
  return new SlackFailure(reason, { isTemporary: isOwn || tooFast.has(reason), mayBeDone: isOwn });
}

/**
 * One message a second into a channel, as Slack takes them. All that is posted and edited goes through one instance, so
 * the queue is in memory: early callers wait a moment, in the order in which they came.
 */
const betweenMs = 1_000;
/** Who would wait longer comes again. */
const mostWaiting = 60;

const lastAt = new PerEnvironment(() => new Map<string, number>());
const queues = new Map<string, { waiting: number; tail: Promise<unknown> }>();

/** @throws TemporaryFailure where it is too long until then, or time does not pass */
export async function takeTurn(channel: string): Promise<void> {
  const queue = queues.get(channel) ?? { waiting: 0, tail: Promise.resolve() };
  queues.set(channel, queue);
  if (queue.waiting >= mostWaiting) throw tooEarly();
  queue.waiting += 1;
  const turn = queue.tail.then(() => waitFor(channel));
  queue.tail = turn.catch(() => undefined);
  try {
    await turn;
  } finally {
    queue.waiting -= 1;
    if (queue.waiting === 0) queues.delete(channel);
  }
}

async function waitFor(channel: string): Promise<void> {
  const last = lastAt.get().get(channel) ?? Number.NEGATIVE_INFINITY;
  // A message of later than now is of a clock that has been set back.
  const freeAt = last <= now().getTime() ? last + betweenMs : 0;
  if (now().getTime() < freeAt) await waitUntil(new Date(freeAt));
  if (now().getTime() < freeAt) throw tooEarly();
  lastAt.get().set(channel, now().getTime());
}

const tooEarly = (): TemporaryFailure => new TemporaryFailure('the channel takes one message a second');

/** What a message is: an incident's card, or a notice by itself or in a card's thread. */
export interface Mark {
  event_type: 'metronome_card' | 'metronome_notice';
  /** `to`: which of the channels of `NOTIFY_CHANNELS`, since two of them may lead to one of Slack's. */
  event_payload: { id: string; to: string };
}

interface Place {
  channel: string;
  /** Of the card in whose thread it is looked for. */
  threadTs?: string | undefined;
  /** It was not posted before this. */
  since: Date;
}

/** Clocks differ: Slack dates a message a little before we asked for it. */
const clockErrorMs = 5 * 60_000;
const mostPages = 20;

/** By the metadata that every message of ours carries. @returns its ts, or undefined where it is not there. @throws SlackFailure where Slack does not say */
export async function seek(mark: Mark, place: Place): Promise<string | undefined> {
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const read = await askSlack((client) => readPage(client, place, cursor));
    const found = read.messages?.find(({ metadata }) => isMarkedBy(mark, metadata));
    if (found?.ts) return found.ts;
    cursor = read.response_metadata?.next_cursor || undefined;
    if (!cursor) return undefined;
  }
  return undefined;
}

type Metadata = NonNullable<ConversationsHistoryResponse['messages']>[number]['metadata'];

function isMarkedBy({ event_type, event_payload }: Mark, metadata: Metadata): boolean {
  const { id, to } = (metadata?.event_payload ?? {}) as { id?: unknown; to?: unknown };
  return metadata?.event_type === event_type && id === event_payload.id && to === event_payload.to;
}

async function readPage(client: WebClient, { channel, threadTs, since }: Place, cursor?: string) {
  const asked = {
    channel,
    include_all_metadata: true,
    limit: 200,
    oldest: String((since.getTime() - clockErrorMs) / 1_000),
    ...(cursor ? { cursor } : {}),
  };
  return threadTs ? client.conversations.replies({ ...asked, ts: threadTs }) : client.conversations.history(asked);
}
