/** One notice to one channel, once: kept in `notices/{notice}_{channel}`. It may be sent twice, under the same id, and never not. */
import { now } from '../platform/clock.ts';
import { given } from '../platform/defined.ts';
import type { Deliverable, Limits } from '../platform/delivery.ts';
import { stableId } from '../platform/ids.ts';
import { attempt } from '../platform/ledger.ts';
import { type KeptNotice, noticeRecord, noticeRef } from '../platform/notice-record.ts';
import type { Notice } from '../platform/notice-schemas.ts';
import { publishNotice } from '../platform/publish-notice.ts';
import { milliseconds, policy } from '../policy.ts';
import { both } from '../words/language.ts';
import { reasonFor } from '../words/say-recorded.ts';
import { headings } from '../words/texts/notices.ts';
import type { ChannelConfig } from './channels/channel.ts';
import { deliver } from './channels/deliver.ts';
import { holding, waitsForChannel } from './channels/known-channels.ts';
import type { ReceiverReason } from './channels/receivers.ts';

/** A notice in one channel, and what became of it there. */
export interface NoticeRecord extends KeptNotice<Notice['kind'] | 'page'>, Deliverable {
  why?: ReceiverReason;
  /** When the other channels were given it in its place. */
  fellBackAt?: Date;
}

export interface Route {
  notice: Notice;
  channel: ChannelConfig;
  why: ReceiverReason;
}

export const noticeLimits = (): Limits => ({
  // What waits for its turn longer than that extends it before it sends.
  leaseMs: 3 * milliseconds(policy.notices.channelTimeout),
  giveUpAfterMs: milliseconds(policy.notices.giveUpAfter),
  longestWaitMs: 600_000,
});

/** @throws TemporaryFailure, or a Firestore error: the message has to come again */
export async function deliverOnce({ notice, channel, why }: Route): Promise<void> {
  const at = now();
  await attempt<NoticeRecord>(noticeRef(notice.id, channel.name), {
    limits: noticeLimits(),
    facts: { noticeId: notice.id, kind: notice.kind, channel: channel.name, why },
    begins: { record: { ...noticeRecord(notice, channel, at), why }, isNew: true },
    waits: () => waitsForChannel(channel.name, now()),
    send: ({ delivery: { attempts } }, lease) =>
      holding(channel.name, () => deliver(notice, channel, { why, isRetry: attempts > 1, lease })),
    // Announced before it is closed: a crash in between announces it again, under the same id.
    settling: async ({ createdAt, fellBackAt, delivery: { state, lastError, updatedAt } }, comesAgain) => {
      if (state === 'delivered') return undefined;
      // What responders live in must not be what they wait for: the other channels get the notice, and this one stays tried.
      const isChat = channel.kind === 'slack-app';
      const isSlow = updatedAt.getTime() - createdAt.getTime() >= milliseconds(policy.notices.fallBackAfter);
      if (comesAgain && (!isChat || fellBackAt || !isSlow)) return undefined;
      await announceFailure(notice, channel, lastError ?? '', updatedAt, isChat ? notice : undefined);
      return comesAgain ? { fellBackAt: updatedAt } : undefined;
    },
  });
}

/**
 * Tells the other channels of a failure, once for each channel and hour, but never of such a notice's own, or a test's.
 * @param whole whether the notice is told in full, and by itself
 */
export async function announceFailure(
  notice: Pick<Notice, 'kind' | 'incidentId' | 'customers' | 'isDrill' | 'subject' | 'urgency' | 'area' | 'url'>,
  channel: Pick<ChannelConfig, 'name'>,
  why: string,
  at: Date,
  whole?: Pick<Notice, 'id' | 'text'>,
): Promise<void> {
  if (notice.kind === 'delivery-failed' || notice.kind === 'connection-test') return;
  const once = whole?.id ?? at.toISOString().slice(0, 13);
  const subject = both((language) => `${headings['delivery-failed'][language]}: ${channel.name}`);
  const about = whole?.text ?? notice.subject;
  const said = both((language) => reasonFor({ language, policy }, why));
  await publishNotice({
    id: stableId('ntc', 'delivery-failed', channel.name, once),
    kind: 'delivery-failed',
    ...given(notice, ['incidentId', 'customers', 'isDrill', 'urgency', 'area', 'url']),
    subject,
    text: {
      ja: `${subject.ja}\n理由: ${said.ja}\n届かなかった通知: ${about.ja}\n設定(NOTIFY_CHANNELS)を確認してください。`,
      en: `${subject.en}\nWhy: ${said.en}\nNotice: ${about.en}\nCheck the channel’s settings (NOTIFY_CHANNELS).`,
    },
    createdAt: at.toISOString(),
    exceptChannels: [channel.name],
  });
}
