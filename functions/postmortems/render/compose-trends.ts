/** The weeks side by side: charts, the table behind each, and what the weeks are as a whole. Pure. */

import type { Policy } from '../../policy.ts';
import { medianOfTimes } from '../aggregates.ts';
import { type Skew, slotsKept } from '../over-weeks.ts';
import type { BundleHead } from '../store.ts';
import type { TrendWeek } from '../trends.ts';
import { type Block, type ChartName, chartNames, type Inline } from './blocks.ts';
import { sayLost, sayMedian, saySlots } from './measures.ts';
import { chanceText } from './sentences.ts';
import type { Speech, TextKey } from './words.ts';

const titles: Record<ChartName, TextKey> = {
  counts: 'chartCounts',
  impact: 'chartImpact',
  questions: 'chartQuestions',
  score: 'chartScore',
  responseTimes: 'firstResponse',
  mitigationTimes: 'mitigation',
  recoveryTimes: 'recovery',
  slots: 'slotsKept',
  lostTime: 'lostTime',
};
const levels = ['stopped', 'degraded', 'inconvenient', 'none', 'unknown'] as const;
const spans = ['firstResponse', 'mitigation', 'recovery'] as const;

type Summary = NonNullable<TrendWeek['summary']>;

export function composeTrends({ id, trends, overWeeks }: BundleHead, speech: Speech, { review }: Policy): Block[] {
  const { word, value } = speech;
  // Of another year, a week is written with its year.
  const short = (week: string): string => (week.startsWith(id.slice(0, 5)) ? week.slice(5) : week);
  const of = (n: number, total: number): string => `(${word('of', { n, total })})`;
  // A team that has just begun reads no rows of the weeks before.
  const since = trends.slice(
    Math.max(
      0,
      trends.findIndex(({ summary }) => summary !== null),
    ),
  );
  /** A row a week; one without a bundle says so. */
  const table = (
    label: string,
    columns: [head: string, of: (week: Summary) => string | number][],
    last?: string[],
  ): Block => ({
    kind: 'table',
    label,
    head: [word('weekColumn'), ...columns.map(([head]) => head)],
    numeric: columns.map((_, index) => index + 1),
    rows: [
      ...since.map(({ week, summary }): Inline[][] => [
        [short(week)],
        ...columns.map(([, of], index): Inline[] => [
          summary ? String(of(summary)) : index === 0 ? word('noBundle') : '',
        ]),
      ]),
      ...(last ? [[[{ strong: word('total') }], ...last.map((each): Inline[] => [each])] satisfies Inline[][]] : []),
    ],
  });
  return [
    { kind: 'heading', level: 2, text: word('trends'), id: 'trends' },
    ...chartNames.map((chart): Block => ({ kind: 'chart', chart, title: word(titles[chart]) })),
    table(word('chartCounts'), [
      [word('incidents'), ({ incidents }) => incidents],
      [value('source', 'ticket'), ({ ticketIncidents }) => ticketIncidents],
      [value('source', 'alert'), ({ alertIncidents }) => alertIncidents],
      [value('door', 'questions'), ({ doors }) => doors.questions],
      [value('door', 'outside'), ({ doors }) => doors.outside],
      [
        word('mixedScore'),
        ({ score: { known, unknown, sum } }) => (known === 0 ? '–' : `${sum} ${of(known, known + unknown)}`),
      ],
    ]),
    table(word('impact'), [
      ...levels.map((each): [string, (week: Summary) => number] => [
        value('impact', each),
        ({ impact }) => impact[each],
      ]),
      [
        word('affected'),
        ({ customers, incidents }) => `${customers.sum} ${of(incidents - customers.unknown, incidents)}`,
      ],
    ]),
    table(
      word('chartTimes'),
      [
        ...spans.map((span): [string, (week: Summary) => string] => [
          `${word(span)} (${word('median')})`,
          (week) => sayMedian(medianOfTimes(week[span], review), speech),
        ]),
        [word('slotsKept'), ({ slots }) => saySlots(slotsKept(slots), speech)],
        [word('lostTime'), ({ lostTime }) => sayLost(lostTime, speech)],
      ],
      [
        ...spans.map((span) => sayMedian(overWeeks[span], speech)),
        saySlots(overWeeks.slots, speech),
        sayLost(overWeeks.lostTime, speech),
      ],
    ),
    ...skewTable(overWeeks.skew, speech),
  ];
}

/** Where incidents gather, and whether that is more than chance. */
function skewTable(skew: readonly Skew[], speech: Speech): Block[] {
  const { word, value } = speech;
  if (skew.length === 0) return [];
  const named = (of: Skew['of'], name: string): string => (of === 'weekday' ? value('weekday', name) : name);
  return [
    { kind: 'heading', level: 3, text: word('skew'), id: 'skew' },
    { kind: 'text', content: [word('skewWhy')], isMuted: true },
    {
      kind: 'table',
      head: [word('skewOf'), word('skewMost'), word('skewChance')],
      numeric: [],
      rows: skew.map(({ of, n, parts, p }) => [
        [`${value('skew', of)} (${word('n', { n })})`],
        [
          parts
            .slice(0, 7)
            .map(
              ({ name, count, expected }) =>
                `${named(of, name)} ${word('skewPart', { count, expected: expected.toFixed(1) })}`,
            )
            .join(' · '),
        ],
        [p === null ? word('tooFew') : chanceText(p, speech)],
      ]),
    },
  ];
}
