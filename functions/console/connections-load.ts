/** The known state of each door and channel. */
import type { QuarantineEntry } from '../incidents/signals/quarantine.ts';
import type { Tool } from '../incidents/signals/signal.ts';
import { loadChannelStates } from '../outgoing/channels/channel-states.ts';
import { allOf, collections, dataOf, firestore, fromDocument } from '../platform/firestore.ts';
import type { CheckOutcome } from './door-check.ts';

export type Connections = Awaited<ReturnType<typeof loadConnections>>;
export type DoorState = Connections['doors'][number];

interface Noted {
  lastTestAt?: Date;
  check?: { at: Date; outcome: CheckOutcome; detail: string };
}

export async function loadConnections(tools: readonly Tool[], at: Date) {
  const all = (name: keyof typeof collections) => firestore().collection(collections[name]);
  const lastOf = (tool: Tool) => all('signals').where('tool', '==', tool).orderBy('receivedAt', 'desc').limit(1);
  const waiting = all('quarantine').where('state', '==', 'open').orderBy('quarantinedAt', 'desc').limit(200);
  const [lastSignals, connections, quarantined, channels] = await Promise.all([
    Promise.all(tools.map((tool) => lastOf(tool).select('receivedAt').get())),
    all('connections').get(),
    waiting.select('id', 'source', 'reason', 'quarantinedAt').get(),
    loadChannelStates(at),
  ]);
  const noted = new Map(connections.docs.map((each) => [each.id, fromDocument<Noted>(each.data())]));
  const unread = allOf<Pick<QuarantineEntry, 'id' | 'source' | 'reason' | 'quarantinedAt'>>(quarantined);
  return {
    doors: tools.map((tool, index) => {
      const signal = lastSignals[index]?.docs[0];
      const own = unread.filter((each) => each.source === tool);
      const [newest] = own;
      return {
        tool,
        lastSeenAt: dataOf<{ receivedAt: Date }>(signal)?.receivedAt,
        /** A connection test of the tool itself. */
        lastTestAt: noted.get(tool)?.lastTestAt,
        check: noted.get(tool)?.check,
        quarantined: own.length,
        lastUnread: newest ? { at: newest.quarantinedAt, reason: newest.reason, id: newest.id } : undefined,
      };
    }),
    ...channels,
  };
}
