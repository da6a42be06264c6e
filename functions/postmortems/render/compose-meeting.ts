/** What meetings have said: last time's, and this week's own with the actions that it made. Pure. */
import type { ActionEntry } from '../bundle-actions.ts';
import type { PastMeeting } from '../meeting.ts';
import type { BundleSlice } from '../store.ts';
import { type Block, badge, type Fact, link, list, tableOf, text } from './blocks.ts';
import type { Page } from './page.ts';

/** The answers to a changed count: this meeting's own, and those of earlier ones since it was noticed. */
export function answersToChange({ head, meeting }: BundleSlice, page: Page): Block[] {
  const own = meeting.answers
    .filter((each) => each.item === 'falling-counts')
    .map(({ text, by, at }) => ({ week: head.id, text, by, at: at.toISOString() }));
  const said = [...own, ...head.fallingCountsAnswers];
  if (said.length === 0) return [];
  const items = said.map(({ week, text, by, at }) => [{ strong: week.slice(5) }, ` ${text} (${by}, ${page.time(at)})`]);
  return [text(page.word('answered')), list('plain', items)];
}

/** Nothing where the week before had no meeting that said anything. */
export function lastMeeting({ head: { lastMeeting: last } }: BundleSlice, page: Page): Block[] {
  if (!last) return [];
  return [
    { kind: 'heading', level: 2, text: page.word('lastMeeting', { week: last.week.slice(5) }), id: 'lastMeeting' },
    { kind: 'facts', rows: recordOf(last, page) },
  ];
}

export function thisMeeting({ document, head, meeting }: BundleSlice, page: Page): Block[] {
  const { word } = page;
  const rows = recordOf(
    {
      attendance: meeting.attendance ?? null,
      skipped: meeting.skipped?.items ?? [],
      skippedCount: meeting.skipped?.total ?? 0,
      answers: meeting.answers.map((each) => ({ ...each, at: each.at.toISOString() })),
    },
    page,
  );
  const isSilent = document.state !== 'held' && !meeting.attendance && meeting.answers.length === 0;
  return [
    page.heading(2, 'newActions'),
    head.newActions.length === 0 ? text(word('noNewActions')) : actionTable(head.newActions, page),
    page.heading(2, 'meeting'),
    isSilent ? text(word('notYetHeld')) : { kind: 'facts', rows },
  ];
}

const mostSkipped = 20;

function recordOf({ attendance, answers, skipped, skippedCount }: Omit<PastMeeting, 'week'>, page: Page): Fact[] {
  const { word, value } = page;
  const nameOf = (item: string, title: string | undefined): string => {
    if (title) return title;
    if (item.startsWith('inc_')) return word('untitled');
    return value('agenda', item.includes(':') ? item.slice(item.indexOf(':') + 1) : item);
  };
  const present = attendance?.present ?? [];
  const names = skipped.slice(0, mostSkipped).map(({ item, title }) => nameOf(item, title));
  const rest = page.more(skippedCount - names.length);
  return [
    [word('field.chair'), [attendance?.chair ?? word('notYet')]],
    [
      word('present'),
      [attendance ? `${page.row(present)} (${word('people', { n: present.length })})` : word('notYet')],
    ],
    ...answers.map(
      ({ item, title, text, by, at }): Fact => [nameOf(item, title), [`${text} (${by}, ${page.time(at)})`]],
    ),
    [word('skipped'), [skippedCount === 0 ? word('none') : page.row([...names, ...rest])]],
  ];
}

export function actionTable(actions: readonly ActionEntry[], { word, value, day }: Page): Block {
  const marked = (is: boolean, key: 'action.overdue' | 'choiceRequired') => (is ? [' ', badge(word(key), 'bad')] : []);
  const linked = (key: 'field.ticketUrl' | 'evidence', url: string | undefined) =>
    url ? [' ', link(word(key), url)] : [];
  return tableOf(actions, [
    [
      word('action.description'),
      ({ description, doneWhen, ticketUrl, evidenceUrl }) => [
        description,
        ...(doneWhen ? [` (${word('doneWhen')}: ${doneWhen})`] : []),
        ...linked('field.ticketUrl', ticketUrl),
        ...linked('evidence', evidenceUrl),
      ],
    ],
    [word('owner'), ({ owner }) => owner ?? word('notYet')],
    [
      word('detail.dueAt'),
      ({ dueAt, isOverdue, dueRule }) => [
        day(dueAt),
        ...marked(isOverdue, 'action.overdue'),
        ...(dueRule === 'replanned' ? [` (${word('replanned')})`] : []),
      ],
    ],
    [word('age'), ({ ageDays }) => word('days', { n: ageDays }), 'number'],
    [
      word('carriedTimes'),
      (action) => [word('times', { n: action.timesCarried }), ...marked(action.choiceRequired, 'choiceRequired')],
      'number',
    ],
    [
      word('board.status'),
      ({ status, lacks }) => {
        const fields = lacks.map((each) => value('field', each)).join(', ');
        return `${value('actionStatus', status)}${fields ? ` (${word('lacks', { fields })})` : ''}`;
      },
    ],
  ]);
}
