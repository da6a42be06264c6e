/** The system from outside: all that the world acts on and the oracle sees. */

/** One HTTP request to a function, or one message published to a topic by somebody outside (Cloud Monitoring's Pub/Sub channel). */
export type Call =
  | { kind: 'http'; method: 'GET' | 'POST' | 'PATCH'; path: string; headers: Record<string, string>; body?: string }
  | { kind: 'publish'; topic: string; data: string; attributes?: Record<string, string> };

export interface Answer {
  status: number;
  /** By their lower-case names. */
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: read by who expects it
  body: any;
}

export interface Delivered {
  id: string;
  channel: string;
  kind: string;
  incidentId: string | null;
  customers: string[];
  text: string;
  deliveredAt: string;
}

/** The content of a tool's ticket. */
export interface ToolComment {
  tool: string;
  ticketId: string;
  id: string;
  body: string;
  isPublic: boolean;
  /** Whether Metronome has written it. */
  isOurs: boolean;
  at: number;
}

export interface SlackMessage {
  channel: string;
  ts: string;
  threadTs?: string;
  text: string;
  blocks: readonly object[];
  metadata?: unknown;
}

/** A modal as its opener sees it. */
export interface SlackModal {
  id: string;
  user: string;
  isOpen: boolean;
  view: {
    callback_id?: string | undefined;
    private_metadata?: string | undefined;
    external_id?: string | undefined;
    submit?: unknown;
    blocks?: object[] | undefined;
  };
}

/** What people see in Slack, and what Slack itself adds to what they do. */
export interface SlackView {
  /** Oldest first. */
  messages(): readonly SlackMessage[];
  /** What one person alone was told, oldest first. */
  whispers(): readonly { user: string; text: string; at: number }[];
  modals(): readonly SlackModal[];
  close(modalId: string): void;
  /** Somebody who is no ordinary member. */
  introduce(user: { id: string; is_restricted?: boolean; is_bot?: boolean }): void;
  /** Opens one modal within three seconds. */
  trigger(user: string): string;
  /** The address for answers to an action. */
  answersAt(user: string): string;
}

/** A page of Notion as its readers see it. */
export interface NotionPage {
  id: string;
  title: string;
  inTrash: boolean;
  /** By their names; relations are lists of pages' ids. */
  properties: Record<string, unknown>;
}

/** What the services outside show of what was done there; absent where a run does not have them. */
export interface RemoteViews {
  /** All pages in Notion. */
  notionPages?(): readonly NotionPage[];
  /** Whether a stand-in was away or struck at some time between two instants. */
  struck?(standIn: string, from: number, to: number): boolean;
  /** All that was said on the tickets of the tools. */
  comments?(): readonly ToolComment[];
  slack?: SlackView;
  /** All that PagerDuty took, oldest first. */
  pages?(): readonly {
    at: number;
    action: 'trigger' | 'acknowledge' | 'resolve';
    incidentId: string;
    episode?: number;
  }[];
  /** Who has the duty at an instant, by the calendar of another instant. */
  onDuty?(at: number, asOf: number): string[];
}

export interface Stage {
  /** The true time of the simulated world, epoch milliseconds. */
  now(): number;
  /** Undefined: the connection was lost, and the sender cannot know what became of it. A publish answers 200 once it is durable. */
  send(call: Call): Promise<Answer | undefined>;
  /** All that the inbox channel has taken so far, oldest first. */
  delivered(): readonly Delivered[];
  /** What was stopped, in the world's time: while a window was open, the system could not be expected to act. */
  outages(): readonly {
    /** `slow`: something took seconds to arrive. */
    what: 'scheduler' | 'pubsub' | 'firestore' | 'channel' | 'instance' | 'slow';
    from: number;
    to: number;
  }[];
  /** The last point of each gauge that Metronome writes. */
  gauges(): readonly { name: string; labels: Record<string, string>; value: number; at: number }[];
  /** What the services outside show. */
  remote(): RemoteViews;
  /**
   * Every document that Firestore holds, by path (`incidents/inc_…/contacts/con_…`), with plain values: times as epoch
   * milliseconds, bytes as Uint8Array. Only the oracle reads it.
   */
  documents(): ReadonlyMap<string, Record<string, unknown>>;
}

/** One thing somebody outside does. It may wait for answers, and plan more acts (a retry, a reaction) by returning them. */
export interface Act {
  at: number;
  name: string;
  run(stage: Stage): Promise<Act[]>;
}

export interface World {
  /** Epoch milliseconds. */
  start: number;
  end: number;
  /** All that happens whatever the system does; what depends on answers is planned by the acts. */
  acts: Act[];
}

/** What must hold. Each violation is one sentence that names what was expected, what was found, and of which record. */
export interface Oracle {
  /** Sees every call and its answer as they are made, also those the world never got an answer to. */
  observe(call: Call, answer: Answer | undefined, at: number): void;
  /** Cheap, after every act and every minute. */
  check(stage: Stage): string[];
  /** Once all is quiet, faults have ended and the last week's bundle is assembled. It may read the API through the stage. */
  finish(stage: Stage): Promise<string[]>;
}
