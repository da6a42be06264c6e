/** Intercom: notifications of tickets and conversations; a ticket that was a conversation keeps its id. */

import type { Customer, SignalKind } from '../../incidents/signal/signal.ts';
import { type Body, field, isObject, listAt, objectAt } from '../../platform/loose.ts';
import { controlOf, requireSure } from './control.ts';
import { isWritten } from './event-kinds.ts';
import { parseLenient } from './lenient-json.ts';
import { headerOf, isSignedBy } from './proof.ts';
import type { IntakeSource, Reading, SourceContext } from './source.ts';
import { firstId, readSignal, requireObject, requireTicketId, tagsOf, textAt } from './ticket-signal.ts';

export const intercom: IntakeSource = {
  tool: 'intercom',
  secretNames: ['INTERCOM_CLIENT_SECRET'],
  challenge: 'Signature realm="metronome", headers="x-hub-signature"',
  acceptedStatus: 200,
  answersHead: true,
  needsBody: () => true,
  refuse({ headers }, bytes, config) {
    const signature = headerOf(headers, 'x-hub-signature');
    if (!signature) return 'It needs X-Hub-Signature, once.';
    const match = /^sha1=([\da-f]{40})$/.exec(signature);
    if (!match) return 'X-Hub-Signature has to be sha1= and 40 hex digits.';
    const scheme = { algorithm: 'sha1', encoding: 'hex', parts: [bytes] } as const;
    if (isSignedBy(config.INTERCOM_CLIENT_SECRET, match[1], scheme)) return undefined;
    return 'X-Hub-Signature is not that of this body under INTERCOM_CLIENT_SECRET.';
  },
  parse: parseLenient,
  read: readIntercom,
};

/** @throws Unreadable when it does not say which ticket or conversation it is about */
export function readIntercom(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  const whole = requireObject(body);
  requireSure(controlOf(bytes));
  const topic = textAt(whole, 'topic') ?? '';
  if (topic === 'ping') return { ignored: 'ping', isConnectionTest: true };
  if (!/^(?:ticket|conversation)\./.test(topic)) return { ignored: topic || 'a notification without a topic' };
  const item = objectAt(whole, 'data', 'item');
  // Some topics wrap the ticket or conversation beside the part that was added to it.
  const wrapped = [field(item, 'ticket'), field(item, 'conversation')].find(isObject);
  const ticket = wrapped ?? item;
  const part = findPart(item, ticket);
  const told = tellTopic(topic, ticket, part);
  if (!told) return { ignored: topic };
  const ticketId = requireTicketId(
    [field(ticket, 'id'), field(item, 'conversation_id'), field(ticket, 'ticket_id'), field(item, 'id')],
    'data.item.id',
  );
  const attributes = objectAt(ticket, 'ticket_attributes');
  const opening = [objectAt(ticket, 'source'), objectAt(ticket, 'conversation_message')];
  const opened = (...names: string[]): string | undefined =>
    opening.map((each) => textAt(each, ...names)).find((each) => each !== undefined);
  const isWord = isWritten(told);
  const author = objectAt(part, 'author');
  return readSignal(
    {
      tool: 'intercom',
      ticketId,
      eventId: textAt(whole, 'id'),
      kind: told,
      happenedAt: [isWord && part, told === 'stated' && ticket, whole].map((each) => each && field(each, 'created_at')),
      reportedAt: [field(ticket, 'created_at')],
      title: textAt(attributes, '_default_title_') ?? textAt(ticket, 'title') ?? opened('subject'),
      description: textAt(attributes, '_default_description_') ?? opened('body'),
      url:
        textAt(objectAt(ticket, 'links'), 'conversation_web') ??
        inboxUrl(context.config.INTERCOM_APP_ID ?? textAt(whole, 'app_id'), ticketId),
      form: textAt(objectAt(ticket, 'ticket_type'), 'name'),
      channel: textAt(ticket, 'channel') ?? textAt(objectAt(ticket, 'source'), 'type'),
      tags: tagsOf(listAt(ticket, 'tags', 'tags')),
      customer: customerOf(ticket),
      agent:
        told === 'customer-wrote' || told === 'stated'
          ? undefined
          : { id: firstId([field(author, 'id')]), name: textAt(author, 'name', 'email') },
      message: topic.endsWith('.deleted') ? 'The conversation was deleted.' : isWord ? textAt(part, 'body') : undefined,
      commentId: isWord ? firstId([field(part, 'id')]) : undefined,
      statedIn: [objectAt(whole, 'metronome'), attributes, objectAt(ticket, 'custom_attributes')],
    },
    whole,
    bytes,
    context,
  );
}

/** What a topic tells; undefined for those that nobody waits for (assignments, snoozes, ratings, tags). */
function tellTopic(topic: string, ticket: Body, part: Body): SignalKind | undefined {
  switch (topic) {
    case 'ticket.created':
    case 'ticket.attribute.updated':
    case 'ticket.contact.attached':
    case 'conversation.user.created':
    case 'conversation.contact.created':
      return 'stated';
    case 'ticket.contact.replied':
    case 'conversation.user.replied':
    case 'conversation.contact.replied':
      return 'customer-wrote';
    case 'ticket.admin.replied':
    case 'conversation.admin.replied':
    case 'conversation.admin.single.reply':
      return isHumanReply(ticket, part) ? 'agent-replied' : 'noted';
    case 'conversation.operator.replied':
    case 'conversation.admin.noted':
    case 'ticket.note.created':
      return 'noted';
    case 'conversation.admin.opened':
      return 'reopened';
    case 'ticket.state.updated':
      return tellState(ticket, part);
    default:
      return /\.(?:closed|resolved|deleted)$/.test(topic) ? 'solved' : undefined;
  }
}

/** A teammate's reply that the customer can see: no bot, no note, and no ticket that is kept from the customer. */
function isHumanReply(ticket: Body, part: Body): boolean {
  const author = objectAt(part, 'author');
  if (textAt(author, 'type') !== 'admin' || field(author, 'from_ai_agent') === true) return false;
  if (textAt(part, 'part_type') === 'note' || field(ticket, 'is_shared') === false) return false;
  return !/^back.?office$/i.test(textAt(ticket, 'category') ?? '');
}

function tellState(ticket: Body, part: Body): SignalKind | undefined {
  const previous = textAt(part, 'previous_ticket_state');
  const current = textAt(objectAt(ticket, 'ticket_state'), 'category') ?? textAt(part, 'ticket_state');
  if (previous !== undefined && previous === (textAt(part, 'ticket_state') ?? current)) return undefined;
  if (current === 'resolved') return 'solved';
  return previous === 'resolved' ? 'reopened' : 'noted';
}

/** What was added: beside the ticket, or the last part that says something. */
function findPart(item: Body, ticket: Body): Body {
  const beside = [field(item, 'ticket_part'), field(item, 'conversation_part')].find(isObject);
  if (beside) return beside;
  const parts = [
    ...listAt(ticket, 'conversation_parts', 'conversation_parts'),
    ...listAt(ticket, 'ticket_parts', 'ticket_parts'),
  ].filter(isObject);
  const last = parts.at(-1);
  if (last && field(last, 'previous_ticket_state') !== undefined) return last;
  return parts.findLast((each) => textAt(each, 'body') !== undefined) ?? last ?? {};
}

/** The company, else the first contact; tickets have its id and no name. Nobody is “0”. */
function customerOf(ticket: Body): Customer | undefined {
  const company = firstId([field(ticket, 'company_id'), field(objectAt(ticket, 'company'), 'id')]);
  if (company && company !== '0') {
    const name = textAt(objectAt(ticket, 'company'), 'name');
    return { id: company, ...(name ? { name } : {}) };
  }
  const contacts = [
    ...listAt(ticket, 'contacts', 'contacts'),
    field(ticket, 'user'),
    field(ticket, 'contact'),
    objectAt(ticket, 'source', 'author'),
  ].filter(isObject);
  const contact = contacts.find((each) => firstId([field(each, 'id')]) && textAt(each, 'type') !== 'admin');
  const id = contact && firstId([field(contact, 'id')]);
  if (!contact || !id) return undefined;
  const name = textAt(contact, 'name');
  return { id, ...(name ? { name } : {}) };
}

function inboxUrl(app: string | undefined, id: string): string | undefined {
  if (!app || !/^[\w-]{1,64}$/.test(app)) return undefined;
  return `https://app.intercom.com/a/inbox/${app}/inbox/conversation/${encodeURIComponent(id)}`;
}
