/** Times of notices and drafts, in the policy's zone; and what somebody wrote, in a line. Pure. */
import type { Policy } from '../policy.ts';
import type { Language } from './language.ts';
import { formatIn, yearOf } from './spans.ts';

const longestQuote = 200;

/** A text in one line, cut if it is long. */
export function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longestQuote ? `${line.slice(0, longestQuote).toWellFormed()}…` : line;
}

const longestSentence = 80;

/** The first sentence of a text; blank if there is none. */
export function firstSentence(text: string): string {
  const line = cut(text.split(/[。！？!?\n]|\.\s/)[0] ?? '');
  return line.length > longestSentence ? `${line.slice(0, longestSentence).toWellFormed()}…` : line;
}

/** `11月24日(火) 10:15`, `Tue, Nov 24, 10:15 (Asia/Tokyo)`, with the year if it is another. The console writes dates in the same form. */
export function clock(at: Date, language: Language, policy: Policy, now: Date): string {
  const text = written(at, language, policy, now, { hour: '2-digit' });
  return language === 'ja' ? text : `${text} (${policy.zone})`;
}

function written(at: Date, language: Language, { zone }: Policy, now: Date, form: Intl.DateTimeFormatOptions): string {
  const isOfThisYear = yearOf(at, zone) === yearOf(now, zone);
  return formatIn(language === 'ja' ? 'ja-JP' : 'en-US', {
    timeZone: zone,
    ...(isOfThisYear ? {} : { year: 'numeric' }),
    month: language === 'ja' ? 'long' : 'short',
    day: 'numeric',
    weekday: 'short',
    minute: '2-digit',
    ...form,
  }).format(at);
}

/** A letter's form of a time: `12月2日(水) 18:58`, or `Wed, Dec 2, 6:58 PM` with a mark for the time zone. */
export function letterClock(at: Date, language: Language, policy: Policy, now: Date): string {
  if (language === 'ja') return clock(at, language, policy, now);
  const time = written(at, language, policy, now, { hour: 'numeric', hourCycle: 'h12' });
  return `${time.replace('\u202f', ' ')}${zoneMark}`;
}

/** A letter's form, or only the time of day if it is the day of `now`: `6:58 PM`. */
export function shortLetterClock(at: Date, now: Date, language: Language, policy: Policy): string {
  if (language === 'ja') return shortClock(at, now, language, policy);
  return timeAlone(letterClock(at, language, policy, now), letterClock(now, language, policy, now));
}

/** Of a whole time, what comes after the day, if today's is the same. */
function timeAlone(whole: string, today: string): string {
  const timeOfDay = /\d{1,2}:\d\d(?: [AP]M)?/;
  const time = timeOfDay.exec(whole);
  return time && whole.slice(0, time.index) === today.slice(0, today.search(timeOfDay)) ? time[0] : whole;
}

/** A private-use character, which no text contains. */
const zoneMark = '\u{e000}';

/** Names the zone with the first time of a letter only: `JST`. */
export function nameZoneOnce(letter: string, at: Date, { zone }: Policy): string {
  const nameIn = (locale: string): string | undefined =>
    formatIn(locale, { timeZone: zone, timeZoneName: 'short' })
      .formatToParts(at)
      .find(({ type }) => type === 'timeZoneName')?.value;
  const english = nameIn('en-US');
  // Only the Japanese locale abbreviates Japan's time.
  const name = english?.startsWith('GMT') ? nameIn('ja-JP') : english;
  return letter.replace(zoneMark, ` ${name}`).replaceAll(zoneMark, '');
}

/** Only the time of day, if it is the day of `now`: `11:21`. */
export function shortClock(at: Date, now: Date, language: Language, policy: Policy): string {
  return timeAlone(clock(at, language, policy, now), clock(now, language, policy, now));
}
