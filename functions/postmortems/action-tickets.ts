/** Keeps what becomes of an action's ticket: asked for by a person, made and looked at by who calls outward. */
import type { Transaction } from '@google-cloud/firestore';
import type { ActionTickets, TicketOutcome, WantedTicket } from '../incidents/action-tickets.ts';
import type { Context } from '../incidents/decision.ts';
import { refuseUnseen } from '../incidents/version.ts';
import { firestore, fromDocument } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { policy } from '../policy.ts';
import { refuse } from '../words/refusals/refuse.ts';
import type { ActionTicket } from './action-ticket.ts';
import { wantTicket } from './action-ticket-rules.ts';
import { actionRef, readActionTimer, wakeAction } from './actions.ts';
import { actionVersion, changeAction, isOpen, isRefusal, type NextAction } from './actions-rules.ts';
import { dayOf } from './week.ts';

const leaseMs = 180_000;

/** @throws Problem 404, 409, 412 */
export async function requestTicket(id: string, by: Context): Promise<NextAction> {
  return firestore().runTransaction(async (transaction) => {
    const action = await read(transaction, id);
    if (!action) throw new Problem(404, refuse('no-action', { id: id.slice(0, 100) }));
    if (by.seen) refuseUnseen(by.seen, actionVersion(action));
    const timer = await readActionTimer(transaction, id);
    const ticket = wantTicket(action, by);
    if ('why' in ticket) throw new Problem(ticket.status, ticket.why);
    const next: NextAction = { ...action, ticket };
    transaction.set(actionRef(id), next);
    // The next minute's tick puts it on its way.
    wakeAction(transaction, id, by.now, timer);
    return next;
  });
}

export const actionTickets: ActionTickets = { claim, leaves, settle };

async function read(transaction: Transaction, id: string): Promise<NextAction | undefined> {
  const document = await transaction.get(actionRef(id));
  return document.exists ? fromDocument<NextAction>(document.data()) : undefined;
}

async function claim(id: string, now: Date): Promise<WantedTicket | 'later' | undefined> {
  return firestore().runTransaction(async (transaction) => {
    const action = await read(transaction, id);
    const ticket = action?.ticket;
    if (!action || !ticket || !isOpen(action) || ticket.state === 'failed' || ticket.closedAt) return undefined;
    if ((ticket.leasedUntil && ticket.leasedUntil > now) || (ticket.retryAt && ticket.retryAt > now)) return 'later';
    const leasedUntil = new Date(now.getTime() + leaseMs);
    transaction.update(actionRef(id), { 'ticket.leasedUntil': leasedUntil });
    return {
      actionId: id,
      summary: action.description,
      paragraphs: [action.description, ...(action.doneWhen ? [action.doneWhen] : [])],
      dueOn: dayOf(action.dueAt, policy.zone),
      requestedAt: ticket.requestedAt,
      mayBeThere: ticket.mayBeThere,
      key: ticket.key,
    };
  });
}

async function leaves(id: string): Promise<void> {
  await actionRef(id).update({ 'ticket.mayBeThere': true });
}

async function settle(id: string, outcome: TicketOutcome, now: Date): Promise<void> {
  await firestore().runTransaction(async (transaction) => {
    const action = await read(transaction, id);
    if (!action?.ticket) return;
    const ticket: ActionTicket = { ...action.ticket, leasedUntil: null, retryAt: null, ...told(outcome, now) };
    const stated = outcome.kind === 'made' && !action.ticketUrl ? withTicket(action, outcome.url, ticket, now) : action;
    const isNews = outcome.kind === 'made' || outcome.kind === 'failed' || ticket.closedAt !== null;
    transaction.set(actionRef(id), { ...stated, ticket, ...(isNews ? { changedAt: now } : {}) });
  });
  log(outcome.kind === 'failed' ? 'WARNING' : 'INFO', `an action’s ticket: ${outcome.kind}`, { actionId: id });
}

/** The action with its ticket's address, as whoever asked for it would state it. */
function withTicket(
  action: NextAction,
  ticketUrl: string,
  { requestedBy: actor }: ActionTicket,
  now: Date,
): NextAction {
  // The date stays what the score has made it: only the ticket is new.
  const score = action.due.inputs.confirmedScore;
  const next = changeAction(action, { ticketUrl }, score, { actor, now }, policy);
  return isRefusal(next) ? { ...action, ticketUrl } : next;
}

function told(outcome: TicketOutcome, now: Date): Partial<ActionTicket> {
  switch (outcome.kind) {
    case 'made':
      return { state: 'made', key: outcome.key, error: null, checkedAt: now };
    case 'failed':
      return { state: 'failed', error: outcome.why };
    case 'later':
      return { retryAt: outcome.until, mayBeThere: outcome.mayBeThere, error: outcome.why };
    case 'seen':
      return { checkedAt: now, closedAt: outcome.isClosed ? now : null };
  }
}
