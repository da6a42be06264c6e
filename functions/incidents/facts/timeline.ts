/**
 * The timeline, append-only: every fact, and beside it what rules conclude, in the order of recording. An incident's
 * document is the fold of its facts and is kept for reading alone. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Incident } from '../incident.ts';
import type { Changes, EventOf, TimelineEvent } from './events.ts';

export const eventId = (sequence: number): string => String(sequence).padStart(8, '0');

/** With some fields as they have become; null takes one away. */
export function applyChanges(incident: Incident, changes: Changes): Incident {
  const next: Record<string, unknown> = { ...incident };
  for (const [field, value] of Object.entries(changes)) {
    if (value === null) delete next[field];
    else next[field] = value;
  }
  return next as unknown as Incident;
}

/** Equal as they are stored: the store gives the fields of an object in an order of its own. */
export const isSame = isDeepStrictEqual;

/** What led from one to the other, as `applyChanges` takes it. */
export function changedFields(before: Incident, after: Incident): Changes {
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Incident>;
  const changed = [...fields].filter((field) => !isSame(before[field], after[field]));
  return Object.fromEntries(changed.map((field) => [field, after[field] ?? null]));
}

/**
 * Gives decided events their place after `lastSequence`. The incident's own sequence moves with the last of them, and
 * what people see of it has changed with the last that is not by `rule`.
 */
export function sequenced(
  after: Incident,
  decided: readonly EventOf[],
  lastSequence: number,
  now: Date,
  policyVersion: string,
): { events: TimelineEvent[]; incident: Incident } {
  const recorded = { recordedAt: now, policyVersion };
  const events = decided.map((event, index) => ({ ...event, id: eventId(lastSequence + index + 1), ...recorded }));
  return { events, incident: events.reduce(afterEvent, after) };
}

export const asNext = <T extends EventOf>(
  { lastSequence }: Pick<Incident, 'lastSequence'>,
  event: T,
  recordedAt: Date,
): T & Pick<TimelineEvent, 'id' | 'recordedAt'> => ({ ...event, id: eventId(lastSequence + 1), recordedAt });

/** How far the record has been told, and how far people have to have read to have seen it all. */
export function afterEvent(incident: Incident, { id, actor }: Pick<TimelineEvent, 'id' | 'actor'>): Incident {
  const lastSequence = Number(id);
  return { ...incident, lastSequence, ...(actor === 'rule' ? {} : { statedSequence: lastSequence }) };
}
