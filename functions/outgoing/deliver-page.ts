/** Sends a page's steps to one channel in order. It leaves out a late step, since the page may have ended already. */
import { now } from '../platform/clock.ts';
import { stableId } from '../platform/ids.ts';
import { attempt } from '../platform/ledger.ts';
import { noticeRecord, noticeRef } from '../platform/notice-record.ts';
import type { PagerStep } from '../platform/notice-schemas.ts';
import { both } from '../words/language.ts';
import { labels } from '../words/texts/notices.ts';
import type { ChannelOf } from './channels/channel.ts';
import { holding, waitsForChannel } from './channels/known-channels.ts';
import { pageBody } from './channels/pagerduty.ts';
import { sendToPagerDuty } from './channels/post.ts';
import { announceFailure, type NoticeRecord, noticeLimits } from './deliver-once.ts';

interface PageRecord extends NoticeRecord {
  /** Of the last step that was attempted. */
  action: PagerStep['action'];
  /** Of the last step that the channel has taken, or has refused for good. */
  sequence: number;
  /** The oldest episode whose alert may be open there; null where none is. */
  openSince: number | null;
}

/** @throws TemporaryFailure, or a Firestore error: the message has to come again */
export async function deliverPage(page: PagerStep, channel: ChannelOf<'pagerduty'>): Promise<void> {
  const { id, action, incidentId, sequence, episode } = page;
  const about = { id, kind: 'page' as const, incidentId };
  const ended = { action: 'resolve' as const };
  const opens = action === 'trigger' ? episode : null;
  const body = (step: PagerStep) => pageBody(step, channel.routingKey, channel.language);
  await attempt<PageRecord>(noticeRef(stableId('pag', incidentId), channel.name), {
    // The next step does not wait long for the one before it.
    limits: { ...noticeLimits(), longestWaitMs: 60_000 },
    since: new Date(page.createdAt),
    facts: { noticeId: id, incidentId, action, channel: channel.name },
    begins: { record: { ...noticeRecord(about, channel, now()), action, sequence: 0, openSince: null }, isNew: false },
    isOver: (known) => known.sequence >= sequence,
    waits: () => waitsForChannel(channel.name, now()),
    taking: ({ openSince }) => ({ noticeId: id, action, openSince: openSince ?? opens }),
    send: ({ openSince }) =>
      holding(channel.name, async () => {
        await sendToPagerDuty(body(page));
        // After the new alert rings: at no time does an incident that has to ring have no alert.
        const superseded = episodesBetween(openSince, episode).map((each) => ({ ...page, ...ended, episode: each }));
        await Promise.all(superseded.map((each) => sendToPagerDuty(body(each))));
      }),
    settling: async ({ openSince, delivery: { state, attempts, lastError, updatedAt } }, comesAgain) => {
      if (state === 'delivered') return { sequence, openSince: action === 'resolve' ? null : openSince && episode };
      if (comesAgain) return undefined;
      const { subject, urgency, area, url } = page;
      const isCall = action === 'trigger';
      // What may ring there rings until a person ends it: one failure an hour would leave out other incidents.
      const ringsOn = both((language) => `${subject[language]}\n${labels.ringsOn[language]}`);
      const alone = isCall || openSince === null ? undefined : { id, text: ringsOn };
      const escalation = { kind: 'escalation' as const, incidentId, customers: [], isDrill: false };
      await announceFailure({ ...escalation, subject, urgency, area, url }, channel, lastError ?? '', updatedAt, alone);
      const neverRang = isCall && openSince === episode && state === 'rejected' && attempts === 1;
      return { sequence, ...(neverRang ? { openSince: null } : {}) };
    },
  });
}

/** From `first`, without `end`. */
const episodesBetween = (first: number | null, end: number): number[] =>
  first === null ? [] : Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
