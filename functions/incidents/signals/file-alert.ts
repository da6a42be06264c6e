/**
 * Files an alert (`docs/reference/rules/a-routing.md`): as a signal of its alert group, as a follow-up to an
 * earlier message of the same alert, or as a new incident.
 *
 * Two small documents say where an alert belongs: one per alert, one per policy and project. The second is rewritten at
 * most every five minutes, so that no document is hot when many alerts arrive at once.
 */
import type { DocumentReference, DocumentSnapshot, Transaction } from '@google-cloud/firestore';
import {
  collections,
  dataOf,
  firestore,
  hasGrpcCode,
  incidentRef,
  signalRef,
  unlessRefused,
} from '../../platform/firestore.ts';
import { stableId } from '../../platform/ids.ts';
import { log } from '../../platform/log.ts';
import { Problem } from '../../platform/problem.ts';
import { milliseconds } from '../../policy.ts';
import type { Context, Intake } from '../facts/decision.ts';
import { decideOpening } from '../fold/opening.ts';
import type { Incident } from '../incident.ts';
import { changeIncident } from '../record/change.ts';
import { commit } from '../record/commit.ts';
import { followLinks, isLongOver } from '../record/history.ts';
import { incidentIdOf, type SignalRecord, signalRecord } from '../record/records.ts';
import { addLaterReport, type Filing, filedOf, logFiled } from './file-signal.ts';
import { decideSignal } from './hear.ts';
import { routeSignal } from './routing.ts';
import type { AlertFacts, Signal } from './signal.ts';

/** The current incident for alerts of one policy and project. */
export type Storm = {
  incidentId: string;
  /** Receipt of the last alert that opened, to within the policy's `stormKeyRewrite`. */
  lastSignalAt: Date;
};

interface AlertKey extends Pick<Storm, 'incidentId'> {
  /** How often it has ended or begun again: odd while it is over. */
  turns?: number;
  /** When that was last, as its tool says it, else as it was received. */
  turnedAt?: Date;
}

const alertKeyRef = ({ sourceId }: Pick<Signal, 'sourceId'>): DocumentReference =>
  firestore().collection(collections.alertKeys).doc(stableId('alert', sourceId));

/** The incident on which an alert was filed; undefined if it was not filed. */
export const alertKeyOf = async (sourceId: string): Promise<AlertKey | undefined> =>
  dataOf<AlertKey>(await alertKeyRef({ sourceId }).get());

export const stormRef = ({ project, policy }: AlertFacts): DocumentReference =>
  firestore()
    .collection(collections.storms)
    .doc(stableId('storm', project, policy));

/** Contention at an alert group's beginning ends after one or two rounds; more means that something else is wrong. */
const mostRounds = 8;

/**
 * @returns undefined for an end or a note about an unknown alert
 * @throws the Firestore error if it cannot be stored; filing the same alert again is always safe
 */
export async function fileAlert(intake: Intake, context: Context): Promise<Filing | undefined> {
  const { signal } = intake;
  const { alert } = signal;
  if (!alert) throw new TypeError('Only an alert is filed as one.');
  if (signal.kind !== 'alert-opened') {
    const known = await addToKnown(intake, context);
    if (known || signal.title === undefined) return known;
  }
  for (let round = 0; round < mostRounds; round += 1) {
    const stormDoc = await stormRef(alert).get();
    const filing =
      (await joinStorm(stormDoc, intake, context)) ??
      (await openStorm(stormDoc, intake, context)) ??
      (await addToKnown(intake, context, stormDoc));
    if (filing) return filing;
  }
  throw new Error(`The alert ${signal.sourceId} found no incident and could not make one.`);
}

/** An alert that was filed before: its close, its re-notification, or the same body by the other way. */
async function addToKnown(told: Intake, context: Context, stormDoc?: DocumentSnapshot): Promise<Filing | undefined> {
  const key = await alertKeyOf(told.signal.sourceId);
  if (!key) return undefined;
  const intake = await inItsTurn(told, key);
  const { signal, attempt } = intake;
  const [incidentDoc, signalDoc] = await firestore().getAll(incidentRef(key.incidentId), signalRef(signal.id));
  const incident = dataOf<Incident>(incidentDoc);
  if (!incident) throw new Error(`The incident ${key.incidentId} of an alert is not there.`);
  const isFirst = incident.origin.id === signal.sourceId;
  const sent = dataOf<SignalRecord>(signalDoc);
  if (sent) {
    const created = isFirst && sent.attemptId === attempt;
    return { created, incident, filed: { ...filedOf(incident), id: sent.incidentId } };
  }
  // An alert that is still open long after the recovery is another outage.
  if (stormDoc && signal.kind === 'alert-opened' && (await isOver(incident, context)))
    return openStorm(stormDoc, intake, context, isFirst ? incident.generation + 1 : 0);
  return { created: false, incident: await addLaterReport(incident, intake, context), filed: filedOf(incident) };
}

/**
 * Many tools send the same words each time an alert begins or ends. After the opposite they are no re-send, so the
 * signal's ID then depends on the turn, unless the tool says when that was. A group's words contain the time of each alert.
 */
async function inItsTurn(intake: Intake, { turns = 0, turnedAt }: AlertKey): Promise<Intake> {
  const { signal, sentBeside, alertIds } = intake;
  if (!sentBeside || alertIds) return intake;
  const at = signal.happenedAt ?? signal.receivedAt;
  const isOver = turns % 2 === 1;
  const isTurn = signal.kind !== 'noted' && (signal.kind === 'alert-closed') !== isOver;
  const isLate = turnedAt !== undefined && at <= turnedAt;
  const turn = isTurn ? turns + (isLate ? -1 : 1) : turns;
  if (turn > turns) await alertKeyRef(signal).update({ turns: turn, turnedAt: at });
  if (turn <= 1 || at.getTime() !== signal.receivedAt.getTime()) return intake;
  const inTurn = (id: string): string => stableId('sig', id, turn);
  return { ...intake, signal: { ...signal, id: inTurn(signal.id) }, sentBeside: sentBeside.map(inTurn) };
}

/** @returns undefined when there is no alert group to join, or when another alert rewrote it meanwhile */
async function joinStorm(stormDoc: DocumentSnapshot, intake: Intake, context: Context): Promise<Filing | undefined> {
  const storm = dataOf<Storm>(stormDoc);
  if (!storm) return undefined;
  const { signal } = intake;
  let isDecided = false;
  try {
    // In a transaction, which costs no more reads: if the incident is linked meanwhile, the alert goes to its primary.
    const incident = await firestore().runTransaction(async (transaction) => {
      const { incident: joined } = await followLinks(transaction, storm.incidentId);
      if (!['open', 'recovered'].includes(joined.status) || (await isOver(joined, context))) return undefined;
      if (!(await isRecent(transaction, storm, signal.receivedAt, context))) return undefined;
      // Filed on the alert group's own incident, also while that is linked.
      const record = opening(signal, signalRecord(intake, storm.incidentId, context));
      const decide = () => decideSignal(joined, signal, context, { joins: true });
      const { incident: after } = await changeIncident(transaction, joined, context, decide, record);
      transaction.create(alertKeyRef(signal), { incidentId: storm.incidentId } satisfies AlertKey);
      const next = rewritten(storm, signal, context);
      if (next && stormDoc.updateTime) transaction.update(stormDoc.ref, next, { lastUpdateTime: stormDoc.updateTime });
      isDecided = true;
      return after;
    });
    if (!incident) return undefined;
    log('INFO', 'alert joined its storm', { incidentId: incident.id, alert: signal.sourceId });
    return { created: false, incident, filed: { ...filedOf(incident), id: storm.incidentId } };
  } catch (error) {
    if (hasGrpcCode(error, 'ALREADY_EXISTS')) return addToKnown(intake, context);
    // A Problem means that its incident is missing. A refused query, such as one whose index is not ready, is no lost race.
    if (error instanceof Problem || (isDecided && hasGrpcCode(error, 'FAILED_PRECONDITION'))) return undefined;
    throw error;
  }
}

/** The alert group as this alert leaves it; undefined if it was rewritten a short while ago. */
function rewritten(storm: Storm, signal: Signal, { policy }: Context): Storm | undefined {
  const sinceMs = signal.receivedAt.getTime() - storm.lastSignalAt.getTime();
  if (signal.kind !== 'alert-opened' || sinceMs < milliseconds(policy.routing.stormKeyRewrite)) return undefined;
  return { ...storm, lastSignalAt: signal.receivedAt };
}

/** @returns undefined when the alert, or an alert group for it, was there first */
async function openStorm(
  stormDoc: DocumentSnapshot,
  intake: Intake,
  context: Context,
  generation?: number,
): Promise<Filing | undefined> {
  const { signal } = intake;
  const id = incidentIdOf(signal.tool, signal.sourceId, generation ?? 0);
  const decided = decideOpening(id, generation ?? 0, signal, routeSignal(signal, context.policy), context);
  const batch = firestore().batch();
  const record = opening(signal, signalRecord(intake, id, context));
  const [{ incident }] = await commit(batch, context.now, { ...decided, signal: record });
  const key: AlertKey = { incidentId: id };
  if (generation === undefined) batch.create(alertKeyRef(signal), key);
  else batch.set(alertKeyRef(signal), key);
  const storm: Storm = { ...key, lastSignalAt: signal.receivedAt };
  if (stormDoc.exists && stormDoc.updateTime) {
    batch.update(stormDoc.ref, storm, { lastUpdateTime: stormDoc.updateTime });
  } else {
    batch.create(stormDoc.ref, storm);
  }
  if (!(await unlessRefused(batch.commit(), 'ALREADY_EXISTS', 'FAILED_PRECONDITION'))) return undefined;
  logFiled(incident);
  return { created: true, incident };
}

/** Marks the first message of an alert, unless it is its close. Repeated notifications do not keep a group alive. */
const opening = (signal: Signal, record: SignalRecord): SignalRecord =>
  signal.kind === 'alert-opened' ? { ...record, opensAlert: true } : record;

/** Whether it recovered so long ago that a new alert means another outage. */
const isOver = (incident: Incident, context: Context): Promise<boolean> =>
  isLongOver(incident, context, milliseconds(context.policy.routing.stormAfterRecovery) - 1);

/** Whether the group's last alert is recent. The signals are read only if the key's time is too coarse to tell. */
async function isRecent(
  transaction: Transaction,
  storm: Storm,
  receivedAt: Date,
  { policy }: Context,
): Promise<boolean> {
  const limitMs = milliseconds(policy.routing.stormLastSignal);
  const ageMs = receivedAt.getTime() - storm.lastSignalAt.getTime();
  if (ageMs <= limitMs) return true;
  if (ageMs > limitMs + milliseconds(policy.routing.stormKeyRewrite)) return false;
  const found = await transaction.get(
    firestore()
      .collection(collections.signals)
      .where('incidentId', '==', storm.incidentId)
      .where('opensAlert', '==', true)
      .orderBy('receivedAt', 'desc')
      .limit(1),
  );
  const last = dataOf<Signal>(found.docs[0])?.receivedAt ?? storm.lastSignalAt;
  return receivedAt.getTime() - last.getTime() <= limitMs;
}
