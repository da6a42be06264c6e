/** Jira Service Management: a comment that the portal shows to the customer, or one of the team's own. Pure. */

import { refuse } from '../../words/refusals/refuse.ts';
import { documentOf, isSameText, textOfDocument } from './comment-text.ts';
import {
  askWhoWeAre,
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
  type TicketTool,
  textIn,
  withoutId,
} from './ticket-tool.ts';

const ownProperty = 'metronome';

export const jira: TicketTool = {
  tool: 'jira',
  refuseText: (text) => (text.length > 32_000 ? refuse('too-long-for-jira') : undefined),
  introduce: (now) =>
    askWhoWeAre('/rest/api/3/myself', now, (body) => {
      const { displayName, emailAddress, accountType } = objectIn(body);
      return accountType === 'customer' ? undefined : (textIn(displayName) ?? textIn(emailAddress));
    }),
  *send(comment, now) {
    const answer = yield {
      operation: 'addComment',
      method: 'POST',
      path: `${issuePath(comment.ticketId)}/comment`,
      body: {
        body: documentOf(comment.text),
        properties: [
          { key: 'sd.public.comment', value: { internal: !comment.isPublic } },
          { key: ownProperty, value: { reference: comment.reference } },
        ],
      },
    };
    if (!isOk(answer)) return failedWrite(answer, now);
    const made = objectIn(answer.body);
    // Outside of Service Management no customer sees it.
    if (comment.isPublic && made.jsdPublic === false) {
      return {
        kind: 'refused',
        why: 'The issue is no customer’s request: Jira has kept the comment from the customer.',
      };
    }
    const commentId = idOf(made.id);
    return commentId ? { kind: 'sent', commentId } : withoutId(answer.status);
  },
  *find(comment, since, now) {
    const answer = yield {
      operation: 'listComments',
      method: 'GET',
      path: `${issuePath(comment.ticketId)}/comment?orderBy=-created&maxResults=100&expand=properties`,
    };
    if (!isOk(answer)) return failedRead(answer, now);
    const earliest = earliestOf(answer, since, now);
    const own = listIn(answer.body, 'comments').find((each) => {
      const reference = listIn(each, 'properties').find((property) => property.key === ownProperty);
      if (reference && objectIn(reference, 'value').reference === comment.reference) return true;
      if (each.jsdPublic === !comment.isPublic || isTaken(comment, each)) return false;
      if ((instantOf(each.created) ?? 0) < earliest) return false;
      return isSameText(comment.text, { plain: [textOfDocument(each.body)] });
    });
    return foundAs(own, own?.created);
  },
};

const issuePath = (id: string): string => `/rest/api/3/issue/${encodeURIComponent(id)}`;
