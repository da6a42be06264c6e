/** Intercom: a reply to a conversation or to a ticket, under ids that do not say which of the two they are of. Pure. */
import { htmlOf, isSameText } from './comment-text.ts';
import {
  askWhoWeAre,
  type Conversation,
  earliestOf,
  type FindOutcome,
  failedRead,
  failedWrite,
  foundAs,
  idOf,
  instantOf,
  isOk,
  isTaken,
  listIn,
  type OwnComment,
  objectIn,
  type SendOutcome,
  sentAs,
  type TicketTool,
  textIn,
} from './ticket-tool.ts';

/** What an answer shows of this age or younger may be what was just asked for. */
const madeWithinMs = 10 * 60_000;
const collections = ['conversations', 'tickets'] as const;

/** @param adminId who writes: `INTERCOM_ADMIN_ID` */
export const intercom = (adminId: string): TicketTool => ({
  tool: 'intercom',
  refuseText: () => undefined,
  introduce: (now) =>
    askWhoWeAre('/me', now, (body) => {
      const { type, name, email } = objectIn(body);
      return type === 'admin' ? (textIn(name) ?? textIn(email)) : undefined;
    }),
  send: (comment, now) => send(adminId, comment, now),
  find: (comment, since, now) => find(adminId, comment, since, now),
});

function* send(adminId: string, comment: OwnComment, now: number): Conversation<SendOutcome> {
  const body = {
    message_type: comment.isPublic ? 'comment' : 'note',
    type: 'admin',
    admin_id: adminId,
    body: htmlOf(comment.text),
  };
  let last: SendOutcome = { kind: 'by-hand', why: 'Intercom does not know the ticket.' };
  for (const collection of collections) {
    const answer = yield {
      operation: collection === 'tickets' ? 'replyTicket' : 'replyConversation',
      method: 'POST',
      path: `/${collection}/${encodeURIComponent(comment.ticketId)}/reply`,
      body,
    };
    if (isOk(answer)) {
      const made = ownPart(partsOf(answer.body), adminId, comment, earliestOf(answer, now - madeWithinMs, now));
      return sentAs(answer, made?.id);
    }
    last = failedWrite(answer, now);
    if (last.kind !== 'by-hand') return last;
  }
  return last;
}

function* find(adminId: string, comment: OwnComment, since: number, now: number): Conversation<FindOutcome> {
  let last: FindOutcome = { kind: 'absent' };
  for (const collection of collections) {
    const answer = yield {
      operation: collection === 'tickets' ? 'getTicket' : 'getConversation',
      method: 'GET',
      path: `/${collection}/${encodeURIComponent(comment.ticketId)}`,
    };
    if (isOk(answer)) {
      const own = ownPart(partsOf(answer.body), adminId, comment, earliestOf(answer, since, now));
      return foundAs(own, own?.created_at);
    }
    last = failedRead(answer, now);
    if (last.kind !== 'by-hand') return last;
  }
  return last;
}

/** The answer to a reply is the part, or the whole with its parts. */
function partsOf(body: unknown): Record<string, unknown>[] {
  const whole = objectIn(body);
  const parts = [
    ...listIn(body, 'conversation_parts', 'conversation_parts'),
    ...listIn(body, 'ticket_parts', 'ticket_parts'),
  ];
  return typeof whole.part_type === 'string' ? [whole] : parts;
}

function ownPart(
  parts: Record<string, unknown>[],
  adminId: string,
  comment: OwnComment,
  earliest: number,
): Record<string, unknown> | undefined {
  return parts.findLast(
    (part) =>
      // A reply that opens or assigns the conversation has that as its type; a note is called one (OpenAPI 2.16).
      /note/.test(String(part.part_type)) !== comment.isPublic &&
      (objectIn(part, 'author').id === undefined || idOf(objectIn(part, 'author').id) === adminId) &&
      !isTaken(comment, part) &&
      (instantOf(part.created_at) ?? earliest) >= earliest &&
      isSameText(comment.text, { html: [part.body] }),
  );
}
