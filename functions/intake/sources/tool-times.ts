/** Times as the ticket tools and their templates write them, brought into the forms that {@link readTime} reads. */
import { isPlausibleTime, readTime, type StatedTime } from '../../incidents/signals/times.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Beside RFC 3339: epoch seconds and milliseconds, “February 3, 2025 9:05 PM”, “3 Feb 2025”, 2025年2月3日 9時5分, and the
 * full-width digits of Japanese keyboards.
 */
export function readToolTime(stated: unknown, zone: string, receivedAt: Date): StatedTime | undefined {
  if (typeof stated === 'number') return fromEpoch(stated);
  if (typeof stated !== 'string' || stated.length > 100) return undefined;
  const text = stated.normalize('NFKC').trim();
  if (/^\d{10}(?:\.\d{1,6})?$|^\d{13}$/.test(text)) return fromEpoch(Number(text));
  return readTime(plain(text), zone, receivedAt);
}

/** Numbers this large are milliseconds. */
const millisecondsFrom = 100_000_000_000;

function fromEpoch(value: number): StatedTime | undefined {
  const at = new Date(Math.round(value >= millisecondsFrom ? value : value * 1_000));
  return isPlausibleTime(at) ? { at, isApproximate: false } : undefined;
}

function plain(text: string): string {
  const japanese =
    /^(\d{4})年\s?(\d{1,2})月\s?(\d{1,2})日(?:\s?\(.\))?\s?(?:(午前|午後)?\s?(\d{1,2})(?::|時)(?:(\d{1,2})分?)?)?$/.exec(
      text,
    );
  if (japanese) {
    const [, year, month, day, half, hour, minute = '0'] = japanese;
    return joined(year, Number(month), day, hour, minute, half === '午後' ? 'pm' : half === '午前' ? 'am' : undefined);
  }
  const english =
    /^(?:([a-z]{3,9})\.? (\d{1,2})|(\d{1,2}) ([a-z]{3,9})\.?),? (\d{4})(?:,? (?:at )?(\d{1,2}):(\d{2})(?::\d{2})? ?([ap]m)?)?$/i.exec(
      text,
    );
  if (english) {
    const [, name = english[4] ?? '', day = english[3], , , year, hour, minute, half] = english;
    const month = months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
    if (month > 0) return joined(year, month, day, hour, minute, half?.toLowerCase());
  }
  // 2025-02-03 9:05 has one digit for the hour in many hands; readTime takes it.
  return text;
}

type Part = string | undefined;

function joined(year: Part, month: number, day: Part, hour: Part, minute: Part, half: Part): string {
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return date;
  const of12 = half ? (Number(hour) % 12) + (half === 'pm' ? 12 : 0) : Number(hour);
  return `${date} ${of12}:${(minute ?? '0').padStart(2, '0')}`;
}
