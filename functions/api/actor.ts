/**
 * Who calls: the email in the identity token that Cloud IAM has verified and left in place. Of two tokens it verifies
 * that of `X-Serverless-Authorization`; the other may say anything.
 */
import { isEmail } from '../platform/email.ts';
import { environment, isLocalMachine } from '../platform/environment.ts';
import { jsonIn, objectAt } from '../platform/loose.ts';
import { Problem } from '../platform/problem.ts';

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
