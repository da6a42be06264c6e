/**
 * The timeline, append-only: every fact, and beside it what rules conclude, in the order of recording. A fact never changes,
 * and a conclusion is never read back. An incident's document is the fold of its facts and is kept for reading alone. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Incident } from '../incident.ts';
import type { OwnStatement } from '../statements/statement-schemas.ts';
import type { Changes, ConclusionOf, EventOf, FactOf, TimelineEvent } from './events.ts';

export const eventId = (sequence: number): string => String(sequence).padStart(8, '0');

/** Sets the given fields; null removes one. */
export function applyChanges(incident: Incident, changes: Changes): Incident {
  const next: Record<string, unknown> = { ...incident };
  for (const [field, value] of Object.entries(changes)) {
    if (value === null) delete next[field];
    else next[field] = value;
  }
  return next as unknown as Incident;
}

/** Compares values in stored form: Firestore returns the fields of an object in its own order. */
export const isSame = isDeepStrictEqual;

/** The changes from one to the other, as input of `applyChanges`. */
export function changedFields(before: Incident, after: Incident): Changes {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Incident>;
  const changed = [...fields].filter((field) => !isSame(before[field], after[field]));
  return Object.fromEntries(changed.map((field) => [field, after[field] ?? null]));
}

/** Gives decided events their place after `lastSequence`, and the incident the place of the last of them. */
export function sequenced(
  after: Incident,
  decided: readonly EventOf[],
  lastSequence: number,
  now: Date,
  policyVersion: string,
): { events: TimelineEvent[]; incident: Incident } {
  const recorded = { recordedAt: now, policyVersion };
  const events = decided.map(
    (event, index) =>
      ({ ...event, isFact: isFact(event), id: eventId(lastSequence + index + 1), ...recorded }) as TimelineEvent,
  );
  return { events, incident: events.reduce(afterEvent, after) };
}

export const asNext = <T extends EventOf>(
  { lastSequence }: Pick<Incident, 'lastSequence'>,
  event: T,
  recordedAt: Date,
): T & Pick<TimelineEvent, 'id' | 'recordedAt'> => ({ ...event, id: eventId(lastSequence + 1), recordedAt });

/** The sequence up to which the record is told, and the one up to which people must have read to have seen it all. */
export function afterEvent(incident: Incident, event: EventOf & Pick<TimelineEvent, 'id'>): Incident {
  const lastSequence = Number(event.id);
  const isStated = isFact(event) && event.actor !== 'rule';
  return { ...incident, lastSequence, ...(isStated ? { statedSequence: lastSequence } : {}) };
}

/** A signal that came in later, whether it changed the record or not. */
export const isOfSignal = <T extends EventOf>(event: T): event is T & FactOf<'reported' | 'signal-received'> =>
  event.type === 'reported' || event.type === 'signal-received';

export const isFact = (event: EventOf): event is FactOf => event.isFact !== false;

type Place = Pick<TimelineEvent, 'id' | 'recordedAt'>;
/** A fact with its event's ID and its recording time, which rules use as the present. */
export type Fact<T extends FactOf['type'] = FactOf['type']> = FactOf<T> & Place;
/** The changes of a report, at the place of the fact from which they were concluded. */
export type Concluded<T extends ConclusionOf['type'] = ConclusionOf['type']> = ConclusionOf<T> & Place;

/** What people state of one incident. A list: the schemas, from which it follows, need not be loaded for it. */
const ownTypes: ReadonlySet<string> = new Set<OwnStatement['type']>([
  'responded',
  'assigned',
  'verified',
  'described',
  'scoped',
  'snoozed',
  'customer-removed',
  'names-removed',
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
export const isOwnStatement = (event: EventOf): event is FactOf<OwnStatement['type']> =>
  isFact(event) && event.actor !== 'rule' && ownTypes.has(event.type);

/** The result of a look of the minute tick. The passing of time is no fact: its effects follow from the other facts. */
export const isLook = ({ type }: EventOf): boolean => type === 'reminded' || type === 'escalated' || type === 'paged';

export function statementIn(fact: FactOf): OwnStatement {
  const said = saidIn(fact);
  return { ...said, type: fact.type, ...(fact.evidenceUrl ? { evidenceUrl: fact.evidenceUrl } : {}) } as OwnStatement;
}

/** An update that was sent holds its ticket beside what was said; a corrected time is a Date in the store. */
function saidIn(fact: FactOf): object {
  if (fact.type === 'corrected') {
    const { field, new: value } = fact.detail;
    return { field, value: value instanceof Date ? value.toISOString() : value };
  }
  if (fact.type !== 'customer-updated') return fact.detail;
  const { customers, message, channel, recovery } = fact.detail;
  return { customers, message, channel, recovery };
}

/** Events with a place in the timeline's order: all but signals that changed nothing. */
export const isSequenced = ({ id }: Pick<TimelineEvent, 'id'>): boolean => /^\d+$/.test(id);

export const isRetraction = ({ type }: Pick<EventOf, 'type'>): boolean => type === 'retracted';

export const takenBack = (events: readonly TimelineEvent[]): ReadonlySet<string> =>
  new Set(events.flatMap((each) => (each.type === 'retracted' ? [each.detail.eventId] : [])));

export function withoutTakenBack(events: readonly TimelineEvent[]): TimelineEvent[] {
  const taken = takenBack(events);
  return events.filter(({ id }) => !taken.has(id));
}
