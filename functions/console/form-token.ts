/**
 * Beside the browser's own word on where a form comes from, which `hono/csrf` judges: a token that a foreign page can
 * neither read nor guess. It is in a cookie and in every form; one without the other is refused.
 */
import { randomBytes } from 'node:crypto';
import { isOneOf } from '../platform/door.ts';

export const tokenField = 'csrf';
export const tokenCookie = 'metronome-form';

/** The visitor's token: the one of their cookie, or a new one to be set. */
export function formToken(cookie: string | undefined): { token: string; isNew: boolean } {
  if (cookie && /^[\w-]{43}$/.test(cookie)) return { token: cookie, isNew: false };
  return { token: randomBytes(32).toString('base64url'), isNew: true };
}

/** Its form in a page: another text each time, since pages are compressed and their sizes can be seen. */
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
