/**
 * Who records something, when, under which key, and on which version: the context of every change. Who it is comes from the
 * email in the identity token, which Cloud IAM has verified and left in place. If there are two tokens, Cloud IAM verifies
 * `X-Serverless-Authorization`, and the other one proves nothing.
 */
import { z } from '@hono/zod-openapi';
import type { Context } from '../incidents/facts/decision.ts';
import { readIfMatch } from '../incidents/facts/version.ts';
import { now } from '../platform/clock.ts';
import { isEmail } from '../platform/email.ts';
import { environment, isLocalMachine } from '../platform/environment.ts';
import { jsonIn, objectAt } from '../platform/loose.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';

export const idempotencyHeader = z.object({ 'idempotency-key': z.string().min(1).max(255).optional() });

/** For requests that change a record which other people may be changing too. */
export const ifMatchHeader = z.object({
  'if-match': z.string().max(2_000).optional().meta({
    description: 'The record’s ETag. If someone has recorded anything since, the request is refused with 412.',
    example: '"00000004"',
  }),
});
export const changeHeaders = idempotencyHeader.extend(ifMatchHeader.shape);

/** @throws Problem 422 for an `If-Match` that is none */
export const statedBy = (request: HeaderReader): Context => ({
  actor: actorOf(request),
  now: now(),
  policy,
  idempotencyKey: request.header('idempotency-key'),
  seen: readIfMatch(request.header('if-match')),
});

interface HeaderReader {
  header(name: string): string | undefined;
}

/**
 * @returns the caller's email, or `local` on this machine, where nobody has to prove anything
 * @throws Problem 403 for a caller without one: callers who share an identity would share idempotency keys too
 */
export function actorOf(request: HeaderReader): string {
  const email = emailIn(request);
  if (email !== undefined) return email;
  if (isLocalMachine(environment())) return 'local';
  throw new Problem(
    403,
    'The identity token names no verified email, so it cannot be recorded who called. Send one that does: for a service account, gcloud auth print-identity-token with --include-email, or generateIdToken with includeEmail.',
  );
}

/** Tokens of service accounts have `email` and `email_verified` where asked for: docs.cloud.google.com/iam, generateIdToken. */
function emailIn(request: HeaderReader): string | undefined {
  const verified = request.header('x-serverless-authorization') ?? request.header('authorization') ?? '';
  const token = /^bearer\s+([\w-]+)\.([\w-]+)\./i.exec(verified);
  if (!token) return undefined;
  const { email, email_verified } = objectAt(jsonIn(Buffer.from(token[2] ?? '', 'base64url')));
  return typeof email === 'string' && isEmail(email) && email_verified !== false ? email : undefined;
}
