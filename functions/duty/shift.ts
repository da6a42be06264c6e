/** A shift of one person, and who is on duty at an instant. Pure. */
import type { DutyFacts } from '../words/people.ts';

export interface Shift {
  name: string;
  email?: string;
  from: Date;
  until: Date;
}

export interface Span {
  from: Date;
  until: Date;
}

export interface Calendar {
  /** The product area that it is for; `*` is every other. */
  area: string;
  shifts: Shift[];
  /** The time span in which the shifts are known. */
  covers?: Span;
  /** The number of unreadable events, if any. */
  leftOut?: number;
  /** When it was last read; null if never. */
  readAt: Date | null;
  /** Why it could not be read, and since when; null if it could. */
  failing: { since: Date; why: string } | null;
}

export interface OnDuty extends DutyFacts {
  area: string;
  people: Omit<Shift, 'from'>[];
}

/** By the calendar of the area itself, else by that of `*`. @returns undefined if no calendar is for it */
export function onDutyFor(area: string | undefined, calendars: readonly Calendar[], now: Date): OnDuty | undefined {
  const own = calendars.filter((each) => each.area.toLowerCase() === area?.toLowerCase());
  const found = own.length > 0 ? own : calendars.filter((each) => each.area === '*');
  return found.length > 0 ? merged(area ?? '*', found, now) : undefined;
}

/** Who is on duty for each calendar's area, in the order of configuration. */
export function onDuty(calendars: readonly Calendar[], now: Date): OnDuty[] {
  const byArea = Map.groupBy(calendars, ({ area }) => area.toLowerCase());
  return [...byArea.values()].map((own) => merged((own[0] as Calendar).area, own, now));
}

function merged(area: string, calendars: readonly Calendar[], now: Date): OnDuty {
  const people = new Map<string, OnDuty['people'][number]>();
  for (const { name, email, from, until } of calendars.flatMap(({ shifts }) => shifts)) {
    if (from > now || until <= now) continue;
    const key = (email ?? name).toLowerCase();
    const known = people.get(key);
    if (known && known.until >= until) continue;
    people.set(key, { name, ...(email ? { email } : {}), until });
  }
  const failing = calendars.flatMap((each) => (each.failing ? [each.failing.since.getTime()] : []));
  const unknownSince = failing.length > 0 ? new Date(Math.min(...failing)) : null;
  const isUncertain = people.size === 0 && !calendars.every((each) => isKnownAt(each, now));
  return {
    area,
    people: [...people.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    unknownSince,
    ...(isUncertain ? { isUncertain } : {}),
  };
}

const isKnownAt = ({ covers, leftOut = 0, readAt }: Calendar, at: Date): boolean =>
  readAt !== null && leftOut === 0 && (covers === undefined || (covers.from <= at && at < covers.until));

/** The shifts nearest to `now`, up to the storage limit, and the time span that they cover without a gap. */
export function nearest(shifts: readonly Shift[], within: Span, now: Date, mostBytes: number) {
  const awayMs = ({ from, until }: Shift): number =>
    Math.max(from.getTime() - now.getTime(), now.getTime() - until.getTime());
  let { from, until } = within;
  let bytes = 0;
  const kept = new Set<Shift>();
  for (const shift of shifts.toSorted((a, b) => awayMs(a) - awayMs(b))) {
    if (bytes <= mostBytes) bytes += Buffer.byteLength(JSON.stringify(shift));
    if (bytes <= mostBytes) kept.add(shift);
    else if (shift.until <= now) from = new Date(Math.max(from.getTime(), shift.until.getTime()));
    else until = new Date(Math.min(until.getTime(), shift.from.getTime()));
  }
  return { shifts: shifts.filter((each) => kept.has(each)), covers: { from, until } };
}
