/** A time that somebody is on duty, and who is at an instant. Pure. */

export interface Shift {
  name: string;
  email?: string;
  from: Date;
  until: Date;
}

/** A calendar's shifts as they were last read. */
export interface Calendar {
  /** The product area that it is for; `*` is every other. */
  area: string;
  shifts: Shift[];
  /** When it was last read; null while it never was. */
  readAt: Date | null;
  /** Why it could not be read, and since when; null while it can. */
  failing: { since: Date; why: string } | null;
}

/** Whoever is on duty, until when, and how sure that is. */
export interface OnDuty {
  area: string;
  people: { name: string; email?: string; until: Date }[];
  /** Since when nobody could look: what is told is what was last known. */
  unknownSince: Date | null;
}

/**
 * Who is on duty for an area: its own calendar's people, else those of `*`.
 * @returns undefined where no calendar is for it
 */
export function onDutyFor(area: string | undefined, calendars: readonly Calendar[], now: Date): OnDuty | undefined {
  const own = calendars.filter((each) => area !== undefined && isSameArea(each.area, area));
  const found = own.length > 0 ? own : calendars.filter((each) => each.area === '*');
  return found.length > 0 ? merged(area ?? '*', found, now) : undefined;
}

/** Of each calendar's area, in the order of configuration. */
export function onDuty(calendars: readonly Calendar[], now: Date): OnDuty[] {
  const byArea = Map.groupBy(calendars, ({ area }) => area.toLowerCase());
  return [...byArea.values()].map((own) => merged((own[0] as Calendar).area, own, now));
}

const isSameArea = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

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
  return { area, people: [...people.values()].sort((a, b) => (a.name < b.name ? -1 : 1)), unknownSince };
}
