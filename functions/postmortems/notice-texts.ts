/** What the notices of the weekly review say, in both languages. Pure. */

import type { Policy } from '../policy.ts';
import { cut } from '../words/clock.ts';
import { type Both, both, type Fill, fillIn } from '../words/language.ts';
import type { Language } from '../words/text.ts';
import { reviewNoticeTexts } from '../words/texts/review-notices.ts';
import type { NextAction } from './actions-rules.ts';
import type { Bundle } from './bundle.ts';
import type { DueNotice } from './reminders.ts';
import { date, shortPeriod } from './render/format.ts';
import { speak } from './render/words.ts';
import { readWeek } from './week.ts';

export interface NoticeText {
  /** One line. */
  subject: Both;
  text: Both;
}

const mostLines = 15;

const say = (key: keyof typeof reviewNoticeTexts, given: (language: Language) => Fill): Both =>
  both((language) => fillIn(reviewNoticeTexts[key][language], given(language)));

export function writeActionNotice(kind: DueNotice['kind'], action: NextAction, policy: Policy): NoticeText {
  const subject = say(kind === 'action-overdue' ? 'actionOverdue' : 'actionDue', (language) => ({
    due: date(action.dueAt.toISOString(), policy, language),
    what: cut(action.description),
  }));
  const text = both((language) => {
    const { word } = speak({ language, policy });
    const lines = [
      `${word('owner')}: ${action.owner ? cut(action.owner) : word('notYet')}`,
      ...(action.doneWhen ? [`${word('doneWhen')}: ${cut(action.doneWhen)}`] : []),
      ...(action.ticketUrl ? [`${word('field.ticketUrl')}: ${action.ticketUrl}`] : []),
    ];
    return [subject[language], ...lines].join('\n');
  });
  return { subject, text };
}

/** A week's postmortem, and its number. */
export interface NumberedWeek {
  id: string;
  number: number;
}

/** 「11/16〜22のポストモーテム(第3回・W47)」 */
function nameOfWeek({ id, number }: NumberedWeek, zone: string): Both {
  const week = readWeek(id, zone);
  return say('weekName', (language) => ({
    days: week ? shortPeriod(week.start, week.end, zone, language) : id,
    number,
    week: id.slice(5),
  }));
}

export function writeReadyNotice(
  bundle: NumberedWeek & { incidentCount: number; carriedCount: number; alarmCount: number },
  zone: string,
): NoticeText {
  const name = nameOfWeek(bundle, zone);
  const subject = say('ready', (language) => ({ name: name[language] }));
  const { incidentCount: n, carriedCount: carried, alarmCount: alarms } = bundle;
  return { subject, text: say('readyText', (language) => ({ subject: subject[language], n, carried, alarms })) };
}

export function writeNotHeldNotice(week: NumberedWeek, holdBy: Date, zone: string): NoticeText {
  const name = nameOfWeek(week, zone);
  const subject = say('notHeld', (language) => ({ name: name[language] }));
  const by = both((language) => date(holdBy.toISOString(), { zone }, language));
  return { subject, text: say('notHeldText', (language) => ({ subject: subject[language], by: by[language] })) };
}

export function writeMissingNotice(week: NumberedWeek, missing: Bundle['missingData'], policy: Policy): NoticeText {
  const name = nameOfWeek(week, policy.zone);
  const subject = say('missing', (language) => ({ name: name[language], n: missing.total }));
  const text = both((language) => {
    const speech = speak({ language, policy });
    const lines = missing.items.slice(0, mostLines).map(({ title, incidentId, fields }) => {
      const names = speech.row(fields.map(({ field }) => speech.value('field', field)));
      return `- ${cut(title) || speech.word('untitled')} (${incidentId}): ${names}`;
    });
    const rest = missing.total - lines.length;
    return [subject[language], ...lines, ...(rest > 0 ? [speech.word('meeting.more', { n: rest })] : [])].join('\n');
  });
  return { subject, text };
}
