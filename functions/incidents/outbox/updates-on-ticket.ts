/** The updates sent to a ticket within a day, on any incident: tools report a comment within seconds. */
import { collections, firestore, readAll } from '../../platform/firestore.ts';
import type { TicketUpdate } from './sending.ts';

/** The longest time that our endpoint may be down before it hears of a comment. */
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
