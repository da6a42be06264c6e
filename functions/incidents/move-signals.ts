/** Signals go where a link has them: what did not fit in the link's own commit, in as many further ones as it takes. */
import {
  FieldValue,
  type Query,
  type QueryDocumentSnapshot,
  type QuerySnapshot,
  type Transaction,
} from '@google-cloud/firestore';
import { collections, firestore } from '../platform/firestore.ts';
import type { Sending } from './decision.ts';
import type { SignalRecord } from './records.ts';
import { followLinks } from './survivor.ts';

/** They are read without what they carry, and this many fit in one commit. */
export const mostSignals = 2_000;
/** Others wait for the tick that moves them. */
const mostRounds = 5;

/** The signals of an incident, and those that left it by links: those that a link of it, or the end of one, moves. */
export async function readSignals(transaction: Transaction, which: 'on' | 'away', id: string): Promise<QuerySnapshot> {
  const signals: Query = firestore().collection(collections.signals);
  const query =
    which === 'on' ? signals.where('incidentId', '==', id) : signals.where('linkedVia', 'array-contains', id);
  return transaction.get(query.select('linkedVia').limit(mostSignals));
}

/** @param via the linked incidents that it has passed, after those that it had passed before */
export function moveOn(
  transaction: Transaction,
  signal: QueryDocumentSnapshot,
  incidentId: string,
  via: string[],
): void {
  place(transaction, signal, incidentId, [...viaOf(signal), ...via]);
}

/** Back to an incident that it had left. */
export function moveBack(transaction: Transaction, signal: QueryDocumentSnapshot, incidentId: string): void {
  const via = viaOf(signal);
  place(transaction, signal, incidentId, via.slice(0, via.indexOf(incidentId)));
}

const viaOf = (signal: QueryDocumentSnapshot): string[] => (signal.data() as Partial<SignalRecord>).linkedVia ?? [];

function place(transaction: Transaction, signal: QueryDocumentSnapshot, incidentId: string, via: string[]): void {
  transaction.update(signal.ref, {
    incidentId,
    linkedFrom: via[0] ?? FieldValue.delete(),
    linkedVia: via.length > 0 ? via : FieldValue.delete(),
  });
}

/** The rest of an incident's signals; nothing where all were moved. */
export function restOf(found: QuerySnapshot, incidentId: string, now: Date): Sending[] {
  if (found.size < mostSignals) return [];
  return [{ kind: 'signals', key: `signals:${incidentId}`, since: now, sends: { incidentId } }];
}

/** Moves what a link of the incident, or its end, has left behind. What has moved is not found again. */
export async function moveRest(sends: unknown): Promise<void> {
  const { incidentId } = sends as { incidentId: string };
  for (let round = 0; round < mostRounds; round += 1) {
    const moved = await firestore().runTransaction(async (transaction) => {
      const { incident, via } = await followLinks(transaction, incidentId);
      const isLinked = via.length > 0;
      const found = await readSignals(transaction, isLinked ? 'on' : 'away', incidentId);
      for (const signal of found.docs) {
        if (isLinked) moveOn(transaction, signal, incident.id, via);
        else moveBack(transaction, signal, incidentId);
      }
      return found.size;
    });
    if (moved < mostSignals) return;
  }
  // The entry stays in the outbox, and the tick continues after its lease.
  throw new Error(`More than ${mostRounds * mostSignals} signals of ${incidentId} move: the next look continues.`);
}
