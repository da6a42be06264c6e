/** Tickets stored a second by the house as `npm start` starts it, and how long the slowest of a hundred wait, at 16 and 256 connections. */
import type { Sent } from './load/generator.ts';
import { load, startTarget, type Target, tokens } from './load/target.ts';
import { type Measured, measure, median, quantile, round, together } from './measure.ts';

await measure(async (isQuick) => {
  const target = await startTarget();
  const seconds = isQuick ? 2 : 4;
  await load({ port: target.port, tokens, connections: 16, seconds });
  const all: Measured[] = [];
  for (const connections of [16, 256]) all.push(await figuresAt(target, connections, seconds, isQuick ? 1 : 3));
  await target.stop();
  return together(...all);
});

async function figuresAt({ port }: Target, connections: number, seconds: number, rounds: number): Promise<Measured> {
  const taken: Sent[] = [];
  for (let turn = 0; turn < rounds; turn += 1) taken.push(await load({ port, tokens, connections, seconds }));
  const answers = taken.flatMap(({ statuses }) =>
    Object.entries(statuses).map(([status, count]) => `${count} × ${status}`),
  );
  const middle = (of: (latencies: number[]) => number): number =>
    median(taken.map(({ latencies }) => of(latencies.flat())));
  const [p50, p99, longest] = [0.5, 0.99, 1].map((share) => middle((latencies) => quantile(latencies, share)));
  const tail = middle((latencies) => quantile(latencies, 0.99) / quantile(latencies, 0.5));
  return {
    figures: {
      [`house.perSecond${connections}`]: Math.round(median(taken.map((each) => each.taken.length / seconds))),
      [`house.tail${connections}`]: round(tail, 2),
    },
    notes: {
      [`house.perSecond${connections}`]: answers.join(', '),
      [`house.tail${connections}`]: `${round(p50 ?? 0, 0)} ms, a hundredth over ${round(p99 ?? 0, 0)}, longest ${round(longest ?? 0, 0)}`,
    },
  };
}
