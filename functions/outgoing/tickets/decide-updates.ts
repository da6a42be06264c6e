/** Who gets which update on which ticket: one comment a ticket, or by hand if none can be posted. Pure. */
import type { Context, Refusal } from '../../incidents/facts/decision.ts';
import { type Incident, isReal, type RealIncident } from '../../incidents/incident.ts';
import { isUndecided, type TicketToolName, ticketTools } from '../../incidents/outbox/sending.ts';
import { type Contact, customerIdsOf } from '../../incidents/rhythm/contact.ts';
import type { Config } from '../../platform/config.ts';
import { newDelivery } from '../../platform/delivery.ts';
import { stableId } from '../../platform/ids.ts';
import type { Reason } from '../../platform/problem.ts';
import { milliseconds, type Policy } from '../../policy.ts';
import { isUnfilled } from '../../words/drafts.ts';
import { refuse, wrongField } from '../../words/refusals/refuse.ts';
import { lacks, refuseText, ticketAddress } from './connection.ts';
import { namesAnother } from './names-another.ts';
import type { UpdateRecord } from './update.ts';

export interface UpdateRequest {
  /** `all` who still wait: customers who have been told the end are named, or not told. */
  customers: 'all' | string[];
  message: string;
  isRecovery: boolean;
  /** A person has confirmed that the text names customers who do not receive it. */
  confirmedNames?: boolean | undefined;
}

export interface Asked extends Pick<Context, 'actor' | 'now' | 'policy'> {
  batchId: string;
  /** Whether `SENDERS` names who asks. */
  maySend: boolean;
  config: Config;
}

export interface DecidedUpdates {
  updates: UpdateRecord[];
  /** What these customers have just been told in the same words: a second tap, and no second update. */
  told: UpdateRecord[];
}

type Ticket = NonNullable<Contact['ticket']>;

/** @param recent updates of the incident that are on their way, or have just been sent */
export function decideUpdates(
  incident: Incident,
  contacts: readonly Contact[],
  recent: readonly UpdateRecord[],
  request: UpdateRequest,
  asked: Asked,
): DecidedUpdates | Refusal {
  const { now, policy } = asked;
  if (incident.status === 'linked') {
    return { status: 409, refused: refuse('linked-send-there', { id: incident.linkedTo ?? '' }) };
  }
  if (incident.kind !== 'incident') return { status: 409, refused: refuse('nobody-waits') };
  const known = new Set(contacts.flatMap(customerIdsOf));
  const unknown = request.customers === 'all' ? [] : request.customers.filter((id) => !known.has(id));
  if (unknown.length > 0 || contacts.length === 0) {
    const errors = unknown.map((id) => wrongField('customers', 'not-affected', { id }));
    return { status: 422, refused: refuse('none-affected'), errors };
  }
  const isChosen = (contact: Contact): boolean =>
    request.customers === 'all'
      ? contact.stoppedAt === null || justToldTo(recent, contact, request, asked).length > 0
      : customerIdsOf(contact).some((id) => request.customers.includes(id));
  const chosen = contacts.filter(isChosen);
  if (chosen.length === 0) return { status: 422, refused: refuse('all-told-the-end') };
  const busy = chosen.flatMap((each) => onItsWayTo(recent, customerIdsOf(each), now, policy));
  if (busy.length > 0) return { status: 409, refused: refuse('update-on-its-way', firstOf(busy)) };
  const told = chosen.flatMap((each) => justToldTo(recent, each, request, asked));
  const isTold = (contact: Contact): boolean =>
    customerIdsOf(contact).every((id) => told.some(({ customers }) => customers.includes(id)));
  const untold = chosen.filter((each) => !isTold(each));
  const groups = byTicket(incident, untold);
  const readersOf = ({ customers }: Group): Contact[] =>
    chosen.filter((each) => customerIdsOf(each).some((id) => customers.includes(id)));
  if (isUnfilled(request.message)) return refusedText(refuse('fill-in-first'));
  const named = request.confirmedNames ? [] : namesAnother(request.message, groups.map(readersOf), contacts);
  if (named.length > 0) {
    const refused = refuse('names-another-customer', { names: named.join(', ') });
    return { ...refusedText(refused), code: 'names-another-customer' };
  }
  const ways = groups.map(({ ticket }) => wayOf(incident, ticket, asked));
  const texts = ways.flatMap((way) => ('tool' in way ? (refuseText(way.tool, request.message) ?? []) : []));
  if (texts[0]) return refusedText(texts[0]);
  const updates = groups.map((group, index): UpdateRecord => {
    const way = ways[index] as Way;
    const { ticket, customers } = group;
    return {
      id: stableId('upd', asked.batchId, ...customers),
      incidentId: incident.id,
      batchId: asked.batchId,
      customers,
      tool: ticket?.tool ?? null,
      ticketId: ticket?.id ?? null,
      url: ticket ? (ticket.url ?? addressOf(ticket, asked.config)) : null,
      text: request.message,
      isRecovery: request.isRecovery,
      state: 'tool' in way ? 'sending' : 'by-hand',
      requestedAt: now,
      requestedBy: asked.actor,
      sentAt: null,
      commentId: null,
      error: 'tool' in way ? null : way.byHand,
      ...('tool' in way
        ? soughtSince(recent, group, request.message, now)
        : { soughtSince: now, delivery: newDelivery(now, { state: 'rejected', lastError: way.byHand }) }),
      expireAt: new Date(now.getTime() + milliseconds(policy.outgoing.keptFor)),
    };
  });
  return { updates, told: [...new Map(told.map((each) => [each.id, each])).values()] };
}

const refusedText = (refused: Reason): Refusal => ({
  status: 422,
  refused,
  errors: [{ path: 'message', message: refused.text, said: refused }],
});

/** Nothing is left to send; the preview says why. */
export function refuseTold({ updates, told }: DecidedUpdates): Refusal | undefined {
  if (updates.length > 0 || told.length === 0) return undefined;
  return { status: 409, refused: refuse('update-just-sent', firstOf(told)) };
}

function firstOf(all: readonly UpdateRecord[]): { whom: string; who: string } {
  const whom = [...new Set(all.flatMap(({ customers }) => customers))].join(', ');
  return { whom, who: all[0]?.requestedBy ?? '' };
}

/** The updates now being sent to one of these customers. A lost answer is followed up as long. */
function onItsWayTo(recent: readonly UpdateRecord[], customers: string[], now: Date, policy: Policy): UpdateRecord[] {
  const since = now.getTime() - milliseconds(policy.outgoing.giveUpAfter);
  const lately = recent.filter((each) => isUndecided(each) && each.requestedAt.getTime() >= since);
  return lately.filter((each) => each.customers.some((id) => customers.includes(id)));
}

/** What has just been sent to them in the same words. One that tells of the recovery as well is another update. */
function justToldTo(recent: readonly UpdateRecord[], contact: Contact, request: UpdateRequest, { now, policy }: Asked) {
  if (request.isRecovery && !contact.stoppedAt) return [];
  const since = now.getTime() - milliseconds(policy.outgoing.sameTextWithin);
  const same = recent.filter(({ state, text }) => state === 'sent' && text === request.message);
  const lately = same.filter((each) => each.requestedAt.getTime() > since);
  return lately.filter((each) => each.customers.some((id) => customerIdsOf(contact).includes(id)));
}

interface Group {
  customers: string[];
  ticket: Ticket | undefined;
}

/** Contacts that are answered on the same ticket get one comment. */
function byTicket(incident: Incident, contacts: readonly Contact[]): Group[] {
  const groups = new Map<string, Group>();
  for (const contact of contacts) {
    const ticket = ownTicket(incident, contact);
    const key = ticket ? `${ticket.tool} ${ticket.id}` : `contact ${contact.id}`;
    const customers = [...(groups.get(key)?.customers ?? []), ...customerIdsOf(contact)];
    groups.set(key, { customers, ticket });
  }
  return [...groups.values()];
}

/** The ticket on which one of the contact's own customers has reported. */
function ownTicket({ origin, reporter }: Incident, contact: Contact): Ticket | undefined {
  const { ticket } = contact;
  if (!ticket || contact.isTheOthers) return undefined;
  const isOfIncident = ticket.tool === origin.tool && ticket.id === origin.id;
  return !isOfIncident || (reporter && customerIdsOf(contact).includes(reporter.id)) ? ticket : undefined;
}

function addressOf(ticket: Ticket, config: Config): string | null {
  const tool = toolOf(ticket);
  return (tool && ticketAddress(tool, ticket.id, config)) ?? null;
}

const toolOf = ({ tool }: Ticket): TicketToolName | undefined => ticketTools.find((each) => each === tool);

/** The tool that sends it (no drill's), or why a person has to send it. */
type Way = { tool: TicketToolName; on: RealIncident } | { byHand: string };

function wayOf(incident: Incident, ticket: Ticket | undefined, asked: Asked): Way {
  if (!isReal(incident)) return { byHand: 'It is a drill: nothing of it reaches a customer.' };
  if (!ticket) return { byHand: 'They have no ticket of their own to answer on.' };
  const tool = toolOf(ticket);
  if (!tool) return { byHand: `A ticket of “${ticket.tool}” cannot be written to.` };
  const byHand = lacks(tool, asked.config) ?? (asked.maySend ? undefined : 'SENDERS does not name you.');
  return byHand === undefined ? { tool, on: incident } : { byHand };
}

/** After a lost answer, look for the text from when it was first requested. */
function soughtSince(recent: readonly UpdateRecord[], { ticket }: Group, text: string, now: Date) {
  const same = recent.filter((each) => isUndecided(each) && each.text === text);
  const onTicket = same.filter((each) => each.tool === ticket?.tool && each.ticketId === ticket?.id);
  const lost = onTicket.map((each) => each.requestedAt.getTime());
  const delivery = newDelivery(now, { state: lost.length > 0 ? 'unknown' : 'waiting' });
  return { soughtSince: new Date(Math.min(now.getTime(), ...lost)), delivery };
}
