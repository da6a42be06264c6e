/** Who calls: the email in the identity token that Cloud IAM has verified and left in place. */

/** @returns the caller's email, or `local` where nobody had to prove anything */
export function actorOf(request: { header(name: string): string | undefined }): string {
  const token = /^bearer\s+([\w-]+)\.([\w-]+)\./i.exec(request.header('authorization') ?? '');
  if (!token) return 'local';
  try {
    const claims = JSON.parse(Buffer.from(token[2] ?? '', 'base64url').toString('utf8')) as { email?: unknown };
    return typeof claims.email === 'string' && claims.email !== '' ? claims.email.slice(0, 320) : 'local';
  } catch {
    return 'local';
  }
}
