/** Lengths of time as people read them, never as a time of day: `2分42秒`, `2 min 42 s`. Pure. */
import type { Language } from './language.ts';

const units = {
  ja: { days: '日', hours: '時間', minutes: '分', seconds: '秒', gap: '' },
  en: { days: ' d', hours: ' h', minutes: ' min', seconds: ' s', gap: ' ' },
} as const;

/** Above this, seconds are noise. */
const secondsBelowMs = 10 * 60_000;

/** Two units at most; seconds below ten minutes, unless there are none. */
export function spanText(ms: number, language: Language): string {
  const exact = Math.max(0, ms);
  const seconds = Math.round(exact / 1_000);
  if (exact < secondsBelowMs && seconds % 60 !== 0) return inSeconds(seconds, language);
  return wholeMinutes(Math.round(exact / 60_000), language);
}

/** The exact length in a rule: `2.5秒`, `2時間`. */
export function lengthText(ms: number, language: Language): string {
  const { gap, seconds } = units[language];
  const rest = (ms % 60_000) / 1_000;
  const whole = ms >= 60_000 ? [wholeMinutes(Math.floor(ms / 60_000), language)] : [];
  return [...whole, ...(rest > 0 || whole.length === 0 ? [`${rest}${seconds}`] : [])].join(gap);
}

/** Rounded down to whole minutes: how long ago, how long overdue. */
export const minutesText = (ms: number, language: Language): string =>
  wholeMinutes(Math.max(0, Math.floor(ms / 60_000)), language);

function wholeMinutes(total: number, language: Language): string {
  const { days, hours, minutes, gap } = units[language];
  const [day, hour, minute] = [Math.floor(total / 1_440), Math.floor((total % 1_440) / 60), total % 60];
  const parts =
    day > 0
      ? [`${day}${days}`, hour > 0 ? `${hour}${hours}` : '']
      : [hour > 0 ? `${hour}${hours}` : '', minute > 0 || hour === 0 ? `${minute}${minutes}` : ''];
  return parts.filter((part) => part !== '').join(gap);
}

/** The time left until something is due: with seconds within the last hour. */
export function leftText(ms: number, language: Language): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return seconds >= 3_600 ? minutesText(ms, language) : inSeconds(seconds, language);
}

function inSeconds(total: number, language: Language): string {
  const { gap, minutes, seconds } = units[language];
  const whole = Math.floor(total / 60);
  return [...(whole > 0 ? [`${whole}${minutes}`] : []), `${total % 60}${seconds}`].join(gap);
}

/** How long something is overdue: `9分`; below a minute in seconds. */
export const overdueText = (ms: number, language: Language): string =>
  ms < 60_000 ? leftText(ms, language) : minutesText(ms, language);

const formats = new Map<string, Intl.DateTimeFormat>();

/** Created once: creating one costs more than formatting a time with it. */
export function formatIn(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { hourCycle: 'h23', ...options });
  formats.set(key, format);
  return format;
}

/** The local year of a time. Times of other years are written with their year. */
export const yearOf = (at: Date, zone: string) => formatIn('en', { timeZone: zone, year: 'numeric' }).format(at);
