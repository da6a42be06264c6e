/** The statistics, held against SciPy 1.15.3: each table's comment says what made it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  binomialTails,
  chanceOfSkew,
  chiSquareTail,
  compareRates,
  poissonBand,
  quantile,
  sampleSize,
  wilsonInterval,
} from '../../functions/postmortems/statistics.ts';

/** `n = a + b; s = wa / (wa + wb); binom.cdf(a, n, s), binom.sf(a - 1, n, s)` of scipy.stats. */
test.each([
  [130, 26, 6, 4, 0.0005105302940094633, 0.9998573837693976],
  [130, 26, 20, 4, 0.5592442458010021, 0.53617203684148],
  [65, 13, 6, 4, 0.0008986846328282766, 0.9997511533079755],
  [260, 26, 20, 4, 0.0007516993076240136, 0.9996423634797735],
  [520, 26, 40, 4, 2.3262861138415776e-6, 0.9999988673100502],
  [520, 26, 78, 4, 0.4467365576827018, 0.600604601797581],
  [520, 26, 120, 4, 0.9999519539143017, 7.395952950459425e-5],
  [0, 26, 0, 4, 1, 1],
  [5, 26, 9, 4, 0.9999989388520996, 1.4098012917034858e-5],
  [13, 13, 0, 4, 0.030579304397018458, 1],
  [40, 26, 0, 4, 0.003266508029251543, 1],
  [2600, 26, 330, 4, 0.00041999427796160916, 0.999658445667221],
  [26000, 26, 3600, 4, 1.029930286316718e-9, 0.999999999075601],
  [100, 20, 31, 4, 0.985298389719734, 0.024750675426208388],
])('%i in %i weeks, then %i in %i', (before, weeksBefore, after, weeksAfter, fall, rise) => {
  const chance = compareRates(before, weeksBefore, after, weeksAfter);
  expect(chance.fall / fall).toBeCloseTo(1, 9);
  expect(chance.rise / rise).toBeCloseTo(1, 9);
});

test('both tails share only the count itself, and no tail is less than its own end', () => {
  fc.assert(
    fc.property(fc.nat(3_000), fc.nat(3_000), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, share) => {
      const [k, n] = [Math.min(a, b), Math.max(a, b)];
      const { atMost, atLeast } = binomialTails(k, n, share);
      const below = k > 0 ? binomialTails(k - 1, n, share).atMost : 0;
      expect(atMost - below).toBeCloseTo(atMost + atLeast - 1, 9);
      for (const each of [atMost, atLeast]) expect(each >= -1e-12 && each <= 1 + 1e-12).toBe(true);
    }),
  );
});

/** The least n for which `hypergeom.pmf(0, N, max(1, 0.1 * N), n) <= 0.1` of scipy.stats. */
test.each([
  [0, 0],
  [1, 1],
  [5, 5],
  [10, 9],
  [20, 14],
  [30, 16],
  [50, 18],
  [100, 20],
  [200, 21],
  [1000, 22],
  [10000, 22],
])('of %i questions, %i are read again', (total, size) => {
  expect(sampleSize(total, 0.1, 0.9)).toBe(size);
});

/**
 * The least time at which `ecdf(CensoredData.right_censored(ended + open, [0] * len(ended) + [1] * len(open))).sf` of
 * scipy.stats is below 1 - share; where it is 1 - share, half way to the next end. The third line is Gehan's leukemia data,
 * whose published median is 23 weeks.
 */
test.each<[ended: number[], open: number[], median: number | null, p90: number | null]>([
  [[], [], null, null],
  [[7], [], 7, 7],
  [[6, 6, 6, 7, 10, 13, 16, 22, 23], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], 23, null],
  [[1, 2, 3, 4, 5], [], 3, 5],
  [[1, 2, 3, 4], [], 2.5, 4],
  [[1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [], 8, 17],
  [[10, 20], [60, 70, 100], null, null],
  [[5, 10, 15, 20], [12], 15, 20],
  [[5, 5, 5, 40], [5, 5, 300], 40, null],
  [[0, 0, 0.5, 30, 90.25], [0, 45], 30, 90.25],
  [[3, 8], [1, 1, 1], 5.5, 8],
])('of %j that ended, and %j that did not', (ended, open, median, p90) => {
  expect([quantile(ended, open, 0.5), quantile(ended.toReversed(), open.toReversed(), 0.9)]).toEqual([median, p90]);
});

test('an open incident never shortens a median, and none without open ones is other than the usual', () => {
  const minutes = fc.array(fc.nat(50), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(minutes, fc.nat(50), (ended, open) => {
      const sorted = ended.toSorted((a, b) => a - b);
      const half = (sorted.length - 1) / 2;
      const usual = (Number(sorted[Math.floor(half)]) + Number(sorted[Math.ceil(half)])) / 2;
      expect(quantile(ended, [], 0.5)).toBe(usual);
      expect(quantile(ended, [open], 0.5) ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(usual);
    }),
  );
});

/** `poisson.ppf(0.025, mean), poisson.ppf(0.975, mean)` of scipy.stats. */
test.each([
  [0, 0, 0],
  [0.3, 0, 2],
  [1.5, 0, 4],
  [5, 1, 10],
  [10, 4, 17],
  [22.4, 14, 32],
  [100, 81, 120],
  [1500, 1425, 1576],
])('a mean of %d: 95 of 100 weeks have %i to %i', (mean, low, high) => {
  expect(poissonBand(mean, 0.95)).toEqual({ low, high });
});

/** `binomtest(met, total).proportion_ci(0.95, 'wilson')` of scipy.stats. */
test.each([
  [0, 1, 0, 0.7934506856227626],
  [1, 1, 0.20654931437723745, 1],
  [3, 4, 0.30064184258240184, 0.9544127391902995],
  [45, 50, 0.7863976856252034, 0.9565242350681095],
  [0, 20, 0, 0.16112515805281935],
  [20, 20, 0.8388748419471808, 1],
  [977, 1000, 0.9657235493377733, 0.9846257230670071],
])('%i of %i', (met, total, low, high) => {
  const interval = wilsonInterval(met, total);
  expect(interval.low).toBeCloseTo(low, 9);
  expect(interval.high).toBeCloseTo(high, 9);
});

/** `chi2.sf(x, freedom)` of scipy.stats. */
test.each([
  [0, 3, 1],
  [1, 1, 0.31731050786291115],
  [3.2, 6, 0.783358489819263],
  [12.59, 6, 0.05002901173891519],
  [30, 6, 3.930844818448459e-5],
  [5.5, 14, 0.9775666874404291],
  [60, 2, 9.357622968840163e-14],
  [900, 14, 4.317597120653407e-183],
])('a chi-square of %d with %i degrees of freedom', (x, freedom, p) => {
  expect(chiSquareTail(x, freedom)).toBeCloseTo(p, 9);
});

const equal = (count: number): number[] => new Array<number>(count).fill(1 / count);

/**
 * The first by `multinomial(n, shares).pmf` of scipy.stats, summed over all outcomes of which it is no more than that of the
 * counts; the last two by `chisquare(counts, n * shares).pvalue`.
 */
test.each<[counts: number[], shares: number[], p: number]>([
  [[5, 0], equal(2), 0.0625],
  [[4, 1, 0], equal(3), 0.13580246913580246],
  [[3, 3, 3], equal(3), 1],
  [[7, 2, 1, 0], [0.4, 0.3, 0.2, 0.1], 0.39853849600000035],
  [[9, 1], [0.25, 0.75], 2.9563903808593818e-5],
  [[3, 0, 1, 0, 0, 4, 0], equal(7), 0.01826619860772298],
  [[30, 22, 25, 28, 27, 9, 6], equal(7), 0.00019694266989094908],
  [[600, 400, 500, 700], [0.3, 0.2, 0.25, 0.25], 8.583772909855457e-12],
])('%j by %j', (counts, shares, p) => {
  expect(chanceOfSkew(counts, shares)).toBeCloseTo(p, 9);
});

test('one part alone cannot be uneven, nor can nothing, and what is too much to count and too little to expect is not told', () => {
  expect(chanceOfSkew([7], [1])).toBeNull();
  expect(chanceOfSkew([0, 0], equal(2))).toBeNull();
  expect(chanceOfSkew([40, ...new Array<number>(14).fill(1)], equal(15))).toBeNull();
});
