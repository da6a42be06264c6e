/** Sends a page's steps to one channel in order, and skips a step that comes late, since the page may have ended. */
import { now } from '../platform/clock.ts';
import { stableId } from '../platform/ids.ts';
import { attempt } from '../platform/ledger.ts';
import { noticeRecord, noticeRef } from '../platform/notice-record.ts';
import type { PagerStep } from '../platform/notice-schemas.ts';
import { milliseconds, policy } from '../policy.ts';
import { both } from '../words/language.ts';
import { labels } from '../words/texts/notices.ts';
import type { ChannelOf } from './channels/channel.ts';
import { holding } from './channels/known-channels.ts';
import { pageBody } from './channels/pagerduty.ts';
import { sendToPagerDuty } from './channels/post.ts';
import { announceFailure, channelWait, type NoticeRecord, noticeLimits } from './deliver-once.ts';

interface PageRecord extends NoticeRecord {
  /** The last step that was attempted. */
  action: PagerStep['action'];
  /** The sequence of the last step that the channel accepted or rejected for good. */
  sequence: number;
  /** The oldest episode whose alert may still be open there; null if there is none. */
  openSince: number | null;
}

/** @throws TemporaryFailure, or a Firestore error: the message has to come again */
export async function deliverPage(page: PagerStep, channel: ChannelOf<'pagerduty'>): Promise<void> {
  const { id, action, incidentId, sequence, episode } = page;
  const about = { id, kind: 'page' as const, incidentId };
  const ended = { action: 'resolve' as const };
  const opens = action === 'trigger' ? episode : null;
  const since = new Date(page.createdAt);
  const body = (step: PagerStep) => pageBody(step, channel.routingKey, channel.language);
  const announce = ({ openSince }: PageRecord, why: string, at: Date): Promise<void> => {
    const { subject, urgency, area, url } = page;
    // PagerDuty may ring on until a person ends the alert there.
    const mayRing = action !== 'trigger' && openSince !== null;
    const text = both((language) =>
      mayRing ? `${subject[language]}\n${labels.ringsOn[language]}` : subject[language],
    );
    const escalation = { kind: 'escalation' as const, incidentId, customers: [], isDrill: false };
    return announceFailure({ ...escalation, subject, urgency, area, url }, channel, why, at, { id, text });
  };
  const fallBack = async (record: PageRecord, at: Date, why: string): Promise<object | undefined> => {
    const isTold = record.fellBackAt !== undefined && record.fellBackAt >= since;
    if (isTold || at.getTime() - since.getTime() < milliseconds(policy.notices.fallBackAfter)) return undefined;
    await announce(record, why, at);
    return { fellBackAt: at };
  };
  await attempt<PageRecord>(noticeRef(stableId('pag', incidentId), channel.name), {
    // The next step does not wait long for the one before it.
    limits: noticeLimits(true),
    since,
    facts: { noticeId: id, incidentId, action, channel: channel.name },
    begins: { record: { ...noticeRecord(about, channel, now()), action, sequence: 0, openSince: null }, isNew: false },
    isOver: (known) => known.sequence >= sequence,
    waits: channelWait(channel.name, true),
    waiting: fallBack,
    taking: ({ openSince }) => ({ noticeId: id, action, openSince: openSince ?? opens }),
    send: ({ openSince }) =>
      holding({ channel: channel.name, isUrgent: true, since }, async () => {
        await sendToPagerDuty(body(page));
        // Runs after the new alert rings, so that an incident that has to ring always has an alert.
        const superseded = episodesBetween(openSince, episode).map((each) => ({ ...page, ...ended, episode: each }));
        await Promise.all(superseded.map((each) => sendToPagerDuty(body(each))));
        return { kind: 'delivered' };
      }),
    settling: async (record, comesAgain) => {
      const { openSince, delivery } = record;
      const { state, attempts, lastError, updatedAt } = delivery;
      if (state === 'delivered') return { sequence, openSince: action === 'resolve' ? null : openSince && episode };
      if (comesAgain) return fallBack(record, updatedAt, lastError ?? '');
      await announce(record, lastError ?? '', updatedAt);
      const isCall = action === 'trigger';
      const neverRang = isCall && openSince === episode && state === 'rejected' && attempts === 1;
      return { sequence, ...(neverRang ? { openSince: null } : {}) };
    },
  });
}

/** Episodes from `first` up to, but without, `end`. */
const episodesBetween = (first: number | null, end: number): number[] =>
  first === null ? [] : Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
