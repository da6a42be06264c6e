/** Sends one message by one channel, whatever its kind. */
import { now } from '../../platform/clock.ts';
import { isDeployed, readConfig } from '../../platform/config.ts';
import { PermanentFailure } from '../../platform/failures.ts';
import type { Notice } from '../../platform/notice-schemas.ts';
import { both } from '../../words/language.ts';
import { receiverReasonTexts } from '../../words/texts/notices.ts';
import { deliverToSlack, type Sending } from '../slack/deliver-notice.ts';
import { googleChatBody, inboxBody, slackBody, webhookBody, webhookHeaders } from './bodies.ts';
import type { ChannelConfig, ChannelOf, Outgoing, PostedChannel } from './channel.ts';
import { writeMail } from './mail.ts';
import { rehearsalBodies } from './pagerduty.ts';
import { post, sendToPagerDuty, timeoutMs } from './post.ts';
import type { ReceiverReason } from './receivers.ts';
import { sendMail } from './send-mail.ts';
import { teamsBody } from './teams.ts';

/** @param why it goes to this channel @throws TemporaryFailure or PermanentFailure */
export async function deliver(
  notice: Notice,
  channel: ChannelConfig,
  { why, isRetry, lease }: Sending & { why: ReceiverReason },
) {
  if (channel.kind === 'pagerduty') return rehearse(notice, channel);
  const at = now();
  const outgoing: Outgoing = { notice: withWhy(notice, why), language: channel.language, at };
  if (channel.kind === 'mail') return mail(outgoing, channel);
  if (channel.kind === 'slack-app') return deliverToSlack(outgoing.notice, channel, { isRetry, lease });
  const body = bodies[channel.kind](outgoing, channel.name);
  await post({
    url: channel.url,
    body,
    headers: channel.kind === 'webhook' ? webhookHeaders(notice.id, body, channel.secret, at) : {},
    allowPrivate: channel.allowPrivate,
    timeoutMs,
  });
}

/** @throws TemporaryFailure or PermanentFailure */
async function mail({ notice, language, at }: Outgoing, { to, allowPrivate }: ChannelOf<'mail'>) {
  const { MAIL_FROM: from, SMTP_URL: url } = readConfig();
  if (!from || !url) throw new PermanentFailure(`${from ? 'SMTP_URL' : 'MAIL_FROM'} is not set`);
  const allowed = allowPrivate || !isDeployed();
  const mailing = { url, allowPrivate: allowed, allowPlain: allowed, timeoutMs };
  await sendMail(writeMail(notice, { from, to, language, at }), mailing);
}

/** Of all notices only a test comes to a channel that pages: it rings, and ends. */
async function rehearse(notice: Notice, channel: ChannelOf<'pagerduty'>): Promise<void> {
  for (const body of rehearsalBodies(notice, channel.routingKey, channel.language)) await sendToPagerDuty(body);
}

const bodies: Record<PostedChannel['kind'], (outgoing: Outgoing, channel: string) => string> = {
  slack: slackBody,
  'google-chat': googleChatBody,
  teams: teamsBody,
  webhook: webhookBody,
  inbox: inboxBody,
};

/** What goes to some channels only says at its end why it came to this one. */
function withWhy(notice: Notice, why: ReceiverReason): Notice {
  const words = receiverReasonTexts[why];
  if (!words) return notice;
  return { ...notice, text: both((language) => `${notice.text[language]}\n\n${words[language]}`) };
}
