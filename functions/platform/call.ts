/**
 * The one HTTP client for outgoing requests: one deadline, a size limit, no redirects, and on Google Cloud only https
 * and public addresses. Its errors name no address.
 */
import { type LookupAddress, lookup as resolve } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface Way {
  /** Allows private and plain `http:` addresses. */
  allowPrivate: boolean;
  timeoutMs: number;
}

export interface Call extends Way {
  method?: string;
  headers?: Record<string, string>;
  body?: string | undefined;
  /** The most bytes of the answer to read; 0 reads no body. */
  mostBytes?: number;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Or the reason why it did not arrive whole. */
  body: Buffer | NoAnswer;
}

export class NoAnswer extends Error {
  /** No connection was made, so the other side has done nothing. */
  readonly isUnreached: boolean;
  /** The address may not be called, so that another try would fail the same. */
  readonly isForbidden: boolean;
  constructor(why: string, { isUnreached = false, isForbidden = false } = {}) {
    super(why);
    this.name = 'NoAnswer';
    this.isUnreached = isUnreached || isForbidden;
    this.isForbidden = isForbidden;
  }

  /** Why, as a part of a sentence. */
  get clause(): string {
    return this.message.replace(/^I/, 'i').replace(/\.$/, '');
  }
}

const longestAnswerBytes = 8 * 1024 * 1024;
const unreached = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);
const forbidden = (what: string): NoAnswer => new NoAnswer(`Its address is ${what}.`, { isForbidden: true });

/** @throws NoAnswer */
export async function call(address: string, request: Call): Promise<Answer> {
  const { method = 'GET', headers, body, allowPrivate, timeoutMs, mostBytes = longestAnswerBytes } = request;
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isPlain = url.protocol !== 'https:';
  if (!allowPrivate && isPlain) throw forbidden('not https');
  if (!allowPrivate && isIP(host) && isPrivate(host)) throw forbidden('private');
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const deadline = AbortSignal.timeout(timeoutMs);
  const outgoing = (isPlain ? httpRequest : httpsRequest)(url, {
    method: method.toUpperCase(),
    headers: { ...headers, ...(bytes ? { 'content-length': bytes.length } : {}) },
    agent: false,
    lookup: allowPrivate ? resolve : publicLookup,
    signal: deadline,
  });
  const failure = (error: NodeJS.ErrnoException): NoAnswer => {
    if (deadline.aborted) return new NoAnswer(`It did not answer within ${timeoutMs / 1_000} s.`);
    if (error instanceof PrivateAddress) return forbidden('private');
    const code = error.code ?? 'error';
    return new NoAnswer(`It could not be reached: ${code}.`, { isUnreached: unreached.has(code) });
  };
  try {
    const response = await new Promise<IncomingMessage>((done, fail) => {
      outgoing.once('response', done).once('error', fail).end(bytes);
    });
    const read = await bytesOf(response, mostBytes).catch(failure);
    if (deadline.aborted && read instanceof NoAnswer) throw read;
    const answered = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    return { status: response.statusCode ?? 0, headers: Object.fromEntries(answered), body: read };
  } catch (error) {
    throw error instanceof NoAnswer ? error : failure(error as NodeJS.ErrnoException);
  } finally {
    outgoing.on('error', () => undefined).destroy();
  }
}

async function bytesOf(response: IncomingMessage, mostBytes: number): Promise<Buffer | NoAnswer> {
  const chunks: Buffer[] = [];
  if (mostBytes === 0) return Buffer.concat(chunks);
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > mostBytes) return new NoAnswer(`It is longer than ${Math.round(mostBytes / 1_000_000)} MB.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A name or a number leads to no public address. */
export class PrivateAddress extends Error {
  constructor() {
    super('its address is private');
    this.name = 'PrivateAddress';
  }
}

/** The connection's own lookup refuses a name if any of its addresses is private. */
export const publicLookup: LookupFunction = (host, options, callback) =>
  resolve(host, { ...options, all: true }, (error, addresses) => {
    const refusal = error ?? (isAllPublic(addresses) ? null : new PrivateAddress());
    if (refusal || options.all) return callback(refusal, addresses);
    const { address = '', family } = addresses[0] ?? {};
    callback(null, address, family);
  });

/** A name is only as public as its least public address, since the caller cannot choose between them. */
export const isAllPublic = (addresses: readonly LookupAddress[]): boolean =>
  addresses.every(({ address }) => !isPrivate(address));

/** The part of IPv6 that is the public internet; the rest is reserved. */
const internet = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is outside the public internet, or is no address at all. */
export function isPrivate(address: string): boolean {
  if (isIP(address) === 0) return true;
  // An IPv4 address mapped into IPv6 is judged as IPv4.
  const read = ipaddr.process(address);
  return read.range() !== 'unicast' || (read instanceof ipaddr.IPv6 && !read.match(internet));
}
