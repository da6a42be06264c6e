/** One POST to a channel's address. */
import { call, NoAnswer, type Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { isDeployed, readConfig } from '../../platform/config.ts';
import { isWorthAnotherTry, PermanentFailure, retryAfterMs, TemporaryFailure } from '../../platform/failures.ts';
import { traceHeaders } from '../../platform/log.ts';
import { milliseconds, policy } from '../../policy.ts';
import { eventsAddress } from './pagerduty.ts';

export const timeoutMs = milliseconds(policy.notices.channelTimeout);

interface Post extends Way {
  url: string;
  headers?: Record<string, string>;
  body: string;
}

/** @throws TemporaryFailure or PermanentFailure; neither repeats the address, which is a secret */
export async function post({ url, headers: own, body, ...way }: Post): Promise<void> {
  const json = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Metronome' };
  const headers = { ...json, ...traceHeaders(), ...own };
  // The body of the answer is not read.
  const asked = call(url, { method: 'POST', headers, body, mostBytes: 0, ...way });
  const { status, headers: answered } = await asked.catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    if (!error.isForbidden) throw new TemporaryFailure(error.clause);
    throw new PermanentFailure('its address is not https, or is private, and its channel does not say allowPrivate');
  });
  if (status >= 200 && status < 300) return;
  if (!isWorthAnotherTry(status)) throw new PermanentFailure(`it answered ${status}`);
  throw new TemporaryFailure(`it answered ${status}`, retryAfterMs(answered['retry-after'], now()));
}

/** One event to PagerDuty, or to its stub. @throws TemporaryFailure or PermanentFailure */
export const sendToPagerDuty = (body: string): Promise<void> =>
  post({
    url: eventsAddress(readConfig().PAGERDUTY_EVENTS_URL),
    body,
    allowPrivate: !isDeployed(),
    timeoutMs,
  });
