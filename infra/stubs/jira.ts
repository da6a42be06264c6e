/** Jira's comments (`/rest/api/3` and Service Management's), and the webhook `comment_created`. */
import { createHash, createHmac } from 'node:crypto';
import { documentProblem, documentText } from './jira-document.ts';
import { createIssue, error, site } from './jira-issues.ts';
import { secondsUntil } from './limits.ts';
import {
  type Author,
  type Call,
  type Comment,
  type Environment,
  type NewComment,
  type Operation,
  type Stub,
  secretOf,
  type Ticket,
  type TicketStore,
  type WebhookContent,
} from './tool.ts';
import { isRecord, optional, record, textOf } from './values.ts';

const me: Author = { id: '5b10a2844c20165700ede21g', name: 'Metronome', isStaff: true };
const longestComment = 32_767;

const noIssue = error(404, 'Issue does not exist or you do not have permission to see it.');
/** The addresses of Service Management know customers' requests alone (sooperset/mcp-atlassian#1574). */
const noRequest = error(404, 'The Issue id or key does not exist, or it is no customer request.');
const isMarkedInternal = (properties: unknown): boolean =>
  Array.isArray(properties) &&
  properties.some(
    (each) => record({ each }, 'each').key === 'sd.public.comment' && record(each, 'value').internal === true,
  );
const timeOf = (at: number): string => new Date(at).toISOString().replace('Z', '+0000');
const userOf = ({ id, name, isStaff }: Author) => ({
  accountId: id,
  displayName: name,
  active: true,
  accountType: isStaff ? 'atlassian' : 'customer',
});

const issuePath = '/rest/api/3/issue/([^/]+)';

const operations: Operation[] = [
  { name: 'getMe', method: 'GET', path: /^\/rest\/api\/3\/myself$/, answer: () => ({ status: 200, body: userOf(me) }) },
  {
    name: 'getIssue',
    method: 'GET',
    path: new RegExp(`^${issuePath}$`),
    answer(_, id, tickets) {
      const issue = tickets.find(id);
      return issue ? { status: 200, body: shown(issue) } : noIssue;
    },
  },
  {
    name: 'createIssue',
    method: 'POST',
    path: /^\/rest\/api\/3\/issue$/,
    answer: (call, _, tickets) => createIssue(call, tickets),
  },
  {
    name: 'searchIssues',
    method: 'GET',
    path: /^\/rest\/api\/3\/search\/jql$/,
    answer({ query }, _, tickets) {
      const label = /^labels = "([\w-]+)"$/.exec(query.get('jql') ?? '')?.[1];
      if (!label) return error(400, 'The stub knows the JQL labels = "…" alone.');
      const issues = tickets.all().filter((each) => each.labels?.includes(label));
      return { status: 200, body: { issues: issues.map(shown), isLast: true } };
    },
  },
  {
    name: 'doTransition',
    method: 'POST',
    path: new RegExp(`^${issuePath}/transitions$`),
    answer(call, id, tickets) {
      const issue = tickets.find(id);
      if (!issue) return noIssue;
      const status = transitions[String(record(call.body, 'transition').id)];
      if (!status) return error(400, 'Transition is not valid for this issue.');
      tickets.learn({ ticket: { id: issue.id, status } }, call.now);
      return { status: 204 };
    },
  },
  {
    name: 'addComment',
    method: 'POST',
    path: new RegExp(`^${issuePath}/comment$`),
    answer(call, id, tickets) {
      const issue = tickets.find(id);
      if (!issue) return noIssue;
      const stated = isRecord(call.body) ? call.body : {};
      const unknown = Object.keys(stated).find((name) => !['body', 'visibility', 'properties'].includes(name));
      if (unknown) return error(400, `Unrecognized field "${unknown}"`);
      const wrong = documentProblem(stated.body);
      if (wrong) return error(400, 'INVALID_INPUT', { comment: wrong });
      const text = documentText(stated.body);
      if (text.trim() === '') return error(400, '', { comment: 'Comment body can not be empty!' });
      if (text.length > longestComment) return error(400, '', { comment: 'CONTENT_LIMIT_EXCEEDED' });
      const properties = Array.isArray(stated.properties) ? stated.properties : [];
      const isPublic = !issue.isInternal && !isMarkedInternal(properties);
      const said = say(tickets, issue, call, { source: stated.body, text, isPublic, properties });
      return { status: 201, body: commentOf(said.ticket, said.comment), said };
    },
  },
  {
    name: 'listComments',
    method: 'GET',
    path: new RegExp(`^${issuePath}/comment$`),
    answer({ query }, id, tickets) {
      const issue = tickets.find(id);
      if (!issue) return noIssue;
      const oldestFirst = tickets.comments(issue.id);
      const all = query.get('orderBy') === '-created' ? oldestFirst.toReversed() : oldestFirst;
      const startAt = Number(query.get('startAt')) || 0;
      const maxResults = Math.min(Number(query.get('maxResults')) || 100, 100);
      const withProperties = (query.get('expand') ?? '').split(',').includes('properties');
      const comments = all.slice(startAt, startAt + maxResults).map((each) => ({
        ...commentOf(issue, each),
        ...(withProperties ? { properties: each.properties ?? [] } : {}),
      }));
      return { status: 200, body: { startAt, maxResults, total: all.length, comments } };
    },
  },
  {
    name: 'getRequest',
    method: 'GET',
    path: /^\/rest\/servicedeskapi\/request\/([^/]+)$/,
    answer(_, id, tickets) {
      const issue = tickets.find(id);
      if (!issue || issue.isInternal) return noRequest;
      return { status: 200, body: { issueId: issue.id, issueKey: issue.key ?? issue.id, serviceDeskId: '1' } };
    },
  },
  {
    name: 'addRequestComment',
    method: 'POST',
    path: /^\/rest\/servicedeskapi\/request\/([^/]+)\/comment$/,
    answer(call, id, tickets) {
      const issue = tickets.find(id);
      if (!issue || issue.isInternal) return noRequest;
      const stated = isRecord(call.body) ? call.body : {};
      const text = textOf(stated.body);
      if (text === undefined) return error(400, 'The comment is empty.');
      const isPublic = stated.public === true;
      const said = say(tickets, issue, call, { source: text, text, isPublic, properties: [] });
      const { id: commentId, author } = said.comment;
      const created = { iso8601: timeOf(call.now), jira: timeOf(call.now), epochMillis: call.now };
      return {
        status: 201,
        body: { id: commentId, body: text, public: isPublic, author: userOf(author), created },
        said,
      };
    },
  },
];

const transitions: Record<string, string> = { '11': 'to do', '21': 'in progress', '31': 'done' };

function say(
  tickets: TicketStore,
  issue: Ticket,
  { now }: Call,
  what: Pick<Comment, 'source' | 'text' | 'isPublic' | 'properties'>,
): NewComment {
  return tickets.say(issue.id, now, (number) => ({
    id: String(10_000 + number),
    author: me,
    ...what,
  }));
}

const categoryOf = (status: string | undefined): string =>
  /^(done|closed|resolved|完了)$/.test(status ?? '') ? 'done' : status === 'in progress' ? 'indeterminate' : 'new';

const shown = (issue: Ticket): unknown => ({
  id: issue.id,
  key: issue.key ?? issue.id,
  self: `${site}/rest/api/3/issue/${issue.id}`,
  fields: {
    summary: issue.subject ?? '',
    status: { name: issue.status ?? 'To Do', statusCategory: { key: categoryOf(issue.status) } },
    project: {
      key: (issue.key ?? '').split('-')[0],
      projectTypeKey: issue.isInternal ? 'software' : 'service_desk',
    },
    ...(issue.requester ? { reporter: { accountId: issue.requester, accountType: 'customer' } } : {}),
  },
});

const commentOf = (issue: Ticket, comment: Comment) => ({
  self: `${site}/rest/api/3/issue/${issue.id}/comment/${comment.id}`,
  id: comment.id,
  author: userOf(comment.author),
  body: isRecord(comment.source)
    ? comment.source
    : {
        type: 'doc',
        version: 1,
        content: [{ type: 'paragraph', content: [{ type: 'text', text: comment.text }] }],
      },
  created: timeOf(comment.createdAt),
  updated: timeOf(comment.createdAt),
  // True also where there is no Service Management at all (Atlassian's REST v3 description of `Comment`).
  jsdPublic: comment.isPublic || (issue.isInternal === true && !isMarkedInternal(comment.properties)),
});

function webhook({ ticket, comment }: NewComment, now: number) {
  // A comment's event does not say who reported the issue.
  const { requester: _, ...issue } = ticket;
  const body = {
    timestamp: now,
    webhookEvent: 'comment_created',
    comment: { ...commentOf(ticket, comment), body: comment.text },
    issue: shown(issue),
    eventType: 'primaryAction',
  };
  return {
    path: '/tickets/jira',
    body: JSON.stringify(body),
  };
}

function sign(text: string, _at: number, environment: Environment) {
  const secret = secretOf(environment, 'JIRA_WEBHOOK_SECRET');
  if (!secret) return undefined;
  return {
    'x-hub-signature': `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`,
    // Equal across retries.
    'x-atlassian-webhook-identifier': createHash('sha256').update(text).digest('hex').slice(0, 32),
  };
}

function told(body: Record<string, unknown>): WebhookContent | undefined {
  const issue = record(body, 'issue');
  const id = textOf(issue.id) ?? textOf(issue.key);
  if (!id) return undefined;
  const fields = record(issue, 'fields');
  const comment = record(body, 'comment');
  const author = record(comment, 'author');
  const reporter = record(fields, 'reporter');
  const text = isRecord(comment.body) ? documentText(comment.body) : textOf(comment.body);
  const requester = textOf(reporter.accountId);
  const type = textOf(record(fields, 'project').projectTypeKey);
  return {
    ticket: {
      id,
      ...optional('key', textOf(issue.key)),
      ...optional('subject', textOf(fields.summary)),
      ...optional('status', textOf(record(fields, 'status').name)?.toLowerCase()),
      ...optional('requester', requester),
      ...optional('isInternal', type === undefined ? undefined : type !== 'service_desk'),
    },
    ...(text === undefined
      ? {}
      : {
          comment: {
            ...optional('id', textOf(comment.id)),
            text,
            isPublic: comment.jsdPublic === true && type === 'service_desk',
            author: {
              id: textOf(author.accountId) ?? '0',
              name: textOf(author.displayName) ?? 'somebody',
              isStaff: author.accountType !== 'customer' && textOf(author.accountId) !== requester,
            },
          },
        }),
  };
}

const isWrite = (name: string): boolean => name.startsWith('add');

export const jira: Stub = {
  tool: 'jira',
  operations,
  limits: [
    { name: 'jira-burst-based', most: 100, perMs: 1_000, counts: () => 'all' },
    ...[
      { most: 20, perMs: 2_000 },
      { most: 100, perMs: 30_000 },
    ].map((window) => ({
      name: `jira-per-issue-on-write ${window.most}`,
      ...window,
      counts: (name: string, id: string) => (isWrite(name) ? id : undefined),
    })),
  ],
  refuse({ authorization }, environment) {
    const email = environment.JIRA_API_EMAIL;
    const token = secretOf(environment, 'JIRA_API_TOKEN');
    const expected = `Basic ${Buffer.from(`${email}:${token}`).toString('base64')}`;
    return email && token && authorization === expected
      ? undefined
      : error(401, 'Client must be authenticated to access this resource.');
  },
  limitHeaders: () => ({}),
  tooMany: (spent, now) => ({
    status: 429,
    headers: {
      'retry-after': secondsUntil(spent.resetsAt, now),
      'x-ratelimit-limit': String(spent.limit.most),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': new Date(spent.resetsAt).toISOString(),
      'ratelimit-reason': spent.limit.name.split(' ')[0] ?? '',
    },
    body: { errorMessages: ['Rate limit exceeded.'], errors: {} },
  }),
  notFound: error(404, 'null for uri'),
  notJson: error(400, 'The body is not JSON'),
  broken: (status) => error(status, 'Internal server error'),
  webhook,
  sign,
  retryAfterMs(attempt, status) {
    const isWorthIt = status === undefined || [408, 409, 425, 429].includes(status) || status >= 500;
    return isWorthIt && attempt <= 5 ? 5 * 60_000 : undefined;
  },
  told,
};
