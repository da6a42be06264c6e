/** Weeks: Monday 00:00 to Monday 00:00 in the policy's zone, half-open, named by ISO 8601. Pure. */
import { Temporal } from 'temporal-polyfill';

export interface Week {
  /** For example `2026-W47`. */
  id: string;
  /** The week's first instant. */
  start: Date;
  /** The first instant that is no longer in it. */
  end: Date;
}

/** The week of that name; undefined if there is none: 2026-W53 exists, 2026-W54 does not. */
export function readWeek(id: string, zone: string): Week | undefined {
  const match = /^(\d{4})-W(\d{2})$/.exec(id);
  const week = match ? weekFrom(mondayOf(Number(match[1]), Number(match[2])), zone) : undefined;
  return week?.id === id ? week : undefined;
}

export function weekOf(at: Date, zone: string): Week {
  const date = inZone(at, zone).toPlainDate();
  return weekFrom(date.subtract({ days: date.dayOfWeek - 1 }), zone);
}

/** The week that many weeks later, or earlier if negative. */
export const weekAfter = (week: Week, weeks: number, zone: string): Week =>
  weekFrom(inZone(week.start, zone).toPlainDate().add({ weeks }), zone);

/** A time as it is; of a date alone, the last instant of that day. @param text RFC 3339, or `2026-12-18` */
export function readDueDate(text: string, zone: string): Date {
  if (text.includes('T')) return new Date(text);
  const after = Temporal.PlainDate.from(text).add({ days: 1 }).toZonedDateTime(zone);
  return new Date(after.epochMilliseconds - 1);
}

/** The day of an instant: `2026-12-18`. */
export const dayOf = (at: Date, zone: string): string => inZone(at, zone).toPlainDate().toString();

/** An instant as the clocks there show it. */
export const inZone = (at: Date, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);

/** 4 January is always in week 1. */
function mondayOf(year: number, week: number): Temporal.PlainDate {
  const fourth = Temporal.PlainDate.from({ year, month: 1, day: 4 });
  return fourth.subtract({ days: fourth.dayOfWeek - 1 }).add({ weeks: week - 1 });
}

function weekFrom(monday: Temporal.PlainDate, zone: string): Week {
  const instant = (date: Temporal.PlainDate): Date => new Date(date.toZonedDateTime(zone).epochMilliseconds);
  const id = `${monday.yearOfWeek}-W${String(monday.weekOfYear).padStart(2, '0')}`;
  return { id, start: instant(monday), end: instant(monday.add({ weeks: 1 })) };
}
