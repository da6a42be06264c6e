/** The first byte of the board with 1,000 open incidents, against a bare page that lists them. */
import { describeRatio, inPairs, measure, median, ratioOf } from './measure.ts';
import { type FunctionProcess, sendOnceUp, startCloudProcess, startFunction } from './processes.ts';
import { clientOf, quietSeeds, write } from './seed.ts';

await measure(async (isQuick) => {
  const cloud = await startCloudProcess();
  await write(clientOf(cloud), quietSeeds(1_000, new Date()));
  const board = await startFunction('console', 'console', cloud);
  const bare = await startFunction('page', 'bare-page', cloud);
  const firstByteOf = (page: FunctionProcess) => async (): Promise<number> => {
    const { status, firstByteMs } = await sendOnceUp(page, 'GET', '/');
    if (status !== 200) throw new Error(`A page answered ${status}.`);
    return firstByteMs;
  };
  const [ours, baseline] = [firstByteOf(board), firstByteOf(bare)];
  for (let round = 0; round < (isQuick ? 5 : 20); round += 1) {
    await ours();
    await baseline();
  }
  const taken = await inPairs(isQuick ? 15 : 101, ours, baseline);
  const ratio = ratioOf(taken);
  const ms = (values: number[]): string => `${Math.round(median(values))} ms`;
  return {
    figures: { 'console.ttfbRatio': ratio.median },
    notes: { 'console.ttfbRatio': describeRatio(ratio, `${ms(taken.ours)} against ${ms(taken.baseline)}`) },
  };
});
