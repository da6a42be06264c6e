/**
 * Zendesk's OAuth tokens by client credentials, and who is let in by them. API tokens (basic auth) are refused: nobody can
 * create one since 2026-10-27 (developer.zendesk.com, "Migrating from API tokens to OAuth access tokens").
 */
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Answer, type Asked, type Call, type Environment, secretOf } from './tool.ts';
import { isRecord, record, textOf } from './values.ts';

export const tokenPath = /^\/oauth\/tokens$/;

/** A token's lifetime if the request names none (justeat/ZendeskApiClient#340). */
const usualLifeSeconds = 1_800;

const refused = (status: number, error: string, error_description: string): Answer => ({
  status,
  body: { error, error_description },
});

/** Tokens hold what they are good for, so that a restart forgets none. */
const sealOf = (held: string, environment: Environment): string =>
  createHmac('sha256', `${environment.ZENDESK_OAUTH_CLIENT_ID} ${secretOf(environment, 'ZENDESK_OAUTH_CLIENT_SECRET')}`)
    .update(held)
    .digest('base64url');

/**
 * `POST /oauth/tokens` (developer.zendesk.com, "OAuth Tokens for Grant Types"). There is no refresh token, and the answer
 * tells `expires_in` only if it was asked for (NangoHQ/nango#6763).
 */
export function createToken({ body, environment, now }: Call): Answer {
  const asked = isRecord(body) ? body : {};
  if (asked.grant_type !== 'client_credentials') {
    return refused(400, 'unsupported_grant_type', 'The authorization grant type is not supported.');
  }
  const secret = secretOf(environment, 'ZENDESK_OAUTH_CLIENT_SECRET');
  if (!secret || asked.client_id !== environment.ZENDESK_OAUTH_CLIENT_ID || asked.client_secret !== secret) {
    return refused(401, 'invalid_client', 'Client authentication failed.');
  }
  const scope = textOf(asked.scope);
  if (scope === undefined)
    return refused(400, 'invalid_scope', 'The requested scope is invalid, unknown, or malformed.');
  const life = asked.expires_in;
  if (life !== undefined && !(typeof life === 'number' && life > 300 && life < 172_800)) {
    return refused(400, 'invalid_request', 'expires_in has to be more than 300 and less than 172800.');
  }
  const expiresAt = now + Number(life ?? usualLifeSeconds) * 1_000;
  const held = Buffer.from(JSON.stringify({ expiresAt, scope })).toString('base64url');
  return {
    status: 200,
    body: {
      access_token: `${held}.${sealOf(held, environment)}`,
      token_type: 'bearer',
      scope,
      ...(life === undefined ? {} : { expires_in: life }),
    },
  };
}

export function refuseCaller(
  { authorization }: IncomingHttpHeaders,
  environment: Environment,
  { method, path, now }: Asked,
): Answer | undefined {
  if (tokenPath.test(path)) return undefined;
  const [, held = '', seal] = /^Bearer ([\w-]+)\.([\w-]+)$/.exec(authorization ?? '') ?? [];
  if (seal === undefined) return { status: 401, body: { error: "Couldn't authenticate you" } };
  const { expiresAt, scope } = readHeld(held);
  if (seal !== sealOf(held, environment) || Number(expiresAt) <= now) {
    // The words are those of facetoe/zenpy#463.
    const why = 'The access token provided is expired, revoked, malformed or invalid for other reasons.';
    return refused(401, 'invalid_token', why);
  }
  // Access to one kind of thing, or to all (developer.zendesk.com, "OAuth Tokens for Grant Types", Scope).
  const access = method === 'GET' ? 'read' : 'write';
  const about = path.startsWith('/api/v2/users') ? 'users' : 'tickets';
  const isGranted = String(scope)
    .split(' ')
    .some((each) => each === access || each === `${about}:${access}`);
  return isGranted
    ? undefined
    : { status: 403, body: { error: 'Forbidden', description: 'You do not have access to this page.' } };
}

function readHeld(held: string): Record<string, unknown> {
  try {
    return record({ held: JSON.parse(Buffer.from(held, 'base64url').toString('utf8')) }, 'held');
  } catch {
    return {};
  }
}
