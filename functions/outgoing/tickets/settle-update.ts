/** Records the result of an update: on the incident, where it meets a slot or needs attention, and on the update itself. */
import type { Transaction } from '@google-cloud/firestore';
import type { Context, Decided, Refusal } from '../../incidents/facts/decision.ts';
import type { Incident } from '../../incidents/incident.ts';
import { isUndecided } from '../../incidents/outbox/sending.ts';
import { changeIncident } from '../../incidents/record/change.ts';
import { followLinks, readContacts } from '../../incidents/record/history.ts';
import type { Contact } from '../../incidents/rhythm/contact.ts';
import { decideStatement } from '../../incidents/statements/decide-statement.ts';
import { defined } from '../../platform/defined.ts';
import { firestore, fromDocument, updateRef } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { Problem } from '../../platform/problem.ts';
import { policy } from '../../policy.ts';
import { followOnCards } from '../slack/edit-cards.ts';
import type { UpdateRecord } from './update.ts';

/** @param after of which it is known what has become of it. Recorded once, however often it is called */
export async function settleUpdate(after: UpdateRecord): Promise<void> {
  const { id, isNote, delivery } = after;
  const settledOn = await firestore().runTransaction(async (transaction) => {
    const ref = updateRef(id);
    const before = fromDocument<UpdateRecord>((await transaction.get(ref)).data());
    if (!isUndecided(before)) return undefined;
    // The team's own note is nothing that a customer was told.
    const incident = isNote ? undefined : await recordOn(transaction, after, delivery.updatedAt);
    transaction.set(ref, { ...before, ...after });
    return incident;
  });
  if (settledOn) await followOnCards(settledOn);
}

async function recordOn(transaction: Transaction, update: UpdateRecord, now: Date): Promise<Incident | undefined> {
  const incident = await whoHas(transaction, update);
  const by: Context = { actor: update.requestedBy, now, policy };
  try {
    return (await changeIncident(transaction, incident, by, (current) => decideSettled(current, update, by))).incident;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // The update itself keeps whether it arrived, whatever happened to the incident.
    const facts = { incidentId: incident.id, updateId: update.id, detail: error.message };
    log('ERROR', 'an update could not be recorded on its incident', facts);
    return undefined;
  }
}

/** If a link ended since the update was requested, the incident that now has the ticket's customer counts. */
async function whoHas(transaction: Transaction, { incidentId, tool, ticketId }: UpdateRecord): Promise<Incident> {
  const { incident: asked } = await followLinks(transaction, incidentId);
  const isOnIt = ({ ticket }: Contact): boolean => ticket?.tool === tool && ticket.id === ticketId;
  for (const each of asked.unlinkedFrom ? [asked.id, ...asked.unlinkedFrom] : []) {
    const { incident } = await followLinks(transaction, each);
    if ((await readContacts(transaction, incident.id)).some(isOnIt)) return incident;
  }
  return asked;
}

/** Pure. */
function decideSettled(incident: Incident, update: UpdateRecord, by: Context): Decided | Refusal {
  const { id: updateId, customers, tool, ticketId, state, commentId, url, requestedAt } = update;
  const ticket = { tool: tool ?? '', id: ticketId ?? '' };
  if (state !== 'sent') {
    const why = update.error ?? '';
    const detail = { customers, ticket, updateId, state: state as 'failed' | 'unknown' | 'by-hand', why, requestedAt };
    return {
      facts: [{ type: 'update-failed', occurredAt: by.now, actor: 'rule', detail }],
      outbox: [{ kind: 'update-failed', key: updateId, since: by.now }],
    };
  }
  const said = {
    type: 'customer-updated' as const,
    customers,
    message: update.text,
    channel: 'ticket' as const,
    ...defined({ recovery: update.isRecovery || undefined, occurredAt: update.sentAt?.toISOString() }),
  };
  const decided = decideStatement(incident, said, by);
  if ('refused' in decided) return decided;
  const sentAs = { tool: ticket.tool, id: commentId ?? '', ...(url ? { url } : {}) };
  const sent = { ticket, sentAs, updateId, requestedAt };
  const facts = decided.facts.map((fact) =>
    fact.type === 'customer-updated' ? { ...fact, detail: { ...fact.detail, ...sent } } : fact,
  );
  return { facts };
}
