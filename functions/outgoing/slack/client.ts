/** Slack's own client, told to do once what it is asked, and what its errors mean to who asked. */
import type { WebClient } from '@slack/web-api';
import { NoAnswer } from '../../platform/call.ts';
import { isDeployed, readConfig } from '../../platform/config.ts';
import { milliseconds, policy } from '../../policy.ts';
import { guardedFetch } from '../guarded-fetch.ts';

export const slackApi = 'https://slack.com/api/';

/** Slack did not do what it was asked, or did not say so. */
export class SlackFailure extends Error {
  /** Slack's own name of it, `http-503`, or `no-answer`. */
  readonly reason!: string;
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
 * Asks Slack once: a second try may do it a second time.
 * @param timeoutMs how long a caller waits at most; the policy's limit where it is left out
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
