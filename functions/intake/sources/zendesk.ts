/**
 * Zendesk: its event subscriptions (`zen:event-type:…`), and the body that an admin writes in a trigger, whose template is
 * in docs/how-to/connect/zendesk.md. Both tell of the same ticket under the same id.
 */
import { createHmac } from 'node:crypto';
import type { Config } from '../../platform/config.ts';
import { type Body, field, objectAt } from '../../platform/loose.ts';
import {
  address,
  type Control,
  controlOf,
  isConnectionTest,
  isWritten,
  kindSaid,
  reporterOf,
  reporters,
  requireSure,
} from './control.ts';
import { parseLenient } from './lenient-json.ts';
import { headerOf, isSignedBy, refuseTime } from './proof.ts';
import type { IntakeSource, Reading, SourceContext } from './source.ts';
import * as tickets from './ticket-signal.ts';
import { firstId, saysDrill, tagsOf, textAt } from './ticket-signal.ts';

export const zendesk: IntakeSource = {
  tool: 'zendesk',
  secretNames: ['ZENDESK_SIGNING_SECRET'],
  challenge: 'Signature realm="metronome", headers="x-zendesk-webhook-signature"',
  needsBody: () => true,
  refuse({ headers }, bytes, config, policy, now) {
    const signature = headerOf(headers, 'x-zendesk-webhook-signature');
    const timestamp = headerOf(headers, 'x-zendesk-webhook-signature-timestamp');
    if (!signature || !timestamp)
      return 'It needs X-Zendesk-Webhook-Signature and X-Zendesk-Webhook-Signature-Timestamp, each once.';
    const late = refuseTime(timestamp, policy, now);
    if (late) return late;
    // The secret is used as the text it is shown as, and nothing is between the timestamp and the body.
    const scheme = { algorithm: 'sha256', encoding: 'base64', parts: [timestamp, bytes] } as const;
    if (isSignedBy(config.ZENDESK_SIGNING_SECRET, signature, scheme)) return undefined;
    return 'X-Zendesk-Webhook-Signature is not that of this body under ZENDESK_SIGNING_SECRET.';
  },
  // Each webhook has a secret and an address of its own: a body of one webhook means one event, whenever it is sent.
  eventId({ headers }, bytes, config) {
    const parts = [headerOf(headers, 'x-zendesk-webhook-signature-timestamp') ?? '', bytes];
    const signature = headerOf(headers, 'x-zendesk-webhook-signature');
    const scheme = { algorithm: 'sha256', encoding: 'base64', parts } as const;
    const secret = config.ZENDESK_SIGNING_SECRET.find((each) => isSignedBy([each], signature, scheme));
    return secret && createHmac('sha256', secret).update(bytes).digest('hex');
  },
  // The address of a webhook is the same for every ticket.
  takesBeside: ['event'],
  parse: parseLenient,
  read: readZendesk,
};

const eventPrefix = 'zen:event-type:';

/** @throws Unreadable when it does not say which ticket it is about */
export function readZendesk(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  const whole = tickets.requireObject(body);
  const control = controlOf(bytes);
  const type = textAt(whole, 'type') ?? '';
  // A customer's text in a template may look like an event, so a body with a template's fields never counts as one.
  const isTemplate = control.isTemplate || control.count('ticket_id') > 0;
  if (isTemplate || !type.startsWith(eventPrefix)) return readTrigger(whole, control, bytes, context);
  requireSure(control);
  return readEvent(whole, type.slice(eventPrefix.length), bytes, context);
}

type EventReading = Pick<tickets.TicketReading, 'kind' | 'message' | 'agent'> & { happenedAt?: unknown };

function readEvent(body: Body, type: string, bytes: Buffer, context: SourceContext): Reading {
  const [about = '', what = ''] = type.split('.', 2);
  if (about !== 'ticket' && about !== 'messaging_ticket') return { ignored: type };
  const detail = objectAt(body, 'detail');
  const event = objectAt(body, 'event');
  const told = about === 'ticket' ? tellTicketEvent(what, detail, event) : tellMessage(event);
  if (!told) return { ignored: type };
  const ticketId = tickets.requireTicketId([field(detail, 'id'), subjectId(body)], 'detail.id');
  const related = what === 'problem_link_changed' ? field(event, 'current') : field(detail, 'problem_id');
  const ticketType = textAt(detail, 'type')?.toLowerCase();
  return tickets.readSignal(body, bytes, context, {
    tool: 'zendesk',
    ticketId,
    eventId: textAt(body, 'id'),
    kind: told.kind,
    happenedAt: [told.happenedAt, field(body, 'time')],
    reportedAt: [field(detail, 'created_at')],
    title: what === 'subject_changed' ? textAt(event, 'current') : textAt(detail, 'subject'),
    description: what === 'description_changed' ? textAt(event, 'current') : textAt(detail, 'description'),
    url: siteUrl(context.config, ticketId),
    form: firstId([field(detail, 'form_id')]),
    channel: textAt(objectAt(detail, 'via'), 'channel'),
    // Zendesk's own type says the same as a tag could: problem, incident, question.
    tags: [...tagsOf(field(detail, 'tags')), ...(ticketType ? [ticketType] : [])],
    customer: { id: firstId([field(detail, 'organization_id'), field(detail, 'requester_id')]) },
    agent: told.agent,
    message: told.message,
    commentId: firstId([field(objectAt(event, 'comment'), 'id')]),
    relatedSourceId: firstId([related]),
    statedIn: [objectAt(body, 'metronome')],
  });
}

/** The meaning of ticket events whose name is enough; other events are ignored. */
const ticketEvents: readonly [event: RegExp, EventReading][] = [
  [/^(?:subject|description|organization|requester)_changed$/, { kind: 'stated' }],
  [/^(?:soft|permanently)_deleted$/, { kind: 'solved', message: 'The ticket was deleted.' }],
  [/^marked_as_spam$/, { kind: 'solved', message: 'The ticket was marked as spam.' }],
  [/^undeleted$/, { kind: 'reopened', message: 'The ticket was undeleted.' }],
  [/^merged$|^(?:problem_link|tags|type|form|priority|custom_field)_changed$/, { kind: 'noted' }],
];

function tellTicketEvent(what: string, detail: Body, event: Body): EventReading | undefined {
  if (what === 'created') return { kind: 'stated', happenedAt: field(detail, 'created_at') };
  if (what === 'comment_added') return tellComment(detail, objectAt(event, 'comment'));
  if (what === 'status_changed')
    return tellStatus(textAt(event, 'current') ?? textAt(detail, 'status'), textAt(event, 'previous'));
  return ticketEvents.find(([form]) => form.test(what))?.[1];
}

/** A staff member who answers in public is an agent; if nobody can tell, the comment counts as a note. */
function tellComment(detail: Body, comment: Body): EventReading {
  const author = objectAt(comment, 'author');
  const message = textAt(comment, 'body', 'plain_body', 'html_body');
  const authorId = firstId([field(author, 'id'), field(comment, 'author_id')]);
  const agent = { id: authorId, name: textAt(author, 'name') };
  const isPublic = field(comment, 'is_public') ?? field(comment, 'public');
  const happenedAt = field(comment, 'created_at');
  if (message !== undefined && message === textAt(detail, 'description')) return { kind: 'stated', happenedAt };
  // Triggers and automations write as the system's user.
  const isSystem = authorId === '-1' || firstId([field(detail, 'actor_id')]) === '-1';
  const isRequester = authorId !== undefined && authorId === firstId([field(detail, 'requester_id')]);
  const isStaff = field(author, 'is_staff');
  const isSeen = isPublic === true && !isSystem;
  const isCustomers = isStaff === false || (isStaff !== true && isRequester);
  if (isSeen && isCustomers) return { kind: 'customer-wrote', message, happenedAt };
  return { kind: isSeen && isStaff === true ? 'agent-replied' : 'noted', message, agent, happenedAt };
}

const over = new Set(['solved', 'closed', 'deleted', 'archived', 'scrubbed']);

const isOver = (status: unknown): boolean => typeof status === 'string' && over.has(status.toLowerCase());

function tellStatus(current: string | undefined, previous: string | undefined): EventReading {
  if (isOver(current)) return { kind: 'solved' };
  return { kind: isOver(previous) ? 'reopened' : 'noted' };
}

/** A message of a messaging conversation is public by its nature. */
function tellMessage(event: Body): EventReading | undefined {
  const actor = objectAt(event, 'actor');
  const message = textAt(objectAt(event, 'message'), 'body', 'text');
  const type = textAt(actor, 'type')?.toLowerCase();
  if (type === 'end_user') return { kind: 'customer-wrote', message };
  const agent = { id: firstId([field(actor, 'id')]), name: textAt(actor, 'name') };
  if (type === 'agent') return { kind: 'agent-replied', message, agent };
  return message === undefined ? undefined : { kind: 'noted', message };
}

/** `subject` is `zen:ticket:5158`. */
const subjectId = (body: Body): string | undefined =>
  /^zen:ticket:(\S{1,100})$/.exec(textAt(body, 'subject') ?? '')?.[1];

/** The template's body. Older templates put the ticket into an object of its own. */
function readTrigger(body: Body, control: Control, bytes: Buffer, context: SourceContext): Reading {
  if (isConnectionTest(body)) return { ignored: 'connection test', isConnectionTest: true };
  const ticket = objectAt(body, 'ticket');
  const at = [body, ticket];
  const either = (...names: string[]): string | undefined => textAt(body, ...names) ?? textAt(ticket, ...names);
  const { config, beside } = context;
  const ticketId = tickets.requireTicketId([beside?.ticket, control.value(['ticket_id', 'id'], at)], 'ticket_id');
  const status = control.value(['ticket_status', 'status'], at);
  const kind = kindSaid(beside, control, at) ?? (isOver(status) ? 'solved' : 'stated');
  const ticketType = either('ticket_type')?.toLowerCase();
  const tags = field(body, 'ticket_tags') ?? field(ticket, 'tags') ?? field(body, 'tags');
  return tickets.readSignal(body, bytes, context, {
    tool: 'zendesk',
    ticketId,
    signedAs: context.eventId,
    kind,
    happenedAt: [either('happened_at', 'updated_at')],
    reportedAt: [either('created_at', 'ticket_created_at')],
    title: either('ticket_title', 'title', 'subject', 'ticket_subject'),
    description: either('ticket_description', 'description'),
    url: siteUrl(config, ticketId) ?? control.own(address)?.value,
    form: either('ticket_form', 'form'),
    channel: either('ticket_via', 'via', 'channel'),
    tags: [...tagsOf(tags), ...(ticketType ? [ticketType] : [])],
    ...reporterOf(control, reporters.zendesk, either('requester_name')),
    isDrill: saysDrill(control.value(['ticket_tags', 'tags'], at)),
    message: isWritten(kind) ? either('message', 'latest_public_comment', 'latest_comment') : undefined,
    statedIn: [objectAt(body, 'metronome'), ...at],
  });
}

const siteUrl = (config: Config, ticketId: string): string | undefined =>
  tickets.ticketUrl(config.ZENDESK_SUBDOMAIN, 'zendesk.com', '/agent/tickets/', ticketId);
