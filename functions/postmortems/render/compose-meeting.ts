/** What meetings have said: last time's, and this week's own with the actions that it made. Pure. */
import type { ActionEntry } from '../bundle-actions.ts';
import { answersToFall, type PastMeeting, presentPast } from '../meeting.ts';
import type { BundleSlice } from '../store.ts';
import { type Block, badge, type Fact, link, list, tableOf, text } from './blocks.ts';
import type { Page } from './page.ts';

/** The answers to a changed count: this meeting's own, and those of earlier ones since it was noticed. */
export function answersToChange({ head, meeting }: BundleSlice, page: Page): Block[] {
  const said = [...answersToFall(meeting), ...head.fallingCountsAnswers];
  if (said.length === 0) return [];
  const items = said.map(({ week, text, by, at }) => [{ strong: week.slice(5) }, ` ${text} (${by}, ${page.time(at)})`]);
  return [text(page.t('answered')), list('plain', items)];
}

/** Empty if the previous week's meeting recorded nothing. */
export function lastMeeting({ head: { lastMeeting: last } }: BundleSlice, page: Page): Block[] {
  if (!last) return [];
  return [
    { kind: 'heading', level: 2, text: page.t('lastMeeting', { week: last.week.slice(5) }), id: 'lastMeeting' },
    { kind: 'facts', rows: recordOf(last, page) },
  ];
}

export function thisMeeting({ document, head, meeting }: BundleSlice, page: Page): Block[] {
  const isSilent = document.state !== 'held' && !meeting.attendance && meeting.answers.length === 0;
  return [
    page.heading(2, 'newActions'),
    head.newActions.length === 0 ? text(page.t('noNewActions')) : actionTable(head.newActions, page),
    page.heading(2, 'meeting'),
    isSilent ? text(page.t('notYetHeld')) : { kind: 'facts', rows: recordOf(presentPast(meeting), page) },
  ];
}

const mostSkipped = 20;

function recordOf({ attendance, answers, skipped, skippedCount }: PastMeeting, page: Page): Fact[] {
  const { t, name } = page;
  const nameOf = (item: string, title: string | undefined): string => {
    if (title) return title;
    if (item.startsWith('inc_')) return t('untitled');
    return name('agenda', item.includes(':') ? item.slice(item.indexOf(':') + 1) : item);
  };
  const present = attendance?.present ?? [];
  const there = attendance ? `${page.row(present)} (${t('people', { n: present.length })})` : t('notYet');
  const names = skipped.slice(0, mostSkipped).map(({ item, title }) => nameOf(item, title));
  const rest = page.more(skippedCount - names.length);
  return [
    [t('field.chair'), [attendance?.chair ?? t('notYet')]],
    [t('present'), [there]],
    ...answers.map(
      (each): Fact => [nameOf(each.item, each.title), [`${each.text} (${each.by}, ${page.time(each.at)})`]],
    ),
    [t('skipped'), [skippedCount === 0 ? t('none') : page.row([...names, ...rest])]],
  ];
}

export function actionTable(actions: readonly ActionEntry[], { t, name, day }: Page): Block {
  const marked = (is: boolean, key: 'action.overdue' | 'choiceRequired') => (is ? [' ', badge(t(key), 'bad')] : []);
  const linked = (key: 'field.ticketUrl' | 'evidence', url: string | undefined) =>
    url ? [' ', link(t(key), url)] : [];
  return tableOf(actions, [
    [
      t('action.description'),
      ({ description, doneWhen, ticketUrl, evidenceUrl }) => [
        description,
        ...(doneWhen ? [` (${t('doneWhen')}: ${doneWhen})`] : []),
        ...linked('field.ticketUrl', ticketUrl),
        ...linked('evidence', evidenceUrl),
      ],
    ],
    [t('owner'), ({ owner }) => owner ?? t('notYet')],
    [
      t('detail.dueAt'),
      ({ dueAt, isOverdue, dueRule }) => [
        day(dueAt),
        ...marked(isOverdue, 'action.overdue'),
        ...(dueRule === 'replanned' ? [` (${t('replanned')})`] : []),
      ],
    ],
    [t('age'), ({ ageDays }) => t('days', { n: ageDays }), 'number'],
    [
      t('carriedTimes'),
      (action) => [t('times', { n: action.timesCarried }), ...marked(action.choiceRequired, 'choiceRequired')],
      'number',
    ],
    [
      t('board.status'),
      ({ status, lacks }) => {
        const fields = lacks.map((each) => name('field', each)).join(', ');
        return `${name('actionStatus', status)}${fields ? ` (${t('lacks', { fields })})` : ''}`;
      },
    ],
  ]);
}
