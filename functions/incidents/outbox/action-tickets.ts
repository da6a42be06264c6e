/** The ticket of a next action, as the room that keeps actions and the one that makes tickets speak of it. Pure. */
import type { Outcome } from '../../platform/delivery.ts';

export const actionLabel = 'metronome-action';
/** The label that identifies the ticket of an action item. Anybody may put it on any ticket. */
export const ownLabel = (actionId: string): string => `metronome-${actionId}`;
export const actionOf = (label: string): string | undefined => /^metronome-(act_[\da-f]{24})$/.exec(label)?.[1];

export interface WantedTicket {
  actionId: string;
  summary: string;
  /** The rest of its text, one string a paragraph. */
  paragraphs: readonly string[];
  /** The due date in our time zone: `2026-12-18`. */
  dueOn: string;
}

/** The tool. What it has made it delivers with `key` and `url` as fields. */
export interface TicketMaker {
  make(wanted: WantedTicket): Promise<Outcome>;
  find(wanted: WantedTicket): Promise<Outcome | 'absent'>;
  look(key: string): Promise<{ isClosed: boolean } | { why: string }>;
}

/** Makes an action’s ticket, or looks at the one that was made. @throws TemporaryFailure */
export type ActionTickets = (actionId: string, tool: TicketMaker) => Promise<void>;
