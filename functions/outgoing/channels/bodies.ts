/** What is posted to a channel's address, of each kind; Teams' card is in `teams.ts`. Pure. */
import { createHmac } from 'node:crypto';
import { PermanentFailure } from '../../platform/failures.ts';
import { partsOf } from '../../platform/loose.ts';
import { noticeContent, openButtons } from '../slack/notice-content.ts';
import type { Outgoing } from './channel.ts';

/** Slack, by an incoming webhook: what the app says, with no button but the one to the incident. */
export function slackBody({ notice, language }: Outgoing): string {
  const content = noticeContent(notice, language, '', openButtons(notice, language));
  return JSON.stringify({ ...content, unfurl_links: false });
}

/** Chat takes 32,000 bytes; the page has the rest. */
const longestChatBytes = 32_000;

/** Google Chat, by a space’s webhook: one text message, in the thread of its incident. */
export function googleChatBody({ notice, language }: Outgoing): string {
  const thread = notice.incidentId ? { thread: { threadKey: notice.incidentId } } : {};
  const bodyOf = (said: string): string => JSON.stringify({ text: said, ...thread });
  // `<` begins Chat's links and mentions (`<users/all>`): a ticket's text must not mention anybody.
  let text = notice.text[language]
    .replaceAll('<', '‹')
    .replaceAll('>', (mark, at: number, whole: string) => (at === 0 || whole[at - 1] === '\n' ? mark : '›'));
  // The length as sent: JSON escapes are longer than the text itself.
  while (Buffer.byteLength(bodyOf(text)) > longestChatBytes)
    text = `${text.slice(0, Math.floor(text.length * 0.9)).toWellFormed()}…`;
  return bodyOf(text);
}

/** Any receiver, signed as Standard Webhooks has it: the same id each time the same notice is sent. */
export function webhookBody({ notice, language, at }: Outgoing): string {
  const { exceptChannels: _, subject, text, ...facts } = notice;
  return JSON.stringify({
    type: `notice.${notice.kind}`,
    timestamp: at.toISOString(),
    data: { ...facts, subject: subject[language], text: text[language] },
  });
}

/** @param secret `whsec_…`; two separated by a comma both sign @throws PermanentFailure for one that is none */
export function webhookHeaders(id: string, body: string, secret: string, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signatures = partsOf(secret).map((each) => {
    const key = Buffer.from(each.replace(/^whsec_/, ''), 'base64');
    if (key.length === 0) throw new PermanentFailure('its secret must be whsec_ followed by Base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** The inbox of the local cloud, which tests and people read in place of Slack. */
export function inboxBody({ notice, language, at }: Outgoing, channel: string): string {
  const { id, kind, incidentId, customers } = notice;
  const text = notice.text[language];
  return JSON.stringify({ id, channel, kind, incidentId, customers, text, deliveredAt: at.toISOString() });
}
