/** What the notices of the weekly review say, in both languages. Pure. */

import { type Fill, fillIn } from '../words/language.ts';
import { reviewNoticeTexts } from '../words/texts/review-notices.ts';
import type { NextAction } from './actions-rules.ts';
import type { Bundle } from './bundle.ts';
import type { Locale } from './guide.ts';
import type { DueNotice } from './reminders.ts';
import { date, shortPeriod } from './render/format.ts';
import { speak } from './render/words.ts';
import { readWeek } from './week.ts';

type InBoth = Record<Locale, string>;

export interface NoticeText {
  /** One line. */
  subject: InBoth;
  text: InBoth;
}

const mostLines = 15;

const both = (write: (locale: Locale) => string): InBoth => ({ ja: write('ja'), en: write('en') });
const say = (key: keyof typeof reviewNoticeTexts, given: (locale: Locale) => Fill): InBoth =>
  both((locale) => fillIn(reviewNoticeTexts[key][locale], given(locale)));

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200).toWellFormed();

export function writeActionNotice(
  kind: DueNotice['kind'],
  action: NextAction,
  zone: string,
  customer: InBoth,
): NoticeText {
  const subject = say(kind === 'action-overdue' ? 'actionOverdue' : 'actionDue', (locale) => ({
    due: date(action.dueAt.toISOString(), { zone }, locale),
    what: oneLine(action.description),
  }));
  const text = both((locale) => {
    const { word } = speak(locale, customer[locale]);
    const lines = [
      `${word('owner')}: ${action.owner ? oneLine(action.owner) : word('notYet')}`,
      ...(action.doneWhen ? [`${word('doneWhen')}: ${oneLine(action.doneWhen)}`] : []),
      ...(action.ticketUrl ? [`${word('ticket')}: ${action.ticketUrl}`] : []),
    ];
    return [subject[locale], ...lines].join('\n');
  });
  return { subject, text };
}

/** A week's postmortem, and which of the house's it is. */
export interface NumberedWeek {
  id: string;
  number: number;
}

/** 「11/16〜22のポストモーテム(第3回・W47)」 */
function nameOfWeek({ id, number }: NumberedWeek, zone: string): InBoth {
  const week = readWeek(id, zone);
  return say('weekName', (locale) => ({
    days: week ? shortPeriod(week.start, week.end, zone, locale) : id,
    number,
    week: id.slice(5),
  }));
}

export function writeReadyNotice(
  bundle: NumberedWeek & { incidentCount: number; carriedCount: number; alarmCount: number },
  zone: string,
): NoticeText {
  const name = nameOfWeek(bundle, zone);
  const subject = say('ready', (locale) => ({ name: name[locale] }));
  const { incidentCount: n, carriedCount: carried, alarmCount: alarms } = bundle;
  return { subject, text: say('readyText', (locale) => ({ subject: subject[locale], n, carried, alarms })) };
}

export function writeNotHeldNotice(week: NumberedWeek, holdBy: Date, zone: string): NoticeText {
  const name = nameOfWeek(week, zone);
  const subject = say('notHeld', (locale) => ({ name: name[locale] }));
  const by = both((locale) => date(holdBy.toISOString(), { zone }, locale));
  return { subject, text: say('notHeldText', (locale) => ({ subject: subject[locale], by: by[locale] })) };
}

export function writeMissingNotice(
  week: NumberedWeek,
  missing: Bundle['missingData'],
  customer: InBoth,
  zone: string,
): NoticeText {
  const name = nameOfWeek(week, zone);
  const subject = say('missing', (locale) => ({ name: name[locale], n: missing.total }));
  const text = both((locale) => {
    const speech = speak(locale, customer[locale]);
    const lines = missing.items.slice(0, mostLines).map(({ title, incidentId, fields }) => {
      const names = speech.row(fields.map(({ field }) => speech.value('field', field)));
      return `- ${oneLine(title) || speech.word('untitled')} (${incidentId}): ${names}`;
    });
    const rest = missing.total - lines.length;
    return [subject[locale], ...lines, ...(rest > 0 ? [speech.word('more', { n: rest })] : [])].join('\n');
  });
  return { subject, text };
}
