/** Jira Service Management: a comment that the portal shows to the customer, or one of the team's own. Pure. */
import { objectAt, objectsAt } from '../../platform/loose.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import { documentOf, textOfDocument } from './comment-text.ts';
import type { TicketTool } from './ticket-tool.ts';
import * as answers from './ticket-tool.ts';

const ownProperty = 'metronome';

/**
 * Only a customer's request has a portal. On any other issue, also of a service project, comments tell `jsdPublic: true`
 * and no customer sees them (Atlassian's REST v3 description of `Comment`; sooperset/mcp-atlassian#1574).
 */
const noRequest = 'Jira knows the issue as no customer’s request: no customer would see the comment.';
const withheld = 'Jira has kept the comment from the customer, as an internal one.';

export const jira: TicketTool = {
  tool: 'jira',
  refuseText: (text) => (text.length > 32_000 ? refuse('too-long-for-jira') : undefined),
  introduce: (now) =>
    answers.askWhoWeAre('/rest/api/3/myself', now, (body) => {
      const { displayName, emailAddress, accountType } = objectAt(body);
      return accountType === 'customer' ? undefined : (answers.textIn(displayName) ?? answers.textIn(emailAddress));
    }),
  *send(comment, now) {
    if (comment.isPublic) {
      const request = yield { operation: 'getRequest', method: 'GET', path: requestPath(comment.ticketId) };
      if (request.status === 404) return answers.byHand(noRequest);
      if (!answers.isOk(request)) return answers.failedRead(request, now);
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
    if (!answers.isOk(answer)) return answers.failedWrite(answer, now);
    const made = objectAt(answer.body);
    if (comment.isPublic && made.jsdPublic === false) return { kind: 'rejected', why: withheld };
    return answers.sentAs(answer, made.id);
  },
  *find(comment, since, now) {
    const answer = yield {
      operation: 'listComments',
      method: 'GET',
      path: `${issuePath(comment.ticketId)}/comment?orderBy=-created&maxResults=100&expand=properties`,
    };
    if (!answers.isOk(answer)) return answers.failedRead(answer, now);
    const earliest = answers.earliestOf(answer, since, now);
    const own = objectsAt(answer.body, 'comments').find((each) => {
      const reference = objectsAt(each, 'properties').find((property) => property.key === ownProperty);
      if (reference && objectAt(reference, 'value').reference === comment.reference) return true;
      if (each.jsdPublic === !comment.isPublic) return false;
      const plain = [textOfDocument(each.body)];
      return answers.isOurs(comment, each, answers.instantOf(each.created) ?? 0, earliest, { plain });
    });
    const isWithheld = comment.isPublic && own?.jsdPublic === false;
    return isWithheld ? { kind: 'withheld', why: withheld } : answers.foundAs(own, own?.created);
  },
};

const requestPath = (id: string): string => `/rest/servicedeskapi/request/${encodeURIComponent(id)}`;
const issuePath = (id: string): string => `/rest/api/3/issue/${encodeURIComponent(id)}`;
