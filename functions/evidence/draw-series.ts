/** The kept series of an alert as an SVG chart, with the threshold that was passed. Loads the charting library. */
import { asFile, colours, draw } from '../platform/draw.ts';
import type { SeriesEvidence } from './kept-evidence.ts';
import { seriesNames } from './points.ts';

const size = { width: 640, height: 240 };
const strokes = [colours.blue, colours.orange, colours.purple, colours.grey];
const dashes = ['solid', 'dashed', 'dotted'] as const;

export function drawSeries(
  { series, threshold }: SeriesEvidence,
  { clock, thresholdName }: { clock: (at: Date) => string; thresholdName: string },
): string {
  const names = seriesNames(series);
  const limit = threshold === undefined ? [] : [threshold];
  const values = [...series.flatMap(({ points }) => points.map(({ value }) => value)), ...limit];
  const isSeveral = series.length > 1;
  const legend = { bottom: 0, itemGap: 24, itemWidth: 18, itemHeight: 9, textStyle: { fontSize: 11 }, type: 'plain' };
  const markLine = {
    silent: true,
    symbol: 'none',
    lineStyle: { color: '#c0262d', type: 'dashed', width: 1.5 },
    label: { formatter: `${thresholdName} ${threshold}`, fontSize: 10, color: '#c0262d' },
    data: [{ yAxis: threshold }],
  };
  const option = {
    grid: { left: 56, right: 72, top: 14, bottom: isSeveral ? 56 : 28 },
    ...(isSeveral ? { legend } : {}),
    xAxis: {
      type: 'time',
      axisLabel: { fontSize: 10, hideOverlap: true, formatter: (at: number) => clock(new Date(at)) },
    },
    // The axis starts at zero unless values are negative: otherwise a small wiggle looks like a cliff.
    yAxis: { type: 'value', min: Math.min(0, ...values), axisLabel: { fontSize: 10 } },
    series: series.map(({ points }, index) => {
      const color = strokes[index % strokes.length];
      return {
        name: names[index],
        type: 'line',
        silent: true,
        symbol: 'circle',
        symbolSize: 3,
        data: points.map(({ at, value }) => [at.getTime(), value]),
        itemStyle: { color },
        lineStyle: { color, width: 2, type: dashes[Math.floor(index / strokes.length) % 3] },
        ...(index === 0 && threshold !== undefined ? { markLine } : {}),
      };
    }),
  };
  return asFile(draw('series', option, size));
}
