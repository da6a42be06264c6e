/** The weeks side by side: charts, the table behind each, and what the weeks are as a whole. Pure. */
import { impactLevels, medianOfTimes } from '../aggregates.ts';
import { spans } from '../entry.ts';
import { type Skew, slotsKept } from '../over-weeks.ts';
import type { BundleHead } from '../store.ts';
import type { WeekNumbers } from '../trends.ts';
import { type Block, chartNames, chartTitles, type Inline, muted, number, tableOf } from './blocks.ts';
import { sayLost, sayMedian, saySlots } from './measures.ts';
import type { Page } from './page.ts';
import { chanceText } from './sentences.ts';

/** A column: its head, its value for a week, and its total if there is one. */
type Measure = [head: string, of: (week: WeekNumbers) => string | number, total?: string];

export function composeTrends({ id, trends, overWeeks }: BundleHead, page: Page): Block[] {
  const { t, name, policy } = page;
  const of = (n: number, total: number): string => `(${t('trends.known', { n, total })})`;
  // A team that has just begun reads no rows of the weeks before.
  const first = trends.findIndex(({ summary }) => summary !== null);
  // A week of another year is written with its year.
  const weeks = trends.slice(Math.max(0, first)).map(({ week, summary }) => ({
    name: week.startsWith(id.slice(0, 5)) ? week.slice(5) : week,
    summary,
  }));
  /** A row a week; one without a bundle says so. */
  const table = (label: string, measures: Measure[]): Block => {
    const hasTotal = measures.some(([, , total]) => total !== undefined);
    type Row = { name: Inline; summary?: WeekNumbers | null };
    const rows: Row[] = [...weeks, ...(hasTotal ? [{ name: { strong: t('total') } }] : [])];
    const columns = measures.map(([head, say, total = ''], index) =>
      number(head, ({ summary }: Row) => {
        if (summary === undefined) return total;
        return summary ? say(summary) : index === 0 ? t('none') : '';
      }),
    );
    return tableOf(rows, [[t('weekColumn'), ({ name }) => [name]], ...columns], { label, isFolded: true });
  };
  const counts = table(t('chartCounts'), [
    [t('trends.column.incidents'), ({ incidents }) => incidents],
    [name('source', 'ticket'), ({ ticketIncidents }) => ticketIncidents],
    [name('source', 'alert'), ({ alertIncidents }) => alertIncidents],
    [name('door', 'questions'), ({ doors }) => doors.questions],
    [name('door', 'outside'), ({ doors }) => doors.outside],
    [
      t('mixedScore'),
      ({ score: { known, unknown, sum } }) => (known === 0 ? '–' : `${sum} ${of(known, known + unknown)}`),
    ],
  ]);
  // Without incidents, empty charts and medians would fill the page.
  if (!weeks.some(({ summary }) => summary && summary.incidents > 0)) return [page.heading(2, 'trends'), counts];
  return [
    page.heading(2, 'trends'),
    ...chartNames.map((chart): Block => ({ kind: 'chart', chart, title: t(chartTitles[chart]) })),
    counts,
    table(name('field', 'businessImpact'), [
      ...impactLevels.map((each): Measure => [name('impact', each), ({ impact }) => impact[each]]),
      [
        name('field', 'affectedCustomerCount'),
        ({ customers, incidents }) => `${customers.sum} ${of(incidents - customers.unknown, incidents)}`,
      ],
    ]),
    table(t('chartTimes'), [
      ...spans.map(
        (span): Measure => [
          `${t(span)} (${t('median')})`,
          (week) => sayMedian(medianOfTimes(week[span], policy.review), page),
          sayMedian(overWeeks[span], page),
        ],
      ),
      [t('slotsKept'), ({ slots }) => saySlots(slotsKept(slots), page), saySlots(overWeeks.slots, page)],
      [t('lostTime'), ({ lostTime }) => sayLost(lostTime, page), sayLost(overWeeks.lostTime, page)],
    ]),
    ...skewTable(overWeeks.skew, page),
  ];
}

function skewTable(skew: readonly Skew[], page: Page): Block[] {
  const { t, name } = page;
  if (skew.length === 0) return [];
  const parts = ({ of, parts: all }: Skew): string[] =>
    all.slice(0, 7).map(({ name: own, count, expected }) => {
      const named = of === 'weekday' ? name('weekday', own) : own;
      return `${named} ${t('skewPart', { count, expected: expected.toFixed(1) })}`;
    });
  return [
    page.heading(3, 'skew'),
    muted(t('skewWhy')),
    tableOf(skew, [
      [t('skewOf'), ({ of, n }) => `${name('skew', of)} (${t('n', { n })})`],
      [t('skewMost'), (each) => parts(each).join(' · ')],
      [t('skewChance'), ({ p }) => (p === null ? t('tooFew') : chanceText(p, page))],
    ]),
  ];
}
