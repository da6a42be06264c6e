/** The parts of a decision about an incident: events, and their effects on its contacts. Pure. */

import { type FieldError, Problem, type ProblemCode, type Reason } from '../../platform/problem.ts';
import type { Policy } from '../../policy.ts';
import type { Incident } from '../incident.ts';
import type { Contact } from '../rhythm/contact.ts';
import type { Author, Customer, RawBody, Signal } from '../signals/signal.ts';
import type { ConclusionOf, FactOf } from './events.ts';
import type { Seen } from './version.ts';

export interface Context extends Author {
  now: Date;
  policy: Policy;
  /** The `Idempotency-Key`: the same one answers the same, and records once. */
  idempotencyKey?: string | undefined;
  /** The version that the caller saw, if they say so: refused if something has been stated since. */
  seen?: Seen | undefined;
  /** It was accepted once: if it is now from before the occurrence, it stays and is shown as a contradiction. */
  isRetold?: boolean;
}

/** One received signal that is to be filed. */
export interface Intake {
  signal: Signal;
  raw: RawBody;
  /** IDs under which the same signal may have been filed within its re-send window. */
  sentBeside?: string[] | undefined;
  /** The identity and state of each alert in a group: stored beside the signal, because a long body may be cut. */
  alertIds?: string[] | undefined;
  /** Identifies the attempt: the signal that it writes carries this ID, which distinguishes a resent commit. */
  attempt: string;
}

/** The contacts that an effect applies to: all, those of some customers, or those answered on a ticket. */
export interface Recipients {
  whom: 'all' | string[];
  ticket?: { tool: string; id: string };
}

/** A change to the contacts of an incident, applied to their state at the commit. */
export type ContactEffect =
  | (Recipients & { kind: 'updated'; sentAt: Date; message?: string; channel: string; isRecovery: boolean })
  | (Recipients & { kind: 'recovered'; recoveredAt: Date })
  | (Recipients & { kind: 'unreached'; requestedAt: Date; updateId: string; why: string })
  | { kind: 'recovery-corrected'; from: Date; to: Date }
  | {
      kind: 'affected';
      customers: Customer[];
      knownAt: Date;
      /** The one among these customers who sent the report. */
      ticket?: Contact['ticket'];
      reporter?: Customer;
    }
  | { kind: 'removed'; whom: string[] }
  | { kind: 'not-occurring' }
  | { kind: 'reopened'; at: Date };

/** A pending announcement in a timer. */
export type Pending = Announcement | Sending;

/** The incident's next look announces it, together with whatever else is due. */
export interface Announcement {
  kind: string;
  /** Part of the notice's id: the same notice is sent once. */
  key: string;
  since: Date;
  /** The customer's message that the notice quotes and answers. */
  word?: CustomerMessage;
  /** The worse values that the notice lists. */
  worse?: Worse[];
}

/** What a customer said: who, on which ticket, and the beginning of their words. */
export interface CustomerMessage {
  customers: string[];
  ticket: { tool: string; id: string };
  message?: string;
}

/** A value of a later report that is worse than the known one, and whether it is taken. */
export interface Worse {
  field: string;
  known: string | number;
  reported: string | number;
  isTaken: boolean;
}

/** Sent unchanged once it is committed, and again under the same key after a crash in between. */
export interface Sending extends Announcement {
  /** The payload for the sender registered for its kind. */
  sends: unknown;
}

export const isSending = (pending: Pending): pending is Sending => 'sends' in pending;

/** The facts to record, and the notices and messages to send with them. */
export interface Decided {
  facts: FactOf[];
  outbox?: Pending[];
}

/** The conclusions that rules draw from a signal, and the notices and messages to send for it. */
export interface Heard {
  concluded: ConclusionOf[];
  outbox: Pending[];
}

export interface Refusal {
  refused: Reason;
  status: 409 | 422;
  errors?: FieldError[];
  /** The code by which programs recognise it. */
  code?: ProblemCode;
}

export const problemOf = ({ status, refused, errors = [], code }: Refusal): Problem =>
  new Problem(status, refused, { errors, ...(code ? { code } : {}) });

/** @throws what keeps it from being sent: it is sent again when the lease has run out, so it may be sent twice */
export type Sender = (sends: unknown, about: { incident: Incident; now: Date; policy: Policy }) => Promise<void>;

/** By kind of outbox entry; each sender is loaded on first use. */
export type Senders = Readonly<Record<string, () => Promise<Sender>>>;
