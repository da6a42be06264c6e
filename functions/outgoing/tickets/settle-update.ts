/** Records what became of an update: on the incident, whose slot it meets or which has to be seen to, and on itself. */
import type { Transaction } from '@google-cloud/firestore';
import { changeIncident } from '../../incidents/change.ts';
import { afterEvents, type Context, type Decided, type Refusal } from '../../incidents/decision.ts';
import type { DecidedEvent } from '../../incidents/events.ts';
import type { Incident } from '../../incidents/incident.ts';
import { withSending } from '../../incidents/sending.ts';
import { decideStatement } from '../../incidents/statements/decide-statement.ts';
import { followLinks } from '../../incidents/survivor.ts';
import { firestore, fromDocument, updateRef } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { Problem } from '../../platform/problem.ts';
import { policy } from '../../policy.ts';
import { followOnCards } from '../slack/edit-cards.ts';
import { onItsWay } from './decide-updates.ts';
import type { UpdateRecord } from './update.ts';

export type Settled =
  | { state: 'sent'; sentAt: Date; commentId: string }
  | { state: 'failed' | 'unknown' | 'by-hand'; error: string };

/** An update of which it is known what has become of it. */
type SettledUpdate = UpdateRecord & { state: Settled['state'] };

/** Once, however often it is called. */
export async function settleUpdate(id: string, settled: Settled, now: Date): Promise<void> {
  const settledOn = await firestore().runTransaction(async (transaction) => {
    const ref = updateRef(id);
    const document = await transaction.get(ref);
    const before = fromDocument<UpdateRecord>(document.data());
    if (before.state !== 'sending' && before.state !== 'unknown') return undefined;
    // What kept it for a while is of no interest once it is there.
    const after: SettledUpdate = {
      ...before,
      error: null,
      ...settled,
      leasedUntil: null,
      retryAt: null,
      updatedAt: now,
    };
    // The team's own note is nothing that a customer was told.
    const incident = after.isNote ? undefined : await recordOn(transaction, after, now);
    transaction.set(ref, after);
    return { update: after, incident };
  });
  if (!settledOn) return;
  if (settledOn.incident) await followOnCards(settledOn.incident);
  const { incidentId, isNote, tool, state } = settledOn.update;
  log(state === 'sent' ? 'INFO' : 'WARNING', `${isNote ? 'note' : 'update'} ${state}`, {
    incidentId,
    updateId: id,
    tool,
    state,
  });
}

async function recordOn(transaction: Transaction, update: SettledUpdate, now: Date): Promise<Incident | undefined> {
  const { incident } = await followLinks(transaction, update.incidentId);
  const by: Context = { actor: update.requestedBy, now, policy };
  try {
    return (await changeIncident(transaction, incident, by, (current) => decideSettled(current, update, by))).incident;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // It is there, or it is not, whatever has become of the incident: the update itself keeps it.
    log('ERROR', 'an update could not be recorded on its incident', {
      incidentId: incident.id,
      updateId: update.id,
      detail: error.message,
    });
    return undefined;
  }
}

/** Pure. */
function decideSettled(incident: Incident, update: SettledUpdate, by: Context): Decided | Refusal {
  const { now } = by;
  const { id, customers, tool, ticketId, state, commentId, url } = update;
  const sending = withSending(incident.sending, [onItsWay(update)], now);
  const ticket = { tool: tool ?? '', id: ticketId ?? '' };
  if (state === 'sent') {
    const decided = decideStatement(
      incident,
      {
        type: 'customer-updated',
        customers,
        message: update.text,
        channel: 'ticket',
        ...(update.isRecovery ? { recovery: true } : {}),
        ...(update.sentAt ? { occurredAt: update.sentAt.toISOString() } : {}),
      },
      by,
    );
    if ('refused' in decided) return decided;
    const sentAs = { tool: ticket.tool, id: commentId ?? '', ...(url ? { url } : {}) };
    const events = decided.events.map((event) =>
      event.type === 'customer-updated'
        ? {
            ...event,
            detail: { ...event.detail, ticket, sentAs, updateId: id },
            changes: { ...event.changes, ...sending },
          }
        : event,
    );
    // It is there, also where none of them is counted as affected any more: as with a reply that a tool tells of.
    const effects = decided.effects.map((each) => (each.kind === 'updated' ? { ...each, ticket } : each));
    return { events, effects, incident: afterEvents(incident, events) };
  }
  const events: DecidedEvent[] = [
    {
      type: 'update-failed',
      occurredAt: now,
      actor: 'rule',
      detail: {
        customers,
        ticket,
        updateId: id,
        state,
        why: update.error ?? '',
      },
      changes: sending,
    },
  ];
  const outbox = [{ kind: 'update-failed', key: id, since: now }];
  return { incident: afterEvents(incident, events), events, effects: [], outbox };
}
