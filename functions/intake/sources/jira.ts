/**
 * Jira: admin webhooks of issues and comments. `emailAddress` is absent, and comment events lack user and reporter.
 * Repeats are recognised by the body: `X-Atlassian-Webhook-Identifier` is not part of what is signed.
 */
import { actionOf } from '../../incidents/outbox/action-tickets.ts';
import type { SignalKind } from '../../incidents/signals/signal.ts';
import type { Config } from '../../platform/config.ts';
import { type Body, field, isObject, listAt, objectAt, objectsAt } from '../../platform/loose.ts';
import { controlOf, isWritten, requireSure } from './control.ts';
import { signedByHub } from './proof.ts';
import type { IntakeSource, Reading, SourceContext } from './source.ts';
import * as tickets from './ticket-signal.ts';
import { firstId, tagsOf, textAt } from './ticket-signal.ts';

/** Atlassian asks to read the method from the header; older, weaker ones are not taken. */
const signature = /^(sha256|sha384|sha512)=([\da-f]{64,128})$/;

export const jira: IntakeSource = {
  tool: 'jira',
  ...signedByHub('JIRA_WEBHOOK_SECRET', signature, 'sha256= and 64', ' Set a secret in the webhook’s settings.'),
  read: readJira,
};

/** @throws Unreadable when it does not say which issue it is about */
export function readJira(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  const whole = tickets.requireObject(body);
  requireSure(controlOf(bytes));
  const event = textAt(whole, 'webhookEvent') ?? '';
  const issue = objectAt(whole, 'issue');
  const fields = objectAt(issue, 'fields');
  const comment = objectAt(whole, 'comment');
  const told = tellEvent(event, whole, fields, comment);
  if (!told) return { ignored: event || 'a body without webhookEvent' };
  const ticketId = tickets.requireTicketId([field(issue, 'id'), field(issue, 'key')], 'issue.id');
  const happenedAt = field(whole, 'timestamp');
  const isWord = isWritten(told);
  const author = objectAt(comment, 'author');
  const said = isWord ? documentText(field(comment, 'body')) : undefined;
  const labels = tagsOf(field(fields, 'labels'));
  const reading = tickets.readSignal(whole, bytes, context, {
    tool: 'jira',
    ticketId,
    kind: told,
    happenedAt: [field(comment, 'created'), happenedAt],
    reportedAt: [field(fields, 'created'), event === 'jira:issue_created' && happenedAt],
    title: textAt(fields, 'summary'),
    description: documentText(field(fields, 'description')),
    url: browseUrl(issue),
    form: textAt(objectAt(fields, 'issuetype'), 'name'),
    area: textAt(objectsAt(fields, 'components')[0] ?? {}, 'name'),
    tags: labels,
    customer: customerOf(fields, context.config),
    reporterId: accountOf(objectAt(fields, 'reporter')),
    agent: told === 'customer-wrote' ? undefined : (accountIn(author) ?? accountIn(objectAt(whole, 'user'))),
    message: event === 'jira:issue_deleted' ? 'The issue was deleted.' : said,
    commentId: isWord ? firstId([field(comment, 'id')]) : undefined,
    statedIn: [objectAt(whole, 'metronome')],
  });
  const [actionId] = labels.flatMap((each) => actionOf(each) ?? []);
  return actionId === undefined ? reading : { ...reading, isAction: { id: actionId, key: textAt(issue, 'key') ?? '' } };
}

/** The meaning of an event; undefined for ignored ones (sprints, worklogs, users). */
function tellEvent(event: string, body: Body, fields: Body, comment: Body): SignalKind | undefined {
  if (event === 'jira:issue_created') return 'stated';
  if (event === 'jira:issue_deleted') return 'solved';
  if (event === 'comment_updated') return 'noted';
  const isComment = event === 'comment_created' || textAt(body, 'issue_event_type_name') === 'issue_commented';
  if (event !== 'comment_created' && event !== 'jira:issue_updated') return undefined;
  return isComment ? tellComment(fields, comment) : tellChanges(body, fields);
}

/** Cloud knows accounts by `accountId`, Data Center by `key`, and older ones by `name`. */
const accountOf = (user: Body): string | undefined => textAt(user, 'accountId', 'key', 'name');

function accountIn(user: Body): tickets.TicketReading['agent'] {
  const agent = { id: accountOf(user), name: textAt(user, 'displayName') };
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
  const authorId = accountOf(author);
  if (accountType === 'customer') return 'customer-wrote';
  if (isPublic && authorId && authorId === accountOf(objectAt(fields, 'reporter'))) return 'customer-wrote';
  return isPublic ? 'agent-replied' : 'noted';
}

const doneNames = new Set(['done', 'closed', 'resolved', '完了', '解決済み', '解決', 'クローズ', 'クローズ済み']);

/** The changelog's field is “Status” or “status”; its `toString` is a field there and a method of every object. */
function tellChanges(body: Body, fields: Body): SignalKind {
  const items = objectsAt(body, 'changelog', 'items');
  const named = (item: Body): string => textAt(item, 'fieldId', 'field')?.toLowerCase() ?? '';
  const isDoneName = (name: string | undefined): boolean => doneNames.has(name?.toLowerCase() ?? '');
  const status = items.find((item) => named(item) === 'status' || textAt(item, 'field')?.toLowerCase() === 'status');
  const resolution = items.find((item) => named(item) === 'resolution');
  if (status) {
    const category = textAt(objectAt(fields, 'status', 'statusCategory'), 'key')?.toLowerCase();
    if (category ? category === 'done' : isDoneName(textAt(status, 'toString'))) return 'solved';
    const isUnresolved = resolution && textAt(resolution, 'from') && !textAt(resolution, 'to');
    const isReopened = textAt(body, 'issue_event_type_name') === 'issue_reopened';
    const wasDone = isDoneName(textAt(status, 'fromString')) || isUnresolved || isReopened;
    return wasDone ? 'reopened' : 'noted';
  }
  const isOfReport = (item: Body): boolean => /^(?:summary$|description$|reporter$|customfield_)/.test(named(item));
  return items.some(isOfReport) ? 'stated' : 'noted';
}

/** The configured field (text, an option, a list of them), else the reporter. */
function customerOf(fields: Body, config: Config): tickets.TicketReading['customer'] {
  const name = config.JIRA_CUSTOMER_FIELD;
  const value = name ? field(fields, name) : undefined;
  const first = Array.isArray(value) ? value[0] : value;
  const named = ['value', 'name', 'displayName', 'id'];
  const custom = firstId(isObject(first) ? named.map((each) => field(first, each)) : [first]);
  return custom ? { id: custom } : accountIn(objectAt(fields, 'reporter'));
}

/** Plain text, or the text of a document of nodes; deep and large documents are not walked to the end. */
function documentText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() || undefined;
  if (!isObject(value)) return undefined;
  const out: string[] = [];
  const queue: unknown[] = [value];
  for (let steps = 0; queue.length > 0 && steps < 20_000; steps += 1) {
    const node = queue.pop();
    if (typeof node === 'string') out.push(node);
    if (!isObject(node)) continue;
    const words = field(node, 'text');
    if (typeof words === 'string') out.push(words);
    const type = textAt(node, 'type') ?? '';
    if (type === 'hardBreak') out.push('\n');
    if (/^(?:paragraph|heading|listItem|codeBlock)$/.test(type)) queue.push('\n');
    for (const child of listAt(node, 'content').toReversed()) queue.push(child);
  }
  const text = out.join('').replace(/\n{3,}/g, '\n\n');
  return text.trim() || undefined;
}

/** `self` is an address of the site's API; people open `/browse/` and the key. */
function browseUrl(issue: Body): string | undefined {
  const self = textAt(issue, 'self');
  const key = textAt(issue, 'key');
  if (!self || !key || !/^https?:\/\//i.test(self) || !URL.canParse(self)) return undefined;
  return `${new URL(self).origin}/browse/${encodeURIComponent(key)}`;
}
