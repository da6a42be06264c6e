/** The proof that a report may join an incident: IDs appear in chats, mails and notices, and prove nothing. Pure. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Without a `JOIN_KEY_SECRET` there is no key, and no report joins by naming an incident. */
export const joinKeyIn = (incidentId: string, [secret]: readonly string[]): { joinKey?: string } =>
  secret === undefined ? {} : { joinKey: keyOf(incidentId, secret) };

export const isJoinKey = (key: string | undefined, incidentId: string, secrets: readonly string[]): boolean =>
  secrets.some((secret) => {
    const [given, expected] = [Buffer.from(key ?? ''), Buffer.from(keyOf(incidentId, secret))];
    return given.length === expected.length && timingSafeEqual(given, expected);
  });

const keyOf = (incidentId: string, secret: string): string =>
  createHmac('sha256', secret).update(`v1:join:${incidentId}`).digest('base64url').slice(0, 32);
