/** What is known of each door and each channel. */
import type { QuarantineEntry } from '../incidents/signals/quarantine.ts';
import type { Tool } from '../incidents/signals/signal.ts';
import { type Channel, isEscalation, type Unreached } from '../outgoing/channels/receivers.ts';
import type { NoticeRecord } from '../outgoing/deliver-once.ts';
import { allOf, collections, dataOf, firestore, fromDocument } from '../platform/firestore.ts';
import { nobody } from '../platform/notice-record.ts';
import type { CheckOutcome } from './door-check.ts';

export type Connections = Awaited<ReturnType<typeof loadConnections>>;
export type DoorState = Connections['doors'][number];
export type ChannelState = Connections['channels'][number];

interface Noted {
  lastTestAt?: Date;
  check?: { at: Date; outcome: CheckOutcome; detail: string };
  channels?: Channel[];
  unreached?: Unreached[];
}

export async function loadConnections(tools: readonly Tool[]) {
  const all = (name: keyof typeof collections) => firestore().collection(collections[name]);
  const lastOf = (tool: Tool) => all('signals').where('tool', '==', tool).orderBy('receivedAt', 'desc').limit(1);
  const waiting = all('quarantine').where('state', '==', 'open').orderBy('quarantinedAt', 'desc').limit(200);
  const [lastSignals, connections, quarantined, notices] = await Promise.all([
    Promise.all(tools.map((tool) => lastOf(tool).select('receivedAt').get())),
    all('connections').get(),
    waiting.select('id', 'source', 'reason', 'quarantinedAt').get(),
    all('notices').orderBy('delivery.updatedAt', 'desc').limit(100).get(),
  ]);
  const noted = new Map(connections.docs.map((each) => [each.id, fromDocument<Noted>(each.data())]));
  const unread = allOf<Pick<QuarantineEntry, 'id' | 'source' | 'reason' | 'quarantinedAt'>>(quarantined);
  const configured = noted.get('channels')?.channels;
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
    channels: channelStates(configured ?? [], allOf<NoticeRecord>(notices)),
    /** Whether `notify` was asked, and has none. */
    hasNoChannel: configured?.length === 0,
    /** Escalations that no channel is for. */
    reachesNobody: (noted.get('channels')?.unreached ?? []).some(isEscalation),
  };
}

/** @param deliveries newest first */
function channelStates(configured: readonly Channel[], deliveries: NoticeRecord[]) {
  const sent = deliveries.filter(({ channel }) => channel !== nobody);
  const kinds = new Map([
    ...sent.map((each): [string, string] => [each.channel, each.channelKind]),
    ...configured.map((each): [string, string] => [each.name, each.kind]),
  ]);
  return [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, kind]) => {
      const own = deliveries.filter((each) => each.channel === name);
      return {
        name,
        kind,
        /** What it is for; undefined for a channel that is configured no more. */
        settings: configured.find((each) => each.name === name),
        last: own[0],
        test: own.find((each) => each.kind === 'connection-test'),
        delivered: own.find(({ delivery }) => delivery.state === 'delivered'),
        failed: own.find(({ delivery }) => delivery.lastError),
      };
    });
}
