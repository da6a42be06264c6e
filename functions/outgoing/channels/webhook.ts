/** Any receiver, by a webhook signed as Standard Webhooks has it: the same id each time the same notice is sent. */
import { createHmac } from 'node:crypto';
import { PermanentFailure } from '../../platform/failures.ts';
import type { Outgoing } from './channel.ts';

export function webhookBody({ notice, language, at }: Outgoing): string {
  const { exceptChannels: _, subject, text, ...facts } = notice;
  return JSON.stringify({
    type: `notice.${notice.kind}`,
    timestamp: at.toISOString(),
    data: { ...facts, subject: subject[language], text: text[language] },
  });
}

/**
 * @param secret `whsec_…`; two separated by a comma both sign
 * @throws PermanentFailure for a secret that is none
 */
export function webhookHeaders(id: string, body: string, secret: string, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signatures = secret
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => {
      const key = Buffer.from(each.replace(/^whsec_/, ''), 'base64');
      if (key.length === 0) throw new PermanentFailure('its secret is not whsec_ and base64');
      return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
    });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
