/** Identifies the viewer by IAP's signed assertion, which is verified here as well. A request that bypassed IAP has none. */
import type { OAuth2Client } from 'google-auth-library';
import { isEmail } from '../platform/email.ts';
import { log } from '../platform/log.ts';
import { jsonIn, objectAt } from '../platform/loose.ts';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';

export const assertionHeader = 'x-goog-iap-jwt-assertion';
const issuer = 'https://cloud.google.com/iap';

/** Public keys by key id. */
export type Keys = Record<string, string>;

export interface Access {
  /** The audience that an assertion must have; undefined closes the console. */
  audience: string | undefined;
  /** On this machine nobody has to prove anything. */
  isLocal: boolean;
  readKeys: (keyId: string) => Promise<Keys>;
}

/** @returns the viewer's email, or `local`. @throws Problem 403 */
export async function identify(assertion: string | undefined, access: Access): Promise<string> {
  if (access.audience === undefined) {
    if (access.isLocal) return 'local';
    log('ERROR', 'console: closed, IAP_AUDIENCE is not set');
    throw new Problem(403, refuse('console-closed'));
  }
  if (!assertion) throw new Problem(403, refuse('no-assertion'));
  try {
    return await verifyAssertion(assertion, access.audience, access.readKeys);
  } catch (error) {
    // The library's messages quote the assertion after a colon. While it is valid, it is as good as a password.
    const reason = error instanceof Error ? error.message.split(':')[0]?.slice(0, 100) : '';
    log('WARNING', 'console: an assertion was refused', { reason });
    throw new Problem(403, refuse('unverified-assertion'));
  }
}

/** Signature, algorithm, key, audience, issuer and times. @throws Error saying what is wrong with it */
async function verifyAssertion(assertion: string, audience: string, readKeys: Access['readKeys']): Promise<string> {
  const { alg, kid } = objectAt(jsonIn(Buffer.from(assertion.split('.')[0] ?? '', 'base64url')));
  if (typeof alg !== 'string' || typeof kid !== 'string') throw new Error('Its header names no algorithm and key.');
  // The key alone must not decide how it is used.
  if (alg !== 'ES256') throw new Error('It is not signed with ES256.');
  const keys = await readKeys(kid);
  const client = await authClient();
  const ticket = await client.verifySignedJwtWithCertsAsync(assertion, keys, audience, [issuer]);
  const email = ticket.getPayload()?.email;
  if (!email || !isEmail(email)) throw new Error('It names no email.');
  return email;
}

let client: Promise<OAuth2Client> | undefined;

/** Loaded when the first assertion comes: the laptop never needs it. */
function authClient(): Promise<OAuth2Client> {
  client ??= import('google-auth-library').then(({ OAuth2Client: Client }) => new Client());
  return client;
}

const keepKeysMs = 3_600_000;
/** An unknown key refreshes the list, but an attacker who invents keys must not refresh it each time. */
const askAgainAfterMs = 60_000;

export function googleKeys(
  fetchKeys: () => Promise<Keys> = async () => (await (await authClient()).getIapPublicKeys()).pubkeys,
  read: () => number = Date.now,
): Access['readKeys'] {
  let kept: { keys: Promise<Keys>; at: number } | undefined;
  const ask = (): Promise<Keys> => {
    const [before, asked] = [kept, { keys: fetchKeys(), at: read() }];
    kept = asked;
    // Who invents a key while Google’s list is away takes nothing from those whose key is known.
    asked.keys.catch(() => {
      if (kept === asked) kept = before;
    });
    return asked.keys;
  };
  return async (keyId) => {
    if (!kept || read() - kept.at > keepKeysMs) return ask();
    const keys = await kept.keys;
    return Object.hasOwn(keys, keyId) || read() - kept.at < askAgainAfterMs ? keys : ask();
  };
}
