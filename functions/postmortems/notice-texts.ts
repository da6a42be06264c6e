/** What the notices of the weekly review say, in both languages. Pure. */
import type { Policy } from '../policy.ts';
import { cut } from '../words/clock.ts';
import { type Both, both, type Fill, fillIn, type Language } from '../words/language.ts';
import { speak } from '../words/speech.ts';
import { reviewNoticeTexts } from '../words/texts/notices.ts';
import type { NextAction } from './actions-rules.ts';
import type { Bundle } from './bundle.ts';
import type { DueNotice } from './reminders.ts';
import { date, shortPeriod } from './render/format.ts';
import { readWeek } from './week.ts';

const mostLines = 15;

const say = (key: keyof typeof reviewNoticeTexts, given: (language: Language) => Fill): Both =>
  both((language) => fillIn(reviewNoticeTexts[key][language], given(language)));

export function writeActionNotice(kind: DueNotice['kind'], action: NextAction, policy: Policy) {
  const subject = say(kind === 'action-overdue' ? 'actionOverdue' : 'actionDue', (language) => ({
    due: date(action.dueAt.toISOString(), policy, language),
    what: cut(action.description),
  }));
  const text = both((language) => {
    const { t } = speak({ language, policy });
    return [
      subject[language],
      `${t('owner')}: ${action.owner ? cut(action.owner) : t('notYet')}`,
      ...(action.doneWhen ? [`${t('doneWhen')}: ${cut(action.doneWhen)}`] : []),
      ...(action.ticketUrl ? [`${t('field.ticketUrl')}: ${action.ticketUrl}`] : []),
    ].join('\n');
  });
  return { subject, text };
}

export interface NumberedWeek {
  id: string;
  number: number;
}

/** Writes a text about a week, such as 「11/16〜22のポストモーテム(第3回・W47)」. */
function sayOfWeek(key: keyof typeof reviewNoticeTexts, { id, number }: NumberedWeek, zone: string, fill: Fill = {}) {
  const week = readWeek(id, zone);
  const name = say('weekName', (language) => {
    return { days: week ? shortPeriod(week.start, week.end, zone, language) : id, number, week: id.slice(5) };
  });
  return say(key, (language) => ({ name: name[language], ...fill }));
}

export function writeReadyNotice(
  bundle: NumberedWeek & { incidentCount: number; carriedCount: number; alarmCount: number },
  zone: string,
) {
  const subject = sayOfWeek('ready', bundle, zone);
  const { incidentCount: n, carriedCount: carried, alarmCount: alarms } = bundle;
  return { subject, text: say('readyText', (language) => ({ subject: subject[language], n, carried, alarms })) };
}

export function writeNotHeldNotice(week: NumberedWeek, holdBy: Date, zone: string) {
  const subject = sayOfWeek('notHeld', week, zone);
  const by = both((language) => date(holdBy.toISOString(), { zone }, language));
  return { subject, text: say('notHeldText', (language) => ({ subject: subject[language], by: by[language] })) };
}

export function writeMissingNotice(week: NumberedWeek, missing: Bundle['missingData'], policy: Policy) {
  const subject = sayOfWeek('missing', week, policy.zone, { n: missing.total });
  const text = both((language) => {
    const speech = speak({ language, policy });
    const lines = missing.items.slice(0, mostLines).map(({ title, incidentId, fields }) => {
      const names = speech.row(fields.map(({ field }) => speech.name('field', field)));
      return `- ${cut(title) || speech.t('untitled')} (${incidentId}): ${names}`;
    });
    const rest = missing.total - lines.length;
    return [subject[language], ...lines, ...(rest > 0 ? [speech.t('meeting.more', { n: rest })] : [])].join('\n');
  });
  return { subject, text };
}
