/**
 * Jira: admin webhooks of issues and comments. `emailAddress` is absent, and comment events lack user and reporter.
 * Repeats are recognised by the body: `X-Atlassian-Webhook-Identifier` is not part of what is signed.
 */

import { actionOf } from '../../incidents/action-tickets.ts';
import type { Customer, SignalKind } from '../../incidents/signal/signal.ts';
import type { Config } from '../../platform/config.ts';
import { type Body, field, isObject, listAt, objectAt } from '../../platform/loose.ts';
import { controlOf, requireSure } from './control.ts';
import { isWritten } from './event-kinds.ts';
import { parseLenient } from './lenient-json.ts';
import { headerOf, isSignedBy } from './proof.ts';
import type { IntakeSource, Reading, SourceContext } from './source.ts';
import {
  firstId,
  readSignal,
  requireObject,
  requireTicketId,
  type TicketReading,
  tagsOf,
  textAt,
} from './ticket-signal.ts';

export const jira: IntakeSource = {
  tool: 'jira',
  secretNames: ['JIRA_WEBHOOK_SECRET'],
  challenge: 'Signature realm="metronome", headers="x-hub-signature"',
  needsBody: () => true,
  refuse({ headers }, bytes, config) {
    const signature = headerOf(headers, 'x-hub-signature');
    if (!signature) return 'It needs X-Hub-Signature, once. Set a secret in the webhook’s settings.';
    // Atlassian asks to read the method from the header; older, weaker ones are not taken.
    const match = /^(sha256|sha384|sha512)=([\da-f]{64,128})$/.exec(signature);
    if (!match) return 'X-Hub-Signature has to be sha256= and 64 hex digits.';
    const algorithm = match[1] as 'sha256' | 'sha384' | 'sha512';
    if (isSignedBy(config.JIRA_WEBHOOK_SECRET, match[2], { algorithm, encoding: 'hex', parts: [bytes] }))
      return undefined;
    return 'X-Hub-Signature is not that of this body under JIRA_WEBHOOK_SECRET.';
  },
  parse: parseLenient,
  read: readJira,
};

/** @throws Unreadable when it does not say which issue it is about */
export function readJira(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  const whole = requireObject(body);
  requireSure(controlOf(bytes));
  const event = textAt(whole, 'webhookEvent') ?? '';
  const issue = objectAt(whole, 'issue');
  const fields = objectAt(issue, 'fields');
  const comment = objectAt(whole, 'comment');
  const told = tellEvent(event, whole, fields, comment);
  if (!told) return { ignored: event || 'a body without webhookEvent' };
  const ticketId = requireTicketId([field(issue, 'id'), field(issue, 'key')], 'issue.id');
  const happenedAt = field(whole, 'timestamp');
  const isWord = isWritten(told);
  const author = objectAt(comment, 'author');
  const reading = readSignal(
    {
      tool: 'jira',
      ticketId,
      kind: told,
      happenedAt: [field(comment, 'created'), happenedAt],
      reportedAt: [field(fields, 'created'), event === 'jira:issue_created' && happenedAt],
      title: textAt(fields, 'summary'),
      description: documentText(field(fields, 'description')),
      url: browseUrl(issue),
      form: textAt(objectAt(fields, 'issuetype'), 'name'),
      area: listAt(fields, 'components')
        .filter(isObject)
        .map((each) => textAt(each, 'name'))[0],
      tags: tagsOf(field(fields, 'labels')),
      customer: customerOf(fields, context.config),
      reporterId: accountIn(objectAt(fields, 'reporter'))?.id,
      agent: told === 'customer-wrote' ? undefined : (accountIn(author) ?? accountIn(objectAt(whole, 'user'))),
      message:
        event === 'jira:issue_deleted'
          ? 'The issue was deleted.'
          : isWord
            ? documentText(field(comment, 'body'))
            : undefined,
      commentId: isWord ? firstId([field(comment, 'id')]) : undefined,
      statedIn: [objectAt(whole, 'metronome')],
    },
    whole,
    bytes,
    context,
  );
  const actionId = tagsOf(field(fields, 'labels'))
    .map(actionOf)
    .find((each) => each !== undefined);
  return actionId === undefined ? reading : { ...reading, isAction: { id: actionId, key: textAt(issue, 'key') ?? '' } };
}

/** What an event tells; undefined for those that nobody waits for (sprints, worklogs, users). */
function tellEvent(event: string, body: Body, fields: Body, comment: Body): SignalKind | undefined {
  switch (event) {
    case 'jira:issue_created':
      return 'stated';
    case 'jira:issue_deleted':
      return 'solved';
    case 'jira:issue_updated':
      if (textAt(body, 'issue_event_type_name') === 'issue_commented') return tellComment(fields, comment);
      return tellChanges(body, fields);
    case 'comment_created':
      return tellComment(fields, comment);
    case 'comment_updated':
      return 'noted';
    default:
      return undefined;
  }
}

/** Cloud knows accounts by `accountId`, Data Center by `key`, and older ones by `name`. */
function accountIn(user: Body): TicketReading['agent'] {
  const agent = { id: textAt(user, 'accountId', 'key', 'name'), name: textAt(user, 'displayName') };
  return agent.id === undefined && agent.name === undefined ? undefined : agent;
}

/**
 * Only in a service project does a customer see a comment; in any other it is the team's own, although `jsdPublic` is true
 * there as well (Atlassian's REST v3 description of `Comment`).
 */
function tellComment(fields: Body, comment: Body): SignalKind {
  const author = objectAt(comment, 'author');
  const accountType = textAt(author, 'accountType');
  const isService = textAt(objectAt(fields, 'project'), 'projectTypeKey') === 'service_desk';
  const isPublic = isService && field(comment, 'jsdPublic') === true;
  if (accountType === 'app') return 'noted';
  const authorId = textAt(author, 'accountId', 'key', 'name');
  const reporterId = textAt(objectAt(fields, 'reporter'), 'accountId', 'key', 'name');
  if (accountType === 'customer') return 'customer-wrote';
  if (isPublic && authorId !== undefined && authorId === reporterId) return 'customer-wrote';
  return isPublic ? 'agent-replied' : 'noted';
}

const doneNames = new Set(['done', 'closed', 'resolved', '完了', '解決済み', '解決', 'クローズ', 'クローズ済み']);

/** The changelog's field is “Status” or “status”; its `toString` is a field there and a method of every object. */
function tellChanges(body: Body, fields: Body): SignalKind {
  const items = listAt(body, 'changelog', 'items').filter(isObject);
  const named = (item: Body): string => textAt(item, 'fieldId', 'field')?.toLowerCase() ?? '';
  const status = items.find((item) => named(item) === 'status' || textAt(item, 'field')?.toLowerCase() === 'status');
  const resolution = items.find((item) => named(item) === 'resolution');
  if (status) {
    const category = textAt(objectAt(fields, 'status', 'statusCategory'), 'key')?.toLowerCase();
    const isDone = category ? category === 'done' : doneNames.has(textAt(status, 'toString')?.toLowerCase() ?? '');
    if (isDone) return 'solved';
    const wasDone =
      doneNames.has(textAt(status, 'fromString')?.toLowerCase() ?? '') ||
      (resolution !== undefined &&
        textAt(resolution, 'from') !== undefined &&
        textAt(resolution, 'to') === undefined) ||
      textAt(body, 'issue_event_type_name') === 'issue_reopened';
    return wasDone ? 'reopened' : 'noted';
  }
  return items.some(
    (item) => ['summary', 'description', 'reporter'].includes(named(item)) || named(item).startsWith('customfield_'),
  )
    ? 'stated'
    : 'noted';
}

/** The configured field (text, an option, a list of them), else the reporter. */
function customerOf(fields: Body, config: Config): Customer | undefined {
  const name = config.JIRA_CUSTOMER_FIELD;
  const value = name ? field(fields, name) : undefined;
  const first = Array.isArray(value) ? value[0] : value;
  const custom = isObject(first)
    ? firstId([field(first, 'value'), field(first, 'name'), field(first, 'displayName'), field(first, 'id')])
    : firstId([first]);
  if (custom) return { id: custom };
  const reporter = objectAt(fields, 'reporter');
  const id = textAt(reporter, 'accountId', 'key', 'name');
  if (!id) return undefined;
  const shown = textAt(reporter, 'displayName');
  return { id, ...(shown ? { name: shown } : {}) };
}

/** Text as it is, or the text within a document of nodes; neither deep nor large ones are walked to their end. */
function documentText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined;
  if (!isObject(value)) return undefined;
  const out: string[] = [];
  const queue: unknown[] = [value];
  for (let steps = 0; queue.length > 0 && steps < 20_000; steps += 1) {
    const node = queue.pop();
    if (typeof node === 'string') out.push(node);
    if (!isObject(node)) continue;
    const text = field(node, 'text');
    if (typeof text === 'string') out.push(text);
    if (textAt(node, 'type') === 'hardBreak') out.push('\n');
    if (/^(?:paragraph|heading|listItem|codeBlock)$/.test(textAt(node, 'type') ?? '')) queue.push('\n');
    for (const child of listAt(node, 'content').toReversed()) queue.push(child);
  }
  return (
    out
      .join('')
      .replace(/\n{3,}/g, '\n\n')
      .trim() || undefined
  );
}

/** `self` is an address of the site's API; people open `/browse/` and the key. */
function browseUrl(issue: Body): string | undefined {
  const self = textAt(issue, 'self');
  const key = textAt(issue, 'key');
  if (!self || !key || !/^https?:\/\//i.test(self) || !URL.canParse(self)) return undefined;
  return `${new URL(self).origin}/browse/${encodeURIComponent(key)}`;
}
