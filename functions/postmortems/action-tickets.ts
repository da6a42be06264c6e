/** Keeps the state of an action item's ticket: a person requests it, and `outgoing` creates it and reads it. */
import { type Context, problemOf } from '../incidents/facts/decision.ts';
import { refuseUnseen } from '../incidents/facts/version.ts';
import type { ActionTickets, WantedTicket } from '../incidents/outbox/action-tickets.ts';
import { now } from '../platform/clock.ts';
import { type Deliverable, newDelivery } from '../platform/delivery.ts';
import { dataOf, firestore } from '../platform/firestore.ts';
import { attempt } from '../platform/ledger.ts';
import { milliseconds, policy } from '../policy.ts';
import { actionRef, found, readActionTimer, wakeAction } from './actions.ts';
import {
  type ActionTicket,
  actionVersion,
  changeAction,
  isOpen,
  type NextAction,
  wantTicket,
} from './actions-rules.ts';
import { dayOf } from './week.ts';

/** @throws Problem 404, 409, 412 */
export async function requestTicket(id: string, by: Context): Promise<NextAction> {
  return firestore().runTransaction(async (transaction) => {
    const action = found(await transaction.get(actionRef(id)));
    if (by.seen) refuseUnseen(by.seen, actionVersion(action));
    const timer = await readActionTimer(transaction, id);
    const ticket = wantTicket(action, by);
    if ('refused' in ticket) throw problemOf(ticket);
    // A failed attempt may have created it after all: look for it first.
    const delivery = newDelivery(by.now, { state: action.ticket ? 'unknown' : 'waiting' });
    const next: NextAction = { ...action, ticket, delivery };
    transaction.set(actionRef(id), next);
    // The next minute's tick puts it on its way.
    wakeAction(transaction, id, by.now, timer);
    return next;
  });
}

type TicketedAction = NextAction & Deliverable & { ticket: ActionTicket };

export const actionTickets: ActionTickets = async (id, tool) => {
  let known: NextAction | undefined;
  await attempt<TicketedAction>(actionRef(id), {
    limits: { leaseMs: 180_000, giveUpAfterMs: milliseconds(policy.outgoing.giveUpAfter), longestWaitMs: 60_000 },
    facts: { actionId: id },
    isOver: (action) => {
      known = action;
      return action.ticket?.state !== 'making' || !isOpen(action);
    },
    send: (action) => tool.make(wantedOf(action)),
    lookUp: (action) => tool.find(wantedOf(action)),
    settling: async ({ delivery }, comesAgain) => (comesAgain ? { 'ticket.error': delivery.lastError } : undefined),
    write: (action) => settle(id, action),
  });
  const { state, key, closedAt } = known?.ticket ?? {};
  if (!known || state !== 'made' || !key || closedAt || !isOpen(known)) return;
  const seen = await tool.look(key);
  const at = now();
  const closed = 'isClosed' in seen && seen.isClosed ? { 'ticket.closedAt': at, changedAt: at } : {};
  await actionRef(id).update('why' in seen ? { 'ticket.error': seen.why } : { 'ticket.checkedAt': at, ...closed });
};

const wantedOf = ({ id, description, doneWhen, dueAt }: NextAction): WantedTicket => ({
  actionId: id,
  summary: description,
  paragraphs: [description, ...(doneWhen ? [doneWhen] : [])],
  dueOn: dayOf(dueAt, policy.zone),
});

/** @param after with `key` and `url` of the ticket that was made */
async function settle(id: string, after: TicketedAction & { key?: string; url?: string }): Promise<void> {
  const { delivery, key = null, url = '' } = after;
  const { state, lastError, updatedAt: at } = delivery;
  const isMade = state === 'delivered';
  const error = state === 'rejected' || isMade ? lastError : `Jira did not take it in time. ${lastError}`;
  await firestore().runTransaction(async (transaction) => {
    const action = dataOf<NextAction>(await transaction.get(actionRef(id)));
    if (!action?.ticket) return;
    const ticket: ActionTicket = isMade
      ? { ...action.ticket, state: 'made', key, error, checkedAt: at }
      : { ...action.ticket, state: 'failed', error };
    const stated = isMade && !action.ticketUrl ? withTicket(action, url, ticket, at) : action;
    transaction.set(actionRef(id), { ...stated, ticket, delivery, changedAt: at });
  });
}

/** The action with its ticket's address, as stated by the person who asked for it. */
function withTicket(action: NextAction, ticketUrl: string, { requestedBy: actor }: ActionTicket, now: Date) {
  // Only the ticket is new; the due date still follows the score.
  const { confirmedScore } = action.due.inputs;
  const next = changeAction(action, { ticketUrl }, confirmedScore, { actor, now }, policy);
  return 'refused' in next ? { ...action, ticketUrl } : next;
}
