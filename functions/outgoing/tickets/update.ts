/** An update to one customer, from the tap to what became of it: `updates/{id}`. Pure. */
import type { EchoOf, TicketUpdate } from '../../incidents/outbox/sending.ts';
import { given } from '../../platform/defined.ts';
import type { Deliverable } from '../../platform/delivery.ts';

/** The form of IDs of updates to customers and of notes to reporters. */
export const sentIdForm = /^(?:upd|note)_[\w-]{1,64}$/;

export interface UpdateRecord extends TicketUpdate, Deliverable {
  /** The same for all updates that were requested by one tap. */
  batchId: string;
  /** The ticket's address for people. */
  url: string | null;
  isRecovery: boolean;
  /** An internal note, which the customer does not see: `ticketNotes/{id}`. */
  isNote?: boolean;
  sentAt: Date | null;
  /** Why it was not sent, in a sentence. */
  error: string | null;
  /** The tool has accepted it and not said which comment it is: nothing more is sent. */
  taken?: { at: Date; isReadable: boolean };
  /** From this time on, a comment with this text is this update; an earlier one may be another. */
  soughtSince: Date;
  /** The tool's stamp of the ticket when it was first read. */
  seen?: string;
  /** The tool has reported the comment itself: it exists, and nothing more is sent. */
  echo?: Omit<EchoOf, 'updateId'>;
  expireAt: Date;
}

/** It is still being sent, or looked for. */
export const isOnItsWay = ({ state, delivery }: Pick<UpdateRecord, 'state' | 'delivery'>): boolean =>
  state === 'sending' || (state === 'unknown' && (delivery.retryAt ?? delivery.leasedUntil) !== null);

/** As shown by the API. */
export function presentUpdate(update: UpdateRecord) {
  const fields = ['id', 'customers', 'tool', 'ticketId', 'state', 'requestedBy', 'url', 'error', 'text'] as const;
  return {
    ...given(update, fields),
    customerId: update.customers[0] ?? 'others',
    requestedAt: update.requestedAt.toISOString(),
    sentAt: update.sentAt?.toISOString() ?? null,
    recovery: update.isRecovery,
  };
}
