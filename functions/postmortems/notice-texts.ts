/** What the notices of the weekly review say, in both languages. Pure. */

import { fillIn } from '../words/language.ts';
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

function both(write: (locale: Locale) => string): InBoth {
  return { ja: write('ja'), en: write('en') };
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 200).toWellFormed();

export function writeActionNotice(
  kind: DueNotice['kind'],
  action: NextAction,
  zone: string,
  customer: InBoth,
): NoticeText {
  const due = both((locale) => date(action.dueAt.toISOString(), { zone }, locale));
  const what = oneLine(action.description);
  const isOverdue = kind === 'action-overdue';
  const subject = {
    ja: isOverdue
      ? `ネクストアクションが期限(${due.ja})を過ぎています: ${what}`
      : `ネクストアクションの期限は${due.ja}です: ${what}`,
    en: isOverdue ? `Action item overdue since ${due.en}: ${what}` : `Action item due on ${due.en}: ${what}`,
  };
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
function nameOfWeek({ id: weekId, number }: NumberedWeek, zone: string): InBoth {
  const week = readWeek(weekId, zone);
  const days = (locale: Locale): string => (week ? shortPeriod(week.start, week.end, zone, locale) : weekId);
  return {
    ja: `${days('ja')}のポストモーテム(第${number}回・${weekId.slice(5)})`,
    en: `weekly postmortem no. ${number}, ${days('en')} (${weekId.slice(5)})`,
  };
}

export function writeReadyNotice(
  bundle: NumberedWeek & { incidentCount: number; carriedCount: number; alarmCount: number },
  zone: string,
): NoticeText {
  const { incidentCount, carriedCount, alarmCount } = bundle;
  const name = nameOfWeek(bundle, zone);
  const subject = { ja: `${name.ja}を作成しました`, en: `The ${name.en} is ready` };
  return {
    subject,
    text: {
      ja: `${subject.ja}。インシデント${incidentCount}件、持ち越し${carriedCount}件、警告${alarmCount}件。`,
      en: fillIn('{subject}: {n} {n|incident|incidents}, {carried} carried over, {alarms} {alarms|alarm|alarms}.', {
        subject: subject.en,
        n: incidentCount,
        carried: carriedCount,
        alarms: alarmCount,
      }),
    },
  };
}

export function writeNotHeldNotice(week: NumberedWeek, holdBy: Date, zone: string): NoticeText {
  const name = nameOfWeek(week, zone);
  const subject = { ja: `${name.ja}がまだ実施されていません`, en: `The ${name.en} is not closed` };
  const by = both((locale) => date(holdBy.toISOString(), { zone }, locale));
  return {
    subject,
    text: {
      ja: `${subject.ja}。期限は${by.ja}でした。インシデントがなかった週も実施してください。`,
      en: `${subject.en}. It was due by ${by.en}. Hold it even after a quiet week.`,
    },
  };
}

export function writeMissingNotice(
  week: NumberedWeek,
  missing: Bundle['missingData'],
  customer: InBoth,
  zone: string,
): NoticeText {
  const name = nameOfWeek(week, zone);
  const subject = {
    ja: `${name.ja}: ${missing.total}件のインシデントに記録のない項目があります`,
    en: `The ${name.en}: ${missing.total} ${missing.total === 1 ? 'incident is' : 'incidents are'} missing data`,
  };
  const text = both((locale) => {
    const speech = speak(locale, customer[locale]);
    const lines = missing.items.slice(0, mostLines).map(({ title, incidentId, fields }) => {
      const names = fields.map(({ field }) => speech.value('field', field)).join(locale === 'ja' ? '、' : ', ');
      return `- ${oneLine(title) || speech.word('untitled')} (${incidentId}): ${names}`;
    });
    const rest = missing.total - lines.length;
    return [subject[locale], ...lines, ...(rest > 0 ? [speech.word('more', { n: rest })] : [])].join('\n');
  });
  return { subject, text };
}
