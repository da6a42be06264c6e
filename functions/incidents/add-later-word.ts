/** Adds a further signal to a known incident; what it changes is decided on the incident as it is at the commit. */
import type { Transaction } from '@google-cloud/firestore';
import { firestore, fromDocument, grpcCodeOf, incidentRef, signalRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import type { Policy } from '../policy.ts';
import { beginIncident, recordDecision } from './commit-decision.ts';
import { decideReclassified } from './decide-question.ts';
import { type Decided, withMissing } from './decision.ts';
import type { Incident } from './incident.ts';
import { decideLaterWord } from './later-word.ts';
import { linkMarkRef, type SignalRecord, signalEvent, signalRecord, timelineRef } from './records.ts';
import { readsAsTrouble } from './signal/routing.ts';
import type { RawBody, Signal } from './signal/signal.ts';
import { followLinks } from './survivor.ts';
import { applyChanges } from './timeline.ts';

/** @returns the incident afterwards: the surviving one where it was linked */
export async function addLaterWord(
  known: Incident,
  signal: Signal,
  raw: RawBody,
  attempt: { id: string; at: Date },
  policy: Policy,
): Promise<Incident> {
  const after = await add(known, signal, raw, attempt, policy);
  log('INFO', 'later word', { incidentId: after.id, tool: signal.tool, kind: signal.kind });
  return after;
}

async function add(
  known: Incident,
  signal: Signal,
  raw: RawBody,
  attempt: { id: string; at: Date },
  policy: Policy,
): Promise<Incident> {
  const now = attempt.at;
  const record = (id: string, via: string[]): SignalRecord => ({
    ...signalRecord(signal, id, raw, attempt, policy),
    ...(via[0] ? { linkedFrom: via[0], linkedVia: via } : {}),
  });
  const event = signalEvent(signal, now);
  if (known.status !== 'linked' && decide(known, signal, policy, now).events.length === 0) {
    try {
      const batch = firestore().batch();
      batch.create(signalRef(signal.id), record(known.id, [])).create(timelineRef(known.id, event.id), event);
      await batch.delete(linkMarkRef(known.id), { exists: false }).commit();
      return known;
    } catch (error) {
      // The signal is there already, or the incident has been linked: the look at it below tells which.
      if (!isConflict(error)) throw error;
    }
  }
  try {
    return await firestore().runTransaction(async (transaction) => {
      const { incident, via } = await followLinks(transaction, known.id);
      const by = { actor: signal.agent ?? signal.tool, now, policy };
      const recorded = await recordDecision(transaction, incident, by, (current) => {
        const decided = decide(current, signal, policy, now);
        return via[0] ? comingBy(via[0], current, decided) : decided;
      });
      writeBeginning(transaction, incident, recorded.incident, policy);
      transaction.create(signalRef(signal.id), record(incident.id, via));
      transaction.create(timelineRef(incident.id, event.id), event);
      return recorded.incident;
    });
  } catch (error) {
    // The same signal was filed beside this one, or this one's answer was lost: either way it is there.
    if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
    const filed = await signalRef(signal.id).get();
    const id = (filed.get('incidentId') as string | undefined) ?? known.id;
    return fromDocument<Incident>((await incidentRef(id).get()).data());
  }
}

const isConflict = (error: unknown): boolean =>
  ['ALREADY_EXISTS', 'FAILED_PRECONDITION'].includes(grpcCodeOf(error) ?? '');

/** What the word changes, and that it makes an incident of a question where it says so. */
function decide(incident: Incident, signal: Signal, policy: Policy, now: Date): Decided {
  const decided = decideLaterWord(incident, signal, policy, now);
  const why = incident.kind === 'incident' ? undefined : readsAsTrouble(signal, policy);
  if (!why) return decided;
  const reclassified = decideReclassified(decided.incident, 'said-otherwise-later', why, policy, now);
  const events = withMissing(incident, [...decided.events, ...reclassified]);
  const after = reclassified.reduce((state, each) => applyChanges(state, each.changes), decided.incident);
  // All its customers become contacts as it begins.
  return { ...decided, incident: after, events, effects: [] };
}

function writeBeginning(transaction: Transaction, before: Incident, after: Incident, policy: Policy): void {
  if (before.kind !== 'incident' && after.kind === 'incident') beginIncident(transaction, after, policy);
}

/** Customers whom a linked incident's ticket names are known through that one. */
function comingBy(linkedId: string, before: Incident, decided: Decided): Decided {
  const known = new Set(before.affectedCustomers.map((each) => each.id));
  const events = decided.events.map((event) => {
    const customers = event.changes.affectedCustomers;
    if (!customers) return event;
    const affectedCustomers = customers.map((each) => (known.has(each.id) ? each : { ...each, via: [linkedId] }));
    return { ...event, changes: { ...event.changes, affectedCustomers } };
  });
  return { ...decided, events, incident: events.reduce((state, each) => applyChanges(state, each.changes), before) };
}
