/** Slack's own client without retries, and the meaning of its errors for the caller. */
import type { WebClient } from '@slack/web-api';
import { NoAnswer } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { isDeployed, readConfig } from '../../platform/config.ts';
import { retryAfterMs } from '../../platform/failures.ts';
import { milliseconds, policy } from '../../policy.ts';
import { guardedFetch } from '../guarded-fetch.ts';

export const slackApi = 'https://slack.com/api/';

/** Slack failed to do what was asked, or its answer was lost. */
export class SlackFailure extends Error {
  /** Slack's own name of it, `http-503`, or `no-answer`. */
  readonly reason!: string;
  readonly isTemporary!: boolean;
  /** Slack may have done it nevertheless. */
  readonly mayBeDone!: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(reason: string, facts: { isTemporary: boolean; mayBeDone: boolean; retryAfterMs?: number }) {
    super(`Slack answered ${reason}`);
    Object.assign(this, { name: 'SlackFailure', reason, ...facts });
  }
}

/**
 * Calls Slack once, since a retry might do it twice.
 * @param timeoutMs how long the caller waits at most; default: the policy's limit
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
    fetch: (async (address: string, init: never) => inSeconds(await guardedFetch(guard)(address, init))) as never,
  });
  try {
    return await ask(client);
  } catch (error) {
    throw failureOf(error, slack);
  }
}

/** A proxy may answer 429 with a date, or with nothing: the client takes it for no rate limit, and says so with an address. */
function inSeconds(response: Response): Response {
  if (response.status !== 429) return response;
  const askedForMs = retryAfterMs(response.headers.get('retry-after') ?? undefined, now());
  response.headers.set('retry-after', String(Math.ceil((askedForMs ?? unsaidMs) / 1_000)));
  return response;
}

const unsaidMs = 30_000;

/** The client's own logs contain addresses and bodies: the caller logs instead. */
const calls = ['debug', 'info', 'warn', 'error', 'setLevel', 'setName', 'getLevel'];
const silent = Object.fromEntries(calls.map((name) => [name, (): void => undefined]));

/** Slack's internal errors, after which it is unknown what was done. */
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
