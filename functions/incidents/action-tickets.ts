/** The ticket of a next action, as the room that keeps actions and the one that makes tickets speak of it. Pure. */

/** Whatever carries it in the tool is an action’s, and no report of anybody’s. */
export const actionLabel = 'metronome-action';

/** A ticket that is wanted, or was made and may have been closed. */
export interface WantedTicket {
  actionId: string;
  summary: string;
  /** What else it says, a paragraph each. */
  paragraphs: readonly string[];
  /** The day on which it is due where we are: `2026-12-18`. */
  dueOn: string;
  requestedAt: Date;
  /** A request that makes it may have reached the tool. */
  mayBeThere: boolean;
  /** Of one that was made. */
  key: string | null;
}

export type TicketOutcome =
  | { kind: 'made'; key: string; url: string }
  | { kind: 'failed'; why: string }
  /** It is tried again, not before `until`. */
  | { kind: 'later'; until: Date; mayBeThere: boolean; why: string }
  /** Of one that was made. */
  | { kind: 'seen'; isClosed: boolean };

export interface ActionTickets {
  /** Takes it up for a while; undefined where there is nothing to do, `later` where another does it, or it has to wait. */
  claim(actionId: string, now: Date): Promise<WantedTicket | 'later' | undefined>;
  /** From here on it may be there. */
  leaves(actionId: string): Promise<void>;
  settle(actionId: string, outcome: TicketOutcome, now: Date): Promise<void>;
}
