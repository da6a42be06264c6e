/** How Slack proves itself: its signature v0 over the raw bytes, with a timestamp that is five minutes old at most. */
import type { IncomingHttpHeaders } from 'node:http';
import { headerOf, isSignedBy, refuseTime } from '../intake/sources/proof.ts';
import type { Policy } from '../policy.ts';

/** @returns why it is not verified, or undefined when it is */
export function refuseSignature(
  headers: IncomingHttpHeaders,
  bytes: Buffer,
  secrets: readonly string[],
  policy: Policy,
  now: Date,
): string | undefined {
  const timestamp = headerOf(headers, 'x-slack-request-timestamp');
  const signature = headerOf(headers, 'x-slack-signature');
  if (!timestamp || !signature) return 'It needs X-Slack-Request-Timestamp and X-Slack-Signature, each once.';
  if (!/^\d{9,11}$/.test(timestamp)) return 'X-Slack-Request-Timestamp has to be in seconds since 1970.';
  const late = refuseTime(timestamp, policy, now);
  if (late) return late;
  if (!signature.startsWith('v0=')) return 'X-Slack-Signature has to begin with v0=.';
  const scheme = { algorithm: 'sha256', encoding: 'hex', parts: [`v0:${timestamp}:`, bytes] } as const;
  const isSigned = isSignedBy(secrets, signature.slice('v0='.length), scheme);
  return isSigned ? undefined : 'X-Slack-Signature is not that of this body.';
}
