/** The updates that were sent to a ticket, on any incident: those of a day, since tools tell of a comment within seconds. */
import { collections, firestore, readAll } from '../../platform/firestore.ts';
import type { TicketUpdate } from './sending.ts';

/** Our door may be away for so long before it hears of a comment. */
const echoKeptForMs = 86_400_000;

/** One query, which reads as many as it finds. @param at those that were asked for in the day before it, or later */
export function updatesOnTicket(tool: string, ticketId: string, at: Date): Promise<TicketUpdate[]> {
  const onTicket = firestore().collection(collections.updates).where('tool', '==', tool);
  const since = new Date(at.getTime() - echoKeptForMs);
  return readAll(onTicket.where('ticketId', '==', ticketId).where('requestedAt', '>=', since));
}

/** The ids that the tool gave to their comments. */
export const commentIdsOf = (updates: readonly TicketUpdate[]): Set<string> =>
  new Set(updates.flatMap(({ commentId }) => commentId || []));
