/**
 * What customers open: `GET /s/{token}`, and the public status at `GET /status/…`. The token is all that they prove, so an
 * unknown, a revoked and an expired one are answered alike. This function reads a database that holds nothing but what customers
 * may see.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressOf, Buckets } from '../intake/rate-limit.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { queryOf, traceOf } from '../platform/door.ts';
import { dataOf, publicFirestore } from '../platform/firestore.ts';
import { errorFacts, log, withTrace } from '../platform/log.ts';
import { policy } from '../policy.ts';
import type { CustomerPage } from '../published/customer-page.ts';
import { chooseLanguage } from '../words/language.ts';
import { type Reading, renderCustomerPage, renderNotice } from './page.ts';
import { tellStatus } from './status.ts';

const style = readFileSync(new URL('./assets/public.css', import.meta.url), 'utf8');

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'private, no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Headers of the public status, which anybody may cache, embed and index. */
const forAll = {
  'cache-control': 'public, max-age=30, s-maxage=60, stale-if-error=86400',
  'access-control-allow-origin': '*',
  'x-robots-tag': 'all',
};

const requests = new Buckets();

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export const publicPages = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
  withTrace(traceOf(request), async () => {
    const { status, headers: own, body } = await answerTo(request);
    request.resume();
    response.writeHead(status, { ...headers, ...own, 'content-length': Buffer.byteLength(body) });
    response.end(request.method === 'HEAD' ? undefined : body);
  });

async function answerTo(request: IncomingMessage): Promise<Answer> {
  const url = request.url ?? '/';
  const reading = { language: languageOf(url, request.headers['accept-language']), policy, now: now(), style };
  const notFound = { status: 404, body: renderNotice(reading, 'notFound') };
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { ...notFound, status: 405, headers: { allow: 'GET, HEAD' } };
  const config = readConfig();
  const away = { status: 503, headers: { 'retry-after': '30' }, body: renderNotice(reading, 'away') };
  const path = /^(?:\/publicPages)?\/status(\/[^?]*)?(?:\?|$)/.exec(url);
  if (path && config.PUBLIC_STATUS === 'on') {
    const root = `${config.PUBLIC_URL ?? ''}/status/`;
    const told = await tellStatus(path[1] ?? '/', { ...reading, language: languageOf(url, undefined), url: root });
    if (told === 'away') return away;
    return told ? { status: 200, body: told.body, headers: { ...forAll, 'content-type': told.type } } : notFound;
  }
  const { requestsPerMinute: most } = policy.customerPages;
  const wait = requests.take(addressOf(request, config.TRUSTED_HOPS), most, most, reading.now);
  if (wait !== undefined) return { ...away, status: 429, headers: { 'retry-after': String(wait) } };
  const token = /^(?:\/publicPages)?\/s\/([\w-]{22})(?:\?|$)/.exec(url)?.[1];
  if (!token || config.CUSTOMER_PAGES !== 'on') return notFound;
  try {
    const page = await readPage(token, reading);
    return page ? { status: 200, body: renderCustomerPage(reading, page) } : notFound;
  } catch (error) {
    log('ERROR', 'a customer page could not be read', errorFacts(error));
    return away;
  }
}

/** A cached page has its language in the address. */
function languageOf(url: string, accepted: string | undefined): Reading['language'] {
  return chooseLanguage(queryOf(url).get('lang') ?? undefined, accepted, policy.sender);
}

/** Stored under the token's digest: nobody can open a page with what the database holds. */
async function readPage(token: string, reading: Reading): Promise<CustomerPage | undefined> {
  const found = await publicFirestore().collection('pages').doc(hash('sha256', token)).get();
  const page = dataOf<CustomerPage>(found);
  return page && page.expiresAt > reading.now ? page : undefined;
}
