/**
 * `npm run load`: promises under load, kept or broken, against the house as `npm start` starts it. First the rate that
 * its doors hold, then ten times that for a minute, then ten minutes at a steady rate. `-- --quick` takes seconds;
 * `-- --seconds 60 --minutes 10` are the usual lengths. It ends with 1 where a promise was broken.
 */
import { parseArgs } from 'node:util';
import { policy } from '../../functions/policy.ts';
import type { Sent } from './load/generator.ts';
import { load, startTarget, type Target, tokens } from './load/target.ts';
import { median, quantile, round } from './measure.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seconds: { type: 'string' }, minutes: { type: 'string' } },
});
const burstSeconds = Number(values.seconds ?? (values.quick ? 8 : 60));
const steadyMinutes = Number(values.minutes ?? (values.quick ? 0.5 : 10));
if (!(burstSeconds > 0 && steadyMinutes >= 0)) throw new Error('--seconds and --minutes have to be numbers above 0.');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));
const startedAt = performance.now();
const say = (text: string): void =>
  void process.stderr.write(`${Math.round((performance.now() - startedAt) / 1_000)} s: ${text}\n`);

interface Finding {
  what: string;
  figure: string;
  bar: string;
  isKept: boolean;
}
const findings: Finding[] = [];
const hold = (what: string, figure: string, bar: string, isKept: boolean): void =>
  void findings.push({ what, figure, bar, isKept });
const note = (what: string, figure: string): void => hold(what, figure, '', true);

const mib = (bytes: number): number => round(bytes / 1_048_576, 0);
type Sample = ReturnType<Target['watch']> & { atMs: number };

await burst();
if (steadyMinutes > 0) await steady();

const widths = (['what', 'figure', 'bar'] as const).map((key) => Math.max(...findings.map((each) => each[key].length)));
for (const { what, figure, bar, isKept } of findings) {
  const cells = [what, figure, bar].map((cell, index) => cell.padEnd(widths[index] ?? 0));
  process.stdout.write(`${[...cells, bar === '' ? '' : isKept ? 'kept' : 'BROKEN'].join('  ').trimEnd()}\n`);
}
process.exit(findings.every((each) => each.isKept) ? 0 : 1);

/** Ten times the rate of the doors, from more connections than the door takes requests at once. */
async function burst(): Promise<void> {
  const target = await startTarget();
  say('warming up');
  const warm = await load({ port: target.port, tokens, connections: 16, seconds: values.quick ? 3 : 10 });
  const probe = (): Promise<Sent> =>
    load({ port: target.port, tokens, connections: 16, rate: 20, seconds: values.quick ? 4 : 15 });
  const measured = await load({ port: target.port, tokens, connections: 16, seconds: values.quick ? 3 : 10 });
  const rate = measured.taken.length / (values.quick ? 3 : 10);
  note('rate of the doors at 16 connections', `${round(rate, 0)} a second`);
  const before = await probe();
  const idle = target.watch();
  say(`a burst of ${round(rate * 10, 0)} a second for ${burstSeconds} s`);
  const { result: sent, samples } = await watched(target, () =>
    load({ port: target.port, tokens, connections: 1_000, rate: rate * 10, seconds: burstSeconds }, 3),
  );
  say('afterwards');
  await settled(target);
  const after = await probe();

  const refused = Object.entries(sent.statuses).filter(([status]) => !status.startsWith('2'));
  note('burst: offered, of which taken', `${sent.offered}, ${sent.taken.length}`);
  const isExplained = refused.every(([status]) => status === '429' || status === '503') && sent.withoutRetryAfter === 0;
  const told = refused.map(([status, count]) => `${count} × ${status}`).join(', ') || 'none';
  hold(
    'burst: refusals',
    `${told}; ${sent.withoutRetryAfter} without Retry-After`,
    'only 429 and 503, all with it',
    isExplained,
  );
  const rss = samples.map((each) => each.rss);
  const [first, last] = [median(firstThird(rss)), median(lastThird(rss))];
  // What the doors take at once, each with the largest body. A young process grows as well, so thirds need a minute.
  const bound = idle.rss + 400 * policy.intake.maxBodyBytes;
  const isFlat = burstSeconds < 30 || last <= first * 1.25 + 64 * 1_048_576;
  hold(
    'burst: memory, first third to last third',
    `${mib(first)} to ${mib(last)} MiB, highest ${mib(Math.max(...rss))}, idle ${mib(idle.rss)}`,
    '300 MiB above idle; in a minute a quarter and 64 MiB more',
    Math.max(...rss) <= bound && isFlat,
  );
  const taken = [...warm.taken, ...measured.taken, ...before.taken, ...sent.taken, ...after.taken];
  const lost = await notThere(target, taken);
  hold('burst: of what was answered 2xx, not there', `${lost} of ${taken.length}`, '0', lost === 0);
  const ofAll = (of: Sent, share: number): number => quantile(of.latencies.flat(), share);
  const [p50Before, p50After] = [ofAll(before, 0.5), ofAll(after, 0.5)];
  hold(
    'burst: latency (p50) before and after',
    `${round(p50Before, 1)} and ${round(p50After, 1)} ms`,
    'at most twice and 20 ms more',
    p50After <= p50Before * 2 + 20,
  );
  // A tick that announces a thousand incidents may fall into one of them, so nothing is promised of it.
  note(
    'burst: latency (p95) before and after',
    `${round(ofAll(before, 0.95), 1)} and ${round(ofAll(after, 0.95), 1)} ms`,
  );
  await target.stop();
}

/**
 * Four fifths of what the senders are granted, or a tenth of what the doors can, where that is less: a ticket that was
 * filed is announced within the minute and reminded of soon after, and each of these is more work than its filing.
 */
async function steady(): Promise<void> {
  const target = await startTarget();
  const measured = await load({ port: target.port, tokens, connections: 16, seconds: 5 });
  const granted = (policy.intake.requestsPerMinute / 60) * tokens.length;
  const rate = Math.min(granted * 0.8, (measured.taken.length / 5) * 0.1);
  say(`${round(rate, 0)} a second for ${steadyMinutes} min`);
  const { result: sent, samples } = await watched(target, () =>
    load({ port: target.port, tokens, connections: 32, rate, seconds: steadyMinutes * 60 }),
  );
  await settled(target);
  note('steady: offered, of which taken', `${sent.offered}, ${sent.taken.length}, ${round(rate, 0)} a second`);
  hold('steady: refused', String(sent.offered - sent.taken.length), '0', sent.offered === sent.taken.length);
  // The first fifth is left out: a young process still grows into its heap.
  const settledSamples = samples.slice(Math.ceil(samples.length / 5));
  const grew = (of: (sample: Sample) => number): [from: number, to: number] => [
    median(firstThird(settledSamples).map(of)),
    median(lastThird(settledSamples).map(of)),
  ];
  const [rssFrom, rssTo] = grew((each) => each.rss);
  hold(
    'steady: memory',
    `${mib(rssFrom)} to ${mib(rssTo)} MiB`,
    'at most 10 % and 32 MiB more',
    rssTo <= rssFrom * 1.1 + 32 * 1_048_576,
  );
  const [handlesFrom, handlesTo] = grew((each) => each.handles ?? 0);
  hold(
    'steady: open files and sockets',
    `${handlesFrom} to ${handlesTo}`,
    'at most 64 more, twice its connections',
    handlesTo <= handlesFrom + 64,
  );
  const seconds = sent.latencies.slice(Math.ceil(sent.latencies.length / 5));
  for (const [name, share] of [
    ['p50', 0.5],
    ['p99', 0.99],
  ] as const) {
    const [from, to] = [quantile(firstThird(seconds).flat(), share), quantile(lastThird(seconds).flat(), share)];
    hold(
      `steady: latency (${name})`,
      `${round(from, 1)} to ${round(to, 1)} ms`,
      'at most half and 10 ms more',
      to <= from * 1.5 + 10,
    );
  }
  // Of the whole minutes: a write-ahead log is folded in by jumps.
  const half = Math.floor(samples.length / 2);
  const perTicket = (from: Sample | undefined, to: Sample | undefined): number =>
    from && to ? (to.disk - from.disk) / ((rate * (to.atMs - from.atMs)) / 1_000) : Number.NaN;
  const [early, late] = [perTicket(samples[0], samples[half]), perTicket(samples[half], samples.at(-1))];
  hold(
    'steady: disk for each ticket, first and second half',
    `${round(early / 1_024, 1)} and ${round(late / 1_024, 1)} KiB`,
    'at most half more',
    late <= early * 1.5,
  );
  const lost = await notThere(target, [...measured.taken, ...sent.taken]);
  hold(
    'steady: of what was answered 2xx, not there',
    `${lost} of ${measured.taken.length + sent.taken.length}`,
    '0',
    lost === 0,
  );
  await target.stop();
}

async function watched<T>(target: Target, work: () => Promise<T>): Promise<{ result: T; samples: Sample[] }> {
  const samples: Sample[] = [];
  const from = performance.now();
  const sample = (): void => void samples.push({ ...target.watch(), atMs: performance.now() - from });
  sample();
  const timer = setInterval(sample, 1_000);
  try {
    return { result: await work(), samples };
  } finally {
    clearInterval(timer);
  }
}

/** What Pub/Sub took instead of Firestore is filed soon after; ticks of so many incidents take long. */
async function settled(target: Target): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  for (let before = -1, still = 0; still < 3 && performance.now() < giveUpAt; ) {
    const { disk } = target.watch();
    still = disk === before ? still + 1 : 0;
    before = disk;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** How many of the tickets the API does not list. */
async function notThere(target: Target, ids: string[]): Promise<number> {
  const missing = new Set(ids);
  let pageToken: string | undefined;
  do {
    const page = await target.get(`/api/incidents?limit=200${pageToken ? `&pageToken=${pageToken}` : ''}`);
    for (const { origin } of page.incidents) missing.delete(origin.id);
    pageToken = page.nextPageToken;
  } while (pageToken && missing.size > 0);
  return missing.size;
}

function firstThird<T>(values: T[]): T[] {
  return values.slice(0, Math.max(1, Math.floor(values.length / 3)));
}

function lastThird<T>(values: T[]): T[] {
  return values.slice(-Math.max(1, Math.floor(values.length / 3)));
}
