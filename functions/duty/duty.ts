/**
 * Who is on duty. The minute tick reads the calendars and stores them in `connections/duty` for everyone else. If a
 * feed is unavailable, the last known shifts stay, with a note.
 */
import { runInNewContext } from 'node:vm';
import { call, NoAnswer, type Way } from '../platform/call.ts';
import { now } from '../platform/clock.ts';
import { isDeployed, readConfig } from '../platform/config.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { collections, dataOf, firestore } from '../platform/firestore.ts';
import { stableId } from '../platform/ids.ts';
import { log } from '../platform/log.ts';
import { milliseconds, policy } from '../policy.ts';
import { type CalendarConfig, readCalendars } from './calendars.ts';
import { type Calendar, nearest, type OnDuty, onDutyFor } from './shift.ts';

/** Stored under a hash of its address, because the address is a secret. */
type KnownCalendar = Calendar & { key: string };

interface KnownShifts {
  calendars: KnownCalendar[];
  triedAt: Date;
}

const document = () => firestore().collection(collections.connections).doc('duty');

/** What this process knows: the minute tick writes notices with it, and reads nothing. */
const memory = new PerEnvironment((): { known?: KnownShifts | undefined } => ({}));

/** @returns what was last read; nothing if no calendar is configured */
export const readDuty = async (): Promise<Calendar[]> => dataOf<KnownShifts>(await document().get())?.calendars ?? [];

/** The service of an alert corresponds to the area of a ticket. */
export const dutyAreaOf = ({ origin, alert }: Served): string | undefined => origin.area ?? alert?.service;

interface Served {
  status: string;
  origin: { area?: string | undefined };
  alert?: { service?: string | undefined } | undefined;
}

/** Who is on duty for what is open; one read. @returns undefined if no calendar is for it */
export async function dutyOf(incident: Served): Promise<OnDuty | undefined> {
  if (incident.status !== 'open') return undefined;
  return onDutyFor(dutyAreaOf(incident), await readDuty(), now());
}

/** What `refreshDuty` or `recallDuty` last left in this process. */
export const knownDuty = (): Calendar[] => memory.get().known?.calendars ?? [];

/** When the calendars are due to be read, as far as this process knows; null without calendars. */
export function dutyDueAt(now: Date): Date | null {
  const { known } = memory.get();
  if (!readConfig().DUTY_CALENDARS) return null;
  // If the clock was set back, read at once.
  if (!known || known.triedAt > now) return now;
  return new Date(known.triedAt.getTime() + milliseconds(policy.duty.readEvery));
}

function isDue(now: Date): boolean {
  const dueAt = dutyDueAt(now);
  return dueAt !== null && dueAt <= now;
}

/** Before notices are written: reads what another process may have fetched, if this one knows nothing current. Never throws. */
export async function recallDuty(now: Date): Promise<void> {
  try {
    if (isDue(now)) await recall();
  } catch (error) {
    log('ERROR', 'who is on duty could not be recalled', { why: whyOf(error) });
  }
}

async function recall(): Promise<void> {
  const own = memory.get();
  own.known = dataOf<KnownShifts>(await document().get()) ?? own.known;
}

/** Reads the calendars if that is due. Never throws: an unreadable calendar keeps its last known shifts. */
export async function refreshDuty(now: Date): Promise<void> {
  const own = memory.get();
  try {
    const configured = readCalendars(readConfig().DUTY_CALENDARS);
    if (configured.length === 0) return;
    if (!own.known) await recall();
    if (!isDue(now)) return;
    const before = new Map(own.known?.calendars.map((each) => [each.key, each]));
    const feeds = await Promise.all(configured.map(fetchOne));
    own.known = { calendars: await readAll(feeds, before, now), triedAt: now };
    await document().set(own.known);
  } catch (error) {
    log('ERROR', 'who is on duty could not be read', { why: whyOf(error) });
  }
}

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : 'it failed');

type Feed = CalendarConfig & { key: string; text: string | Error };

async function fetchOne(config: CalendarConfig): Promise<Feed> {
  const { feedTimeout, feedBytes: mostBytes } = policy.duty;
  const allowPrivate = config.allowPrivate || !isDeployed();
  const within = { allowPrivate, timeoutMs: milliseconds(feedTimeout), mostBytes };
  const text = await fetchFeed(config.url, within).catch((error: Error) => error);
  return { ...config, key: stableId('dut', config.area, config.url), text };
}

/** The text of a feed. @throws Error that repeats no address */
export async function fetchFeed(address: string, within: Way & { mostBytes: number }) {
  const headers = { accept: 'text/calendar', 'user-agent': 'Metronome' };
  try {
    const { status, body } = await call(address, { headers, ...within });
    if (status !== 200) throw new Error(`it answered ${status}`);
    if (body instanceof NoAnswer) throw body;
    return body.toString('utf8');
  } catch (error) {
    throw error instanceof NoAnswer ? new Error(error.clause) : error;
  }
}

/** One time limit for all feeds, since nothing else runs meanwhile; feeds that were readable last time come first. */
async function readAll(feeds: readonly Feed[], before: ReadonlyMap<string, KnownCalendar>, now: Date) {
  const { readFeed } = await import('./read-feed.ts');
  const endsAt = performance.now() + milliseconds(policy.duty.readingTimeoutOfAll);
  const mostBytes = Math.floor(mostKeptBytes / feeds.length);
  const isFailing = ({ key }: Feed): number => Number(Boolean(before.get(key)?.failing));
  const read = new Map<string, KnownCalendar>();
  for (const feed of feeds.toSorted((a, b) => isFailing(a) - isFailing(b))) {
    const leftMs = Math.min(milliseconds(policy.duty.readingTimeout), endsAt - performance.now());
    read.set(feed.key, readOne(feed, before.get(feed.key), { now, leftMs, mostBytes, readFeed }));
  }
  return feeds.flatMap(({ key }) => read.get(key) ?? []);
}

/** All calendars are one document, which Firestore lets hold 1 MiB (firebase.google.com/docs/firestore/quotas). */
const mostKeptBytes = 700_000;

interface Reading {
  now: Date;
  leftMs: number;
  mostBytes: number;
  readFeed: typeof import('./read-feed.ts').readFeed;
}

function readOne({ key, area, text }: Feed, last: KnownCalendar | undefined, reading: Reading): KnownCalendar {
  const { now } = reading;
  try {
    return { key, area, ...readWithin(text, reading), readAt: now, failing: null };
  } catch (error) {
    const why = whyOf(error);
    log('WARNING', `a calendar of DUTY_CALENDARS could not be read: ${why}`, { area });
    const failing = { since: last?.failing?.since ?? now, why };
    return { shifts: [], readAt: null, ...last, key, area, failing };
  }
}

/** Stops a recurrence rule that never ends. */
function readWithin(text: Feed['text'], { now, leftMs, mostBytes, readFeed }: Reading) {
  if (text instanceof Error) throw text;
  if (leftMs < 1) throw new Error('the calendars before it took too long to read');
  const { keptBefore, keptAfter } = policy.duty;
  const within = {
    from: new Date(now.getTime() - milliseconds(keptBefore)),
    until: new Date(now.getTime() + milliseconds(keptAfter)),
  };
  const read = () => readFeed(text, { ...within, zone: policy.zone });
  const { shifts, leftOut } = stoppedAfter(read, Math.ceil(leftMs));
  if (leftOut > 0) log('WARNING', 'events of a calendar could not be read; the others count', { leftOut });
  const kept = nearest(shifts, within, now, mostBytes);
  const facts = { read: shifts.length, kept: kept.shifts.length };
  if (facts.kept < facts.read)
    log('WARNING', 'a calendar has more shifts than are kept; those nearest to now count', facts);
  return { ...kept, ...(leftOut > 0 ? { leftOut } : {}) };
}

function stoppedAfter<T>(work: () => T, timeoutMs: number): T {
  try {
    return runInNewContext('work()', { work }, { timeout: timeoutMs });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? new Error('its calendar takes too long to read') : error;
  }
}
