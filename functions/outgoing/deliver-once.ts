/**
 * One notice to one channel, once. What became of it lies in `notices/{notice}_{channel}`: created before the channel is
 * called and closed after, so that a crash in between may send it twice, under the same id, and never not.
 */
import type { DocumentReference } from '@google-cloud/firestore';
import { now } from '../platform/clock.ts';
import { collections, firestore, fromDocument, grpcCodeOf } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { errorFacts, log } from '../platform/log.ts';
import type { Notice } from '../platform/notice-schemas.ts';
import { publishNotice } from '../platform/publish-notice.ts';
import { milliseconds, policy } from '../policy.ts';
import { headings } from '../words/texts/notices.ts';
import { type ChannelConfig, PermanentFailure, TemporaryFailure } from './channels/channel.ts';
import { deliver } from './channels/deliver.ts';
import { heldUntil, holdChannel } from './channels/known-channels.ts';
import type { WhyTold } from './channels/receivers.ts';
import { Lease, LostLease } from './lease.ts';

/** What became of a notice in one channel. */
export interface Delivery {
  noticeId: string;
  channel: string;
  channelKind: string;
  kind: Notice['kind'] | 'page';
  incidentId: string | null;
  /** Why it goes there. */
  why?: WhyTold;
  state: 'sending' | 'waiting' | 'delivered' | 'failed';
  attempts: number;
  createdAt: Date;
  updatedAt: Date;
  leasedUntil: Date | null;
  /** Not before: the channel asked for it. */
  retryAt: Date | null;
  /** When the other channels were given it in its place. */
  fellBackAt?: Date;
  lastError?: string;
  expireAt: Date;
}

/** In place of a channel's name, where no channel is for an escalation. */
export const nobody = 'nobody';

/** A notice, the channel that it goes to, and why. */
export interface Route {
  notice: Notice;
  channel: ChannelConfig;
  why: WhyTold;
}

/** @throws TemporaryFailure, or a Firestore error: the message has to come again */
export async function deliverOnce(route: Route): Promise<void> {
  const { notice, channel, why: toldBecause } = route;
  const ref = firestore().collection(collections.notices).doc(`${notice.id}_${channel.name}`);
  const claimed = await claim(ref, route);
  if (!claimed) return;
  const { lease } = claimed;
  const facts = { noticeId: notice.id, kind: notice.kind, channel: channel.name, attempts: claimed.attempts };
  try {
    await deliver(notice, channel, { policy, at: now(), why: toldBecause, isRetry: claimed.attempts > 1, lease });
  } catch (error) {
    if (error instanceof LostLease) throw error;
    const at = now();
    const isGivenUp = at.getTime() - claimed.createdAt.getTime() > milliseconds(policy.notices.giveUpAfter);
    if (error instanceof PermanentFailure || isGivenUp) {
      const why = whyOf(error);
      log('ERROR', `${channel.name} does not take notices: ${why}`, facts);
      // Announced before it is closed: a crash in between announces it again, under the same id.
      await announceFailure(notice, channel, why, at, channel.kind === 'slack-app' ? notice : undefined);
      await lease.release({ state: 'failed', lastError: why, retryAt: null } satisfies Partial<Delivery>);
      return;
    }
    const fellBackAt = claimed.fellBackAt ?? (await fallBack(route, claimed, error, at));
    const retryAfter = error instanceof TemporaryFailure ? error.retryAfterMs : undefined;
    const why = whyOf(error);
    const retryAt = retryAfter === undefined ? null : new Date(at.getTime() + retryAfter);
    const isHeld = error instanceof TemporaryFailure && error.waits === 'channel';
    if (retryAt && isHeld) await holdChannel(channel.name, retryAt);
    const waits = { state: 'waiting', lastError: why, retryAt, ...(fellBackAt ? { fellBackAt } : {}) } as const;
    await lease.release(waits satisfies Partial<Delivery>);
    log('WARNING', `${channel.name} did not take a notice, it is tried again: ${why}`, {
      ...facts,
      ...(error instanceof TemporaryFailure ? {} : errorFacts(error)),
    });
    throw error;
  }
  await lease.release({ state: 'delivered', retryAt: null } satisfies Partial<Delivery>);
  log('INFO', 'delivered', { ...facts, why: toldBecause });
}

/** What people read of a failure: in our words alone, since others' may hold an address with its token. */
const whyOf = (error: unknown): string =>
  error instanceof TemporaryFailure || error instanceof PermanentFailure ? error.message : 'it failed unexpectedly';

interface Claimed {
  lease: Lease;
  attempts: number;
  createdAt: Date;
  fellBackAt?: Date | undefined;
}

/** A delivery that nobody has tried yet. */
export function newDelivery(
  notice: Pick<Notice, 'id' | 'incidentId'> & Pick<Delivery, 'kind'>,
  channel: { name: string; kind: string },
  at: Date,
): Delivery {
  return {
    noticeId: notice.id,
    channel: channel.name,
    channelKind: channel.kind,
    kind: notice.kind,
    incidentId: notice.incidentId,
    state: 'waiting',
    attempts: 0,
    createdAt: at,
    updatedAt: at,
    leasedUntil: null,
    retryAt: null,
    expireAt: new Date(at.getTime() + milliseconds(policy.notices.keptFor)),
  };
}

/**
 * @returns undefined where it is done already
 * @throws TemporaryFailure while another has it, or the channel asked to wait
 */
async function claim(ref: DocumentReference, route: Route): Promise<Claimed | undefined> {
  const at = now();
  // Longer than the channel may take; what waits for its turn longer than that extends it before it sends.
  const leaseMs = 3 * milliseconds(policy.notices.channelTimeout);
  const leasedUntil = new Date(at.getTime() + leaseMs);
  const fresh: Delivery = { ...newDelivery(route.notice, route.channel, at), why: route.why };
  const until = heldUntil(route.channel.name);
  // Whichever notice it refused, it asked to be left alone.
  const held = until && until > at ? until : undefined;
  try {
    if (held) await ref.create({ ...fresh, retryAt: held, lastError: askedToWait });
    else {
      const { writeTime } = await ref.create({ ...fresh, state: 'sending', attempts: 1, leasedUntil });
      return { lease: new Lease(ref, leaseMs, writeTime), attempts: 1, createdAt: at };
    }
  } catch (error) {
    if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
  }
  const document = await ref.get();
  if (!document.exists || !document.updateTime) throw new TemporaryFailure('its record is not there yet');
  const known = fromDocument<Delivery>(document.data());
  if (known.state === 'delivered' || known.state === 'failed') return undefined;
  if (known.leasedUntil && known.leasedUntil > at) throw new TemporaryFailure('another is sending it');
  if (held || (known.retryAt && known.retryAt > at)) throw new TemporaryFailure(askedToWait);
  const attempts = known.attempts + 1;
  const taken = { state: 'sending', attempts, leasedUntil, updatedAt: at } satisfies Partial<Delivery>;
  const { writeTime } = await ref.update(taken, { lastUpdateTime: document.updateTime });
  const lease = new Lease(ref, leaseMs, writeTime);
  return { lease, attempts, createdAt: known.createdAt, fellBackAt: known.fellBackAt };
}

const askedToWait = 'the channel asked to wait';

/** What responders live in must not be what they wait for: the other channels get the notice, and this one stays tried. */
async function fallBack(
  { notice, channel }: Route,
  claimed: Claimed,
  error: unknown,
  at: Date,
): Promise<Date | undefined> {
  if (channel.kind !== 'slack-app') return undefined;
  if (at.getTime() - claimed.createdAt.getTime() < milliseconds(policy.notices.fallBackAfter)) return undefined;
  await announceFailure(notice, channel, whyOf(error), at, notice);
  return at;
}

/**
 * The other channels are told, once for each channel and hour. A failure of that, or of a test, is not announced in turn.
 * @param whole told in full, and by itself
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
  const subject = {
    ja: `${headings['delivery-failed'].ja}: ${channel.name}`,
    en: `${headings['delivery-failed'].en}: ${channel.name}`,
  };
  const about = whole?.text ?? notice.subject;
  await publishNotice({
    id: stableId('ntc', 'delivery-failed', channel.name, once),
    kind: 'delivery-failed',
    incidentId: notice.incidentId,
    customers: notice.customers,
    isDrill: notice.isDrill,
    ...(notice.urgency ? { urgency: notice.urgency } : {}),
    ...(notice.area === undefined ? {} : { area: notice.area }),
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
