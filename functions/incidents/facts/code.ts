/** The code by which people name an incident on the phone. Pure. */
import { hash } from 'node:crypto';

/** Crockford's alphabet: no I, L, O and U, which are heard or read as others. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 6;

/** `M-7K2QXB`: six characters of the hash of an incident's id, so that the same incident always has the same. */
export function codeOf(incidentId: string): string {
  const bytes = hash('sha256', incidentId, 'buffer').subarray(0, codeLength);
  return `M-${Array.from(bytes, (byte) => alphabet[byte & 31]).join('')}`;
}

/** What people read names incidents by their codes. */
export const withCodes = (text: string): string => text.replaceAll(/\binc_[\da-f]{24}\b/g, codeOf);
