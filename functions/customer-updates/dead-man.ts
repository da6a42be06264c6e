/**
 * The watch over the watch: calls `DEADMAN_URL` while nothing is late, so that a dead man's switch outside notices that
 * Metronome has stopped, or runs and fails.
 */
import { call, NoAnswer } from '../platform/call.ts';
import { isDeployed, readConfig } from '../platform/config.ts';
import type { Deliverable } from '../platform/delivery.ts';
import { allOf } from '../platform/firestore.ts';
import { log } from '../platform/log.ts';
import { undeliveredSince } from '../platform/notice-record.ts';
import { escalationKinds } from '../platform/notice-schemas.ts';
import { waitOfOldestTimer } from './oldest-timer.ts';

const timeoutMs = 3_000;
/** An incident's timer also drives its outbox, so both are late together. */
const latestTimerSeconds = 300;
const undeliveredForMs = 600_000;
const urgentKinds: readonly string[] = [...escalationKinds, 'page', 'delivery-failed'];
/** Older failures have been seen by then, or the switch has been ringing for an hour. */
const countedForMs = 3_600_000;
/** Reminders that wait in a channel that is away must not hide an escalation that was refused before. */
const mostRead = 2_000;

export async function callDeadMan(at: Date): Promise<void> {
  const { DEADMAN_URL: url } = readConfig();
  if (!url) return;
  const why = await whatIsLate(at);
  if (why) return log('ERROR', `the dead man’s switch is not called: ${why}`);
  try {
    const { status } = await call(url, { allowPrivate: !isDeployed(), timeoutMs, mostBytes: 0 });
    if (status >= 300) log('WARNING', `the dead man’s switch answered ${status}`);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    log('WARNING', `the dead man’s switch could not be called: ${error.clause}`);
  }
}

async function whatIsLate(at: Date): Promise<string | undefined> {
  if ((await waitOfOldestTimer(at)) > latestTimerSeconds) return 'a timer is more than 5 minutes late';
  const unsent = undeliveredSince(new Date(at.getTime() - countedForMs));
  const read = await unsent.select('kind', 'delivery').limit(mostRead).get();
  const isLate = allOf<{ kind: string } & Deliverable>(read).some(
    ({ kind, delivery }) => urgentKinds.includes(kind) && at.getTime() - delivery.since.getTime() > undeliveredForMs,
  );
  return isLate ? 'an urgent notice has been undelivered for 10 minutes' : undefined;
}
