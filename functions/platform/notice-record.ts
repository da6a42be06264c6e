/** The stored result of a notice in one channel, and of notices that nobody receives: `notices/{notice}_{channel}`. */
import type { DocumentReference, Query } from '@google-cloud/firestore';
import { milliseconds, policy } from '../policy.ts';
import { newDelivery } from './delivery.ts';
import { collections, firestore } from './firestore.ts';

export type KeptNotice<Kind extends string> = ReturnType<typeof noticeRecord<Kind>>;

interface About<Kind extends string> {
  id: string;
  kind: Kind;
  incidentId: string | null;
}

/** Replaces the channel's name if no channel accepts the notice. */
export const nobody = 'nobody';

export const noticeRef = (id: string, channel: string): DocumentReference =>
  firestore().collection(collections.notices).doc(`${id}_${channel}`);

export const noticeRecord = <Kind extends string>(
  { id, kind, incidentId }: About<Kind>,
  channel: { name: string; kind: string },
  at: Date,
) => ({
  noticeId: id,
  channel: channel.name,
  channelKind: channel.kind,
  kind,
  incidentId,
  createdAt: at,
  expireAt: new Date(at.getTime() + milliseconds(policy.notices.keptFor)),
});

/** Undelivered notices among those tried since then, newest first. */
export const undeliveredSince = (since: Date): Query =>
  firestore()
    .collection(collections.notices)
    .where('delivery.state', 'in', ['waiting', 'rejected', 'unknown', 'given-up'])
    .where('delivery.updatedAt', '>=', since)
    .orderBy('delivery.updatedAt', 'desc');

/** Stored as a failed delivery, which people see and a gauge counts. */
export async function keepUnsent(about: About<string>, why: string, at: Date, more: object = {}): Promise<void> {
  const record = noticeRecord(about, { name: nobody, kind: 'none' }, at);
  const delivery = newDelivery(at, { state: 'rejected', lastError: why });
  await noticeRef(about.id, nobody).set({ ...record, ...more, delivery });
}
