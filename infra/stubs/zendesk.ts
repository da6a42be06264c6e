/** Zendesk's tickets, comments and audits (`/api/v2`), its tokens, and its event `ticket.comment_added`. */
import { createHmac } from 'node:crypto';
import { htmlText } from './html.ts';
import { secondsUntil } from './limits.ts';
import {
  type Answer,
  type Author,
  type Call,
  type Comment,
  type Environment,
  type NewComment,
  numberOf,
  type Operation,
  type Stub,
  secondsOf,
  secretOf,
  type Ticket,
  type WebhookContent,
} from './tool.ts';
import { isRecord, optional, record, textOf } from './values.ts';
import { createToken, refuseCaller, tokenPath } from './zendesk-tokens.ts';

const me: Author = { id: '8447388090494', name: 'Metronome', isStaff: true };
const longestComment = 65_535;

/**
 * A token acts as the user who made its client (developer.zendesk.com, "Using OAuth to authenticate API requests"). Here a
 * client called `light-agent…` is a light agent's, whose comments Zendesk keeps private whatever the request says (Zendesk
 * help, "Understanding and setting light agent permissions").
 */
const isLightAgent = ({ ZENDESK_OAUTH_CLIENT_ID }: Environment): boolean =>
  ZENDESK_OAUTH_CLIENT_ID?.startsWith('light-agent') === true;

const invalid = (on: string, description: string): Answer => ({
  status: 422,
  body: { error: 'RecordInvalid', description: 'Record validation errors', details: { [on]: [{ description }] } },
});

const notFound: Answer = { status: 404, body: { error: 'RecordNotFound', description: 'Not found' } };

const ticketPath = '/api/v2/tickets/([^/.]+)';
const ending = '(?:\\.json)?$';

const operations: Operation[] = [
  { name: 'createToken', method: 'POST', path: tokenPath, answer: createToken },
  {
    name: 'getMe',
    method: 'GET',
    path: new RegExp(`^/api/v2/users/me${ending}`),
    answer: ({ environment }) => ({
      status: 200,
      body: {
        user: {
          id: numberOf(me.id),
          name: me.name,
          email: 'metronome@example.jp',
          role: 'agent',
          only_private_comments: isLightAgent(environment),
        },
      },
    }),
  },
  {
    name: 'getTicket',
    method: 'GET',
    path: new RegExp(`^${ticketPath}${ending}`),
    answer(_, id, tickets) {
      const ticket = tickets.find(id);
      return ticket ? { status: 200, body: { ticket: shown(ticket) } } : notFound;
    },
  },
  {
    name: 'updateTicket',
    method: 'PUT',
    path: new RegExp(`^${ticketPath}${ending}`),
    answer(call, id, tickets) {
      const ticket = tickets.find(id);
      if (!ticket) return notFound;
      const change = record(call.body, 'ticket');
      if (change.safe_update !== undefined && change.safe_update !== null) {
        const stamp = Date.parse(String(change.updated_stamp));
        if (Number.isNaN(stamp)) return invalid('updated_stamp', 'Updated stamp: is required for a safe update');
        if (secondsOf(stamp) !== secondsOf(ticket.updatedAt)) {
          return {
            status: 409,
            body: {
              error: 'UpdateConflict',
              description: 'Safe Update prevented the update due to outdated ticket data.',
            },
          };
        }
      }
      if (ticket.isClosed) return invalid('status', 'Status: closed prevents ticket update');
      const stated = change.comment;
      if (!isRecord(stated)) return { status: 200, body: { ticket: shown(ticket), audit: { events: [] } } };
      const source = textOf(stated.html_body) ?? textOf(stated.body) ?? '';
      const isHtml = textOf(stated.html_body) !== undefined;
      // Agents’ comments may hold placeholders, and these are filled in before anybody reads them.
      const filled = fillPlaceholders(source, ticket);
      const text = isHtml ? htmlText(filled) : filled.trim();
      if (text === '') return invalid('base', 'Comment body: cannot be blank');
      if (source.length > longestComment) return invalid('comment', 'Comment: is too long');
      const said = tickets.say(id, call.now, (number) => ({
        id: String(5_000_000_000 + number),
        source: filled,
        text,
        isPublic: stated.public !== false && !isLightAgent(call.environment),
        author: me,
        properties: { custom: record(change, 'metadata') },
      }));
      return { status: 200, body: { ticket: shown(said.ticket), audit: audit(said.ticket, said.comment) }, said };
    },
  },
  {
    name: 'listComments',
    method: 'GET',
    path: new RegExp(`^${ticketPath}/comments${ending}`),
    answer: (call, id, tickets) =>
      tickets.find(id) ? { status: 200, body: paged(call, 'comments', tickets.comments(id).map(commentOf)) } : notFound,
  },
  {
    name: 'listAudits',
    method: 'GET',
    path: new RegExp(`^${ticketPath}/audits${ending}`),
    answer(call, id, tickets) {
      const ticket = tickets.find(id);
      if (!ticket) return notFound;
      return {
        status: 200,
        body: paged(
          call,
          'audits',
          tickets.comments(id).map((each) => audit(ticket, each)),
        ),
      };
    },
  },
];

/** Cursors are places in the list; `sort=-created_at` turns it round. */
function paged({ query }: Call, name: string, oldestFirst: unknown[]): unknown {
  const all = query.get('sort') === '-created_at' ? oldestFirst.toReversed() : oldestFirst;
  const size = Math.min(Number(query.get('page[size]')) || 100, 100);
  const from = Number(query.get('page[after]')) || 0;
  const items = all.slice(from, from + size);
  const hasMore = from + size < all.length;
  return { [name]: items, meta: { has_more: hasMore, after_cursor: hasMore ? String(from + size) : null } };
}

const fillPlaceholders = (text: string, ticket: Ticket): string =>
  text.replace(/\{\{\s*([\w.]*)[^}]*\}\}|\{%.*?%\}/g, (_, name: string | undefined) =>
    name === 'ticket.id' ? ticket.id : name === 'ticket.title' ? (ticket.subject ?? '') : '',
  );

function shown(ticket: Ticket): unknown {
  return {
    id: numberOf(ticket.id),
    url: `https://example.zendesk.com/api/v2/tickets/${ticket.id}.json`,
    subject: ticket.subject ?? null,
    status: ticket.status ?? 'open',
    requester_id: ticket.requester ? numberOf(ticket.requester) : null,
    organization_id: ticket.organization ? numberOf(ticket.organization) : null,
    created_at: secondsOf(ticket.createdAt),
    updated_at: secondsOf(ticket.updatedAt),
    via: { channel: 'web' },
  };
}

function commentOf(comment: Comment) {
  const isHtml = typeof comment.source === 'string' && comment.source !== comment.text;
  return {
    id: numberOf(comment.id),
    type: 'Comment',
    author_id: numberOf(comment.author.id),
    body: comment.text,
    html_body: `<div class="zd-comment">${isHtml ? comment.source : comment.text}</div>`,
    plain_body: comment.text,
    public: comment.isPublic,
    attachments: [],
    created_at: secondsOf(comment.createdAt),
  };
}

function audit(ticket: Ticket, comment: Comment): unknown {
  const { created_at, ...event } = commentOf(comment);
  const id = Number(comment.id) + 1_000_000_000;
  return {
    id,
    ticket_id: numberOf(ticket.id),
    created_at,
    author_id: numberOf(comment.author.id),
    metadata: { system: {}, custom: {}, ...(isRecord(comment.properties) ? comment.properties : {}) },
    via: { channel: 'api' },
    events: [{ ...event, audit_id: id }],
  };
}

function webhook({ ticket, comment }: NewComment, now: number) {
  const body = {
    type: 'zen:event-type:ticket.comment_added',
    account_id: 22129848,
    id: `comment-added-${comment.id}`,
    time: new Date(now).toISOString(),
    zendesk_event_version: '2022-11-06',
    subject: `zen:ticket:${ticket.id}`,
    detail: {
      id: ticket.id,
      actor_id: comment.author.id,
      created_at: secondsOf(ticket.createdAt),
      updated_at: secondsOf(ticket.updatedAt),
      status: (ticket.status ?? 'open').toUpperCase(),
      priority: null,
      type: null,
      subject: ticket.subject ?? null,
      is_public: true,
      tags: [],
      organization_id: ticket.organization ?? null,
      requester_id: ticket.requester ?? null,
      // The ticket's requester, not the comment's author.
      via: { channel: 'web' },
    },
    event: {
      comment: {
        id: comment.id,
        body: comment.text,
        is_public: comment.isPublic,
        author: { id: comment.author.id, is_staff: comment.author.isStaff, name: comment.author.name },
      },
    },
  };
  return {
    path: '/tickets/zendesk',
    body: JSON.stringify(body),
  };
}

function sign(text: string, at: number, environment: Environment) {
  const secret = secretOf(environment, 'ZENDESK_SIGNING_SECRET');
  if (!secret) return undefined;
  const timestamp = new Date(at).toISOString();
  return {
    'x-zendesk-webhook-signature-timestamp': timestamp,
    'x-zendesk-webhook-signature': createHmac('sha256', secret)
      .update(timestamp + text)
      .digest('base64'),
  };
}

function told(body: Record<string, unknown>): WebhookContent | undefined {
  const detail = record(body, 'detail');
  const event = record(body, 'event');
  const inner = record(body, 'ticket');
  const id =
    textOf(detail.id) ??
    /^zen:ticket:(\S+)$/.exec(textOf(body.subject) ?? '')?.[1] ??
    textOf(body.ticket_id) ??
    textOf(inner.id) ??
    textOf(inner.ticket_id) ??
    textOf(body.id);
  if (!id) return undefined;
  const isStatus = textOf(body.type)?.endsWith('status_changed') === true;
  const status = (
    (isStatus ? textOf(event.current) : undefined) ??
    textOf(detail.status) ??
    textOf(body.ticket_status) ??
    textOf(inner.status)
  )?.toLowerCase();
  const comment = record(event, 'comment');
  const author = record(comment, 'author');
  const text = textOf(comment.body);
  return {
    ticket: {
      id,
      ...optional('subject', textOf(detail.subject) ?? textOf(body.ticket_title)),
      ...optional('requester', textOf(detail.requester_id) ?? textOf(body.requester_id)),
      ...optional('organization', textOf(detail.organization_id) ?? textOf(body.organization_id)),
      ...(status ? { status, isClosed: status === 'closed' } : {}),
    },
    ...(text === undefined || text === textOf(detail.description)
      ? {}
      : {
          comment: {
            ...optional('id', textOf(comment.id)),
            text,
            isPublic: comment.is_public === true,
            author: {
              id: textOf(author.id) ?? '0',
              name: textOf(author.name) ?? 'somebody',
              isStaff: author.is_staff === true,
            },
          },
        }),
  };
}

const minute = 60_000;

export const zendesk: Stub = {
  tool: 'zendesk',
  operations,
  limits: [
    { name: 'account', most: 700, perMs: minute, counts: () => 'all' },
    { name: 'updates', most: 100, perMs: minute, counts: (name) => (name === 'updateTicket' ? 'all' : undefined) },
    {
      name: 'updates of a ticket',
      most: 30,
      perMs: 10 * minute,
      counts: (name, id) => (name === 'updateTicket' ? id : undefined),
    },
  ],
  refuse: refuseCaller,
  limitHeaders([account], now) {
    if (!account) return {};
    return {
      'x-rate-limit': String(account.limit.most),
      'x-rate-limit-remaining': String(account.remaining),
      'ratelimit-limit': String(account.limit.most),
      'ratelimit-remaining': String(account.remaining),
      'ratelimit-reset': secondsUntil(account.resetsAt, now),
    };
  },
  tooMany: (spent, now) => ({
    status: 429,
    headers: { 'retry-after': secondsUntil(spent.resetsAt, now) },
    body: { error: 'APIRateLimitExceeded', description: 'Number of allowed API requests per minute exceeded' },
  }),
  notFound: { status: 404, body: { error: 'InvalidEndpoint', description: 'Not found' } },
  notJson: { status: 400, body: { error: 'Unparsable request', description: 'The body is not JSON' } },
  broken: (status) => ({ status, body: { error: 'InternalError', description: 'Something went wrong' } }),
  webhook,
  sign,
  retryAfterMs(attempt, status) {
    const most = status === undefined ? 5 : status === 409 || status === 429 || status === 503 ? 3 : 0;
    return attempt <= most ? 10_000 : undefined;
  },
  told,
};
