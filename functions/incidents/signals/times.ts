/** Times as people and tools write them. Pure. */
import { Temporal } from 'temporal-polyfill';

export type StatedTime = NonNullable<ReturnType<typeof readTime>>;

const [firstMs, lastMs] = [Date.UTC(2000, 0, 1), Date.UTC(2200, 0, 1) - 1];

/** From 2000 to 2199: other years are mistakes, and many cannot be stored. */
export const isPlausibleTime = (at: Date): boolean => at.getTime() >= firstMs && at.getTime() <= lastMs;

const dateTime =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(?:[Tt]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([Zz]|([+-])(\d{2})(?::?(\d{2}))?)?)?$/;

/**
 * Reads a stated time. With a zone it is that instant. Without one it is read in `zone`, as the latest instant it
 * allows (the end of the day for a date alone, the later of the two where clocks go back), capped at
 * `receivedAt`, and marked approximate: the text left room.
 * @returns undefined when it is not a time, or not one between the years 2000 and 2199
 */
export function readTime(stated: string, zone: string, receivedAt: Date) {
  if (stated.length > 64) return undefined;
  const match = dateTime.exec(stated.trim());
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as Six;
  const [fraction = '', offset, sign, hours = '0', minutes = '0'] = match.slice(7);
  if (year < 2000 || year > 2199 || hour > 23 || minute > 59) return undefined;
  const millisecond = Number(fraction.padEnd(3, '0').slice(0, 3));
  const utc = new Date(Date.UTC(year, month - 1, day, hour, minute, Math.min(59, second), millisecond));
  // A month 13 or a 30th of February has become another month.
  if (utc.getUTCMonth() !== month - 1) return undefined;
  if (offset !== undefined) {
    if (Number(hours) > 18 || Number(minutes) > 59) return undefined;
    const east = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return { at: new Date(utc.getTime() + (sign === '-' ? east : -east)), isApproximate: false };
  }
  const local = Temporal.PlainDateTime.from(utc.toISOString().slice(0, -1));
  const latest = (at: Temporal.PlainDateTime): number =>
    at.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
  const at = match[4] === undefined ? latest(local.add({ days: 1 })) - 1 : latest(local);
  return { at: new Date(Math.min(at, receivedAt.getTime())), isApproximate: true };
}

type Six = [number, number, number, number, number, number];
