/** What Metronome asks a ticket tool, and how it reads answers: without I/O, so that tests need only bodies. Pure. */
import type { TicketToolName } from '../../incidents/outbox/sending.ts';
import type { Outcome } from '../../platform/delivery.ts';
import { isWorthAnotherTry, retryAfterMs } from '../../platform/failures.ts';
import { type Body, isObject, listAt, objectAt } from '../../platform/loose.ts';
import type { Reason } from '../../platform/problem.ts';
import { isSameText } from './comment-text.ts';

type Forms = Parameters<typeof isSameText>[1];

export interface ToolRequest {
  /** What it is for, in logs and errors. */
  operation: string;
  method: 'GET' | 'POST' | 'PUT';
  /** The path after the tool's address, with its query. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
}

export type ToolAnswer =
  | { status: number; headers: Readonly<Record<string, string>>; body: unknown }
  /** No answer came. `wasSent`: the tool may have received the request and carried it out. */
  | { status: undefined; wasSent: boolean; why: string };

export type GivenAnswer = Extract<ToolAnswer, { status: number }>;

export type Conversation<Outcome> = Generator<ToolRequest, Outcome, ToolAnswer>;

export interface OwnComment {
  ticketId: string;
  text: string;
  isPublic: boolean;
  /** Our ID, attached if the tool can store it. */
  reference: string;
  /** The tool's stamp of the ticket when it was first read for this update: the sender has not seen later messages. */
  seen?: string;
  /** Comments that are other updates of ours, in whatever words. */
  taken?: ReadonlySet<string>;
}

/** A 2xx that does not say which comment was made: it is never sent again. `isReadable`: it was JSON, so the tool's own. */
export type SendOutcome = Outcome | { kind: 'taken'; isReadable: boolean };

/** The tool accepted nothing: another try may succeed, or will be refused again. */
export type Failed = Extract<Outcome, { kind: 'retry' | 'rejected' }>;

export type FindOutcome =
  /** `at`: when the tool took it, epoch milliseconds. */
  | { kind: 'found'; commentId: string; at?: number }
  | { kind: 'absent' }
  /** The comment exists, but the tool hides it from the customer. */
  | { kind: 'withheld'; why: string }
  | Failed;

/** The tool's name for our account. */
export type TryOutcome =
  | { kind: 'known'; as: string }
  /** `unknown`: it cannot be determined now. */
  | { kind: 'refused' | 'unknown'; why: string };

export interface TicketTool {
  tool: TicketToolName;
  /** Asks the tool who we are; nothing is written. */
  introduce(now: number): Conversation<TryOutcome>;
  /** What a text would become in the tool, and what to do about it. */
  refuseText?(text: string): Reason | undefined;
  send(comment: OwnComment, now: number): Conversation<SendOutcome>;
  /** Looks for the comment among those that were made since then, epoch milliseconds. */
  find(comment: OwnComment, since: number, now: number): Conversation<FindOutcome>;
}

/** How far before its request a comment may be dated: clocks differ, and some tools give whole seconds. */
const clockErrorMs = 60_000;

/**
 * The earliest time at which a comment can be ours, corrected for a tool clock that runs behind.
 * @param since in ms, as is `now`
 */
export function earliestOf(answer: GivenAnswer, since: number, now: number): number {
  const theirs = Date.parse(answer.headers.date ?? '');
  return Math.min(since, Number.isNaN(theirs) ? since : since + theirs - now) - clockErrorMs;
}

/** Whether a comment can be the one that is looked for. @param forms of its text, as the tool tells them */
export const isOurs = (
  { taken, text }: OwnComment,
  { id }: Body,
  at: number,
  earliest: number,
  forms: Forms,
): boolean => !taken?.has(idOf(id) ?? '') && at >= earliest && isSameText(text, forms);

export const isOk = (answer: ToolAnswer): answer is GivenAnswer =>
  answer.status !== undefined && answer.status >= 200 && answer.status < 300;

/** The ticket is closed for comments, or the tool does not know it. */
export const byHand = (why: string): Failed => ({ kind: 'rejected', why, fields: { state: 'by-hand' } });

export const isNotFound = ({ status }: ToolAnswer): boolean => status === 404 || status === 410;

/** The meaning of a bad answer to a read. */
export function failedRead(answer: ToolAnswer, now: number): Failed {
  if (answer.status === undefined) return { kind: 'retry', why: answer.why };
  const { status } = answer;
  if (status === 429)
    return { kind: 'retry', why: 'It takes no more requests for now (429).', until: retryAt(answer.headers, now) };
  if (isNotFound(answer)) return byHand(`The tool does not know the ticket (${status}).`);
  if (isWorthAnotherTry(status)) return { kind: 'retry', why: `It answered ${status}.` };
  const isRefused = status === 401 || status === 403;
  const refused = `The tool refused the credentials (${status}). Check them on the connections page.`;
  return { kind: 'rejected', why: isRefused ? refused : `It answered ${status}${codeOf(answer.body)}.` };
}

/** The meaning of a bad answer to a write: without a clear answer, it may have been executed. */
export function failedWrite(answer: ToolAnswer, now: number): Exclude<Outcome, { kind: 'delivered' }> {
  if (answer.status === undefined) return { kind: answer.wasSent ? 'unknown' : 'retry', why: answer.why };
  if (answer.status >= 500 || answer.status === 408) return { kind: 'unknown', why: `It answered ${answer.status}.` };
  return failedRead(answer, now);
}

/** A good answer to a comment; it may lack the comment's ID. */
export function sentAs({ body }: GivenAnswer, id: unknown): SendOutcome {
  const commentId = idOf(id);
  return commentId === undefined ? { kind: 'taken', isReadable: isObject(body) } : delivered({ commentId });
}

export const delivered = (fields: object): Outcome => ({ kind: 'delivered', fields });

/** `Retry-After`, otherwise the second at which the window ends, which some tools write as a date. */
function retryAt(headers: Readonly<Record<string, string>>, now: number): Date | undefined {
  const reset = headers['x-ratelimit-reset'];
  const isSecond = reset !== undefined && /^\d{9,11}$/.test(reset);
  const after = headers['retry-after'] ?? (isSecond ? new Date(Number(reset) * 1_000).toISOString() : reset);
  const waitMs = retryAfterMs(after, new Date(now));
  return waitMs === undefined ? undefined : new Date(now + waitMs);
}

/** The tool's error code. Never its text, which may repeat what was sent. */
function codeOf(body: unknown): string {
  const of = (value: unknown): unknown => objectAt(value).code ?? objectAt(value).error;
  const code = of(listAt(body, 'errors')[0]) ?? of(body);
  return typeof code === 'string' && /^[\w .-]{1,60}$/.test(code) ? `, ${code}` : '';
}

/** The tool's name for our account; undefined if the account may not write to tickets. */
type NameOf = (body: unknown) => string | undefined;

export function* askWhoWeAre(path: string, now: number, nameOf: NameOf): Conversation<TryOutcome> {
  const answer = yield { operation: 'getMe', method: 'GET', path };
  if (!isOk(answer)) {
    const { kind, why } = failedRead(answer, now);
    return { kind: kind === 'retry' ? 'unknown' : 'refused', why };
  }
  const as = nameOf(answer.body);
  if (as !== undefined) return { kind: 'known', as };
  return { kind: 'refused', why: 'The tool takes these credentials for nobody who answers tickets.' };
}

/** What was looked for, where it is there. @param createdAt as the tool writes it */
export function foundAs(comment: Body | undefined, createdAt: unknown): FindOutcome {
  const commentId = comment && idOf(comment.id);
  if (!commentId) return { kind: 'absent' };
  const at = instantOf(createdAt);
  return { kind: 'found', commentId, ...(at === undefined ? {} : { at }) };
}

export const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;

/** Ids as numbers or text are the same id. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Epoch milliseconds of a time as text or of epoch seconds; undefined for anything else. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value * 1_000;
  // Jira writes +0000 where others write +00:00.
  const at = typeof value === 'string' ? Date.parse(value.replace(/([+-]\d{2})(\d{2})$/, '$1:$2')) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
