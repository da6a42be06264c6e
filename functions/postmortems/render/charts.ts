/** The charts of a bundle as SVG: units on both axes, names beside what they name, and one scale for one thing. */
import { colours, draw, type EChartsCoreOption, font, severityColours } from '../../platform/draw.ts';
import type { Policy } from '../../policy.ts';
import type { Speech } from '../../words/speech.ts';
import { impactLevels } from '../aggregates.ts';
import type { TrendWeek } from '../trends.ts';
import type { ChartName } from './blocks.ts';
import { type ChartFacts, fontSize, height, ink, plot, valueAxis, weekAxis, width } from './chart-axes.ts';
import { dots, shares } from './chart-times.ts';
import { hoursOf } from './measures.ts';

type Summary = NonNullable<TrendWeek['summary']>;

interface Series {
  name: string;
  type: 'bar' | 'line';
  colour: string;
  isDashed?: boolean;
  of: (summary: Summary) => number | null;
}

const times = { responseTimes: 'firstResponse', mitigationTimes: 'mitigation', recoveryTimes: 'recovery' } as const;
type Counted = Exclude<ChartName, keyof typeof times | 'slots'>;
const isTimes = (chart: ChartName): chart is keyof typeof times => chart in times;

export function seriesOf(chart: Counted, { t, name }: Speech): Series[] {
  const bar = (label: string, colour: string, of: Series['of']): Series => ({ name: label, type: 'bar', colour, of });
  const line = (label: string, colour: string, of: Series['of']): Series => ({ name: label, type: 'line', colour, of });
  switch (chart) {
    case 'counts':
      return [
        bar(name('source', 'ticket'), colours.blue, (week) => week.ticketIncidents),
        bar(name('source', 'alert'), colours.orange, (week) => week.alertIncidents),
      ];
    case 'impact':
      return impactLevels.map((level) =>
        bar(name('impact', level), severityColours[level], (week) => week.impact[level]),
      );
    case 'questions':
      return [
        line(t('trends.column.incidents'), colours.blue, (week) => week.incidents),
        { ...line(name('door', 'questions'), colours.purple, (week) => week.doors.questions), isDashed: true },
        { ...line(name('door', 'outside'), colours.grey, (week) => week.doors.outside), isDashed: true },
      ];
    case 'score':
      return [bar('', colours.blue, (week) => (week.score.known > 0 ? week.score.sum : null))];
    case 'lostTime':
      return [bar('', colours.orange, (week) => (week.lostTime.n > 0 ? hoursOf(week.lostTime.minutes) : null))];
  }
}

type By = Speech & { policy: Pick<Policy, 'underReporting'> };

/** Weeks without a bundle are gaps, not zeros. */
export function drawChart(chart: ChartName, head: ChartFacts, speech: By): string {
  const option = isTimes(chart)
    ? dots(times[chart], head, speech)
    : chart === 'slots'
      ? shares(head, speech)
      : counts(chart, head, speech);
  return draw(chart, option, { width, height });
}

/** All charts that count reports of a week share one scale. */
const largestCount = ({ trends, underReporting }: ChartFacts): number =>
  Math.max(
    underReporting.usual?.high ?? 5,
    ...trends.flatMap(({ summary: week }) => (week ? [week.incidents, week.doors.questions, week.doors.outside] : [])),
  );

/** The smallest step of 1, 2, 2.5, 5 and their tens such that four steps reach the value; whole for counts. */
function scaleTo(most: number): { max: number; interval: number } {
  const ten = 10 ** Math.floor(Math.log10(Math.max(1, most / 4)));
  const steps = ten === 1 ? [1, 2, 5, 10] : [1, 2, 2.5, 5, 10];
  const interval = (steps.find((each) => each * ten * 4 >= most) ?? 10) * ten;
  return { interval, max: interval * Math.max(1, Math.ceil(most / interval)) };
}

function counts(chart: Counted, head: ChartFacts, speech: By): EChartsCoreOption {
  const { trends } = head;
  const series = seriesOf(chart, speech);
  const known = trends.flatMap(({ summary }) => summary ?? []);
  const isCount = chart !== 'score' && chart !== 'lostTime';
  const most = isCount ? largestCount(head) : Math.max(1, ...known.map((week) => series[0]?.of(week) ?? 0));
  const scale = scaleTo(most);
  const names = namesBeside(series, known.at(-1), scale.max);
  return {
    grid: { ...plot, right: names.width },
    xAxis: weekAxis(trends, speech),
    yAxis: valueAxis(speech.t(isCount ? 'countAxis' : chart === 'score' ? 'scoreAxis' : 'lostAxis'), scale),
    graphic: names.graphic,
    series: series.map(({ name, type, colour, isDashed, of }, index) => ({
      name,
      type,
      silent: true,
      ...(type === 'bar' ? { stack: 'all' } : {}),
      ...(chart === 'counts' && index === 0 ? marksOf(head, speech) : {}),
      data: trends.map(({ summary }) => (summary === null ? null : of(summary))),
      itemStyle: { color: colour },
      ...(type === 'bar' && { barCategoryGap: '25%' }),
      ...(type === 'line' && {
        symbol: 'circle',
        symbolSize: 4,
        lineStyle: { color: colour, width: 2, ...(isDashed && { type: 'dashed' }) },
      }),
    })),
  };
}

/** The name of each series beside its last value, and of one that is alone none: the title has it. */
function namesBeside(series: readonly Series[], last: Summary | undefined, max: number) {
  if (series.length < 2) return { width: 12, graphic: [] };
  const room = height - plot.top - plot.bottom;
  const lineHeight = 14;
  let stacked = 0;
  const wanted = series.map(({ name, type, colour, of }) => {
    const value = (last && of(last)) ?? 0;
    const at = type === 'bar' ? stacked + value / 2 : value;
    stacked += value;
    return { name, colour, y: plot.top + room * (1 - Math.min(1, at / max)) };
  });
  // Places labels from the bottom up, each at least one line above the one before; labels above the top move down again.
  let above = plot.top + room;
  const placed = wanted
    .toSorted((a, b) => b.y - a.y)
    .map((each) => {
      above = Math.min(each.y, above) - lineHeight;
      return { ...each, y: above + lineHeight / 2 };
    });
  const down = Math.max(0, plot.top - above);
  const widest = Math.max(...series.map(({ name }) => widthOf(name)));
  return {
    width: widest + 26,
    graphic: placed.map(({ name, colour, y }) => ({
      type: 'text',
      left: width - widest - 22,
      top: y + down,
      style: {
        text: `{mark|■} ${name}`,
        rich: { mark: { fill: colour, fontSize, fontFamily: font } },
        fill: ink,
        fontSize,
        fontFamily: font,
      },
    })),
  };
}

/** What is not Latin is about twice as wide. */
const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, each) => sum + (/[\x20-\x7e]/.test(each) ? 6.2 : 11), 0);

/** Between which counts chance keeps a week, in the weeks before they changed; and the change, with what it was. */
function marksOf({ trends, underReporting: { findings, usual } }: ChartFacts, { t, policy }: By): EChartsCoreOption {
  const weekAt = (index: number): string | undefined => trends[Math.max(0, index)]?.week.slice(5);
  const changes = findings
    .map((each) => ({ ...each, to: trends.findIndex(({ week }) => week === each.week) }))
    .filter(({ to }) => to >= 0)
    .map((each) => ({ ...each, from: each.to - policy.underReporting.weeksAfter + 1 }));
  const [first = trends.length] = changes.map(({ from }) => from);
  const areas = changes.map(({ kind, before, after, from, to }) => [
    {
      name: `${kind === 'fall' ? '▼' : '▲'} ${t('changedBand', { before: before.toFixed(1), after: after.toFixed(1) })}`,
      xAxis: weekAt(from),
      itemStyle: { color: colours.orange, opacity: 0.18 },
      label: { position: 'insideTop' },
    },
    { xAxis: weekAt(to) },
  ]);
  const band = usual &&
    first > 0 && [
      { name: t('usualBand', usual), xAxis: weekAt(0), yAxis: usual.low },
      { xAxis: weekAt(first - 1), yAxis: usual.high },
    ];
  return {
    markArea: {
      silent: true,
      itemStyle: { color: colours.grey, opacity: 0.18 },
      label: { position: 'insideTopLeft', fontSize, color: ink },
      data: [...(band ? [band] : []), ...areas],
    },
  };
}
