/**
 * Freshdesk: the body that an admin writes in an automation rule, whose template is in docs/how-to/connect/freshdesk.md. It
 * proves itself by a token alone, and no body says when the ticket was made: that is the time of receipt.
 */
import type { SignalKind } from '../../incidents/signals/signal.ts';
import { isOneOf } from '../../platform/door.ts';
import { field, isObject, objectAt } from '../../platform/loose.ts';
import { address, controlOf, isConnectionTest, isWritten, kindSaid, reporterOf, reporters } from './control.ts';
import { parseLenient } from './lenient-json.ts';
import { presentedTokens } from './proof.ts';
import type { Envelope, IntakeSource, Reading, SourceContext } from './source.ts';
import * as tickets from './ticket-signal.ts';
import { saysDrill, tagsOf, textAt } from './ticket-signal.ts';

export const freshdesk: IntakeSource = {
  tool: 'freshdesk',
  secretNames: ['FRESHDESK_TOKEN'],
  challenge: 'Basic realm="metronome", charset="UTF-8"',
  needsBody: () => false,
  refuse(envelope: Envelope, _bytes, config) {
    const tokens = presentedTokens(envelope);
    if (tokens.length === 0)
      return 'There is no token. Send it as the password of basic auth, as a bearer token, or as ?auth_token=.';
    const isVerified = tokens.map((each) => isOneOf(each, config.FRESHDESK_TOKEN)).includes(true);
    return isVerified ? undefined : 'The token is not the configured one.';
  },
  takesBeside: ['event', 'ticket'],
  parse: parseLenient,
  read: readFreshdesk,
};

/** @throws Unreadable when it does not say which ticket it is about */
export function readFreshdesk(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  const whole = tickets.requireObject(body);
  // The wrapper is a convention of templates, and not all of them keep it.
  const inner = field(whole, 'freshdesk_webhook');
  const ticket = isObject(inner) ? inner : whole;
  if (isConnectionTest(whole)) return { ignored: 'connection test', isConnectionTest: true };
  const nested = objectAt(ticket, 'ticket');
  const either = (...names: string[]): string | undefined => textAt(ticket, ...names) ?? textAt(nested, ...names);
  const { beside } = context;
  const control = controlOf(bytes);
  const from = [ticket, nested];
  const ids = [beside?.ticket, control.value(['ticket_id', 'id'], from)];
  const ticketId = tickets.requireTicketId(ids, 'freshdesk_webhook.ticket_id');
  const kind =
    kindSaid(beside, control, from) ??
    tellTrigger(control.value(['triggered_event'], from), control.value(['ticket_status', 'status'], from));
  const comment = either('message', 'latest_public_comment', 'ticket_latest_public_comment', 'comment');
  return tickets.readSignal(whole, bytes, context, {
    tool: 'freshdesk',
    ticketId,
    kind,
    happenedAt: [either('happened_at', 'updated_at')],
    reportedAt: [either('ticket_created_at', 'created_at')],
    title: either('ticket_subject', 'subject', 'ticket_title'),
    description: either('ticket_description', 'description'),
    url:
      tickets.ticketUrl(context.config.FRESHDESK_DOMAIN, 'freshdesk.com', '/a/tickets/', ticketId) ??
      control.own(address)?.value,
    form: either('ticket_form', 'form', 'ticket_type', 'type'),
    channel: either('ticket_source', 'source', 'channel'),
    area: either('ticket_product_name', 'product_name'),
    tags: tagsOf(field(ticket, 'ticket_tags') ?? field(ticket, 'tags') ?? field(nested, 'tags')),
    ...reporterOf(control, reporters.freshdesk, either(...reporters.freshdesk.personName)),
    isDrill: saysDrill(control.value(['ticket_tags', 'tags'], from)),
    message: isWritten(kind) ? withoutAuthor(comment) : undefined,
    statedIn: [objectAt(whole, 'metronome'), objectAt(ticket, 'metronome'), ticket, nested],
  });
}

/**
 * `{{ticket.latest_public_comment}}` is filled in as “Name : <div>…</div>” (wechaty/plugin-freshdesk,
 * `src/freshdesk/webhook.ts`). Who wrote it is read on the ticket.
 */
const withoutAuthor = (comment: string | undefined): string | undefined =>
  /^[^<>\n]{1,200}? : (<.+)$/s.exec(comment ?? '')?.[1] ?? comment;

/** Resolved and closed, as numbers in `triggered_event` and as words in `ticket_status`. */
const over = new Set(['4', '5', 'resolved', 'closed', '解決済み', '解決済', 'クローズ', 'クローズ済み', '完了']);

const shown = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim().toLowerCase() : '';

/** `triggered_event` looks like JSON and is not: `{ticket_action:created}`, `{status:{from:4,to:6}}`. */
function tellTrigger(event: unknown, status: unknown): SignalKind {
  const trigger = shown(event).slice(0, 1_000);
  const text = trigger.replace(/["'\s]/g, '');
  const moved = /status:\{from:(\w{1,30}),to:(\w{1,30})\}/.exec(text);
  if (moved) {
    if (over.has(moved[2] ?? '')) return 'solved';
    return over.has(moved[1] ?? '') ? 'reopened' : 'noted';
  }
  if (/ticket_action:deleted|deleted:true/.test(text)) return 'solved';
  if (/ticket_action:created/.test(text)) return 'stated';
  if (/reply_sent/.test(text)) return 'agent-replied';
  if (/customer_?(?:reply|replied|feedback)|reply_received|requester_?repl/.test(text)) return 'customer-wrote';
  if (/note_type|note_added|comment/.test(text)) return 'noted';
  if (text === '') return over.has(shown(status)) ? 'solved' : 'stated';
  // Priorities, agents, groups and the like change; what the customer said does not.
  const isOurs = /^\{?(?:priority|responder_id|group_id|agent|group|tags?|ticket_type|due_by|sla)[_:]/.test(text);
  return isOurs ? 'noted' : 'stated';
}
