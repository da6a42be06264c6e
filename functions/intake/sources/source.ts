/** What the file of a ticket tool, or of a tool that sends alerts, provides: how its sender is verified and how its body is read. */
import type { IncomingHttpHeaders } from 'node:http';
import type { RawBody, Signal, Tool } from '../../incidents/signals/signal.ts';
import type { Config } from '../../platform/config.ts';
import type { Answer } from '../../platform/door.ts';
import type { FieldError } from '../../platform/problem.ts';
import type { Policy } from '../../policy.ts';

/** The parts of a request by which a sender proves itself. */
export interface Envelope {
  headers: IncomingHttpHeaders;
  query: URLSearchParams;
}

/** Control fields from the query string or headers, where no customer writes. */
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

/** The result of reading a verified body: something to file, or something to ignore (pings, other topics). */
export type Reading =
  /** `sentBeside`: the ids of the same content in the re-send windows before and after. `isAction`: said to be the ticket of a next action of ours; where it is, it is no report. `alertIds`: of a group, each alert’s identity and state. */
  | { signal: Signal; sentBeside?: string[]; isAction?: { id: string; key: string }; alertIds?: string[] }
  | { ignored: string; isConnectionTest?: boolean };

/** Thrown by `read` for a verified body that cannot be understood. It leads to quarantine, and is not itself an answer. */
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
  /** Identifies a verified sender among several by what it presented. A tool that signs is one sender. */
  sender?(envelope: Envelope): string;
  /** What a repeated delivery is known by, as far as its proof covers it. */
  eventId?(envelope: Envelope, bytes: Buffer, config: Config): string | undefined;
  /** Which words beside the body count; no signature covers them. */
  takesBeside?: readonly (keyof Beside)[];
  /** JSON, unless the tool is known to send something close to it. @throws Problem 400, or Unreadable to be quarantined */
  parse?: (bytes: Buffer) => unknown;
  /** @throws Unreadable */
  read(body: unknown, bytes: Buffer, context: SourceContext): Reading;
  /** A tool cannot correct its body, so an unreadable one is answered 202. The generic door answers 422. */
  isStrict?: boolean;
  /** Its tools retry only after a 5xx: a body that cannot be taken now is answered 503, and a long body is accepted. */
  givesUpOnRefusals?: boolean;
  /** POST alone where it is left out. */
  methods?: readonly string[];
  /** Intercom tries an address with HEAD before it takes it. */
  answersHead?: boolean;
  /** The part of a body that may be stored, if the body contains a secret. */
  kept?(bytes: Buffer): Buffer;
  /** The form of the answer, if the tool expects one of its own. */
  accepted?(raw: RawBody, beside: Beside | undefined, answer: Answer): Answer;
}
