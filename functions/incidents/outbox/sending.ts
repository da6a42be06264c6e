/** An update's comment on the customer's ticket, by which the tool's webhook of it is recognised as our echo. Pure. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Signal } from '../signals/signal.ts';

/** Tools whose tickets Metronome writes to. */
export const ticketTools = ['zendesk', 'intercom', 'freshdesk', 'jira'] as const;
export type TicketToolName = (typeof ticketTools)[number];

export type UpdateState = 'sending' | 'sent' | 'failed' | 'unknown' | 'by-hand';

export interface CardPlace {
  /** The channel's name in `NOTIFY_CHANNELS`. */
  name: string;
  /** The tool's ID of the channel. */
  channel: string;
  /** The tool's ID of the message. */
  ts: string;
}

export interface TicketUpdate {
  id: string;
  /** The incident on which it was asked for; it may have been linked since. */
  incidentId: string;
  /** Ids of the source; unidentified customers are `others`. */
  customers: string[];
  tool: string | null;
  ticketId: string | null;
  /** The text as confirmed. */
  text: string;
  state: UpdateState;
  requestedAt: Date;
  requestedBy: string;
  /** The tool's id of the comment, once its answer or its webhook has given it. */
  commentId: string | null;
}

/** Instances' clocks differ: an echo may be dated a little before the request that it echoes. */
const clockErrorMs = 5 * 60_000;

/** A text without blanks and escapes, to recognise our comments: tools rewrap, but keep letters, digits and signs. */
export const essence = (text: string): string => text.normalize('NFKC').replace(/[\s\\]+/g, '');

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The {@link essence} of what an HTML comment shows: its markup is no part of the text. */
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
 * The same for every format in which a tool may report a text: unchanged, as HTML, or plain text read as HTML. It consists of
 * what all of these readings keep.
 */
export function textKeyOf(text: string): string {
  let left = essence(text);
  for (let next = essenceOfHtml(left); next !== left; next = essenceOfHtml(left)) left = next;
  return createHash('sha256').update(left).digest('hex').slice(0, 16);
}

/** A tool’s own report of an update, as the outbox keeps it. */
export const echoSchema = z.object({ updateId: z.string(), at: z.date(), commentId: z.string().optional() });
export type EchoOf = z.infer<typeof echoSchema>;

/**
 * Finds the update that a comment echoes: by the comment's ID, or by its text if the tool's webhook comes before its answer.
 * @param onTicket updates of the last day on the same ticket
 * @returns undefined if somebody else wrote it
 */
export function ownEcho(
  onTicket: readonly TicketUpdate[],
  echo: Pick<Signal, 'commentId' | 'message' | 'receivedAt'>,
): TicketUpdate | undefined {
  const known = onTicket.find((each) => each.commentId === echo.commentId);
  if (known || echo.message === undefined) return known;
  const key = textKeyOf(echo.message);
  const alike = onTicket.filter(
    (each) =>
      // A failed update was not sent by us: the same text on the ticket was written by a person.
      (isUndecided(each) || each.state === 'sent') &&
      (!each.commentId || echo.commentId === undefined) &&
      textKeyOf(each.text) === key &&
      // By our own clock: the tool's clock may be wrong.
      echo.receivedAt.getTime() >= each.requestedAt.getTime() - clockErrorMs,
  );
  return alike.find(isUndecided) ?? alike[0];
}

/** It is unknown, still or again, whether it arrived. */
export const isUndecided = ({ state }: Pick<TicketUpdate, 'state'>): boolean => ['sending', 'unknown'].includes(state);
