/** Jira Service Management: a comment that the portal shows to the customer, or one of the team's own. Pure. */

import { refuse } from '../../words/refusals/refuse.ts';
import { documentOf, isSameText, textOfDocument } from './comment-text.ts';
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

const ownProperty = 'metronome';

/**
 * Only a customer's request has a portal. On any other issue, also of a service project, comments tell `jsdPublic: true`
 * and no customer sees them (Atlassian's REST v3 description of `Comment`; sooperset/mcp-atlassian#1574).
 */
const noRequest = 'Jira knows the issue as no customer’s request: no customer would see the comment.';
const withheld = { kind: 'withheld', why: 'Jira has kept the comment from the customer, as an internal one.' } as const;

export const jira: TicketTool = {
  tool: 'jira',
  refuseText: (text) => (text.length > 32_000 ? refuse('too-long-for-jira') : undefined),
  introduce: (now) =>
    askWhoWeAre('/rest/api/3/myself', now, (body) => {
      const { displayName, emailAddress, accountType } = objectIn(body);
      return accountType === 'customer' ? undefined : (textIn(displayName) ?? textIn(emailAddress));
    }),
  *send(comment, now) {
    if (comment.isPublic) {
      const request = yield { operation: 'getRequest', method: 'GET', path: requestPath(comment.ticketId) };
      if (request.status === 404) return { kind: 'by-hand', why: noRequest };
      if (!isOk(request)) return failedRead(request, now);
    }
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
    if (comment.isPublic && made.jsdPublic === false) return withheld;
    return sentAs(answer, made.id);
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
    return comment.isPublic && own?.jsdPublic === false ? withheld : foundAs(own, own?.created);
  },
};

const requestPath = (id: string): string => `/rest/servicedeskapi/request/${encodeURIComponent(id)}`;
const issuePath = (id: string): string => `/rest/api/3/issue/${encodeURIComponent(id)}`;
