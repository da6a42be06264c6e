/** What the minute tick calls for timers that are not an incident's. Each hook sets its timer's next `wakeAt`. */
import type { Incident } from '../incidents/incident.ts';
import { reclassifyUnanswered } from '../incidents/reclassify.ts';
import type { Timer } from '../incidents/records.ts';
import { fromDocument, incidentRef, timerRef } from '../platform/firestore.ts';
import { milliseconds, policy } from '../policy.ts';

export type TimerHook = (timer: Timer, now: Date) => Promise<void>;

/** A question that nobody answered in time becomes an incident, whose timer takes this one's place. */
const closeUnanswered: TimerHook = async (timer, now) => {
  const question = fromDocument<Incident>((await incidentRef(timer.subjectId).get()).data());
  const dueAt = new Date(question.reportedAt.getTime() + milliseconds(policy.routing.unansweredQuestionAfter));
  if (question.kind === 'question' && question.status === 'open' && dueAt > now) {
    await timerRef(timer.id).update({ wakeAt: dueAt, leasedUntil: null, leasedBy: null });
    return;
  }
  const incident = question.status === 'linked' ? question : await reclassifyUnanswered(timer.subjectId, policy, now);
  if (incident.kind === 'question') await timerRef(timer.id).delete();
};

export const timerHooks: Record<Exclude<Timer['subject'], 'incident'>, TimerHook> = {
  question: closeUnanswered,
  action: async (timer, now) => (await import('../postmortems/look.ts')).lookAtAction(timer, now),
  bundle: async (timer, now) => (await import('../postmortems/look.ts')).lookAtBundle(timer, now),
};
