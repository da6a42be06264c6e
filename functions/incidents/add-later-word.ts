/** Adds a further signal to a known incident; what it changes is decided on the incident as it is at the commit. */
import { readsAsTrouble } from '../intake/routing.ts';
import type { RawBody, Signal } from '../intake/signal.ts';
import { firestore, fromDocument, grpcCodeOf, incidentRef, signalRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import type { Policy } from '../policy.ts';
import { recordDecision } from './commit-decision.ts';
import type { Incident } from './incident.ts';
import { decideLaterWord } from './later-word.ts';
import { reclassify } from './reclassify.ts';
import { signalEvent, signalRecord, timelineRef } from './records.ts';
import { survivorOf } from './survivor.ts';

/** @returns the incident afterwards: the surviving one where it was linked */
export async function addLaterWord(
  known: Incident,
  signal: Signal,
  raw: RawBody,
  attempt: { id: string; at: Date },
  policy: Policy,
): Promise<Incident> {
  const incident = await survivorOf(known);
  const after = await add(incident, signal, raw, attempt, policy);
  log('INFO', 'later word', { incidentId: incident.id, tool: signal.tool, kind: signal.kind });
  const why = after.kind === 'incident' ? undefined : readsAsTrouble(signal, policy);
  return why ? reclassify(after.id, 'said-otherwise-later', why, policy, attempt.at) : after;
}

async function add(
  incident: Incident,
  signal: Signal,
  raw: RawBody,
  attempt: { id: string; at: Date },
  policy: Policy,
): Promise<Incident> {
  const now = attempt.at;
  const { id } = incident;
  const record = signalRecord(signal, id, raw, attempt, policy);
  const event = signalEvent(signal, now);
  try {
    if (decideLaterWord(incident, signal, policy, now).events.length === 0) {
      const batch = firestore().batch();
      await batch.create(signalRef(signal.id), record).create(timelineRef(id, event.id), event).commit();
      return incident;
    }
    return await firestore().runTransaction(async (transaction) => {
      const by = { actor: signal.agent ?? signal.tool, now, policy };
      const recorded = await recordDecision(transaction, id, by, (current) =>
        decideLaterWord(current, signal, policy, now),
      );
      transaction.create(signalRef(signal.id), record);
      transaction.create(timelineRef(id, event.id), event);
      return recorded.incident;
    });
  } catch (error) {
    // The same signal was filed beside this one, or this one's answer was lost: either way it is there.
    if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
    return fromDocument<Incident>((await incidentRef(id).get()).data());
  }
}
