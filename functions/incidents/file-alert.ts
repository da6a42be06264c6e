/**
 * Files an alert, table A of the design: as a signal of the storm it belongs to, as a further word on itself, or as a
 * new incident.
 *
 * Where an alert belongs lies in two small documents: one an alert, one a policy and project. The second is rewritten
 * at most every five minutes, so that no document is hot however hard it storms.
 */
import type { DocumentReference, DocumentSnapshot } from '@google-cloud/firestore';
import {
  collections,
  firestore,
  fromDocument,
  grpcCodeOf,
  incidentRef,
  signalRef,
  timerRef,
} from '../platform/firestore.ts';
import { attemptId, stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { milliseconds, type Policy } from '../policy.ts';
import { addLaterWord } from './add-later-word.ts';
import type { Filing } from './file-signal.ts';
import { type Incident, openIncident } from './incident.ts';
import {
  contactIdOf,
  contactRef,
  filedEvent,
  firstTimer,
  incidentIdOf,
  type SignalRecord,
  signalEvent,
  signalRecord,
  timelineRef,
} from './records.ts';
import { openContacts } from './rhythm/contact.ts';
import { routeSignal } from './signal/routing.ts';
import type { AlertFacts, RawBody, Signal } from './signal/signal.ts';
import { survivorOf } from './survivor.ts';

/** Where alerts of one policy and project belong at present. */
export interface Storm {
  incidentId: string;
  /** Receipt of the last alert that opened, to within the policy's `stormKeyRewrite`. */
  lastSignalAt: Date;
}

interface AlertKey {
  incidentId: string;
}

interface Attempt {
  id: string;
  at: Date;
}

const alertKeyRef = (signal: Signal): DocumentReference =>
  firestore().collection(collections.alertKeys).doc(stableId('alert', signal.sourceId));

export const stormRef = (alert: AlertFacts): DocumentReference =>
  firestore()
    .collection(collections.storms)
    .doc(stableId('storm', alert.project, alert.policy));

/** Contention at a storm's beginning ends after one or two rounds; more means that something else is wrong. */
const mostRounds = 8;

/** @throws the Firestore error when it cannot be stored; filing the same alert again is always safe */
export async function fileAlert(signal: Signal, raw: RawBody, policy: Policy, now: Date): Promise<Filing> {
  const alert = signal.alert;
  if (!alert) throw new TypeError('Only an alert is filed as one.');
  const attempt = { id: attemptId(), at: now };
  if (signal.kind === 'alert-closed') {
    const known = await addToKnown(signal, raw, attempt, policy);
    if (known) return known;
  }
  for (let round = 0; round < mostRounds; round += 1) {
    const stormDoc = await stormRef(alert).get();
    const joined = await joinStorm(stormDoc, signal, raw, attempt, policy);
    if (joined === 'again') continue;
    if (joined) return joined;
    const opened = await openStorm(stormDoc, signal, raw, attempt, policy);
    if (opened) return opened;
    const known = await addToKnown(signal, raw, attempt, policy);
    if (known) return known;
  }
  throw new Error(`The alert ${signal.sourceId} found no incident and could not make one.`);
}

/** An alert that was filed before: its close, its re-notification, or the same body by the other way. */
async function addToKnown(signal: Signal, raw: RawBody, attempt: Attempt, policy: Policy): Promise<Filing | undefined> {
  const keyDoc = await alertKeyRef(signal).get();
  if (!keyDoc.exists) return undefined;
  const { incidentId } = fromDocument<AlertKey>(keyDoc.data());
  const [incidentDoc, signalDoc] = await firestore().getAll(incidentRef(incidentId), signalRef(signal.id));
  if (!incidentDoc?.exists) throw new Error(`The incident ${incidentId} of an alert is not there.`);
  const incident = fromDocument<Incident>(incidentDoc.data());
  if (signalDoc?.exists) {
    const isOwn = signalDoc.get('attemptId') === attempt.id;
    return { created: isOwn && incident.origin.id === signal.sourceId, incident };
  }
  return { created: false, incident: await addLaterWord(incident, signal, raw, attempt, policy) };
}

/** @returns undefined when there is no storm to join, `again` when another rewrote it meanwhile */
async function joinStorm(
  stormDoc: DocumentSnapshot,
  signal: Signal,
  raw: RawBody,
  attempt: Attempt,
  policy: Policy,
): Promise<Filing | 'again' | undefined> {
  if (!stormDoc.exists) return undefined;
  const storm = fromDocument<Storm>(stormDoc.data());
  const document = await incidentRef(storm.incidentId).get();
  const incident = document.exists ? await survivorOf(fromDocument<Incident>(document.data())) : undefined;
  if (!incident || !isGoingOn(incident, attempt.at, policy)) return undefined;
  if (!(await isRecent(storm, signal.receivedAt, policy))) return undefined;

  const batch = firestore().batch();
  batch.create(alertKeyRef(signal), { incidentId: incident.id } satisfies AlertKey);
  batch.create(signalRef(signal.id), opening(signal, signalRecord(signal, incident.id, raw, attempt, policy)));
  const event = signalEvent(signal, attempt.at);
  batch.create(timelineRef(incident.id, event.id), event);
  const sinceRewriteMs = signal.receivedAt.getTime() - storm.lastSignalAt.getTime();
  const isRewritten = signal.kind === 'alert-opened' && sinceRewriteMs >= milliseconds(policy.routing.stormKeyRewrite);
  if (isRewritten && stormDoc.updateTime) {
    const next: Storm = { incidentId: incident.id, lastSignalAt: signal.receivedAt };
    batch.update(stormDoc.ref, { ...next }, { lastUpdateTime: stormDoc.updateTime });
  }
  try {
    await batch.commit();
    log('INFO', 'alert joined its storm', { incidentId: incident.id, alert: signal.sourceId });
    return { created: false, incident };
  } catch (error) {
    if (grpcCodeOf(error) === 'FAILED_PRECONDITION') return 'again';
    if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
    return (await addToKnown(signal, raw, attempt, policy)) ?? 'again';
  }
}

/** @returns undefined when the alert, or a storm for it, was there first */
async function openStorm(
  stormDoc: DocumentSnapshot,
  signal: Signal,
  raw: RawBody,
  attempt: Attempt,
  policy: Policy,
): Promise<Filing | undefined> {
  const id = incidentIdOf(signal.tool, signal.sourceId, 0);
  const incident = openIncident(id, 0, signal, routeSignal(signal, policy), policy, attempt.at);
  const batch = firestore().batch();
  batch.create(incidentRef(id), incident);
  batch.create(signalRef(signal.id), opening(signal, signalRecord(signal, id, raw, attempt, policy)));
  const event = filedEvent(incident, signal, attempt.at);
  batch.create(timelineRef(id, event.id), event);
  for (const contact of openContacts(incident, signal, incident.receivedAt, contactIdOf, policy)) {
    batch.create(contactRef(id, contact.id), contact);
  }
  const timer = firstTimer(incident, policy);
  if (timer) batch.create(timerRef(timer.id), timer);
  batch.create(alertKeyRef(signal), { incidentId: id } satisfies AlertKey);
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

/** The first that is heard of an alert, not its close: re-notifications of it do not keep a storm alive. */
function opening(signal: Signal, record: SignalRecord): SignalRecord {
  return signal.kind === 'alert-opened' ? { ...record, opensAlert: true } : record;
}

/** Open, or recovered a short while ago. */
function isGoingOn(incident: Incident, now: Date, policy: Policy): boolean {
  if (incident.status === 'open') return true;
  if (incident.status !== 'recovered' || !incident.recoveredAt) return false;
  return now.getTime() - incident.recoveredAt.getTime() < milliseconds(policy.routing.stormAfterRecovery);
}

/** Whether the storm's last alert is recent; asked of the signals themselves only where the key is too coarse to tell. */
async function isRecent(storm: Storm, receivedAt: Date, policy: Policy): Promise<boolean> {
  const limitMs = milliseconds(policy.routing.stormLastSignal);
  const ageMs = receivedAt.getTime() - storm.lastSignalAt.getTime();
  if (ageMs <= limitMs) return true;
  if (ageMs > limitMs + milliseconds(policy.routing.stormKeyRewrite)) return false;
  const found = await firestore()
    .collection(collections.signals)
    .where('incidentId', '==', storm.incidentId)
    .where('opensAlert', '==', true)
    .orderBy('receivedAt', 'desc')
    .limit(1)
    .get();
  const last = found.docs[0] ? fromDocument<Signal>(found.docs[0].data()).receivedAt : storm.lastSignalAt;
  return receivedAt.getTime() - last.getTime() <= limitMs;
}
