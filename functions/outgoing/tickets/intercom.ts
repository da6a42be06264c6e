/** Intercom: a reply to a conversation or to a ticket, under ids that do not say which of the two they are of. Pure. */
import { type Body, objectAt, objectsAt } from '../../platform/loose.ts';
import { htmlOf } from './comment-text.ts';
import type { Conversation, OwnComment, TicketTool, ToolAnswer, ToolRequest } from './ticket-tool.ts';
import * as answers from './ticket-tool.ts';

/** An answer up to this age may show the comment just requested. */
const madeWithinMs = 10 * 60_000;

/** @param adminId who writes: `INTERCOM_ADMIN_ID` */
export const intercom = (adminId: string): TicketTool => ({
  tool: 'intercom',
  introduce: (now) =>
    answers.askWhoWeAre('/me', now, (body) => {
      const { type, name, email } = objectAt(body);
      return type === 'admin' ? (answers.textIn(name) ?? answers.textIn(email)) : undefined;
    }),
  *send(comment, now) {
    const body = {
      message_type: comment.isPublic ? 'comment' : 'note',
      type: 'admin',
      admin_id: adminId,
      body: htmlOf(comment.text),
    };
    const answer = yield* askEither(comment, 'reply', (path) => ({ method: 'POST', path: `${path}/reply`, body }));
    if (!answers.isOk(answer)) return answers.failedWrite(answer, now);
    const made = ownPart(partsOf(answer.body), adminId, comment, answers.earliestOf(answer, now - madeWithinMs, now));
    return answers.sentAs(answer, made?.id);
  },
  *find(comment, since, now) {
    const answer = yield* askEither(comment, 'get', (path) => ({ method: 'GET', path }));
    if (!answers.isOk(answer)) return answers.failedRead(answer, now);
    const own = ownPart(partsOf(answer.body), adminId, comment, answers.earliestOf(answer, since, now));
    return answers.foundAs(own, own?.created_at);
  },
});

/** @returns the answer of the conversation, or of the ticket where no conversation has that id */
function* askEither(
  { ticketId }: OwnComment,
  verb: 'get' | 'reply',
  request: (path: string) => Omit<ToolRequest, 'operation'>,
): Conversation<ToolAnswer> {
  const ask = (kind: 'Conversation' | 'Ticket'): ToolRequest => ({
    operation: `${verb}${kind}`,
    ...request(`/${kind.toLowerCase()}s/${encodeURIComponent(ticketId)}`),
  });
  const answer = yield ask('Conversation');
  return answers.isNotFound(answer) ? yield ask('Ticket') : answer;
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
