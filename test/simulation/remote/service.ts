/** What a service outside of Metronome is to the simulation: a stand-in of `npm start`, and what the world sees of it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type { Driven, LocalClock } from '../../../infra/cloud/src/clock.ts';
import type { Faults } from '../../../infra/cloud/src/faults.ts';
import type { Call, RemoteViews } from '../stage.ts';

/** What a stand-in needs. */
export interface Around {
  db: DatabaseSync;
  clock: LocalClock;
  faults: Faults;
  /** Carries what it posts to the functions' doors. */
  fetch: typeof fetch;
  /** What the functions find set. */
  environment(): Readonly<Record<string, string | undefined>>;
  /** Where the functions are. */
  doors(): string;
  /** Of the run. */
  seed: string;
}

export interface OpenService {
  /** Answers what is asked of it. @returns whether the request was for it; without an answer the caller gives up by itself */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** What it does by itself, by the clock. */
  driven?: Driven;
  /** Takes note of what the world sends to the functions, where it would know of that first. */
  hear?(call: Call): void;
}

/** What a view is made from. @property site where all of them listen */
export interface Seen extends Pick<Around, 'db' | 'seed'> {
  clock: Pick<LocalClock, 'now'>;
  site: string;
}

export interface RemoteService {
  /** The stand-ins behind it, as fault targets name them (`tools.<name>.<operation>`): each is away by itself. */
  standIns: readonly string[];
  /** Before the run, in real time: what it needs to know its variables. */
  prepare?(): Promise<void>;
  /** Variables of the functions. @param site where all of them listen: `http://127.0.0.1:…` */
  environment(site: string): Record<string, string>;
  /** How often the minute tick asks it for something, though no timer is due. */
  readEveryMs?: number;
  /** What it adds to NOTIFY_CHANNELS. */
  channels?: readonly Readonly<Record<string, unknown>>[];
  open(around: Around): OpenService;
  /** What the world and the oracle see of it, read from the stand-ins' own store. */
  view?(of: Seen): RemoteViews;
}
