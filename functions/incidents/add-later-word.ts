/** Adds a further signal to a known incident; what it changes is decided on the incident as it is at the commit. */
import { type Contact, groupByContact, openContact } from '../customer-updates/contact.ts';
import type { RawBody, Signal } from '../intake/signal.ts';
import { firestore, fromDocument, grpcCodeOf, incidentRef, signalRef, timerRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import type { Policy } from '../policy.ts';
import type { Incident } from './incident.ts';
import { decideLaterWord } from './later-word.ts';
import { contactIdOf, contactRef, sequenced, signalEvent, signalRecord, type Timer, timelineRef } from './records.ts';
import { survivorOf } from './survivor.ts';

/** @returns the incident afterwards: the surviving one where it was linked */
export async function addLaterWord(
  known: Incident,
  signal: Signal,
  raw: RawBody,
  attempt: { id: string; at: Date },
  policy: Policy,
): Promise<Incident> {
  const incident = await survivorOf(known);
  const now = attempt.at;
  const record = signalRecord(signal, incident.id, raw, attempt, policy);
  const event = signalEvent(signal, now);
  const word = decideLaterWord(incident, signal, policy, now);
  try {
    if (word.events.length === 0) {
      await firestore()
        .batch()
        .create(signalRef(signal.id), record)
        .create(timelineRef(incident.id, event.id), event)
        .commit();
      log('INFO', 'later word', { incidentId: incident.id, tool: signal.tool, kind: signal.kind });
      return incident;
    }
    return await firestore().runTransaction(async (transaction) => {
      const document = await transaction.get(incidentRef(incident.id));
      const current = fromDocument<Incident>(document.data());
      const { events, incident: next, newCustomers } = decideLaterWord(current, signal, policy, now);
      const groups = [...groupByContact(newCustomers, contactIdOf)];
      const contactDocs =
        groups.length > 0 ? await transaction.getAll(...groups.map(([id]) => contactRef(incident.id, id))) : [];
      const timerDoc = groups.length > 0 ? await transaction.get(timerRef(incident.id)) : undefined;
      const ticket = { tool: signal.tool, id: signal.sourceId, ...(signal.url ? { url: signal.url } : {}) };
      let firstRemindAt: Date | undefined;
      for (const [index, [id, customers]] of groups.entries()) {
        const existing = contactDocs[index]?.exists ? fromDocument<Contact>(contactDocs[index].data()) : undefined;
        if (existing) {
          transaction.update(contactRef(incident.id, id), { customers: [...existing.customers, ...customers] });
          continue;
        }
        const contact = openContact(next, { id, customers, ticket, affectedKnownAt: signal.receivedAt }, policy);
        if (contact.remindAt && (!firstRemindAt || contact.remindAt < firstRemindAt)) firstRemindAt = contact.remindAt;
        transaction.create(contactRef(incident.id, id), contact);
      }
      transaction.create(signalRef(signal.id), record);
      transaction.create(timelineRef(incident.id, event.id), event);
      const recorded = sequenced(events, current.lastSequence, now);
      for (const each of recorded) transaction.create(timelineRef(incident.id, each.id), each);
      const after = { ...next, ...recorded.at(-1)?.changes } as Incident;
      transaction.set(incidentRef(incident.id), after);
      const timer = timerDoc?.exists ? fromDocument<Timer>(timerDoc.data()) : undefined;
      if (firstRemindAt && (!timer || timer.wakeAt > firstRemindAt)) {
        transaction.set(
          timerRef(incident.id),
          {
            id: incident.id,
            subject: 'incident',
            subjectId: incident.id,
            wakeAt: firstRemindAt,
            pending: timer?.pending ?? [],
          },
          { merge: true },
        );
      }
      return after;
    });
  } catch (error) {
    // The same signal was filed beside this one, or this one's answer was lost: either way it is there.
    if (grpcCodeOf(error) !== 'ALREADY_EXISTS') throw error;
    const document = await incidentRef(incident.id).get();
    return fromDocument<Incident>(document.data());
  }
}
