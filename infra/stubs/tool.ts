/** What a stub of a ticket tool is: the tool's own paths, proofs, limits and errors, and the webhooks that it fires. */
import type { IncomingHttpHeaders } from 'node:http';

export const toolNames = ['zendesk', 'intercom', 'freshdesk', 'jira'] as const;
export type ToolName = (typeof toolNames)[number];

/** The house's variables: the tools know the same secrets. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A ticket as the tool keeps it. */
export interface Ticket {
  id: string;
  /** The name that people use, if it is not the ID: Jira's key. */
  key?: string;
  /** Intercom has both under ids of one kind; each has addresses of its own. */
  kind?: 'ticket' | 'conversation';
  subject?: string;
  /** The tool's own status, in lower case. */
  status?: string;
  /** Closed for good: the tool takes no more of it. */
  isClosed?: boolean;
  /** Hidden from the customer: a back-office ticket, or an issue that is no customer request. */
  isInternal?: boolean;
  /** Only if the tool has such a thing. */
  labels?: string[];
  requester?: string;
  organization?: string;
  /** Epoch milliseconds. */
  createdAt: number;
  /** Epoch milliseconds; each change moves it on by at least a second, the grain in which tools show it. */
  updatedAt: number;
}

export interface Author {
  id: string;
  name: string;
  isStaff: boolean;
}

/** Something that was said on a ticket, in public or within the team. */
export interface Comment {
  id: string;
  /** As sent: HTML, a document of nodes, or text. */
  source: unknown;
  /** As the reader sees it. */
  text: string;
  isPublic: boolean;
  author: Author;
  /** Epoch milliseconds. */
  createdAt: number;
  /** The sender's ID, attached to find it again. */
  properties?: unknown;
}

export interface Call {
  method: string;
  /** The path within the tool's site, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Undefined if there was none. */
  body: unknown;
  /** Epoch milliseconds, by the house's clock. */
  now: number;
  environment: Environment;
}

/** What is known of a call before its body is read. */
export type Asked = Pick<Call, 'method' | 'path' | 'now'>;

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Undefined is an empty body. */
  body?: unknown;
}

/** A comment that was made by a call: the tool tells of it by a webhook. */
export interface NewComment {
  ticket: Ticket;
  comment: Comment;
}

export interface Operation {
  /** The name in fault targets: `tools.<tool>.<name>`. */
  name: string;
  method: string;
  /** The first group of the pattern is the ticket's ID. */
  path: RegExp;
  answer(call: Call, ticketId: string, tickets: TicketStore): Answer & { said?: NewComment };
}

/** The number of calls in a window of the house's clock. */
export interface Limit {
  name: string;
  most: number;
  perMs: number;
  /** What the window counts; undefined if the limit is not about this call. */
  counts(operation: string, ticketId: string): string | undefined;
}

export interface Spent {
  limit: Limit;
  remaining: number;
  /** When the window ends, epoch milliseconds. */
  resetsAt: number;
}

/** A webhook as it will be posted to one of the house's doors. It is signed as it leaves. */
export interface Posting {
  path: string;
  body: string;
}

/** What a webhook received at a door says about its ticket. */
export interface WebhookContent {
  ticket: Partial<Ticket> & { id: string };
  comment?: { id?: string; text: string; isPublic: boolean; author: Author };
}

export interface Stub {
  tool: ToolName;
  operations: readonly Operation[];
  limits: readonly Limit[];
  /** The answer to a caller who has not proved who they are, or may not do this; undefined lets them in. */
  refuse(headers: IncomingHttpHeaders, environment: Environment, asked: Asked): Answer | undefined;
  /** The headers of every answer about the remaining rate limit. */
  limitHeaders(spent: readonly Spent[], now: number): Record<string, string>;
  tooMany(spent: Spent, now: number): Answer;
  notFound: Answer;
  notJson: Answer;
  /** An internal error of the tool. */
  broken(status: number): Answer;
  /** The webhook's body about a comment; undefined if the tool sends none. */
  webhook(said: NewComment, now: number): Posting | undefined;
  /** The headers that prove the sender; undefined if no secret is set. */
  sign(body: string, now: number, environment: Environment): Record<string, string> | undefined;
  /** Whether and when a webhook is posted again, milliseconds from its last attempt; undefined gives it up. */
  retryAfterMs(attempt: number, status: number | undefined): number | undefined;
  told(body: Record<string, unknown>): WebhookContent | undefined;
}

/** The first of two secrets during a rotation. */
export function secretOf(environment: Environment, name: string): string | undefined {
  return environment[name]?.split(',')[0]?.trim() || undefined;
}

export const secondsOf = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** Ids as numbers where the tool writes numbers. */
export const numberOf = (id: string): number | string => (/^\d{1,15}$/.test(id) ? Number(id) : id);

/** The tickets of one stub. */
export interface TicketStore {
  /** By ID, or by the name that people use. */
  find(id: string): Ticket | undefined;
  all(): Ticket[];
  /** Oldest first. */
  comments(ticketId: string): Comment[];
  /** @param numbered makes the comment from a number that no other comment of any tool has */
  say(ticketId: string, now: number, numbered: (number: number) => Omit<Comment, 'createdAt'>): NewComment;
  /** Stores a webhook's content. */
  learn(told: WebhookContent, now: number): void;
}
