/** The statistics that the bundle and the trends use; expected values in the tests are SciPy's. Pure. */

/** ln Γ(x) for x > 0, by Lanczos' approximation (g = 7, nine terms): relative error below 1e-13. */
function logGamma(x: number): number {
  const terms = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ];
  const t = x + 6.5;
  const sum = terms.reduce((total, term, index) => total + term / (x + index), 0.9999999999998099);
  return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** ln of n choose k, also between whole numbers. */
const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);

/** P(X = k) of a binomial distribution, 0 < share < 1. */
const binomial = (k: number, n: number, share: number): number =>
  Math.exp(logChoose(n, k) + k * Math.log(share) + (n - k) * Math.log1p(-share));

/**
 * P(X ≤ k) and P(X ≥ k) of a binomial distribution of n trials, each of which succeeds with probability `share`. Each tail is
 * summed on the side of k on which its terms shrink.
 */
export function binomialTails(k: number, n: number, share: number): { atMost: number; atLeast: number } {
  const odds = share / (1 - share);
  /** The terms from k on, downward or upward, until they no longer count. */
  const sumFrom = (from: number, step: -1 | 1): number => {
    let term = from < 0 || from > n ? 0 : binomial(from, n, share);
    let sum = term;
    for (let at = from; term > sum * 1e-17; at += step) {
      term *= step < 0 ? at / (n - at + 1) / odds : ((n - at) / (at + 1)) * odds;
      sum += term;
    }
    return sum;
  };
  return k <= n * share
    ? { atMost: sumFrom(k, -1), atLeast: 1 - sumFrom(k - 1, -1) }
    : { atMost: 1 - sumFrom(k + 1, 1), atLeast: sumFrom(k, 1) };
}

/**
 * The exact conditional test of two Poisson rates: given both counts' sum, the later one is binomial.
 * @param before the count of `periodsBefore` periods, and `after` of `periodsAfter`
 * @returns the chance of so few after (`fall`), and of so many (`rise`), if the rate had not changed
 */
export function compareRates(
  before: number,
  periodsBefore: number,
  after: number,
  periodsAfter: number,
): { fall: number; rise: number } {
  const { atMost, atLeast } = binomialTails(after, before + after, periodsAfter / (periodsBefore + periodsAfter));
  return { fall: atMost, rise: atLeast };
}

/**
 * How many of `total` have to be read so that one of them is found with probability `found`, where `share` of them, and at
 * least one, are there to be found (drawn without replacement).
 */
export function sampleSize(total: number, share: number, found: number): number {
  const there = Math.max(1, total * share);
  const missesAll = (size: number): number =>
    size > total - there ? 0 : Math.exp(logChoose(total - there, size) - logChoose(total, size));
  let size = 0;
  while (size < total && missesAll(size) > 1 - found + 1e-12) size += 1;
  return size;
}
