/** Sends one message by one channel, whatever its kind. */
import { now } from '../../platform/clock.ts';
import { isDeployed, readConfig } from '../../platform/config.ts';
import type { Outcome } from '../../platform/delivery.ts';
import { PermanentFailure } from '../../platform/failures.ts';
import type { Notice } from '../../platform/notice-schemas.ts';
import { both } from '../../words/language.ts';
import { receiverReasonTexts } from '../../words/texts/notices.ts';
import { deliverToSlack, type Sending } from '../slack/deliver-notice.ts';
import { googleChatBody, inboxBody, slackBody, webhookBody, webhookHeaders } from './bodies.ts';
import type { ChannelConfig, ChannelOf, Outgoing, PostedChannel } from './channel.ts';
import { writeMail } from './mail.ts';
import { noticeBodies } from './pagerduty.ts';
import { post, sendToPagerDuty, timeoutMs } from './post.ts';
import type { ReceiverReason } from './receivers.ts';
import { type Mailed, sendMail } from './send-mail.ts';
import { teamsBody } from './teams.ts';

/** @param why it goes to this channel @throws TemporaryFailure or PermanentFailure */
export async function deliver(
  notice: Notice,
  channel: ChannelConfig,
  { why, isRetry, lease, mailed }: Sending & { why: ReceiverReason; mailed?: Mailed | undefined },
): Promise<Outcome> {
  if (channel.kind === 'mail')
    return mail({ notice: withWhy(notice, why), language: channel.language, at: now() }, channel, mailed);
  await hand(notice, channel, { why, isRetry, lease });
  return { kind: 'delivered' };
}

async function hand(
  notice: Notice,
  channel: Exclude<ChannelConfig, { kind: 'mail' }>,
  { why, isRetry, lease }: Sending & { why: ReceiverReason },
) {
  if (channel.kind === 'pagerduty') return ring(notice, channel);
  const at = now();
  const outgoing: Outgoing = { notice: withWhy(notice, why), language: channel.language, at };
  if (channel.kind === 'slack-app') return deliverToSlack(outgoing.notice, channel, { isRetry, lease });
  const body = bodies[channel.kind](outgoing, channel.name);
  await post({
    url: channel.kind === 'google-chat' ? inThreads(channel.url) : channel.url,
    body,
    headers: channel.kind === 'webhook' ? webhookHeaders(notice.id, body, channel.secret, at) : {},
    allowPrivate: channel.allowPrivate,
    timeoutMs,
  });
}

/** Without it, Chat begins a thread with each message (developers.google.com/workspace/chat, `messageReplyOption`). */
function inThreads(address: string): string {
  const url = new URL(address);
  url.searchParams.set('messageReplyOption', 'REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD');
  return url.href;
}

/** @throws TemporaryFailure or PermanentFailure */
async function mail(
  { notice, language, at }: Outgoing,
  { to, allowPrivate }: ChannelOf<'mail'>,
  mailed: Mailed | undefined,
): Promise<Outcome> {
  const { MAIL_FROM: from, SMTP_URL: url } = readConfig();
  if (!from || !url) throw new PermanentFailure(`${from ? 'SMTP_URL' : 'MAIL_FROM'} is not set`);
  const allowed = allowPrivate || !isDeployed();
  const mailing = { url, allowPrivate: allowed, allowPlain: allowed, timeoutMs };
  return sendMail(writeMail(notice, { from, to, language, at }), mailing, mailed);
}

/** Channels that page get two kinds of notices: tests, and the failures of other channels. */
async function ring(notice: Notice, channel: ChannelOf<'pagerduty'>): Promise<void> {
  for (const body of noticeBodies(notice, channel.routingKey, channel.language)) await sendToPagerDuty(body);
}

const bodies: Record<PostedChannel['kind'], (outgoing: Outgoing, channel: string) => string> = {
  slack: slackBody,
  'google-chat': googleChatBody,
  teams: teamsBody,
  webhook: webhookBody,
  inbox: inboxBody,
};

/** A notice that goes only to some channels says at its end why it came here. */
function withWhy(notice: Notice, why: ReceiverReason): Notice {
  const words = receiverReasonTexts[why];
  if (!words) return notice;
  return { ...notice, text: both((language) => `${notice.text[language]}\n\n${words[language]}`) };
}
