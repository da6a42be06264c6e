/** What the notices of the weekly review say, in both languages. Pure. */
import type { NextAction } from './actions-rules.ts';
import type { Bundle } from './bundle.ts';
import type { Locale } from './guide.ts';
import type { DueNotice } from './reminders.ts';
import { date } from './render/format.ts';
import { speak } from './render/words.ts';

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
  const due = both((locale) => date(action.dueAt.toISOString(), zone, locale));
  const what = oneLine(action.description);
  const isOverdue = kind === 'action-overdue';
  const subject = {
    ja: isOverdue
      ? `ネクストアクションが期限(${due.ja})を過ぎています: ${what}`
      : `ネクストアクションの期限は${due.ja}です: ${what}`,
    en: isOverdue ? `Next action overdue since ${due.en}: ${what}` : `Next action due on ${due.en}: ${what}`,
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

export function writeReadyNotice(bundle: {
  id: string;
  entryCount: number;
  carriedCount: number;
  alarmCount: number;
}): NoticeText {
  const { id, entryCount, carriedCount, alarmCount } = bundle;
  const subject = { ja: `${id} のポストモーテムの準備ができました`, en: `The postmortem of ${id} is ready` };
  return {
    subject,
    text: {
      ja: `${subject.ja}。インシデント ${entryCount} 件、持ち越し ${carriedCount} 件、警報 ${alarmCount} 件。`,
      en: `${subject.en}: ${entryCount} incidents, ${carriedCount} carried, ${alarmCount} alarms.`,
    },
  };
}

export function writeNotHeldNotice(weekId: string, holdBy: Date, zone: string): NoticeText {
  const subject = {
    ja: `${weekId} のポストモーテムがまだ実施されていません`,
    en: `The postmortem of ${weekId} has not been held`,
  };
  const by = both((locale) => date(holdBy.toISOString(), zone, locale));
  return {
    subject,
    text: {
      ja: `${subject.ja}。期限は${by.ja}でした。何もなかった週も、レビューは行います。`,
      en: `${subject.en}. It was to be held by ${by.en}. The review is held also for a week in which nothing happened.`,
    },
  };
}

export function writeMissingNotice(weekId: string, missing: Bundle['missingData'], customer: InBoth): NoticeText {
  const subject = {
    ja: `${weekId} のレビューの前に、${missing.total} 件のインシデントのデータが足りません`,
    en: `Before the review of ${weekId}: ${missing.total} incidents lack data`,
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
