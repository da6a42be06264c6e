/** One tap: load, decide, commit, and put on its way what leaves. */
import type { Transaction } from '@google-cloud/firestore';
import { type Context, problemOf, type Refusal } from '../../incidents/facts/decision.ts';
import type { FactOf } from '../../incidents/facts/events.ts';
import { refuseUnseen, versionOf } from '../../incidents/facts/version.ts';
import { evolveAll } from '../../incidents/fold/evolve.ts';
import type { Incident } from '../../incidents/incident.ts';
import { commit, markBeside } from '../../incidents/record/commit.ts';
import { readContacts } from '../../incidents/record/history.ts';
import { type Contact, customerIdsOf } from '../../incidents/rhythm/contact.ts';
import { type Config, isDeployed } from '../../platform/config.ts';
import { given } from '../../platform/defined.ts';
import { allOf, collections, dataOf, firestore, incidentRef, updateRef } from '../../platform/firestore.ts';
import { stableId } from '../../platform/ids.ts';
import { errorFacts, log } from '../../platform/log.ts';
import { Problem } from '../../platform/problem.ts';
import { milliseconds } from '../../policy.ts';
import { refuse } from '../../words/refusals/refuse.ts';
import { type Asked, type DecidedUpdates, decideUpdates, refuseTold, type UpdateRequest } from './decide-updates.ts';
import { publishUpdates } from './publish-updates.ts';
import { recentUpdates } from './recent-updates.ts';
import type { UpdateRecord } from './update.ts';

type Asking = Context & {
  config: Config;
  /** When it was confirmed, if that may have been long ago. */
  tappedAt?: Date;
};

/**
 * @returns the updates in the order of the customers, first what they have just been told in these words; and the incident
 * @throws Problem 404; 409 naming the recipients of one that is being sent, or where it was confirmed too long ago; 412; 422
 */
export async function requestUpdates(incidentId: string, request: UpdateRequest, by: Asking) {
  const { updates, incident, isNew } = await firestore().runTransaction((transaction) =>
    store(transaction, incidentId, request, by),
  );
  const leaving = updates.filter((each) => each.state === 'sending').map((each) => each.id);
  const counts = { updates: updates.length, leaving: leaving.length };
  log('INFO', 'updates were asked for', { incidentId, actor: by.actor, ...counts });
  if (isNew && leaving.length > 0) {
    try {
      await publishUpdates(leaving);
    } catch (error) {
      // The timer holds them, and the next minute tick publishes them.
      log('WARNING', 'updates leave with the next tick', { incidentId, ...errorFacts(error) });
    }
  }
  return { updates, incident };
}

/** Previews a tap on data that was read already; stores nothing. */
export const previewUpdates = (
  incident: Incident,
  contacts: readonly Contact[],
  recent: readonly UpdateRecord[],
  request: UpdateRequest,
  by: Asking,
): DecidedUpdates | Refusal => {
  const decided = decideUpdates(incident, contacts, recent, request, asked(by, 'preview'));
  return 'refused' in decided ? decided : (refuseTold(decided) ?? decided);
};

const asked = (by: Asking, batchId: string): Asked => ({ ...by, batchId, maySend: maySend(by.actor, by.config) });

async function store(transaction: Transaction, incidentId: string, request: UpdateRequest, by: Asking) {
  const { now, actor, idempotencyKey } = by;
  const incident = dataOf<Incident>(await transaction.get(incidentRef(incidentId)));
  if (!incident) throw new Problem(404, refuse('no-incident', { id: incidentId.slice(0, 100) }));
  const tap = idempotencyKey ? [actor, idempotencyKey] : [incident.lastSequence, now.getTime()];
  const batchId = stableId('upb', incidentId, ...tap);
  if (idempotencyKey) {
    const kept = await transaction.get(firestore().collection(collections.updates).where('batchId', '==', batchId));
    const updates = allOf<UpdateRecord>(kept);
    if (updates.some((each) => each.text !== request.message)) throw new Problem(422, refuse('key-used'));
    if (updates.length > 0) {
      const contacts = await readContacts(transaction, incidentId);
      return { updates: inOrderOf(contacts, updates), incident, isNew: false };
    }
  }
  if (by.seen) refuseUnseen(by.seen, versionOf(incident));
  refuseLate(by);
  const contacts = await readContacts(transaction, incidentId);
  const recent = await recentUpdates(incident, now, by.policy, (query) => transaction.get(query));
  const decided = decideUpdates(incident, contacts, recent, request, asked(by, batchId));
  if ('refused' in decided) throw problemOf(decided);
  // A repeated request with the same words gets the answer of the first.
  const { updates, told } = decided;
  const sending = updates.filter(({ state }) => state === 'sending');
  let after = incident;
  if (sending.length > 0) {
    const ids = sending.map((each) => each.id);
    const detail = {
      customers: sending.flatMap((each) => each.customers),
      message: request.message,
      recovery: request.isRecovery,
      updates: sending.map((each) => ({
        ...given(each, ['id', 'customers']),
        tool: each.tool ?? '',
        ticketId: each.ticketId ?? '',
      })),
    };
    const requested: FactOf = { type: 'update-requested', occurredAt: now, actor, detail };
    const [recorded] = await commit(transaction, now, {
      before: incident,
      after: evolveAll({ incident, contacts: new Map() }, [requested], now, by.policy).incident,
      events: [requested],
      contacts: [],
      timer: { at: now, why: 'updates are to be sent' },
      outbox: [{ kind: 'ticket-updates', key: batchId, since: now, sends: { updateIds: ids } }],
      beside: 'updates',
    });
    after = recorded.incident;
  } else if (updates.length > 0) markBeside(transaction, incident, 'updates');
  for (const update of updates) transaction.create(updateRef(update.id), update);
  return { updates: [...told, ...updates], incident: after, isNew: updates.length > 0 };
}

/** The store gives them in the order of their ids; the first answer had the customers' own. */
function inOrderOf(contacts: readonly Contact[], updates: readonly UpdateRecord[]): UpdateRecord[] {
  const customers = contacts.flatMap(customerIdsOf);
  const place = ({ customers: [first = ''] }: UpdateRecord): number => customers.indexOf(first);
  return updates.toSorted((a, b) => place(a) - place(b));
}

/** A confirmed text may be outdated by then: the same limit as for a tool that does not accept it. */
function refuseLate({ now, tappedAt = now, policy }: Asking): void {
  const withinMs = milliseconds(policy.outgoing.giveUpAfter);
  if (now.getTime() - tappedAt.getTime() <= withinMs) return;
  throw new Problem(409, refuse('update-too-late', { n: withinMs / 60_000 }));
}

/** Locally anyone may, unless `SENDERS` says who; on Google Cloud only those it names. */
function maySend(actor: string, { SENDERS }: Config): boolean {
  if (!SENDERS) return !isDeployed();
  const email = actor.toLowerCase();
  return SENDERS.some((each) => each === email || (!each.includes('@') && email.endsWith(`@${each}`)));
}
