/** Freshdesk: replies reach the customer, notes stay with the team. Pure. */
import { type Body, objectAt, objectsAt } from '../../platform/loose.ts';
import { htmlOf, isSameText } from './comment-text.ts';
import type { Conversation, Failed, GivenAnswer, TicketTool } from './ticket-tool.ts';
import * as answers from './ticket-tool.ts';

const pageSize = 100;
/** Conversations come oldest first, and no more than a few hundred belong to a ticket. */
const mostPages = 30;

export const freshdesk: TicketTool = {
  tool: 'freshdesk',
  introduce: (now) =>
    answers.askWhoWeAre('/api/v2/agents/me', now, (body) => {
      const { name, email } = objectAt(body, 'contact');
      return answers.textIn(name) ?? answers.textIn(email);
    }),
  *send(comment, now) {
    const body = { body: htmlOf(comment.text) };
    const answer = yield {
      operation: comment.isPublic ? 'reply' : 'addNote',
      method: 'POST',
      path: `${ticketPath(comment.ticketId)}/${comment.isPublic ? 'reply' : 'notes'}`,
      body: comment.isPublic ? body : { ...body, private: true },
    };
    if (!answers.isOk(answer)) return answers.failedWrite(answer, now);
    return answers.sentAs(answer, objectAt(answer.body).id);
  },
  *find(comment, since, now) {
    const listed = yield* listConversations(comment.ticketId, now);
    if ('kind' in listed) return listed;
    const earliest = answers.earliestOf(listed.answer, since, now);
    const own = listed.all.findLast(
      (each) =>
        each.incoming !== true &&
        each.private !== comment.isPublic &&
        answers.isOurs(comment, each, answers.instantOf(each.created_at) ?? 0, earliest, formsOf(each)),
    );
    return answers.foundAs(own, own?.created_at);
  },
};

export interface ReadComment {
  id: string;
  /** Epoch milliseconds. */
  at: number;
  /** The ID of the agent's account. */
  userId: string | undefined;
  /** The query names the comment that is sought. */
  isSame: boolean;
}

/** The team's public replies, oldest first. @param text what is looked for */
export function* readReplies(
  ticketId: string,
  text: string,
  now: number,
): Conversation<{ kind: 'read'; comments: ReadComment[] } | Failed> {
  const listed = yield* listConversations(ticketId, now);
  if ('kind' in listed) return listed;
  const comments = listed.all
    .filter((each) => each.incoming !== true && each.private === false)
    .flatMap((each) => {
      const [id, at] = [answers.idOf(each.id), answers.instantOf(each.created_at)];
      return id === undefined || at === undefined
        ? []
        : [{ id, at, userId: answers.idOf(each.user_id), isSame: isSameText(text, formsOf(each)) }];
    });
  return { kind: 'read', comments };
}

/** All of a ticket's, oldest first, with the last answer. */
function* listConversations(
  ticketId: string,
  now: number,
): Conversation<{ all: Body[]; answer: GivenAnswer } | Failed> {
  const all: Body[] = [];
  for (let page = 1; ; page += 1) {
    const answer = yield {
      operation: 'listConversations',
      method: 'GET',
      path: `${ticketPath(ticketId)}/conversations?per_page=${pageSize}&page=${page}`,
    };
    if (!answers.isOk(answer)) return answers.failedRead(answer, now);
    const found = objectsAt(answer.body);
    all.push(...found);
    if (found.length < pageSize || page === mostPages) return { all, answer };
  }
}

const formsOf = (each: Body) => ({ plain: [each.body_text], html: [each.body] });

const ticketPath = (id: string): string => `/api/v2/tickets/${encodeURIComponent(id)}`;
