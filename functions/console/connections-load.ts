/** What is known of each door and each channel; and asking a door. */
import type { QuarantineEntry } from '../incidents/signals/quarantine.ts';
import type { Tool } from '../incidents/signals/signal.ts';
import { monitoring } from '../intake/sources/monitoring.ts';
import { ticketSources } from '../intake/sources/sources.ts';
import { type Channel, isEscalation, type Unreached } from '../outgoing/channels/receivers.ts';
import type { NoticeRecord } from '../outgoing/deliver-once.ts';
import { call, NoAnswer } from '../platform/call.ts';
import { isDeployed } from '../platform/config.ts';
import { allOf, collections, dataOf, firestore, fromDocument } from '../platform/firestore.ts';
import { jsonIn, objectAt } from '../platform/loose.ts';
import { nobody } from '../platform/notice-record.ts';
import type { ProblemCode } from '../platform/problem.ts';
import { serviceOf } from '../topology.ts';

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
  const kinds = new Map([
    ...deliveries
      .filter(({ channel }) => channel !== nobody)
      .map((each): [string, string] => [each.channel, each.channelKind]),
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

/** Of the variables one has to be set. */
export const doors = [
  ...Object.entries(ticketSources).map(([name, { tool, secretNames: variables }]) => {
    return {
      tool,
      function: 'tickets' as const,
      path: name === 'generic' ? '/tickets' : `/tickets/${name}`,
      variables,
    };
  }),
  { tool: monitoring.tool, function: 'alerts' as const, path: '/alerts', variables: monitoring.secretNames },
];

type Door = Pick<(typeof doors)[number], 'path'> & { function: 'tickets' | 'alerts' };

/** Where a door is: Cloud Run gives each service a host of its own, named after it; elsewhere all share one. */
export function doorAddress({ function: name, path }: Door, consoleUrl: string | undefined): string | undefined {
  if (!consoleUrl || !URL.canParse(consoleUrl)) return undefined;
  const url = new URL(consoleUrl);
  const own = `${serviceOf('console')}-`;
  const isOnCloudRun = url.host.startsWith(own) && url.host.endsWith('.run.app');
  const host = isOnCloudRun ? `${serviceOf(name)}-${url.host.slice(own.length)}` : url.host;
  return `${url.protocol}//${host}${path}`;
}

export type CheckOutcome = 'open' | 'closed' | 'unreachable' | 'unexpected';

/**
 * Whether a door is open, asked of the door itself: the console holds none of its secrets. The door is called without
 * a proof, as a stranger would; it answers that it refuses strangers, or that it is closed and which variable is missing.
 * Never throws: that it cannot be reached is an outcome.
 */
export async function checkDoor(address: string): Promise<{ outcome: CheckOutcome; detail: string }> {
  const asStranger = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  const within = { allowPrivate: !isDeployed(), timeoutMs: 5_000, mostBytes: 2_000 };
  const answer = await call(address, { ...asStranger, ...within }).catch((error: Error) => error);
  if (answer instanceof Error) return { outcome: 'unreachable', detail: answer.message.slice(0, 300) };
  const { status, body } = answer;
  // A problem's code and detail, as far as it is one: what answers may be another program.
  const { code, detail: said } = objectAt(body instanceof NoAnswer ? undefined : jsonIn(body));
  const detail = typeof said === 'string' ? said.slice(0, 300) : '';
  if (code === ('door-closed' satisfies ProblemCode)) return { outcome: 'closed', detail };
  return status === 401
    ? { outcome: 'open', detail }
    : { outcome: 'unexpected', detail: `HTTP ${status} ${detail}`.trim() };
}
