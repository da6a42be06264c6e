/** How Jira's stub makes issues, and how Jira words what it refuses. */
import { documentProblem } from './jira-document.ts';
import type { Answer, Call, TicketStore } from './tool.ts';
import { record, textOf } from './values.ts';

export const site = 'https://example.atlassian.net';

export const error = (status: number, message: string, errors: Record<string, string> = {}): Answer => ({
  status,
  body: { errorMessages: message ? [message] : [], errors },
});

const longestSummary = 255;

export function createIssue({ body, now }: Call, tickets: TicketStore): Answer {
  const fields = record(body, 'fields');
  const project = textOf(record(fields, 'project').key) ?? '';
  const summary = textOf(fields.summary);
  const labels = fields.labels ?? [];
  const errors: Record<string, string> = {
    ...(/^[A-Z][A-Z0-9_]{1,9}$/.test(project) ? {} : { project: 'valid project is required' }),
    ...(textOf(record(fields, 'issuetype').name) ? {} : { issuetype: 'valid issue type is required' }),
    ...(summary ? {} : { summary: 'You must specify a summary of the issue.' }),
    ...(summary && (summary.length > longestSummary || /\n/.test(summary))
      ? { summary: `Summary must be one line of at most ${longestSummary} characters.` }
      : {}),
    ...(fields.description !== undefined && documentProblem(fields.description)
      ? { description: 'Operation value must be an Atlassian Document (see the Atlassian Document Format)' }
      : {}),
    ...(Array.isArray(labels) && labels.every((each) => typeof each === 'string' && !/\s/.test(each))
      ? {}
      : { labels: "The label can't contain spaces." }),
    ...(fields.duedate === undefined || /^\d{4}-\d{2}-\d{2}$/.test(textOf(fields.duedate) ?? '')
      ? {}
      : { duedate: 'Error parsing date string' }),
  };
  if (Object.keys(errors).length > 0) return error(400, '', errors);
  const numbers = tickets
    .all()
    .flatMap(({ key = '' }) => (key.startsWith(`${project}-`) ? [Number(key.split('-')[1])] : []));
  const key = `${project}-${Math.max(0, ...numbers) + 1}`;
  const id = `${project}${key.length}${key.split('-')[1]}`;
  tickets.learn(
    { ticket: { id, key, subject: summary ?? '', status: 'to do', isInternal: true, labels: labels as string[] } },
    now,
  );
  return { status: 201, body: { id, key, self: `${site}/rest/api/3/issue/${id}` } };
}
