/**
 * The updates on their way to an incident's tickets, kept on the incident: readers of the incident see them, and the tool's
 * echo of our own comment is recognised without a further read. Pure.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';

/** Tools whose tickets Metronome writes to. */
export const ticketTools = ['zendesk', 'intercom', 'freshdesk', 'jira'] as const;
export type TicketToolName = (typeof ticketTools)[number];

export type UpdateState = 'sending' | 'sent' | 'failed' | 'unknown' | 'by-hand';

export interface CardPlace {
  /** Of the channel, as `NOTIFY_CHANNELS` has it. */
  name: string;
  /** The tool's id of it. */
  channel: string;
  /** The tool's id of the message. */
  ts: string;
}

export interface OnItsWay {
  /** Of the update. */
  id: string;
  /** Ids of the source. */
  customers: string[];
  tool: string;
  ticketId: string;
  /** Of the text, to know its echo: {@link textKeyOf}. */
  textKey: string;
  /** Of the text, to know a second tap: {@link exactKeyOf}. */
  exactKey: string;
  state: UpdateState;
  requestedAt: Date;
  by: string;
  /** The tool's, once it has said so. */
  commentId?: string;
  /** Why it did not get there. */
  why?: string;
}

/** What an event leaves of it on the incident. */
export interface SendingChanges {
  sending?: OnItsWay[];
  failedUpdates?: number;
}

/** Tools tell of a comment within seconds, and where our door was away for up to a day. */
const echoKeptForMs = 86_400_000;
/** Instances' clocks differ: an echo may come a little before it was asked for what it tells of. */
const clockErrorMs = 5 * 60_000;

/**
 * What is left of a text without its blanks and escapes, to tell whether a comment is ours: tools rewrap, shorten blanks and
 * write lists of their own, and keep letters, digits and signs.
 */
export const essence = (text: string): string => text.normalize('NFKC').replace(/[\s\\]+/g, '');

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Its {@link essence}, of HTML, whose markup is none of the text. */
export function essenceOfHtml(html: string): string {
  const text = html
    .replace(/<[^<>]{0,500}>/g, ' ')
    .replace(
      /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi,
      (whole, decimal?: string, hex?: string, name?: string) => {
        if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
        const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    );
  return essence(text);
}

/**
 * The same for every form in which a tool may tell a text: as it is, as HTML, or, since nobody can know which of the two
 * it tells, read as HTML though it was none. So it is made of what no such reading takes away.
 */
export function textKeyOf(text: string): string {
  let left = essence(text);
  for (let next = essenceOfHtml(left); next !== left; next = essenceOfHtml(left)) left = next;
  return exactKeyOf(left);
}

/** The same for the same text alone: an update that differs in one character is another update. */
export const exactKeyOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** A tool’s own report of an update, as the outbox keeps it. */
export const echoSchema = z.object({ updateId: z.string(), at: z.date(), commentId: z.string().optional() });
export type EchoOf = z.infer<typeof echoSchema>;

/** What a further word says of a comment that may be ours. */
interface Echo {
  tool: string;
  sourceId: string;
  kind: string;
  commentId?: string;
  message?: string;
  receivedAt: Date;
}

/**
 * Of which update a tool's word is the echo: by the comment's id, or, where that comes before we know it, by its text.
 * Undefined for what somebody else has said.
 */
export function ownEcho(sending: readonly OnItsWay[] | undefined, echo: Echo): OnItsWay | undefined {
  const onTicket = (sending ?? []).filter((each) => each.tool === echo.tool && each.ticketId === echo.sourceId);
  if (onTicket.length === 0 || echo.kind !== 'agent-replied') return undefined;
  const known = onTicket.find((each) => echo.commentId !== undefined && each.commentId === echo.commentId);
  if (known || echo.message === undefined) return known;
  const key = textKeyOf(echo.message);
  const alike = onTicket.filter(
    (each) =>
      // A failed update was not sent by us: the same text on the ticket was written by a person.
      (isUndecided(each) || each.state === 'sent') &&
      (each.commentId === undefined || echo.commentId === undefined || each.commentId === echo.commentId) &&
      each.textKey === key &&
      // By our own clock: the tool's may be anywhere.
      echo.receivedAt.getTime() >= each.requestedAt.getTime() - clockErrorMs,
  );
  return alike.find(isUndecided) ?? alike[0];
}

/** Nobody knows yet, or any more, whether it got there. */
export const isUndecided = ({ state }: OnItsWay): boolean => state === 'sending' || state === 'unknown';

/** The incident's list with some entries put in or changed; what is sent leaves it when no echo is expected any more. */
export function withSending(
  before: readonly OnItsWay[] | undefined,
  entries: readonly OnItsWay[],
  now: Date,
): SendingChanges {
  const ids = new Set(entries.map((each) => each.id));
  const kept = (before ?? []).filter((each) => !ids.has(each.id) && !isOver(each, now));
  return changesOf([...kept, ...entries]);
}

/** These customers have been told otherwise: what failed to reach them need not be seen any more. */
export function withoutFailed(
  before: readonly OnItsWay[] | undefined,
  customers: 'all' | readonly string[],
): SendingChanges {
  if (!before?.some(isFailed)) return {};
  const isTold = (each: OnItsWay): boolean =>
    customers === 'all' || each.customers.every((id) => customers.includes(id));
  return changesOf(before.filter((each) => !isFailed(each) || !isTold(each)));
}

/** When a link ends, updates that were on their way when it began return in their present state; the rest stays with the primary. */
export function handBack(
  linked: readonly OnItsWay[],
  there: readonly OnItsWay[] | undefined,
): { linked: SendingChanges; there: SendingChanges } {
  const ids = new Set(linked.map((each) => each.id));
  const [back, left] = [true, false].map((isBack) => (there ?? []).filter((each) => ids.has(each.id) === isBack));
  return { linked: changesOf(back ?? []), there: changesOf(left ?? []) };
}

const changesOf = (sending: OnItsWay[]): SendingChanges => ({
  sending,
  failedUpdates: sending.filter(isFailed).length,
});

const isOver = (each: OnItsWay, now: Date): boolean =>
  each.state === 'sent' && now.getTime() - each.requestedAt.getTime() > echoKeptForMs;

/** Asked for, and not known to be there: somebody has to see to it. */
export const isFailed = ({ state }: Pick<OnItsWay, 'state'>): boolean =>
  state === 'failed' || state === 'unknown' || state === 'by-hand';
