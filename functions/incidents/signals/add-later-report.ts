/** Adds a further signal to a known incident; what it changes is decided on the incident as it is at the commit. */
import type { DocumentReference, DocumentSnapshot } from '@google-cloud/firestore';
import { dataOf, firestore, fromDocument, incidentRef, signalRef, unlessRefused } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { milliseconds } from '../../policy.ts';
import type { Context, Decided, Intake } from '../facts/decision.ts';
import type { Incident } from '../incident.ts';
import { followLinks, survivorOf } from '../links/survivor.ts';
import { ownEcho, type TicketUpdate } from '../outbox/sending.ts';
import { updatesOnTicket } from '../outbox/updates-on-ticket.ts';
import { changeIncident } from '../record/change.ts';
import { commit, isMarked } from '../record/commit.ts';
import { signalRecord } from '../record/records.ts';
import { reclassified } from '../statements/decide-question.ts';
import { toJoin } from './join.ts';
import { decideLaterReport } from './later-report.ts';
import { readsAsTrouble } from './routing.ts';
import type { Signal } from './signal.ts';

/** @returns the incident afterwards: the surviving one where it was linked */
export async function addLaterReport(known: Incident, intake: Intake, context: Context): Promise<Incident> {
  const signal = asReporters(known, intake.signal);
  const after = await add(known, { ...intake, signal }, context);
  const { tool, kind } = signal;
  log('INFO', 'later word', { incidentId: after.id, tool, kind });
  return after;
}

/** Whether the same content was filed a moment before or, by another clock, after it. */
export async function wasSent(
  reader: { getAll(...refs: DocumentReference[]): Promise<DocumentSnapshot[]> },
  { signal, sentBeside = [] }: Intake,
  { policy }: Context,
): Promise<boolean> {
  if (sentBeside.length === 0) return false;
  const windowMs = milliseconds(policy.routing.resendWindow);
  const found = await reader.getAll(...sentBeside.map(signalRef));
  const times = found.flatMap((each) => dataOf<Signal>(each)?.receivedAt.getTime() ?? []);
  return times.some((each) => Math.abs(signal.receivedAt.getTime() - each) <= windowMs);
}

/** What the account says that made the ticket, its customer says: later events of the ticket do not tell who made it. */
function asReporters({ reporterAccount }: Incident, signal: Signal): Signal {
  const { agent, agentName: _, ...word } = signal;
  const isReporters = signal.kind === 'agent-replied' && agent !== undefined && agent === reporterAccount;
  return isReporters ? { ...word, kind: 'customer-wrote' } : signal;
}

async function add(known: Incident, intake: Intake, context: Context): Promise<Incident> {
  const { signal } = intake;
  const echoed = await echoedBy(signal);
  const record = signalRecord(intake, known.id, context);
  if (!isMarked(known) && changesNothing(decide(known, signal, context, echoed))) {
    const batch = firestore().batch();
    // What may be the same is looked for without a read: where it is there, the transaction below judges it.
    for (const id of intake.sentBeside ?? []) batch.delete(signalRef(id), { exists: false });
    const unchanged = { before: known, after: known, events: [], contacts: [], timer: 'keep' as const };
    await commit(batch, context.now, { ...unchanged, signal: record });
    // Else the signal is there already, or the incident has been linked or is over: the look at it below tells which.
    if (await unlessRefused(batch.commit(), 'ALREADY_EXISTS', 'FAILED_PRECONDITION')) return known;
  }
  const added = firestore().runTransaction(async (transaction) => {
    const { incident, passed } = await followLinks(transaction, known.id);
    if (await wasSent(transaction, intake, context)) return incident;
    const decided = decide(incident, signal, context, echoed, passed);
    const recorded = await changeIncident(transaction, incident, context, () => decided, record);
    return recorded.incident;
  });
  const after = await unlessRefused(added, 'ALREADY_EXISTS');
  if (after) return after;
  // The same signal was filed beside this one, or this one's answer was lost: either way it is there.
  const filed = await signalRef(signal.id).get();
  const id = (filed.get('incidentId') as string | undefined) ?? known.id;
  return survivorOf(fromDocument<Incident>((await incidentRef(id).get()).data()));
}

/** The update of ours that it is the echo of. Read outside the transaction: no echo comes before its update is stored. */
async function echoedBy(signal: Signal): Promise<TicketUpdate | undefined> {
  if (signal.kind !== 'agent-replied') return undefined;
  return ownEcho(await updatesOnTicket(signal.tool, signal.sourceId, signal.receivedAt), signal);
}

const changesNothing = ({ facts, outbox = [] }: Decided): boolean => facts.length + outbox.length === 0;

/**
 * What the word changes, that it makes an incident of a question where it says so, and what it is to be joined with. An update
 * is recorded on its incident, and where that is linked to: elsewhere, as after the end of a link, its echo is a reply.
 * @param passed the linked incidents by way of which it came
 */
function decide(
  incident: Incident,
  signal: Signal,
  { policy, now }: Context,
  echoed: TicketUpdate | undefined,
  passed: readonly Incident[] = [],
): Decided {
  const isOwn = echoed && [incident, ...passed].some(({ id }) => id === echoed.incidentId);
  const decided = decideLaterReport(incident, signal, policy, now, passed[0]?.id, isOwn ? echoed : undefined);
  const why = incident.kind === 'incident' ? undefined : readsAsTrouble(signal, policy);
  const kind = why ? [reclassified(incident.kind, 'said-otherwise-later', why, now)] : [];
  const after: Incident = why ? { ...incident, kind: 'incident', status: 'open' } : incident;
  const outbox = [...(decided.outbox ?? []), ...toJoin(after, signal, now)];
  return { facts: [...decided.facts, ...kind], outbox };
}
