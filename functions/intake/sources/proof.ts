/** How senders prove themselves: signatures over the raw bytes, and the window in which a timestamp counts. Fail closed. */
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { authorization, basicPassword, isOneOf } from '../../platform/door.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import { parseLenient } from './lenient-json.ts';
import type { Envelope, IntakeSource } from './source.ts';

export interface SignatureScheme {
  algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  encoding: 'hex' | 'base64';
  /** What is signed, in order. */
  parts: readonly (string | Buffer)[];
}

/**
 * Whether the text is the signature under one of the secrets. Compares texts, so another spelling of the same bytes (upper-case
 * hex, other padding) is refused; and digests, so the time reveals nothing.
 */
export function isSignedBy(secrets: readonly string[], given: string | undefined, scheme: SignatureScheme): boolean {
  const expected = secrets
    .filter((secret) => secret !== '')
    .map((secret) => {
      const hmac = createHmac(scheme.algorithm, secret);
      for (const part of scheme.parts) hmac.update(part);
      return hmac.digest(scheme.encoding);
    });
  return isOneOf(given, expected);
}

/**
 * A tool that signs the body in `X-Hub-Signature`.
 * @param form what that header looks like, with groups for method and signature; `like` and `hint` say so to people
 */
export const signedByHub = (
  secret: 'INTERCOM_CLIENT_SECRET' | 'JIRA_WEBHOOK_SECRET',
  form: RegExp,
  like: string,
  hint = '',
): Omit<IntakeSource, 'tool' | 'read'> => ({
  secretNames: [secret],
  challenge: 'Signature realm="metronome", headers="x-hub-signature"',
  needsBody: () => true,
  refuse({ headers }, bytes, config) {
    const signature = headerOf(headers, 'x-hub-signature');
    if (!signature) return `It needs X-Hub-Signature, once.${hint}`;
    const [, algorithm, given] = form.exec(signature) ?? [];
    if (!algorithm) return `X-Hub-Signature has to be ${like} hex digits.`;
    const scheme = { algorithm: algorithm as SignatureScheme['algorithm'], encoding: 'hex', parts: [bytes] } as const;
    if (isSignedBy(config[secret], given, scheme)) return undefined;
    return `X-Hub-Signature is not that of this body under ${secret}.`;
  },
  parse: parseLenient,
});

/** The header's value; undefined if it came twice, since nobody knows which one is meant. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A signed timestamp: ISO 8601 with a zone, or epoch seconds. */
export function readSignedTime(text: string): Date | undefined {
  if (/^\d{9,11}$/.test(text)) return new Date(Number(text) * 1_000);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const at = new Date(text.replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** @returns why a timestamp does not count, or undefined when it does */
export function refuseTime(text: string, policy: Policy, now: Date): string | undefined {
  const at = readSignedTime(text);
  if (!at) return 'The signature’s timestamp is not a time.';
  const window = milliseconds(policy.intake.replayWindow);
  if (Math.abs(now.getTime() - at.getTime()) <= window) return undefined;
  return `The signature’s timestamp is more than ${window / 60_000} min from now: it is a replay, or a clock is wrong.`;
}

/** A bearer token, `?auth_token=`, and both halves of basic auth: Freshdesk's “API key” is sent as the user name. */
export function presentedTokens(envelope: Envelope): string[] {
  const { scheme, value = '' } = authorization(envelope.headers.authorization) ?? {};
  const [name] = Buffer.from(value, 'base64').toString('utf8').split(':', 1);
  const own = scheme === 'bearer' ? [value] : scheme === 'basic' ? [basicPassword(value), name] : [];
  return [envelope.query.get('auth_token'), ...own].flatMap((each) => each || []);
}
