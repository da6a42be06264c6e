/** The statistics that the bundle and the trends use; expected values in the tests are SciPy's. Pure. */

/** The value of each key. */
export const ofEach = <K extends string, V>(keys: readonly K[], value: (key: K) => V): Record<K, V> =>
  Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, V>;

export const sumOf = (all: readonly number[]): number => all.reduce((sum, each) => sum + each, 0);

/** For each key, the sum over all elements. */
export const totals = <T, K extends string>(all: readonly T[], keys: readonly K[], of: (one: T) => Record<K, number>) =>
  ofEach(keys, (key) => sumOf(all.map((each) => of(each)[key])));

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

/** P(X ≤ k) and P(X ≥ k) of n trials that succeed with probability `share`, each summed where its terms shrink. */
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
 * The exact conditional test of two Poisson rates: given the sum of both counts, the later one is binomial.
 * @returns the chance of so few after (`fall`), and of so many (`rise`), if the rate had not changed
 */
export function compareRates(before: number, periodsBefore: number, after: number, periodsAfter: number) {
  const { atMost, atLeast } = binomialTails(after, before + after, periodsAfter / (periodsBefore + periodsAfter));
  return { fall: atMost, rise: atLeast };
}

/**
 * How many of `total` to draw, without replacement, so that one of those sought is drawn with probability `found`. Those
 * sought are `share` of all, and at least one.
 */
export function sampleSize(total: number, share: number, found: number): number {
  const there = Math.max(1, total * share);
  const missesAll = (size: number): number =>
    size > total - there ? 0 : Math.exp(logChoose(total - there, size) - logChoose(total, size));
  let size = 0;
  while (size < total && missesAll(size) > 1 - found + 1e-12) size += 1;
  return size;
}

/**
 * The time by which a share of all has ended, where some have not yet: Kaplan and Meier's estimate. Where exactly that share
 * has ended, half way to the next end, as R's `quantile.survfit` has it.
 * @param ended how long each took; `open` is how long the others have lasted so far
 * @returns null if that share has not ended within the times that are known
 */
export function quantile(ended: readonly number[], open: readonly number[], share: number): number | null {
  const ends = ended.toSorted((a, b) => a - b);
  const lasts = open.toSorted((a, b) => a - b);
  let left = 1;
  let met: number | undefined;
  for (let [at, censored] = [0, 0]; at < ends.length; ) {
    const time = ends[at] ?? 0;
    if (met !== undefined) return (met + time) / 2;
    while ((lasts[censored] ?? time) < time) censored += 1;
    let same = 1;
    while (ends[at + same] === time) same += 1;
    left *= 1 - same / (ends.length - at + lasts.length - censored);
    at += same;
    if (left < 1 - share - 1e-9) return time;
    if (left < 1 - share + 1e-9) met = time;
  }
  return met ?? null;
}

/** The counts between which a Poisson distribution lies with that probability, by its quantiles on both sides. */
export function poissonBand(mean: number, share: number): { low: number; high: number } {
  const quantileOf = (probability: number): number => {
    let count = 0;
    const chance = (of: number): number => (mean === 0 ? 1 : Math.exp(of * Math.log(mean) - mean - logGamma(of + 1)));
    for (let sum = chance(0); sum < probability - 1e-12; sum += chance(count)) count += 1;
    return count;
  };
  return { low: quantileOf((1 - share) / 2), high: quantileOf((1 + share) / 2) };
}

/** Wilson's interval of 95 % of a share, `met` of `total`, which is not 0. */
export function wilsonInterval(met: number, total: number): { low: number; high: number } {
  const z = 1.959963984540054;
  const share = met / total;
  const middle = share + z ** 2 / (2 * total);
  const reach = z * Math.sqrt((share * (1 - share)) / total + (z / (2 * total)) ** 2);
  const of = (value: number): number => Math.min(1, Math.max(0, value / (1 + z ** 2 / total)));
  return { low: of(middle - reach), high: of(middle + reach) };
}

/** P(X ≥ x) of a chi-square distribution, by the series of the incomplete gamma function. */
export function chiSquareTail(x: number, freedom: number): number {
  const [half, at] = [freedom / 2, x / 2];
  let term = at === 0 ? 0 : Math.exp(half * Math.log(at) - at - logGamma(half + 1));
  let sum = 0;
  for (let index = 1; term > sum * 1e-17; index += 1) {
    sum += term;
    term *= at / (half + index);
  }
  return Math.max(0, 1 - sum);
}

/** So many outcomes an exact test goes through; where there are more and a count is expected below 5, nobody can tell. */
const mostOutcomes = 100_000;

/**
 * The chance of counts at least as uneven, had each of their sum fallen by its share: exact where they are few, else by
 * Pearson's chi-square. @param shares each above 0, together 1
 * @returns null if there are too few for the one and too many for the other
 */
export function chanceOfSkew(counts: readonly number[], shares: readonly number[]): number | null {
  const n = sumOf(counts);
  if (counts.length < 2 || n === 0) return null;
  if (Math.exp(logChoose(n + counts.length - 1, n)) <= mostOutcomes) return exactSkew(counts, shares, n);
  if (shares.some((share) => share * n < 5)) return null;
  const x = shares.map((share, index) => ((counts[index] ?? 0) - share * n) ** 2 / (share * n));
  return chiSquareTail(sumOf(x), counts.length - 1);
}

/** The multinomial test: all outcomes that are no likelier than what was counted. */
function exactSkew(counts: readonly number[], shares: readonly number[], n: number): number {
  const term = (index: number, count: number): number => count * Math.log(shares[index] ?? 0) - logGamma(count + 1);
  const counted = sumOf(counts.map((count, index) => term(index, count)));
  const all = (index: number, left: number, logChance: number): number => {
    if (index === counts.length - 1) {
      const whole = logChance + term(index, left);
      return whole <= counted + 1e-9 ? Math.exp(whole + logGamma(n + 1)) : 0;
    }
    let sum = 0;
    for (let count = 0; count <= left; count += 1) sum += all(index + 1, left - count, logChance + term(index, count));
    return sum;
  };
  return Math.min(1, all(0, n, 0));
}
