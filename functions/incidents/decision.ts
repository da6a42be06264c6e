/** What decisions about an incident are made of: events, and what its contacts and its timer have to do. Pure. */

import type { FieldError } from '../platform/problem.ts';
import { type Incident, listMissing } from './incident.ts';
import type { Customer } from './signal/signal.ts';
import { applyChanges, type Changes, type EventType } from './timeline.ts';

/** An event that is decided and not yet recorded: it has no sequence. */
export interface DecidedEvent {
  type: EventType;
  occurredAt: Date;
  actor: string;
  detail: Record<string, unknown>;
  evidenceUrl?: string;
  changes: Changes;
}

/** Of which contacts an effect speaks: all, those of some customers, or those that are answered on a ticket. */
export interface Whom {
  whom: 'all' | string[];
  ticket?: { tool: string; id: string };
}

/** What has to happen to the contacts of an incident; applied to them as they are at the commit. */
export type ContactEffect =
  | (Whom & { kind: 'updated'; sentAt: Date; message?: string; channel: string; isRecovery: boolean })
  | (Whom & { kind: 'recovered'; recoveredAt: Date })
  | {
      kind: 'affected';
      customers: Customer[];
      knownAt: Date;
      count: number | undefined;
      ticket?: { tool: string; id: string; url?: string };
    }
  | { kind: 'not-occurring' }
  | { kind: 'reopened'; at: Date };

/** A notice that the next minute tick publishes. */
export interface PendingNotice {
  kind: string;
  /** Part of the notice's id: the same notice is sent once. */
  key: string;
  since: Date;
}

export interface Decided {
  /** The incident afterwards, but for its sequence. */
  incident: Incident;
  events: DecidedEvent[];
  effects: ContactEffect[];
  pending?: PendingNotice[];
}

export type Decision = Decided | { refused: string; status: 409 | 422; errors?: FieldError[] };

/** The last of the events leaves the list of what is missing as it then is. */
export function withMissing(before: Incident, events: DecidedEvent[]): DecidedEvent[] {
  const last = events.at(-1);
  if (!last) return events;
  const after = events.reduce((incident, event) => applyChanges(incident, event.changes), before);
  return [...events.slice(0, -1), { ...last, changes: { ...last.changes, missing: listMissing(after) } }];
}
