/**
 * Files a signal: as the incident that it begins, as a later word on one, or as something seen before.
 *
 * A new ticket costs no read: everything it makes has an id that follows from the ticket alone, is created in one
 * commit, and a commit that meets ALREADY_EXISTS tells that it, or something about the same ticket, was here before.
 */
import { openContacts } from '../customer-updates/contact.ts';
import { gatherQuestionFacts } from '../intake/question-facts.ts';
import { needsQuestionFacts, routeSignal } from '../intake/routing.ts';
import type { RawBody, Signal } from '../intake/signal.ts';
import { firestore, fromDocument, grpcCodeOf, incidentRef, signalRef, timerRef } from '../platform/firestore.ts';
import { attemptId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { addLaterWord } from './add-later-word.ts';
import { type Incident, openIncident } from './incident.ts';
import {
  contactIdOf,
  contactRef,
  filedEvent,
  firstTimer,
  incidentIdOf,
  type SignalRecord,
  signalRecord,
  timelineRef,
} from './records.ts';

export interface Filing {
  /** Whether this call made the record. */
  created: boolean;
  incident: Incident;
}

/** @throws the Firestore error when it cannot be stored; filing the same signal again is always safe */
export async function fileSignal(signal: Signal, raw: RawBody, policy: Policy, now: Date): Promise<Filing> {
  const attempt = { id: attemptId(), at: now };
  for (let generation = 0; ; generation += 1) {
    const id = incidentIdOf(signal.tool, signal.sourceId, generation);
    const incident = await decideNew(id, generation, signal, policy, now);
    try {
      await createAll(incident, signal, raw, attempt, policy);
      log('INFO', `filed: ${incident.kind}`, {
        incidentId: id,
        tool: signal.tool,
        rule: incident.routing.rule,
        urgency: incident.urgency.level,
        urgencyRule: incident.urgency.rule,
      });
      return { created: true, incident };
    } catch (error) {
      if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
    }
    const [signalDoc, incidentDoc] = await firestore().getAll(signalRef(signal.id), incidentRef(id));
    if (signalDoc?.exists) {
      const known = fromDocument<SignalRecord>(signalDoc.data());
      if (known.incidentId === id && incidentDoc?.exists) {
        return { created: known.attemptId === attempt.id, incident: fromDocument<Incident>(incidentDoc.data()) };
      }
      return { created: known.attemptId === attempt.id, incident: await readIncident(known.incidentId) };
    }
    if (!incidentDoc?.exists)
      throw new Error(`Filing ${signal.id} met ALREADY_EXISTS, and neither it nor ${id} is there.`);
    const known = fromDocument<Incident>(incidentDoc.data());
    if (isOver(known, policy, now)) continue;
    return { created: false, incident: await addLaterWord(known, signal, raw, attempt, policy) };
  }
}

async function decideNew(id: string, generation: number, signal: Signal, policy: Policy, now: Date): Promise<Incident> {
  const facts = needsQuestionFacts(signal, policy) ? await gatherQuestionFacts(signal, policy) : undefined;
  return openIncident(id, generation, signal, routeSignal(signal, policy, facts), policy, now);
}

async function createAll(
  incident: Incident,
  signal: Signal,
  raw: RawBody,
  attempt: { id: string; at: Date },
  policy: Policy,
): Promise<void> {
  const batch = firestore().batch();
  batch.create(incidentRef(incident.id), incident);
  batch.create(signalRef(signal.id), signalRecord(signal, incident.id, raw, attempt, policy));
  batch.create(
    timelineRef(incident.id, filedEvent(incident, signal, attempt.at).id),
    filedEvent(incident, signal, attempt.at),
  );
  if (incident.kind === 'incident') {
    for (const contact of openContacts(incident, signal, incident.receivedAt, contactIdOf, policy)) {
      batch.create(contactRef(incident.id, contact.id), contact);
    }
  }
  const timer = firstTimer(incident, policy);
  if (timer) batch.create(timerRef(timer.id), timer);
  await batch.commit();
}

/** A ticket that comes back long after its recovery is a new incident. */
function isOver(incident: Incident, policy: Policy, now: Date): boolean {
  if (incident.status !== 'recovered' || !incident.recoveredAt) return false;
  return now.getTime() - incident.recoveredAt.getTime() > milliseconds(policy.routing.newGenerationAfter);
}

async function readIncident(id: string): Promise<Incident> {
  const document = await incidentRef(id).get();
  if (!document.exists) throw new Error(`The incident ${id} of a signal is not there.`);
  return fromDocument<Incident>(document.data());
}
