/** Adds a further signal to a known incident; what it changes is decided on the incident as it is at the commit. */
import { firestore, fromDocument, grpcCodeOf, incidentRef, signalRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { milliseconds } from '../policy.ts';
import { changeIncident } from './change.ts';
import { commit, isMarked } from './commit.ts';
import { reclassified } from './decide-question.ts';
import type { Context, Decided, Intake } from './decision.ts';
import type { Incident } from './incident.ts';
import { decideLaterWord } from './later-word.ts';
import { signalRecord } from './records.ts';
import { readsAsTrouble } from './signal/routing.ts';
import type { Signal } from './signal/signal.ts';
import { followLinks, survivorOf } from './survivor.ts';

/** @returns the incident afterwards: the surviving one where it was linked */
export async function addLaterWord(known: Incident, intake: Intake, context: Context): Promise<Incident> {
  if (await wasSent(intake, context)) return survivorOf(known);
  const signal = asReporters(known, intake.signal);
  const after = await add(known, { ...intake, signal }, context);
  const { tool, kind } = signal;
  log('INFO', 'later word', { incidentId: after.id, tool, kind });
  return after;
}

/** The same content a moment ago was this one. */
async function wasSent({ signal, sentBefore }: Intake, { policy }: Context): Promise<boolean> {
  if (sentBefore === undefined) return false;
  const before = await signalRef(sentBefore).get();
  if (!before.exists) return false;
  const { receivedAt } = fromDocument<Signal>(before.data());
  return signal.receivedAt.getTime() - receivedAt.getTime() <= milliseconds(policy.routing.resendWindow);
}

/** What the account says that made the ticket, its customer says: later events of the ticket do not tell who made it. */
function asReporters({ reporterAccount }: Incident, signal: Signal): Signal {
  const { agent, agentName: _, ...word } = signal;
  const isReporters = signal.kind === 'agent-replied' && agent !== undefined && agent === reporterAccount;
  return isReporters ? { ...word, kind: 'customer-wrote' } : signal;
}

async function add(known: Incident, intake: Intake, context: Context): Promise<Incident> {
  const { signal } = intake;
  if (!isMarked(known) && changesNothing(decide(known, signal, context))) {
    try {
      const batch = firestore().batch();
      const record = signalRecord(intake, known.id, context);
      const unchanged = { before: known, after: known, events: [], contacts: [], timer: 'keep' as const };
      await commit(batch, context.now, { ...unchanged, signal: record });
      await batch.commit();
      return known;
    } catch (error) {
      // The signal is there already, or the incident has been linked or is over: the look at it below tells which.
      if (!isConflict(error)) throw error;
    }
  }
  try {
    return await firestore().runTransaction(async (transaction) => {
      const { incident, via } = await followLinks(transaction, known.id);
      const recorded = await changeIncident(
        transaction,
        incident,
        context,
        (current) => decide(current, signal, context, via[0]),
        ({ id }) => signalRecord(intake, id, context, via),
      );
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

const changesNothing = ({ facts, outbox = [] }: Decided): boolean => facts.length + outbox.length === 0;

const isConflict = (error: unknown): boolean =>
  ['ALREADY_EXISTS', 'FAILED_PRECONDITION'].includes(grpcCodeOf(error) ?? '');

/** What the word changes, and that it makes an incident of a question where it says so. */
function decide(incident: Incident, signal: Signal, { policy, now }: Context, linkedId?: string): Decided {
  const decided = decideLaterWord(incident, signal, policy, now, linkedId);
  const why = incident.kind === 'incident' ? undefined : readsAsTrouble(signal, policy);
  if (!why) return decided;
  return { ...decided, facts: [...decided.facts, reclassified(incident.kind, 'said-otherwise-later', why, now)] };
}
