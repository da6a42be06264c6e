/**
 * The timeline, append-only: every fact and every decision, in the order in which it was recorded. An incident's
 * document is the fold of its timeline and is kept for reading alone. Pure.
 */
import type { Changes, DecidedEvent, TimelineEvent } from './events.ts';
import type { Incident } from './incident.ts';

export function eventId(sequence: number): string {
  return String(sequence).padStart(8, '0');
}

/** The incident after an event. */
export function applyChanges(incident: Incident, changes: Changes): Incident {
  const next: Record<string, unknown> = { ...incident };
  for (const [field, value] of Object.entries(changes)) {
    if (value === null) delete next[field];
    else next[field] = value;
  }
  return next as unknown as Incident;
}

/**
 * The incident that a timeline tells.
 * @param events in any order; `filed` carries the initial state
 * @throws Error when the timeline has no `filed` event
 */
export function foldTimeline(events: TimelineEvent[]): Incident {
  const ordered = events.filter((each) => each.changes !== undefined).sort((a, b) => (a.id < b.id ? -1 : 1));
  const [first, ...rest] = ordered;
  if (first?.type !== 'filed') throw new Error('A timeline begins with what was filed.');
  return rest.reduce((incident, event) => applyChanges(incident, event.changes ?? {}), first.changes as Incident);
}

/**
 * Gives decided events their place after `lastSequence`. The incident's own sequence moves with the last of them, and
 * what people see of it has changed with the last that is not by `rule`.
 */
export function sequenced(events: readonly DecidedEvent[], lastSequence: number, now: Date): TimelineEvent[] {
  return events.map((event, index) => {
    const sequence = lastSequence + index + 1;
    const stated = event.actor === 'rule' ? {} : { statedSequence: sequence };
    const changes = { ...event.changes, lastSequence: sequence, ...stated };
    return { ...event, id: eventId(sequence), recordedAt: now, changes };
  });
}
