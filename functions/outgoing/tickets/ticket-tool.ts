/**
 * What Metronome says to a ticket tool, and how it reads the answers. A conversation yields requests and is given their
 * answers; it does no I/O itself, so each tool can be tried with bodies alone. Pure.
 */
import type { TicketToolName } from '../../incidents/sending.ts';
import type { Said } from '../../platform/problem.ts';

export interface ToolRequest {
  /** What it is for, in logs and errors. */
  operation: string;
  method: 'GET' | 'POST' | 'PUT';
  /** After the tool's address, with its query. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
}

export type ToolAnswer =
  | { status: number; headers: Readonly<Record<string, string>>; body: unknown }
  /** No answer came. `wasSent`: the tool may have got the request, and done what it asks. */
  | { status: undefined; wasSent: boolean; why: string };

export type Conversation<Outcome> = Generator<ToolRequest, Outcome, ToolAnswer>;

export interface OwnComment {
  ticketId: string;
  text: string;
  isPublic: boolean;
  /** Ours, attached where the tool keeps such things. */
  reference: string;
  /** The tool's own stamp of the ticket as it was first read for this: what was said since, its sender has not seen. */
  seen?: string;
  /** Comments that are other updates of ours, in whatever words. */
  taken?: ReadonlySet<string>;
}

export type SendOutcome =
  | { kind: 'sent'; commentId: string }
  /** A 2xx that does not say which comment was made: it is never sent again. `isReadable`: it was JSON, so the tool's own. */
  | { kind: 'taken'; isReadable: boolean }
  /** The comment is there, and the tool keeps it from the customer. */
  | { kind: 'withheld'; why: string }
  /** Somebody has just answered the customer: the sender should see that first. */
  | { kind: 'conflict'; text: string; author: string }
  /** Nothing was taken; it may be tried again, at the earliest at the second of `until`, epoch milliseconds. */
  | { kind: 'retry'; why: string; until?: number; seen?: string }
  /** The ticket takes nothing any more, or the tool does not know it. */
  | { kind: 'by-hand'; why: string }
  /** Another try would be refused the same. */
  | { kind: 'refused'; why: string }
  /** It may have been taken. */
  | { kind: 'unknown'; why: string; seen?: string };

export type FindOutcome =
  /** `at`: when the tool took it, epoch milliseconds. */
  | { kind: 'found'; commentId: string; at?: number }
  | { kind: 'absent' }
  | Exclude<SendOutcome, { kind: 'sent' | 'taken' | 'conflict' | 'unknown' }>;

/** Who we are to the tool, by its own word. */
export type TryOutcome =
  | { kind: 'known'; as: string }
  | { kind: 'refused'; why: string }
  /** Nobody can say now. */
  | { kind: 'unknown'; why: string };

export interface TicketTool {
  tool: TicketToolName;
  /** Asks the tool who we are; nothing is written. */
  introduce(now: number): Conversation<TryOutcome>;
  /** What the tool would make something else of, and what to do about it; undefined is fine. */
  refuseText(text: string): Said | undefined;
  send(comment: OwnComment, now: number): Conversation<SendOutcome>;
  /** Looks for the comment among those that were made since then, epoch milliseconds. */
  find(comment: OwnComment, since: number, now: number): Conversation<FindOutcome>;
}

/** How much a comment may be dated before it was asked for: clocks differ, and some tools tell whole seconds. */
const clockErrorMs = 60_000;

/**
 * From when on a comment may be the one that is looked for, by the tool's own clock where that is behind ours.
 * @param since epoch milliseconds of our clock, as is `now`
 */
export function earliestOf(answer: Extract<ToolAnswer, { status: number }>, since: number, now: number): number {
  const theirs = Date.parse(answer.headers.date ?? '');
  return Math.min(since, Number.isNaN(theirs) ? since : since + theirs - now) - clockErrorMs;
}

export const isTaken = ({ taken }: OwnComment, each: Record<string, unknown>): boolean =>
  taken?.has(idOf(each.id) ?? '') === true;

export const isOk = (answer: ToolAnswer): answer is Extract<ToolAnswer, { status: number }> =>
  answer.status !== undefined && answer.status >= 200 && answer.status < 300;

type Failed<Outcome> = Exclude<Outcome, { kind: 'sent' | 'taken' | 'withheld' | 'conflict' | 'found' | 'absent' }>;

/** What an answer other than a good one means, where nothing was to be changed by what was asked. */
export function failedRead(answer: ToolAnswer, now: number): Failed<FindOutcome> {
  if (answer.status === undefined) return { kind: 'retry', why: answer.why };
  const { status } = answer;
  if (status === 429) return tooMany(answer, now);
  if (status === 404 || status === 410)
    return { kind: 'by-hand', why: `The tool does not know the ticket (${status}).` };
  if (status === 401 || status === 403) {
    return {
      kind: 'refused',
      why: `The tool refused the credentials (${status}). Check them on the connections page.`,
    };
  }
  if (status >= 500 || status === 408 || status === 425) return { kind: 'retry', why: `It answered ${status}.` };
  return { kind: 'refused', why: `It answered ${status}${codeOf(answer.body)}.` };
}

/** The same, where something was to be written: without a clear answer it may have been. */
export function failedWrite(answer: ToolAnswer, now: number): Failed<SendOutcome> {
  if (answer.status === undefined) {
    return answer.wasSent ? { kind: 'unknown', why: answer.why } : { kind: 'retry', why: answer.why };
  }
  if (answer.status >= 500 || answer.status === 408) return { kind: 'unknown', why: `It answered ${answer.status}.` };
  return failedRead(answer, now);
}

/** A good answer to a comment, which may not say which one it made. */
export const sentAs = ({ body }: Extract<ToolAnswer, { status: number }>, id: unknown): SendOutcome => {
  const commentId = idOf(id);
  return commentId === undefined ? { kind: 'taken', isReadable: isObject(body) } : { kind: 'sent', commentId };
};

function tooMany({ headers }: Extract<ToolAnswer, { status: number }>, now: number): SendOutcome & { kind: 'retry' } {
  const until = retryAt(headers, now);
  return { kind: 'retry', why: 'It takes no more requests for now (429).', ...(until ? { until } : {}) };
}

/** `Retry-After` in seconds or as a date, else the second at which the window ends. */
function retryAt(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const after = headers['retry-after'];
  if (after !== undefined && /^\s*\d{1,6}\s*$/.test(after)) return now + Number(after) * 1_000;
  const reset = headers['x-ratelimit-reset'];
  const at =
    after === undefined && reset !== undefined && /^\d{9,11}$/.test(reset)
      ? Number(reset) * 1_000
      : Date.parse(after ?? reset ?? '');
  return Number.isNaN(at) ? undefined : Math.max(at, now);
}

/** The tool's own word for what is wrong: a code, never a text, which may repeat what was sent. */
function codeOf(body: unknown): string {
  const of = (value: unknown): unknown => (isObject(value) ? (value.code ?? value.error) : undefined);
  const errors = isObject(body) && Array.isArray(body.errors) ? body.errors : [];
  const code = of(errors[0]) ?? of(body);
  return typeof code === 'string' && /^[\w .-]{1,60}$/.test(code) ? `, ${code}` : '';
}

/**
 * Asks for our own account.
 * @param nameOf what the tool calls us; undefined where it takes us for nobody who writes to tickets
 */
export function* askWhoWeAre(
  path: string,
  now: number,
  nameOf: (body: unknown) => string | undefined,
): Conversation<TryOutcome> {
  const answer = yield { operation: 'getMe', method: 'GET', path };
  if (!isOk(answer)) {
    const { kind, why } = failedRead(answer, now);
    return { kind: kind === 'retry' ? 'unknown' : 'refused', why };
  }
  const as = nameOf(answer.body);
  return as === undefined
    ? { kind: 'refused', why: 'The tool takes these credentials for nobody who answers tickets.' }
    : { kind: 'known', as };
}

/** What was looked for, where it is there. @param createdAt as the tool writes it */
export function foundAs(comment: Record<string, unknown> | undefined, createdAt: unknown): FindOutcome {
  const commentId = comment && idOf(comment.id);
  if (!commentId) return { kind: 'absent' };
  const at = instantOf(createdAt);
  return { kind: 'found', commentId, ...(at === undefined ? {} : { at }) };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function objectIn(value: unknown, ...names: string[]): Record<string, unknown> {
  let found: unknown = value;
  for (const name of names) found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
  return isObject(found) ? found : {};
}

export function listIn(value: unknown, ...names: string[]): Record<string, unknown>[] {
  const last = names.at(-1);
  const within = objectIn(value, ...names.slice(0, -1));
  const found = last === undefined ? value : within[last];
  return Array.isArray(found) ? found.filter(isObject) : [];
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
