/** Reads what a drill replays. */
import { requireIncident } from '../find/read-incident.ts';
import type { Drill, DrillStop } from '../incidents/drills/drill.ts';
import type { Incident } from '../incidents/incident.ts';
import { type SignalRecord, signalIn } from '../incidents/record/records.ts';
import type { Signal } from '../incidents/signals/signal.ts';
import { readSignals } from '../incidents/signals/signals-of.ts';
import { dataOf, firestore, signalRef } from '../platform/firestore.ts';
import { Problem } from '../platform/problem.ts';
import { refuse } from '../words/refusals/refuse.ts';
import { type Planned, planDrill, replayable } from './plan-drill.ts';

/** An alert group has more: the drill practises its beginning. */
const mostSignals = 500;

/** @throws Problem 404 for no such incident, 409 for what is no incident, or is a drill itself */
async function requireOriginal(from: string): Promise<Incident> {
  const incident = await requireIncident(from);
  if (incident.kind !== 'incident') throw new Problem(409, refuse('nothing-to-practise'));
  if (incident.isDrill) throw new Problem(409, refuse('drill-of-a-drill'));
  return incident;
}

/** @throws Problem 404 or 409 as `requireOriginal` does */
export async function readReplayable(from: string): Promise<Signal[]> {
  const found = await readSignals(await requireOriginal(from), mostSignals);
  return replayable(found.map(signalIn));
}

/** The signals to replay were fixed when the drill began: erasing a signal or ending a link shifts nothing. */
export async function loadPlan(drill: Drill): Promise<(Planned | undefined)[] | DrillStop> {
  try {
    const incident = await requireOriginal(drill.from);
    const documents = await firestore().getAll(...drill.replays.map(signalRef));
    const signals = documents.map((each) => dataOf<SignalRecord>(each)).map((each) => each && signalIn(each));
    return planDrill(drill, incident, signals);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.status === 404 ? 'original-gone' : 'original-no-incident';
  }
}
