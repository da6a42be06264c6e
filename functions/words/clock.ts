/** Times of notices and drafts, in the policy's zone; and what somebody wrote, in a line. Pure. */
import type { Policy } from '../policy.ts';
import type { Language } from './language.ts';
import { formatIn, yearOf } from './spans.ts';

const longestQuote = 200;

/** One line of what somebody wrote. */
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
  const isOfThisYear = yearOf(at, policy.zone) === yearOf(now, policy.zone);
  const text = formatIn(language === 'ja' ? 'ja-JP' : 'en-US', {
    timeZone: policy.zone,
    ...(isOfThisYear ? {} : { year: 'numeric' }),
    month: language === 'ja' ? 'long' : 'short',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(at);
  return language === 'ja' ? text : `${text} (${policy.zone})`;
}

/** As a letter has it: `12月2日(水) 18:58`, or `Wed, Dec 2, 6:58 PM` with a mark where its zone belongs. */
export function letterClock(at: Date, language: Language, policy: Policy, now: Date): string {
  if (language === 'ja') return clock(at, language, policy, now);
  const isOfThisYear = yearOf(at, policy.zone) === yearOf(now, policy.zone);
  const time = formatIn('en-US', {
    timeZone: policy.zone,
    ...(isOfThisYear ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    hour: 'numeric',
    minute: '2-digit',
    hourCycle: 'h12',
  }).format(at);
  return `${time.replace('\u202f', ' ')}${zoneMark}`;
}

/** The time of day alone where it is of the same day as `now`, as a letter has it: `6:58 PM`. */
export function shortLetterClock(at: Date, now: Date, language: Language, policy: Policy): string {
  if (language === 'ja') return shortClock(at, now, language, policy);
  const [whole, today] = [letterClock(at, language, policy, now), letterClock(now, language, policy, now)];
  const time = /\d{1,2}:\d\d .M/.exec(whole);
  const isOfDay = time && whole.slice(0, time.index) === today.slice(0, today.search(/\d{1,2}:\d\d .M/));
  return isOfDay ? time[0] : whole;
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

/** The time of day alone where it is of the same day as `now`: `11:21`. */
export function shortClock(at: Date, now: Date, language: Language, policy: Policy): string {
  const [whole, today] = [clock(at, language, policy, now), clock(now, language, policy, now)];
  const time = /\d\d:\d\d/.exec(whole);
  return time && whole.slice(0, time.index) === today.slice(0, time.index) ? time[0] : whole;
}
