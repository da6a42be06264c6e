/** What meetings have said: last time's, and this week's own with the actions that it made. Pure. */
import type { ActionEntry } from '../bundle.ts';
import type { Skipped } from '../meeting.ts';
import type { BundleSlice } from '../store.ts';
import { type Block, type Inline, link } from './blocks.ts';
import { date, dateTime, type Period } from './format.ts';
import type { Speech, TextKey } from './words.ts';

const plain = (text: string): Block => ({ kind: 'text', content: [text] });

/** The answers to a changed count: this meeting's own, and those of earlier ones since it was noticed. */
export function answersToChange({ head, meeting }: BundleSlice, speech: Speech): Block[] {
  const { word, locale } = speech;
  const own = meeting.answers
    .filter((each) => each.item === 'falling-counts')
    .map(({ text, by, at }) => ({ week: head.id, text, by, at: at.toISOString() }));
  const said = [...own, ...head.fallingCountsAnswers];
  if (said.length === 0) return [];
  const items = said.map(({ week, text, by, at }): Inline[] => [
    { strong: week.slice(5) },
    ` ${text} (${by}, ${dateTime(at, head.period, locale)})`,
  ]);
  return [plain(word('answered')), { kind: 'list', style: 'plain', items }];
}

/** Nothing where the week before had no meeting that said anything. */
export function lastMeeting({ head }: BundleSlice, speech: Speech): Block[] {
  const { word } = speech;
  const last = head.lastMeeting;
  if (!last) return [];
  return [
    { kind: 'heading', level: 2, text: word('lastMeeting', { week: last.week.slice(5) }), id: 'lastMeeting' },
    { kind: 'facts', rows: record(last, last.skippedCount, head.period, speech) },
  ];
}

export function thisMeeting({ document, head, meeting }: BundleSlice, speech: Speech): Block[] {
  const { word } = speech;
  const said = {
    attendance: meeting.attendance ?? null,
    skipped: meeting.skipped?.items ?? [],
    answers: meeting.answers.map((each) => ({ ...each, at: each.at.toISOString() })),
  };
  const rows = record(said, meeting.skipped?.total ?? 0, head.period, speech);
  const isSilent = document.state !== 'held' && !meeting.attendance && meeting.answers.length === 0;
  return [
    { kind: 'heading', level: 2, text: word('newActions'), id: 'newActions' },
    ...(head.newActions.length === 0
      ? [plain(word('noNewActions'))]
      : [actionTable(head.newActions, head.period, speech)]),
    { kind: 'heading', level: 2, text: word('meeting'), id: 'meeting' },
    ...(isSilent ? [plain(word('notYetHeld'))] : [{ kind: 'facts' as const, rows }]),
  ];
}

interface MeetingRecord {
  attendance: { present: string[]; chair: string } | null;
  answers: { item: string; title?: string; text: string; by: string; at: string }[];
  skipped: Skipped[];
}

function record(said: MeetingRecord, skippedCount: number, week: Period, speech: Speech): [string, Inline[]][] {
  const { word, value, locale } = speech;
  const separator = locale === 'ja' ? '、' : ', ';
  const nameOf = (item: string, title: string | undefined): string => {
    if (title) return title;
    if (item.startsWith('inc_')) return word('untitled');
    return value('agenda', item.includes(':') ? item.slice(item.indexOf(':') + 1) : item);
  };
  const skipped = said.skipped.slice(0, 20).map(({ item, title }) => nameOf(item, title));
  const rest = skippedCount - skipped.length;
  return [
    [word('chair'), [said.attendance?.chair ?? word('notYet')]],
    [
      word('present'),
      [
        said.attendance
          ? `${said.attendance.present.join(separator)} (${word('people', { n: said.attendance.present.length })})`
          : word('notYet'),
      ],
    ],
    ...said.answers.map(({ item, title, text, by, at }): [string, Inline[]] => [
      nameOf(item, title),
      [`${text} (${by}, ${dateTime(at, week, locale)})`],
    ]),
    [
      word('skipped'),
      [
        skippedCount === 0
          ? word('none')
          : `${skipped.join(separator)}${rest > 0 ? `${separator}${word('more', { n: rest })}` : ''}`,
      ],
    ],
  ];
}

export function actionTable(actions: readonly ActionEntry[], week: Period, speech: Speech): Block {
  const { word, value, locale } = speech;
  const columns: TextKey[] = ['action', 'owner', 'due', 'age', 'carriedTimes', 'state'];
  const row = (action: ActionEntry): Inline[][] => [
    [
      action.description,
      ...(action.doneWhen ? [` (${word('doneWhen')}: ${action.doneWhen})`] : []),
      ...(action.ticketUrl ? [' ', link(word('ticket'), action.ticketUrl)] : []),
      ...(action.evidenceUrl ? [' ', link(word('evidence'), action.evidenceUrl)] : []),
    ],
    [action.owner ?? word('notYet')],
    [
      date(action.dueAt, week, locale),
      ...(action.isOverdue ? [' ', { badge: word('overdue'), tone: 'bad' as const }] : []),
      ...(action.dueRule === 'replanned' ? [` (${word('replanned')})`] : []),
    ],
    [word('days', { n: action.ageDays })],
    [
      word('times', { n: action.timesCarried }),
      ...(action.choiceRequired ? [' ', { badge: word('choiceRequired'), tone: 'bad' as const }] : []),
    ],
    [
      value('actionStatus', action.status),
      ...(action.lacks.length > 0
        ? [` (${word('lacks', { fields: action.lacks.map((each) => value('field', each)).join(', ') })})`]
        : []),
    ],
  ];
  return { kind: 'table', head: columns.map((each) => word(each)), numeric: [3, 4], rows: actions.map(row) };
}
