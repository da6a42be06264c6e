/** Guards every page: strict headers, the viewer's identity, and the origin of forms. */
import { randomBytes } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { compress } from 'hono/compress';
import { getCookie, setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { secureHeaders } from 'hono/secure-headers';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { isOneOf } from '../platform/door.ts';
import { environment, isLocalMachine } from '../platform/environment.ts';
import { Problem } from '../platform/problem.ts';
import { readRawBody } from '../platform/raw-body.ts';
import { policy } from '../policy.ts';
import { chooseLanguage, languages } from '../words/language.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { speak } from '../words/speech.ts';
import { assertionHeader, googleKeys, identify } from './identity.ts';
import type { View } from './view.ts';

export interface ConsoleEnv {
  Bindings: HttpBindings;
  Variables: { view: View; query: URLSearchParams; form: URLSearchParams | undefined };
}
type Guard = MiddlewareHandler<ConsoleEnv>;
type GuardedRequest = Parameters<Guard>[0];

const maxFormBytes = 768 * 1024;
const languageCookie = 'metronome-language';
const readKeys = googleKeys();

const strictHeaders: Guard = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'same-origin',
  permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
  // Cloud Run and the load balancer before it set this header; this machine has no https to enforce.
  strictTransportSecurity: false,
  // A picture's own policy is stricter still.
  overwrite: false,
});

/** What every page needs. Runs before the viewer is identified. */
const prepareView: Guard = async (context, next) => {
  const query = new URL(context.req.url).searchParams;
  const chosen = chosenLanguage(query) ?? getCookie(context, languageCookie);
  const language = chooseLanguage(chosen, context.req.header('accept-language'), policy);
  context.set('query', query);
  context.set('view', {
    ...speak({ language, policy }),
    now: now(),
    actor: '',
    csrf: '',
    address: addressOf(context.req.url, query),
  });
  await next();
};

/** @throws Problem 403; a refused viewer sees no page of the console, and nothing that a page could be used for */
const letIn: Guard = async (context, next) => {
  const view = context.get('view');
  view.actor = await identify(context.req.header(assertionHeader), {
    audience: readConfig().IAP_AUDIENCE,
    isLocal: isLocalMachine(environment()),
    readKeys,
  });
  const { token, isNew } = formToken(tokenOf(context));
  view.csrf = maskToken(token);
  // `SameSite=Strict` would withhold the cookie from a viewer who follows a link in a notice, and a new token would break forms
  // in other tabs. A response that caches may keep for a year must not set a cookie.
  if (isNew && !context.req.path.startsWith('/console/assets/'))
    setCookie(context, tokenCookie, token, { ...cookieScope(context, 'host'), httpOnly: true });
  await next();
};

/** `?lang=en` is kept, and taken out of the address. */
const keepLanguage: Guard = async (context, next) => {
  const query = context.get('query');
  const chosen = chosenLanguage(query);
  if (!chosen || context.req.method !== 'GET') return next();
  query.delete('lang');
  setCookie(context, languageCookie, chosen, { ...cookieScope(context), maxAge: 31_536_000 });
  return context.redirect(addressOf(context.req.url, query), 303);
};

/** Both headers that say where a form comes from have to match; one alone is enough only if the browser did not send the other. */
export const refuseForeignForms: Guard = csrf({
  secFetchSite: (site, context) => site === 'same-origin' && isOwnOrigin(context),
  origin: (_origin, context) => context.req.header('sec-fetch-site') === undefined && isOwnOrigin(context),
});

/** @throws Problem 415 for anything but an ordinary form, 413, 408, and 403 without the token of one of our pages */
const takeForm: Guard = async (context, next) => {
  if (context.req.method === 'POST') {
    if (!/^application\/x-www-form-urlencoded\b/i.test(context.req.header('content-type') ?? '')) {
      throw new Problem(415, refuse('forms-only'));
    }
    const bytes = await readRawBody(context.env.incoming, maxFormBytes);
    const form = new URLSearchParams(bytes.toString('utf8'));
    if (!isSameToken(tokenOf(context), form.get(tokenField) ?? undefined)) throw foreignForm();
    context.set('form', form);
  }
  await next();
};

export const guardPages = [strictHeaders, compress({ encoding: 'gzip' }), prepareView, letIn, keepLanguage];
export const guardForms = [refuseForeignForms, takeForm];

export const foreignForm = (): Problem => new Problem(403, refuse('foreign-form'));

/** Only the host is compared: TLS may end before this machine. */
function isOwnOrigin(context: GuardedRequest): boolean {
  const origin = context.req.header('origin') ?? context.req.header('referer');
  const host = origin && URL.canParse(origin) ? new URL(origin).host.toLowerCase() : undefined;
  return host !== undefined && host === context.req.header('host')?.toLowerCase();
}

const isSecure = (context: GuardedRequest): boolean =>
  context.req.header('x-forwarded-proto')?.split(',')[0]?.trim() === 'https';

/** `__Host-` keeps other hosts of the same domain from planting a cookie, and needs https. */
function cookieScope(context: GuardedRequest, prefix?: 'host') {
  const scope = { path: '/', sameSite: 'Lax' } as const;
  if (!isSecure(context)) return scope;
  return { ...scope, secure: true as const, ...(prefix ? { prefix } : {}) };
}

const tokenOf = (context: GuardedRequest): string | undefined =>
  isSecure(context) ? getCookie(context, tokenCookie, 'host') : getCookie(context, tokenCookie);

const chosenLanguage = (query: URLSearchParams) => languages.find((each) => each === query.get('lang'));

/** Keep the path encoded: once decoded, `..` could lead to another host. */
function addressOf(url: string, query: URLSearchParams): string {
  const { pathname } = new URL(url);
  const path = /^\/console(?:\/|$)/.test(pathname) ? pathname : '/console';
  return query.size > 0 ? `${path}?${query}` : path;
}

/** A token that a foreign page can neither read nor guess: a form needs it in its cookie and among its fields. */
export const tokenField = 'csrf';
const tokenCookie = 'metronome-form';

/** The visitor's token: from the cookie, or a new one to be set. */
export function formToken(cookie: string | undefined): { token: string; isNew: boolean } {
  if (cookie && /^[\w-]{43}$/.test(cookie)) return { token: cookie, isNew: false };
  return { token: randomBytes(32).toString('base64url'), isNew: true };
}

/** The token as a page contains it, masked differently each time: otherwise the size of compressed pages would reveal it. */
export function maskToken(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  const mask = randomBytes(bytes.length);
  return Buffer.concat([mask, xor(bytes, mask)]).toString('base64url');
}

/** @param field masked, or as the cookie has it */
export function isSameToken(cookie: string | undefined, field: string | undefined): boolean {
  if (!cookie || !field) return false;
  return isOneOf(unmask(field), [cookie]);
}

function unmask(field: string): string {
  const bytes = Buffer.from(field, 'base64url');
  if (bytes.length !== 64) return field;
  return xor(bytes.subarray(32), bytes.subarray(0, 32)).toString('base64url');
}

const xor = (bytes: Buffer, mask: Buffer): Buffer => Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)));
