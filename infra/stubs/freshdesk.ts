/** Freshdesk's replies, notes and conversations (`/api/v2`), and a rule that posts the template when an agent replies. */
import { htmlText } from './html.ts';
import { secondsUntil } from './limits.ts';
import {
  type Answer,
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

const me = { id: '7001', name: 'Metronome', isStaff: true };

const invalid = (field: string, message: string, code: string): Answer => ({
  status: 400,
  body: { description: 'Validation failed', errors: [{ field, message, code }] },
});

/** Freshdesk's error has no further text. */
const notFound: Answer = { status: 404 };

/** The fields of a reply and a note; Freshdesk refuses any other. */
const fields = {
  reply: ['body', 'from_email', 'user_id', 'cc_emails', 'bcc_emails'],
  notes: ['body', 'private', 'notify_emails', 'user_id', 'incoming'],
};

const saying = (what: 'reply' | 'notes'): Operation => ({
  name: what === 'reply' ? 'reply' : 'addNote',
  method: 'POST',
  path: new RegExp(`^/api/v2/tickets/([^/]+)/${what}$`),
  answer(call, id, tickets) {
    const ticket = tickets.find(id);
    if (!ticket) return notFound;
    const stated = isRecord(call.body) ? call.body : {};
    for (const name of Object.keys(stated)) {
      if (!fields[what].includes(name)) return invalid(name, 'Unexpected/invalid field in request', 'invalid_field');
    }
    if (typeof stated.body !== 'string') return invalid('body', 'It should be a/an String', 'missing_field');
    if (what === 'notes' && stated.private !== undefined && typeof stated.private !== 'boolean') {
      return invalid('private', 'It should be a/an Boolean', 'datatype_mismatch');
    }
    const source = stated.body;
    const said = tickets.say(id, call.now, (number) => ({
      id: String(60_000_000 + number),
      source,
      text: htmlText(source),
      isPublic: what === 'reply' || stated.private === false,
      author: me,
    }));
    return { status: 201, body: conversation(said.ticket, said.comment), said };
  },
});

const operations: Operation[] = [
  {
    name: 'getMe',
    method: 'GET',
    path: /^\/api\/v2\/agents\/me$/,
    answer: () => ({
      status: 200,
      body: { id: numberOf(me.id), contact: { name: me.name, email: 'metronome@example.jp', active: true } },
    }),
  },
  {
    name: 'getTicket',
    method: 'GET',
    path: /^\/api\/v2\/tickets\/([^/]+)$/,
    answer(_, id, tickets) {
      const ticket = tickets.find(id);
      return ticket ? { status: 200, body: shown(ticket) } : notFound;
    },
  },
  {
    name: 'listConversations',
    method: 'GET',
    path: /^\/api\/v2\/tickets\/([^/]+)\/conversations$/,
    answer({ query }, id, tickets) {
      const ticket = tickets.find(id);
      if (!ticket) return notFound;
      const size = Math.min(Number(query.get('per_page')) || 30, 100);
      const from = (Math.max(Number(query.get('page')) || 1, 1) - 1) * size;
      const items = tickets.comments(id).slice(from, from + size);
      return { status: 200, body: items.map((each) => conversation(ticket, each)) };
    },
  },
  saying('reply'),
  saying('notes'),
];

const numbers: Record<string, number> = { open: 2, pending: 3, resolved: 4, closed: 5 };

function shown(ticket: Ticket): unknown {
  return {
    id: numberOf(ticket.id),
    subject: ticket.subject ?? null,
    status: numbers[ticket.status ?? 'open'] ?? 2,
    created_at: secondsOf(ticket.createdAt),
    updated_at: secondsOf(ticket.updatedAt),
  };
}

function conversation(ticket: Ticket, comment: Comment): unknown {
  return {
    body_text: comment.text.replaceAll('\n', ' '),
    body: typeof comment.source === 'string' ? comment.source : comment.text,
    id: numberOf(comment.id),
    incoming: !comment.author.isStaff,
    private: !comment.isPublic,
    user_id: numberOf(comment.author.id),
    ticket_id: numberOf(ticket.id),
    attachments: [],
    created_at: secondsOf(comment.createdAt),
    updated_at: secondsOf(comment.createdAt),
  };
}

/** The template of docs/how-to/connect/freshdesk.md: rules tell of replies to the customer, and of no notes. */
function webhook({ ticket, comment }: NewComment) {
  if (!comment.isPublic) return undefined;
  const body = {
    freshdesk_webhook: {
      event: comment.author.isStaff ? 'agent-replied' : 'customer-wrote',
      ticket_id: ticket.id,
      ticket_subject: ticket.subject ?? '',
      ticket_status: ticket.status ?? 'Open',
      ...optional('requester_email', ticket.requester),
      // The assignee, who need not have written the comment.
      agent: '割当 太郎',
      agent_email: 'assigned@example.jp',
      // So the placeholder {{ticket.latest_public_comment}} is filled in (wechaty/plugin-freshdesk, src/freshdesk/webhook.ts).
      message: `${comment.author.name} : <div>${comment.source}</div>`,
    },
  };
  return {
    path: '/tickets/freshdesk',
    body: JSON.stringify(body),
  };
}

function sign(_text: string, _at: number, environment: Environment) {
  const token = secretOf(environment, 'FRESHDESK_TOKEN');
  if (!token) return undefined;
  return { authorization: `Basic ${Buffer.from(`metronome:${token}`).toString('base64')}` };
}

function told(body: Record<string, unknown>): WebhookContent | undefined {
  const wrapped = record(body, 'freshdesk_webhook');
  const ticket = Object.keys(wrapped).length > 0 ? wrapped : body;
  const inner = record(ticket, 'ticket');
  const id = textOf(ticket.ticket_id) ?? textOf(inner.id) ?? textOf(inner.ticket_id) ?? textOf(ticket.id);
  if (!id) return undefined;
  const event = `${textOf(ticket.event) ?? ''} ${textOf(ticket.triggered_event) ?? ''}`;
  const isAgents = /agent-replied|reply_sent/.test(event);
  const message = textOf(ticket.message) ?? textOf(ticket.latest_public_comment);
  const requester = textOf(ticket.requester_email) ?? textOf(ticket.ticket_requester_email);
  return {
    ticket: {
      id,
      ...optional('subject', textOf(ticket.ticket_subject) ?? textOf(ticket.subject)),
      ...optional('status', textOf(ticket.ticket_status)?.toLowerCase()),
      ...optional('requester', requester),
    },
    ...(message !== undefined && (isAgents || /customer-wrote|customer_repl/.test(event))
      ? {
          comment: {
            text: htmlText(message.replace(/^[^<>\n]{1,200}? : (?=<)/, '')),
            isPublic: true,
            author: isAgents
              ? { id: '7002', name: textOf(ticket.agent) ?? 'an agent', isStaff: true }
              : { id: requester ?? '0', name: textOf(ticket.requester_name) ?? 'the requester', isStaff: false },
          },
        }
      : {}),
  };
}

export const freshdesk: Stub = {
  tool: 'freshdesk',
  operations,
  limits: [{ name: 'account', most: 400, perMs: 60_000, counts: () => 'all' }],
  refuse({ authorization }, environment) {
    const key = secretOf(environment, 'FRESHDESK_API_KEY');
    const given = /^Basic (.+)$/.exec(authorization ?? '')?.[1];
    // The password is ignored.
    const name = Buffer.from(given ?? '', 'base64')
      .toString('utf8')
      .split(':')[0];
    return key && name === key
      ? undefined
      : {
          status: 401,
          body: { code: 'invalid_credentials', message: 'You have to be logged in to perform this action.' },
        };
  },
  limitHeaders([account]) {
    if (!account) return {};
    return {
      'x-ratelimit-total': String(account.limit.most),
      'x-ratelimit-remaining': String(account.remaining),
      'x-ratelimit-used-currentrequest': '1',
    };
  },
  tooMany: (spent, now) => ({ status: 429, headers: { 'retry-after': secondsUntil(spent.resetsAt, now) } }),
  notFound,
  notJson: { status: 400, body: { code: 'invalid_json', message: 'Request body has invalid json format' } },
  broken: (status) => ({ status, body: { message: 'We are sorry, but something went wrong.' } }),
  webhook,
  sign,
  retryAfterMs: (attempt) => (attempt < 48 ? 30 * 60_000 : undefined),
  told,
};
