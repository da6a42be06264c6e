/** Intercom's conversations and tickets, and the notifications of replies and notes. */
import { createHmac } from 'node:crypto';
import { htmlText } from './html.ts';
import {
  type Answer,
  type Comment,
  type Environment,
  type NewComment,
  type Operation,
  type Stub,
  secretOf,
  type Ticket,
  type WebhookContent,
} from './tool.ts';
import { isRecord, optional, record, textOf } from './values.ts';

const adminId = (environment: Environment): string => environment.INTERCOM_ADMIN_ID?.trim() || 'no admin';
const seconds = (at: number): number => Math.floor(at / 1_000);

const error = (status: number, code: string, message: string): Answer => ({
  status,
  body: { type: 'error.list', request_id: 'stub', errors: [{ code, message }] },
});

const notFound = error(404, 'not_found', 'Resource Not Found');

const kinds = { conversations: 'conversation', tickets: 'ticket' } as const;

const operations: Operation[] = [
  {
    name: 'getMe',
    method: 'GET',
    path: /^\/me$/,
    answer: ({ environment }) => ({
      status: 200,
      body: { type: 'admin', ...authorOf(adminId(environment)), app: { type: 'app', id_code: 'local' } },
    }),
  },
  ...(['conversations', 'tickets'] as const).flatMap((collection): Operation[] => [
    {
      name: collection === 'tickets' ? 'getTicket' : 'getConversation',
      method: 'GET',
      path: new RegExp(`^/${collection}/([^/]+)$`),
      answer(_, id, tickets) {
        const ticket = tickets.find(id);
        if (!ticket || ticket.kind !== kinds[collection]) return notFound;
        return { status: 200, body: shown(ticket, tickets.comments(id)) };
      },
    },
    {
      name: collection === 'tickets' ? 'replyTicket' : 'replyConversation',
      method: 'POST',
      path: new RegExp(`^/${collection}/([^/]+)/reply$`),
      answer(call, id, tickets) {
        const ticket = tickets.find(id);
        if (!ticket || ticket.kind !== kinds[collection]) return notFound;
        const reply = isRecord(call.body) ? call.body : {};
        for (const name of ['message_type', 'type', 'admin_id', 'body']) {
          if (textOf(reply[name]) === undefined) return error(400, 'parameter_not_found', `${name} is required`);
        }
        if (reply.message_type !== 'comment' && reply.message_type !== 'note') {
          return error(400, 'parameter_invalid', 'message_type is not comment or note');
        }
        if (reply.type !== 'admin' || textOf(reply.admin_id) !== adminId(call.environment)) {
          return error(400, 'parameter_invalid', 'Admin not found');
        }
        const isPublic = reply.message_type === 'comment';
        if (isPublic && ticket.isInternal) {
          return error(400, 'parameter_mismatch', 'User replies are not allowed on Backoffice tickets');
        }
        const source = String(reply.body);
        const said = tickets.say(id, call.now, (number) => ({
          id: String(15_000_000 + number),
          source,
          text: htmlText(source),
          isPublic,
          author: { id: adminId(call.environment), name: 'Metronome', isStaff: true },
          properties: { opens: isPublic && (ticket.status === 'closed' || ticket.status === 'snoozed') },
        }));
        const isTicket = ticket.kind === 'ticket';
        return { status: 200, body: isTicket ? partOf(said) : shown(said.ticket, [said.comment]), said };
      },
    },
  ]),
];

const authorOf = (id: string, name = 'Metronome') => ({ id, name, email: 'metronome@example.jp' });

function partOf({ ticket, comment }: NewComment) {
  return {
    type: ticket.kind === 'ticket' ? 'ticket_part' : 'conversation_part',
    id: comment.id,
    // A reply that opens the conversation again is told as `open`, with its body: so OpenAPI 2.16 shows it for users.
    part_type: comment.isPublic ? (record(comment, 'properties').opens === true ? 'open' : 'comment') : 'note',
    body:
      typeof comment.source === 'string' && comment.source.startsWith('<') ? comment.source : `<p>${comment.text}</p>`,
    created_at: seconds(comment.createdAt),
    updated_at: seconds(comment.createdAt),
    author: { type: comment.author.isStaff ? 'admin' : 'user', ...authorOf(comment.author.id, comment.author.name) },
    attachments: [],
    redacted: false,
  };
}

function shown(ticket: Ticket, comments: readonly Comment[]) {
  const parts = comments.map((comment) => partOf({ ticket, comment }));
  const isTicket = ticket.kind === 'ticket';
  const list = isTicket
    ? { ticket_parts: { type: 'ticket_part.list', ticket_parts: parts, total_count: parts.length } }
    : { conversation_parts: { type: 'conversation_part.list', conversation_parts: parts, total_count: parts.length } };
  return {
    type: ticket.kind ?? 'conversation',
    id: ticket.id,
    created_at: seconds(ticket.createdAt),
    updated_at: seconds(ticket.updatedAt),
    state: ticket.status ?? 'open',
    open: ticket.status !== 'closed',
    ...(isTicket
      ? { ticket_attributes: { _default_title_: ticket.subject ?? '' }, is_shared: !ticket.isInternal }
      : {}),
    contacts: {
      type: 'contact.list',
      contacts: ticket.requester ? [{ type: 'contact', id: ticket.requester }] : [],
    },
    ...list,
  };
}

function webhook(said: NewComment, now: number) {
  const { ticket, comment } = said;
  const isTicket = ticket.kind === 'ticket';
  const topics = isTicket
    ? { said: 'ticket.admin.replied', noted: 'ticket.note.created' }
    : { said: 'conversation.admin.replied', noted: 'conversation.admin.noted' };
  const whole = shown(ticket, isTicket ? [] : [comment]);
  const body = {
    type: 'notification_event',
    app_id: 'local',
    data: { type: 'notification_event_data', item: isTicket ? { ticket: whole, ticket_part: partOf(said) } : whole },
    links: {},
    id: `notif_${comment.id}`,
    topic: comment.isPublic ? topics.said : topics.noted,
    delivery_status: 'pending',
    delivery_attempts: 1,
    created_at: seconds(now),
    first_sent_at: seconds(now),
    self: null,
  };
  return {
    path: '/tickets/intercom',
    body: JSON.stringify(body),
  };
}

function sign(text: string, _at: number, environment: Environment) {
  const secret = secretOf(environment, 'INTERCOM_CLIENT_SECRET');
  if (!secret) return undefined;
  return { 'x-hub-signature': `sha1=${createHmac('sha1', secret).update(text).digest('hex')}` };
}

function told(body: Record<string, unknown>): WebhookContent | undefined {
  const topic = textOf(body.topic) ?? '';
  if (!/^(?:ticket|conversation)\./.test(topic)) return undefined;
  const item = record(record(body, 'data'), 'item');
  const inner = [record(item, 'ticket'), record(item, 'conversation')].find((each) => textOf(each.id) !== undefined);
  const ticket = inner ?? item;
  const id = textOf(ticket.id) ?? textOf(item.conversation_id) ?? textOf(ticket.ticket_id);
  if (!id) return undefined;
  const isTicket = topic.startsWith('ticket.') || textOf(ticket.type) === 'ticket';
  const part = [record(item, 'ticket_part'), record(item, 'conversation_part')].find((each) => textOf(each.body));
  const contacts = record(ticket, 'contacts').contacts;
  const first: unknown = Array.isArray(contacts) ? contacts[0] : record(ticket, 'user');
  return {
    ticket: {
      id,
      kind: isTicket ? 'ticket' : 'conversation',
      ...optional('subject', textOf(record(ticket, 'ticket_attributes')._default_title_) ?? textOf(ticket.title)),
      ...optional('requester', isRecord(first) ? textOf(first.id) : undefined),
      ...optional('status', textOf(ticket.state)?.toLowerCase()),
      ...(ticket.is_shared === false || /^back.?office$/i.test(textOf(ticket.category) ?? '')
        ? { isInternal: true }
        : {}),
    },
    ...(part
      ? {
          comment: {
            ...optional('id', textOf(part.id)),
            text: htmlText(String(part.body)),
            isPublic: textOf(part.part_type) !== 'note' && !/not(?:e|ed)\b/.test(topic),
            author: {
              id: textOf(record(part, 'author').id) ?? '0',
              name: textOf(record(part, 'author').name) ?? 'somebody',
              isStaff: textOf(record(part, 'author').type) === 'admin',
            },
          },
        }
      : {}),
  };
}

export const intercom: Stub = {
  tool: 'intercom',
  operations,
  limits: [{ name: 'app', most: 167, perMs: 10_000, counts: () => 'all' }],
  refuse({ authorization }, environment) {
    const token = secretOf(environment, 'INTERCOM_ACCESS_TOKEN');
    return token && authorization === `Bearer ${token}`
      ? undefined
      : error(401, 'unauthorized', 'Access Token Invalid');
  },
  limitHeaders([app]) {
    if (!app) return {};
    return {
      'x-ratelimit-limit': String(app.limit.most),
      'x-ratelimit-remaining': String(app.remaining),
      'x-ratelimit-reset': String(Math.ceil(app.resetsAt / 1_000)),
    };
  },
  // It sends no Retry-After: X-RateLimit-Reset says when.
  tooMany: ({ limit }) => error(429, 'rate_limit_exceeded', `Exceeded rate limit of ${limit.most} in 10_seconds`),
  notFound,
  notJson: error(400, 'parameter_invalid', 'The body is not JSON'),
  broken: (status) => error(status, 'server_error', 'Something went wrong'),
  webhook,
  sign,
  retryAfterMs: (attempt) => (attempt === 1 ? 60_000 : undefined),
  told,
};
