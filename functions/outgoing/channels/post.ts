/** One POST to a channel's address. */
import { call, isWorthAnotherTry, NoAnswer, retryAfterMs, type Way } from '../../platform/call.ts';
import { PermanentFailure, TemporaryFailure } from '../../platform/failures.ts';

export interface Post extends Way {
  url: string;
  headers?: Record<string, string>;
  body: string;
  /** For a `Retry-After` that names a date. */
  now: Date;
}

/** @throws TemporaryFailure or PermanentFailure; neither repeats the address, which is a secret */
export async function post({ url, headers: own, body, now, ...way }: Post): Promise<void> {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Metronome', ...own };
  // What it says is of no interest, however long it is.
  const asked = call(url, { method: 'POST', headers, body, mostBytes: 0, ...way });
  const { status, headers: answered } = await asked.catch((error: unknown) => {
    if (!(error instanceof NoAnswer)) throw error;
    if (!error.isForbidden) throw new TemporaryFailure(error.clause);
    throw new PermanentFailure('its address is not https, or is private, and its channel does not say allowPrivate');
  });
  if (status >= 200 && status < 300) return;
  if (!isWorthAnotherTry(status)) throw new PermanentFailure(`it answered ${status}`);
  throw new TemporaryFailure(`it answered ${status}`, retryAfterMs(answered['retry-after'], now));
}
