/** What is known of each channel: its settings, whether it asked to wait, and its last deliveries. */
import { allOf, collections, firestore } from '../../platform/firestore.ts';
import { nobody } from '../../platform/notice-record.ts';
import type { NoticeRecord } from '../deliver-once.ts';
import { endOfHold, type Hold, readKnownChannels } from './known-channels.ts';
import { isEscalation } from './receivers.ts';

export type KnownStates = Awaited<ReturnType<typeof loadChannelStates>>;
export type ChannelState = KnownStates['channels'][number];

/** The notices that changed last, of all channels. */
const mostRead = 100;

export async function loadChannelStates(at: Date) {
  const newest = firestore().collection(collections.notices).orderBy('delivery.updatedAt', 'desc').limit(mostRead);
  const [known, notices] = await Promise.all([readKnownChannels(), newest.get()]);
  const deliveries = allOf<NoticeRecord>(notices);
  const configured = known?.channels ?? [];
  const kinds = new Map([
    ...deliveries
      .filter(({ channel }) => channel !== nobody)
      .map((each): [string, string] => [each.channel, each.channelKind]),
    ...configured.map((each): [string, string] => [each.name, each.kind]),
  ]);
  const channels = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, kind]) => {
      const own = deliveries.filter((each) => each.channel === name);
      return {
        name,
        kind,
        /** What the channel accepts; undefined if it is no longer configured. */
        settings: configured.find((each) => each.name === name),
        hold: heldAt(known?.holds?.[name], at),
        last: own[0],
        test: own.find((each) => each.kind === 'connection-test'),
        delivered: own.find(({ delivery }) => delivery.state === 'delivered'),
        failed: own.find(({ delivery }) => delivery.lastError),
      };
    });
  return {
    channels,
    /** Whether `notify` has reported that there are no channels. */
    hasNoChannel: known?.channels.length === 0,
    /** Areas whose escalations no channel accepts. */
    reachesNobody: (known?.unreached ?? []).some(isEscalation),
  };
}

/** @returns undefined once it has ended. `urgentUntil`: for pages, emergencies and escalations. */
function heldAt(hold: Hold | undefined, at: Date) {
  if (!hold || hold.until <= at) return undefined;
  return { until: hold.until, urgentUntil: endOfHold(hold, true), why: hold.why };
}
