/**
 * Files a signal: as the incident that it begins, as a follow-up to one, or as something seen before.
 *
 * A new ticket costs no read: everything it makes has an id that follows from the ticket alone, is created in one
 * commit, and a commit that meets ALREADY_EXISTS tells that it, or something about the same ticket, was here before.
 */

import type { DocumentReference, DocumentSnapshot } from '@google-cloud/firestore';
import { dataOf, firestore, fromDocument, incidentRef, signalRef, unlessRefused } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import { milliseconds } from '../../policy.ts';
import type { Context, Decided, Intake } from '../facts/decision.ts';
import { byItself } from '../facts/outage.ts';
import { decideOpening } from '../fold/opening.ts';
import type { Incident } from '../incident.ts';
import { ownEcho, type TicketUpdate } from '../outbox/sending.ts';
import { updatesOnTicket } from '../outbox/updates-on-ticket.ts';
import { changeIncident } from '../record/change.ts';
import { commit, type Decision, isMarked } from '../record/commit.ts';
import { followLinks, incidentsOf, isLongOver, survivorOf } from '../record/history.ts';
import { incidentIdOf, type SignalRecord, signalRecord } from '../record/records.ts';
import { reclassified } from '../statements/decide-question.ts';
import { decideSignal } from './hear.ts';
import { toJoin } from './join.ts';
import { gatherQuestionFacts } from './question-facts.ts';
import { needsQuestionFacts, type QuestionFacts, readsAsTrouble, routeSignal } from './routing.ts';
import type { Signal } from './signal.ts';

export interface Filing {
  /** Whether this call made the record. */
  created: boolean;
  incident: Incident;
  /** The record that has the signal, as routed then; absent if that is `incident`. Links and reclassifications came later. */
  filed?: Filed;
}

export type Filed = Pick<Incident, 'id' | 'kind'>;

export const filedOf = ({ id, routing: { kind } }: Incident): Filed => ({ id, kind });

/**
 * @returns undefined for the end of a ticket that is not known: the signal alone is kept, under the id it would have
 * @throws the Firestore error when it cannot be stored; filing the same signal again is always safe
 */
export async function fileSignal(intake: Intake, context: Context): Promise<Filing | undefined> {
  const { signal, attempt } = intake;
  if (signal.kind === 'solved') return fileEnd(intake, context);
  for (let generation = 0; ; generation += 1) {
    const id = incidentIdOf(signal.tool, signal.sourceId, generation);
    const incident = await unlessRefused(open(id, generation, intake, context), 'ALREADY_EXISTS');
    if (incident) {
      logFiled(incident);
      return { created: true, incident };
    }
    const [signalDoc, incidentDoc] = await firestore().getAll(signalRef(signal.id), incidentRef(id));
    const [filed, known] = [dataOf<SignalRecord>(signalDoc), dataOf<Incident>(incidentDoc)];
    if (filed) {
      const filedOn = filed.incidentId === id ? known : dataOf<Incident>(await incidentRef(filed.incidentId).get());
      if (!filedOn) throw new Error(`The incident ${filed.incidentId} of a signal is not there.`);
      const created = filed.attemptId === attempt;
      return { created, incident: await survivorOf(filedOn), filed: filedOf(filedOn) };
    }
    if (!known) throw new Error(`Filing ${signal.id} met ALREADY_EXISTS, and neither it nor ${id} is there.`);
    const next = incidentIdOf(signal.tool, signal.sourceId, generation + 1);
    const isAnother =
      (await isLongOver(known, context)) &&
      (beginsAnew.has(signal.kind) || (await incidentRef(next).get()).exists) &&
      !(await wasSent(firestore(), intake, context));
    if (isAnother) continue;
    return { created: false, incident: await addLaterReport(known, intake, context), filed: filedOf(known) };
  }
}

export function logFiled({ id, kind, origin, routing, urgency }: Incident): void {
  log('INFO', `filed: ${kind}`, {
    incidentId: id,
    tool: origin.tool,
    rule: routing.rule,
    urgency: urgency.level,
    urgencyRule: urgency.rule,
  });
}

/** Kinds that start a new incident for a ticket that was over long ago: not the team's own notes and replies. */
const beginsAnew = new Set<Signal['kind']>(['stated', 'customer-wrote', 'reopened']);

/** A ticket's end begins nothing. Of a known ticket it is a follow-up to the latest of its incidents. */
async function fileEnd(intake: Intake, context: Context): Promise<Filing | undefined> {
  const { signal } = intake;
  let latest: Incident | undefined;
  for await (latest of incidentsOf(signal.tool, signal.sourceId)) {
    if (!(await isLongOver(latest, context))) break;
  }
  if (latest)
    return { created: false, incident: await addLaterReport(latest, intake, context), filed: filedOf(latest) };
  const incidentId = incidentIdOf(signal.tool, signal.sourceId, 0);
  const keeping = firestore().runTransaction(async (transaction) => {
    if (await wasSent(transaction, intake, context)) return true;
    transaction.create(signalRef(signal.id), signalRecord(intake, incidentId, context));
    return true;
  });
  if (await unlessRefused(keeping, 'ALREADY_EXISTS'))
    log('INFO', 'kept: the end of a ticket that is not known', { tool: signal.tool, incidentId });
  return undefined;
}

/** The transaction that files a question checks whether it is the third of its kind, and sees the earlier ones. */
async function open(id: string, generation: number, intake: Intake, context: Context): Promise<Incident> {
  const { signal } = intake;
  const { policy, now } = context;
  const record = signalRecord(intake, id, context);
  const decide = (facts?: QuestionFacts): Decision => {
    const opening = decideOpening(id, generation, signal, routeSignal(signal, policy, facts), context);
    return { ...opening, outbox: [...opening.outbox, ...toJoin(opening.after, signal, now)], signal: record };
  };
  if (needsQuestionFacts(signal, policy)) {
    return firestore().runTransaction(async (transaction) => {
      const facts = await gatherQuestionFacts(transaction, signal, policy);
      const [{ incident }] = await commit(transaction, now, decide(facts));
      return incident;
    });
  }
  const batch = firestore().batch();
  const [{ incident }] = await commit(batch, now, decide());
  await batch.commit();
  return incident;
}

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

/** The account that created the ticket speaks for the customer: later events do not say who created it. */
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
    // Tries the commit without a read first: if something exists already, the transaction below judges it.
    for (const id of intake.sentBeside ?? []) batch.delete(signalRef(id), { exists: false });
    const unchanged = { before: known, after: known, events: [], contacts: [], timer: 'keep' as const };
    await commit(batch, context.now, { ...unchanged, signal: record });
    // Otherwise the signal exists, or the incident is linked or over: the look below tells which.
    if (await unlessRefused(batch.commit(), 'ALREADY_EXISTS', 'FAILED_PRECONDITION')) return known;
  }
  const added = firestore().runTransaction(async (transaction) => {
    const { incident: primary, passed } = await followLinks(transaction, known.id);
    if (await wasSent(transaction, intake, context)) return primary;
    // A ticket changes the incident on which it was filed, linked or not.
    const [incident, ...above] = [...passed, primary];
    const decided = decide(incident, signal, context, echoed, above);
    const recorded = await changeIncident(transaction, incident, context, () => decided, record);
    return recorded.primary ?? recorded.incident;
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
 * The effects of a report: changes, a question that becomes an incident, and incidents to join. An update is recorded on its
 * own incident and the one that it is linked to; elsewhere, as after the end of a link, its echo counts as a reply.
 * @param above the incidents to which it is linked
 */
function decide(
  incident: Incident,
  signal: Signal,
  { policy, now }: Context,
  echoed: TicketUpdate | undefined,
  above: readonly Incident[] = [],
): Decided {
  const isOwn = echoed && [incident, ...above].some(({ id }) => id === echoed.incidentId);
  const { facts, outbox: told } = decideSignal(
    byItself(incident),
    signal,
    { policy, now },
    { echoed: isOwn ? echoed : undefined },
  );
  const why = incident.kind === 'incident' ? undefined : readsAsTrouble(signal, policy);
  const kind = why ? [reclassified(incident.kind, 'said-otherwise-later', why, now)] : [];
  const after: Incident = why ? { ...incident, kind: 'incident', status: 'open' } : incident;
  const outbox = [...told, ...toJoin(after, signal, now)];
  return { facts: [...facts, ...kind], outbox };
}
