/** An incident's first notice in Slack is its card; others go to its thread, and to the channel if somebody must act. */
import { dutyOf } from '../../duty/duty.ts';
import type { Incident } from '../../incidents/incident.ts';
import { TemporaryFailure } from '../../platform/failures.ts';
import { dataOf, incidentRef } from '../../platform/firestore.ts';
import type { Lease } from '../../platform/ledger.ts';
import { escalationKinds, incidentNoticeKinds, type Notice, type NoticeKind } from '../../platform/notice-schemas.ts';
import { askSlack, SlackFailure } from './client.ts';
import { noticeContent } from './notice-content.ts';
import { memberOf } from './profiles.ts';
import { type Mark, seek } from './seek.ts';
import { type CardRecord, cardRef, failureOf, showCard } from './show-card.ts';
import { takeTurn } from './turns.ts';

type SlackPlace = Pick<CardRecord, 'name' | 'channel' | 'language'>;

/** Kinds of notices that create an incident's card if it has none. */
const opensCard: ReadonlySet<NoticeKind> = new Set(incidentNoticeKinds);

const mostCalled = 5;

export interface Sending {
  /** It may have been sent before: it is looked for. */
  isRetry: boolean;
  /** The delivery's lease, to be extended: waiting for a channel's turn may take longer. */
  lease: Pick<Lease, 'extend'>;
}

/** @throws TemporaryFailure or PermanentFailure; LostLease where another has sent it, or is about to */
export async function deliverToSlack(notice: Notice, place: SlackPlace, sending: Sending): Promise<void> {
  try {
    const card = notice.incidentId ? await cardFor(notice, notice.incidentId, place) : undefined;
    if (card?.postedFor === notice.id) return;
    await say(notice, place, sending, card);
  } catch (error) {
    throw failureOf(error);
  }
}

type Thread = CardRecord & { ts: string };

async function cardFor(notice: Notice, incidentId: string, place: SlackPlace): Promise<Thread | undefined> {
  const card = await showCard({ incidentId, ...place, ...(opensCard.has(notice.kind) ? { postFor: notice.id } : {}) });
  return card?.ts ? { ...card, ts: card.ts } : undefined;
}

async function say(notice: Notice, place: SlackPlace, { isRetry, lease }: Sending, card: Thread | undefined) {
  const mark: Mark = { event_type: 'metronome_notice', event_payload: { id: notice.id, to: place.name } };
  const channel = card?.channel ?? place.channel;
  const asked = {
    channel,
    ...noticeContent(notice, place.language, await mentionsOf(notice)),
    unfurl_links: false,
    unfurl_media: false,
    metadata: mark,
    ...(card ? { thread_ts: card.ts, reply_broadcast: opensCard.has(notice.kind) } : {}),
  };
  try {
    if (isRetry && (await seek(mark, { channel, threadTs: card?.ts, since: new Date(notice.createdAt) }))) return;
    await takeTurn(channel);
    await lease.extend();
    await askSlack((client) => client.chat.postMessage(asked as never));
  } catch (error) {
    if (card && error instanceof SlackFailure && error.reason === 'thread_not_found') {
      // Somebody has deleted the card: the next delivery posts another.
      await cardRef(card.incidentId, place).update({ ts: null, shown: null });
      throw new TemporaryFailure('the card has been deleted');
    }
    throw error;
  }
}

/** The people mentioned in a notice's thread. A drill never uses `@here`. */
const calls: Partial<Record<NoticeKind, 'everybody' | 'owner'>> = {
  'update-failed': 'owner',
  'customer-wrote': 'owner',
  'recovery-questioned': 'owner',
  'reported-worse': 'owner',
  ...Object.fromEntries(escalationKinds.map((kind) => [kind, 'everybody'])),
};

/** Mentions everybody present and the assignee; without an assignee, the person on duty. */
async function mentionsOf({ incidentId, isDrill, kind, kinds = [] }: Notice): Promise<string> {
  const called = new Set([kind, ...kinds].map((each) => calls[each]));
  if (!called.has('everybody') && !called.has('owner')) return '';
  const incident = incidentId ? dataOf<Incident>(await incidentRef(incidentId).get()) : undefined;
  const onDuty = incident && !incident.assignee ? await dutyOf(incident) : undefined;
  const owners = incident?.assignee ? [incident.assignee] : (onDuty?.people.flatMap(({ email }) => email ?? []) ?? []);
  const found = await Promise.all(owners.slice(0, mostCalled).map(memberOf));
  const here = called.has('everybody') && !isDrill ? ['<!here>'] : [];
  return [...here, ...found.flatMap((each) => (each?.id ? [`<@${each.id}>`] : []))].join(' ');
}
