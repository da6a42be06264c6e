/** Weeks and days in Japan, by plain arithmetic: Japan has one offset from UTC all year. */

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
const weekMs = 7 * dayMs;
const offsetMs = 9 * hourMs;
/** 1970-01-05, a Monday. */
const firstMonday = 4 * dayMs;

/** The instant at which the day of an instant begins in Japan. */
export function startOfDay(at: number): number {
  return Math.floor((at + offsetMs) / dayMs) * dayMs - offsetMs;
}

export interface Week {
  /** Such as `2026-W47`. */
  id: string;
  start: number;
  /** The first instant that is no longer in it. */
  end: number;
}

/** The week of an instant, from Monday 00:00, named by ISO 8601: by the year of its Thursday. */
export function weekOf(at: number): Week {
  const monday = Math.floor((at + offsetMs - firstMonday) / weekMs) * weekMs + firstMonday;
  const year = new Date(monday + 3 * dayMs).getUTCFullYear();
  const fourth = Date.UTC(year, 0, 4);
  const first = Math.floor((fourth - firstMonday) / weekMs) * weekMs + firstMonday;
  const number = Math.round((monday - first) / weekMs) + 1;
  const start = monday - offsetMs;
  return { id: `${year}-W${String(number).padStart(2, '0')}`, start, end: start + weekMs };
}
