/** How long incidents took, a dot each, and how many updates were on time, with the interval of each week. */
import { colours, type EChartsCoreOption } from '../../platform/draw.ts';
import type { Speech } from '../../words/speech.ts';
import type { TimeSpan } from '../entry.ts';
import { slotsKept } from '../over-weeks.ts';
import { type ChartFacts, fontSize, ink, onWhite, plot, valueAxis, weekAxis } from './chart-axes.ts';
import { sayMedian } from './measures.ts';

/** Minutes that a person reads at once. All times have this scale: from a minute, or less, to thirty days, by factors. */
const ticks = [1, 10, 60, 360, 1_440, 10_080, 43_200];
const heightOf = (minutes: number): number => Math.log10(Math.min(43_200, Math.max(1, minutes)));

const lines = (lineStyle: object, data: unknown[]): object => ({
  silent: true,
  symbol: 'none',
  label: { show: false },
  lineStyle,
  data,
});

/** The value over all weeks, labelled with its name; undefined if it is unknown. */
const lineOfAll = (yAxis: number | undefined, position: string, formatter: string): object[] => {
  if (yAxis === undefined) return [];
  const label = { show: true, position, formatter, fontSize, color: ink, ...onWhite };
  return [{ yAxis, lineStyle: { color: colours.orange, type: 'solid', width: 2 }, label }];
};

/** One dot per incident, anywhere within its week; hollow if the time has not ended. */
export function dots(span: TimeSpan, { trends, overWeeks }: ChartFacts, speech: Speech): EChartsCoreOption {
  // The golden ratio spreads a week's dots over its width, whatever their number.
  const place = (index: number, at: number): number => index + (((at + 1) * 0.618034) % 1);
  const points = (which: 'ended' | 'open'): number[][] =>
    trends.flatMap(({ summary }, index) => {
      if (!summary) return [];
      const first = which === 'open' ? summary[span].ended.length : 0;
      return summary[span][which].map((minutes, at) => [place(index, first + at), heightOf(minutes)]);
    });
  const named = trends.flatMap((_, index) => ((trends.length - 1 - index) % 5 === 0 ? [index + 0.5] : []));
  const median = overWeeks[span];
  const at = median.medianMinutes ?? median.medianAtLeastMinutes;
  const dot = (which: 'ended' | 'open', style: object): object => ({
    type: 'scatter',
    silent: true,
    symbolSize: 5,
    itemStyle: style,
    data: points(which),
  });
  return {
    grid: { ...plot, right: 14 },
    xAxis: {
      ...weekAxis(trends, speech),
      type: 'value',
      min: 0,
      max: trends.length,
      splitLine: { show: false },
      axisLabel: {
        customValues: named,
        fontSize,
        color: ink,
        formatter: (value: number) => trends[Math.floor(value)]?.week.slice(5) ?? '',
      },
    },
    yAxis: valueAxis(speech.t('timeAxis'), {
      max: heightOf(43_200),
      splitLine: { show: false },
      axisTick: { show: false },
      axisLabel: {
        customValues: ticks.map(heightOf),
        fontSize,
        color: ink,
        formatter: (value: number) => tickText(Math.round(10 ** value), speech),
      },
    }),
    series: [
      {
        ...dot('ended', { color: colours.blue, opacity: 0.65 }),
        markLine: lines({ color: '#e3e6ea', type: 'solid', width: 1 }, [
          ...ticks.map((each) => ({ yAxis: heightOf(each) })),
          ...lineOfAll(at && heightOf(at), 'insideStartTop', `${speech.t('median')} ${sayMedian(median, speech)}`),
        ]),
      },
      dot('open', { color: 'transparent', borderColor: colours.orange, borderWidth: 1.5 }),
    ],
  };
}

function tickText(minutes: number, { language }: Speech): string {
  const [day, hour, minute] = language === 'ja' ? ['日', '時間', '分'] : [' d', ' h', ' min'];
  if (minutes >= 1_440) return `${Math.round(minutes / 1_440)}${day}`;
  return minutes >= 60 ? `${Math.round(minutes / 60)}${hour}` : `${minutes}${minute}`;
}

/** The share of updates on time in each week, with its confidence interval. */
export function shares({ trends, overWeeks }: ChartFacts, speech: Speech): EChartsCoreOption {
  const percent = (share: number): number => Math.round(share * 1_000) / 10;
  const known = trends.flatMap(({ week, summary }) => {
    const kept = summary && slotsKept(summary.slots);
    return kept?.interval ? [{ week: week.slice(5), share: kept.met / kept.due, ...kept.interval }] : [];
  });
  const { met, due } = overWeeks.slots;
  const all = due > 0 ? percent(met / due) : undefined;
  const share = `${Math.round(all ?? 0)}%`;
  return {
    grid: { ...plot, right: 14 },
    xAxis: weekAxis(trends, speech),
    yAxis: valueAxis(speech.t('shareAxis'), { max: 100, interval: 25 }),
    series: [
      {
        type: 'scatter',
        silent: true,
        symbolSize: 6,
        itemStyle: { color: colours.blue },
        data: trends.map(({ week }) => {
          const found = known.find((each) => each.week === week.slice(5));
          return found ? percent(found.share) : null;
        }),
        markLine: lines({ color: colours.blue, type: 'solid', width: 1.5 }, [
          ...known.map(({ week, low, high }) => [{ coord: [week, percent(low)] }, { coord: [week, percent(high)] }]),
          ...lineOfAll(all, 'insideStartBottom', speech.t('sharesOverWeeks', { share, met, due })),
        ]),
      },
    ],
  };
}
