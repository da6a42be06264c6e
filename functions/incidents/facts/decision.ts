/** What decisions about an incident are made of: events, and what its contacts have to do. Pure. */

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
  /** What the caller has seen of the record, where they say so: it is refused where more has been stated since. */
  seen?: Seen | undefined;
  /** It was accepted once: if it is now from before the occurrence, it stays and is shown as a contradiction. */
  isRetold?: boolean;
}

/** One thing that came in, as it is to be filed. */
export interface Intake {
  signal: Signal;
  raw: RawBody;
  /** Ids of signals that are this one if they came within the re-send window of it. */
  sentBeside?: string[] | undefined;
  /** Of a group of alerts, each one's identity and state: kept beside the signal, whatever becomes of a long body. */
  alertIds?: string[] | undefined;
  /** Tells a resent commit from another's: the signal that it wrote carries this. */
  attempt: string;
}

/** Of which contacts an effect speaks: all, those of some customers, or those that are answered on a ticket. */
export interface Recipients {
  whom: 'all' | string[];
  ticket?: { tool: string; id: string };
}

/** What has to happen to the contacts of an incident; applied to them as they are at the commit. */
export type ContactEffect =
  | (Recipients & { kind: 'updated'; sentAt: Date; message?: string; channel: string; isRecovery: boolean })
  | (Recipients & { kind: 'recovered'; recoveredAt: Date })
  | (Recipients & { kind: 'unreached'; requestedAt: Date; updateId: string; why: string })
  | { kind: 'recovery-corrected'; from: Date; to: Date }
  | {
      kind: 'affected';
      customers: Customer[];
      knownAt: Date;
      /** Of the one among them who has reported on it. */
      ticket?: Contact['ticket'];
      reporter?: Customer;
    }
  | { kind: 'removed'; whom: string[] }
  | { kind: 'not-occurring' }
  | { kind: 'reopened'; at: Date };

/** What a timer holds that is still to be told. */
export type Pending = Announcement | Sending;

/** The next look at the incident puts it into words, together with whatever else is due then. */
export interface Announcement {
  kind: string;
  /** Part of the notice's id: the same notice is sent once. */
  key: string;
  since: Date;
  /** Of a customer's message: what the notice quotes and answers. */
  word?: CustomerMessage;
  /** Of a worse report: what the notice lists. */
  worse?: Worse[];
}

/** What a customer said: who, on which ticket, and the beginning of their words. */
export interface CustomerMessage {
  customers: string[];
  ticket: { tool: string; id: string };
  message?: string;
}

/** What a later report says worse than was known, and whether that is taken. */
export interface Worse {
  field: string;
  known: string | number;
  reported: string | number;
  isTaken: boolean;
}

/** Sent unchanged once it is committed, and again under the same key after a crash in between. */
export interface Sending extends Announcement {
  /** What the sender that is registered for its kind is handed. */
  sends: unknown;
}

export const isSending = (pending: Pending): pending is Sending => 'sends' in pending;

/** What is to be recorded, and what is to be told or sent with it. */
export interface Decided {
  facts: FactOf[];
  outbox?: Pending[];
}

/** What rules conclude from a signal, and what has to be told or sent for it. */
export interface Heard {
  concluded: ConclusionOf[];
  outbox: Pending[];
}

export interface Refusal {
  refused: Reason;
  status: 409 | 422;
  errors?: FieldError[];
  /** What programs tell it apart by. */
  code?: ProblemCode;
}

export const problemOf = ({ status, refused, errors = [], code }: Refusal): Problem =>
  new Problem(status, refused, { errors, ...(code ? { code } : {}) });

/** @throws what keeps it from being sent: it is sent again when the lease has run out, so it may be sent twice */
export type Sender = (sends: unknown, about: { incident: Incident; now: Date; policy: Policy }) => Promise<void>;

/** By the kind of the outbox's entry; each is loaded where it is needed. */
export type Senders = Readonly<Record<string, () => Promise<Sender>>>;
