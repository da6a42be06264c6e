/** The reminders of bundles and action items: what to send, and when to look again. Pure. */
import { milliseconds, type Policy } from '../policy.ts';
import { isOpen, type NextAction } from './actions-rules.ts';
import { inZone, type Week } from './week.ts';

export interface DueNotice {
  kind: 'bundle-ready' | 'bundle-not-held' | 'missing-data' | 'action-due' | 'action-overdue';
  /** Part of the notice's id: the same notice is sent once. */
  key: string;
  since: Date;
}

export interface Reminder {
  notices: DueNotice[];
  /** When to look again; null when there is nothing left to look at. */
  wakeAt: Date | null;
}

export function earlier(one: Date | null, other: Date | undefined): Date | null {
  if (one === null || other === undefined) return one ?? other ?? null;
  return one < other ? one : other;
}

/** An action is reminded of shortly before its date, and escalates from its date on until it is done or dropped. */
export function decideActionReminder(
  action: Pick<NextAction, 'status' | 'dueAt'>,
  policy: Policy,
  now: Date,
): Reminder {
  if (!isOpen(action)) return { notices: [], wakeAt: null };
  const dueMs = action.dueAt.getTime();
  const remindAt = new Date(dueMs - milliseconds(policy.actions.remindAhead));
  if (now < remindAt) return { notices: [], wakeAt: remindAt };
  if (now < action.dueAt) {
    return { notices: [{ kind: 'action-due', key: `due:${dueMs}`, since: remindAt }], wakeAt: action.dueAt };
  }
  return repeated('action-overdue', `overdue:${dueMs}`, action.dueAt, policy.actions.overdueEvery, now);
}

/** In its week, missing data is asked for. A bundle that is not held in time, or never came, is an alarm every week. */
export function decideBundleReminder(week: Week, isHeld: boolean, policy: Policy, now: Date): Reminder {
  if (isHeld) return { notices: [], wakeAt: null };
  const askAt = askMissingAt(week, policy);
  const holdBy = holdByOf(week, policy);
  if (now < askAt) return { notices: [], wakeAt: askAt };
  if (now < week.end) return { notices: [{ kind: 'missing-data', key: 'missing', since: askAt }], wakeAt: holdBy };
  if (now < holdBy) return { notices: [], wakeAt: holdBy };
  return repeated('bundle-not-held', 'not-held', holdBy, policy.review.notHeldEvery, now);
}

function repeated(kind: DueNotice['kind'], key: string, since: Date, every: string, now: Date): Reminder {
  const everyMs = milliseconds(every);
  const times = Math.floor((now.getTime() - since.getTime()) / everyMs);
  return {
    notices: [{ kind, key: `${key}:${times}`, since }],
    wakeAt: new Date(since.getTime() + (times + 1) * everyMs),
  };
}

export const holdByOf = (week: Week, policy: Policy): Date =>
  new Date(week.end.getTime() + milliseconds(policy.review.holdWithin));

/** Missing data is asked for on the working day before the week's bundle is opened: its Friday. */
export function askMissingAt(week: Week, policy: Policy): Date {
  const friday = inZone(week.start, policy.zone).add({ days: 4 });
  return new Date(friday.withPlainTime(policy.review.askMissingAt).epochMilliseconds);
}
