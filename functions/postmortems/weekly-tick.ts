/** The weekly tick: assembles the bundle of the finished week, and any that were missed while no tick came. */
import type { Timer } from '../incidents/record/records.ts';
import { now } from '../platform/clock.ts';
import { createOnce, timerRef } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { jsonIn, objectAt } from '../platform/loose.ts';
import { messageDoor } from '../platform/message.ts';
import { policy } from '../policy.ts';
import { assemble, bundleTimer } from './assemble.ts';
import { askMissingAt } from './reminders.ts';
import { readSummaries } from './store.ts';
import { readWeek, type Week, weekAfter, weekOf } from './week.ts';

/** @throws what Firestore throws: the tick is retried, and a tick that comes twice changes nothing */
export const weeklyTick = messageDoor(async (message) => {
  const at = now();
  const stated = readStatedWeek(message.bytes);
  // A tick that waited is about the week before it was sent, whenever it arrives.
  const sentAt = message.publishedAt && message.publishedAt < at ? message.publishedAt : at;
  const week = stated ?? weekAfter(weekOf(sentAt, policy.zone), -1, policy.zone);
  if (week.end > at) {
    log('WARNING', 'a weekly tick for a week that is not over', { week: week.id });
    return;
  }
  for (const missed of await findMissed(week)) {
    await assemble(missed, { policy, now: at, isAnnounced: true });
  }
  await assemble(week, { policy, now: at, isAnnounced: true });
  await askForMissingData(weekOf(at, policy.zone));
  await watchDrills(at);
});

/** `{"week": "2026-W40"}` asks for one week; anything else is an ordinary tick. */
function readStatedWeek(bytes: Buffer): Week | undefined {
  const { week } = objectAt(jsonIn(bytes));
  return typeof week === 'string' ? readWeek(week, policy.zone) : undefined;
}

/** Weeks since the first bundle that have none, or only one from before they were over; and the last one's draft. */
async function findMissed(week: Week): Promise<Week[]> {
  const back = policy.underReporting.trendWeeks;
  const summaries = await readSummaries(weekAfter(week, -back, policy.zone).id, week.id);
  const known = new Map(summaries.map((each) => [each.id, each]));
  const weeks = Array.from({ length: back }, (_, index) => weekAfter(week, index - back, policy.zone));
  const first = weeks.findIndex((each) => known.has(each.id));
  if (first < 0) return [];
  return weeks.slice(first).filter((each) => {
    const found = known.get(each.id);
    return !found || (found.state === 'draft' && (!found.summary.isComplete || each === weeks.at(-1)));
  });
}

/** The timer of the rhythm of drills: there once, from the first weekly tick on. */
export async function watchDrills(now: Date): Promise<void> {
  const id = 'drill-rhythm';
  const timer: Timer = { id, subject: id, subjectId: id, wakeAt: now, pending: [] };
  await createOnce(timerRef(id), timer);
}

/** On the working day before the next meeting, what is missing is asked for. */
async function askForMissingData(week: Week): Promise<void> {
  // A time in the past makes the timer wake at the next look.
  const timer = bundleTimer(week.id, askMissingAt(week, policy));
  await createOnce(timerRef(timer.id), timer);
}
