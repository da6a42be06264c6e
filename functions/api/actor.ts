/**
 * Who calls: the email in the identity token that Cloud IAM has verified and left in place. Of two tokens it verifies
 * that of `X-Serverless-Authorization`; the other may say anything.
 */

/** @returns the caller's email, or `local` where nobody had to prove anything */
export function actorOf(request: { header(name: string): string | undefined }): string {
  const verified = request.header('x-serverless-authorization') ?? request.header('authorization') ?? '';
  const token = /^bearer\s+([\w-]+)\.([\w-]+)\./i.exec(verified);
  if (!token) return 'local';
  try {
    const claims = JSON.parse(Buffer.from(token[2] ?? '', 'base64url').toString('utf8')) as { email?: unknown };
    return typeof claims.email === 'string' && claims.email !== '' ? claims.email.slice(0, 320) : 'local';
  } catch {
    return 'local';
  }
}
