/** Intercom: a reply to a conversation or to a ticket, under ids that do not say which of the two they are of. Pure. */
import { type Body, objectAt, objectsAt } from '../../platform/loose.ts';
import { htmlOf } from './comment-text.ts';
import type { Conversation, FindOutcome, OwnComment, SendOutcome, TicketTool } from './ticket-tool.ts';
import * as answers from './ticket-tool.ts';

/** What an answer shows of this age or younger may be what was just asked for. */
const madeWithinMs = 10 * 60_000;
const collections = ['conversations', 'tickets'] as const;

/** @param adminId who writes: `INTERCOM_ADMIN_ID` */
export const intercom = (adminId: string): TicketTool => ({
  tool: 'intercom',
  refuseText: () => undefined,
  introduce: (now) =>
    answers.askWhoWeAre('/me', now, (body) => {
      const { type, name, email } = objectAt(body);
      return type === 'admin' ? (answers.textIn(name) ?? answers.textIn(email)) : undefined;
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
  let last: SendOutcome = answers.byHand('Intercom does not know the ticket.');
  for (const collection of collections) {
    const answer = yield {
      operation: collection === 'tickets' ? 'replyTicket' : 'replyConversation',
      method: 'POST',
      path: `/${collection}/${encodeURIComponent(comment.ticketId)}/reply`,
      body,
    };
    if (answers.isOk(answer)) {
      const made = ownPart(partsOf(answer.body), adminId, comment, answers.earliestOf(answer, now - madeWithinMs, now));
      return answers.sentAs(answer, made?.id);
    }
    last = answers.failedWrite(answer, now);
    if (!answers.isNotFound(answer)) return last;
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
    if (answers.isOk(answer)) {
      const own = ownPart(partsOf(answer.body), adminId, comment, answers.earliestOf(answer, since, now));
      return answers.foundAs(own, own?.created_at);
    }
    last = answers.failedRead(answer, now);
    if (!answers.isNotFound(answer)) return last;
  }
  return last;
}

/** The answer to a reply is the part, or the whole with its parts. */
function partsOf(body: unknown): Body[] {
  const whole = objectAt(body);
  if (typeof whole.part_type === 'string') return [whole];
  return ['conversation_parts', 'ticket_parts'].flatMap((name) => objectsAt(body, name, name));
}

function ownPart(parts: Body[], adminId: string, comment: OwnComment, earliest: number): Body | undefined {
  return parts.findLast(
    (part) =>
      // A reply that opens or assigns the conversation has that as its type; a note is called one (OpenAPI 2.16).
      /note/.test(String(part.part_type)) !== comment.isPublic &&
      (objectAt(part, 'author').id === undefined || answers.idOf(objectAt(part, 'author').id) === adminId) &&
      answers.isOurs(comment, part, answers.instantOf(part.created_at) ?? earliest, earliest, { html: [part.body] }),
  );
}
