/**
 * One POST to a channel's address: no redirects, a deadline, and no private addresses unless they are allowed. The
 * address is judged on the very lookup that the connection is made from, so a name cannot change its mind in between.
 */
import { type LookupAddress, lookup as resolve } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
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

const isOurs = (error: Error): boolean => error instanceof TemporaryFailure || error instanceof PermanentFailure;

const refused = (): PermanentFailure =>
  new PermanentFailure('its address is private, and its channel does not say allowPrivate');

/** Resolves as usual, and refuses a name of which any address is private. */
const publicLookup = (
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

const notPublic = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv4');
}
// Of IPv6 only 2000::/3 is the public internet, but for tunnels, documentation and what is kept for protocols.
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 32],
  ['100::', 8],
  ['200::', 7],
  ['400::', 6],
  ['800::', 5],
  ['1000::', 4],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['4000::', 2],
  ['8000::', 1],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv6');
}

export function isPrivate(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return notPublic.check(address, 'ipv4');
  // An IPv4 address in IPv6 clothes is judged as what it is.
  return family !== 6 || notPublic.check(address, 'ipv6');
}

/** Seconds, or a date; undefined for anything else. */
export function retryAfterMs(header: string | undefined, now: Date): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
