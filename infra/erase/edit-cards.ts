/** Has the running functions edit the cards of erased incidents in Slack: the next look at each finds it in its outbox. */
import type { Firestore } from '@google-cloud/firestore';
import type { Incident } from '../../functions/incidents/incident.ts';
import { cardsEntry } from '../../functions/incidents/record/commit.ts';
import type { Timer } from '../../functions/incidents/record/records.ts';
import { free } from '../../functions/incidents/record/timers.ts';
import { now } from '../../functions/platform/clock.ts';
import { collections, dataOf } from '../../functions/platform/firestore.ts';

export async function askForEdits(db: Firestore, incidentIds: Iterable<string>): Promise<void> {
  for (const id of incidentIds) {
    const [incidentRef, timerRef] = [
      db.collection(collections.incidents).doc(id),
      db.collection(collections.timers).doc(id),
    ];
    await db.runTransaction(async (transaction) => {
      const [incidentDoc, timerDoc] = await transaction.getAll(incidentRef, timerRef);
      const incident = dataOf<Incident>(incidentDoc);
      if (!incident) return;
      const at = now();
      const asked = cardsEntry(incident, at);
      const { pending = [], ...timer } = dataOf<Timer>(timerDoc) ?? { id, subject: 'incident' as const, subjectId: id };
      const others = pending.filter(({ key }) => key !== asked.key);
      transaction.set(timerRef, { ...timer, wakeAt: at, pending: [...others, asked], ...free });
    });
  }
}
