/** The door of the console: who, whether it may, which page. Every answer carries the same strict headers. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { pathWithin, queryOf } from '../platform/door.ts';
import { runInvocation } from '../platform/invocation.ts';
import { errorFacts, log, traceIdOf } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { readRawBody } from '../platform/raw-body.ts';
import { policy } from '../policy.ts';
import { compress } from './compress.ts';
import { csrfCookieName, csrfField, csrfToken, maskToken, refuseForeign } from './csrf.ts';
import { assertionHeader, googleKeys, identify, isLocalMachine } from './identity.ts';
import { chooseLanguage, languages, speak } from './language.ts';
import { renderPage } from './page.ts';
import { problemPage } from './problem-page.ts';
import { answerPage, type PageAnswer } from './routes.ts';
import type { View } from './view.ts';

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

const maxFormBytes = 768 * 1024;
const languageCookie = 'metronome-language';
const readKeys = googleKeys();

export async function console(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  await runInvocation(traceIdOf(header), async () => {
    let answer: PageAnswer;
    try {
      answer = await handle(request, header);
    } catch (error) {
      log('ERROR', 'console: failed', errorFacts(error));
      answer = {
        status: 500,
        body: 'Something failed here; it is logged. Load the page again.',
        type: 'text/plain; charset=utf-8',
      };
    }
    if (!request.complete) request.resume();
    send(response, answer, { isHead: request.method === 'HEAD', accepted: header('accept-encoding') });
  });
}

async function handle(request: IncomingMessage, header: (name: string) => string | undefined): Promise<PageAnswer> {
  const path = `/console${pathWithin('console', request.url ?? '/')}`.replace(/\/$/, '');
  const query = queryOf(request.url ?? '/');
  const cookies = readCookies(header('cookie'));
  const isSecure = header('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';
  const chosen = languages.find((each) => each === query.get('lang'));
  const language = chooseLanguage(chosen ?? cookies.get(languageCookie), header('accept-language'));
  const csrfCookie = cookies.get(csrfCookieName(isSecure));
  const { token, isNew } = csrfToken(csrfCookie);
  const view: View = {
    ...speak(language, policy.customerLabel),
    now: now(),
    policy,
    actor: '',
    csrf: maskToken(token),
    address: addressOf(path, query),
  };
  const secure = isSecure ? '; Secure' : '';
  // Strict would withhold it from who comes by a link in a notice, and a new token would undo the forms of other tabs.
  const setCookies = isNew ? [`${csrfCookieName(isSecure)}=${token}; Path=/; HttpOnly; SameSite=Lax${secure}`] : [];
  try {
    view.actor = await identify(header(assertionHeader), {
      audience: readConfig().IAP_AUDIENCE,
      isLocal: isLocalMachine(process.env),
      readKeys,
    });
    if (chosen && request.method === 'GET') {
      query.delete('lang');
      setCookies.push(`${languageCookie}=${chosen}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`);
      return { status: 303, location: addressOf(path, query), setCookies };
    }
    const form = request.method === 'POST' ? await readForm(request, header) : undefined;
    if (form) refuseForeign(header, csrfCookie, form.get(csrfField) ?? undefined);
    const answer = await answerPage({ method: request.method ?? 'GET', path, query, form, view });
    return { ...answer, setCookies: [...setCookies, ...(answer.setCookies ?? [])] };
  } catch (error) {
    if (!(error instanceof Problem)) log('ERROR', 'console: failed', errorFacts(error));
    else if (error.status === 403) log('WARNING', 'console: refused', { detail: error.message });
    const problem = error instanceof Problem ? error : new Problem(500, 'Something failed here; it is logged.');
    // Who was not let in sees no page of the console, nor anything that a page could be used for.
    const page = problemPage(view, problem);
    return {
      status: problem.status,
      body: String(await renderPage(view, page)),
      setCookies: view.actor ? setCookies : [],
    };
  }
}

const addressOf = (path: string, query: URLSearchParams): string => (query.size > 0 ? `${path}?${query}` : path);

/** @throws Problem 415 for anything but an ordinary form */
async function readForm(
  request: IncomingMessage,
  header: (name: string) => string | undefined,
): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(header('content-type') ?? '')) {
    throw new Problem(415, 'Only ordinary forms are taken here.');
  }
  return new URLSearchParams((await readRawBody(request, maxFormBytes)).toString('utf8'));
}

function readCookies(header: string | undefined): Map<string, string> {
  const pairs = (header ?? '').split(';').map((each) => each.trim());
  return new Map(
    pairs
      .filter((each) => each.includes('='))
      .map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  );
}

function send(
  response: ServerResponse,
  answer: PageAnswer,
  { isHead, accepted }: { isHead: boolean; accepted: string | undefined },
): void {
  if (response.headersSent || response.destroyed) return;
  const type = answer.type ?? 'text/html; charset=utf-8';
  const isOwnFile = Buffer.isBuffer(answer.body);
  const whole = typeof answer.body === 'string' ? Buffer.from(answer.body) : (answer.body ?? Buffer.alloc(0));
  const { bytes, encoding } = compress(whole, { type, accepted, isOwnFile });
  response.writeHead(answer.status, {
    ...securityHeaders,
    'content-type': type,
    'cache-control': 'no-store',
    ...(answer.location ? { location: answer.location } : {}),
    ...(answer.setCookies && answer.setCookies.length > 0 ? { 'set-cookie': answer.setCookies } : {}),
    vary: 'Accept-Encoding',
    ...(encoding ? { 'content-encoding': encoding } : {}),
    ...answer.headers,
    'content-length': bytes.length,
  });
  response.end(isHead ? undefined : bytes);
}
