/** An update to one customer, from the tap to what became of it: `updates/{id}`. Pure. */
import type { EchoOf, UpdateState } from '../../incidents/sending.ts';
import type { Deliverable } from '../../platform/delivery.ts';

/** Of updates to customers, and of notes to reporters. */
export const sentIdForm = /^(?:upd|note)_[\w-]{1,64}$/;

export interface UpdateRecord extends Deliverable {
  id: string;
  /** The incident on which it was asked for; it may have been linked since. */
  incidentId: string;
  /** Of the tap: updates that were asked for together. */
  batchId: string;
  /** Ids of the source; unidentified customers are `others`. */
  customers: string[];
  tool: string | null;
  ticketId: string | null;
  /** The ticket's address for people. */
  url: string | null;
  /** As it was confirmed. */
  text: string;
  isRecovery: boolean;
  /** Of the team's own, and kept from the customer: `ticketNotes/{id}`. */
  isNote?: boolean;
  state: UpdateState;
  requestedAt: Date;
  requestedBy: string;
  sentAt: Date | null;
  commentId: string | null;
  /** Why it was not sent, in a sentence. */
  error: string | null;
  /** The tool has accepted it and not said which comment it is: nothing more is sent. */
  taken?: { at: Date; isReadable: boolean };
  /** From when on a comment of this text on the ticket is this update: an earlier one of the same text may be there unknown. */
  soughtSince: Date;
  /** The tool's stamp of the ticket as it was first read. */
  seen?: string;
  /** The tool has told us of the comment by itself: it is there, and nothing more is sent. */
  echo?: Omit<EchoOf, 'updateId'>;
  expireAt: Date;
}

/** As the API shows it. */
export function presentUpdate(update: UpdateRecord) {
  const { id, customers, tool, ticketId, state, requestedAt, requestedBy, sentAt, url, error, text } = update;
  return {
    id,
    customerId: customers[0] ?? 'others',
    customers,
    tool,
    ticketId,
    state,
    requestedAt: requestedAt.toISOString(),
    requestedBy,
    sentAt: sentAt?.toISOString() ?? null,
    url,
    error,
    text,
    recovery: update.isRecovery,
  };
}
