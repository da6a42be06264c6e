/**
 * Standard Webhooks, the second proof of the generic doors. The package signs; the window is judged here, because the package
 * reads its own clock and every decision of Metronome reads one. It is loaded when the first signed request comes.
 */
import { isUtf8 } from 'node:buffer';
import { isOneOf } from '../../platform/door.ts';
import type { Policy } from '../../policy.ts';
import { headerOf, refuseTime } from './proof.ts';
import type { Envelope } from './source.ts';

/** Whether a request means to be verified by its signature: a bearer token comes first. */
export const isSigned = ({ headers }: Envelope): boolean =>
  headers.authorization === undefined && headers['webhook-signature'] !== undefined;

/** @returns why it is not verified, or undefined when it is */
export async function refuseSignature(
  envelope: Envelope,
  bytes: Buffer,
  secrets: string[],
  policy: Policy,
  now: Date,
  variable = 'TICKETS_SIGNING_SECRET',
) {
  if (secrets.length === 0) return `It is signed, and ${variable} is not set.`;
  const id = headerOf(envelope.headers, 'webhook-id');
  const timestamp = headerOf(envelope.headers, 'webhook-timestamp');
  const signatures = headerOf(envelope.headers, 'webhook-signature');
  if (!id || !timestamp || !signatures)
    return 'It needs webhook-id, webhook-timestamp and webhook-signature, each once.';
  if (!/^\d{9,11}$/.test(timestamp)) return 'webhook-timestamp has to be in seconds since 1970.';
  const late = refuseTime(timestamp, policy, now);
  if (late) return late;
  // The package signs text: only bytes that are UTF-8 have one text, and are that text's only bytes.
  if (!isUtf8(bytes)) return 'The body is not UTF-8.';
  const { Webhook } = await import('standardwebhooks');
  const signedAt = new Date(Number(timestamp) * 1_000);
  const expected = secrets.flatMap((secret) => {
    try {
      return [new Webhook(secret).sign(id, signedAt, bytes.toString('utf8'))];
    } catch {
      return [];
    }
  });
  if (expected.length === 0) return `${variable} must be whsec_ followed by Base64.`;
  const given = signatures.split(' ');
  if (given.length > 10 || !given.every((each) => /^v\w{1,4},[\w+/=-]{1,200}$/.test(each)))
    return 'webhook-signature has to be a list of v1,… parted by blanks.';
  const isVerified = given.map((each) => isOneOf(each, expected)).includes(true);
  return isVerified ? undefined : 'No signature in webhook-signature is that of this body.';
}
