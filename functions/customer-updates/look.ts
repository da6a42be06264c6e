/** One look at an incident whose timer is due: load, decide, publish, record. */
import type { Timestamp, Transaction } from '@google-cloud/firestore';
import type { Incident } from '../incidents/incident.ts';
import { contactRef, type Timer, timelineRef } from '../incidents/records.ts';
import type { Contact } from '../incidents/rhythm/contact.ts';
import { applyChanges, sequenced } from '../incidents/timeline.ts';
import { readConfig } from '../platform/config.ts';
import { collections, firestore, fromDocument, grpcCodeOf, incidentRef, timerRef } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import type { Notice } from '../platform/notice-schemas.ts';
import { publishNotice } from '../platform/publish-notice.ts';
import type { Policy } from '../policy.ts';
import { customerIdsOf, decideNotices, type Plan, type PlannedNotice } from './decide-notices.ts';
import { writeNotice } from './notice.ts';

/**
 * @param timer as it was claimed
 * @param claimedAt its version since
 */
export async function lookAtIncident(timer: Timer, claimedAt: Timestamp, policy: Policy, now: Date): Promise<void> {
  const announced = await lookUntilCurrent(timer, claimedAt, policy, now);
  if (announced?.source !== 'alert') return;
  // The door had no time for it, and the responders have their notice already.
  const { keepSeries } = await import('../evidence/series.ts');
  await keepSeries(announced, policy, now);
}

async function lookUntilCurrent(
  timer: Timer,
  claimedAt: Timestamp,
  policy: Policy,
  now: Date,
): Promise<Incident | undefined> {
  try {
    return await firestore().runTransaction((transaction) => look(transaction, timer, claimedAt, policy, now));
  } catch (error) {
    // Somebody wrote the timer meanwhile: it is looked at again as it is now, and the same notice has the same id.
    if (grpcCodeOf(error) !== 'FAILED_PRECONDITION') throw error;
    return firestore().runTransaction(async (transaction) => {
      const document = await transaction.get(timerRef(timer.id));
      if (!document.exists || !document.updateTime) return undefined;
      return look(transaction, fromDocument<Timer>(document.data()), document.updateTime, policy, now);
    });
  }
}

/** @returns the incident when this look was the one that announced it */
async function look(
  transaction: Transaction,
  timer: Timer,
  version: Timestamp,
  policy: Policy,
  now: Date,
): Promise<Incident | undefined> {
  const ref = incidentRef(timer.subjectId);
  const [document, found] = await Promise.all([
    transaction.get(ref),
    transaction.get(ref.collection(collections.contacts)),
  ]);
  if (!document.exists) {
    log('ERROR', 'a timer without its incident is taken away', { timerId: timer.id });
    transaction.delete(timerRef(timer.id), { lastUpdateTime: version });
    return undefined;
  }
  const incident = fromDocument<Incident>(document.data());
  const contacts = found.docs.map((each) => fromDocument<Contact>(each.data()));
  const plan = decideNotices(incident, contacts, timer, now, policy);
  if (plan.notice) await publishNotice(noticeOf(incident, plan.notice, policy, now));
  record(transaction, incident, timer, version, plan, now);
  return timer.pending.some((each) => each.kind === 'incident-filed') ? incident : undefined;
}

function noticeOf(incident: Incident, planned: PlannedNotice, policy: Policy, now: Date): Notice {
  const { subject, text, url } = writeNotice(incident, planned, { policy, now, consoleUrl: readConfig().CONSOLE_URL });
  const contacts = [...planned.told.map((each) => each.contact), ...planned.escalated];
  return {
    id: stableId('ntc', incident.id, ...planned.idParts),
    kind: planned.kind,
    incidentId: incident.id,
    customers: [...new Set(contacts.flatMap(customerIdsOf))],
    isDrill: incident.isDrill,
    subject,
    text,
    ...(url ? { url } : {}),
    createdAt: now.toISOString(),
  };
}

function record(
  transaction: Transaction,
  incident: Incident,
  timer: Timer,
  version: Timestamp,
  plan: Plan,
  now: Date,
): void {
  const events = sequenced(plan.events, incident.lastSequence, now);
  for (const event of events) transaction.create(timelineRef(incident.id, event.id), event);
  if (events.length > 0) {
    const after = events.reduce((state, event) => applyChanges(state, event.changes ?? {}), incident);
    transaction.set(incidentRef(incident.id), after);
  }
  for (const contact of plan.contacts) transaction.set(contactRef(incident.id, contact.id), contact);
  if (!plan.timer) {
    transaction.delete(timerRef(timer.id), { lastUpdateTime: version });
    return;
  }
  const { pending, scopeDueAt, wakeAt } = plan.timer;
  transaction.update(
    timerRef(timer.id),
    { pending: [...pending], scopeDueAt, wakeAt, leasedUntil: null, leasedBy: null },
    { lastUpdateTime: version },
  );
}
