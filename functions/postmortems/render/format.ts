/** Times, spans and numbers as people of each language read them. Pure. */
import { weekdays } from '../../policy.ts';
import { spanText } from '../../words/spans.ts';
import type { Speech } from '../../words/speech.ts';
import type { Language } from '../../words/text.ts';
import { valueTexts } from '../../words/texts/values.ts';
import type { DurationFact } from '../entry.ts';
import { inZone } from '../week.ts';

const weekdayOf = ({ dayOfWeek }: ReturnType<typeof inZone>, language: Language): string =>
  valueTexts[`weekday.${weekdays[dayOfWeek - 1] ?? 'monday'}`][language];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The page's week: times of another year are written with the year. */
export interface Period {
  zone: string;
  /** Left out for near dates, as in a notice. */
  start?: string;
  end?: string;
}

/** `11月18日(水) 10:00`, `Wed, Nov 18, 10:00`: as the console and notices write them. */
export function dateTime(iso: string, period: Period, language: Language): string {
  const time = inZone(new Date(iso), period.zone).toPlainTime().toString({ smallestUnit: 'minute' });
  return `${date(iso, period, language)}${language === 'ja' ? '' : ','} ${time}`;
}

/** `11月18日(水)`, `Wed, Nov 18`; `2025年11月18日(火)`, `Tue, Nov 18, 2025` in a week of 2026. */
export function date(iso: string, { start, end, zone }: Period, language: Language): string {
  const at = inZone(new Date(iso), zone);
  const weekday = weekdayOf(at, language);
  const isNear = [start, end].some((each = iso) => inZone(new Date(each), zone).year === at.year);
  if (language === 'ja') return `${isNear ? '' : `${at.year}年`}${at.month}月${at.day}日(${weekday})`;
  return `${weekday}, ${months[at.month - 1]} ${at.day}${isNear ? '' : `, ${at.year}`}`;
}

/** `2026年11月16日(月)〜22日(日)`, `Mon, Nov 16 – Sun, Nov 22, 2026`: the end is the last day, not the first after it. */
export function period(start: string, end: string, zone: string, language: Language): string {
  const from = inZone(new Date(start), zone);
  const to = inZone(new Date(end), zone).subtract({ days: 1 });
  const day = (at: typeof from): string => weekdayOf(at, language);
  if (language === 'ja') {
    const last = from.month === to.month ? `${to.day}日` : `${to.month}月${to.day}日`;
    return `${from.year}年${from.month}月${from.day}日(${day(from)})〜${last}(${day(to)})`;
  }
  const english = (at: typeof from): string => `${day(at)}, ${months[at.month - 1]} ${at.day}`;
  return `${english(from)} – ${english(to)}, ${to.year}`;
}

/** The same in a title: `11月16日〜22日`, `Nov 16–22`. */
export function shortPeriod(start: Date, end: Date, zone: string, language: Language): string {
  const from = inZone(start, zone);
  const to = inZone(end, zone).subtract({ days: 1 });
  const isSame = from.month === to.month;
  return language === 'ja'
    ? `${from.month}月${from.day}日〜${isSame ? '' : `${to.month}月`}${to.day}日`
    : `${months[from.month - 1]} ${from.day}–${isSame ? '' : `${months[to.month - 1]} `}${to.day}`;
}

/** `5分`, `2分42秒`, `1 h 30 min`, `2 d 3 h`. */
export const span = (minutes: number, language: Language): string => spanText(minutes * 60_000, language);

export const duration = (fact: DurationFact, speech: Speech): string =>
  'minutes' in fact ? span(fact.minutes, speech.language) : speech.t(fact.state);

export const percent = (share: number): string => `${Math.round(share * 100)}%`;
