/**
 * Files a signal: as the incident that it begins, as a follow-up to one, or as something seen before.
 *
 * A new ticket costs no read: everything it makes has an id that follows from the ticket alone, is created in one
 * commit, and a commit that meets ALREADY_EXISTS tells that it, or something about the same ticket, was here before.
 */
import { dataOf, firestore, incidentRef, signalRef, unlessRefused } from '../../platform/firestore.ts';
import { log } from '../../platform/log.ts';
import type { Context, Intake } from '../facts/decision.ts';
import { decideOpening } from '../fold/opening.ts';
import type { Incident } from '../incident.ts';
import { incidentsOf, isLongOver, survivorOf } from '../links/survivor.ts';
import { commit, type Decision } from '../record/commit.ts';
import { incidentIdOf, type SignalRecord, signalRecord } from '../record/records.ts';
import { addLaterReport, wasSent } from './add-later-report.ts';
import { toJoin } from './join.ts';
import { gatherQuestionFacts } from './question-facts.ts';
import { needsQuestionFacts, type QuestionFacts, routeSignal } from './routing.ts';
import type { Signal } from './signal.ts';

export interface Filing {
  /** Whether this call made the record. */
  created: boolean;
  incident: Incident;
}

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
      return { created: filed.attemptId === attempt, incident: await survivorOf(filedOn) };
    }
    if (!known) throw new Error(`Filing ${signal.id} met ALREADY_EXISTS, and neither it nor ${id} is there.`);
    const next = incidentIdOf(signal.tool, signal.sourceId, generation + 1);
    const isAnother =
      (await isLongOver(known, context)) &&
      (beginsAnew.has(signal.kind) || (await incidentRef(next).get()).exists) &&
      !(await wasSent(firestore(), intake, context));
    if (isAnother) continue;
    return { created: false, incident: await addLaterReport(known, intake, context) };
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

/** What makes a new incident of a ticket that was over long ago: a note or a reply of the team's own does not. */
const beginsAnew = new Set<Signal['kind']>(['stated', 'customer-wrote', 'reopened']);

/** A ticket's end begins nothing. Of a known ticket it is a follow-up to the latest of its incidents. */
async function fileEnd(intake: Intake, context: Context): Promise<Filing | undefined> {
  const { signal } = intake;
  let latest: Incident | undefined;
  for await (latest of incidentsOf(signal.tool, signal.sourceId)) {
    if (!(await isLongOver(latest, context))) break;
  }
  if (latest) return { created: false, incident: await addLaterReport(latest, intake, context) };
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

/**
 * Whether a question is the third of its kind is asked in the transaction that files it: of several that are asked at
 * once, each sees those that were filed before it.
 */
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
