/** Lists everything on its way to other systems and its result, from the ledger. */
import { type Deliverable, type DeliveryState, deliveryStates } from '../platform/delivery.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import type { NoticeRecord } from './deliver-once.ts';
import type { CardRecord } from './slack/show-card.ts';
import type { UpdateRecord } from './tickets/update.ts';

export const deliveryKinds = ['notice', 'page', 'update', 'note', 'card', 'action-ticket', 'notion'] as const;

export interface ListedDelivery extends Deliverable {
  id: string;
  kind: (typeof deliveryKinds)[number];
  incidentId: string | null;
  /** The channel of `NOTIFY_CHANNELS`, or the tool. */
  to: string;
  /** The kind of a notice, the step of a page, the ticket of an update, the id of an action. */
  what: string | null;
}

type Read<R> = (record: R & Deliverable, id: string) => Omit<ListedDelivery, 'id' | 'delivery'>;

const ofUpdate =
  (kind: 'update' | 'note'): Read<UpdateRecord> =>
  ({ incidentId, tool, ticketId }) => ({ kind, incidentId, to: tool ?? '', what: ticketId });

const ofNotice: Read<NoticeRecord & { action?: string }> = ({ kind, incidentId, channel: to, action = null }) =>
  kind === 'page' ? { kind, incidentId, to, what: action } : { kind: 'notice', incidentId, to, what: kind };
const ofCard: Read<CardRecord> = ({ incidentId, name }) => ({ kind: 'card', incidentId, to: name, what: null });
const ofAction: Read<{ incidentId?: string }> = ({ incidentId = null }, what) => {
  return { kind: 'action-ticket', incidentId, to: 'jira', what };
};

const sources: readonly [collection: string, read: Read<never>][] = [
  [collections.notices, ofNotice],
  [collections.updates, ofUpdate('update')],
  [collections.ticketNotes, ofUpdate('note')],
  [collections.cards, ofCard],
  [collections.actions, ofAction],
  [collections.connections, (_, id) => ({ kind: 'notion', incidentId: null, to: id, what: null })],
];

/** @returns the newest first, at most `most`; one query for each collection */
export async function listDeliveries(state: DeliveryState | undefined, most: number): Promise<ListedDelivery[]> {
  const states = state ? [state] : deliveryStates.filter((each) => each !== 'delivered');
  const found = await Promise.all(
    sources.map(async ([collection, read]) => {
      const query = firestore().collection(collection).where('delivery.state', 'in', states);
      const { docs } = await query.orderBy('delivery.updatedAt', 'desc').limit(most).get();
      return docs.map((document) => {
        const record = fromDocument<never>(document.data());
        return { id: document.id, ...read(record, document.id), delivery: (record as Deliverable).delivery };
      });
    }),
  );
  const all = found.flat().toSorted((a, b) => Number(b.delivery.updatedAt) - Number(a.delivery.updatedAt));
  return all.slice(0, most);
}
