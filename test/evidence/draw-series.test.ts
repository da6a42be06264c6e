/** The picture of a kept series: what its lines pass through, how they are told apart, and where the threshold lies. */
import { expect, test } from 'vitest';
import { drawSeries } from '../../functions/evidence/draw-series.ts';
import type { SeriesEvidence } from '../../functions/evidence/kept-evidence.ts';

const [from, until] = [new Date('2026-11-24T00:00:00Z'), new Date('2026-11-24T00:10:00Z')];
const line = (route: string, first: number, last: number) => ({
  metric: 'shop/latency',
  labels: { route },
  points: [
    { at: from, value: first },
    { at: until, value: last },
  ],
});
const draw = (threshold: number | undefined, ...series: SeriesEvidence['series']): string =>
  drawSeries(
    { fetchedAt: until, from, until, series, ...(threshold === undefined ? {} : { threshold }) },
    { clock: (at) => at.toISOString().slice(11, 16), thresholdName: 'Limit' },
  );
const textsOf = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map((each) => each[1] ?? '');
const linesOf = (svg: string): (string | undefined)[][] =>
  [...svg.matchAll(/<g clip-path[^>]*>\s*(<path[^>]*>)/g)].map(([, path = '']) =>
    ['d', 'stroke', 'stroke-dasharray'].map((name) => new RegExp(` ${name}="([^"]*)"`).exec(path)?.[1]),
  );

test('five series of a threshold, whole: the fifth has the colour of the first again, and is dashed', async () => {
  const series = [line('a', 120, 950), line('b', 100, 200), line('c', 0, 50), line('d', 700, 10), line('e', 300, 310)];
  const svg = draw(500, ...series);
  expect(linesOf(svg).map(([, ...told]) => told)).toEqual([
    ['#1f5fa8', undefined],
    ['#e08214', undefined],
    ['#7b5aa6', undefined],
    ['#8a8f98', undefined],
    ['#1f5fa8', '8,4'],
  ]);
  expect(textsOf(svg).slice(-6)).toEqual(['route=a', 'route=b', 'route=c', 'route=d', 'route=e', 'Limit 500']);
  await expect(svg.replaceAll('\n', ' ')).toMatchFileSnapshot('../fixtures/evidence/series.svg');
});

// The axis ends at the height of 212.
test.each<[string, number | undefined, number, number, string]>([
  ['high', undefined, 500, 1_000, 'M56 113L568 14'],
  ['below nothing', undefined, -20, 1_000, 'M56 212L568 14'],
  ['high, of a threshold below nothing', -50, 0, 1_000, 'M56 202.6L568 14'],
])('one that is %s (threshold %s, %i to %i) starts at nothing, or at the least', (_, threshold, first, last, path) => {
  const svg = draw(threshold, line('a', first, last));
  expect(linesOf(svg).map(([drawn]) => drawn)).toEqual([path]);
  // A single series needs no legend, and what has no threshold shows none.
  const words = textsOf(svg).filter((each) => /[a-z]/i.test(each));
  expect(words).toEqual(threshold === undefined ? [] : [`Limit ${threshold}`]);
});

test('two are told apart by a legend below', () => {
  const words = textsOf(draw(undefined, line('a', 120, 950), line('b', 100, 200)));
  expect(words.filter((each) => /[a-z]/i.test(each))).toEqual(['route=a', 'route=b']);
});
