/** What the minute tick calls for timers that are not an incident's. Each hook sets its timer's next `wakeAt`. */
import { reclassifyUnanswered } from '../incidents/reclassify.ts';
import type { Timer } from '../incidents/records.ts';
import { timerRef } from '../platform/firestore.ts';
import { policy } from '../policy.ts';

export type TimerHook = (timer: Timer, now: Date) => Promise<void>;

/** A question that nobody answered in time becomes an incident, whose timer takes this one's place. */
const closeUnanswered: TimerHook = async (timer, now) => {
  const incident = await reclassifyUnanswered(timer.subjectId, policy, now);
  if (incident.kind === 'question') await timerRef(timer.id).delete();
};

export const timerHooks: Record<Exclude<Timer['subject'], 'incident'>, TimerHook> = {
  question: closeUnanswered,
  action: async (timer, now) => (await import('../postmortems/look.ts')).lookAtAction(timer, now),
  bundle: async (timer, now) => (await import('../postmortems/look.ts')).lookAtBundle(timer, now),
};
