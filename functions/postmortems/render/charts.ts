/** The charts as SVG, drawn here without a browser. This alone loads the charting library. */
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { TrendWeek } from '../trends.ts';
import type { ChartName } from './blocks.ts';
import type { Speech } from './words.ts';

use([BarChart, LineChart, GridComponent, LegendComponent, SVGRenderer]);

const width = 480;
const height = 230;
/** Told apart also in grey and by those who see few colours. */
const colours = { blue: '#1f5fa8', orange: '#e08214', purple: '#7b5aa6', grey: '#8a8f98' };
/** Without quotes: the library writes it into an attribute as it is. */
const font = 'system-ui, Hiragino Sans, Noto Sans CJK JP, Noto Sans JP, Yu Gothic, sans-serif';

interface Series {
  name: string;
  type: 'bar' | 'line';
  colour: string;
  isDashed?: boolean;
  stack?: string;
  of: (summary: NonNullable<TrendWeek['summary']>) => number | null;
}

function seriesOf(chart: ChartName, { word, value }: Speech): Series[] {
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
export function drawChart(chart: ChartName, trends: readonly TrendWeek[], speech: Speech): string {
  const series = seriesOf(chart, speech);
  const option: EChartsCoreOption = {
    animation: false,
    textStyle: { fontFamily: font, fontSize: 11 },
    grid: { left: 40, right: 12, top: 12, bottom: series.length > 1 ? 52 : 28 },
    ...(series.length > 1 ? { legend: { bottom: 0, itemWidth: 18, itemHeight: 9, textStyle: { fontSize: 11 } } } : {}),
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
    series: series.map(({ name, type, colour, isDashed, stack, of }) => ({
      name,
      type,
      silent: true,
      ...(stack ? { stack } : {}),
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
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawing.setOption(option);
    return tidy(drawing.renderToSVGString(), chart);
  } finally {
    drawing.dispose();
  }
}

/** The library counts its drawings in names: without them, or named after the chart, the same data gives the same bytes. */
function tidy(svg: string, chart: ChartName): string {
  return svg
    .replace(/<style[^<]*(?:<!\[CDATA\[[^<]*)?<\/style>/g, '')
    .replace(/\sclass="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${chart}-`)
    .replace(/\secmeta_\w+="[^"]*"/g, '')
    .replace(/^<svg width="\d+" height="\d+"/, '<svg role="img" aria-hidden="true"');
}
