/** Reads what a drill replays. */
import type { Drill } from '../incidents/drills/drill.ts';
import type { Incident } from '../incidents/incident.ts';
import type { SignalRecord } from '../incidents/records.ts';
import type { Signal } from '../incidents/signal/signal.ts';
import { collections, firestore, fromDocument, incidentRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { type Planned, planDrill, replayable } from './plan-drill.ts';

/** A storm has more: its beginning is what is practised. */
const mostSignals = 500;

/** @throws Problem 404 for no such incident, 409 for what is no incident, or is a drill itself */
export async function readOriginal(from: string): Promise<{ incident: Incident; signals: Signal[] }> {
  const document = /^inc_[\da-f]{24}$/.test(from) ? await incidentRef(from).get() : undefined;
  if (!document?.exists) throw new Problem(404, `There is no incident ${from.slice(0, 100)}.`);
  const incident = fromDocument<Incident>(document.data());
  if (incident.kind !== 'incident') throw new Problem(409, 'It is no incident, so there is nothing to practise.');
  if (incident.isDrill) throw new Problem(409, 'It is a drill itself. Replay the incident that it was made from.');
  const found = await firestore()
    .collection(collections.signals)
    .where('incidentId', '==', from)
    .orderBy('receivedAt')
    .limit(mostSignals)
    .get();
  // What it was made of stays behind: neither its bytes nor its filing are replayed.
  const signals = found.docs.map((each) => signalOf(fromDocument<SignalRecord>(each.data())));
  return { incident, signals: replayable(signals) };
}

function signalOf(record: SignalRecord): Signal {
  const {
    incidentId: _,
    raw: __,
    attemptId: ___,
    contentType: ____,
    filedAt: _____,
    expireAt: ______,
    ...signal
  } = record;
  return signal;
}

export async function loadPlan(drill: Drill): Promise<Planned[]> {
  const { incident, signals } = await readOriginal(drill.from);
  return planDrill(drill, incident, signals);
}
