/** Fetches a calendar's feed: within a time, up to a size, not redirected, and from no private address unless allowed. */
import { lookup as resolve } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPrivate, PrivateAddress, publicLookup } from '../platform/public-address.ts';

export interface Fetching {
  allowPrivate: boolean;
  timeoutMs: number;
  mostBytes: number;
}

/** @throws Error that repeats no address */
export async function fetchFeed(address: string, { allowPrivate, timeoutMs, mostBytes }: Fetching): Promise<string> {
  const url = new URL(address);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && url.protocol !== 'https:') throw new Error('its address is not https');
  if (!allowPrivate && isIP(host) && isPrivate(host)) throw new PrivateAddress();
  const start = url.protocol === 'http:' ? httpRequest : httpsRequest;
  const request = start(url, {
    headers: { accept: 'text/calendar', 'user-agent': 'Metronome' },
    agent: false,
    lookup: allowPrivate ? resolve : (publicLookup as LookupFunction),
  });
  let isLate = false;
  const deadline = setTimeout(() => {
    isLate = true;
    request.destroy();
  }, timeoutMs);
  try {
    const response = await new Promise<IncomingMessage>((done, fail) => {
      request.once('response', done).once('error', fail).end();
    });
    return await textOf(response, mostBytes);
  } catch (error) {
    if (isLate) throw new Error(`it did not answer within ${timeoutMs / 1_000} s`);
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined || error instanceof PrivateAddress ? error : new Error(`it could not be reached: ${code}`);
  } finally {
    clearTimeout(deadline);
    request.on('error', () => undefined).destroy();
  }
}

async function textOf(response: IncomingMessage, mostBytes: number): Promise<string> {
  if (response.statusCode !== 200) throw new Error(`it answered ${response.statusCode}`);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > mostBytes) throw new Error(`it is longer than ${Math.round(mostBytes / 1_000_000)} MB`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
