/**
 * Delivers a notice, once to each channel. What became of it lies in `notices/{notice}_{channel}`: created before the
 * channel is called and closed after, so that a crash in between may send it twice, under the same id, and never not.
 * A temporary failure throws, and Pub/Sub delivers again with backoff; a permanent one is kept where people see it.
 */

import type { DocumentReference, Timestamp } from '@google-cloud/firestore';
import type { CloudEvent } from '@google-cloud/functions-framework';
import { quarantine } from '../incidents/signal/quarantine.ts';
import { now } from '../platform/clock.ts';
import { readConfig } from '../platform/config.ts';
import { collections, firestore, fromDocument, grpcCodeOf } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { errorFacts, log } from '../platform/log.ts';
import { type Message, readMessage, withMessageTrace } from '../platform/message.ts';
import { type Notice, noticeSchema } from '../platform/notice-schemas.ts';
import { type FieldError, Problem } from '../platform/problem.ts';
import { publishNotice } from '../platform/publish-notice.ts';
import { parseJson } from '../platform/raw-body.ts';
import { milliseconds, policy } from '../policy.ts';
import { topics } from '../topology.ts';
import { headings } from '../words/notices.ts';
import { type ChannelConfig, PermanentFailure, readChannels, TemporaryFailure } from './channels/channel.ts';
import { deliver } from './channels/deliver.ts';

/** What became of a notice in one channel. */
export interface Delivery {
  noticeId: string;
  channel: string;
  channelKind: string;
  kind: Notice['kind'];
  incidentId: string | null;
  state: 'sending' | 'waiting' | 'delivered' | 'failed';
  attempts: number;
  createdAt: Date;
  updatedAt: Date;
  leasedUntil: Date | null;
  /** Not before: the channel asked for it. */
  retryAt: Date | null;
  lastError?: string;
  expireAt: Date;
}

export async function notify(event: CloudEvent<unknown>): Promise<void> {
  const message = readMessage(event);
  await withMessageTrace(message, async () => {
    const notice = await readNotice(message);
    if (!notice) return;
    const configured = readChannels(readConfig().NOTIFY_CHANNELS);
    if (notice.kind === 'connection-test') await noteChannels(configured);
    const channels = configured.filter(
      ({ name }) => !notice.exceptChannels?.includes(name) && (notice.onlyChannels?.includes(name) ?? true),
    );
    if (channels.length === 0) {
      log('WARNING', 'a notice has nowhere to go: NOTIFY_CHANNELS names no channel for it', { noticeId: notice.id });
      return;
    }
    const results = await Promise.allSettled(channels.map((channel) => deliverOnce(notice, channel)));
    const waiting = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (waiting.length > 0) throw waiting[0];
  });
}

/** Which channels there are, for the connections page: nobody but this function is given their addresses. */
async function noteChannels(configured: readonly ChannelConfig[]): Promise<void> {
  const channels = configured.map(({ name, kind }) => ({ name, kind }));
  await firestore().collection(collections.connections).doc('channels').set({ channels, notedAt: now() });
}

/** What is no notice does not become one by coming again: a person has to look at it. */
async function readNotice(message: Message): Promise<Notice | undefined> {
  const { bytes, attributes } = message;
  const keep = async (reason: string, errors: FieldError[] = []): Promise<undefined> => {
    const raw = { bytes, contentType: 'application/json', receivedAt: message.publishedAt ?? now() };
    const back = { topic: topics.notifications, attributes };
    await quarantine('notifications', raw, reason, { errors, message: back, policy, now: now() });
  };
  let body: unknown;
  try {
    body = parseJson(bytes);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return keep(error.message);
  }
  const parsed = noticeSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
  return keep('The message is not a notice.', errors);
}

/** @throws TemporaryFailure, or a Firestore error: the message has to come again */
async function deliverOnce(notice: Notice, channel: ChannelConfig): Promise<void> {
  const ref = firestore().collection(collections.notices).doc(`${notice.id}_${channel.name}`);
  const claimed = await claim(ref, notice, channel);
  if (!claimed) return;
  const facts = { noticeId: notice.id, kind: notice.kind, channel: channel.name, attempts: claimed.attempts };
  try {
    await deliver(notice, channel, policy, now());
  } catch (error) {
    const at = now();
    const isGivenUp = at.getTime() - claimed.createdAt.getTime() > milliseconds(policy.notices.giveUpAfter);
    if (error instanceof PermanentFailure || isGivenUp) {
      const why = error instanceof Error ? error.message : 'it failed';
      log('ERROR', `${channel.name} does not take notices: ${why}`, facts);
      // Announced before it is closed: a crash in between announces it again, under the same id.
      await announceFailure(notice, channel, why, at);
      await close(ref, claimed.version, { state: 'failed', lastError: why, retryAt: null });
      return;
    }
    const retryAfter = error instanceof TemporaryFailure ? error.retryAfterMs : undefined;
    const why = error instanceof TemporaryFailure ? error.message : 'it failed unexpectedly';
    const retryAt = retryAfter === undefined ? null : new Date(at.getTime() + retryAfter);
    await close(ref, claimed.version, { state: 'waiting', lastError: why, retryAt });
    log('WARNING', `${channel.name} did not take a notice, it is tried again: ${why}`, {
      ...facts,
      ...(error instanceof TemporaryFailure ? {} : errorFacts(error)),
    });
    throw error;
  }
  await close(ref, claimed.version, { state: 'delivered', retryAt: null });
  log('INFO', 'delivered', facts);
}

interface Claimed {
  version: Timestamp;
  attempts: number;
  createdAt: Date;
}

/**
 * @returns undefined where it is done already
 * @throws TemporaryFailure while another has it, or the channel asked to wait
 */
async function claim(ref: DocumentReference, notice: Notice, channel: ChannelConfig): Promise<Claimed | undefined> {
  const at = now();
  // Longer than the channel may take, so that two never send at once.
  const leasedUntil = new Date(at.getTime() + 3 * milliseconds(policy.notices.channelTimeout));
  const fresh: Delivery = {
    noticeId: notice.id,
    channel: channel.name,
    channelKind: channel.kind,
    kind: notice.kind,
    incidentId: notice.incidentId,
    state: 'sending',
    attempts: 1,
    createdAt: at,
    updatedAt: at,
    leasedUntil,
    retryAt: null,
    expireAt: new Date(at.getTime() + milliseconds(policy.notices.keptFor)),
  };
  try {
    const { writeTime } = await ref.create(fresh);
    return { version: writeTime, attempts: 1, createdAt: at };
  } catch (error) {
    if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
  }
  const document = await ref.get();
  if (!document.exists || !document.updateTime) throw new TemporaryFailure('its record is not there yet');
  const known = fromDocument<Delivery>(document.data());
  if (known.state === 'delivered' || known.state === 'failed') return undefined;
  if (known.leasedUntil && known.leasedUntil > at) throw new TemporaryFailure('another is sending it');
  if (known.retryAt && known.retryAt > at) throw new TemporaryFailure('the channel asked to wait');
  const attempts = known.attempts + 1;
  const taken = { state: 'sending', attempts, leasedUntil, updatedAt: at } satisfies Partial<Delivery>;
  const { writeTime } = await ref.update(taken, { lastUpdateTime: document.updateTime });
  return { version: writeTime, attempts, createdAt: known.createdAt };
}

async function close(ref: DocumentReference, version: Timestamp, result: Partial<Delivery>): Promise<void> {
  await ref.update({ ...result, leasedUntil: null, updatedAt: now() }, { lastUpdateTime: version });
}

/** The other channels are told, once for each channel and hour. A failure of that, or of a test, is not announced in turn. */
async function announceFailure(notice: Notice, channel: ChannelConfig, why: string, at: Date): Promise<void> {
  if (notice.kind === 'delivery-failed' || notice.kind === 'connection-test') return;
  const hour = at.toISOString().slice(0, 13);
  const subject = {
    ja: `${headings['delivery-failed'].ja}: ${channel.name}`,
    en: `${headings['delivery-failed'].en}: ${channel.name}`,
  };
  const about = notice.subject;
  await publishNotice({
    id: stableId('ntc', 'delivery-failed', channel.name, hour),
    kind: 'delivery-failed',
    incidentId: notice.incidentId,
    customers: notice.customers,
    isDrill: notice.isDrill,
    subject,
    text: {
      ja: `${subject.ja}\n理由: ${why}\n届かなかった通知: ${about.ja}\n設定(NOTIFY_CHANNELS)をご確認ください。`,
      en: `${subject.en}\nWhy: ${why}\nWhat it did not take: ${about.en}\nPlease look at its settings (NOTIFY_CHANNELS).`,
    },
    ...(notice.url ? { url: notice.url } : {}),
    createdAt: at.toISOString(),
    exceptChannels: [channel.name],
  });
}
