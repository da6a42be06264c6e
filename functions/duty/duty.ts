/**
 * Who is on duty, as this house knows it: read from the calendars every few minutes by the minute tick, kept in
 * `connections/duty` for everybody else. A feed that is away leaves what was last known, and says so.
 */
import { runInNewContext } from 'node:vm';
import { isDeployed, readConfig } from '../platform/config.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { collections, firestore, fromDocument } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { milliseconds, policy } from '../policy.ts';
import { type CalendarConfig, readCalendars } from './calendars.ts';
import { fetchFeed } from './fetch-feed.ts';
import type { Calendar, Shift } from './shift.ts';

/** Kept under a hash of its address, which is a secret. */
type Kept = Calendar & { key: string };

interface Known {
  calendars: Kept[];
  triedAt: Date;
}

const document = () => firestore().collection(collections.connections).doc('duty');

/** What this process knows: the minute tick writes notices with it, and reads nothing. */
const memory = new PerEnvironment((): { known?: Known | undefined; isRead?: boolean } => ({}));

/** @returns what was last read; nothing where no calendar is configured */
export async function readDuty(): Promise<Calendar[]> {
  const found = await document().get();
  return found.exists ? fromDocument<Known>(found.data()).calendars : [];
}

/** As `refreshDuty` has left it in this process. */
export const knownDuty = (): Calendar[] => memory.get().known?.calendars ?? [];

/** When the calendars are to be read anew, as far as this process knows; null where there are none. */
export function dutyDueAt(now: Date): Date | null {
  const { known } = memory.get();
  if (!readConfig().DUTY_CALENDARS) return null;
  // A clock that was set back is no reason to wait for it.
  if (!known || known.triedAt > now) return now;
  return new Date(known.triedAt.getTime() + milliseconds(policy.duty.readEvery));
}

/** Reads the calendars anew where that is due. It never throws: what nobody can read stays as it was. */
export async function refreshDuty(now: Date): Promise<void> {
  const own = memory.get();
  try {
    const configured = readCalendars(readConfig().DUTY_CALENDARS);
    if (configured.length === 0) return;
    if (!own.isRead) {
      const found = await document().get();
      own.known = found.exists ? fromDocument<Known>(found.data()) : undefined;
      own.isRead = true;
    }
    const dueAt = dutyDueAt(now);
    if (!dueAt || dueAt > now) return;
    const before = new Map(own.known?.calendars.map((each) => [each.key, each]));
    const calendars = await Promise.all(configured.map((each) => readOne(each, before, now)));
    own.known = { calendars, triedAt: now };
    await document().set(own.known);
  } catch (error) {
    log('ERROR', 'who is on duty could not be read', { why: error instanceof Error ? error.message : 'it failed' });
  }
}

async function readOne(config: CalendarConfig, before: ReadonlyMap<string, Kept>, now: Date): Promise<Kept> {
  const { area, url } = config;
  const key = stableId('dut', area, url);
  const last = before.get(key);
  try {
    const { feedTimeout, feedBytes } = policy.duty;
    const allowPrivate = config.allowPrivate || !isDeployed();
    const text = await fetchFeed(url, { allowPrivate, timeoutMs: milliseconds(feedTimeout), mostBytes: feedBytes });
    const shifts = await readWithin(text, now);
    return { key, area, shifts, readAt: now, failing: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it failed';
    log('WARNING', `a calendar of DUTY_CALENDARS could not be read: ${why}`, { area });
    const failing = { since: last?.failing?.since ?? now, why };
    return { key, area, shifts: last?.shifts ?? [], readAt: last?.readAt ?? null, failing };
  }
}

/** A rule that never comes to an end is stopped, and with it the reading. */
async function readWithin(text: string, now: Date): Promise<Shift[]> {
  const { readFeed } = await import('./read-feed.ts');
  const { keptBefore, keptAfter, readingTimeout } = policy.duty;
  const from = new Date(now.getTime() - milliseconds(keptBefore));
  const until = new Date(now.getTime() + milliseconds(keptAfter));
  const read = (): unknown => readFeed(text, { from, until, zone: policy.zone });
  const { shifts, leftOut } = stoppedAfter(read, milliseconds(readingTimeout)) as ReturnType<typeof readFeed>;
  if (leftOut > 0) log('WARNING', 'events of a calendar could not be read; the others count', { leftOut });
  return shifts;
}

function stoppedAfter(work: () => unknown, timeoutMs: number): unknown {
  try {
    return runInNewContext('work()', { work }, { timeout: timeoutMs });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? new Error('its calendar takes too long to read') : error;
  }
}
