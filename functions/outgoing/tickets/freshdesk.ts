/** Freshdesk: replies reach the customer, notes stay with the team. Pure. */
import { htmlOf, isSameText } from './comment-text.ts';
import {
  askWhoWeAre,
  type Conversation,
  earliestOf,
  failedRead,
  failedWrite,
  foundAs,
  idOf,
  instantOf,
  isOk,
  isTaken,
  listIn,
  objectIn,
  sentAs,
  type TicketTool,
  type ToolAnswer,
  textIn,
} from './ticket-tool.ts';

const pageSize = 100;
/** Conversations come oldest first, and no more than a few hundred belong to a ticket. */
const mostPages = 30;

export const freshdesk: TicketTool = {
  tool: 'freshdesk',
  refuseText: () => undefined,
  introduce: (now) =>
    askWhoWeAre('/api/v2/agents/me', now, (body) => {
      const { name, email } = objectIn(body, 'contact');
      return textIn(name) ?? textIn(email);
    }),
  *send(comment, now) {
    const body = { body: htmlOf(comment.text) };
    const answer = yield {
      operation: comment.isPublic ? 'reply' : 'addNote',
      method: 'POST',
      path: `${ticketPath(comment.ticketId)}/${comment.isPublic ? 'reply' : 'notes'}`,
      body: comment.isPublic ? body : { ...body, private: true },
    };
    if (!isOk(answer)) return failedWrite(answer, now);
    return sentAs(answer, objectIn(answer.body).id);
  },
  *find(comment, since, now) {
    const listed = yield* listConversations(comment.ticketId, now);
    if ('failed' in listed) return listed.failed;
    const earliest = earliestOf(listed.answer, since, now);
    const own = listed.all.findLast(
      (each) =>
        each.incoming !== true &&
        each.private !== comment.isPublic &&
        !isTaken(comment, each) &&
        (instantOf(each.created_at) ?? 0) >= earliest &&
        says(each, comment.text),
    );
    return foundAs(own, own?.created_at);
  },
};

type Failed = ReturnType<typeof failedRead>;

interface Listed {
  all: Record<string, unknown>[];
  answer: Extract<ToolAnswer, { status: number }>;
}

export interface ReadComment {
  id: string;
  /** Epoch milliseconds. */
  at: number;
  /** Of the agent's account. */
  userId: string | undefined;
  /** It says what is looked for. */
  isSame: boolean;
}

/** The public comments of the team's, oldest first. @param text what is looked for */
export function* readReplies(
  ticketId: string,
  text: string,
  now: number,
): Conversation<{ kind: 'read'; comments: ReadComment[] } | Failed> {
  const listed = yield* listConversations(ticketId, now);
  if ('failed' in listed) return listed.failed;
  const comments = listed.all
    .filter((each) => each.incoming !== true && each.private === false)
    .flatMap((each) => {
      const [id, at] = [idOf(each.id), instantOf(each.created_at)];
      return id === undefined || at === undefined
        ? []
        : [{ id, at, userId: idOf(each.user_id), isSame: says(each, text) }];
    });
  return { kind: 'read', comments };
}

/** All of a ticket's, oldest first, with the last answer. */
function* listConversations(ticketId: string, now: number): Conversation<Listed | { failed: Failed }> {
  const all: Record<string, unknown>[] = [];
  for (let page = 1; ; page += 1) {
    const answer = yield {
      operation: 'listConversations',
      method: 'GET',
      path: `${ticketPath(ticketId)}/conversations?per_page=${pageSize}&page=${page}`,
    };
    if (!isOk(answer)) return { failed: failedRead(answer, now) };
    const found = listIn(answer.body);
    all.push(...found);
    if (found.length < pageSize || page === mostPages) return { all, answer };
  }
}

const says = (each: Record<string, unknown>, text: string): boolean =>
  isSameText(text, { plain: [each.body_text], html: [each.body] });

const ticketPath = (id: string): string => `/api/v2/tickets/${encodeURIComponent(id)}`;
