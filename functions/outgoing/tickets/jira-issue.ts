/** An issue in Jira for a next action. It is found again by a label of its own. Pure. */
import { actionLabel, ownLabel, type WantedTicket } from '../../incidents/outbox/action-tickets.ts';
import type { Outcome } from '../../platform/delivery.ts';
import { objectAt, objectsAt } from '../../platform/loose.ts';
import { cut } from '../../platform/one-line.ts';
import type { Conversation, Failed, ToolAnswer } from './ticket-tool.ts';
import { delivered, failedRead, failedWrite, idOf, isOk } from './ticket-tool.ts';

/** One line; Jira takes no more. */
const longestSummary = 255;

/** @param site where people open it, where the tool does not say. @returns `taken` for a 2xx without the issue: none is made again */
export function* makeIssue(
  wanted: WantedTicket,
  { project, issueType, site }: Record<'project' | 'issueType' | 'site', string>,
  now: number,
): Conversation<Outcome | { kind: 'taken'; why: string }> {
  const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
  const answer = yield {
    operation: 'createIssue',
    method: 'POST',
    path: '/rest/api/3/issue',
    body: {
      fields: {
        project: { key: project },
        issuetype: { name: issueType },
        summary: cut(wanted.summary.replace(/\s+/g, ' ').trim(), longestSummary),
        description: { type: 'doc', version: 1, content: wanted.paragraphs.map(paragraph) },
        labels: [actionLabel, ownLabel(wanted.actionId)],
        duedate: wanted.dueOn,
      },
      properties: [{ key: 'metronome', value: { actionId: wanted.actionId } }],
    },
  };
  if (!isOk(answer)) return refusedOf(answer, now);
  const key = idOf(objectAt(answer.body).key);
  if (!key) {
    const label = ownLabel(wanted.actionId);
    return { kind: 'taken', why: `It answered ${answer.status} without the issue. Look for the label ${label}.` };
  }
  return delivered({ key, url: urlOf(objectAt(answer.body).self, key, site) });
}

/** Where people open it. @param self the issue's address in the API */
const urlOf = (self: unknown, key: string, site: string): string =>
  `${typeof self === 'string' && URL.canParse(self) ? new URL(self).origin : site}/browse/${key}`;

/** A 400 names the wrong fields, not their content. */
function refusedOf(answer: ToolAnswer, now: number): Outcome {
  const failed = failedWrite(answer, now);
  if (failed.kind !== 'rejected') return failed;
  const fields = answer.status === undefined ? [] : Object.keys(objectAt(answer.body, 'errors'));
  const named = fields.filter((each) => /^\w{1,60}$/.test(each)).join(', ');
  return { kind: 'rejected', why: named ? `${failed.why} It does not take: ${named}.` : failed.why };
}

export function* findIssue(actionId: string, site: string, now: number): Conversation<Outcome | 'absent'> {
  const jql = encodeURIComponent(`labels = "${ownLabel(actionId)}"`);
  const answer = yield {
    operation: 'searchIssues',
    method: 'GET',
    path: `/rest/api/3/search/jql?jql=${jql}&fields=status&maxResults=1`,
  };
  if (!isOk(answer)) return unread(answer, now);
  const [issue] = objectsAt(answer.body, 'issues');
  const key = issue && idOf(issue.key);
  return key ? delivered({ key, url: urlOf(issue.self, key, site) }) : 'absent';
}

/** Whether its status is in the category Done. */
export function* readIssue(key: string, now: number): Conversation<{ isClosed: boolean } | Failed> {
  const answer = yield {
    operation: 'getIssue',
    method: 'GET',
    path: `/rest/api/3/issue/${encodeURIComponent(key)}?fields=status`,
  };
  if (!isOk(answer)) return unread(answer, now);
  return { isClosed: objectAt(answer.body, 'fields', 'status', 'statusCategory').key === 'done' };
}

/** An action item is never “sent by hand”. */
function unread(answer: ToolAnswer, now: number): Failed {
  const { fields: _, ...failed } = failedRead(answer, now);
  return failed;
}
