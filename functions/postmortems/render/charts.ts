/** The charts of a bundle as SVG. */

import { colours, draw, severityColours } from '../../platform/draw.ts';
import type { CountAlarm } from '../changed-counts.ts';
import type { TrendWeek } from '../trends.ts';
import type { ChartName } from './blocks.ts';
import type { Speech } from './words.ts';

const width = 480;
const height = 230;

interface Series {
  name: string;
  type: 'bar' | 'line';
  colour: string;
  isDashed?: boolean;
  stack?: string;
  of: (summary: NonNullable<TrendWeek['summary']>) => number | null;
}

export function seriesOf(chart: ChartName, { word, value }: Speech): Series[] {
  const dashed = { isDashed: true };
  switch (chart) {
    case 'counts':
      return [
        {
          name: value('source', 'ticket'),
          type: 'bar',
          stack: 'all',
          colour: colours.blue,
          of: (week) => week.ticketIncidents,
        },
        {
          name: value('source', 'alert'),
          type: 'bar',
          stack: 'all',
          colour: colours.orange,
          of: (week) => week.alertIncidents,
        },
      ];
    case 'impact':
      return (['stopped', 'degraded', 'inconvenient', 'none', 'unknown'] as const).map((level) => ({
        name: value('impact', level),
        type: 'bar',
        stack: 'all',
        colour: severityColours[level],
        of: (week) => week.impact[level],
      }));
    case 'questions':
      return [
        { name: word('incidents'), type: 'line', colour: colours.blue, of: (week) => week.incidents },
        {
          name: value('door', 'questions'),
          type: 'line',
          colour: colours.purple,
          ...dashed,
          of: (week) => week.doors.questions,
        },
        {
          name: value('door', 'outside'),
          type: 'line',
          colour: colours.grey,
          ...dashed,
          of: (week) => week.doors.outside,
        },
      ];
    case 'score':
      return [
        {
          name: word('score'),
          type: 'bar',
          colour: colours.blue,
          of: (week) => (week.score.known > 0 ? week.score.sum : null),
        },
      ];
    case 'times':
      return [
        {
          name: word('firstResponse'),
          type: 'line',
          colour: colours.blue,
          of: (week) => week.firstResponse.medianMinutes,
        },
        {
          name: word('mitigation'),
          type: 'line',
          colour: colours.orange,
          ...dashed,
          of: (week) => week.mitigation.medianMinutes,
        },
        { name: word('recovery'), type: 'line', colour: colours.purple, of: (week) => week.recovery.medianMinutes },
      ];
    case 'load':
      return [
        {
          name: word('load'),
          type: 'line',
          colour: colours.blue,
          of: (week) => (week.load.topShare === null ? null : Math.round(week.load.topShare * 100)),
        },
      ];
  }
}

/** Weeks without a bundle are gaps, not zeros. */
export function drawChart(
  chart: ChartName,
  trends: readonly TrendWeek[],
  alarms: readonly Pick<CountAlarm, 'week' | 'kind'>[],
  speech: Speech,
): string {
  const series = seriesOf(chart, speech);
  const option = {
    grid: { left: 40, right: 12, top: 12, bottom: series.length > 1 ? 52 : 28 },
    ...(series.length > 1
      ? { legend: { bottom: 0, itemGap: 24, itemWidth: 18, itemHeight: 9, textStyle: { fontSize: 11 } } }
      : {}),
    xAxis: {
      type: 'category',
      data: trends.map(({ week }) => week.slice(5)),
      axisLabel: { interval: (index: number) => (trends.length - 1 - index) % 5 === 0, fontSize: 10 },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: 1,
      ...(chart === 'load' ? { max: 100 } : {}),
      axisLabel: { fontSize: 10 },
    },
    series: series.map(({ name, type, colour, isDashed, stack, of }, index) => ({
      name,
      type,
      silent: true,
      ...(stack ? { stack } : {}),
      ...(chart === 'counts' && index === 0 ? { markLine: marksOf(alarms) } : {}),
      data: trends.map(({ summary }) => (summary === null ? null : of(summary))),
      itemStyle: { color: colour },
      ...(type === 'line'
        ? {
            symbol: 'circle',
            symbolSize: 4,
            lineStyle: { color: colour, width: 2, ...(isDashed ? { type: 'dashed' } : {}) },
          }
        : { barCategoryGap: '25%' }),
    })),
  };
  return draw(chart, option, { width, height });
}

/** The weeks in which a change of counts was noticed. */
const marksOf = (alarms: readonly Pick<CountAlarm, 'week' | 'kind'>[]): object => ({
  silent: true,
  symbol: 'none',
  lineStyle: { color: colours.orange, type: 'solid', width: 1.5 },
  label: { fontSize: 12, color: colours.orange },
  data: alarms.map(({ week, kind }) => ({ xAxis: week.slice(5), label: { formatter: kind === 'fall' ? '▼' : '▲' } })),
});
