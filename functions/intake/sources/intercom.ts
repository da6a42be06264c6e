/** Intercom: notifications of tickets and conversations; a ticket that was a conversation keeps its id. */
import type { SignalKind } from '../../incidents/signals/signal.ts';
import { type Body, field, isObject, listAt, objectAt, objectsAt } from '../../platform/loose.ts';
import { controlOf, isWritten, requireSure } from './control.ts';
import { signedByHub } from './proof.ts';
import type { IntakeSource, Reading, SourceContext } from './source.ts';
import * as tickets from './ticket-signal.ts';
import { firstId, tagsOf, textAt } from './ticket-signal.ts';

export const intercom: IntakeSource = {
  tool: 'intercom',
  ...signedByHub('INTERCOM_CLIENT_SECRET', /^(sha1)=([\da-f]{40})$/, 'sha1= and 40'),
  accepted: (_raw, _beside, answer) => ({ ...answer, status: 200 }),
  answersHead: true,
  read: readIntercom,
};

/** @throws Unreadable when it does not say which ticket or conversation it is about */
export function readIntercom(body: unknown, bytes: Buffer, context: SourceContext): Reading {
  const whole = tickets.requireObject(body);
  requireSure(controlOf(bytes));
  const topic = textAt(whole, 'topic') ?? '';
  if (topic === 'ping') return { ignored: 'ping', isConnectionTest: true };
  if (!/^(?:ticket|conversation)\./.test(topic)) return { ignored: topic || 'a notification without a topic' };
  const item = objectAt(whole, 'data', 'item');
  // Some topics wrap the ticket or conversation beside the part that was added to it.
  const ticket = [field(item, 'ticket'), field(item, 'conversation')].find(isObject) ?? item;
  const part = findPart(item, ticket);
  const told = tellTopic(topic, ticket, part);
  if (!told) return { ignored: topic };
  const ids = [field(ticket, 'id'), field(item, 'conversation_id'), field(ticket, 'ticket_id'), field(item, 'id')];
  const ticketId = tickets.requireTicketId(ids, 'data.item.id');
  const attributes = objectAt(ticket, 'ticket_attributes');
  const opening = [objectAt(ticket, 'source'), objectAt(ticket, 'conversation_message')];
  const opened = (...names: string[]): string | undefined =>
    opening.map((each) => textAt(each, ...names)).find((each) => each !== undefined);
  const isWord = isWritten(told);
  const author = objectAt(part, 'author');
  const agent = { id: firstId([field(author, 'id')]), name: textAt(author, 'name', 'email') };
  const app = context.config.INTERCOM_APP_ID ?? textAt(whole, 'app_id');
  return tickets.readSignal(whole, bytes, context, {
    tool: 'intercom',
    ticketId,
    eventId: textAt(whole, 'id'),
    kind: told,
    happenedAt: [isWord && part, told === 'stated' && ticket, whole].map((each) => each && field(each, 'created_at')),
    reportedAt: [field(ticket, 'created_at')],
    title: textAt(attributes, '_default_title_') ?? textAt(ticket, 'title') ?? opened('subject'),
    description: textAt(attributes, '_default_description_') ?? opened('body'),
    url: textAt(objectAt(ticket, 'links'), 'conversation_web') ?? inboxUrl(app, ticketId),
    form: textAt(objectAt(ticket, 'ticket_type'), 'name'),
    channel: textAt(ticket, 'channel') ?? textAt(objectAt(ticket, 'source'), 'type'),
    tags: tagsOf(listAt(ticket, 'tags', 'tags')),
    customer: customerOf(ticket),
    agent: told === 'customer-wrote' || told === 'stated' ? undefined : agent,
    message: topic.endsWith('.deleted') ? 'The conversation was deleted.' : isWord ? textAt(part, 'body') : undefined,
    commentId: isWord ? firstId([field(part, 'id')]) : undefined,
    statedIn: [objectAt(whole, 'metronome'), attributes, objectAt(ticket, 'custom_attributes')],
  });
}

type Tell = (ticket: Body, part: Body) => SignalKind | undefined;

/** The meaning of each topic; other topics are ignored (assignments, snoozes, ratings, tags). */
const topics: readonly [topic: RegExp, SignalKind | Tell][] = [
  [/^ticket\.(?:created|attribute\.updated|contact\.attached)$/, 'stated'],
  [/^conversation\.(?:user|contact)\.created$/, 'stated'],
  [/^(?:ticket\.contact|conversation\.(?:user|contact))\.replied$/, 'customer-wrote'],
  [/^(?:ticket\.admin\.replied|conversation\.admin\.(?:replied|single\.reply))$/, tellReply],
  [/^(?:conversation\.(?:operator\.replied|admin\.noted)|ticket\.note\.created)$/, 'noted'],
  [/^conversation\.admin\.opened$/, 'reopened'],
  [/^ticket\.state\.updated$/, tellState],
  [/\.(?:closed|resolved|deleted)$/, 'solved'],
];

function tellTopic(topic: string, ticket: Body, part: Body): SignalKind | undefined {
  const told = topics.find(([form]) => form.test(topic))?.[1];
  return typeof told === 'function' ? told(ticket, part) : told;
}

/** A teammate's reply that the customer can see: no bot, no note, and no ticket that is kept from the customer. */
function tellReply(ticket: Body, part: Body): SignalKind {
  const author = objectAt(part, 'author');
  if (textAt(author, 'type') !== 'admin' || field(author, 'from_ai_agent') === true) return 'noted';
  if (textAt(part, 'part_type') === 'note' || field(ticket, 'is_shared') === false) return 'noted';
  return /^back.?office$/i.test(textAt(ticket, 'category') ?? '') ? 'noted' : 'agent-replied';
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
  const parts = ['conversation_parts', 'ticket_parts'].flatMap((name) => objectsAt(ticket, name, name));
  const last = parts.at(-1);
  if (last && field(last, 'previous_ticket_state') !== undefined) return last;
  return parts.findLast((each) => textAt(each, 'body') !== undefined) ?? last ?? {};
}

/** The company, else the first contact; tickets have its id and no name. Nobody is “0”. */
function customerOf(ticket: Body): tickets.TicketReading['customer'] {
  const company = firstId([field(ticket, 'company_id'), field(objectAt(ticket, 'company'), 'id')]);
  if (company && company !== '0') return { id: company, name: textAt(objectAt(ticket, 'company'), 'name') };
  const contacts = [
    ...listAt(ticket, 'contacts', 'contacts'),
    field(ticket, 'user'),
    field(ticket, 'contact'),
    objectAt(ticket, 'source', 'author'),
  ].filter(isObject);
  const contact = contacts.find((each) => firstId([field(each, 'id')]) && textAt(each, 'type') !== 'admin');
  return contact && { id: firstId([field(contact, 'id')]), name: textAt(contact, 'name') };
}

function inboxUrl(app: string | undefined, id: string): string | undefined {
  if (!app || !/^[\w-]{1,64}$/.test(app)) return undefined;
  return `https://app.intercom.com/a/inbox/${app}/inbox/conversation/${encodeURIComponent(id)}`;
}
