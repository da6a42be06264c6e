/** An issue in Jira for a next action. It is found again by a label of its own. Pure. */
import { actionLabel, ownLabel, type WantedTicket } from '../../incidents/action-tickets.ts';
import { cut } from '../../platform/one-line.ts';
import {
  type Conversation,
  failedRead,
  failedWrite,
  idOf,
  isOk,
  listIn,
  objectIn,
  type ToolAnswer,
} from './ticket-tool.ts';

interface IssueKind {
  project: string;
  issueType: string;
}

export type Made =
  | { kind: 'made'; key: string; url: string | undefined }
  | { kind: 'retry' | 'unknown'; why: string; until?: number }
  /** A 2xx that does not say which issue it made: none is made again. */
  | { kind: 'taken'; why: string }
  | { kind: 'refused'; why: string };

const longestSummary = 255;

export function* makeIssue(wanted: WantedTicket, { project, issueType }: IssueKind, now: number): Conversation<Made> {
  const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });
  const answer = yield {
    operation: 'createIssue',
    method: 'POST',
    path: '/rest/api/3/issue',
    body: {
      fields: {
        project: { key: project },
        issuetype: { name: issueType },
        summary: summaryOf(wanted.summary),
        description: { type: 'doc', version: 1, content: wanted.paragraphs.map(paragraph) },
        labels: [actionLabel, ownLabel(wanted.actionId)],
        duedate: wanted.dueOn,
      },
      properties: [{ key: 'metronome', value: { actionId: wanted.actionId } }],
    },
  };
  if (!isOk(answer)) return refusedOf(answer, now);
  const key = idOf(objectIn(answer.body).key);
  if (!key) {
    const label = ownLabel(wanted.actionId);
    return { kind: 'taken', why: `It answered ${answer.status} without the issue. Look for the label ${label}.` };
  }
  return { kind: 'made', key, url: urlOf(objectIn(answer.body).self, key) };
}

/** One line; Jira takes no more. */
const summaryOf = (text: string): string => cut(text.replace(/\s+/g, ' ').trim(), longestSummary);

/** Where people open it. @param self the issue's address in the API */
function urlOf(self: unknown, key: string): string | undefined {
  return typeof self === 'string' && URL.canParse(self) ? `${new URL(self).origin}/browse/${key}` : undefined;
}

/** A 400 names the fields that are wrong, and not what was in them. */
function refusedOf(answer: ToolAnswer, now: number): Made {
  const failed = failedWrite(answer, now);
  if (failed.kind === 'retry' || failed.kind === 'unknown') return failed;
  const fields = answer.status === undefined ? [] : Object.keys(objectIn(answer.body, 'errors'));
  const named = fields.filter((each) => /^\w{1,60}$/.test(each)).join(', ');
  return { kind: 'refused', why: named ? `${failed.why} It does not take: ${named}.` : failed.why };
}

export function* findIssue(actionId: string, now: number): Conversation<Made | { kind: 'absent' }> {
  const jql = encodeURIComponent(`labels = "${ownLabel(actionId)}"`);
  const answer = yield {
    operation: 'searchIssues',
    method: 'GET',
    path: `/rest/api/3/search/jql?jql=${jql}&fields=status&maxResults=1`,
  };
  if (!isOk(answer)) return unread(answer, now);
  const [issue] = listIn(answer.body, 'issues');
  const key = issue && idOf(issue.key);
  return key ? { kind: 'made', key, url: urlOf(issue.self, key) } : { kind: 'absent' };
}

/** Whether its status is in the category Done. */
export function* readIssue(
  key: string,
  now: number,
): Conversation<{ kind: 'seen'; isClosed: boolean } | Exclude<Made, { kind: 'made' | 'taken' }>> {
  const answer = yield {
    operation: 'getIssue',
    method: 'GET',
    path: `/rest/api/3/issue/${encodeURIComponent(key)}?fields=status`,
  };
  if (!isOk(answer)) return unread(answer, now);
  const category = objectIn(answer.body, 'fields', 'status', 'statusCategory').key;
  return { kind: 'seen', isClosed: category === 'done' };
}

function unread(answer: ToolAnswer, now: number): Exclude<Made, { kind: 'made' | 'taken' }> {
  const failed = failedRead(answer, now);
  return failed.kind === 'retry' ? failed : { kind: 'refused', why: failed.why };
}
