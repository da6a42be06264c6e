/** Times as people and tools write them. Pure. */
import { Temporal } from 'temporal-polyfill';

export interface StatedTime {
  at: Date;
  /** The text left room: a date alone, or a time without a zone. */
  isApproximate: boolean;
}

const dateTime =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:(?:[Tt]|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([Zz]|[+-]\d{2}(?::?\d{2})?)?)?$/;

/**
 * Reads a stated time. With a zone it is that instant. Without one it is read in `zone`, as the latest instant it
 * allows (the end of the day for a date alone, the later of the two where clocks go back), capped at
 * `receivedAt`, and marked approximate.
 * @returns undefined when it is not a time, or not one between the years 2000 and 2199
 */
export function readTime(stated: string, zone: string, receivedAt: Date): StatedTime | undefined {
  if (stated.length > 64) return undefined;
  const match = dateTime.exec(stated.trim());
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, offset] = match;
  if (Number(year) < 2000 || Number(year) > 2199) return undefined;
  try {
    const date = Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    );
    if (hour === undefined) {
      const end = date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds - 1;
      return approximate(end, receivedAt);
    }
    const time = Temporal.PlainTime.from(
      {
        hour: Number(hour),
        minute: Number(minute),
        second: Math.min(59, Number(second ?? 0)),
        millisecond: Number((fraction ?? '').padEnd(3, '0').slice(0, 3)),
      },
      { overflow: 'reject' },
    );
    const local = date.toPlainDateTime(time);
    if (offset === undefined) {
      return approximate(local.toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds, receivedAt);
    }
    const offsetMinutes = readOffset(offset);
    if (offsetMinutes === undefined) return undefined;
    const at = local.toZonedDateTime('UTC').epochMilliseconds - offsetMinutes * 60_000;
    return { at: new Date(at), isApproximate: false };
  } catch {
    return undefined;
  }
}

function approximate(at: number, receivedAt: Date): StatedTime {
  return { at: new Date(Math.min(at, receivedAt.getTime())), isApproximate: true };
}

/** Minutes east of UTC. */
function readOffset(offset: string): number | undefined {
  if (/^z$/i.test(offset)) return 0;
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset);
  if (!match) return undefined;
  const [, sign, hours, minutes = '0'] = match;
  if (Number(hours) > 18 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
