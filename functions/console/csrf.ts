/**
 * Forms are taken only from our own pages: the browser's own word on where a request comes from, and a token that a
 * foreign page can neither read nor guess. Either missing or wrong refuses.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Problem } from '../platform/problem.ts';

export const csrfField = 'csrf';

type Header = (name: string) => string | undefined;

/** `__Host-` keeps other hosts of the same domain from planting one, and needs https. */
export function csrfCookieName(isSecure: boolean): string {
  return isSecure ? '__Host-metronome-form' : 'metronome-form';
}

/** The visitor's token: the one of their cookie, or a new one to be set. */
export function csrfToken(cookie: string | undefined): { token: string; isNew: boolean } {
  if (cookie && /^[\w-]{43}$/.test(cookie)) return { token: cookie, isNew: false };
  return { token: randomBytes(32).toString('base64url'), isNew: true };
}

/** As it stands in a page: another text each time, since pages are compressed and their sizes can be seen. */
export function maskToken(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  const mask = randomBytes(bytes.length);
  return Buffer.concat([mask, xor(bytes, mask)]).toString('base64url');
}

/** The token that a field holds, masked or as the cookie has it. */
function unmask(field: string): string {
  const bytes = Buffer.from(field, 'base64url');
  if (bytes.length !== 64) return field;
  return xor(bytes.subarray(32), bytes.subarray(0, 32)).toString('base64url');
}

function xor(bytes: Buffer, mask: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)));
}

/** @throws Problem 403 */
export function refuseForeign(header: Header, cookie: string | undefined, field: string | undefined): void {
  const refuse = (): never => {
    throw new Problem(403, 'This form did not come from a page of the console, or the page is too old. Load it again.');
  };
  const site = header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') refuse();
  const origin = header('origin') ?? header('referer');
  if (!origin || hostOf(origin) !== header('host')?.toLowerCase()) refuse();
  if (!cookie || !field || !isSame(cookie, unmask(field))) refuse();
}

function hostOf(address: string): string | undefined {
  return URL.canParse(address) ? new URL(address).host.toLowerCase() : undefined;
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
