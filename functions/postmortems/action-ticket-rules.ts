/** The ticket that an action is given in the team's own tool: when it may be made, and when it is looked at. Pure. */

import type { Refusal } from '../incidents/facts/decision.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { type ActionTicket, isOpen, type NextAction } from './actions-rules.ts';

export function wantTicket(action: NextAction, by: { actor: string; now: Date }): ActionTicket | Refusal {
  if (!isOpen(action)) return { status: 409, refused: refuse('closed-needs-no-ticket') };
  if (action.ticketUrl) return { status: 409, refused: refuse('has-ticket') };
  if (action.ticket?.state === 'making') return { status: 409, refused: refuse('ticket-being-made') };
  return {
    state: 'making',
    requestedAt: by.now,
    requestedBy: by.actor,
    key: null,
    error: null,
    checkedAt: null,
    closedAt: null,
  };
}

/** When the tool is asked about it next; undefined where there is nothing to ask. */
export function ticketDueAt(action: NextAction, policy: Policy): Date | undefined {
  const { ticket } = action;
  if (!ticket || !isOpen(action)) return undefined;
  // The message that makes it is delivered until it is settled; one that was lost is sent once more.
  if (ticket.state === 'making') return action.delivery?.retryAt ?? ticket.requestedAt;
  if (ticket.state === 'failed' || ticket.closedAt) return undefined;
  const from = ticket.checkedAt ?? ticket.requestedAt;
  return new Date(from.getTime() + milliseconds(policy.actions.ticketCheckedEvery));
}

/** Its ticket is closed, and it is not. */
export const proposesDone = (action: NextAction): boolean => isOpen(action) && Boolean(action.ticket?.closedAt);
