/**
 * A `fetch` for clients of others, as everything that leaves goes: one deadline, no redirects, and on Google Cloud https alone
 * and public addresses alone, by the very lookup that the connection is made from. What it throws names no address.
 */
import { lookup as resolve } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPrivate, PrivateAddress, publicLookup } from '../platform/public-address.ts';
import type { Way } from './tickets/converse.ts';

interface Init {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** No answer that is read is longer. */
const mostAnswerBytes = 8 * 1024 * 1024;

/** A Response of these takes no body, not even an empty one. */
const bodiless = new Set([204, 205, 304]);

/** Nothing came back. */
export class NoAnswer extends Error {
  /** No connection was made, so that nothing has been done at the other side. */
  readonly isUnreached: boolean;
  constructor(why: string, isUnreached = false) {
    super(why);
    this.name = 'NoAnswer';
    this.isUnreached = isUnreached;
  }
}

const unreached = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

/** @returns what a client reads of a response; @throws NoAnswer */
export function guardedFetch({ allowPrivate, timeoutMs }: Way): (address: string, init?: Init) => Promise<Response> {
  return (address, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((done, fail) => {
      const url = new URL(address);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const isPlain = url.protocol !== 'https:';
      if (!allowPrivate && (isPlain || (isIP(host) && isPrivate(host)))) {
        fail(new NoAnswer('Its address is not https, or is private.', true));
        return;
      }
      const bytes = typeof body === 'string' ? Buffer.from(body) : undefined;
      const outgoing = (isPlain ? httpRequest : httpsRequest)(url, {
        method: method.toUpperCase(),
        headers: { ...headers, ...(bytes ? { 'content-length': String(bytes.length) } : {}) },
        agent: false,
        lookup: allowPrivate ? resolve : (publicLookup as LookupFunction),
      });
      const deadline = setTimeout(
        () => outgoing.destroy(new NoAnswer(`It did not answer within ${timeoutMs / 1_000} s.`)),
        timeoutMs,
      );
      const end = (work: () => void): void => {
        clearTimeout(deadline);
        work();
      };
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= mostAnswerBytes) chunks.push(chunk);
          else outgoing.destroy(new NoAnswer('Its answer is too long.'));
        });
        response.on('error', (error) => end(() => fail(noAnswer(error))));
        response.on('end', () => {
          const told = Object.entries(response.headers).flatMap(([name, value]): [string, string][] =>
            value === undefined ? [] : [[name, String(value)]],
          );
          const status = response.statusCode ?? 0;
          // A Response of any other status throws, here where nobody would catch it.
          if (status < 200 || status > 599) {
            end(() => fail(new NoAnswer('It answered with no status that there is.')));
            return;
          }
          const text = bodiless.has(status) ? null : Buffer.concat(chunks).toString('utf8');
          end(() => done(new Response(text, { status, headers: told })));
        });
      });
      outgoing.on('error', (error) => end(() => fail(noAnswer(error))));
      outgoing.end(bytes);
    });
}

function noAnswer(error: NodeJS.ErrnoException): Error {
  if (error instanceof NoAnswer) return error;
  if (error instanceof PrivateAddress) return new NoAnswer('Its address is private.', true);
  return new NoAnswer(`It could not be reached: ${error.code ?? 'error'}.`, unreached.has(error.code ?? ''));
}
