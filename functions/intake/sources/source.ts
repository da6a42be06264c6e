/** What the file of a ticket tool, or of Cloud Monitoring, provides: how its sender is verified and how its body is read. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Signal, Tool } from '../../incidents/signals/signal.ts';
import type { Config } from '../../platform/config.ts';
import type { FieldError } from '../../platform/problem.ts';
import type { Policy } from '../../policy.ts';

/** The parts of a request by which a sender proves itself. */
export interface Envelope {
  headers: IncomingHttpHeaders;
  query: URLSearchParams;
}

/** What came beside the body, in the query string or in headers, where no customer writes. */
export interface Beside {
  event?: string;
  ticket?: string;
}

/** What is known of a body beside its bytes. */
export interface Delivered {
  /** The tool's own id of this delivery, where it is in a header. */
  eventId?: string | undefined;
  beside?: Beside | undefined;
  policy: Policy;
}

export interface SourceContext extends Delivered {
  /** First bytes, also of a body that is filed later or replayed. */
  receivedAt: Date;
  config: Config;
}

/** What was made of an authentic body: something to file, or something of no interest (pings, other topics). */
export type Reading =
  /** `sentBeside`: the ids of the same content in the re-send windows before and after. `isAction`: said to be the ticket of a next action of ours; where it is, it is no report. */
  | { signal: Signal; sentBeside?: string[]; isAction?: { id: string; key: string } }
  | { ignored: string; isConnectionTest?: boolean };

/** Thrown by `read`: authentic, but not understood. It is quarantined, and is no answer: nobody may take it for a 422. */
export class Unreadable extends Error {
  readonly errors: FieldError[];
  constructor(message: string, errors: FieldError[] = []) {
    super(message);
    this.errors = errors;
  }
}

/** Why the sender is not verified; undefined when it is. */
type Refused = string | undefined;

type SecretVariable = { [K in keyof Config]: Config[K] extends string[] ? K : never }[keyof Config];

export interface IntakeSource {
  tool: Tool;
  /** The variables that hold the secrets of this door; where none is set, it is closed. */
  secretNames: readonly SecretVariable[];
  /** `WWW-Authenticate` of a 401. */
  challenge: string;
  /** Whether a signature over the body decides, so that the body has to be read first. */
  needsBody(envelope: Envelope): boolean;
  refuse(envelope: Envelope, bytes: Buffer, config: Config, policy: Policy, now: Date): Refused | Promise<Refused>;
  /** Which of several senders a verified one is: what it presented. A tool that signs is one sender. */
  sender?(envelope: Envelope): string;
  eventId?(envelope: Envelope): string | undefined;
  /** JSON, unless the tool is known to send something close to it. @throws Problem 400, or Unreadable to be quarantined */
  parse?: (bytes: Buffer) => unknown;
  /** @throws Unreadable */
  read(body: unknown, bytes: Buffer, context: SourceContext): Reading;
  /** A tool cannot mend its body: authentic but unreadable is answered 202. The generic door answers 422. */
  isStrict?: boolean;
  /** Intercom tries an address with HEAD before it takes it. */
  answersHead?: boolean;
  /** Intercom wants exactly 200 for all that was taken. */
  acceptedStatus?: number;
}
