/** One POST to a channel's address. */
import { call, NoAnswer, type Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { isDeployed, readConfig } from '../../platform/config.ts';
import { PermanentFailure, retryAfterMs, TemporaryFailure } from '../../platform/failures.ts';
import { traceHeaders } from '../../platform/log.ts';
import { milliseconds, policy } from '../../policy.ts';
import { failureByHttp } from './answers.ts';
import { eventsAddress } from './pagerduty.ts';

export const timeoutMs = milliseconds(policy.notices.channelTimeout);

/** An answer is read only to see whether it is a web page. */
const mostAnswerBytes = 1_000_000;

interface Post extends Way {
  url: string;
  headers?: Record<string, string>;
  body: string;
}

/** @throws TemporaryFailure or PermanentFailure; neither repeats the address, which is a secret */
export async function post({ url, headers: own, body, ...way }: Post): Promise<void> {
  const json = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Metronome' };
  const headers = { ...json, ...traceHeaders(), ...own };
  const asked = call(url, { method: 'POST', headers, body, mostBytes: mostAnswerBytes, ...way });
  const {
    status,
    headers: answered,
    body: said,
  } = await asked.catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    if (!error.isForbidden) throw new TemporaryFailure(error.clause);
    throw new PermanentFailure('its address is not https, or is private, and its channel does not say allowPrivate');
  });
  const failure = failureByHttp(status, said, retryAfterMs(answered['retry-after'], now()));
  if (failure) throw failure;
}

/** One event to PagerDuty, or to its stub. @throws TemporaryFailure or PermanentFailure */
export const sendToPagerDuty = (body: string): Promise<void> =>
  post({
    url: eventsAddress(readConfig().PAGERDUTY_EVENTS_URL),
    body,
    allowPrivate: !isDeployed(),
    timeoutMs,
  });
