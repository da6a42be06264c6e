/**
 * One POST to a channel's address: no redirects, a deadline, and no private addresses unless they are allowed. The
 * address is judged on the very lookup that the connection is made from, so a name cannot change its mind in between.
 */
import { lookup as resolve } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPrivate, PrivateAddress, publicLookup } from '../../platform/public-address.ts';
import { PermanentFailure, TemporaryFailure } from './channel.ts';

export interface Post {
  url: string;
  headers?: Record<string, string>;
  body: string;
  allowPrivate: boolean;
  timeoutMs: number;
  /** For a `Retry-After` that names a date. */
  now: Date;
}

/** @throws TemporaryFailure or PermanentFailure; neither repeats the address, which is a secret */
export async function post(request: Post): Promise<void> {
  const url = new URL(request.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!request.allowPrivate && isIP(host) && isPrivate(host)) throw refused();
  if (!request.allowPrivate && url.protocol !== 'https:') throw new PermanentFailure(plain);
  const { status, retryAfter } = await send(request, url);
  if (status >= 200 && status < 300) return;
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    throw new TemporaryFailure(`it answered ${status}`, retryAfterMs(retryAfter, request.now));
  }
  throw new PermanentFailure(`it answered ${status}`);
}

function send(request: Post, url: URL): Promise<{ status: number; retryAfter: string | undefined }> {
  const bytes = Buffer.from(request.body);
  const start = url.protocol === 'http:' ? httpRequest : httpsRequest;
  return new Promise((done, fail) => {
    const outgoing = start(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': bytes.length,
        'user-agent': 'Metronome',
        ...request.headers,
      },
      agent: false,
      lookup: request.allowPrivate ? resolve : (publicLookup as LookupFunction),
    });
    const deadline = setTimeout(() => {
      outgoing.destroy(new TemporaryFailure(`it did not answer within ${request.timeoutMs / 1_000} s`));
    }, request.timeoutMs);
    const finish = (work: () => void): void => {
      clearTimeout(deadline);
      work();
    };
    outgoing.on('response', (response) => {
      const { statusCode: status = 0 } = response;
      const retryAfter = response.headers['retry-after'];
      finish(() => done({ status, retryAfter }));
      // What it says is of no interest, however long it is.
      response.on('error', () => undefined).destroy();
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => finish(() => fail(failureOf(error))));
    outgoing.end(bytes);
  });
}

const plain = 'its address is not https, and its channel does not say allowPrivate';

function failureOf(error: NodeJS.ErrnoException): Error {
  if (error instanceof PrivateAddress) return refused();
  const isOurs = error instanceof TemporaryFailure || error instanceof PermanentFailure;
  return isOurs ? error : new TemporaryFailure(`it could not be reached: ${error.code ?? 'error'}`);
}

const refused = (): PermanentFailure =>
  new PermanentFailure('its address is private, and its channel does not say allowPrivate');

/** Seconds, or a date; undefined for anything else. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
