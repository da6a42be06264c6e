/**
 * One step of a page to one channel. What became of it lies in one document an incident and channel, under whose lease
 * steps are sent one after the other: a step that comes after a later one is left out, so that no page is triggered
 * that has ended already.
 */
import type { DocumentReference } from '@google-cloud/firestore';
import { now } from '../platform/clock.ts';
import { collections, firestore, fromDocument, grpcCodeOf } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import type { PagerStep } from '../platform/notice-schemas.ts';
import { milliseconds, policy } from '../policy.ts';
import { type ChannelOf, PermanentFailure, TemporaryFailure } from './channels/channel.ts';
import { heldUntil, holdChannel } from './channels/known-channels.ts';
import { pageBody } from './channels/pagerduty.ts';
import { sendToPagerDuty } from './channels/send-to-pagerduty.ts';
import { announceFailure, type Delivery, newDelivery } from './deliver-once.ts';
import { Lease } from './lease.ts';

interface PageDelivery extends Delivery {
  /** Of the last step that the channel has taken, or has refused for good. */
  sequence: number;
  /** The oldest episode whose alert may be open there; null where none is. */
  openSince: number | null;
}

/** @throws TemporaryFailure, or a Firestore error: the message has to come again */
export async function deliverPage(page: PagerStep, channel: ChannelOf<'pagerduty'>): Promise<void> {
  const ref = firestore()
    .collection(collections.notices)
    .doc(`${stableId('pag', page.incidentId)}_${channel.name}`);
  const claimed = await claim(ref, page, channel);
  if (!claimed) return;
  const { lease, openSince } = claimed;
  const facts = { noticeId: page.id, incidentId: page.incidentId, action: page.action, channel: channel.name };
  try {
    const body = (step: PagerStep) => pageBody(step, channel.routingKey, channel.language);
    await sendToPagerDuty(body(page));
    // After the new alert rings: at no time does an incident that has to ring have no alert.
    const superseded = episodesBetween(openSince, page.episode);
    await Promise.all(superseded.map((episode) => sendToPagerDuty(body({ ...page, action: 'resolve', episode }))));
  } catch (error) {
    const at = now();
    const why = error instanceof Error ? error.message : 'it failed';
    const isGivenUp = at.getTime() - Date.parse(page.createdAt) > milliseconds(policy.notices.giveUpAfter);
    if (error instanceof PermanentFailure || isGivenUp) {
      log('ERROR', `${channel.name} does not page: ${why}`, facts);
      const { incidentId, subject, urgency, area, url } = page;
      const about = {
        kind: 'escalation' as const,
        incidentId,
        customers: [],
        isDrill: false,
        subject,
        urgency,
        area,
        url,
      };
      await announceFailure(about, channel, why, at);
      await lease.release({ state: 'failed', lastError: why, sequence: page.sequence });
      return;
    }
    const retryAfter = error instanceof TemporaryFailure ? error.retryAfterMs : undefined;
    const retryAt = retryAfter === undefined ? null : new Date(at.getTime() + retryAfter);
    if (retryAt) await holdChannel(channel.name, retryAt);
    await lease.release({ state: 'waiting', lastError: why, retryAt });
    log('WARNING', `${channel.name} did not take a page, it is tried again: ${why}`, facts);
    throw error;
  }
  await lease.release({
    state: 'delivered',
    sequence: page.sequence,
    openSince: page.action === 'resolve' ? null : openSince && page.episode,
    retryAt: null,
  });
  log('INFO', `paged: ${page.action}`, facts);
}

/** From `first`, without `end`. */
const episodesBetween = (first: number | null, end: number): number[] =>
  first === null ? [] : Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);

interface Claimed {
  lease: Lease;
  openSince: number | null;
}

/**
 * @returns undefined where a step as late has been taken
 * @throws TemporaryFailure while another step is being sent, or the channel asked to wait
 */
async function claim(
  ref: DocumentReference,
  page: PagerStep,
  channel: ChannelOf<'pagerduty'>,
): Promise<Claimed | undefined> {
  const at = now();
  const document = await ref.get();
  const about = { id: page.id, kind: 'page' as const, incidentId: page.incidentId };
  const known: PageDelivery = document.exists
    ? fromDocument<PageDelivery>(document.data())
    : { ...newDelivery(about, channel, at), sequence: 0, openSince: null };
  if (known.sequence >= page.sequence) return undefined;
  if (known.leasedUntil && known.leasedUntil > at) throw new TemporaryFailure('another step is being sent');
  if ([heldUntil(channel.name), known.retryAt].some((until) => until && until > at)) {
    throw new TemporaryFailure('the channel asked to wait');
  }
  const leaseMs = 3 * milliseconds(policy.notices.channelTimeout);
  const leasedUntil = new Date(at.getTime() + leaseMs);
  const { attempts } = known;
  const openSince = known.openSince ?? (page.action === 'trigger' ? page.episode : null);
  const taken: PageDelivery = {
    ...known,
    noticeId: page.id,
    state: 'sending',
    attempts: attempts + 1,
    openSince,
    leasedUntil,
    updatedAt: at,
  };
  try {
    const { writeTime } = document.updateTime
      ? await ref.update({ ...taken }, { lastUpdateTime: document.updateTime })
      : await ref.create(taken);
    return { lease: new Lease(ref, leaseMs, writeTime), openSince };
  } catch (error) {
    if (!['ALREADY_EXISTS', 'FAILED_PRECONDITION'].includes(grpcCodeOf(error) ?? '')) throw error;
    throw new TemporaryFailure('another step was sent meanwhile');
  }
}
