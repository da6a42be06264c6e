/** Freshdesk: replies reach the customer, notes stay with the team. Pure. */
import { htmlOf, isSameText } from './comment-text.ts';
import {
  askWhoWeAre,
  earliestOf,
  failedRead,
  failedWrite,
  foundAs,
  instantOf,
  isOk,
  isTaken,
  listIn,
  objectIn,
  sentAs,
  type TicketTool,
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
    let own: Record<string, unknown> | undefined;
    for (let page = 1; page <= mostPages; page += 1) {
      const answer = yield {
        operation: 'listConversations',
        method: 'GET',
        path: `${ticketPath(comment.ticketId)}/conversations?per_page=${pageSize}&page=${page}`,
      };
      if (!isOk(answer)) return failedRead(answer, now);
      const earliest = earliestOf(answer, since, now);
      const found = listIn(answer.body);
      own =
        found.findLast(
          (each) =>
            each.incoming !== true &&
            each.private !== comment.isPublic &&
            !isTaken(comment, each) &&
            (instantOf(each.created_at) ?? 0) >= earliest &&
            isSameText(comment.text, { plain: [each.body_text], html: [each.body] }),
        ) ?? own;
      if (found.length < pageSize) break;
    }
    return foundAs(own, own?.created_at);
  },
};

const ticketPath = (id: string): string => `/api/v2/tickets/${encodeURIComponent(id)}`;
