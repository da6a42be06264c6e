/** Delivers one notice to one channel and records it (`notices/{notice}_{channel}`): perhaps twice under one ID, never not at all. */
import { now } from '../platform/clock.ts';
import { given } from '../platform/defined.ts';
import { type Deliverable, isFinal, isLate, type Limits, type Wait } from '../platform/delivery.ts';
import { allOf, collections, firestore } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { attempt } from '../platform/ledger.ts';
import { log } from '../platform/log.ts';
import { type KeptNotice, keepUnsent, nobody, noticeRecord, noticeRef } from '../platform/notice-record.ts';
import type { Notice } from '../platform/notice-schemas.ts';
import { publishNotice } from '../platform/publish-notice.ts';
import { milliseconds, policy } from '../policy.ts';
import { both } from '../words/language.ts';
import { reasonFor } from '../words/say-recorded.ts';
import { headings } from '../words/texts/notices.ts';
import type { ChannelConfig } from './channels/channel.ts';
import { deliver } from './channels/deliver.ts';
import { holding, waitsForChannel } from './channels/known-channels.ts';
import { isEscalation, type ReceiverReason } from './channels/receivers.ts';
import type { Mailed } from './channels/send-mail.ts';

/** A notice in one channel, and what became of it there. */
export interface NoticeRecord extends KeptNotice<Notice['kind'] | 'page'>, Deliverable {
  why?: ReceiverReason;
  /** When the other channels were notified instead. */
  fellBackAt?: Date;
  /** The result for each recipient of a mail. */
  mailed?: Mailed;
}

export interface Route {
  notice: Notice;
  channel: ChannelConfig;
  why: ReceiverReason;
}

export const noticeLimits = (isUrgent: boolean): Limits => ({
  // A delivery that waits longer for its turn extends the lease before it sends.
  leaseMs: 3 * milliseconds(policy.notices.channelTimeout),
  giveUpAfterMs: milliseconds(policy.notices.giveUpAfter),
  longestWaitMs: isUrgent ? 60_000 : 600_000,
});

/** A late notice ends a hold, whatever the channel asked for. */
export const channelWait =
  (channel: string, isUrgent: boolean) =>
  async ({ delivery }: Deliverable, at: Date): Promise<Wait | undefined> =>
    isLate(delivery, at, noticeLimits(isUrgent)) ? undefined : waitsForChannel(channel, isUrgent, at);

/** @throws TemporaryFailure, or a Firestore error: the message has to come again */
export async function deliverOnce({ notice, channel, why }: Route): Promise<void> {
  const at = now();
  const isUrgent = isEscalation(notice);
  // Failed urgent notices, and failures of Slack, are announced one by one; others once for each channel and hour.
  const isWhole = isUrgent || channel.kind === 'slack-app';
  const fallBackMs = milliseconds(isWhole ? policy.notices.fallBackAfter : policy.notices.holdUpTo.rest);
  const fallBack = async ({ delivery, fellBackAt }: NoticeRecord, now: Date, why: string, comesAgain: boolean) => {
    const isSlow = now.getTime() - delivery.since.getTime() >= fallBackMs;
    if (comesAgain && (fellBackAt || !isSlow)) return undefined;
    if (notice.kind === 'delivery-failed') await ringIfNobodyTook(notice, channel.name, now);
    else await announceFailure(notice, channel, why, now, isWhole ? notice : undefined);
    return comesAgain ? { fellBackAt: now } : undefined;
  };
  await attempt<NoticeRecord>(noticeRef(notice.id, channel.name), {
    limits: noticeLimits(isUrgent),
    facts: { noticeId: notice.id, kind: notice.kind, channel: channel.name, why },
    begins: { record: { ...noticeRecord(notice, channel, at), why }, isNew: true },
    waits: channelWait(channel.name, isUrgent),
    waiting: (record, now, why) => fallBack(record, now, why, true),
    send: ({ delivery: { attempts, since }, mailed }, lease) =>
      holding({ channel: channel.name, isUrgent, since }, () =>
        deliver(notice, channel, { why, isRetry: attempts > 1, lease, mailed }),
      ),
    // Announced before it is closed: a crash in between announces it again, under the same id.
    settling: async (record, comesAgain) => {
      const { state, lastError, updatedAt } = record.delivery;
      return state === 'delivered' ? undefined : fallBack(record, updatedAt, lastError ?? '', comesAgain);
    },
  });
}

/** A channel's failure is sent to every other channel. If these fail too, no notice is sent: the alarm outside rings. */
async function ringIfNobodyTook(notice: Notice, failing: string, at: Date): Promise<void> {
  const told = firestore().collection(collections.notices).where('noticeId', '==', notice.id);
  const others = allOf<NoticeRecord>(await told.get()).filter(
    ({ channel }) => channel !== failing && channel !== nobody,
  );
  const mayStill = ({ delivery: { state }, fellBackAt }: NoticeRecord): boolean =>
    state === 'delivered' || (!isFinal({ state }) && !fellBackAt);
  if (!others.some(mayStill)) await keepUnreached(notice, 'no channel of NOTIFY_CHANNELS takes it', at);
}

/** Kept as a delivery that failed, which the connections page shows and a gauge counts: the alarm outside rings. */
export async function keepUnreached(about: Parameters<typeof keepUnsent>[0], why: string, at: Date) {
  log('ERROR', `a notice reaches nobody: ${why}`, { noticeId: about.id, kind: about.kind });
  await keepUnsent(about, why, at);
}

type Failed = Pick<
  Notice,
  'kind' | 'kinds' | 'incidentId' | 'customers' | 'isDrill' | 'subject' | 'urgency' | 'area' | 'url'
>;

/**
 * Tells every other channel of a failure, once for each channel and hour, but never of such a notice's own, or a test's.
 * @param whole whether the notice is told in full, and by itself
 */
export async function announceFailure(
  notice: Failed,
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
  const urgent = [notice.kind, ...(notice.kinds ?? [])].filter((kind) => isEscalation({ kind }));
  await publishNotice({
    id: stableId('ntc', 'delivery-failed', channel.name, once),
    kind: 'delivery-failed',
    ...(urgent.length > 0 ? { kinds: ['delivery-failed', ...new Set(urgent)] } : {}),
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
