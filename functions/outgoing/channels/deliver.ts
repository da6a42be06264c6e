/** Sends one message by one channel, whatever its kind. */
import { traceHeaders } from '../../platform/log.ts';
import type { Notice } from '../../platform/notice-schemas.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import type { ChannelConfig, Outgoing } from './channel.ts';
import { googleChatBody } from './google-chat.ts';
import { inboxBody } from './inbox.ts';
import { post } from './post.ts';
import { slackBody } from './slack.ts';
import { webhookBody, webhookHeaders } from './webhook.ts';

/** @throws TemporaryFailure or PermanentFailure */
export async function deliver(notice: Notice, channel: ChannelConfig, policy: Policy, at: Date): Promise<void> {
  const outgoing: Outgoing = { notice, language: channel.language, at };
  const body = bodyFor(outgoing, channel);
  await post({
    url: channel.url,
    body,
    headers: {
      ...traceHeaders(),
      ...(channel.kind === 'webhook' ? webhookHeaders(notice.id, body, channel.secret, at) : {}),
    },
    allowPrivate: channel.allowPrivate,
    timeoutMs: milliseconds(policy.notices.channelTimeout),
    now: at,
  });
}

function bodyFor(outgoing: Outgoing, channel: ChannelConfig): string {
  switch (channel.kind) {
    case 'slack':
      return slackBody(outgoing);
    case 'google-chat':
      return googleChatBody(outgoing);
    case 'webhook':
      return webhookBody(outgoing);
    case 'inbox':
      return inboxBody(outgoing, channel.name);
  }
}
