/** Asks a ticket tool who we are to it, and keeps its answer for the connections page. The tokens stay with who sends. */
import type { TicketToolName } from '../../incidents/outbox/sending.ts';
import type { Way } from '../../platform/call.ts';
import { now } from '../../platform/clock.ts';
import { readConfig } from '../../platform/config.ts';
import { collections, firestore } from '../../platform/firestore.ts';
import { connectionOf } from './connection.ts';
import { converse } from './converse.ts';

export interface TriedConnection {
  at: Date;
  outcome: 'known' | 'refused' | 'unknown' | 'not-set';
  /** What the tool calls us, which variables are not set, or why the tool does not know us. */
  detail: string;
}

/** In `connections`, beside the state of the doors. */
export const connectionId = (tool: TicketToolName): string => `ticket-${tool}`;

export async function tryConnection(tool: TicketToolName, way: Way): Promise<void> {
  const tried: TriedConnection = { at: now(), ...(await ask(tool, way)) };
  await firestore().collection(collections.connections).doc(connectionId(tool)).set({ tried }, { merge: true });
}

async function ask(tool: TicketToolName, way: Way): Promise<Omit<TriedConnection, 'at'>> {
  const connection = connectionOf(tool, readConfig());
  if ('missing' in connection) return { outcome: 'not-set', detail: connection.missing.join(', ') };
  const outcome = await converse(connection.tool.introduce(now().getTime()), connection, way);
  return { outcome: outcome.kind, detail: outcome.kind === 'known' ? outcome.as : outcome.why };
}
