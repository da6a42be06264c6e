/**
 * Facts and conclusions. A fact is what a report, a person, a tool, the clock or Metronome itself said or did; it never
 * changes. What rules conclude from facts is written beside them for people to read, and is never read back. Pure.
 */

import type { OwnStatement } from '../statements/given.ts';
import type { EventOf, EventType, TimelineEvent } from './events.ts';

/** A fact with its event's id, and the time at which it was recorded, which the rules take for now. */
export type Fact<T extends EventType = EventType> = EventOf<T> & Pick<TimelineEvent, 'id' | 'recordedAt'>;

/** What people state of one incident. */
const ownTypes: ReadonlySet<string> = new Set<OwnStatement['type']>([
  'responded',
  'assigned',
  'verified',
  'scoped',
  'snoozed',
  'customer-removed',
  'mitigated',
  'customer-updated',
  'recovered',
  'caused',
  'fixed',
  'prevention',
  'corrected',
  'commented',
  'role-taken',
  'role-handed-over',
]);

/** What a person stated of this incident alone: neither a tool's report nor what a rule made of it. */
export function isOwnStatement(event: EventOf): boolean {
  return event.actor !== 'rule' && event.detail.signalId === undefined && ownTypes.has(event.type);
}

/** What a look of the minute tick did. Time itself is no fact: what it brings about follows from the others. */
export const isLook = ({ type }: EventOf): boolean =>
  type === 'slot-closed' || type === 'reminded' || type === 'escalated' || type === 'paged';

/** The statement that a person's fact was made of. */
export function statementIn(fact: EventOf): OwnStatement {
  const said = saidIn(fact);
  return { ...said, type: fact.type, ...(fact.evidenceUrl ? { evidenceUrl: fact.evidenceUrl } : {}) } as OwnStatement;
}

/** An update that was sent holds its ticket beside what was said; a corrected time is a Date in the store. */
function saidIn(fact: EventOf): object {
  if (fact.type === 'corrected') {
    const { field, new: value } = fact.detail;
    return { field, value: value instanceof Date ? value.toISOString() : value };
  }
  if (fact.type !== 'customer-updated') return fact.detail;
  const { customers, message, channel, recovery } = fact.detail;
  return { customers, message, channel, recovery };
}

/** What has a place in the order of the timeline: all but the signals that changed nothing. */
export const isSequenced = ({ id }: Pick<TimelineEvent, 'id'>): boolean => /^\d+$/.test(id);

/** A statement was retracted, here or in an incident that this one is or was linked with. */
export const isRetraction = ({ type }: Pick<EventOf, 'type'>): boolean =>
  type === 'retracted' || type === 'retracted-elsewhere';

/** Which events have been retracted. */
export const takenBack = (events: readonly TimelineEvent[]): ReadonlySet<string> =>
  new Set(events.flatMap((each) => (each.type === 'retracted' ? [each.detail.eventId] : [])));
