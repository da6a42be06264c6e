/** What the minute tick calls for timers that are not an incident's. Each hook sets its timer's next `wakeAt`. */
import type { Timer } from '../incidents/records.ts';
import { timerRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';

export type TimerHook = (timer: Timer, now: Date) => Promise<void>;

const laterMs = 3_600_000;

/** Nothing looks at these yet: they are kept, and do not stand in the way of what is due. */
const keepForLater: TimerHook = async (timer, now) => {
  log('WARNING', 'nothing looks at this timer yet', { timerId: timer.id, subject: timer.subject });
  await timerRef(timer.id).update({ wakeAt: new Date(now.getTime() + laterMs), leasedUntil: null, leasedBy: null });
};

export const timerHooks: Record<Exclude<Timer['subject'], 'incident'>, TimerHook> = {
  question: keepForLater,
  action: keepForLater,
  bundle: keepForLater,
};
