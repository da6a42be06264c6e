/** One update to many customers is one entry of the timeline. Pure. */
import type { TimelineEvent } from '../incidents/facts/events.ts';

const ofUpdates: readonly string[] = [
  'customer-updated',
  'slot-closed',
  'reminded',
  'update-requested',
  'update-failed',
];
/** What of one update is recorded within so long belongs together. */
const withinMs = 120_000;

export const isOfUpdates = (type: string): boolean => ofUpdates.includes(type);

/** Neighbours that are about updates and were recorded at once, in the order given; every other event by itself. */
export function groupEvents<T extends Pick<TimelineEvent, 'type' | 'recordedAt'>>(events: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const event of events) {
    const group = groups.at(-1);
    const [first] = group ?? [];
    const isSame =
      first !== undefined &&
      isOfUpdates(first.type) &&
      isOfUpdates(event.type) &&
      Math.abs(first.recordedAt.getTime() - event.recordedAt.getTime()) <= withinMs;
    if (group && isSame) group.push(event);
    else groups.push([event]);
  }
  return groups;
}
