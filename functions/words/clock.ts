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

/** `11月24日(火) 10:15`, or `Tue, Nov 24, 10:15 (Asia/Tokyo)`; with its year where that is not this one. */
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

/** The time of day alone where it is of the same day as `now`: `11:21`. */
export function shortClock(at: Date, now: Date, language: Language, policy: Policy): string {
  const [whole, today] = [clock(at, language, policy, now), clock(now, language, policy, now)];
  const time = /\d\d:\d\d/.exec(whole);
  return time && whole.slice(0, time.index) === today.slice(0, time.index) ? time[0] : whole;
}
