/** The statistics, held against SciPy 1.15.3: each table's comment says what made it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binomialTails, compareRates, sampleSize } from '../../functions/postmortems/statistics.ts';

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
