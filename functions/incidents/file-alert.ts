/**
 * Files an alert (`docs/reference/rules/a-routing.md`): as a signal of its alert group, as a follow-up to an
 * earlier message of the same alert, or as a new incident.
 *
 * Two small documents say where an alert belongs: one per alert, one per policy and project. The second is rewritten at
 * most every five minutes, so that no document is hot when many alerts arrive at once.
 */
import type { DocumentReference, DocumentSnapshot, Transaction } from '@google-cloud/firestore';
import { collections, firestore, fromDocument, grpcCodeOf, incidentRef, signalRef } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { Problem } from '../platform/problem.ts';
import { milliseconds } from '../policy.ts';
import { addLaterWord } from './add-later-word.ts';
import { changeIncident } from './change.ts';
import { commit } from './commit.ts';
import type { Context, Intake } from './decision.ts';
import type { Filing } from './file-signal.ts';
import type { Incident } from './incident.ts';
import { decideOpening } from './opening.ts';
import { incidentIdOf, type SignalRecord, signalRecord } from './records.ts';
import { decideJoin } from './reported-again.ts';
import { routeSignal } from './signal/routing.ts';
import type { AlertFacts, Signal } from './signal/signal.ts';
import { followLinks, isLongOver } from './survivor.ts';

/** Where alerts of one policy and project belong at present. */
export interface Storm {
  incidentId: string;
  /** Receipt of the last alert that opened, to within the policy's `stormKeyRewrite`. */
  lastSignalAt: Date;
}

interface AlertKey {
  incidentId: string;
}

const alertKeyRef = (signal: Signal): DocumentReference =>
  firestore().collection(collections.alertKeys).doc(stableId('alert', signal.sourceId));

export const stormRef = (alert: AlertFacts): DocumentReference =>
  firestore()
    .collection(collections.storms)
    .doc(stableId('storm', alert.project, alert.policy));

/** Contention at an alert group's beginning ends after one or two rounds; more means that something else is wrong. */
const mostRounds = 8;

/** @throws the Firestore error when it cannot be stored; filing the same alert again is always safe */
export async function fileAlert(intake: Intake, context: Context): Promise<Filing> {
  const { signal } = intake;
  const { alert } = signal;
  if (!alert) throw new TypeError('Only an alert is filed as one.');
  if (signal.kind === 'alert-closed') {
    const known = await addToKnown(intake, context);
    if (known && known !== 'again') return known;
  }
  for (let round = 0; round < mostRounds; round += 1) {
    const stormDoc = await stormRef(alert).get();
    const joined = await joinStorm(stormDoc, intake, context);
    if (joined === 'again') continue;
    if (joined) return joined;
    const opened = await openStorm(stormDoc, intake, context);
    if (opened) return opened;
    const known = await addToKnown(intake, context, stormDoc);
    if (known && known !== 'again') return known;
  }
  throw new Error(`The alert ${signal.sourceId} found no incident and could not make one.`);
}

/** An alert that was filed before: its close, its re-notification, or the same body by the other way. */
async function addToKnown(
  intake: Intake,
  context: Context,
  stormDoc?: DocumentSnapshot,
): Promise<Filing | 'again' | undefined> {
  const { signal, attempt } = intake;
  const keyDoc = await alertKeyRef(signal).get();
  if (!keyDoc.exists) return undefined;
  const { incidentId } = fromDocument<AlertKey>(keyDoc.data());
  const [incidentDoc, signalDoc] = await firestore().getAll(incidentRef(incidentId), signalRef(signal.id));
  if (!incidentDoc?.exists) throw new Error(`The incident ${incidentId} of an alert is not there.`);
  const incident = fromDocument<Incident>(incidentDoc.data());
  if (signalDoc?.exists) {
    const isOwn = signalDoc.get('attemptId') === attempt;
    return { created: isOwn && incident.origin.id === signal.sourceId, incident };
  }
  // Still open long after the recovery, it is another outage.
  const forMs = milliseconds(context.policy.routing.stormAfterRecovery) - 1;
  if (stormDoc && signal.kind === 'alert-opened' && (await isLongOver(incident, context, forMs))) {
    const generation = incident.origin.id === signal.sourceId ? incident.generation + 1 : 0;
    return (await openStorm(stormDoc, intake, context, generation)) ?? 'again';
  }
  return { created: false, incident: await addLaterWord(incident, intake, context) };
}

/** @returns undefined when there is no alert group to join, `again` when another rewrote it meanwhile */
async function joinStorm(
  stormDoc: DocumentSnapshot,
  intake: Intake,
  context: Context,
): Promise<Filing | 'again' | undefined> {
  if (!stormDoc.exists) return undefined;
  const { signal } = intake;
  const storm = fromDocument<Storm>(stormDoc.data());
  try {
    // In a transaction, whose reads cost the same: an incident that is linked meanwhile passes the alert on.
    const incident = await firestore().runTransaction(async (transaction) => {
      const { incident: joined } = await followLinks(transaction, storm.incidentId);
      if (!isGoingOn(joined, context)) return undefined;
      if (!(await isRecent(transaction, storm, signal.receivedAt, context))) return undefined;
      // Filed on the alert group's own incident, also while that is linked.
      const record = opening(signal, signalRecord(intake, storm.incidentId, context));
      const decided = decideJoin(joined, signal, context.policy, context.now);
      const unchanged = { before: joined, after: joined, events: [], contacts: [], timer: 'keep' as const };
      const { incident: after } =
        decided.facts.length > 0
          ? await changeIncident(transaction, joined, context, () => decided, record)
          : (await commit(transaction, context.now, { ...unchanged, signal: record }))[0];
      transaction.create(alertKeyRef(signal), { incidentId: storm.incidentId } satisfies AlertKey);
      const next = rewritten(storm, signal, context);
      if (next && stormDoc.updateTime) transaction.update(stormDoc.ref, next, { lastUpdateTime: stormDoc.updateTime });
      return after;
    });
    if (!incident) return undefined;
    log('INFO', 'alert joined its storm', { incidentId: incident.id, alert: signal.sourceId });
    return { created: false, incident };
  } catch (error) {
    // Its incident is not there.
    if (error instanceof Problem) return undefined;
    if (grpcCodeOf(error) === 'FAILED_PRECONDITION') return 'again';
    if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
    return (await addToKnown(intake, context)) ?? 'again';
  }
}

/** The alert group as this alert leaves it; undefined where it was rewritten a short while ago. */
function rewritten(storm: Storm, signal: Signal, { policy }: Context): { [K in keyof Storm]: Storm[K] } | undefined {
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
  const storm: Storm = { incidentId: id, lastSignalAt: signal.receivedAt };
  if (stormDoc.exists && stormDoc.updateTime) {
    batch.update(stormDoc.ref, { ...storm }, { lastUpdateTime: stormDoc.updateTime });
  } else {
    batch.create(stormDoc.ref, storm);
  }
  try {
    await batch.commit();
    log('INFO', 'filed: incident', {
      incidentId: id,
      tool: signal.tool,
      rule: incident.routing.rule,
      urgency: incident.urgency.level,
    });
    return { created: true, incident };
  } catch (error) {
    const code = grpcCodeOf(error);
    if (code !== 'ALREADY_EXISTS' && code !== 'FAILED_PRECONDITION') throw error;
    return undefined;
  }
}

/** Marks the first message of an alert, unless it is its close. Repeated notifications do not keep a group alive. */
function opening(signal: Signal, record: SignalRecord): SignalRecord {
  return signal.kind === 'alert-opened' ? { ...record, opensAlert: true } : record;
}

/** Open, or recovered a short while ago. */
function isGoingOn(incident: Incident, { now, policy }: Context): boolean {
  if (incident.status === 'open') return true;
  if (incident.status !== 'recovered' || !incident.recoveredAt) return false;
  return now.getTime() - incident.recoveredAt.getTime() < milliseconds(policy.routing.stormAfterRecovery);
}

/** Whether the group's last alert is recent. The signals are read only where the key's time is too coarse to tell. */
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
  const last = found.docs[0] ? fromDocument<Signal>(found.docs[0].data()).receivedAt : storm.lastSignalAt;
  return receivedAt.getTime() - last.getTime() <= limitMs;
}
