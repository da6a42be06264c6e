/** What all charts of a bundle share: their size, and axes with units. */
import type { Speech } from '../../words/speech.ts';
import type { BundleHead } from '../store.ts';
import type { TrendWeek } from '../trends.ts';

/** A telephone shows it as wide as this: its letters stay as large as the page's small ones. */
export const width = 360;
export const height = 250;
export const plot = { left: 50, top: 30, bottom: 46 };
export const fontSize = 11;
export const ink = '#3a3f47';

export type ChartFacts = Pick<BundleHead, 'trends' | 'overWeeks' | 'underReporting'>;
/** For labels above dots and lines. */
export const onWhite = {
  fontWeight: 'bold',
  backgroundColor: 'rgba(255,255,255,0.85)',
  padding: [2, 4],
  borderRadius: 3,
};

export const weekAxis = (trends: readonly TrendWeek[], { t }: Speech): object => ({
  type: 'category',
  name: t('weekAxis'),
  nameLocation: 'middle',
  nameGap: 26,
  nameTextStyle: { color: ink, fontSize },
  data: trends.map(({ week }) => week.slice(5)),
  axisLabel: { interval: (index: number) => (trends.length - 1 - index) % 5 === 0, fontSize, color: ink },
  axisTick: { show: false },
});

export const valueAxis = (name: string, of: object): object => ({
  type: 'value',
  name,
  nameLocation: 'end',
  nameGap: 12,
  nameTextStyle: { align: 'left', padding: [0, 0, 0, -plot.left + 6], color: ink, fontSize },
  min: 0,
  axisLabel: { fontSize, color: ink },
  ...of,
});
