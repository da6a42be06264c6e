/**
 * One POST to a channel's address: no redirects, a deadline, and no private addresses unless they are allowed. The
 * address is judged on the very lookup that the connection is made from, so a name cannot change its mind in between.
 */
import { type LookupAddress, lookup as resolve } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
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
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      finish(() =>
        fail(isOurs(error) ? error : new TemporaryFailure(`it could not be reached: ${error.code ?? 'error'}`)),
      ),
    );
    outgoing.end(bytes);
  });
}

const plain = 'its address is not https, and its channel does not say allowPrivate';

const isOurs = (error: Error): boolean => error instanceof TemporaryFailure || error instanceof PermanentFailure;

const refused = (): PermanentFailure =>
  new PermanentFailure('its address is private, and its channel does not say allowPrivate');

/** Resolves as usual, and refuses a name of which any address is private. */
export const publicLookup = (
  host: string,
  options: { all?: boolean },
  callback: (error: Error | null, address?: string | LookupAddress[], family?: number) => void,
): void => {
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error) callback(error);
    else if (addresses.some(({ address }) => isPrivate(address))) callback(refused());
    else if (options.all) callback(null, addresses);
    else callback(null, addresses[0]?.address, addresses[0]?.family);
  });
};

/** All of IPv6 that is the public internet: what is not of it is kept for other uses, now or later. */
const internet = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is none of the public internet; what is no address is none either. */
export function isPrivate(address: string): boolean {
  if (isIP(address) === 0) return true;
  // An IPv4 address in IPv6 clothes is judged as what it is.
  const read = ipaddr.process(address);
  return read.range() !== 'unicast' || (read instanceof ipaddr.IPv6 && !read.match(internet));
}

/** Seconds, or a date; undefined for anything else. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
