/** How those outside send: signed as each tool signs, and again with backoff until somebody has taken it. */
import { createHmac } from 'node:crypto';
import { minuteMs } from '../calendar.ts';
import type { Act, Answer, Call } from '../stage.ts';
import { secrets } from './secrets.ts';

export type Door =
  | 'generic'
  | 'signed'
  | 'zendesk'
  | 'intercom'
  | 'freshdesk'
  | 'jira'
  | 'alerts'
  | 'alertmanager'
  | 'alert'
  | 'github';

const hmac = (algorithm: string, secret: string, text: string): ReturnType<typeof createHmac> =>
  createHmac(algorithm, secret).update(text);

/** @param now when it is sent: some proofs hold for a few minutes only */
function proofOf(door: Door, body: string, now: number): Record<string, string> {
  switch (door) {
    case 'generic':
      return { authorization: `Bearer ${secrets.TICKETS_TOKEN}` };
    case 'signed': {
      const id = `msg_${createHmac('sha256', 'id').update(body).digest('hex').slice(0, 20)}`;
      const timestamp = String(Math.floor(now / 1_000));
      const key = Buffer.from(secrets.TICKETS_SIGNING_SECRET.slice('whsec_'.length), 'base64');
      const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
      return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
    }
    case 'zendesk': {
      const timestamp = new Date(now).toISOString();
      const signature = hmac('sha256', secrets.ZENDESK_SIGNING_SECRET, timestamp + body).digest('base64');
      return { 'x-zendesk-webhook-signature': signature, 'x-zendesk-webhook-signature-timestamp': timestamp };
    }
    case 'intercom':
      return { 'x-hub-signature': `sha1=${hmac('sha1', secrets.INTERCOM_CLIENT_SECRET, body).digest('hex')}` };
    case 'freshdesk':
      return { authorization: `Basic ${Buffer.from(`webhook:${secrets.FRESHDESK_TOKEN}`).toString('base64')}` };
    case 'jira':
      return { 'x-hub-signature': `sha256=${hmac('sha256', secrets.JIRA_WEBHOOK_SECRET, body).digest('hex')}` };
    case 'alertmanager':
    case 'alert':
      return { authorization: `Bearer ${secrets.ALERTS_TOKEN}` };
    case 'github':
      return { 'x-hub-signature-256': `sha256=${hmac('sha256', secrets.GITHUB_WEBHOOK_SECRET, body).digest('hex')}` };
    case 'alerts':
      return { authorization: `Basic ${Buffer.from(`metronome:${secrets.ALERTS_TOKEN}`).toString('base64')}` };
  }
}

const paths: { [D in Door]?: string } = {
  generic: '/tickets',
  signed: '/tickets',
  alerts: '/alerts',
  alertmanager: '/alerts/alertmanager',
  alert: '/alerts/generic',
  github: '/changes/github',
};

/** A webhook of a tool, as it is sent at an instant. */
export function webhook(door: Door, body: string, now: number): Call {
  return {
    kind: 'http',
    method: 'POST',
    path: paths[door] ?? `/tickets/${door}`,
    headers: { 'content-type': 'application/json', ...proofOf(door, body, now) },
    body,
  };
}

export const get = (path: string): Call => ({ kind: 'http', method: 'GET', path, headers: {} });

/** @param key the sender's own, by which it is known again */
export const post = (path: string, body: object, key?: string): Call & { kind: 'http' } => ({
  kind: 'http',
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
  body: JSON.stringify(body),
});

const firstBackoffMs = 20_000;
const longestBackoffMs = 30 * minuteMs;

/**
 * Sends at an instant, and again until it is settled.
 * @param make the call of an attempt, counted from 1
 * @param then what the sender does with the answer
 */
export function sending(
  at: number,
  name: string,
  make: (now: number, attempt: number) => Call,
  then: (answer: Answer, at: number) => Act[] = () => [],
): Act {
  const attempt = (when: number, count: number): Act => ({
    at: when,
    name: count === 1 ? name : `${name}, attempt ${count}`,
    async run(stage) {
      const answer = await stage.send(make(stage.now(), count));
      // Taken, or refused for good. Everything else is sent again.
      if (answer && answer.status < 500 && answer.status !== 429) return then(answer, stage.now());
      const asked = Number(answer?.headers['retry-after'] ?? 0) * 1_000;
      const backoff = Math.min(firstBackoffMs * 2 ** (count - 1), longestBackoffMs);
      return [attempt(stage.now() + Math.max(asked, backoff), count + 1)];
    },
  });
  return attempt(at, 1);
}
